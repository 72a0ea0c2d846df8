//! Runs, leases and events.

use super::rows::{RunRow, Tenant};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Run, RunId, RunState, TenantId, Timestamp};
use crate::ports::{
    EventQuery, Fence, Lease, ProgressEvent, ProgressKind, RunAdvance, RunAdvanced, RunClaim, RunQuery,
};
use crate::record;

impl Tenant {
    pub(super) fn list_runs(&self, query: &RunQuery) -> Vec<Run> {
        let mut runs: Vec<Run> = self.runs.values().map(|row| row.run.clone()).collect();
        runs.sort_by_key(|run| std::cmp::Reverse((run.created_at, run.id)));
        runs.retain(|run| {
            query.after.is_none_or(|after| (run.created_at, run.id) < (after.created_at, after.id))
        });
        runs.truncate(query.limit);
        runs
    }

    pub(super) fn queued_runs(&self, at: Timestamp, limit: usize) -> Vec<RunId> {
        let free = |row: &&RunRow| row.holder.as_ref().is_none_or(|(_, until)| *until <= at);
        let mut waiting: Vec<&Run> = self
            .runs
            .values()
            .filter(free)
            .map(|row| &row.run)
            .filter(|run| !run.state.is_terminal())
            .collect();
        waiting.sort_by_key(|run| (run.created_at, run.id));
        waiting.into_iter().take(limit).map(|run| run.id).collect()
    }

    pub(super) fn claim(&mut self, claim: &RunClaim) -> Result<Lease> {
        const OPERATION: &str = "claim the run";
        let row = self.run_row(OPERATION, claim.run)?;
        if let Some((_, until)) = &row.holder
            && *until > claim.at
        {
            let message = format!("somebody else works on {}, at least until {until}", claim.run);
            return Err(Error::new(ErrorKind::Leased, OPERATION, message));
        }
        row.token += 1;
        row.holder = Some((claim.holder.clone(), claim.until));
        Ok(Lease::new(Fence::new(claim.run, row.token), &claim.holder, claim.until))
    }

    pub(super) fn renew(&mut self, lease: &Lease, until: Timestamp) -> Result<Lease> {
        const OPERATION: &str = "renew the lease";
        self.check_fence(OPERATION, lease.fence)?;
        let row = self.run_row(OPERATION, lease.fence.run)?;
        row.holder = Some((lease.holder.clone(), until));
        Ok(Lease::new(lease.fence, &lease.holder, until))
    }

    pub(super) fn release(&mut self, lease: &Lease) {
        if let Some(row) = self.runs.get_mut(&lease.fence.run)
            && row.token == lease.fence.token
        {
            row.holder = None;
        }
    }

    pub(super) fn advance(&mut self, tenant: &TenantId, advance: &RunAdvance) -> Result<RunAdvanced> {
        const OPERATION: &str = "advance run";
        let RunAdvance { run, from, to, at, fence, failure } = advance;
        let invalid = |message: String| Error::new(ErrorKind::Invalid, OPERATION, message);
        if !from.may_become(*to) {
            return Err(invalid(format!("a run cannot go from {from} to {to}")));
        }
        match fence {
            Some(fence) => self.check_fence(OPERATION, Fence::new(*run, fence.token))?,
            None if *to == RunState::Cancelled => {}
            None => return Err(invalid(format!("only the holder of its lease brings {run} to {to}"))),
        }
        let row = self.run_row(OPERATION, *run)?;
        if row.run.state != *from {
            let message = format!("{run} is in {}, not in {from}: read it again", row.run.state);
            return Err(Error::new(ErrorKind::Conflict, OPERATION, message));
        }
        if fence.is_none() {
            row.token += 1;
            row.holder = None;
        }
        row.run.state = *to;
        row.run.updated_at = *at;
        row.run.failure = failure.clone().filter(|_| *to == RunState::Failed);
        let changed = row.run.clone();
        let event = self.append_event(tenant, *run, *at, &ProgressKind::StateChanged { state: *to });
        Ok(RunAdvanced::new(changed, event))
    }

    /// Adds an event to a run that exists.
    pub(super) fn append_event(
        &mut self,
        tenant: &TenantId,
        run: RunId,
        at: Timestamp,
        kind: &ProgressKind,
    ) -> ProgressEvent {
        let mut seq = 0;
        if let Some(row) = self.runs.get_mut(&run) {
            row.events.push((at, record::write(kind)));
            seq = row.events.len() as u64;
        }
        ProgressEvent::new(seq, at, tenant.clone(), run, kind.clone())
    }

    pub(super) fn events(&self, tenant: &TenantId, query: &EventQuery) -> Result<Vec<ProgressEvent>> {
        let Some(row) = self.runs.get(&query.run) else { return Ok(Vec::new()) };
        let later = (1_u64..).zip(&row.events).filter(|(seq, _)| *seq > query.after).take(query.limit);
        later
            .map(|(seq, (at, text))| {
                let kind = record::read(format_args!("event {seq} of {}", query.run), text)?;
                Ok(ProgressEvent::new(seq, *at, tenant.clone(), query.run, kind))
            })
            .collect()
    }
}
