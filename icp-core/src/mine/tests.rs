//! Mining on a small world with planted segments: found, not invented, and blind to order.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::model::*;
use proptest::prelude::*;

const AS_OF: &str = "2026-11-01";

/// A little generator of numbers (splitmix64), so that the world is the same everywhere.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

const CODES: [&str; 60] = [
    "10711", "25911", "28292", "41001", "43210", "46301", "46302", "46303", "47711", "49231", "52291",
    "52292", "56111", "56112", "62011", "62021", "70201", "82999", "85493", "96021", "01111", "03101",
    "10101", "11010", "13100", "15120", "16210", "17011", "18111", "20111", "21011", "22111", "23100",
    "24101", "26111", "27101", "29100", "30111", "31001", "32110", "35101", "38111", "46411", "46510",
    "46900", "47191", "50011", "53101", "55101", "58131", "61011", "64110", "66301", "68101", "69101",
    "71112", "73100", "78101", "86201", "93119",
];

fn world(size: usize) -> Vec<Entity> {
    let mut numbers = Numbers(7);
    (0..size)
        .map(|i| {
            let code = CODES[numbers.below(60) as usize];
            let second = (numbers.below(3) == 0).then(|| CODES[numbers.below(60) as usize]);
            entity(
                i,
                code,
                second,
                1980 + numbers.below(46) as i16,
                numbers.below(10) < 6,
                numbers.below(10) < 7,
            )
        })
        .collect()
}

fn entity(i: usize, code: &str, second: Option<&str>, year: i16, company: bool, live: bool) -> Entity {
    let ssic = |text: &str| SsicCode::new(text, SsicEdition::Y2025).unwrap();
    Entity {
        uen: format!("2010{i:05}K").parse().unwrap(),
        name: format!("ENTITY {i}"),
        former_names: vec![],
        entity_type: EntityType::new(if company {
            "Local Company"
        } else {
            "Sole Proprietorship/ Partnership"
        }),
        status: EntityStatus::from_register(if live { "Live" } else { "Struck Off" }),
        registered_on: Some(Date::new(year, 6, 15).unwrap()),
        primary_ssic: Some(ssic(code)),
        secondary_ssic: second.map(ssic),
        postal_code: None,
    }
}

fn profile(role: SeedRole, entity: Option<Entity>, signals: &[(SignalKey, &str)]) -> SeedProfile {
    let name = entity.as_ref().map_or("Nowhere".to_owned(), |entity| entity.name.clone());
    let domain = format!("{}.example", name.to_lowercase().replace(' ', "")).parse().unwrap();
    let seed = Seed::new(role, &name, Some(domain));
    let at = Timestamp::from_micros(0);
    let evidence = signals
        .iter()
        .map(|(key, value)| {
            EvidenceItem::stated(
                seed.company,
                *key,
                value,
                EvidenceSource::SeedSite,
                ExtractorId::new("t", 1),
                at,
            )
        })
        .collect();
    let mut profile = SeedProfile::new(seed, None, AS_OF.parse().unwrap(), evidence, None);
    profile.facts.as_of = entity.as_ref().map(|_| AS_OF.parse().unwrap());
    profile.facts.entity = entity;
    profile.readable = true;
    profile
}

/// The register's answers, by testing every entity.
fn rates(world: &[Entity], profiles: &[SeedProfile]) -> BaseRates {
    let as_of: Date = AS_OF.parse().unwrap();
    let filters = filters_to_count(profiles);
    let counts =
        filters.iter().map(|f| world.iter().filter(|e| f.matches(e, as_of)).count() as u64).collect();
    let live = world.iter().filter(|e| e.status.live);
    let nodes: BTreeSet<SsicNode> =
        live.clone().flat_map(|e| e.ssic().flat_map(|c| c.path()).collect::<Vec<_>>()).collect();
    let snapshot = RegisterSnapshot {
        id: "test".into(),
        entities: world.len() as u64,
        live: live.count() as u64,
        as_of,
        edition: SsicEdition::Y2025,
        distinct: DistinctValues { ssic_nodes: nodes.len() as u64, entity_types: 2, age_bands: 5 },
    };
    BaseRates::new(snapshot, filters, counts)
}

/// Three industries with a habit each, seven years apart in age, five companies in each.
fn planted() -> Vec<SeedProfile> {
    let plans: [(&str, [&str; 5], &str); 3] = [
        ("freight", ["52292", "52291", "52292", "52292", "52291"], "Xero"),
        ("food", ["46301", "46302", "46303", "46301", "46302"], "Shopify"),
        ("machines", ["28292", "28292", "28292", "28292", "28292"], "SAP Business One"),
    ];
    let mut profiles = Vec::new();
    for (at, (_, codes, product)) in plans.into_iter().enumerate() {
        for (i, code) in codes.into_iter().enumerate() {
            let entity = entity(90_000 + at * 10 + i, code, None, 1985 + (i as i16) * 8, true, true);
            let mut signals = vec![];
            if i != 4 {
                signals.push((SignalKey::Integration, product));
                signals.push((SignalKey::HeadcountHint, if at == 1 { "30" } else { "120" }));
            }
            profiles.push(profile(SeedRole::Best, Some(entity), &signals));
        }
    }
    profiles
}

fn segments(profiles: &[SeedProfile]) -> Vec<Segment> {
    find_segments(profiles, &rates(&world(3000), profiles), &SegmentOptions::default())
}

