use std::fmt;

use async_trait::async_trait;

use super::Fence;
use crate::error::Result;
use crate::model::{RunId, Timestamp};
use crate::ports::{ProgressEvent, ProgressKind};

/// A page of a run's events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventQuery {
    /// The run.
    pub run: RunId,
    /// Only events with a greater number; 0 is from the beginning.
    pub after: u64,
    /// The most events to return.
    pub limit: usize,
}

impl EventQuery {
    /// The first events of a run.
    pub fn of_run(run: RunId, limit: usize) -> Self {
        Self { run, after: 0, limit }
    }

    /// Only events after a number.
    #[must_use]
    pub fn after(mut self, seq: u64) -> Self {
        self.after = seq;
        self
    }
}

/// Events of runs, which can be replayed from any number on.
#[async_trait]
pub trait EventStore: fmt::Debug + Send + Sync {
    /// Stores events and numbers them: 1 for the run's first, without gaps.
    ///
    /// # Behavior
    /// - `events_are_numbered_without_gaps`: also when several writers append at once.
    ///
    /// # Errors
    /// `LeaseLost` for an old fence, `NotFound` for an unknown run.
    async fn append_events(
        &self,
        fence: Fence,
        at: Timestamp,
        kinds: &[ProgressKind],
    ) -> Result<Vec<ProgressEvent>>;

    /// The events of a run, by number.
    ///
    /// # Behavior
    /// - `events_replay_from_a_number`: after a number come exactly the later events, as they were appended.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn events(&self, query: &EventQuery) -> Result<Vec<ProgressEvent>>;
}
