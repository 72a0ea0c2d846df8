//! The promised properties of normalisation and thresholds, over inputs nobody chose.
//!
//! Every property calls the product's own functions. The edit distance they are held against is `strsim`'s.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use icp_core::model::{Domain, HeadcountBand, Outcome};
use icp_core::normalize::{NameForms, core_key, dedupe_folded, fold, light_key};
use icp_core::resolve::trigram::{TrigramIndex, TrigramIndexBuilder, similarity};
use icp_core::resolve::{Found, NameIndex, NameIndexBuilder, ResolveOptions, SeedFacts, decide};
use icp_testkit::sample;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Names of the sample register that are long enough to survive a typo.
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let entities = sample::register::entities();
    let names = entities.iter().map(|entity| entity.name.clone());
    names.filter(|name| core_key(name).len() >= 12).take(2000).collect()
});

static INDEX: LazyLock<NameIndex> = LazyLock::new(|| {
    let mut builder = NameIndexBuilder::new();
    for (id, name) in NAMES.iter().enumerate() {
        builder.push(id as u32, name);
    }
    builder.finish()
});

static TRIGRAMS: LazyLock<TrigramIndex> = LazyLock::new(|| {
    let mut builder = TrigramIndexBuilder::new();
    for (id, name) in NAMES.iter().enumerate() {
        builder.push(id as u32, name);
    }
    builder.finish()
});

/// A slip of the keyboard: a letter left out, put in, or taken for another.
fn typo(text: &str, at: Index, letter: char, kind: u8) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let at = at.index(letters.len());
    match kind {
        0 => _ = letters.remove(at),
        1 => letters.insert(at, letter),
        _ => letters[at] = letter,
    }
    letters.into_iter().collect()
}

/// How many distinct 3-grams `pg_trgm` makes of one word.
fn grams(word: &str) -> f32 {
    let padded: Vec<char> = format!("  {word} ").chars().collect();
    padded.windows(3).collect::<BTreeSet<_>>().len() as f32
}

/// Names as registers and people write them, and texts as nobody does.
fn name() -> impl Strategy<Value = String> {
    let words = vec![
        "Acme",
        "THE",
        "Tan &",
        "Müller",
        "中国银行",
        "株式会社",
        "S.E.A.",
        "Pte. Ltd.",
        "(S)",
        "PT",
        "GmbH",
        "& Co",
        "Intl",
        "Sdn Bhd",
        "ООО",
        "Ⅷ",
        "ß",
        "İ",
    ];
    prop_oneof![
        any::<String>(),
        proptest::collection::vec(select(words), 0..6).prop_map(|words| words.join(" "))
    ]
}

