//! Drives one run through its states, under a lease.

mod conclude;
mod context;
mod crawl;
mod facts;
mod profiles;
mod resolve;

use std::pin::pin;
use std::sync::Arc;

use futures_util::future::{Either, select};
use tracing::Instrument as _;

use super::{Engine, find_run};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Run, RunId, RunState, TenantId};
use crate::ports::{CancelToken, Lease, RunAdvance, RunClaim, TenantStore, cancelled};

use context::RunContext;

impl Engine {
    /// Runs, or takes up, a run until it ends. A transient error leaves the run where it is, to be called again; any
    /// other ends it as failed. Of several callers one works; the others get `Leased`.
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
        let outcome = {
            let work = pin!(self.drive(tenant, &store, &lease, cancel));
            let heart = pin!(self.keep_lease(store.as_ref(), &lease));
            match select(work, heart).await {
                Either::Left((outcome, _)) => outcome,
                Either::Right((lost, _)) => Err(lost),
            }
        };
        let outcome = self.settle(&store, &lease, outcome).await;
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

    /// Records the end of a run that did not end by itself.
    async fn settle(&self, store: &Arc<dyn TenantStore>, lease: &Lease, outcome: Result<Run>) -> Result<Run> {
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
                    let register = self.parts.register.snapshot().await?;
                    resolve::again(&context).await?;
                    conclude::conclude(&context, register).await?;
                    RunState::SuggestionsReady
                }
                // Only asked for when a person's decision changed what a seed is.
                RunState::SuggestionsReady => RunState::PatternMining,
            };
            cancel.check()?;
            let advance = RunAdvance::new(lease.fence, current.state, next, self.parts.clock.now());
            let advanced = store.advance_run(&advance).await?;
            self.parts.progress.emit(&advanced.event);
            current = advanced.run;
            if current.state == RunState::SuggestionsReady {
                return Ok(current);
            }
        }
    }
}
