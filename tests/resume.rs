//! A run that is stopped anywhere is taken up again, and ends with the same bytes.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::*;
use icp::memory::{MemoryStore, SequentialIds};
use icp::prelude::*;
use icp_testkit::sample::{self, SampleWeb};

/// Cancels a run at its n-th event.
#[derive(Debug)]
struct StopAt {
    left: AtomicUsize,
    cancel: CancelToken,
}

impl ProgressSink for StopAt {
    fn emit(&self, _: &ProgressEvent) {
        if self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.cancel.cancel();
        }
    }
}

fn stopping(store: Arc<MemoryStore>, fetcher: Arc<dyn Fetcher>, at: usize, cancel: &CancelToken) -> Engine {
    let progress = StopAt { left: AtomicUsize::new(at), cancel: cancel.clone() };
    let ids = Arc::new(SequentialIds::default());
    let parts = EngineParts::new(store, memory_register(), fetcher, clock(), ids)
        .with_extractor(Arc::new(RuleExtractor))
        .with_progress(Arc::new(progress));
    Engine::new(parts, EngineOptions::default())
}

/// Results that must not depend on where a run was stopped.
async fn result(engine: &Engine, run: RunId) -> (String, usize, u64) {
    let report = engine.report(&tenant(), run).await.unwrap();
    assert_eq!(report.run.state, RunState::SuggestionsReady);
    (serde_json::to_string(&report.suggestions).unwrap(), report.sites.len(), report.ledger.evidence)
}

#[tokio::test]
async fn a_run_cancelled_at_any_event_ends_the_same() {
    let dir = tempfile::tempdir().unwrap();
    sample::write_sites(dir.path()).unwrap();
    let fetcher: Arc<dyn Fetcher> = Arc::new(icp::fetch::OfflineFetcher::new(dir.path(), clock()).unwrap());
    let whole = memory_engine(Arc::clone(&fetcher));
    let run = submit(&whole).await;
    whole.run(&tenant(), run, &CancelToken::default()).await.unwrap();
    let expected = result(&whole, run).await;

    let mut stopped = 0;
    for at in [1, 2, 20, 39, 40, 45, 80, 150, 165, 170, 190, 200, 210, 230, 240] {
        let cancel = CancelToken::default();
        let store = Arc::new(MemoryStore::default());
        let engine = stopping(Arc::clone(&store), Arc::clone(&fetcher), at, &cancel);
        let run = submit(&engine).await;
        match engine.run(&tenant(), run, &cancel).await {
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
                let state = store.tenant(&tenant()).run(run).await.unwrap().unwrap().state;
                assert_eq!(state, RunState::Cancelled);
                stopped += 1;
            }
            // The event came after the last unit of work.
            Ok(run) => assert_eq!(run.state, RunState::SuggestionsReady),
        }
        engine.run(&tenant(), run, &CancelToken::default()).await.unwrap();
        assert_eq!(result(&engine, run).await, expected, "stopped at event {at}");
        assert_eq!(
            store.tenant(&tenant()).queued_runs(clock().now(), 9).await.unwrap(),
            [],
            "its job is done"
        );
    }
    assert!(stopped >= 10, "{stopped}");
}

#[tokio::test]
async fn a_run_cancelled_through_the_store_stops() {
    let web = SampleWeb::start().await.unwrap();
    let engine = memory_engine(http(&web));
    let run = submit(&engine).await;
    engine.cancel(&tenant(), run).await.unwrap();
    let store = engine.parts().store.tenant(&tenant());
    assert_eq!(store.run(run).await.unwrap().unwrap().state, RunState::Cancelled);
    // Running it again is a person's explicit wish: it goes on.
    assert_eq!(
        engine.run(&tenant(), run, &CancelToken::default()).await.unwrap().state,
        RunState::SuggestionsReady
    );
    assert!(engine.cancel(&tenant(), run).await.is_err(), "what has ended stays");
}

#[tokio::test]
async fn the_same_submission_twice_is_one_run() {
    let web = SampleWeb::start().await.unwrap();
    let engine = memory_engine(http(&web));
    let submit = || async {
        let intake = parse_intake_text(sample::intake_json()).unwrap();
        engine.submit(&tenant(), "t", intake, Some("key".into())).await.unwrap()
    };
    assert_eq!(submit().await, submit().await);
    assert_eq!(engine.parts().store.tenant(&tenant()).runs(&RunQuery::newest(10)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn seed_order_does_not_change_the_cards() {
    let dir = tempfile::tempdir().unwrap();
    sample::write_sites(dir.path()).unwrap();
    let mut cards = Vec::new();
    for reverse in [false, true] {
        let fetcher: Arc<dyn Fetcher> =
            Arc::new(icp::fetch::OfflineFetcher::new(dir.path(), clock()).unwrap());
        let engine = memory_engine(fetcher);
        let mut answers: serde_json::Value = serde_json::from_str(sample::intake_json()).unwrap();
        if reverse {
            answers["best_customers"].as_array_mut().unwrap().reverse();
            answers["lost_or_churned"].as_array_mut().unwrap().reverse();
        }
        let intake = parse_intake(answers).unwrap();
        let run = engine.submit(&tenant(), "t", intake, None).await.unwrap().run;
        engine.run(&tenant(), run, &CancelToken::default()).await.unwrap();
        cards.push(result(&engine, run).await);
    }
    assert_eq!(cards[0], cards[1]);
}