proptest! {
    #[test]
    fn names_normalise_totally_and_once(name in name()) {
        let forms = NameForms::of(&name);
        prop_assert_eq!(light_key(&forms.light), forms.light.as_str());
        prop_assert_eq!(core_key(&forms.core), forms.core.as_str());
        prop_assert_eq!(forms.core.is_empty(), forms.light.is_empty());
    }

    #[test]
    fn domains_normalise_totally_and_once(
        text in prop_oneof![any::<String>(), "(HTTPS?://)?(www\\.)?[A-Za-zé-]{1,9}\\.(com|sg|com\\.sg|de)(:8080)?(/[a-z]{0,4})?\\.?"],
    ) {
        if let Ok(domain) = text.parse::<Domain>() {
            let again: Domain = domain.as_str().parse().unwrap();
            prop_assert_eq!(&again, &domain, "from {}", text);
            prop_assert!(domain.as_str().ends_with(domain.registrable()));
        }
    }

    #[test]
    fn titles_and_tags_normalise_totally_and_once(
        tags in proptest::collection::vec(prop_oneof![any::<String>(), select(vec!["HubSpot", " hubspot ", "Head of  Sales"]).prop_map(str::to_owned)], 0..8),
    ) {
        for tag in &tags {
            prop_assert_eq!(fold(&fold(tag)), fold(tag), "{:?}", tag);
        }
        let once = dedupe_folded(&tags);
        prop_assert_eq!(&dedupe_folded(&once), &once);
        let folded: BTreeSet<String> = once.iter().map(|tag| fold(tag)).collect();
        prop_assert_eq!(folded.len(), once.len());
    }

    #[test]
    fn headcounts_normalise_totally_and_once(
        text in prop_oneof![any::<String>(), "[<>~]?[0-9]{1,5}k?( ?[-–+to]{1,2} ?([0-9]{1,5}k?)?)?( employees)?"],
    ) {
        if let Ok(band) = text.parse::<HeadcountBand>() {
            prop_assert_eq!(band.to_string().parse::<HeadcountBand>(), Ok(band), "from {}", text);
            prop_assert_eq!(band.standard().standard(), band.standard());
        }
    }

    #[test]
    fn similarity_is_symmetric_and_a_share(a in name(), b in name()) {
        let there = similarity(&a, &b);
        prop_assert_eq!(there, similarity(&b, &a));
        prop_assert!((0.0..=1.0).contains(&there));
    }

    /// An edit touches at most three 3-grams of each word, so an edit distance bounds the similarity from below
    /// (Ukkonen, 1992).
    #[test]
    fn similarity_falls_no_faster_than_the_edit_distance(
        word in "[a-e]{1,14}", at in any::<Index>(), letter in "[a-e]", kind in 0u8..3, other in "[a-e]{1,14}",
    ) {
        let letter = letter.chars().next().unwrap();
        for near in [typo(&word, at, letter, kind), other] {
            let lost = 3.0 * strsim::levenshtein(&word, &near) as f32;
            let (a, b) = (grams(&word), grams(&near));
            let least = ((a - lost) / (b + lost)).max((b - lost) / (a + lost));
            prop_assert!(similarity(&word, &near) >= least - 1e-6, "{} / {}: {}", word, near, least);
        }
    }

    #[test]
    fn a_higher_floor_finds_a_part_of_what_a_lower_one_finds(
        at in any::<Index>(), low in 0.0f64..1.0, high in 0.0f64..1.0,
    ) {
        let (low, high) = (low.min(high), low.max(high));
        let query = at.get(&NAMES);
        let found = |floor| TRIGRAMS.top(query, floor, usize::MAX);
        let (many, few) = (found(low), found(high));
        prop_assert!(few.iter().all(|hit| many.contains(hit)));
        prop_assert_eq!(&many[..few.len()], &few[..], "the nearest come first at every floor");
        prop_assert!(few.iter().all(|hit| f64::from(hit.similarity) >= high));
    }

    #[test]
    fn one_typo_does_not_hide_a_name(at in any::<Index>(), place in any::<Index>(), letter in "[a-z]", kind in 0u8..3) {
        let id = at.index(NAMES.len());
        let key = core_key(&NAMES[id]);
        let query = typo(&key, place, letter.chars().next().unwrap(), kind);
        prop_assert!(strsim::levenshtein(&key, &query) <= 1);
        let found = INDEX.search(&query, 10);
        let same = |hit: &icp_core::resolve::Hit| core_key(&NAMES[hit.id as usize]) == key;
        prop_assert!(found.iter().any(same), "{} is not among the ten nearest of {}", key, query);
    }

    /// Asking for more certainty never makes a match of what was none.
    #[test]
    fn a_match_at_a_higher_threshold_is_one_at_a_lower(
        at in any::<Index>(), place in any::<Index>(), letter in "[a-z]", kind in 0u8..3, low in 0.0f64..1.0, high in 0.0f64..1.0,
    ) {
        let entities = sample_entities();
        let entity = at.get(entities);
        let mut found = Found::default();
        found.candidates = vec![entity.clone()];
        let facts = SeedFacts::named(typo(&core_key(&entity.name), place, letter.chars().next().unwrap(), kind));
        let decided = |match_at| {
            let mut options = ResolveOptions::default();
            options.match_at = match_at;
            decide(&facts, &found, &options).outcome
        };
        if decided(low.max(high)) == Outcome::Matched {
            prop_assert_eq!(decided(low.min(high)), Outcome::Matched);
        }
    }
}

fn sample_entities() -> &'static [icp_core::model::Entity] {
    static ENTITIES: LazyLock<Vec<icp_core::model::Entity>> =
        LazyLock::new(|| sample::register::entities().into_iter().take(500).collect());
    &ENTITIES
}

/// The examples of `pg_trgm`'s documentation.
#[test]
fn equals_the_documented_examples_of_pg_trgm() {
    for (a, b, documented) in
        [("word", "words", 0.571_429), ("word", "two words", 0.363_636), ("foo|bar", "bar foo", 1.0)]
    {
        assert!((similarity(a, b) - documented).abs() < 1e-6, "{a} / {b}: {}", similarity(a, b));
    }
}