#[test]
fn planted_segments_come_back() {
    let profiles = planted();
    let found = segments(&profiles);
    assert_eq!(found.len(), 3, "{found:#?}");
    for group in profiles.chunks(5) {
        let planted: BTreeSet<SeedId> = group.iter().map(|profile| profile.seed.id).collect();
        assert!(
            found
                .iter()
                .any(|segment| segment.supporting.iter().copied().collect::<BTreeSet<_>>() == planted)
        );
    }
    let texts: Vec<String> = found.iter().map(|segment| segment.rule.to_string()).collect();
    for part in [
        "integration Xero",
        "integration Shopify",
        "integration SAP Business One",
        "headcount 11–50",
        "headcount 51–200",
    ] {
        assert!(texts.iter().any(|text| text.contains(part)), "{part} in {texts:?}");
    }
}

#[test]
fn order_does_not_matter() {
    let mut profiles = planted();
    let forward = segments(&profiles);
    profiles.reverse();
    assert_eq!(forward, segments(&profiles));
    profiles.swap(2, 9);
    assert_eq!(forward, segments(&profiles));
}

#[test]
fn the_back_test_catches_coherent_seeds_and_not_lone_ones() {
    let mut profiles = planted();
    profiles.truncate(5);
    profiles.extend(planted().drain(5..7));
    let rates = rates(&world(3000), &profiles);
    let options = SegmentOptions::default();
    let found = find_segments(&profiles, &rates, &options);
    let tests = back_test(&profiles, &found, &rates, &options);
    assert_eq!(tests[0].map(|test| (test.caught, test.hidden)), Some((5, 5)));
    let lone = Segment {
        rule: Rule::new([Condition::Ssic(SsicNode::new("463", SsicEdition::Y2025).unwrap())], []),
        supporting: profiles[5..].iter().map(|profile| profile.seed.id).collect(),
        gain: 1.0,
    };
    let test = back_test(&profiles, &[lone], &rates, &options)[0];
    assert_eq!(
        test.map(|test| (test.caught, test.hidden)),
        Some((0, 2)),
        "one seed is no segment to catch the other"
    );
}

#[test]
fn five_coherent_seeds_give_three_cards_without_padding() {
    let mut profiles = Vec::new();
    for i in 0..5usize {
        let code = if i < 3 { "62011" } else { "62021" };
        let entity = entity(91_000 + i, code, None, if i % 2 == 0 { 2018 } else { 2004 }, true, true);
        let signals: &[_] = if i < 3 { &[(SignalKey::Integration, "HubSpot")] } else { &[] };
        profiles.push(profile(SeedRole::Best, Some(entity), signals));
    }
    let found = segments(&profiles);
    assert!(found.len() >= 3, "{found:#?}");
    let rules: BTreeSet<_> = found.iter().map(|segment| segment.rule.clone()).collect();
    assert_eq!(rules.len(), found.len());
    assert!(found.iter().all(|segment| segment.supporting.len() >= 2 && segment.gain > 0.0));
}

#[test]
fn nothing_in_common_gives_nothing() {
    let codes = ["10711", "43210", "56111", "70201", "85493"];
    let profiles: Vec<SeedProfile> = codes
        .iter()
        .enumerate()
        .map(|(i, code)| {
            profile(
                SeedRole::Best,
                Some(entity(92_000 + i, code, None, 1981 + 9 * i as i16, true, true)),
                &[],
            )
        })
        .collect();
    assert_eq!(segments(&profiles), []);
    assert_eq!(segments(&[]), []);
    assert_eq!(segments(&[profile(SeedRole::Best, None, &[])]), []);
}

#[test]
fn patterns_know_what_they_do_not_know() {
    let mut profiles = planted();
    profiles.push(profile(SeedRole::Best, None, &[(SignalKey::Integration, "Xero")]));
    let lost = vec![profile(SeedRole::Lost, Some(entity(95_000, "56111", None, 2000, true, true)), &[])];
    let rates = rates(&world(3000), &profiles);
    let snapshot = find_patterns(RunId::from_u128(1), &profiles, &lost, &rates, &BTreeMap::new());
    let xero = snapshot
        .patterns
        .iter()
        .find(|pattern| matches!(&pattern.condition, Condition::Signal { value, .. } if value == "Xero"))
        .unwrap();
    assert_eq!((xero.best.have, xero.best.lack), (5, 0), "absence of evidence is never lack");
    assert!(xero.lift.is_none() && xero.missing_base_rate.is_some());
    assert_eq!(xero.contrast.difference, None, "a signal nobody was seen to lack has no contrast");
    let division = snapshot
        .patterns
        .iter()
        .find(|pattern| matches!(&pattern.condition, Condition::Ssic(node) if node.as_str() == "52"))
        .unwrap();
    assert_eq!(division.best, Tally { have: 5, lack: 10, unknown: 1 });
    let lift = division.lift.unwrap();
    assert_eq!(lift.seeds, (5, 15), "an unresolved seed is not in the denominator");
    assert!(division.contrast.attainable_p.is_some());
    assert_eq!(snapshot.headcount.unwrap().companies, 12);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn taking_a_signal_away_never_adds_support(drop in 0usize..15) {
        let profiles = planted();
        let mut less = planted();
        less[drop].facts.signals.clear();
        less[drop].facts.headcount = None;
        let rates = rates(&world(800), &profiles);
        let (a, b) = (find_patterns(RunId::from_u128(1), &profiles, &[], &rates, &BTreeMap::new()),
                      find_patterns(RunId::from_u128(1), &less, &[], &rates, &BTreeMap::new()));
        for pattern in &b.patterns {
            let before = a.patterns.iter().find(|p| p.condition == pattern.condition);
            prop_assert!(before.is_some_and(|before| before.best.have >= pattern.best.have));
        }
    }
}
