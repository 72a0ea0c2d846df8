//! Drives a run through its stages over the ports.
//!
//! Every stage is idempotent and writes whole units (a seed list, a site, a company's evidence, a snapshot). A run that
//! is killed anywhere is taken up again by calling [`Engine::run`]: units already written are not done twice, and the
//! end is the same.

mod act;
mod crawl;
mod extract;
mod frontier;
mod map;
mod mine;
mod profiles;
mod report;
mod suggest;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use crate::error::{Error, ErrorKind, Result};
use crate::mine::SegmentOptions;
use crate::model::{
    IntakeId, IntakePayload, IntakeReceipt, JobId, NewIntake, Run, RunId, RunState, StoredIntake, TenantId,
};
use crate::ports::{
    Clock, Extractor, Fetcher, IdSource, ProgressEvent, ProgressSink, Register, RunAdvance, Store,
    TenantStore,
};
use crate::resolve::ResolveOptions;

pub use act::{Act, accept_card, accept_rule, decide_seed};
pub use report::{Ledger, RunReport, SeedReport, run_report};

/// The ports an engine works over.
#[derive(Clone, Debug)]
pub struct EngineParts {
    /// Where tenants' data lives.
    pub store: Arc<dyn Store>,
    /// The company register.
    pub register: Arc<dyn Register>,
    /// What gets pages.
    pub fetcher: Arc<dyn Fetcher>,
    /// What reads them; all of them read every page.
    pub extractors: Vec<Arc<dyn Extractor>>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Ids.
    pub ids: Arc<dyn IdSource>,
    /// Who hears of progress.
    pub progress: Arc<dyn ProgressSink>,
}

/// Limits and settings of an engine.
#[derive(Clone, Debug, PartialEq)]
pub struct EngineOptions {
    /// Sites read at the same time. Pages of one site are read one after another.
    pub concurrent_sites: usize,
    /// The most pages of one site.
    pub pages_per_site: usize,
    /// The most pages of one kind of one site.
    pub pages_per_kind: usize,
    /// How names are resolved.
    pub resolve: ResolveOptions,
    /// How segments are searched.
    pub segments: SegmentOptions,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            concurrent_sites: 8,
            pages_per_site: 12,
            pages_per_kind: 3,
            resolve: ResolveOptions::default(),
            segments: SegmentOptions::default(),
        }
    }
}

/// Stops a run from outside: between two units of work it ends as cancelled, and can be taken up again.
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    /// Asks to stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn check(&self) -> Result<()> {
        if self.is_cancelled() { Err(cancelled()) } else { Ok(()) }
    }
}

fn cancelled() -> Error {
    Error::new(
        ErrorKind::Cancelled,
        "go on with the run",
        "it was cancelled; run it again to take it up where it stopped",
    )
}

/// Runs intakes.
#[derive(Clone, Debug)]
pub struct Engine {
    parts: EngineParts,
    options: EngineOptions,
}

/// What a stage works with.
struct StageContext<'a> {
    parts: &'a EngineParts,
    options: &'a EngineOptions,
    tenant: Arc<dyn TenantStore>,
    run: RunId,
    intake: StoredIntake,
    cancel: &'a CancelToken,
}

impl StageContext<'_> {
    fn emit(&self, event: &ProgressEvent) {
        self.parts.progress.emit(event);
    }

    fn payload(&self) -> &IntakePayload {
        &self.intake.payload
    }

    /// Ends the stage when the token, or somebody else through the store, cancelled the run.
    async fn check_cancelled(&self) -> Result<()> {
        self.cancel.check()?;
        match self.tenant.run(self.run).await? {
            Some(run) if run.state == RunState::Cancelled => Err(cancelled()),
            _ => Ok(()),
        }
    }
}

impl Engine {
    /// An engine over some ports.
    pub fn new(parts: EngineParts, options: EngineOptions) -> Self {
        Self { parts, options }
    }

    /// The ports.
    pub fn parts(&self) -> &EngineParts {
        &self.parts
    }

