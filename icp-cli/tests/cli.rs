//! The command as a person meets it: what it prints, what it refuses, and its exit codes.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::io::Read as _;
use std::process::Stdio;

use common::{Place, command, json};

fn stderr(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_whole_session() {
    let place = Place::new();
    let db = ["--db", "register.db"];
    let icp = |args: &[&str]| place.icp(&[args, &db].concat());

    let doctor = icp(&["doctor"]);
    assert!(doctor.status.success(), "{}", stderr(&doctor));
    let stats = json(&icp(&["register", "stats", "--by", "division", "--json"]));
    assert!(stats["snapshot"]["live"].as_u64().unwrap() > 10_000);

    let run = icp(&["run", "intake.json", "--offline-web", "sites", "--report", "r.html"]);
    assert!(run.status.success(), "{}", stderr(&run));
    let html = std::fs::read_to_string(place.path("r.html")).unwrap();
    assert!(
        html.starts_with("<!doctype html>")
            && html.contains("Xero")
            && !html.contains("http-equiv=\"refresh\"")
    );

    let report = json(&icp(&["cards", "--json"]));
    for key in ["run", "cards", "negative", "sites", "seeds", "ledger"] {
        assert!(!report[key].is_null(), "{key}");
    }
    let evidence = json(&icp(&["evidence", "1", "--json"]));
    assert!(evidence.as_array().unwrap().iter().any(|item| item["quote"].is_string()));
    let id = report["cards"][0]["id"].as_str().unwrap();
    assert!(icp(&["evidence", &id[..14]]).status.success(), "an id's beginning will do");

    let accepted = json(&icp(&["accept", "1", "--by", "maya", "--json"]));
    assert_eq!((&accepted["ok"], &accepted["added"]), (&true.into(), &true.into()));
    assert_eq!(json(&icp(&["accept", "1", "--json"]))["added"], false);

    let pack = json(&icp(&["export", "1"]));
    assert!(!pack["suppression"].as_array().unwrap().is_empty());
    let csv =
        String::from_utf8(icp(&["export", "1", "--format", "hubspot", "--limit", "20"]).stdout).unwrap();
    assert!(csv.starts_with("Company name,Company domain name,"));
    assert_eq!(csv.lines().count(), 21);

    let matched = json(&icp(&["match", "Straitlane Freight Pte Ltd", "--json"]));
    assert_eq!(matched["decision"], "matched", "{matched}");
    std::fs::write(
        place.path("names.csv"),
        "id,Company\n1,Straitlane Freight\n2,\"Nobody, Ever & Sons GmbH\"\n3,\n",
    )
    .unwrap();
    let lines =
        String::from_utf8(icp(&["match", "--csv", "names.csv", "--column", "company", "--json"]).stdout)
            .unwrap();
    assert_eq!(lines.lines().count(), 3);

    // A damaged index of names is built again, and that is said, once.
    std::fs::write(place.path("register.db.names"), "not an index").unwrap();
    let mended = icp(&["match", "Straitlane Freight Pte Ltd", "--json"]);
    assert_eq!(json(&mended)["decision"], "matched");
    assert!(stderr(&mended).contains("built again"), "{}", stderr(&mended));
    assert!(stderr(&icp(&["match", "Straitlane Freight Pte Ltd"])).is_empty());

    let decided = icp(&["decide", "Boxwell", "--not-in-register"]);
    assert!(decided.status.success(), "{}", stderr(&decided));
    let again = json(&icp(&["run", "intake.json", "--offline-web", "sites", "--fresh", "--json"]));
    let boxwell = again["seeds"].as_array().unwrap().iter().find(|seed| seed["name"] == "Boxwell").unwrap();
    assert_eq!(boxwell["decision"]["method"], "person");
    assert_eq!(json(&icp(&["runs", "--json"])).as_array().unwrap().len(), 2);
}

#[test]
fn wrong_input_says_where_and_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let icp = |args: &[&str]| command(dir.path(), args).output().unwrap();
    let code = |output: &std::process::Output| output.status.code();

    let none = icp(&["cards"]);
    assert_eq!(code(&none), Some(4), "{}", stderr(&none));
    assert!(stderr(&none).contains("icp register import"));

    std::fs::write(dir.path().join("bad.csv"), "a,b\n1,2\n").unwrap();
    let header = icp(&["register", "import", "bad.csv"]);
    assert_eq!(code(&header), Some(3), "{}", stderr(&header));
    assert!(stderr(&header).contains("uen"), "{}", stderr(&header));

    std::fs::write(dir.path().join("intake.json"), "{\"website\": \"localhost\", \"best_customers\": []}")
        .unwrap();
    let intake = icp(&["run", "intake.json"]);
    assert_eq!(code(&intake), Some(3));
    assert!(
        stderr(&intake).contains("/website") && stderr(&intake).contains("/best_customers"),
        "{}",
        stderr(&intake)
    );

    let missing = icp(&["run", "nowhere.json"]);
    assert_eq!(code(&missing), Some(3));
    assert!(stderr(&missing).contains("nowhere.json"));
    assert_eq!(code(&icp(&["run"])), Some(2));
    assert_eq!(code(&icp(&["--tenant", "a b", "runs"])), Some(3));
    let as_json = icp(&["cards", "--json"]);
    assert_eq!(json(&as_json)["error"]["code"], 4);
}

