//! The register as a person asks it: industry codes by words, and the source of near names.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::{Place, command, json};

fn stdout(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn industry_codes_are_found_by_words() {
    let dir = tempfile::tempdir().unwrap();
    let icp = |args: &[&str]| command(dir.path(), args).output().unwrap();
    let table = icp(&["ssic", "freight forwarding"]);
    assert!(table.status.success(), "{}", stderr(&table));
    let text = stdout(&table);
    let first = text.lines().nth(2).unwrap();
    for part in ["52292", "subclass", "2025", "Freight transport arrangement"] {
        assert!(first.contains(part), "{text}");
    }
    assert!(!dir.path().join("icp.db").exists(), "a question makes no database");

    let found = json(&icp(&["ssic", "freight", "forwarding", "--limit", "3", "--json"]));
    assert_eq!(found["words"], "freight forwarding");
    let hits = found["hits"].as_array().unwrap();
    assert_eq!(hits.len(), 3);
    assert_eq!((&hits[0]["code"], &hits[0]["level"]), (&"52292".into(), &"subclass".into()));
    assert_eq!(hits[0]["edition"], "2025");
    assert!(hits[0]["score"].as_f64().unwrap() >= hits[1]["score"].as_f64().unwrap());

    let older = json(&icp(&["ssic", "transport", "--edition", "2010", "--json"]));
    assert!(older["hits"].as_array().unwrap().iter().all(|hit| hit["edition"] == "2010"));
    assert_eq!(json(&icp(&["ssic", "xyzzy", "--json"]))["hits"], serde_json::json!([]));
    assert!(stdout(&icp(&["ssic", "xyzzy"])).contains("No SSIC title"));
    assert_eq!(icp(&["ssic"]).status.code(), Some(2));
    assert_eq!(icp(&["ssic", "x", "--edition", "1999"]).status.code(), Some(2));

    let rows = "uen,name,code,title\n201912345K,Zep Pte Ltd,52292,Zeppelin mooring\n";
    std::fs::write(dir.path().join("rows.csv"), rows).unwrap();
    let map = "uen=uen,name=name,ssic=code,ssic_title=title";
    let import = icp(&["register", "import", "rows.csv", "--as-of", "2026-11-01", "--map", map]);
    assert!(import.status.success(), "{}", stderr(&import));
    let own = json(&icp(&["ssic", "zeppelin", "--json"]));
    assert_eq!(own["hits"][0]["title"], "Zeppelin mooring", "the register's own titles are found");
}

#[test]
fn the_source_of_near_names_can_be_chosen() {
    let place = Place::new();
    let icp = |args: &[&str]| place.icp(&[args, &["--db", "register.db"]].concat());
    let shown = |args: &[&str]| {
        let answer = json(&icp(&[&["match", "Straitlane Fraight", "--json"], args].concat()));
        let alternates = answer["alternates"].as_array().unwrap().iter().map(|other| &other["entity"]);
        let entities = std::iter::once(&answer["entity"]).chain(alternates);
        entities.filter_map(|entity| Some(entity["uen"].as_str()?.to_owned())).collect::<Vec<String>>()
    };
    let by_index = shown(&[]);
    assert!(!by_index.is_empty());
    assert_eq!(shown(&["--candidates", "index"]), by_index);
    let by_trigram = shown(&["--candidates", "trigram"]);
    assert!(by_trigram.contains(&by_index[0]), "{by_trigram:?}");
    assert_eq!(shown(&["--candidates", "trigram", "--floor", "0.35"]), by_trigram, "the floor of old");
    assert_eq!(shown(&["--candidates", "trigram", "--floor", "1"]), Vec::<String>::new());

    assert_eq!(icp(&["match", "x", "--candidates", "trigram", "--floor", "1.5"]).status.code(), Some(2));
    let alone = icp(&["match", "x", "--floor", "0.5"]);
    assert_eq!(alone.status.code(), Some(3));
    assert!(stderr(&alone).contains("--candidates trigram"), "{}", stderr(&alone));
    for command in ["match", "run"] {
        let help = stdout(&place.icp(&[command, "--help"]));
        for word in ["--candidates", "--floor", "pg_trgm", "0.35"] {
            assert!(help.contains(word), "{command}: {word}");
        }
    }

    let run = |args: &[&str]| {
        json(&icp(&[&["run", "intake.json", "--offline-web", "sites", "--json"], args].concat()))
    };
    let (usual, strict) = (run(&[]), run(&["--candidates", "trigram", "--floor", "1"]));
    assert_ne!(usual["run"]["id"], strict["run"]["id"], "other candidates are another run");
    let offered = |report: &serde_json::Value| {
        let seeds = report["seeds"].as_array().unwrap().iter();
        seeds.map(|seed| seed["decision"]["alternates"].as_array().map_or(0, Vec::len)).sum::<usize>()
    };
    assert!(offered(&strict) < offered(&usual), "{} and {}", offered(&strict), offered(&usual));
}
