//! robots.txt: two others' cases, and the time that hostile files take.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use icp_fetch::{RobotsMode, RobotsTxt};
use serde_json::Value;

use crate::table::{Options, Row};

/// Google's calls that the standard answers otherwise, each with the text that says so.
const GOOGLE: &str = include_str!("../../../icp-fetch/tests/fetch/robots_google.tsv");
/// What the standard answers for the files of crawler-commons.
const COMMONS: &str = include_str!("../../../icp-fetch/tests/fetch/robots_commons.tsv");

pub(super) fn rows(options: &Options) -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    let dir = options.data.join("robots");
    if dir.exists() {
        rows.extend(google(&dir)?);
        rows.push(commons(&dir)?);
    } else {
        rows.push(Row::new("robots: others' cases", 0.0, "").note("NOT RUN: the data is absent"));
    }
    let (name, worst) = hostile();
    rows.push(
        Row::new("robots: worst hostile file, to parse and to ask once", worst, "ms")
            .at_most(10.0)
            .note(name),
    );
    Ok(rows)
}

fn google(dir: &Path) -> Result<Vec<Row>, String> {
    let path = dir.join("google_cases.jsonl");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let explained: Vec<usize> =
        GOOGLE.lines().skip(1).filter_map(|row| row.split('\t').next()?.parse().ok()).collect();
    let (mut calls, mut standard, mut excused, mut theirs) = (0, 0, 0, 0);
    for (at, line) in text.lines().enumerate() {
        let case: Value = serde_json::from_str(line).map_err(|error| format!("case {at}: {error}"))?;
        let text = |key: &str| case[key].as_str().unwrap_or_default();
        let expected = case["allowed"].as_bool();
        let url = text("url");
        // The path as it is written; an address without one is its root.
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let path = rest.find('/').map_or("/", |at| &rest[at..]);
        let answer = |mode| RobotsTxt::parse(text("robots").as_bytes(), text("ua"), mode).allows(path);
        calls += 1;
        standard += usize::from(Some(answer(RobotsMode::Rfc9309)) == expected);
        excused +=
            usize::from(Some(answer(RobotsMode::Rfc9309)) != expected && explained.contains(&(at + 1)));
        theirs += usize::from(Some(answer(RobotsMode::Google)) == expected);
    }
    Ok(vec![
        Row::share(
            "robots: Google's calls that pass or are explained by RFC 9309",
            standard + excused,
            calls,
        )
        .at_least(1.0)
        .note(format!("{standard} pass, {excused} explained")),
        Row::share("robots: Google's calls in Google's mode", theirs, calls).at_least(1.0),
    ])
}

fn commons(dir: &Path) -> Result<Row, String> {
    let (mut right, mut all) = (0, 0);
    for row in COMMONS.lines().skip(1) {
        let [file, agent, path, allowed, _] = row.split('\t').collect::<Vec<_>>()[..] else {
            return Err(format!("a row of other columns: {row}"));
        };
        let file = dir.join("crawler-commons").join(file);
        let body = std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let rules = RobotsTxt::parse(&body, agent, RobotsMode::Rfc9309);
        all += 1;
        right += usize::from(rules.allows(path) == (allowed == "yes"));
    }
    Ok(Row::share("robots: questions to crawler-commons' files", right, all).at_least(1.0))
}

#[expect(clippy::disallowed_methods, reason = "a measurement takes the time")]
/// The slowest of several hostile files, and its time in milliseconds (the least of five tries).
fn hostile() -> (&'static str, f64) {
    let rules =
        |rule: &str, times: usize| format!("User-agent: *\n{}", format!("Disallow: {rule}\n").repeat(times));
    let mut agents = String::new();
    for n in 0..25_000 {
        let _ = writeln!(agents, "User-agent: bot{n}");
    }
    let files = [
        ("one line of `*a`, 500 times", rules(&format!("/{}b", "*a".repeat(500)), 1)),
        ("400 lines of `*a`, 300 times", rules(&format!("/{}b", "*a".repeat(300)), 400)),
        ("8,000 wildcard rules", rules("/*x*y*z$", 8_000)),
        ("500 KiB of short rules", rules("/a", 45_000)),
        ("500 KiB of crawl-delays", format!("User-agent: *\n{}", "Crawl-delay: 1\n".repeat(33_000))),
        ("25,000 agents", agents),
        ("one line of 500 KiB", rules(&"/%41".repeat(128_000), 1)),
        ("500 KiB of zeros", "\0".repeat(512_000)),
        ("9.6 MB of rules", rules("/a*b", 700_000)),
    ];
    let path = format!("/{}", "a".repeat(2_000));
    let time = |file: &str| {
        let tries = (0..5).map(|_| {
            let began = Instant::now();
            // As the fetcher reads it: what is past the limit is not there.
            let body = &file.as_bytes()[..file.len().min(512_000)];
            let rules = RobotsTxt::parse(body, "icpbot", RobotsMode::Rfc9309);
            std::hint::black_box(rules.allows(&path));
            began.elapsed().as_secs_f64() * 1000.0
        });
        tries.fold(f64::INFINITY, f64::min)
    };
    files
        .iter()
        .map(|(name, file)| (*name, time(file)))
        .fold(("", 0.0), |worst, it| if it.1 > worst.1 { it } else { worst })
}
