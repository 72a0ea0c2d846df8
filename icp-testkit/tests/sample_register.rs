//! The sample register: ACRA's format, the planted rows, and shares that are what its documentation says.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use icp_core::model::{AgeBand, Entity, RegisterFilter, SsicNode};
use icp_core::normalize::core_key;
use icp_testkit::sample::{LOST, OWN, planted_segments, register, sites};

fn csv_bytes() -> Vec<u8> {
    let mut bytes = Vec::new();
    register::write_csv(&mut bytes).unwrap();
    bytes
}

fn node(text: &str) -> SsicNode {
    SsicNode::new(text, register::EDITION).unwrap()
}

fn share(entities: &[Entity], holds: impl Fn(&Entity) -> bool) -> f64 {
    entities.iter().filter(|entity| holds(entity)).count() as f64 / entities.len() as f64
}

#[test]
fn the_csv_has_acras_columns_and_parses() {
    let bytes = csv_bytes();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let header = reader.headers().unwrap().clone();
    assert_eq!(header.len(), 28 + 15 + 10);
    assert_eq!(&header[0], "uen");
    assert_eq!(&header[16], "postal_code");
    assert_eq!(&header[27], "no_of_officers");
    assert_eq!((&header[28], &header[42]), ("former_entity_name1", "former_entity_name15"));
    assert_eq!(
        (&header[43], &header[44], &header[52]),
        ("uen_of_audit_firm1", "name_of_audit_firm1", "name_of_audit_firm5")
    );
    let mut uens = BTreeSet::new();
    let mut quoted = false;
    for record in reader.records() {
        let record = record.unwrap();
        assert_eq!(record.len(), header.len());
        assert_eq!(record[2].to_uppercase(), record[2], "names are upper case");
        quoted |= record[22].contains(',');
        assert!(uens.insert(record[0].to_owned()), "{} twice", &record[0]);
    }
    assert!(uens.len() >= 20_000, "{}", uens.len());
    assert!(quoted, "a description with a comma came through whole");
}

#[test]
fn the_csv_and_the_entities_are_the_same_data() {
    let bytes = csv_bytes();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let present = |text: &str| (text != "na").then(|| text.to_owned());
    let entities = register::entities();
    let mut rows = 0;
    for (record, entity) in reader.records().zip(&entities) {
        let record = record.unwrap();
        assert_eq!(&record[0], entity.uen.as_str());
        assert_eq!(record[2], entity.name);
        assert_eq!(&record[3], entity.entity_type.as_ref().unwrap().as_str());
        assert_eq!(record[7], entity.status.text);
        assert_eq!(record[8], entity.registered_on.unwrap().to_string());
        assert_eq!(present(&record[16]), entity.postal_code);
        assert_eq!(present(&record[21]), entity.primary_ssic.map(|code| code.to_string()));
        assert_eq!(present(&record[24]), entity.secondary_ssic.map(|code| code.to_string()));
        assert_eq!((28..43).filter_map(|i| present(&record[i])).collect::<Vec<_>>(), entity.former_names);
        rows += 1;
    }
    assert_eq!(rows, entities.len());
}

#[test]
fn writing_twice_gives_the_same_bytes() {
    // Rows are built once a process, so the pinned sum is what tells one build or machine from another.
    let bytes = csv_bytes();
    assert_eq!(bytes, csv_bytes());
    let sum = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    assert_eq!(
        format!("{sum:016x}"),
        "88b163389b098f61",
        "the register changed: say so in the changelog, and pin anew"
    );
}

