//! A recorded run, replayed without its web: the same evidence, and the same cards.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use common::*;
use icp::fetch::{FetchConfig, HttpFetcher, ReplayFetcher, WebSource};
use icp::prelude::*;
use icp_testkit::sample::SampleWeb;

fn config() -> FetchConfig {
    FetchConfig::default().with_min_delay(Duration::ZERO).with_retries(0_u32)
}

/// The evidence, the outcomes of sites and the cards of a run, as JSON.
async fn run(fetcher: Arc<dyn Fetcher>) -> [String; 3] {
    let engine = memory_engine(fetcher);
    let run = submit(&engine).await;
    engine.run(&tenant(), run, &CancelToken::default()).await.unwrap();
    let report = engine.report(&tenant(), run).await.unwrap();
    let store = engine.parts().store.tenant(&tenant());
    let mut evidence = store.evidence(&Default::default()).await.unwrap();
    evidence.sort_by_key(|item| item.id.to_string());
    let causes: Vec<_> =
        report.sites.iter().map(|site| (site.domain.to_string(), &site.status, &site.cause)).collect();
    [
        serde_json::to_string(&evidence).unwrap(),
        serde_json::to_string(&causes).unwrap(),
        serde_json::to_string(&report.suggestions).unwrap(),
    ]
}

async fn recorded(path: &Path) -> [String; 3] {
    let web = SampleWeb::start().await.unwrap();
    let fetcher = HttpFetcher::new(config(), WebSource::Loopback(web.addr()), clock()).unwrap();
    run(Arc::new(fetcher.recording_to(path).unwrap())).await
}

#[tokio::test]
async fn a_replay_ends_with_the_same_evidence_and_cards() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("run.warc.gz");
    let recorded = recorded(&path).await;
    let replayed = run(Arc::new(ReplayFetcher::open(&path, config(), clock()).unwrap())).await;
    assert!(recorded[0].len() > 10_000, "evidence was found");
    for (recorded, replayed) in recorded.iter().zip(&replayed) {
        assert!(recorded == replayed, "{recorded}\n\n{replayed}");
    }
}
