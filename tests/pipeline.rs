//! The whole way from intake to cards over real HTTP on the sample web.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::collections::BTreeSet;

use common::*;
use icp::prelude::*;
use icp_testkit::sample::{self, SampleWeb};

async fn sample_run() -> (Engine, RunReport) {
    let web = SampleWeb::start().await.unwrap();
    let engine = memory_engine(http(&web));
    let run = submit(&engine).await;
    engine.run(&tenant(), run, &CancelToken::default()).await.unwrap();
    let report = engine.report(&tenant(), run).await.unwrap();
    (engine, report)
}

#[tokio::test]
async fn the_planted_segments_come_out_as_cards() {
    let (_, report) = sample_run().await;
    assert_eq!(report.run.state, RunState::SuggestionsReady);
    for planted in sample::planted_segments() {
        let planted_domains: BTreeSet<&str> = planted.domains.into_iter().collect();
        let best = report
            .suggestions
            .cards
            .iter()
            .map(|card| {
                let domains: BTreeSet<&str> = card
                    .supporting_seeds
                    .iter()
                    .filter_map(|seed| seed.domain.as_ref())
                    .map(Domain::as_str)
                    .collect();
                let both = domains.intersection(&planted_domains).count() as f64;
                both / domains.union(&planted_domains).count() as f64
            })
            .fold(0.0, f64::max);
        let titles: Vec<&str> = report.suggestions.cards.iter().map(|card| card.title.as_str()).collect();
        assert!(best >= 0.8, "{}: {best} of {titles:?}", planted.name);
    }
    assert!((3..=5).contains(&report.suggestions.cards.len()));
}

#[tokio::test]
async fn obstacles_are_reported_as_causes() {
    let (_, report) = sample_run().await;
    let causes: BTreeSet<RefusalCause> = report
        .sites
        .iter()
        .filter(|site| site.status == SiteStatus::Unread)
        .filter_map(|site| site.cause.as_ref())
        .map(|refusal| refusal.cause)
        .collect();
    assert_eq!(report.sites.iter().filter(|site| site.status == SiteStatus::Unread).count(), 2, "{causes:?}");
    assert!(causes.contains(&RefusalCause::RobotsDisallowed), "{causes:?}");
    let reduced: Vec<_> = report.suggestions.cards.iter().flat_map(|card| &card.reduced_evidence).collect();
    assert_eq!(reduced.len(), 2, "each stands with its card");
    assert!(reduced.iter().all(|reduced| reduced.cause.is_some() && !reduced.detail.is_empty()));
}

#[tokio::test]
async fn every_quote_is_found_in_its_page() {
    let (engine, report) = sample_run().await;
    let store = engine.parts().store.tenant(&tenant());
    let mut pages = Vec::new();
    for site in &report.sites {
        pages.extend(store.pages(report.run.id, &site.domain).await.unwrap());
    }
    let evidence = store.evidence(&Default::default()).await.unwrap();
    let mut checked = 0;
    for item in &evidence {
        let Some(citation) = &item.citation else { continue };
        let page = pages.iter().find(|page| page.url == citation.url).expect("the page is stored");
        assert!(
            page.has_quote(citation.start as usize..citation.end as usize, citation.quote.as_str()),
            "{item:?}"
        );
        assert_eq!(page.content_hash, citation.content_hash);
        checked += 1;
    }
    assert!(checked > 100, "{checked}");
    for card in &report.suggestions.cards {
        assert!(card.evidence_count > 0);
        assert!(card.evidence.iter().all(|cited| evidence.iter().any(|item| item.id == cited.id)));
    }
}

#[tokio::test]
async fn no_personal_data_is_stored() {
    let (engine, report) = sample_run().await;
    let store = engine.parts().store.tenant(&tenant());
    let mut stored = serde_json::to_string(&report).unwrap();
    for site in &report.sites {
        stored.push_str(
            &serde_json::to_string(&store.pages(report.run.id, &site.domain).await.unwrap()).unwrap(),
        );
    }
    stored.push_str(&serde_json::to_string(&store.evidence(&Default::default()).await.unwrap()).unwrap());
    assert!(stored.contains("[e-mail]") && stored.contains("[phone]"), "the sample sites carry both");
    assert!(!stored.contains("@northpier.example") && !stored.contains("hello@"));
    assert!(!stored.contains("+65 6"), "a telephone number got through");
}

#[tokio::test]
async fn two_runs_print_the_same_cards() {
    let (_, one) = sample_run().await;
    let (_, two) = sample_run().await;
    assert_eq!(
        serde_json::to_string(&one.suggestions.cards).unwrap(),
        serde_json::to_string(&two.suggestions.cards).unwrap()
    );
    assert_eq!(
        serde_json::to_string(&one.suggestions.negative).unwrap(),
        serde_json::to_string(&two.suggestions.negative).unwrap()
    );
}

#[tokio::test]
async fn lost_reasons_become_themes() {
    let (_, report) = sample_run().await;
    assert!(report.suggestions.negative.len() >= 3, "{:?}", report.suggestions.negative);
    assert!(
        report
            .suggestions
            .negative
            .iter()
            .all(|theme| !theme.reasons.is_empty() || theme.attribute.is_some())
    );
}

#[tokio::test]
async fn a_card_is_adopted_once_with_one_audit_entry() {
    let (engine, report) = sample_run().await;
    let store = engine.parts().store.tenant(&tenant());
    let card = &report.suggestions.cards[0];
    let first = engine.accept(&tenant(), report.run.id, card.id, "maya").await.unwrap();
    let second = engine.accept(&tenant(), report.run.id, card.id, "maya").await.unwrap();
    assert!(first.added && !second.added);
    assert_eq!(store.rules().await.unwrap().len(), 1);
    assert_eq!(store.audit(&icp::ports::AuditQuery::first(9)).await.unwrap().len(), 1);
    let unknown = SuggestionId::from_u128(9);
    assert!(engine.accept(&tenant(), report.run.id, unknown, "maya").await.is_err());
}