    /// Stores an intake and queues its run, in one transaction.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn submit(
        &self,
        tenant: &TenantId,
        submitted_by: &str,
        answers: Value,
        payload: IntakePayload,
        idempotency_key: Option<String>,
    ) -> Result<IntakeReceipt> {
        let ids = &self.parts.ids;
        let intake = NewIntake {
            id: IntakeId::from_u128(ids.next_id()),
            run: RunId::from_u128(ids.next_id()),
            job: JobId::from_u128(ids.next_id()),
            idempotency_key,
            submitted_by: submitted_by.to_owned(),
            submitted_at: self.parts.clock.now(),
            answers,
            payload,
        };
        self.parts.store.tenant(tenant).submit_intake(&intake).await
    }

    /// Runs, or takes up, a run until it ends. A transient error leaves the run where it is, to be called again; any
    /// other ends it as failed.
    ///
    /// # Errors
    /// `Cancelled` when it was; otherwise what stopped it.
    pub async fn run(&self, tenant: &TenantId, run: RunId, cancel: &CancelToken) -> Result<Run> {
        let store = self.parts.store.tenant(tenant);
        match self.drive(&store, run, cancel).await {
            Err(error) if error.kind() == ErrorKind::Cancelled => {
                self.end(&store, run, RunState::Cancelled, None).await?;
                Err(error)
            }
            Err(error) if !error.is_transient() && error.kind() != ErrorKind::Conflict => {
                self.end(&store, run, RunState::Failed, Some(error.to_string())).await?;
                Err(error)
            }
            other => other,
        }
    }

    async fn drive(&self, store: &Arc<dyn TenantStore>, run: RunId, cancel: &CancelToken) -> Result<Run> {
        let mut current = find_run(store.as_ref(), run).await?;
        let intake = store.intake(current.intake).await?.ok_or_else(|| {
            Error::new(
                ErrorKind::Corrupt,
                "run",
                format!("the intake {} of {run} is missing", current.intake),
            )
        })?;
        let stage = StageContext {
            parts: &self.parts,
            options: &self.options,
            tenant: Arc::clone(store),
            run,
            intake,
            cancel,
        };
        loop {
            if current.state != RunState::Failed && current.state != RunState::Cancelled {
                stage.check_cancelled().await?;
            }
            let next = match current.state {
                RunState::IntakeSaved | RunState::Failed | RunState::Cancelled => RunState::Mapping,
                RunState::Mapping => {
                    map::map_seeds(&stage, &map::SiteFacts::default()).await?;
                    RunState::Crawl
                }
                RunState::Crawl => {
                    crawl::read_sites(&stage).await?;
                    extract::extract_evidence(&stage).await?;
                    RunState::PatternMining
                }
                RunState::PatternMining => {
                    mine::mine_patterns(&stage).await?;
                    suggest::make_cards(&stage).await?;
                    RunState::SuggestionsReady
                }
                RunState::SuggestionsReady => return Ok(current),
            };
            cancel.check()?;
            current = self.advance(store, &current, next, None).await?;
        }
    }

    async fn advance(
        &self,
        store: &Arc<dyn TenantStore>,
        run: &Run,
        to: RunState,
        failure: Option<String>,
    ) -> Result<Run> {
        let advance = RunAdvance { run: run.id, from: run.state, to, at: self.parts.clock.now(), failure };
        let advanced = store.advance_run(&advance).await?;
        self.parts.progress.emit(&ProgressEvent::StateChanged { run: run.id, state: to });
        Ok(advanced)
    }

    /// Ends a run unless it has ended already.
    async fn end(
        &self,
        store: &Arc<dyn TenantStore>,
        run: RunId,
        state: RunState,
        failure: Option<String>,
    ) -> Result<()> {
        let Some(current) = store.run(run).await? else { return Ok(()) };
        if current.state.may_become(state) {
            self.advance(store, &current, state, failure).await?;
        }
        Ok(())
    }

    /// Cancels a run that another task or process drives. It stops between two units of work.
    ///
    /// # Errors
    /// `NotFound` for an unknown run, `Invalid` for one that ended.
    pub async fn cancel(&self, tenant: &TenantId, run: RunId) -> Result<Run> {
        let store = self.parts.store.tenant(tenant);
        let current = find_run(store.as_ref(), run).await?;
        self.advance(&store, &current, RunState::Cancelled, None).await
    }
}

async fn find_run(store: &dyn TenantStore, run: RunId) -> Result<Run> {
    store.run(run).await?.ok_or_else(|| {
        Error::new(ErrorKind::NotFound, "find the run", format!("there is no {run} for this tenant"))
    })
}
