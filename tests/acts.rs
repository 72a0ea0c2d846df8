//! What people ask of a run: lists, decisions and rejections.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::future::Future as _;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use common::*;
use icp::memory::MemoryStore;
use icp::model::SuppressedRole;
use icp::ports::{EraseReport, Lease, RunAdvance, RunAdvanced, RunClaim, StageName, StoreHealth};
use icp::prelude::*;
use icp_testkit::sample;

fn offline(dir: &tempfile::TempDir) -> Arc<dyn Fetcher> {
    sample::write_sites(dir.path()).unwrap();
    Arc::new(icp::fetch::OfflineFetcher::new(dir.path(), clock()).unwrap())
}

async fn finished(engine: &Engine, answers: &serde_json::Value) -> (RunId, Vec<SuggestionCard>) {
    let intake = parse_intake(answers.clone()).unwrap();
    let run = engine.submit(&tenant(), "test", intake, None).await.unwrap().run;
    engine.run(&tenant(), run, &CancelToken::default()).await.unwrap();
    let cards = engine.report(&tenant(), run).await.unwrap().suggestions.cards;
    (run, cards)
}

fn answers() -> serde_json::Value {
    serde_json::from_str(sample::intake_json()).unwrap()
}

#[tokio::test]
async fn lists_hold_none_that_the_person_never_wants() {
    let dir = tempfile::tempdir().unwrap();
    let engine = memory_engine(offline(&dir));
    let (run, cards) = finished(&engine, &answers()).await;
    let before = engine.companies(&tenant(), run, cards[0].id, 10).await.unwrap();
    let (by_name, by_uen) = (&before[0], &before[1]);

    let mut answers = answers();
    let uen = by_uen.uen.unwrap();
    answers["advanced"]["c"] =
        serde_json::json!({"never_target": [by_name.name.to_lowercase(), uen.as_str(), "banks"]});
    let (run, cards) = finished(&engine, &answers).await;
    let after = engine.companies(&tenant(), run, cards[0].id, 10).await.unwrap();
    assert_eq!(after[..8], before[2..]);
    assert!(after.iter().all(|row| row.uen != by_name.uen && row.uen != by_uen.uen));

    let own: Vec<_> = cards[0]
        .targeting_pack
        .suppression
        .iter()
        .filter(|company| company.role == SuppressedRole::Own)
        .map(|company| (company.name.as_str(), company.uen.map(|uen| uen.to_string())))
        .collect();
    assert_eq!(own, [("Tidewise Pte. Ltd.", Some("201903377X".to_owned()))]);
}

#[tokio::test]
async fn lists_know_the_websites_of_matched_seeds() {
    let dir = tempfile::tempdir().unwrap();
    let engine = memory_engine(offline(&dir));
    let (run, cards) = finished(&engine, &answers()).await;
    let before = engine.companies(&tenant(), run, cards[0].id, 10).await.unwrap();

    let mut answers = answers();
    answers["advanced"]["b"] =
        serde_json::json!({"aspirational": [{"name": before[0].name, "website": "dream.example"}]});
    let (run, cards) = finished(&engine, &answers).await;
    let after = engine.companies(&tenant(), run, cards[0].id, 10).await.unwrap();
    assert_eq!(after[0].uen, before[0].uen, "it is a prospect");
    assert_eq!(after[0].domain.as_ref().map(Domain::as_str), Some("dream.example"));
    assert_eq!(after[1..], before[1..]);

    answers["advanced"]["c"] = serde_json::json!({"never_target": ["www.dream.example"]});
    let (run, cards) = finished(&engine, &answers).await;
    let without = engine.companies(&tenant(), run, cards[0].id, 9).await.unwrap();
    assert_eq!(without, before[1..]);
}

/// What happens while a run is read.
#[derive(Debug)]
enum Meddling {
    /// A worker takes the run one state further.
    Advance,
    /// A worker takes the run to its end.
    Finish(Box<Engine>),
    /// The store fails, once the run is at `pattern_mining`.
    FailMining,
}

/// A store in which something happens, once, right after a run is read.
#[derive(Clone, Debug)]
struct Meddled {
    inner: Arc<MemoryStore>,
    next: Arc<Mutex<Option<Meddling>>>,
}

#[derive(Debug)]
struct MeddledTenant {
    inner: Arc<dyn TenantStore>,
    next: Arc<Mutex<Option<Meddling>>>,
}

impl Meddled {
    fn new() -> Self {
        Self { inner: Arc::new(MemoryStore::default()), next: Arc::default() }
    }

    fn then(&self, meddling: Meddling) {
        *self.next.lock().unwrap() = Some(meddling);
    }
}

