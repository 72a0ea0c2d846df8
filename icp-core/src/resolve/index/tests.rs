use proptest::prelude::*;

use super::*;

fn index(names: &[&str]) -> NameIndex {
    let mut builder = NameIndexBuilder::new();
    for (id, name) in names.iter().enumerate() {
        builder.push(id as u32, name);
    }
    builder.finish()
}

fn brute(index: &NameIndex, names: &[(u32, String)], query: &str) -> Vec<(u32, f32)> {
    let wanted = index.wanted(&crate::normalize::core_key(query));
    let mut found = Vec::new();
    let mut all: std::collections::BTreeMap<u32, f32> = std::collections::BTreeMap::new();
    for (id, name) in names {
        let score = index.nearness(&wanted, &crate::normalize::core_key(name), &mut found);
        let best = all.entry(*id).or_default();
        *best = best.max(score);
    }
    let mut all: Vec<_> = all.into_iter().filter(|(_, score)| *score > 0.0).collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    all
}

#[test]
fn finds_what_people_mistype() {
    let names = [
        "ACME TRADING PTE. LTD.",
        "SUPPLY59 PTE. LTD.",
        "INTERNATIONAL BUSINESS MACHINES",
        "中国银行股份有限公司",
        "ZHONG GUO SHI YOU PTE LTD",
        "ACORN HOLDINGS PTE LTD",
    ];
    let index = index(&names);
    for (query, id) in [
        ("acme tradng", 0),
        ("Supply 59", 1),
        ("IBM", 2),
        ("中国银行", 3),
        ("中国石油", 4),
        ("Acorn Hldgs", 5),
        ("trading acme", 0),
    ] {
        assert_eq!(index.search(query, 1).first().map(|hit| hit.id), Some(id), "{query}");
    }
}

#[test]
fn an_entity_comes_once_with_its_best_name() {
    let mut builder = NameIndexBuilder::new();
    builder.push(3, "Beta Pte Ltd");
    builder.push(1, "Alpha Robotics Pte Ltd");
    builder.push(1, "Gamma Foods Pte Ltd");
    builder.push(3, "Gamma Food Trading");
    let hits = builder.finish().search("gamma foods", 10);
    assert_eq!(hits[0], Hit { id: 1, score: 1.0, name_ordinal: 1 });
    assert_eq!((hits[1].id, hits[1].name_ordinal), (3, 1));
    assert_eq!(hits.len(), 2);
}

#[test]
fn odd_registers_and_odd_queries() {
    let long = "abc def ".repeat(1250);
    let odd = [
        "",
        "a",
        "Pte Ltd",
        long.as_str(),
        "🙂",
        "\u{0}\u{1}\u{7f}",
        "שלום עולם",
        "日本 mixed ไทย",
        "https://x.com/a",
    ];
    for names in [&[][..], &["Acme"][..], &odd[..]] {
        let index = index(names);
        for query in odd {
            for hit in index.search(query, 20) {
                assert!((0.0..=1.0).contains(&hit.score) && (hit.id as usize) < names.len());
            }
        }
        let again = NameIndex::from_bytes(index.to_bytes()).unwrap();
        assert_eq!(again.search("acme", 5), index.search("acme", 5));
    }
    assert_eq!(index(&odd).search(&long, 1)[0].id, 3);
    assert_eq!(index(&odd).search("שלום", 1)[0].id, 6);
    assert!(index(&odd).search("", 5).is_empty());
    assert!(index(&odd).search("acme", 0).is_empty());
}

#[test]
fn a_hundred_thousand_identical_names() {
    let mut builder = NameIndexBuilder::new();
    for id in 0..100_000 {
        builder.push(id, "SAME NAME PTE. LTD.");
    }
    let index = builder.finish();
    let hits = index.search("same name", 20);
    assert_eq!(hits.iter().map(|hit| hit.id).collect::<Vec<_>>(), (0..20).collect::<Vec<_>>());
    let searched = index.search_with("same name", &SearchOptions::new(20));
    assert!(searched.postings <= SearchOptions::new(20).budget);
}

