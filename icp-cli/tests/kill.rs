//! `kill -9` at random moments of a run, then the same command again: same cards, nothing doubled.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::process::Stdio;
use std::time::{Duration, Instant};

use common::{Place, json};
use serde_json::Value;

const MOMENTS: u64 = 20;

fn run_args(db: &str) -> [&str; 9] {
    ["run", "intake.json", "--db", db, "--register", "register.db", "--offline-web", "sites", "--json"]
}

/// Results that must not depend on being killed: the cards, the themes, and how much evidence there is.
fn outcome(report: &Value) -> (String, String, String, usize) {
    (
        timeless(&report["cards"]).to_string(),
        timeless(&report["negative"]).to_string(),
        report["ledger"]["evidence_by_key"].to_string(),
        report["sites"].as_array().unwrap().len(),
    )
}

/// The same without the times at which pages were read: another run reads them at another time.
fn timeless(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(name, _)| *name != "observed_at")
            .map(|(name, value)| (name.clone(), timeless(value)))
            .collect(),
        Value::Array(values) => values.iter().map(timeless).collect(),
        other => other.clone(),
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how long a run takes here decides when to kill the next one")]
fn killed_at_twenty_moments_and_resumed() {
    let place = Place::new();
    let started = Instant::now();
    let whole = place.icp(&run_args("whole.db"));
    let length = started.elapsed();
    assert!(whole.status.success(), "{}", String::from_utf8_lossy(&whole.stderr));
    let expected = outcome(&json(&whole));

    // Moments spread over the whole run by a fixed low-discrepancy sequence (golden ratio), so that every stage is hit.
    let mut killed = 0;
    for moment in 0..MOMENTS {
        let fraction = ((moment as f64 + 0.5) * 0.618_033_988_749_895).fract();
        let db = format!("killed{moment}.db");
        let mut child =
            place.command(&run_args(&db)).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_secs_f64(length.as_secs_f64() * fraction));
        child.kill().unwrap();
        killed += u32::from(!child.wait().unwrap().success());
        let again = place.icp(&run_args(&db));
        assert!(again.status.success(), "after {fraction:.2}: {}", String::from_utf8_lossy(&again.stderr));
        assert_eq!(outcome(&json(&again)), expected, "killed at {fraction:.2} of the run");
        let runs = json(&place.icp(&["runs", "--db", &db, "--json"]));
        assert_eq!(runs.as_array().unwrap().len(), 1, "the run was taken up, not started anew");
    }
    assert!(killed >= MOMENTS as u32 / 2, "only {killed} were killed in time");
}
