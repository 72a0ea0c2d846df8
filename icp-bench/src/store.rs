//! `store`: how fast, and in how much memory, a register of the ACRA format is imported; and what questions cost then.
//!
//! Each import runs in a process of its own, so that its peak of memory is its own.

mod generate;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use icp_core::model::{RegisterFilter, SsicEdition, SsicNode};
use icp_core::ports::{NameQuery, Register as _, RegisterPage};
use icp_register::{FileOptions, RegisterFiles};
use icp_sqlite::SqliteDb;
use serde::{Deserialize, Serialize};

use crate::table::{Options, Row, print};

/// The peer: the same columns, upserted with the standard library of Python, in batches, in one transaction.
const PEER: &str = include_str!("store/peer.py");

/// The cost of one import.
#[derive(Debug, Serialize, Deserialize)]
struct Took {
    seconds: f64,
    peak_mb: f64,
    rows: u64,
    bad_rows: u64,
    #[serde(default)]
    exact_us: f64,
    #[serde(default)]
    near_ms: f64,
    #[serde(default)]
    count_us: f64,
    #[serde(default)]
    exclude_ms: f64,
    #[serde(default)]
    sample_ms: f64,
}

pub(crate) fn run(options: &Options) -> Result<(), String> {
    let rows = options.rows.unwrap_or(2_000_000);
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let file = folder.path().join("register.csv");
    let recipe = generate::write(&file, rows, &options.data)?;
    let megabytes = file.metadata().map(|meta| meta.len() as f64 / 1e6).unwrap_or_default();
    let ours = import(&file, &folder.path().join("icp.db"))?;
    let again = import(&file, &folder.path().join("icp.db"))?;
    let peer = if options.quick { None } else { peer(&file, &folder.path().join("peer.db")) };
    let note = match (&peer, options.quick) {
        (None, false) => format!("{recipe}; {megabytes:.0} MB; python3 is missing, so there is no peer"),
        _ => format!("{recipe}; {megabytes:.0} MB"),
    };
    let name = "python3 csv + sqlite3 executemany, without keys, counts and name index";
    let scale = rows as f64 / 2e6;
    let mut table = vec![
        Row::new("register import", ours.seconds, "s")
            .at_most(60.0 * scale)
            .peer(name, peer.as_ref().map(|it| it.seconds))
            .note(note),
        Row::new("register import, peak memory", ours.peak_mb, "MB")
            .at_most(500.0)
            .peer(name, peer.as_ref().map(|it| it.peak_mb)),
        Row::new("register import, speed", ours.rows as f64 / ours.seconds, "rows/s")
            .peer(name, peer.as_ref().map(|it| it.rows as f64 / it.seconds))
            .note(format!("{} good rows, {} bad", ours.rows, ours.bad_rows)),
        Row::new("register import again, nothing changed", again.seconds, "s"),
    ];
    for (measure, value, unit) in [
        ("exact name, each of 1000", ours.exact_us, "us"),
        ("10 near names, each of 200", ours.near_ms, "ms"),
        ("count of a filter, each of 1000", ours.count_us, "us"),
        ("count with an exclusion, each of 20", ours.exclude_ms, "ms"),
        ("two samples of a division, each of 20", ours.sample_ms, "ms"),
    ] {
        table.push(Row::new(measure, value, unit));
    }
    print(&table, options.json);
    Ok(())
}

/// Imports in a process of its own.
fn import(file: &Path, db: &Path) -> Result<Took, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    took(Command::new(program).arg("store-import").arg(file).arg(db))
}

fn peer(file: &Path, db: &Path) -> Option<Took> {
    took(Command::new("python3").arg("-c").arg(PEER).arg(file).arg(db))
        .map_err(|why| eprintln!("icp-bench: no peer: {why}"))
        .ok()
}

fn took(command: &mut Command) -> Result<Took, String> {
    let output = command.output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())
}

/// The other process: imports, asks some questions, prints one JSON object.
pub(crate) fn import_alone(mut args: impl Iterator<Item = String>) -> Result<(), String> {
    let (Some(file), Some(db)) = (args.next(), args.next()) else {
        return Err("store-import FILE DB".to_owned());
    };
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let took = runtime.block_on(measured(file.into(), db.into())).map_err(|error| format!("{error:?}"))?;
    println!("{}", serde_json::to_string(&took).map_err(|error| error.to_string())?);
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a benchmark asks for the time")]
async fn measured(file: PathBuf, db: PathBuf) -> icp_core::Result<Took> {
    let begin = Instant::now();
    let verbose = std::env::var_os("ICP_BENCH_VERBOSE").is_some();
    let register = SqliteDb::open(db).await?.register();
    let mut stage = None;
    let mut show = |progress: icp_core::ports::ImportProgress| {
        if verbose && stage.replace(progress.stage) != Some(progress.stage) {
            eprintln!("{:?} at {:.1} s", progress.stage, begin.elapsed().as_secs_f64());
        }
    };
    let files = RegisterFiles::open(&[file], &FileOptions::default())?;
    let report = register.import(files.into_request().with_progress(&mut show)).await?;
    let (seconds, peak_mb) = (begin.elapsed().as_secs_f64(), peak_mb());
    let known = register.page(&RegisterPage::new(RegisterFilter::everything(), 1000)).await?;
    let names: Vec<String> = known.iter().map(|entity| entity.name.clone()).collect();
    let since = Instant::now();
    register.by_exact_name(&names).await?;
    let exact_us = since.elapsed().as_secs_f64() * 1e6 / names.len().max(1) as f64;
    let near: Vec<NameQuery> =
        names.iter().step_by(5).map(|name| NameQuery::new(name.replacen('A', "E", 1), 10)).collect();
    let since = Instant::now();
    register.candidates(&near).await?;
    let near_ms = since.elapsed().as_secs_f64() * 1e3 / near.len().max(1) as f64;
    let divisions: Vec<SsicNode> =
        (41..61).filter_map(|n| SsicNode::new(&n.to_string(), SsicEdition::Y2025).ok()).collect();
    let of = |node: &SsicNode| RegisterFilter::default().with_ssic(*node);
    let filters: Vec<RegisterFilter> = divisions.iter().cycle().take(1000).map(of).collect();
    let since = Instant::now();
    register.counts(&filters).await?;
    let count_us = since.elapsed().as_secs_f64() * 1e6 / filters.len() as f64;
    let without = SsicNode::new("46900", SsicEdition::Y2025).into_iter().collect::<Vec<_>>();
    let filters: Vec<RegisterFilter> =
        divisions.iter().map(|node| of(node).without_ssic(without.clone())).collect();
    let since = Instant::now();
    register.counts(&filters).await?;
    let exclude_ms = since.elapsed().as_secs_f64() * 1e3 / filters.len() as f64;
    let since = Instant::now();
    for node in &divisions {
        register.page(&RegisterPage::new(of(node), 2)).await?;
    }
    let sample_ms = since.elapsed().as_secs_f64() * 1e3 / divisions.len() as f64;
    let (rows, bad_rows) = (report.read.rows, report.read.bad_rows);
    Ok(Took { seconds, peak_mb, rows, bad_rows, exact_us, near_ms, count_us, exclude_ms, sample_ms })
}

/// The most memory this process ever held, as the kernel counts it; 0 where it does not say.
fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<f64>().ok()).unwrap_or(0.0)
        / 1024.0
}
