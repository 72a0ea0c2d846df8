//! Two processes that are told to do the same run at the same time: one does it, both show it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::collections::BTreeMap;
use std::process::Stdio;

use common::{Place, json};
use icp::ports::{EventQuery, ProgressKind};
use icp::prelude::*;

const RUN: [&str; 11] = [
    "run",
    "intake.json",
    "--db",
    "both.db",
    "--register",
    "register.db",
    "--offline-web",
    "sites",
    "--json",
    "--log",
    "info",
];

#[tokio::test]
async fn two_processes_on_one_run_read_each_site_once() {
    let place = Place::new();
    let start = || place.command(&RUN).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (one, other) = (start(), start());
    let outputs = [one.wait_with_output().unwrap(), other.wait_with_output().unwrap()];
    for output in &outputs {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let [one, other] = outputs.each_ref().map(json);
    assert_eq!(one["cards"], other["cards"]);
    assert_eq!(one["run"]["id"], other["run"]["id"], "one run");
    let read: usize = outputs
        .iter()
        .map(|output| String::from_utf8_lossy(&output.stderr).matches("site done").count())
        .sum();
    assert_eq!(read, 19, "each site by one of the two");

    let db = icp::sqlite::SqliteDb::open(place.path("both.db")).await.unwrap();
    let store = db.store().tenant(&"local".parse().unwrap());
    let run: RunId = one["run"]["id"].as_str().unwrap().parse().unwrap();
    let mut asked: BTreeMap<String, u32> = BTreeMap::new();
    for event in store.events(&EventQuery::of_run(run, usize::MAX)).await.unwrap() {
        if let ProgressKind::PageFetched { url, .. } = event.kind {
            *asked.entry(url).or_default() += 1;
        }
    }
    assert!(asked.len() > 100 && asked.values().all(|times| *times == 1), "{asked:?}");
}
