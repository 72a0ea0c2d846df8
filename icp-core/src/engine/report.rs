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
    let mut decisions: BTreeMap<_, _> = store
        .resolutions(id)
        .await?
        .into_iter()
        .map(|resolution| (resolution.seed, resolution.decision))
        .collect();
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
