//! Drives one run through its states, under a lease.

mod conclude;
mod context;
mod crawl;
mod facts;
mod meter;
mod profiles;
mod resolve;

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::{Either, select};
use tracing::Instrument as _;

use super::{Engine, find_run};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Run, RunId, RunState, TenantId};
use crate::ports::{CancelToken, Lease, RunAdvance, RunClaim, TenantStore, cancelled};

use context::RunContext;

/// How often a run is concluded once more because a person decided meanwhile.
const ROUNDS_FOR_DECISIONS: usize = 3;

impl Engine {
    /// Runs, or takes up, a run until it ends. A transient error leaves the run where it is, to be called again; any
    /// other ends it as failed, or takes it back to `suggestions_ready` if it was there already and was being concluded
    /// again: its last cards stay. Of several callers one works; the others get `Leased`.
    ///
    /// A decision that a person takes while the run is concluded is respected: the run is concluded once more, a few
    /// times at most.
    ///
    /// # Errors
    /// `Leased` while somebody else works on it, `LeaseLost` when somebody else took over, `Cancelled` when the run was
    /// cancelled; otherwise the error that stopped it.
    pub async fn run(&self, tenant: &TenantId, run: RunId, cancel: &CancelToken) -> Result<Run> {
        let span = tracing::info_span!("run", %tenant, %run);
        self.run_leased(tenant, run, cancel, false).instrument(span).await
    }

    /// Concludes a finished run again from what is stored: resolution, patterns and cards, without a crawl.
    pub(super) async fn conclude_again(&self, tenant: &TenantId, run: RunId) -> Result<Run> {
        let span = tracing::info_span!("run", %tenant, %run);
        self.run_leased(tenant, run, &CancelToken::default(), true).instrument(span).await
    }

    async fn run_leased(
        &self,
        tenant: &TenantId,
        run: RunId,
        cancel: &CancelToken,
        again: bool,
    ) -> Result<Run> {
        let store = self.store(tenant);
        let current = find_run(store.as_ref(), run).await?;
        if current.state == RunState::SuggestionsReady && !again {
            return Ok(current);
        }
        let (clock, ids) = (&self.parts.clock, &self.parts.ids);
        let now = clock.now();
        let holder = format!("worker-{:032x}", ids.next_id());
        let claim = RunClaim::new(run, holder, now, now.plus(self.options.lease));
        let lease = store.claim_run(&claim).await?;
        let was_ready = AtomicBool::new(false);
        let outcome = {
            let work = pin!(self.drive(tenant, &store, &lease, cancel, &was_ready));
            let heart = pin!(self.keep_lease(store.as_ref(), &lease));
            match select(work, heart).await {
                Either::Left((outcome, _)) => outcome,
                Either::Right((lost, _)) => Err(lost),
            }
        };
        let outcome = self.settle(&store, &lease, outcome, was_ready.into_inner()).await;
        // Others may go on at once; a lease that was lost is theirs already.
        let released = store.release_run(&lease).await;
        outcome.and_then(|run| released.map(|()| run))
    }

    /// Renews the lease until it is lost, and returns that error.
    async fn keep_lease(&self, store: &dyn TenantStore, lease: &Lease) -> Error {
        loop {
            self.parts.clock.sleep(self.options.lease / 3).await;
            let until = self.parts.clock.now().plus(self.options.lease);
            match store.renew_lease(lease, until).await {
                Err(error) if error.kind() == ErrorKind::LeaseLost => return error,
                Err(error) => tracing::warn!(%error, "the lease could not be renewed; trying again"),
                Ok(_) => {}
            }
        }
    }

    /// Records the end of a run that did not end by itself. One that was ready before is ready again, with the cards it
    /// has.
    async fn settle(
        &self,
        store: &Arc<dyn TenantStore>,
        lease: &Lease,
        outcome: Result<Run>,
        was_ready: bool,
    ) -> Result<Run> {
        let error = match outcome {
            Ok(run) => return Ok(run),
            Err(error) => error,
        };
        let current = find_run(store.as_ref(), lease.fence.run).await?;
        match error.kind() {
            // Whoever cancels a run takes its lease.
            ErrorKind::LeaseLost | ErrorKind::Conflict if current.state == RunState::Cancelled => {
                return Err(cancelled());
            }
            ErrorKind::LeaseLost | ErrorKind::Conflict => {}
            ErrorKind::Cancelled => self.end(store, lease, &current, RunState::Cancelled, None).await?,
            _ if error.is_transient() => {}
            _ if was_ready => self.end(store, lease, &current, RunState::SuggestionsReady, None).await?,
            _ => {
                let failure = Some(error.to_string());
                self.end(store, lease, &current, RunState::Failed, failure).await?;
            }
        }
        Err(error)
    }

    /// Ends a run unless it has ended already.
    async fn end(
        &self,
        store: &Arc<dyn TenantStore>,
        lease: &Lease,
        current: &Run,
        state: RunState,
        failure: Option<String>,
    ) -> Result<()> {
        if current.state.may_become(state) {
            let mut advance = RunAdvance::new(lease.fence, current.state, state, self.parts.clock.now());
            advance.failure = failure;
            let advanced = store.advance_run(&advance).await?;
            self.parts.progress.emit(&advanced.event);
        }
        Ok(())
    }

    async fn drive(
        &self,
        tenant: &TenantId,
        store: &Arc<dyn TenantStore>,
        lease: &Lease,
        cancel: &CancelToken,
        was_ready: &AtomicBool,
    ) -> Result<Run> {
        let mut current = find_run(store.as_ref(), lease.fence.run).await?;
        let intake = store.intake(current.intake).await?.ok_or_else(|| {
            let message = format!("the intake {} of {} is missing", current.intake, current.id);
            Error::new(ErrorKind::Corrupt, "run", message)
        })?;
        let context = RunContext {
            parts: &self.parts,
            options: &self.options,
            tenant: tenant.clone(),
            store: Arc::clone(store),
            fence: lease.fence,
            intake,
            cancel,
        };
        was_ready.store(current.state == RunState::SuggestionsReady, Ordering::Relaxed);
        let mut rounds = ROUNDS_FOR_DECISIONS;
        let mut decided = Vec::new();
        loop {
            cancel.check()?;
            let next = match current.state {
                RunState::IntakeSaved | RunState::Failed | RunState::Cancelled => RunState::Mapping,
                RunState::Mapping => {
                    resolve::first(&context).await?;
                    RunState::Crawl
                }
                RunState::Crawl => {
                    crawl::read_sites(&context).await?;
                    RunState::PatternMining
                }
                RunState::PatternMining => {
                    decided = resolve::decided(&context).await?;
                    let register = self.parts.register.snapshot().await?;
                    resolve::again(&context).await?;
                    conclude::conclude(&context, register).await?;
                    if rounds > 0 && resolve::decided(&context).await? != decided {
                        rounds -= 1;
                        continue;
                    }
                    RunState::SuggestionsReady
                }
                // Only when a person's decision changed what a seed is.
                RunState::SuggestionsReady => RunState::PatternMining,
            };
            cancel.check()?;
            let advance = RunAdvance::new(lease.fence, current.state, next, self.parts.clock.now());
            let advanced = store.advance_run(&advance).await?;
            self.parts.progress.emit(&advanced.event);
            current = advanced.run;
            if current.state == RunState::SuggestionsReady {
                was_ready.store(true, Ordering::Relaxed);
                // Whoever decided just before the state changed saw an unfinished run, and left the rest to it.
                if rounds == 0 || resolve::decided(&context).await? == decided {
                    return Ok(current);
                }
                rounds -= 1;
            }
        }
    }
}
