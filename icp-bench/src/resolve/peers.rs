//! The peers, on the same names and queries: PostgreSQL's pg_trgm, RapidFuzz, tantivy. Run by scripts.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use icp_core::normalize::core_key;
use icp_core::resolve::NameIndex;
use icp_core::resolve::trigram::{DEFAULT_THRESHOLD, TrigramIndexBuilder, similarity};

use super::queries::Query;
use super::world::World;
use super::{now, quantile};
use crate::table::{Options, Row};

/// A peer's answers by query number: row, score, milliseconds.
type Answers = BTreeMap<usize, (i64, f64, f64)>;

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|e| format!("cannot write {}: {e}", path.display()))
}

fn run(command: &mut Command, what: &str) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{what} failed ({status}); run icp-bench/setup-peers.sh")),
        Err(e) => Err(format!("{what} cannot be started ({e}); run icp-bench/setup-peers.sh")),
    }
}

/// Rows about the peers. What is missing is said, and leaves its rows out.
pub(crate) fn rows(
    world: &World,
    index: &NameIndex,
    asked: &[Query],
    ours_p50: f64,
    options: &Options,
) -> Result<Vec<Row>, String> {
    let folder = Path::new("target/icp-bench-peers");
    std::fs::create_dir_all(folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    let many = if options.full { 1_000 } else { 300 };
    let step = (asked.len() / many).max(1);
    let sample: Vec<(usize, &Query)> = asked
        .iter()
        .enumerate()
        .filter(|(at, query)| {
            at % step == 0 && !core_key(&query.text).is_empty() && query.kind != "duplicate"
        })
        .collect();
    let mut names = String::new();
    let mut builder = TrigramIndexBuilder::new();
    for (id, row) in world.rows.iter().enumerate() {
        let key = core_key(&row.name);
        let _ = writeln!(names, "{id}\t{key}");
        builder.push(id as u32, &key);
    }
    write(&folder.join("names.tsv"), &names)?;
    drop(names);
    let mut queries = String::new();
    for (at, query) in &sample {
        let _ = writeln!(queries, "{at}\t{}", core_key(&query.text));
    }
    write(&folder.join("queries.tsv"), &queries)?;
    let mut pairs: Vec<(String, String)> = Vec::new();
    for query in asked {
        for hit in index.search(&query.text, 5) {
            pairs.push((query.text.clone(), world.rows[hit.id as usize].name.clone()));
        }
    }
    pairs.truncate(10_000);
    let clean = |text: &str| text.replace(['\t', '\n', '\\'], " ");
    let text: String =
        pairs.iter().enumerate().map(|(at, (a, b))| format!("{at}\t{}\t{}\n", clean(a), clean(b))).collect();
    write(&folder.join("pairs.tsv"), &text)?;

    let mut rows = Vec::new();
    match run(Command::new("icp-bench/peers/pg_trgm.sh").arg(folder), "PostgreSQL") {
        Err(why) => eprintln!("{why}"),
        Ok(()) => {
            let theirs = read(&folder.join("pg.tsv"), None)?;
            let out = std::fs::read_to_string(folder.join("pairs.out")).map_err(|e| e.to_string())?;
            let differ = out
                .lines()
                .zip(&pairs)
                .filter(|(line, (a, b))| {
                    (line.parse::<f32>().unwrap_or(-1.0) - similarity(&clean(a), &clean(b))).abs() > 1e-6
                })
                .count();
            rows.push(
                Row::new("similarities that differ from Postgres'", differ as f64, "")
                    .at_most(0.0)
                    .note(format!("{} pairs", out.lines().count())),
            );
            rows.extend(against_postgres(builder, &sample, &theirs, ours_p50));
        }
    }
    let (fuzz, tantivy) = if options.full { ("100", "1000") } else { ("20", "200") };
    let mut python = Command::new("target/peers/bin/python");
    python.arg("icp-bench/peers/scan.py").arg(folder).args([fuzz, tantivy]);
    match run(&mut python, "RapidFuzz and tantivy") {
        Err(why) => eprintln!("{why}"),
        Ok(()) => {
            for peer in ["RapidFuzz token_sort_ratio", "tantivy 3-gram BM25"] {
                rows.extend(quality(peer, asked, &read(&folder.join("scan.tsv"), Some(peer))?));
            }
        }
    }
    Ok(rows)
}

fn against_postgres(
    builder: TrigramIndexBuilder,
    sample: &[(usize, &Query)],
    theirs: &Answers,
    ours_p50: f64,
) -> Vec<Row> {
    let exact = builder.finish();
    let (mut times, mut differ) = (Vec::new(), 0);
    for pass in 0..3 {
        for (number, (at, query)) in sample.iter().enumerate() {
            let key = core_key(&query.text);
            let start = now();
            let hits = exact.top(&key, DEFAULT_THRESHOLD, 1);
            let spent = start.elapsed().as_secs_f64() * 1e3;
            if pass == 0 {
                times.push(spent);
                let score = hits.first().map_or(0.0, |hit| f64::from(hit.similarity));
                differ += usize::from(theirs.get(at).is_none_or(|their| (their.1 - score).abs() > 1e-6));
            } else {
                times[number] = times[number].min(spent);
            }
        }
    }
    times.sort_by(f64::total_cmp);
    let mut spent: Vec<f64> = theirs.values().map(|their| their.2).collect();
    spent.sort_by(f64::total_cmp);
    let pg = "Postgres 15 pg_trgm GIN";
    let mut rows = vec![
        Row::new("exact pg_trgm mode: best scores that differ", differ as f64, "")
            .at_most(0.0)
            .note(format!("{} queries", sample.len())),
        Row::new("exact pg_trgm mode, p50", quantile(&times, 0.5), "ms")
            .at_most(0.6)
            .peer(pg, Some(quantile(&spent, 0.5))),
        Row::new("exact pg_trgm mode, p99", quantile(&times, 0.99), "ms")
            .peer(pg, Some(quantile(&spent, 0.99))),
        Row::new("exact pg_trgm mode, resident", exact.resident_bytes() as f64 / 1e6, "MB"),
        Row::new("times faster than GIN at p50", quantile(&spent, 0.5) / ours_p50.max(1e-9), "x")
            .at_least(100.0),
    ];
    let asked: BTreeMap<usize, &Query> = sample.iter().copied().collect();
    let present = asked.values().filter(|query| query.truth.is_some()).count();
    let right = theirs
        .iter()
        .filter(|(at, their)| asked.get(at).is_some_and(|q| q.truth.map(i64::from) == Some(their.0)))
        .count();
    let absent = asked.len() - present;
    let answered = theirs
        .iter()
        .filter(|(at, their)| asked.get(at).is_some_and(|q| q.truth.is_none()) && their.0 >= 0)
        .count();
    rows.push(Row::share(format!("{pg}: recall@1"), right, present));
    rows.push(Row::share(format!("{pg}: absent names answered"), answered, absent));
    rows
}

fn quality(peer: &str, asked: &[Query], answers: &Answers) -> Vec<Row> {
    let present = answers.keys().filter(|at| asked[**at].truth.is_some()).count();
    let right =
        answers.iter().filter(|(at, their)| asked[**at].truth.map(i64::from) == Some(their.0)).count();
    let mut spent: Vec<f64> = answers.values().map(|their| their.2).collect();
    spent.sort_by(f64::total_cmp);
    vec![
        Row::share(format!("{peer}: recall@1"), right, present),
        Row::new(format!("{peer}: CPU p50"), quantile(&spent, 0.5), "ms")
            .note(format!("n={}", answers.len())),
        Row::new(format!("{peer}: CPU p99"), quantile(&spent, 0.99), "ms"),
    ]
}

fn read(path: &Path, peer: Option<&str>) -> Result<Answers, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
    let mut answers = Answers::new();
    for line in text.lines() {
        let mut parts = line.split('\t');
        if peer.is_some() && parts.next() != peer {
            continue;
        }
        let parts: Vec<&str> = parts.collect();
        if let [at, row, score, ms] = parts.as_slice() {
            let wrong = |_| format!("{}: `{line}` is not an answer", path.display());
            let number = |text: &str| text.parse::<f64>().map_err(wrong);
            answers.insert(number(at)? as usize, (number(row)? as i64, number(score)?, number(ms)?));
        }
    }
    Ok(answers)
}