#[test]
fn damage_is_detected_and_named() {
    let good = index(&["Acme Trading", "Beta Foods", "Gamma"]).to_bytes();
    assert!(NameIndex::from_bytes(good.clone()).is_ok());
    assert_eq!(NameIndex::from_bytes(Vec::new()).unwrap_err(), IndexError::Foreign);
    assert_eq!(
        NameIndex::from_bytes(b"SQLite format 3\0 and so on".to_vec()).unwrap_err(),
        IndexError::Foreign
    );
    for cut in [9, 40, 63, 64, 70, good.len() / 2, good.len() - 1] {
        assert!(
            matches!(NameIndex::from_bytes(good[..cut].to_vec()), Err(IndexError::Length { .. })),
            "cut at {cut}"
        );
    }
    let mut newer = good.clone();
    newer[8] = 99;
    let error = NameIndex::from_bytes(newer).unwrap_err();
    assert!(error.to_string().contains("version 99") && error.to_string().contains("rebuild"));
    for at in (12..good.len()).step_by(good.len() / 500) {
        let mut bad = good.clone();
        bad[at] ^= 0x10;
        assert!(NameIndex::from_bytes(bad).is_err(), "a flipped bit at {at}");
    }
}

#[test]
fn updates_are_seen_and_merged() {
    let mut index = index(&["Acme Trading", "Quixotic Foods", "Gamma Robotics"]);
    index.remove(1);
    index.insert(1, "Delta Foods");
    index.insert(9, "Epsilon Marine");
    index.remove(2);
    let check = |index: &NameIndex| {
        assert_eq!(index.search("epsilon marine", 1)[0].id, 9);
        assert_eq!(index.search("delta foods", 1)[0].id, 1);
        assert!(index.search("gamma robotics", 5).iter().all(|hit| hit.id != 2));
        assert!(index.search("quixotic", 5).iter().all(|hit| hit.id != 1));
    };
    check(&index);
    assert_eq!(index.pending(), 4);
    let merged = NameIndex::from_bytes(index.to_bytes()).unwrap();
    assert_eq!((merged.pending(), merged.names()), (0, 3));
    check(&merged);
}

#[test]
fn a_tight_budget_states_what_it_may_miss() {
    let names: Vec<String> = (0..2_000).map(|n| format!("trading company number {n} singapore")).collect();
    let refs: Vec<&str> = names.iter().map(String::as_str).collect();
    let index = index(&refs);
    let tight =
        index.search_with("trading company number 77", &SearchOptions { limit: 5, budget: 50, compare: 50 });
    assert!(tight.unseen_bound > 0.0 && tight.unseen_bound <= 1.0 && tight.postings <= 50);
    let all = index.search_with("trading company number 77", &SearchOptions::unlimited(5));
    assert_eq!(all.unseen_bound, 0.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn an_unlimited_search_is_brute_force(
        names in proptest::collection::vec((0u32..12, "([a-d]{1,4} ?){0,4}|[中国银行石油]{1,4}|\\PC{0,12}"), 0..30),
        query in "([a-d]{1,4} ?){0,4}|[中国银行石油]{1,4}|\\PC{0,12}",
    ) {
        let mut builder = NameIndexBuilder::new();
        for (id, name) in &names {
            builder.push(*id, name);
        }
        let index = builder.finish();
        let found = index.search_with(&query, &SearchOptions::unlimited(100)).hits;
        let expected = brute(&index, &names, &query);
        prop_assert_eq!(found.len(), expected.len());
        for (hit, (id, score)) in found.iter().zip(&expected) {
            prop_assert!(hit.id == *id && (hit.score - score).abs() < 1e-6, "{:?} {} {}", hit, id, score);
        }
        let again = NameIndex::from_bytes(index.to_bytes()).unwrap();
        prop_assert_eq!(again.search(&query, 7), index.search(&query, 7));
    }

    #[test]
    fn the_bound_holds_for_what_was_not_seen(
        names in proptest::collection::vec("([a-e]{1,4} ?){1,4}", 1..40),
        query in "([a-e]{1,4} ?){1,4}",
        budget in 1usize..40,
    ) {
        let mut builder = NameIndexBuilder::new();
        for (id, name) in names.iter().enumerate() {
            builder.push(id as u32, name);
        }
        let index = builder.finish();
        let tight = index.search_with(&query, &SearchOptions { limit: 100, budget, compare: 100 });
        let all = index.search_with(&query, &SearchOptions::unlimited(100));
        for hit in &all.hits {
            let seen = tight.hits.iter().any(|other| other.id == hit.id);
            prop_assert!(seen || hit.score <= tight.unseen_bound + 1e-4, "{:?} bound {}", hit, tight.unseen_bound);
        }
    }
}
