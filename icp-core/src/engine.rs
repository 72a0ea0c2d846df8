//! Drives runs through their stages over the ports, and carries out what people ask of them.
//!
//! [`company`] reads one company's site and extracts its evidence, without a run. A run composes that with resolution,
//! mining and cards. Every stage is idempotent and writes whole units (a seed list, a site, a company's evidence, a
//! snapshot), each under the fence of the run's lease. A run that dies anywhere is taken up by calling [`Engine::run`]
//! again: units already written are not done twice, and the result is the same.

mod act;
pub mod company;
mod export;
mod ledger;
mod report;
mod run;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};
use crate::memory::MemoryMeters;
use crate::mine::SegmentOptions;
use crate::model::{IntakeId, IntakeReceipt, JobId, NewIntake, Run, RunId, TenantId};
use crate::ports::{
    BudgetCaps, Clock, Extractor, Fetcher, IdSource, NoProgress, ProgressSink, Register, RunAdvance, Store,
    TenantStore,
};
use crate::resolve::ResolveOptions;
use crate::wire::ParsedIntake;

pub use act::{Decided, SeedDecision};
pub use ledger::Ledger;
pub use report::{RunReport, SeedReport};

/// How often cancelling is tried; a run has fewer states than that.
const CANCEL_ATTEMPTS: usize = 8;

/// The ports an engine works over.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EngineParts {
    /// Where tenants' data lives.
    pub store: Arc<dyn Store>,
    /// The company register.
    pub register: Arc<dyn Register>,
    /// Gets pages.
    pub fetcher: Arc<dyn Fetcher>,
    /// The readers of pages; each reads every page.
    pub extractors: Vec<Arc<dyn Extractor>>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Ids.
    pub ids: Arc<dyn IdSource>,
    /// Receives progress.
    pub progress: Arc<dyn ProgressSink>,
}

impl EngineParts {
    /// Parts without an extractor or a progress sink.
    pub fn new(
        store: Arc<dyn Store>,
        register: Arc<dyn Register>,
        fetcher: Arc<dyn Fetcher>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Self {
        Self { store, register, fetcher, extractors: Vec::new(), clock, ids, progress: Arc::new(NoProgress) }
    }

    /// Adds an extractor.
    #[must_use]
    pub fn with_extractor(mut self, extractor: Arc<dyn Extractor>) -> Self {
        self.extractors.push(extractor);
        self
    }

    /// Sets the receiver of progress.
    #[must_use]
    pub fn with_progress(mut self, progress: Arc<dyn ProgressSink>) -> Self {
        self.progress = progress;
        self
    }
}

/// Limits and settings of an engine.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EngineOptions {
    /// Sites read at the same time. Pages of one site are read one after another.
    pub concurrent_sites: usize,
    /// Pages of one site that an extractor of class `Model` reads at the same time.
    pub concurrent_extractions: usize,
    /// Reading limits for one site.
    pub reading: company::ReadBudget,
    /// When extractors of class `Model` stop reading a site.
    pub models: company::ModelOptions,
    /// What extractors of class `Model` may spend.
    pub caps: BudgetCaps,
    /// How long a run stays with a worker that has gone silent. A worker renews its lease three times as often.
    pub lease: Duration,
    /// How names are resolved.
    pub resolve: ResolveOptions,
    /// How segments are searched.
    pub segments: SegmentOptions,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            concurrent_sites: 8,
            concurrent_extractions: 4,
            reading: company::ReadBudget::default(),
            models: company::ModelOptions::default(),
            caps: BudgetCaps::default(),
            lease: Duration::from_secs(30),
            resolve: ResolveOptions::default(),
            segments: SegmentOptions::default(),
        }
    }
}

impl EngineOptions {
    /// Sets the number of sites read at the same time.
    #[must_use]
    pub fn with_concurrent_sites(mut self, sites: usize) -> Self {
        self.concurrent_sites = sites;
        self
    }

    /// Sets the number of pages that a model reads at the same time.
    #[must_use]
    pub fn with_concurrent_extractions(mut self, pages: usize) -> Self {
        self.concurrent_extractions = pages;
        self
    }

    /// Sets the reading limits for one site.
    #[must_use]
    pub fn with_reading(mut self, reading: company::ReadBudget) -> Self {
        self.reading = reading;
        self
    }

    /// Sets when extractors of class `Model` stop reading a site.
    #[must_use]
    pub fn with_models(mut self, models: company::ModelOptions) -> Self {
        self.models = models;
        self
    }

    /// Caps what extractors of class `Model` may spend: per page, site, run, day and tenant.
    #[must_use]
    pub fn with_caps(mut self, caps: BudgetCaps) -> Self {
        self.caps = caps;
        self
    }

    /// Sets how long a run stays with a worker that has gone silent.
    #[must_use]
    pub fn with_lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// Sets how names are resolved.
    #[must_use]
    pub fn with_resolve(mut self, resolve: ResolveOptions) -> Self {
        self.resolve = resolve;
        self
    }