#[icp::async_trait]
impl Store for Meddled {
    fn tenant(&self, tenant: &TenantId) -> Arc<dyn TenantStore> {
        Arc::new(MeddledTenant { inner: self.inner.tenant(tenant), next: Arc::clone(&self.next) })
    }

    async fn health(&self) -> Result<StoreHealth> {
        self.inner.health().await
    }
}

#[icp::async_trait]
impl TenantStore for MeddledTenant {
    fn tenant_id(&self) -> &TenantId {
        self.inner.tenant_id()
    }

    async fn erase(&self) -> Result<EraseReport> {
        self.inner.erase().await
    }
}

forward_stores!(MeddledTenant => inner: IntakeStore, EventStore, SiteStore, EvidenceStore, InsightStore, RuleStore, BudgetStore);

#[icp::async_trait]
impl RunStore for MeddledTenant {
    async fn run(&self, id: RunId) -> Result<Option<Run>> {
        let found = self.inner.run(id).await?;
        let state = found.as_ref().map(|run| run.state);
        let now = {
            let mut next = self.next.lock().unwrap();
            match &*next {
                Some(Meddling::FailMining) if state != Some(RunState::PatternMining) => None,
                _ => next.take(),
            }
        };
        match now {
            None => {}
            Some(Meddling::Advance) => {
                let at = "2026-11-23T08:00:00Z".parse::<Timestamp>().unwrap();
                let until = "2026-11-23T09:00:00Z".parse().unwrap();
                let lease = self.inner.claim_run(&RunClaim::new(id, "w", at, until)).await?;
                let step = RunAdvance::new(lease.fence, state.unwrap(), RunState::Mapping, at);
                self.inner.advance_run(&step).await?;
            }
            Some(Meddling::Finish(engine)) => {
                engine.run(&tenant(), id, &CancelToken::default()).await?;
            }
            Some(Meddling::FailMining) => {
                return Err(Error::new(ErrorKind::Corrupt, "find the run", "a damaged row"));
            }
        }
        Ok(found)
    }

    async fn runs(&self, query: &RunQuery) -> Result<Vec<Run>> {
        self.inner.runs(query).await
    }

    async fn queued_runs(&self, at: Timestamp, limit: usize) -> Result<Vec<RunId>> {
        self.inner.queued_runs(at, limit).await
    }

    async fn claim_run(&self, claim: &RunClaim) -> Result<Lease> {
        self.inner.claim_run(claim).await
    }

    async fn renew_lease(&self, lease: &Lease, until: Timestamp) -> Result<Lease> {
        self.inner.renew_lease(lease, until).await
    }

    async fn release_run(&self, lease: &Lease) -> Result<()> {
        self.inner.release_run(lease).await
    }

    async fn advance_run(&self, advance: &RunAdvance) -> Result<RunAdvanced> {
        self.inner.advance_run(advance).await
    }
}

/// Takes a decision at the first event that is of a kind, by another engine on the same store.
#[derive(Debug)]
struct DecideAt {
    engine: Engine,
    decision: Mutex<Option<SeedDecision>>,
    at: ProgressKind,
}

impl ProgressSink for DecideAt {
    fn emit(&self, event: &ProgressEvent) {
        if event.kind != self.at {
            return;
        }
        let Some(decision) = self.decision.lock().unwrap().take() else { return };
        // The reference adapters never wait.
        let tenant = tenant();
        let decide = pin!(self.engine.decide(&tenant, &decision, "maya"));
        match decide.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(decided)) => assert!(!decided.concluded_again),
            Poll::Ready(Err(error)) => assert_eq!(error.kind(), ErrorKind::Leased, "{error}"),
            Poll::Pending => panic!("it waits"),
        }
    }
}

/// The best customer that is said to be in no register.
fn stranger() -> Seed {
    Seed::new(SeedRole::Best, "Boxwell", "boxwell.example".parse().ok())
}

/// Engines of different processes never use the same ids.
fn another_engine(store: Arc<dyn Store>, fetcher: Arc<dyn Fetcher>) -> Engine {
    let parts = EngineParts::new(store, memory_register(), fetcher, clock(), Arc::new(RandomIds))
        .with_extractor(Arc::new(RuleExtractor));
    Engine::new(parts, EngineOptions::default())
}

async fn outcome_of(engine: &Engine, run: RunId, seed: &Seed) -> Outcome {
    let report = engine.report(&tenant(), run).await.unwrap();
    assert_eq!(report.run.state, RunState::SuggestionsReady);
    report.seeds.iter().find(|found| found.seed.id == seed.id).unwrap().decision.as_ref().unwrap().outcome
}

