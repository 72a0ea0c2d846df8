//! The things every stage of a run works with.

use std::sync::Arc;

use crate::engine::{EngineOptions, EngineParts};
use crate::error::Result;
use crate::model::{IntakePayload, RunId, RunState, StoredIntake, TenantId};
use crate::ports::{CancelToken, Fence, ProgressKind, StageName, TenantStore, cancelled};

/// A run at work.
pub(super) struct RunContext<'a> {
    pub(super) parts: &'a EngineParts,
    pub(super) options: &'a EngineOptions,
    pub(super) tenant: TenantId,
    pub(super) store: Arc<dyn TenantStore>,
    pub(super) fence: Fence,
    pub(super) intake: StoredIntake,
    pub(super) cancel: &'a CancelToken,
}

impl RunContext<'_> {
    pub(super) fn run(&self) -> RunId {
        self.fence.run
    }

    pub(super) fn payload(&self) -> &IntakePayload {
        &self.intake.payload
    }

    /// Stores events, then notifies the listener.
    pub(super) async fn emit(&self, kinds: &[ProgressKind]) -> Result<()> {
        let at = self.parts.clock.now();
        for event in self.store.append_events(self.fence, at, kinds).await? {
            self.parts.progress.emit(&event);
        }
        Ok(())
    }

    /// Reports that a stage began.
    pub(super) async fn begin(&self, stage: StageName, total: u64) -> Result<()> {
        self.emit(&[ProgressKind::StageStarted { stage, total }]).await
    }

    /// Ends the stage when the token, or somebody else through the store, cancelled the run.
    pub(super) async fn check_cancelled(&self) -> Result<()> {
        self.cancel.check()?;
        match self.store.run(self.run()).await? {
            Some(run) if run.state == RunState::Cancelled => Err(cancelled()),
            _ => Ok(()),
        }
    }
}
