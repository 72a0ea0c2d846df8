//! Texts for a new user: which run is meant, numbers with fitting nouns, and counts that add up.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::process::Output;

use common::{Place, json};

const ONE_SEED: &str = r#"{
  "website": "keelandcrane.example.com",
  "best_customers": [{ "name": "Straitlane Freight Pte Ltd" }],
  "lost_or_churned": [{ "name": "Quantum Bakery Holdings Worldwide", "reason": "too small" }]
}"#;

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Where a text says "1 cards" and the like.
fn one_of_many(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let wrong = |pair: &&[&str]| {
        let noun = pair[1].trim_end_matches(|c: char| !c.is_alphanumeric());
        pair[0].trim_start_matches('(') == "1"
            && noun.ends_with('s')
            && !["is", "was", "needs"].contains(&noun)
    };
    words.windows(2).filter(wrong).map(|pair| pair.join(" ")).collect()
}

#[test]
fn the_newest_run_is_named_and_another_can_be_chosen() {
    let place = Place::new();
    let icp = |args: &[&str]| place.icp(&[args, &["--db", "register.db"]].concat());
    let run =
        |args: &[&str]| json(&icp(&[args, &["--offline-web", "sites", "--json"]].concat()))["run"].clone();
    let first = run(&["run", "intake.json"]);
    let website = json(&icp(&["cards", "--json"]))["website"].as_str().unwrap().to_owned();

    let only = stderr(&icp(&["cards"]));
    for part in [first["id"].as_str().unwrap(), first["created_at"].as_str().unwrap(), &website] {
        assert!(only.contains(part), "`{part}` is missing: {only}");
    }
    assert!(!only.contains("--run"), "there is no other to choose: {only}");

    let second = run(&["run", "intake.json", "--fresh"]);
    for args in [&["cards"][..], &["evidence", "1"], &["export", "1"], &["accept", "1"]] {
        let said = stderr(&icp(args));
        assert!(said.contains(second["id"].as_str().unwrap()), "{args:?}: {said}");
        assert!(said.contains(&website) && said.contains("--run ID"), "{args:?}: {said}");
    }
    let chosen = stderr(&icp(&["cards", "--run", first["id"].as_str().unwrap()]));
    assert!(chosen.contains(first["id"].as_str().unwrap()) && !chosen.contains("newest"), "{chosen}");

    let listed = stdout(&icp(&["runs"]));
    assert_eq!(listed.matches(&website).count(), 2, "{listed}");
    let rows = json(&icp(&["runs", "--json"]));
    assert!(
        rows[0]["id"].is_string() && rows[0].get("website").is_none(),
        "the JSON stays as it was: {rows}"
    );
}

#[test]
fn the_funnel_counts_named_companies_only() {
    let place = Place::new();
    let args = ["run", "intake.json", "--db", "register.db", "--offline-web", "sites", "--report", "r.html"];
    let output = place.icp(&args);
    assert!(output.status.success(), "{}", stderr(&output));
    let html = std::fs::read_to_string(place.path("r.html")).unwrap();
    let count = |label: &str| {
        let row = html.split(&format!("<span class=\"label\">{label}</span>")).nth(1).unwrap();
        let number = row.split("<b class=\"count\">").nth(1).unwrap().split('<').next().unwrap();
        number.parse::<u64>().unwrap()
    };
    assert!(count("With evidence") > 0 && count("With evidence") <= count("Companies named"));
    assert!(html.contains("your own site is not among them"));
    let said = stdout(&output);
    assert!(said.contains("such patterns expected by chance"));
    let power = said.split_whitespace().find(|word| {
        word.split_once('e')
            .is_some_and(|(digits, power)| digits.parse::<f64>().is_ok() && power.parse::<i32>().is_ok())
    });
    assert_eq!(power, None, "people do not read powers of ten");
    assert_eq!(one_of_many(&said), [""; 0]);
}

#[test]
fn one_of_a_kind_is_singular() {
    let place = Place::new();
    std::fs::write(place.path("one.json"), ONE_SEED).unwrap();
    let args = ["run", "one.json", "--db", "register.db", "--offline-web", "sites", "--report", "r.html"];
    let output = place.icp(&args);
    assert!(output.status.success(), "{}", stderr(&output));
    let summary = stdout(&output).lines().next().unwrap().to_owned();
    assert_eq!(one_of_many(&summary), [""; 0], "{summary}");
    let html = std::fs::read_to_string(place.path("r.html")).unwrap();
    assert!(html.contains("1 best customer and 1 lost"), "the lead counts");

    std::fs::write(place.path("row.csv"), "uen,entity_name,entity_status_description\n").unwrap();
    let mut csv = std::fs::read_to_string(place.path("register.csv")).unwrap();
    let end = csv.match_indices('\n').nth(1).unwrap().0;
    csv.truncate(end + 1);
    std::fs::write(place.path("row.csv"), csv).unwrap();
    let imported = stdout(&place.icp(&["register", "import", "row.csv", "--db", "one.db"]));
    assert!(imported.contains("1 good row: "), "{imported}");
    assert_eq!(one_of_many(&imported), [""; 0], "{imported}");
    let stats = stdout(&place.icp(&["register", "stats", "--db", "one.db"]));
    assert!(stats.starts_with("1 entity, "), "{stats}");
}

