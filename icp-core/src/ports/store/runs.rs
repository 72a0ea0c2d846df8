use std::fmt;

use async_trait::async_trait;

use crate::error::Result;
use crate::model::{Run, RunId, RunState, Timestamp};
use crate::ports::ProgressEvent;

/// Proof of a lease, carried by every write of a run. The store refuses a fence that is not the run's newest one
/// (Kleppmann 2016, "How to do distributed locking": fencing tokens).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Fence {
    /// The run.
    pub run: RunId,
    /// Grows with every claim of the run, and when somebody else cancels it.
    pub token: u64,
}

impl Fence {
    /// A fence of a run.
    pub fn new(run: RunId, token: u64) -> Self {
        Self { run, token }
    }
}

/// The right to work on a run, for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lease {
    /// The proof.
    pub fence: Fence,
    /// Who works.
    pub holder: String,
    /// When others may take over.
    pub until: Timestamp,
}

impl Lease {
    /// A lease.
    pub fn new(fence: Fence, holder: impl Into<String>, until: Timestamp) -> Self {
        Self { fence, holder: holder.into(), until }
    }
}

/// A request to work on a run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunClaim {
    /// The run.
    pub run: RunId,
    /// Who asks to work: unique per process and attempt.
    pub holder: String,
    /// The time now.
    pub at: Timestamp,
    /// Until when, unless renewed.
    pub until: Timestamp,
}

impl RunClaim {
    /// A claim by `holder`, made `at` a time, for the time `until`.
    pub fn new(run: RunId, holder: impl Into<String>, at: Timestamp, until: Timestamp) -> Self {
        Self { run, holder: holder.into(), at, until }
    }
}

/// A change of a run's state, made only if the run still is in `from`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunAdvance {
    /// The run.
    pub run: RunId,
    /// The state it must be in.
    pub from: RunState,
    /// The state to enter.
    pub to: RunState,
    /// When.
    pub at: Timestamp,
    /// The lease's proof. Only a cancellation may come without: it takes the lease away from whoever holds it.
    pub fence: Option<Fence>,
    /// Why the run failed, for [`RunState::Failed`].
    pub failure: Option<String>,
}

impl RunAdvance {
    /// A step of the holder of a lease.
    pub fn new(fence: Fence, from: RunState, to: RunState, at: Timestamp) -> Self {
        Self { run: fence.run, from, to, at, fence: Some(fence), failure: None }
    }

    /// A cancellation by somebody who does not hold the lease.
    pub fn cancel(run: RunId, from: RunState, at: Timestamp) -> Self {
        Self { run, from, to: RunState::Cancelled, at, fence: None, failure: None }
    }

    /// Says why the run failed.
    #[must_use]
    pub fn with_failure(mut self, failure: impl Into<String>) -> Self {
        self.failure = Some(failure.into());
        self
    }
}

/// A run whose state changed, and the event of the change.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RunAdvanced {
    /// The run as it is now.
    pub run: Run,
    /// The event, stored with the change.
    pub event: ProgressEvent,
}

impl RunAdvanced {
    /// A run and the event of its change.
    pub fn new(run: Run, event: ProgressEvent) -> Self {
        Self { run, event }
    }
}

/// A place in the list of runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunCursor {
    /// When the last run of the page before was made.
    pub created_at: Timestamp,
    /// Its id.
    pub id: RunId,
}

impl RunCursor {
    /// The place of a run.
    pub fn of(run: &Run) -> Self {
        Self { created_at: run.created_at, id: run.id }
    }
}

/// A page of the list of runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunQuery {
    /// Only runs that come after this place, which are older ones.
    pub after: Option<RunCursor>,
    /// The most runs to return.
    pub limit: usize,
}

impl RunQuery {
    /// The newest runs.
    pub fn newest(limit: usize) -> Self {
        Self { after: None, limit }
    }

    /// The page that follows a run.
    #[must_use]
    pub fn after(mut self, run: &Run) -> Self {
        self.after = Some(RunCursor::of(run));
        self
    }
}

/// Runs, and who works on them.
#[async_trait]
pub trait RunStore: fmt::Debug + Send + Sync {
    /// A run.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn run(&self, id: RunId) -> Result<Option<Run>>;

    /// The runs, newest first (by creation, then id).
    ///
    /// # Behavior
    /// - `runs_are_newest_first`: the newest first; of two of the same time the greater id.
    /// - `runs_are_paged`: pages that follow each other hold every run once.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn runs(&self, query: &RunQuery) -> Result<Vec<Run>>;

    /// Runs that wait for a worker at a time, oldest first.
    ///
    /// # Behavior
    /// - `queued_runs_leave_out_leased_ones`: a run waits unless it has ended or somebody holds its lease.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn queued_runs(&self, at: Timestamp, limit: usize) -> Result<Vec<RunId>>;

    /// Takes the lease of a run that nobody holds, or whose lease has run out.
    ///
    /// # Behavior
    /// - `claim_is_exclusive`: of several claims at the same time one succeeds, the others are `Leased`.
    /// - `claim_after_the_lease_ran_out`: at its end a lease can be taken by another, under a greater fence.
    /// - `stale_fences_are_refused`: every write of a run with an older fence is `LeaseLost` and changes nothing.
    ///
    /// # Errors
    /// `Leased` while somebody else holds it, `NotFound` for an unknown run.
    async fn claim_run(&self, claim: &RunClaim) -> Result<Lease>;

    /// Extends a lease that nobody else took, also after its end.
    ///
    /// # Behavior
    /// - `renewed_leases_hold_longer`: until the new end nobody else can claim.
    ///
    /// # Errors
    /// `LeaseLost` when somebody else took it.
    async fn renew_lease(&self, lease: &Lease, until: Timestamp) -> Result<Lease>;

    /// Gives a lease back. A lease that was lost already is no error.
    ///
    /// # Behavior
    /// - `released_runs_can_be_claimed`: at once, by anybody.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn release_run(&self, lease: &Lease) -> Result<()>;

    /// Changes a run's state by compare-and-set, and stores the event of it.
    ///
    /// # Behavior
    /// - `advance_is_compare_and_set`: from a state the run is not in, it is a conflict and changes nothing.
    /// - `advance_refuses_forbidden_steps`: a step that [`RunState::may_become`] forbids is refused.
    /// - `advance_only_once`: of several concurrent advances from the same state exactly one succeeds.
    /// - `advance_needs_a_fence`: without one it is `Invalid`, unless it cancels.
    /// - `cancelling_takes_the_lease`: a cancellation without a fence makes the holder's writes `LeaseLost`.
    /// - `advance_is_an_event`: the change is the run's next event.
    /// - `finished_runs_finish_their_job`: the job of a run that ended is done; taken up again, it waits again.
    ///
    /// # Errors
    /// `Conflict` when the run is in another state, `Invalid` for a forbidden step, `NotFound` for an unknown run,
    /// `LeaseLost` for an old fence.
    async fn advance_run(&self, advance: &RunAdvance) -> Result<RunAdvanced>;
}