#[test]
fn shares_are_as_documented() {
    let entities = register::entities();
    let is = |kind: &'static str| {
        move |entity: &Entity| entity.entity_type.as_ref().is_some_and(|found| found.as_str() == kind)
    };
    for (what, value, from, to) in [
        ("live", share(&entities, |entity| entity.status.live), 0.68, 0.72),
        ("companies", share(&entities, is("Local Company")), 0.53, 0.57),
        ("businesses", share(&entities, is("Sole Proprietorship/ Partnership")), 0.36, 0.40),
        ("two codes", share(&entities, |entity| entity.secondary_ssic.is_some()), 0.33, 0.36),
        ("former names", share(&entities, |entity| !entity.former_names.is_empty()), 0.04, 0.07),
        ("no postal code", share(&entities, |entity| entity.postal_code.is_none()), 0.02, 0.04),
        ("PTE. LTD.", share(&entities, |entity| entity.name.ends_with("PTE. LTD.")), 0.44, 0.50),
        ("PRIVATE LIMITED", share(&entities, |entity| entity.name.ends_with("PRIVATE LIMITED")), 0.04, 0.06),
    ] {
        assert!((from..to).contains(&value), "{what}: {value}");
    }
    let as_of = register::as_of();
    assert!(
        entities.iter().all(|entity| entity.age_band(as_of).is_some()),
        "nobody is registered in the future"
    );
    let bands: BTreeSet<AgeBand> = entities.iter().filter_map(|entity| entity.age_band(as_of)).collect();
    assert_eq!(bands.len(), 5);
    let codes: BTreeSet<String> =
        entities.iter().flat_map(Entity::ssic).map(|code| code.to_string()).collect();
    assert!(codes.len() >= 250, "{} codes", codes.len());
}

#[test]
fn names_differ_by_more_than_their_legal_form() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for entity in register::entities() {
        if let Some(other) = seen.insert(core_key(&entity.name), entity.name.clone()) {
            panic!("{} and {other}", entity.name);
        }
    }
}

#[test]
fn planted_industries_are_rare_among_the_living() {
    let entities = register::entities();
    let as_of = register::as_of();
    let count =
        |filter: &RegisterFilter| entities.iter().filter(|entity| filter.matches(entity, as_of)).count();
    let live = count(&RegisterFilter::default());
    for segment in planted_segments() {
        let filter = RegisterFilter::default().with_ssic(node(segment.node));
        let rate = count(&filter) as f64 / live as f64;
        assert!((0.003..0.02).contains(&rate), "{}: {rate}", segment.name);
    }
}

#[test]
fn the_story_s_companies_are_in_the_register() {
    let entities = register::entities();
    let of = |domain: &str| {
        let uen = register::uen_of(domain).unwrap();
        entities.iter().find(|entity| entity.uen == uen).unwrap()
    };
    for segment in planted_segments() {
        for domain in segment.domains {
            let entity = of(domain);
            assert!(entity.status.live, "{domain}");
            assert!(entity.ssic().any(|code| node(segment.node).contains(code)), "{domain}");
        }
    }
    let planted: Vec<SsicNode> = planted_segments().iter().map(|segment| node(segment.node)).collect();
    for domain in LOST.into_iter().chain([OWN]) {
        let entity = of(domain);
        assert!(entity.status.live);
        assert!(!entity.ssic().any(|code| planted.iter().any(|node| node.contains(code))), "{domain}");
    }
    assert_eq!(sites().iter().filter(|site| register::uen_of(site.host()).is_some()).count(), 19);
}

#[test]
fn two_names_set_a_trap() {
    let entities = register::entities();
    let live_by_key = |key: &str| -> Vec<&Entity> {
        entities.iter().filter(|entity| entity.status.live && core_key(&entity.name) == key).collect()
    };
    // "Boxwell" is a trading name: no entity of that name lives; the site prints whose it is.
    assert!(live_by_key("boxwell").is_empty());
    let boxwell = register::uen_of("boxwell.example").unwrap();
    assert_eq!(live_by_key("teo hong shipping and forwarding")[0].uen, boxwell);
    // "Kestrel Foods" is the exact name of another company; only the UEN on the site tells.
    let kestrel = register::uen_of("kestrelfoods.example").unwrap();
    assert_eq!(live_by_key("kestrel foods").len(), 1);
    assert_ne!(live_by_key("kestrel foods")[0].uen, kestrel);
    assert_eq!(live_by_key("kestrel foods s")[0].uen, kestrel);
}