#[test]
fn the_log_goes_to_standard_error_and_holds_the_line_of_the_first_mapping() {
    let place = Place::new();
    let args =
        ["run", "intake.json", "--db", "log.db", "--register", "register.db", "--offline-web", "sites"];
    let output = place.icp(&[&args[..], &["--json", "--log", "info"]].concat());
    assert!(output.status.success());
    let log = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(log.matches("mapping_sla tenant=local total=").count(), 1, "{log}");
    assert!(log.contains("site done") && !log.contains("sqlx"), "{log}");
    assert_eq!(json(&output)["run"]["state"], "suggestions_ready");
    assert!(place.icp(&["runs", "--db", "log.db", "--log", "loud"]).status.code() == Some(2));
}

#[test]
fn evidence_is_shown_for_a_run_and_for_a_card_and_what_was_refused() {
    let place = Place::new();
    let icp = |args: &[&str]| place.icp(&[args, &["--db", "register.db"]].concat());
    icp(&["run", "intake.json", "--offline-web", "sites"]);
    let facts = json(&icp(&["evidence", "--json"]));
    let facts = facts.as_array().unwrap();
    let of_site = facts.iter().find(|fact| fact["pages"].as_u64() > Some(0)).unwrap();
    assert!(!of_site["company_name"].as_str().unwrap().is_empty());
    assert!((0.0..=1.0).contains(&of_site["confidence"].as_f64().unwrap()), "{of_site}");
    assert!(of_site["freshness"].as_f64().unwrap() > 0.99, "{of_site}");
    let quote = of_site["evidence"][0]["citation"]["quote"].as_str().unwrap();
    assert!(!quote.is_empty());

    let card = stdout(&icp(&["evidence", "1"]));
    assert!(card.contains("sure") && card.contains("pages") && card.contains('\u{201c}'), "{card}");
    assert!(json(&icp(&["evidence", "1", "--json"]))[0]["id"].is_string());

    assert_eq!(stdout(&icp(&["evidence", "--quarantined"])), "Nothing was refused.\n");
    assert_eq!(json(&icp(&["evidence", "1", "--quarantined", "--json"])), serde_json::json!([]));
    let wrong = icp(&["evidence", "99"]);
    assert!(stderr(&wrong).contains("there is no card `99`"), "{}", stderr(&wrong));
}

#[test]
fn a_register_that_is_not_there_is_not_made() {
    let place = Place::new();
    std::fs::write(place.path("one.json"), ONE_SEED).unwrap();
    let run = place.icp(&["run", "one.json", "--db", "register.db", "--offline-web", "sites"]);
    assert!(run.status.success(), "{}", stderr(&run));
    let decide = ["decide", "Quantum Bakery Holdings Worldwide", "--not-in-register", "--db", "register.db"];
    let output = place.icp(&[&decide[..], &["--register", "typo.db"]].concat());
    assert!(!output.status.success());
    let said = stderr(&output);
    assert!(said.contains("there is no database at `typo.db`") && said.contains("with --register"), "{said}");
    assert!(!place.path("typo.db").exists());
}

/// A dry run adds up what it can count, asks nobody, and leaves nothing behind.
#[test]
fn a_dry_run_asks_nobody() {
    let place = Place::new();
    // Nobody answers at this port.
    let dry = ["run", "intake.json", "--dry-run", "--llm", "http://127.0.0.1:1"];
    let at_most = json(&place.icp(&[&dry[..], &["--json"]].concat()));
    let sites = at_most["sites"].as_u64().unwrap();
    assert_eq!(at_most["pages"].as_u64().unwrap(), 12 * sites);
    assert_eq!(at_most["counted"], false);
    let saved = ["--offline-web", "sites", "--llm-price-in", "0.25", "--llm-price-out", "1"];
    let counted = json(&place.icp(&[&dry[..], &saved, &["--json", "--llm-max-usd", "0.001"]].concat()));
    assert_eq!((&counted["counted"], &counted["capped"]), (&true.into(), &true.into()));
    assert!(counted["pages"].as_u64() < at_most["pages"].as_u64(), "{counted}");
    assert!(counted["model"]["tokens_in"].as_u64() < at_most["model"]["tokens_in"].as_u64(), "{counted}");
    let told = String::from_utf8(place.icp(&[&dry[..], &saved].concat()).stdout).unwrap();
    assert!(told.contains("That costs at most 0."), "{told}");
    assert!(!place.path("icp.db").exists(), "a dry run made a database");
    let unpriced = place.icp(&[&dry[..], &["--llm-max-usd", "1"]].concat());
    assert!(!unpriced.status.success());
    assert!(String::from_utf8_lossy(&unpriced.stderr).contains("--llm-price-in"), "a cap that cannot bind");
}
