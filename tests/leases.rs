//! Two workers on one run: its work is done once, and one that lost its lease writes nothing.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use common::*;
use icp::memory::{ManualClock, MemoryStore};
use icp::ports::{FetchOutcome, FetchRequest};
use icp::prelude::*;
use icp_testkit::sample;
use tokio::sync::Notify;

/// Counts how often each address is asked for, and may hold one request back.
#[derive(Debug)]
struct Counting {
    web: icp::fetch::OfflineFetcher,
    asked: Mutex<BTreeMap<String, u32>>,
    hold_at: Option<usize>,
    held: Notify,
    go_on: Notify,
}

impl Counting {
    fn new(sites: &Path, hold_at: Option<usize>) -> Arc<Self> {
        let web = icp::fetch::OfflineFetcher::new(sites, clock()).unwrap();
        let (asked, held, go_on) = (Mutex::default(), Notify::new(), Notify::new());
        Arc::new(Self { web, asked, hold_at, held, go_on })
    }

    fn asked(&self) -> BTreeMap<String, u32> {
        self.asked.lock().unwrap().clone()
    }
}

#[icp::async_trait]
impl Fetcher for Counting {
    async fn fetch(&self, request: &FetchRequest) -> Result<FetchOutcome> {
        let total = {
            let mut asked = self.asked.lock().unwrap();
            *asked.entry(format!("{} {:?}", request.site, request.target)).or_default() += 1;
            asked.values().sum::<u32>() as usize
        };
        if Some(total) == self.hold_at {
            self.held.notify_one();
            self.go_on.notified().await;
        }
        self.web.fetch(request).await
    }
}

fn worker(store: Arc<dyn Store>, fetcher: Arc<Counting>, clock: Arc<ManualClock>) -> Engine {
    let parts = EngineParts::new(store, memory_register(), fetcher, clock, Arc::new(RandomIds))
        .with_extractor(Arc::new(RuleExtractor));
    Engine::new(parts, EngineOptions::default())
}

/// Both kinds of store, each twice as two processes would have it.
async fn stores(folder: &Path) -> Vec<[Arc<dyn Store>; 2]> {
    let memory: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let path = folder.join("icp.db");
    let one = icp::sqlite::SqliteDb::open(&path).await.unwrap();
    let other = icp::sqlite::SqliteDb::open(&path).await.unwrap();
    vec![[Arc::clone(&memory), memory], [one.store(), other.store()]]
}

/// Calls until the run has ended, as a worker does that finds it leased.
async fn to_the_end(engine: &Engine, run: RunId) -> (Run, u32) {
    let mut refused = 0;
    loop {
        match engine.run(&tenant(), run, &CancelToken::default()).await {
            Ok(run) => return (run, refused),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Leased, "{error}");
                assert!(error.is_transient());
                refused += 1;
                tokio::task::yield_now().await;
            }
        }
    }
}

async fn outcome(engine: &Engine, run: RunId) -> (String, usize, u64) {
    let report = engine.report(&tenant(), run).await.unwrap();
    (serde_json::to_string(&report.suggestions).unwrap(), report.sites.len(), report.ledger.evidence)
}

#[tokio::test]
async fn two_workers_read_each_site_once() {
    let folder = tempfile::tempdir().unwrap();
    sample::write_sites(&folder.path().join("sites")).unwrap();
    for [here, there] in stores(folder.path()).await {
        let web = Counting::new(&folder.path().join("sites"), None);
        let one = worker(here, Arc::clone(&web), clock());
        let other = worker(there, Arc::clone(&web), clock());
        let run = submit(&one).await;
        let ((ended, refused), (also, also_refused)) =
            tokio::join!(to_the_end(&one, run), to_the_end(&other, run));
        assert_eq!((ended.state, also.state), (RunState::SuggestionsReady, RunState::SuggestionsReady));
        assert!(refused + also_refused > 0, "they never met");
        let asked = web.asked();
        assert!(asked.len() > 150, "{}", asked.len());
        assert!(asked.values().all(|times| *times == 1), "{asked:?}");
        assert_eq!(outcome(&one, run).await, outcome(&other, run).await);
    }
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let sites = folder.path().join("sites");
    sample::write_sites(&sites).unwrap();
    for [here, there] in stores(folder.path()).await {
        // The first one stalls in the middle of its crawl: its time stands still, and others think it gone.
        let web = Counting::new(&sites, Some(90));
        let stalled = worker(here, Arc::clone(&web), clock());
        let run = submit(&stalled).await;
        let stalled = Arc::new(stalled);
        let working = tokio::spawn({
            let stalled = Arc::clone(&stalled);
            async move { stalled.run(&tenant(), run, &CancelToken::default()).await }
        });
        web.held.notified().await;

        let later = Arc::new(ManualClock::fixed("2026-11-23T09:00:00Z".parse().unwrap()));
        let second = Counting::new(&sites, None);
        let engine = worker(there, Arc::clone(&second), later);
        let ended = engine.run(&tenant(), run, &CancelToken::default()).await.unwrap();
        assert_eq!(ended.state, RunState::SuggestionsReady);
        let before = outcome(&engine, run).await;
        let events = engine.report(&tenant(), run).await.unwrap().ledger.state_ms;

        web.go_on.notify_one();
        let error = working.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::LeaseLost, "{error}");
        assert_eq!(outcome(&engine, run).await, before);
        assert_eq!(engine.report(&tenant(), run).await.unwrap().ledger.state_ms, events);
        assert_eq!(engine.report(&tenant(), run).await.unwrap().run.state, RunState::SuggestionsReady);
        // Sites that the first had finished were not read again.
        assert!(second.asked().len() < 140, "{}", second.asked().len());
    }
}
