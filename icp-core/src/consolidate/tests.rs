use proptest::prelude::*;

use super::*;
use crate::model::{BlockKind, Citation, Finding, Page, PageBuilder, PageKind, Quote, Zone, admit};

fn page(url: &str, kind: PageKind, zone: Zone, text: &str) -> Page {
    let mut page = PageBuilder::new(url, Timestamp::from_micros(0));
    page.block(zone, BlockKind::Text, text);
    let mut page = page.finish();
    page.kind = kind;
    page
}

fn item(key: SignalKey, value: &str, url: &str, source: EvidenceSource) -> EvidenceItem {
    let page = page(url, PageKind::Home, Zone::Main, value);
    let finding = Finding::new(key, value, value, 0..value.len(), Confidence::new(0.8));
    let id = ExtractorId::new(if source == EvidenceSource::Llm { "llm" } else { "rules" }, 1);
    admit(&finding, &page, CompanyId::from_u128(1), source, &id).unwrap()
}

const SITE: EvidenceSource = EvidenceSource::SeedSite;
const MODEL: EvidenceSource = EvidenceSource::Llm;

fn confidence(items: &[EvidenceItem]) -> f64 {
    consolidate(items)[0].confidence.get()
}

#[test]
fn pages_and_methods_that_agree_make_a_fact_surer() {
    let at = |url, source| item(SignalKey::Integration, "Xero", url, source);
    let one = [at("https://a.sg/", SITE)];
    let two = [at("https://a.sg/", SITE), at("https://a.sg/b", SITE)];
    let methods = [at("https://a.sg/", SITE), at("https://a.sg/", MODEL)];
    assert!((confidence(&one) - 0.8).abs() < 1e-9);
    assert!((confidence(&two) - (1.0 - 0.2 * 0.6)).abs() < 1e-9, "{}", confidence(&two));
    assert!(confidence(&methods) > confidence(&one) && confidence(&methods) < confidence(&two));
    let facts = consolidate(&two);
    assert_eq!((facts.len(), facts[0].pages, facts[0].items.len()), (1, 2, 2));
}

#[test]
fn a_model_on_one_page_is_not_corroborated() {
    let at = |url, source| item(SignalKey::Integration, "Xero", url, source);
    let corroborated = |items: &[EvidenceItem]| consolidate(items)[0].corroborated;
    assert!(!corroborated(&[at("https://a.sg/", MODEL)]));
    assert!(corroborated(&[at("https://a.sg/", MODEL), at("https://a.sg/b", MODEL)]));
    assert!(corroborated(&[at("https://a.sg/", MODEL), at("https://a.sg/", SITE)]));
    assert!(corroborated(&[at("https://a.sg/", SITE)]));
}

#[test]
fn headcounts_that_exclude_each_other_are_shown_and_doubted() {
    let at = |value, url| item(SignalKey::HeadcountHint, value, url, SITE);
    let items = [at("40", "https://a.sg/"), at("11–50", "https://a.sg/b"), at("120", "https://a.sg/c")];
    let facts = consolidate(&items);
    let of = |value: &str| facts.iter().find(|fact| fact.value == *value).unwrap();
    assert_eq!(of("40").contradicts, [CleanText::scrub("120")], "a band that holds 40 agrees with it");
    assert_eq!(of("120").contradicts.len(), 2);
    assert!(of("120").confidence < of("40").confidence);
    let integrations = [
        item(SignalKey::Integration, "Xero", "https://a.sg/", SITE),
        item(SignalKey::Integration, "SAP", "https://a.sg/", SITE),
    ];
    assert!(consolidate(&integrations).iter().all(|fact| fact.contradicts.is_empty()));
}

#[test]
fn the_place_counts() {
    let at = |kind, zone| {
        let page = page("https://a.sg/x", kind, zone, "Director");
        let finding = Finding::new(SignalKey::StaffTitle, "Director", "Director", 0..8, Confidence::new(0.9));
        let id = ExtractorId::new("rules", 1);
        weight(&admit(&finding, &page, CompanyId::from_u128(1), SITE, &id).unwrap())
    };
    assert_eq!(at(PageKind::About, Zone::Main), Confidence::new(0.9));
    assert!(at(PageKind::Product, Zone::Main) < at(PageKind::About, Zone::Main));
    assert!(at(PageKind::Blog, Zone::Main) < at(PageKind::Product, Zone::Main));
    assert!(at(PageKind::About, Zone::Nav) < at(PageKind::About, Zone::Footer));
}

#[test]
fn detected_and_mentioned_are_two_facts() {
    let at = |zone| {
        let mut it = item(SignalKey::Technology, "React", "https://a.sg/", SITE);
        let quote = Quote::new("React").unwrap();
        let hash = it.citation.as_ref().unwrap().content_hash.clone();
        it.citation =
            Some(Citation::new("https://a.sg/", PageKind::Home, quote, 0, hash).in_zone(Some(zone)));
        it.id = EvidenceId::derive(&[&format!("{zone:?}")]);
        it
    };
    let signals: Vec<SignalKey> =
        consolidate(&[at(Zone::Asset), at(Zone::Main)]).iter().map(|fact| fact.signal).collect();
    assert_eq!(signals, [SignalKey::Technology, SignalKey::TechnologyMentioned]);
}

#[test]
fn facts_fade() {
    let day = 86_400_000_000;
    let (seen, after) = (Timestamp::from_micros(0), Timestamp::from_micros(45 * day));
    assert!((freshness(SignalKey::JobOpeningTitle, seen, after) - 0.5).abs() < 1e-9);
    assert!(freshness(SignalKey::Location, seen, after) > 0.95);
    assert!((freshness(SignalKey::Location, after, seen) - 1.0).abs() < 1e-9, "the future is not fresher");
}

fn some_item() -> impl Strategy<Value = EvidenceItem> {
    let keys = vec![SignalKey::Integration, SignalKey::HeadcountHint, SignalKey::Technology];
    let values = vec!["Xero", "xero", "40", "120", "11–50"];
    (
        proptest::sample::select(keys),
        proptest::sample::select(values),
        0u8..4,
        proptest::sample::select(vec![SITE, MODEL]),
    )
        .prop_map(|(key, value, page, source)| item(key, value, &format!("https://a.sg/{page}"), source))
}

proptest! {
    #[test]
    fn order_and_repetition_change_nothing(items in proptest::collection::vec(some_item(), 0..12)) {
        let facts = consolidate(&items);
        let mut again: Vec<EvidenceItem> = items.iter().rev().cloned().collect();
        again.extend(items.iter().cloned());
        prop_assert_eq!(consolidate(&again), facts);
    }

    #[test]
    fn a_further_page_never_lowers_what_nobody_contradicts(items in proptest::collection::vec(some_item(), 1..8)) {
        let of_key: Vec<EvidenceItem> =
            items.into_iter().filter(|item| item.key == SignalKey::Integration).collect();
        let extra = item(SignalKey::Integration, "Xero", "https://a.sg/further", SITE);
        let before = consolidate(&of_key).iter().find(|f| fold(f.value.as_str()) == "xero").map(|f| f.confidence);
        let mut more = of_key;
        more.push(extra);
        let after = consolidate(&more).iter().find(|f| fold(f.value.as_str()) == "xero").map(|f| f.confidence);
        prop_assert!(before.is_none_or(|before| after.is_some_and(|after| after >= before)));
    }
}
