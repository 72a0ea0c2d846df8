//! Every version of every record that was ever written can be read for ever.
//!
//! `fixtures/KIND.vN.jsonl` holds records of version N as a program of that time wrote them. A file is never changed once
//! its version was released; a new version adds a file.

use std::collections::BTreeMap;
use std::path::Path;

use super::page::{PageBody, PageLink};
use super::*;
use crate::model::{
    AdoptedRule, EvidenceItem, IntakePayload, ManualMatch, PatternSnapshot, Quarantined, SeedResolution,
    SiteReport, SuggestionSet,
};
use crate::ports::{ExtractionReport, ProgressKind, RegisterPin, Rejection, StoredExtraction};

/// Reads a record and writes it again.
type Rewrite = fn(&str) -> Result<String>;

fn rewrite<T: Recorded>(text: &str) -> Result<String> {
    read::<T>("the fixture", text).map(|value| write(&value))
}

fn kind<T: Recorded>() -> (&'static str, (u32, Rewrite)) {
    (T::KIND, (T::VERSION, rewrite::<T>))
}

fn kinds() -> BTreeMap<&'static str, (u32, Rewrite)> {
    BTreeMap::from([
        kind::<IntakePayload>(),
        kind::<PatternSnapshot>(),
        kind::<SuggestionSet>(),
        kind::<PageLink>(),
        kind::<PageBody>(),
        kind::<SeedResolution>(),
        kind::<ManualMatch>(),
        kind::<RegisterPin>(),
        kind::<ProgressKind>(),
        kind::<AdoptedRule>(),
        kind::<Rejection>(),
        kind::<SiteReport>(),
        kind::<EvidenceItem>(),
        kind::<Quarantined>(),
        kind::<StoredExtraction>(),
        kind::<ExtractionReport>(),
    ])
}

fn fixture(kind: &str, version: u32) -> Vec<String> {
    let name = format!("src/record/fixtures/{}.v{version}.jsonl", kind.replace(' ', "_"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&name);
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"));
    text.lines().map(str::to_owned).collect()
}

#[test]
fn every_kind_is_listed() {
    let declared: usize = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/record"))
        .unwrap()
        .filter_map(|entry| std::fs::read_to_string(entry.unwrap().path()).ok())
        .map(|text| text.lines().filter(|line| line.contains("\" v ") && line.ends_with(';')).count())
        .sum();
    assert_eq!(declared, kinds().len());
}

#[test]
fn every_version_reads() {
    for (kind, (newest, rewrite)) in kinds() {
        for version in 1..=newest {
            let records = fixture(kind, version);
            assert!(!records.is_empty(), "{kind} {version}");
            for record in records {
                let begins = format!("{{\"v\":{version},\"body\":");
                assert!(record.starts_with(&begins), "{kind}: {record}");
                let again =
                    rewrite(&record).unwrap_or_else(|error| panic!("{kind} {version}: {error}\n{record}"));
                if version == newest {
                    // Nothing is dropped, added or put otherwise: not a digit of a number.
                    assert_eq!(again, record, "{kind}");
                } else {
                    assert_eq!(rewrite(&again).unwrap(), again, "{kind}");
                }
            }
        }
    }
}

#[test]
fn a_record_of_a_newer_program_is_said_to_be_one() {
    for (kind, (newest, rewrite)) in kinds() {
        let record = fixture(kind, newest).remove(0);
        let newer = record.replacen(&format!("\"v\":{newest}"), &format!("\"v\":{}", newest + 1), 1);
        let error = rewrite(&newer).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{kind}");
        assert!(error.to_string().contains("update the program"), "{error}");
        let never = record.replacen(&format!("\"v\":{newest}"), "\"v\":0", 1);
        assert_eq!(rewrite(&never).unwrap_err().kind(), ErrorKind::Corrupt, "{kind}");
    }
}

#[test]
fn damage_names_the_record() {
    for (kind, (newest, rewrite)) in kinds() {
        let record = fixture(kind, newest).remove(0);
        let half = &record[..record.len() / 2];
        let error = rewrite(half).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{kind}");
        assert!(error.to_string().contains(&format!("the {kind} record of the fixture")), "{error}");
    }
}

fn page() -> (String, String) {
    (fixture("page", 1).remove(0), fixture("page body", 1).remove(0))
}

#[test]
fn a_page_holds_together_or_is_corrupt() {
    let (link, body) = page();
    let page = read_page("page 0", &link, &body).unwrap();
    let stored = write_page(&page);
    assert_eq!((&stored.link, &stored.body), (&link, &body));

    let text = serde_json::from_str::<Value>(&body).unwrap()["body"]["text"].as_str().unwrap().to_owned();
    let word = text.split_whitespace().next().unwrap();
    let changed = body.replacen(word, "Changed", 2);
    let error = read_page("page 0", &link, &changed).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains("page 0") && error.to_string().contains(&page.url), "{error}");

    let shifted = body.replacen("\"start\":0", "\"start\":999999", 1);
    assert_ne!(shifted, body);
    assert_eq!(read_page("page 0", &link, &shifted).unwrap_err().kind(), ErrorKind::Corrupt);
}

#[test]
fn reading_applies_no_rule_of_privacy_again() {
    // A text that today's rule would mask, stored before the rule was made.
    let text = "Call 6123 4567 or write to kim@example.com";
    let hash = crate::model::ContentHash::of(text);
    let body =
        format!(r#"{{"v":1,"body":{{"title":"","language":null,"text":"{text}","blocks":[],"links":[]}}}}"#);
    let link = format!(
        r#"{{"v":1,"body":{{"url":"https://a.example/","kind":"home","fetched_at":"2026-01-01T00:00:00Z","body_bytes":42,"content_hash":"{}"}}}}"#,
        hash.as_str()
    );
    let page = read_page("page 0", &link, &body).unwrap();
    assert_eq!(page.text.as_str(), text);
    assert_eq!(write_page(&page).body, body);
}

/// The list of public suffixes grows: a company's site of yesterday can be a suffix today.
#[test]
fn a_domain_that_became_a_public_suffix_reads() {
    for suffix in ["blogspot.com", "com.sg"] {
        for (kind, version) in
            [("intake", 1), ("intake", 2), ("site", 1), ("suggestions", 1), ("suggestions", 2)]
        {
            let (newest, rewrite) = kinds()[kind];
            for record in fixture(kind, version) {
                let mut value: serde_json::Value = serde_json::from_str(&record).unwrap();
                let changed = rename_hosts(&mut value, suffix);
                assert!(changed > 0, "{kind} {version}");
                let again =
                    rewrite(&value.to_string()).unwrap_or_else(|error| panic!("{kind} {version}: {error}"));
                if version == newest {
                    let again: serde_json::Value = serde_json::from_str(&again).unwrap();
                    assert_eq!(again, value, "{kind}: the host is what was stored");
                }
            }
        }
    }
}

fn rename_hosts(value: &mut serde_json::Value, host: &str) -> usize {
    match value {
        serde_json::Value::Object(fields) => fields
            .iter_mut()
            .map(|(name, value)| match value {
                serde_json::Value::String(text) if name == "domain" || name == "website" => {
                    *text = host.to_owned();
                    1
                }
                _ => rename_hosts(value, host),
            })
            .sum(),
        serde_json::Value::Array(values) => values.iter_mut().map(|value| rename_hosts(value, host)).sum(),
        _ => 0,
    }
}
