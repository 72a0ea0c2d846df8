//! How the engine uses its ports: what it asks, how often, and what an error of theirs does to a run.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::sync::Arc;

use async_trait::async_trait;
use common::*;
use icp::prelude::*;
use mockall::mock;

mock! {
    #[derive(Debug)]
    Web {}

    #[async_trait]
    impl Fetcher for Web {
        async fn fetch(&self, request: &FetchRequest) -> Result<FetchOutcome>;
    }
}

fn web() -> MockWeb {
    MockWeb::new()
}

fn refusal(cause: RefusalCause) -> FetchOutcome {
    FetchOutcome::Refused(Refusal::new(cause, "said the mock"))
}

#[tokio::test]
async fn all_sites_blocked_still_gives_cards_with_causes() {
    let mut web = web();
    // One question a site, and no more: a refused home page is not asked again.
    web.expect_fetch().times(19).returning(|_| Ok(refusal(RefusalCause::Blocked)));
    let engine = memory_engine(Arc::new(web));
    let run = submit(&engine).await;
    engine.run(&tenant(), run, &CancelToken::default()).await.unwrap();
    let report = engine.report(&tenant(), run).await.unwrap();
    let cards = &report.suggestions.cards;
    assert!(!cards.is_empty(), "the register alone carries cards");
    for card in cards {
        assert_ne!(card.grade, Grade::Supported, "nothing was read: {}", card.title);
        assert_eq!(card.reduced_evidence.len(), card.supporting_seeds.len());
        assert!(card.would_raise.iter().any(|raise| raise.contains("sites that can be read")));
    }
}

#[tokio::test]
async fn a_passing_fault_leaves_the_run_where_it_is() {
    let mut web = web();
    let down = || Error::new(ErrorKind::Unavailable, "fetch a page", "no network");
    web.expect_fetch().times(1..).returning(move |_| Err(down()));
    let engine = memory_engine(Arc::new(web));
    let run = submit(&engine).await;
    let error = engine.run(&tenant(), run, &CancelToken::default()).await.unwrap_err();
    assert!(error.is_transient());
    let state = engine.parts().store.tenant(&tenant()).run(run).await.unwrap().unwrap().state;
    assert_eq!(state, RunState::Crawl, "it can be taken up");
}

#[tokio::test]
async fn a_lasting_fault_ends_the_run_and_says_why() {
    let mut web = web();
    web.expect_fetch()
        .returning(|_| Err(Error::new(ErrorKind::Internal, "fetch a page", "the fetcher broke")));
    let engine = memory_engine(Arc::new(web));
    let run = submit(&engine).await;
    engine.run(&tenant(), run, &CancelToken::default()).await.unwrap_err();
    let run = engine.parts().store.tenant(&tenant()).run(run).await.unwrap().unwrap();
    assert_eq!(run.state, RunState::Failed);
    assert!(run.failure.unwrap().contains("the fetcher broke"));
}

#[tokio::test]
async fn three_seeds_are_graded_down_and_random_ones_give_nothing_supported() {
    for (seeds, expect_cards) in [(vec![0, 1, 2], true), (vec![0, 7, 13], false)] {
        let mut web = web();
        web.expect_fetch().returning(|_| Ok(refusal(RefusalCause::Timeout)));
        let engine = memory_engine(Arc::new(web));
        let mut answers: serde_json::Value =
            serde_json::from_str(icp_testkit::sample::intake_json()).unwrap();
        let all = answers["best_customers"].as_array().unwrap().clone();
        answers["best_customers"] = seeds.iter().map(|at| all[*at].clone()).collect();
        let intake = parse_intake(answers).unwrap();
        assert!(intake.payload().warnings.iter().any(|warning| warning.message.contains("graded down")));
        let run = engine.submit(&tenant(), "t", intake, None).await.unwrap().run;
        engine.run(&tenant(), run, &CancelToken::default()).await.unwrap();
        let report = engine.report(&tenant(), run).await.unwrap();
        assert_eq!(!report.suggestions.cards.is_empty(), expect_cards, "{:?}", report.suggestions.cards);
        assert!(report.suggestions.cards.iter().all(|card| card.grade != Grade::Supported));
        assert!(!report.suggestions.notes.is_empty());
    }
}