#[test]
fn a_file_that_is_no_database_is_said_to_be_none() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("icp.db"), "this is a text, and not a short one: ".repeat(100)).unwrap();
    let output = command(dir.path(), &["doctor"]).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("MISSING"), "{text}");
}

#[test]
fn many_processes_open_an_old_database_at_once() {
    let packed = include_bytes!("../../icp-sqlite/tests/fixtures/before-records.db.gz");
    let mut old = Vec::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut old).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("old.db"), old).unwrap();
    let start = || {
        let mut command = command(folder.path(), &["runs", "--db", "old.db"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let processes: Vec<_> = (0..6).map(|_| start()).collect();
    for process in processes {
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
    }
}

/// The homes of the sample web, recorded.
fn record(path: &std::path::Path) {
    use icp::fetch::{FetchConfig, HttpFetcher, WebSource};
    use icp::prelude::*;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let web = icp_testkit::sample::SampleWeb::start().await.unwrap();
        let config = FetchConfig::default().with_min_delay(std::time::Duration::ZERO).with_retries(0_u32);
        let web = WebSource::Loopback(web.addr());
        let fetcher = HttpFetcher::new(config, web, std::sync::Arc::new(SystemClock)).unwrap();
        let fetcher = fetcher.recording_to(path).unwrap();
        for site in ["straitlane.example", "boxwell.example"] {
            fetcher.fetch(&icp::ports::FetchRequest::home(site.parse().unwrap())).await.unwrap();
        }
    });
}

#[test]
fn a_recorded_crawl_is_replayed_and_never_overwritten() {
    let place = Place::new();
    record(&place.path("crawl.warc.gz"));
    let icp = |args: &[&str]| place.icp(&[&["run", "intake.json", "--db", "register.db"], args].concat());
    let run = json(&icp(&["--replay", "crawl.warc.gz", "--json"]));
    let sites = run["sites"].as_array().unwrap();
    let site = |domain: &str| sites.iter().find(|site| site["domain"] == domain).unwrap();
    assert!(site("straitlane.example")["pages"].as_u64().unwrap_or(1) >= 1, "{sites:?}");
    assert_ne!(site("straitlane.example")["status"], "unread", "{sites:?}");
    assert_eq!(site("harrowtide.example")["status"], "unread", "it is not in the recording");
    assert!(run["pacing"].is_null(), "nobody was asked");

    let before = std::fs::read(place.path("crawl.warc.gz")).unwrap();
    let again = icp(&["--record", "crawl.warc.gz", "--fresh"]);
    assert!(!again.status.success() && stderr(&again).contains("name a new file"), "{}", stderr(&again));
    assert_eq!(std::fs::read(place.path("crawl.warc.gz")).unwrap(), before);
    let missing = icp(&["--replay", "none.warc", "--fresh"]);
    assert_eq!(missing.status.code(), Some(3), "{}", stderr(&missing));
    assert_eq!(icp(&["--replay", "a", "--record", "b"]).status.code(), Some(2));
    let cache = icp(&["--cache", "intake.json", "--fresh"]);
    assert!(!cache.status.success() && stderr(&cache).contains("intake.json"), "{}", stderr(&cache));
}
