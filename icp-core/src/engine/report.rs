//! A run as one document: what `icp run --json` prints and pages show.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    Decision, Domain, IntakeWarning, Outcome, RegisterSnapshot, Run, RunId, Seed, SiteReport, SiteStatus,
    SuggestionSet,
};
use crate::ports::{EvidenceQuery, TenantStore};

/// A seed and how it was resolved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeedReport {
    /// The seed.
    #[serde(flatten)]
    pub seed: Seed,
    /// The decision; absent until it was mapped.
    pub decision: Option<Decision>,
}

/// What a run cost and gave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// Seeds named.
    pub seeds: u64,
    /// Seeds by outcome of resolution.
    pub outcomes: BTreeMap<String, u64>,
    /// Seeds matched, of those that can be in the register at all.
    pub resolved: u64,
    /// Seeds that can be in the register: all but those found to belong elsewhere.
    pub resolvable: u64,
    /// Milliseconds from submission until the seeds were last resolved.
    pub resolution_ms: u64,
    /// The limits on resolution that this run broke: under 80 % resolved, over 300 seconds.
    pub alerts: Vec<String>,
    /// Sites tried.
    pub sites: u64,
    /// Sites read whole or in part.
    pub sites_read: u64,
    /// Pages read.
    pub pages: u64,
    /// Addresses that gave no page, by cause.
    pub refusals: BTreeMap<String, u64>,
    /// Bytes of the pages read, after decompression.
    pub bytes: u64,
    /// Evidence items.
    pub evidence: u64,
    /// Companies with at least one.
    pub companies_with_evidence: u64,
    /// Evidence items by kind.
    pub evidence_by_key: BTreeMap<String, u64>,
    /// Findings refused at the border, by reason.
    pub quarantined: BTreeMap<String, u64>,
    /// Patterns found.
    pub patterns: u64,
    /// Milliseconds from submission to the last change of state.
    pub elapsed_ms: u64,
}

/// A run as one document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunReport {
    /// The run.
    pub run: Run,
    /// The user's website.
    pub website: Domain,
    /// The register at the time of mining; absent before that.
    pub register: Option<RegisterSnapshot>,
    /// What the person should know of their intake.
    pub warnings: Vec<IntakeWarning>,
    /// The cards, the themes to avoid, and what to know of them.
    #[serde(flatten)]
    pub suggestions: SuggestionSet,
    /// How each site was read.
    pub sites: Vec<SiteReport>,
    /// How each seed was resolved.
    pub seeds: Vec<SeedReport>,
    /// What it cost and gave.
    pub ledger: Ledger,
}

/// Reads a run back from its store. Works at any state; what is not there yet is empty.
///
/// # Errors
/// `NotFound` for an unknown run.
pub async fn run_report(store: &dyn TenantStore, id: RunId) -> Result<RunReport> {
    let missing =
        || Error::new(ErrorKind::NotFound, "report the run", format!("there is no {id} for this tenant"));
    let run = store.run(id).await?.ok_or_else(missing)?;
    let intake = store.intake(run.intake).await?.ok_or_else(missing)?;
    let resolutions = store.resolutions(id).await?;
    let resolved_at = resolutions.iter().map(|resolution| resolution.decided_at).max();
    let mut decisions: BTreeMap<_, _> =
        resolutions.into_iter().map(|resolution| (resolution.seed, resolution.decision)).collect();
    let seeds: Vec<SeedReport> = intake
        .payload
        .seeds
        .iter()
        .map(|seed| SeedReport { decision: decisions.remove(&seed.id), seed: seed.clone() })
        .collect();
    let sites = store.sites(id).await?;
    let suggestions = store.suggestions(id).await?.unwrap_or_default();
    let patterns = store.patterns(id).await?;
    let mut ledger = Ledger {
        seeds: seeds.len() as u64,
        sites: sites.len() as u64,
        sites_read: sites.iter().filter(|site| site.status != SiteStatus::Unread).count() as u64,
        pages: sites.iter().map(|site| u64::from(site.pages)).sum(),
        bytes: sites.iter().map(|site| site.bytes).sum(),
        patterns: patterns.as_ref().map_or(0, |patterns| patterns.patterns.len() as u64),
        elapsed_ms: run.updated_at.millis_since(run.created_at),
        ..Ledger::default()
    };
    for seed in &seeds {
        let outcome = seed.decision.as_ref().map_or(Outcome::Unresolved, |decision| decision.outcome);
        *ledger.outcomes.entry(outcome.to_string()).or_default() += 1;
    }
    if let Some(resolved_at) = resolved_at {
        let outcome = |outcome: Outcome| ledger.outcomes.get(outcome.as_str()).copied().unwrap_or(0);
        ledger.resolved = outcome(Outcome::Matched);
        ledger.resolvable = ledger.seeds - outcome(Outcome::NotInRegister);
        ledger.resolution_ms = resolved_at.millis_since(run.created_at);
        ledger.alerts = resolution_alerts(&ledger);
    }
    for refusal in sites.iter().flat_map(|site| &site.fetches).filter_map(|record| record.refusal.as_ref()) {
        *ledger.refusals.entry(refusal.cause.to_string()).or_default() += 1;
    }
    let mut companies = BTreeSet::new();
    for item in store.evidence(&EvidenceQuery { run: Some(id), ..EvidenceQuery::default() }).await? {
        ledger.evidence += 1;
        companies.insert(item.company);
        *ledger.evidence_by_key.entry(item.key.to_string()).or_default() += 1;
    }
    ledger.companies_with_evidence = companies.len() as u64;
    for refused in store.quarantined(id).await? {
        *ledger.quarantined.entry(refused.reason.to_string()).or_default() += 1;
    }
    Ok(RunReport {
        website: intake.payload.website,
        register: patterns.map(|patterns| patterns.register),
        warnings: intake.payload.warnings,
        suggestions,
        run,
        sites,
        seeds,
        ledger,
    })
}

/// The two limits on resolution.
fn resolution_alerts(ledger: &Ledger) -> Vec<String> {
    let mut alerts = Vec::new();
    if ledger.resolved * 100 < ledger.resolvable * 80 {
        alerts.push(format!(
            "{} of {} seeds were found in the register, fewer than 80 %: check the names, or give UENs",
            ledger.resolved, ledger.resolvable
        ));
    }
    if ledger.resolution_ms > 300_000 {
        alerts.push(format!("resolving the seeds took {} s, more than 300", ledger.resolution_ms / 1000));
    }
    alerts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_limits() {
        let ledger = |resolved, resolvable, resolution_ms| Ledger {
            resolved,
            resolvable,
            resolution_ms,
            ..Ledger::default()
        };
        assert!(resolution_alerts(&ledger(8, 10, 300_000)).is_empty());
        assert!(resolution_alerts(&ledger(0, 0, 0)).is_empty());
        assert_eq!(resolution_alerts(&ledger(7, 10, 300_001)).len(), 2);
    }
}
