//! The tables of one tenant. Values are records, as in a database.

use std::collections::BTreeMap;

use super::budget::CallRow;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    AuditId, CompanyId, ContentHash, Domain, EvidenceId, ExtractorId, IntakeId, IntakeReceipt, RuleId, Run,
    RunId, SeedId, SuggestionId, Timestamp,
};
use crate::ports::{AuditEntry, BudgetScope, Fence};
use crate::record::{self, Recorded};

/// A refusal is known by its company, its words, and how often the same batch said it before.
pub(super) type RefusalKey = (CompanyId, String, usize);

#[derive(Debug)]
pub(super) struct IntakeRow {
    pub(super) idempotency_key: Option<String>,
    pub(super) receipt: IntakeReceipt,
    pub(super) submitted_by: String,
    pub(super) submitted_at: Timestamp,
    pub(super) answers: serde_json::Value,
    pub(super) payload: String,
}

#[derive(Debug)]
pub(super) struct RunRow {
    pub(super) run: Run,
    pub(super) token: u64,
    pub(super) holder: Option<(String, Timestamp)>,
    /// Time and record of each event; the number is the place.
    pub(super) events: Vec<(Timestamp, String)>,
}

/// A site's report, and for each page its link and the key of its body.
#[derive(Debug, Default)]
pub(super) struct SiteRow {
    pub(super) report: String,
    pub(super) pages: Vec<(String, String)>,
}

#[derive(Debug, Default)]
pub(super) struct Tenant {
    pub(super) intakes: BTreeMap<IntakeId, IntakeRow>,
    pub(super) runs: BTreeMap<RunId, RunRow>,
    pub(super) resolutions: BTreeMap<(RunId, SeedId), String>,
    pub(super) choices: BTreeMap<CompanyId, String>,
    pub(super) sites: BTreeMap<(RunId, Domain), SiteRow>,
    pub(super) bodies: BTreeMap<String, String>,
    pub(super) evidence: BTreeMap<(RunId, EvidenceId), String>,
    pub(super) quarantined: BTreeMap<(RunId, RefusalKey), String>,
    pub(super) reports: BTreeMap<(RunId, CompanyId), String>,
    pub(super) extractions: BTreeMap<(ContentHash, ExtractorId), String>,
    pub(super) pins: BTreeMap<RunId, String>,
    pub(super) patterns: BTreeMap<RunId, String>,
    pub(super) suggestions: BTreeMap<RunId, String>,
    pub(super) rules: BTreeMap<RuleId, String>,
    pub(super) rejections: BTreeMap<(RunId, SuggestionId), String>,
    pub(super) audit: BTreeMap<AuditId, AuditEntry>,
    /// Granted calls of models, each numbered by its place, from 1.
    pub(super) calls: Vec<CallRow>,
    pub(super) refused_calls: BTreeMap<(RunId, CompanyId, BudgetScope), u64>,
}

/// Writes one value of a table whose key is a run.
pub(super) fn put<T: Recorded>(table: &mut BTreeMap<RunId, String>, run: RunId, value: &T) {
    table.insert(run, record::write(value));
}

/// Reads it.
pub(super) fn get<T: Recorded>(table: &BTreeMap<RunId, String>, run: &RunId) -> Result<Option<T>> {
    table.get(run).map(|text| record::read(run, text)).transpose()
}

impl Tenant {
    /// The row of a run that must exist.
    pub(super) fn run_row(&mut self, operation: &'static str, run: RunId) -> Result<&mut RunRow> {
        self.runs
            .get_mut(&run)
            .ok_or_else(|| Error::new(ErrorKind::NotFound, operation, format!("there is no run {run}")))
    }

    /// Refuses a write by somebody who lost the run's lease.
    pub(super) fn check_fence(&mut self, operation: &'static str, fence: Fence) -> Result<()> {
        let row = self.run_row(operation, fence.run)?;
        if row.token == fence.token {
            return Ok(());
        }
        let message = format!("the lease of {} went to somebody else: nothing was stored", fence.run);
        Err(Error::new(ErrorKind::LeaseLost, operation, message))
    }

    pub(super) fn add_audit(&mut self, operation: &'static str, entry: &AuditEntry) -> Result<()> {
        if self.audit.contains_key(&entry.id) {
            let message = format!("{} is an audit entry already: use a new id", entry.id);
            return Err(Error::new(ErrorKind::Conflict, operation, message));
        }
        self.audit.insert(entry.id, entry.clone());
        Ok(())
    }

    /// The number of things stored.
    pub(super) fn rows(&self) -> u64 {
        let rows = self.intakes.len()
            + self.runs.len()
            + self.runs.values().map(|row| row.events.len()).sum::<usize>()
            + self.resolutions.len()
            + self.choices.len()
            + self.sites.len()
            + self.sites.values().map(|site| site.pages.len()).sum::<usize>()
            + self.bodies.len()
            + self.evidence.len()
            + self.quarantined.len()
            + self.reports.len()
            + self.extractions.len()
            + self.pins.len()
            + self.patterns.len()
            + self.suggestions.len()
            + self.rules.len()
            + self.rejections.len()
            + self.audit.len()
            + self.calls.len()
            + self.refused_calls.len();
        rows as u64
    }
}
