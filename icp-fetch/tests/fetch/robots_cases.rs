//! Test calls of two others' robots.txt parsers, where their files are at hand. `robots_google.tsv` explains by the text
//! of RFC 9309 each of Google's calls that the standard answers otherwise; `robots_commons.tsv` says what the standard
//! answers for the files of crawler-commons, and by which section.

use icp_fetch::{RobotsMode, RobotsTxt};
use serde_json::Value;
use url::{Position, Url};

use crate::support::data;

const GOOGLE: &str = include_str!("robots_google.tsv");
const COMMONS: &str = include_str!("robots_commons.tsv");

/// Fields of the rows of a table, without its head.
fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().skip(1).map(|line| line.split('\t').collect())
}

/// The path of an address as it is written: Google compares it raw.
fn raw_path(url: &str) -> String {
    Url::parse(url).map_or_else(
        |_| url.to_owned(),
        |parsed| {
            let after = url.split_once("://").map_or(url, |(_, rest)| rest);
            after
                .find('/')
                .map_or_else(|| parsed[Position::BeforePath..].to_owned(), |at| after[at..].to_owned())
        },
    )
}

/// The numbers, from 1, of Google's calls that are answered otherwise in a mode.
fn differences(mode: RobotsMode) -> Option<Vec<usize>> {
    let text = std::fs::read_to_string(data("robots/google_cases.jsonl")?).unwrap();
    assert_eq!(text.lines().count(), 145);
    let differs = |line: &str| {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| case[key].as_str().unwrap();
        let rules = RobotsTxt::parse(text("robots").as_bytes(), text("ua"), mode);
        rules.allows(&raw_path(text("url"))) != case["allowed"].as_bool().unwrap()
    };
    Some(text.lines().enumerate().filter(|(_, line)| differs(line)).map(|(at, _)| at + 1).collect())
}

/// Each kind of difference between the modes, in words of our own: these need no files.
#[test]
fn where_google_differs_from_the_standard() {
    let long = format!("User-agent: *\nDisallow: /{}", "a".repeat(20_000));
    let shorter = format!("/{}", "a".repeat(17_000));
    let cases = [
        ("User-agent: *\nDisallow: /\n\nUser-agent: Foo Bar\nAllow: /x/\nDisallow: /", "/x/y", false, true),
        ("User-agent: *\nDisallow: /\nAllow: /a/%62%61%7A", "/a/baz", true, false),
        ("User-agent: *\nDisallow: /\nAllow: /a/index.html", "/a/", false, true),
        (long.as_str(), shorter.as_str(), true, false),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b", true, true),
    ];
    for (robots, path, standard, google) in cases {
        let allows = |mode| RobotsTxt::parse(robots.as_bytes(), "Foo", mode).allows(path);
        let seen = (allows(RobotsMode::Rfc9309), allows(RobotsMode::Google));
        assert_eq!(seen, (standard, google), "{robots:.60} {path:.20}");
    }
}

#[test]
fn each_google_case_passes_or_is_explained() {
    let explained: Vec<usize> = rows(GOOGLE)
        .map(|row| {
            assert!(row.len() == 5 && row[4].len() > 40, "{row:?}");
            row[0].parse().unwrap()
        })
        .collect();
    if let Some(differences) = differences(RobotsMode::Rfc9309) {
        assert_eq!(differences, explained);
    }
}

#[test]
fn each_google_case_passes_in_googles_mode() {
    if let Some(differences) = differences(RobotsMode::Google) {
        assert_eq!(differences, Vec::<usize>::new());
    }
}

#[test]
fn crawler_commons_files_by_the_standard() {
    let Some(dir) = data("robots/crawler-commons") else { return };
    let mut files = std::collections::BTreeSet::new();
    for row in rows(COMMONS) {
        let [file, agent, path, allowed, section] = row[..] else { panic!("{row:?}") };
        let rules = RobotsTxt::parse(&std::fs::read(dir.join(file)).unwrap(), agent, RobotsMode::Rfc9309);
        assert_eq!(rules.allows(path), allowed == "yes", "{file}: {agent} {path}, RFC 9309 {section}");
        files.insert(file.to_owned());
    }
    let there = std::fs::read_dir(&dir).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let there: std::collections::BTreeSet<_> = there.filter(|name| name != "LICENSE").collect();
    assert_eq!(files, there, "files without a row");
}

#[test]
fn crawl_delays_of_crawler_commons() {
    let Some(dir) = data("robots/crawler-commons") else { return };
    for (file, agent, seconds) in [
        ("crawl-delay-group-merging.txt", "mybot", Some(10)),
        ("crawl-delay-group-merging.txt", "yourbot", None),
        ("crawl-delay-group-merging.txt", "icpbot", Some(30)),
        ("astore.amazon.com-robots.txt", "icpbot", Some(5)),
        ("dos-line-endings.txt", "icpbot", Some(1)),
        ("twitter.com-robots.txt", "slurp", Some(1)),
    ] {
        let rules = RobotsTxt::parse(&std::fs::read(dir.join(file)).unwrap(), agent, RobotsMode::Rfc9309);
        assert_eq!(rules.crawl_delay().map(|delay| delay.as_secs()), seconds, "{file}: {agent}");
    }
}