    /// Sets how segments are searched.
    #[must_use]
    pub fn with_segments(mut self, segments: SegmentOptions) -> Self {
        self.segments = segments;
        self
    }
}

/// Runs intakes, and carries out what people ask of runs. It owns the clock and the ids of everything it writes.
///
/// ```
/// # tokio_test(async {
/// use std::sync::Arc;
/// use icp_core::engine::{Engine, EngineOptions, EngineParts};
/// use icp_core::memory::{ManualClock, MemoryRegister, MemoryStore, NoWeb, SequentialIds};
/// use icp_core::model::{RunState, SsicEdition, Timestamp};
/// use icp_core::ports::CancelToken;
/// use icp_core::wire::parse_intake_text;
///
/// let register = MemoryRegister::new(vec![], "2026-11-01".parse()?, SsicEdition::Y2025);
/// let parts = EngineParts::new(
///     Arc::new(MemoryStore::default()),
///     Arc::new(register),
///     Arc::new(NoWeb),
///     Arc::new(ManualClock::fixed(Timestamp::from_micros(0))),
///     Arc::new(SequentialIds::default()),
/// );
/// let engine = Engine::new(parts, EngineOptions::default());
/// let intake = parse_intake_text(r#"{"website": "tidewise.example", "best_customers": [{"name": "Acme"}]}"#)?;
/// let tenant = "acme".parse()?;
/// let run = engine.submit(&tenant, "maya", intake, None).await?.run;
/// assert_eq!(engine.report(&tenant, run).await?.run.state, RunState::IntakeSaved);
/// # let _ = CancelToken::default();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # });
/// # fn tokio_test(f: impl std::future::Future<Output = Result<(), Box<dyn std::error::Error>>>) {
/// #     futures_util::FutureExt::now_or_never(f).unwrap().unwrap()
/// # }
/// ```
#[derive(Clone)]
pub struct Engine {
    parts: EngineParts,
    options: EngineOptions,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("options", &self.options).finish_non_exhaustive()
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

    /// The settings.
    pub fn options(&self) -> &EngineOptions {
        &self.options
    }

    /// Reads companies' sites without a run, by this engine's fetcher, extractors and limits. The caps hold for what this
    /// one reader spends: only a run's spending is written down.
    pub fn company_reader(&self) -> company::CompanyReader<'_> {
        let parts = &self.parts;
        company::CompanyReader::new(parts.fetcher.as_ref(), &parts.extractors, parts.clock.as_ref())
            .with_concurrent_extractions(self.options.concurrent_extractions)
            .with_models(self.options.models)
            .with_meters(Arc::new(MemoryMeters::new(self.options.caps)))
    }

    /// Stores an intake and queues its run, in one transaction.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn submit(
        &self,
        tenant: &TenantId,
        submitted_by: &str,
        intake: ParsedIntake,
        idempotency_key: Option<String>,
    ) -> Result<IntakeReceipt> {
        let ids = &self.parts.ids;
        let (answers, payload) = intake.into_parts();
        let mut intake = NewIntake::new(
            IntakeId::from_u128(ids.next_id()),
            RunId::from_u128(ids.next_id()),
            JobId::from_u128(ids.next_id()),
            submitted_by,
            self.parts.clock.now(),
            answers,
            payload,
        );
        intake.idempotency_key = idempotency_key;
        let receipt = self.store(tenant).submit_intake(&intake).await?;
        tracing::info!(stage = "icp_intake", tenant = %tenant, run = %receipt.run, "intake stored");
        Ok(receipt)
    }

    /// Cancels a run, even one driven by another task or process: its driver loses the lease and stops. If the run
    /// changes its state meanwhile, cancelling is tried again.
    ///
    /// # Errors
    /// `NotFound` for an unknown run, `Invalid` for one that has ended, `Conflict` when its state changed at every
    /// attempt.
    pub async fn cancel(&self, tenant: &TenantId, run: RunId) -> Result<Run> {
        let store = self.store(tenant);
        let mut attempts = CANCEL_ATTEMPTS;
        loop {
            let current = find_run(store.as_ref(), run).await?;
            let advance = RunAdvance::cancel(run, current.state, self.parts.clock.now());
            attempts -= 1;
            match store.advance_run(&advance).await {
                Ok(advanced) => {
                    self.parts.progress.emit(&advanced.event);
                    return Ok(advanced.run);
                }
                Err(error) if error.kind() == ErrorKind::Conflict && attempts > 0 => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads a run back as one document. Works in any state; parts that do not exist yet are empty.
    ///
    /// # Errors
    /// `NotFound` for an unknown run.
    pub async fn report(&self, tenant: &TenantId, run: RunId) -> Result<RunReport> {
        report::run_report(self.store(tenant).as_ref(), run).await
    }

    fn store(&self, tenant: &TenantId) -> Arc<dyn TenantStore> {
        self.parts.store.tenant(tenant)
    }
}

async fn find_run(store: &dyn TenantStore, run: RunId) -> Result<Run> {
    store.run(run).await?.ok_or_else(|| {
        Error::new(ErrorKind::NotFound, "find the run", format!("there is no {run} for this tenant"))
    })
}