#[tokio::test]
async fn a_decision_while_cards_are_made_is_in_the_cards() {
    let dir = tempfile::tempdir().unwrap();
    let fetcher = offline(&dir);
    let plain = memory_engine(Arc::clone(&fetcher));
    let (run, _) = finished(&plain, &answers()).await;
    let seed = stranger();
    assert_eq!(outcome_of(&plain, run, &seed).await, Outcome::Matched);
    let decision = SeedDecision::new(run, seed.id, ManualMatch::NotInRegister);
    assert!(plain.decide(&tenant(), &decision, "maya").await.unwrap().concluded_again);
    let expected = plain.report(&tenant(), run).await.unwrap().suggestions;

    for at in [
        ProgressKind::StageStarted { stage: StageName::Mine, total: 1 },
        ProgressKind::StageDone { stage: StageName::Suggest },
        ProgressKind::StateChanged { state: RunState::SuggestionsReady },
    ] {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
        let engine = engine(Arc::clone(&store), memory_register(), Arc::clone(&fetcher));
        let run = submit(&engine).await;
        let decision = SeedDecision::new(run, seed.id, ManualMatch::NotInRegister);
        let sink = DecideAt {
            engine: another_engine(Arc::clone(&store), Arc::clone(&fetcher)),
            decision: Mutex::new(Some(decision)),
            at: at.clone(),
        };
        let parts =
            EngineParts::new(store, memory_register(), Arc::clone(&fetcher), clock(), Arc::new(RandomIds))
                .with_extractor(Arc::new(RuleExtractor))
                .with_progress(Arc::new(sink));
        let worker = Engine::new(parts, EngineOptions::default());
        worker.run(&tenant(), run, &CancelToken::default()).await.unwrap();
        assert_eq!(outcome_of(&engine, run, &seed).await, Outcome::NotInRegister, "at {at:?}");
        let suggestions = engine.report(&tenant(), run).await.unwrap().suggestions;
        assert_eq!(
            suggestions.cards.iter().map(|card| card.id).collect::<Vec<_>>(),
            expected.cards.iter().map(|card| card.id).collect::<Vec<_>>()
        );
    }
}

#[tokio::test]
async fn a_decision_just_as_the_run_ends_is_in_the_cards() {
    let dir = tempfile::tempdir().unwrap();
    let fetcher = offline(&dir);
    let store = Meddled::new();
    let engine = engine(Arc::new(store.clone()), memory_register(), Arc::clone(&fetcher));
    let run = submit(&engine).await;
    store.then(Meddling::Finish(Box::new(another_engine(store.inner.clone(), fetcher))));
    let decision = SeedDecision::new(run, stranger().id, ManualMatch::NotInRegister);
    let decided = engine.decide(&tenant(), &decision, "maya").await.unwrap();
    assert!(decided.concluded_again);
    assert_eq!(outcome_of(&engine, run, &stranger()).await, Outcome::NotInRegister);
}

#[tokio::test]
async fn a_finished_run_stays_finished_when_it_cannot_be_concluded_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = Meddled::new();
    let engine = engine(Arc::new(store.clone()), memory_register(), offline(&dir));
    let (run, cards) = finished(&engine, &answers()).await;
    store.then(Meddling::FailMining);
    let decision = SeedDecision::new(run, stranger().id, ManualMatch::NotInRegister);
    let error = engine.decide(&tenant(), &decision, "maya").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
    let report = engine.report(&tenant(), run).await.unwrap();
    assert_eq!((report.run.state, report.run.failure), (RunState::SuggestionsReady, None));
    assert_eq!(report.suggestions.cards, cards);
    // The decision is kept, and counts when the run is next concluded.
    assert!(engine.decide(&tenant(), &decision, "maya").await.unwrap().concluded_again);
    assert_eq!(outcome_of(&engine, run, &stranger()).await, Outcome::NotInRegister);
}

#[tokio::test]
async fn an_adopted_card_cannot_be_rejected() {
    let dir = tempfile::tempdir().unwrap();
    let engine = memory_engine(offline(&dir));
    let (run, cards) = finished(&engine, &answers()).await;
    let (first, second) = (cards[0].id, cards[1].id);
    engine.accept(&tenant(), run, first, "maya").await.unwrap();
    let error = engine.reject(&tenant(), run, first, "not for us", "maya").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.to_string().contains("stop using the rule"), "{error}");
    engine.reject(&tenant(), run, second, "not for us", "maya").await.unwrap();
    let rejections = engine.parts().store.tenant(&tenant()).rejections(run).await.unwrap();
    assert_eq!(rejections.iter().map(|rejection| rejection.suggestion).collect::<Vec<_>>(), [second]);
}

#[tokio::test]
async fn a_run_that_moves_on_is_cancelled_all_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let store = Meddled::new();
    let engine = engine(Arc::new(store.clone()), memory_register(), offline(&dir));
    let run = submit(&engine).await;
    store.then(Meddling::Advance);
    assert_eq!(engine.cancel(&tenant(), run).await.unwrap().state, RunState::Cancelled);
}
