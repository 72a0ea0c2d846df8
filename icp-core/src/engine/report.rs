//! A run as one document, for programs and pages.

use std::collections::BTreeMap;

use serde::Serialize;

use super::ledger::Ledger;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    Decision, Domain, IntakeWarning, RegisterSnapshot, Run, RunId, Seed, SiteReport, SuggestionSet,
};
use crate::ports::{EventQuery, EvidenceQuery, Rejection, TenantStore};

/// A seed and how it was resolved.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SeedReport {
    /// The seed.
    #[serde(flatten)]
    pub seed: Seed,
    /// The decision; absent until it was mapped.
    pub decision: Option<Decision>,
}

impl SeedReport {
    /// A seed with its decision.
    pub fn new(seed: Seed, decision: Option<Decision>) -> Self {
        Self { seed, decision }
    }
}

/// A run as one document.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RunReport {
    /// The run.
    pub run: Run,
    /// The user's website.
    pub website: Domain,
    /// The register at the time of mining; absent before that.
    pub register: Option<RegisterSnapshot>,
    /// Things the person should know about their intake.
    pub warnings: Vec<IntakeWarning>,
    /// The cards, the themes to avoid, and what to know about them.
    #[serde(flatten)]
    pub suggestions: SuggestionSet,
    /// Cards that a person rejected.
    pub rejections: Vec<Rejection>,
    /// How each site was read.
    pub sites: Vec<SiteReport>,
    /// How each seed was resolved.
    pub seeds: Vec<SeedReport>,
    /// Its cost and results.
    pub ledger: Ledger,
}

pub(super) async fn run_report(store: &dyn TenantStore, id: RunId) -> Result<RunReport> {
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
    let resolved = !decisions.is_empty();
    let payload = intake.payload;
    let seeds: Vec<SeedReport> = payload
        .seeds
        .into_iter()
        .map(|seed| SeedReport { decision: decisions.remove(&seed.id), seed })
        .collect();
    let sites = store.sites(id).await?;
    let patterns = store.patterns(id).await?;
    let mut ledger = Ledger {
        patterns: patterns.as_ref().map_or(0, |patterns| patterns.patterns.len() as u64),
        elapsed_ms: run.updated_at.millis_since(run.created_at),
        ..Ledger::default()
    };
    ledger.count_time(&store.events(&EventQuery::of_run(id, usize::MAX)).await?);
    ledger.count_seeds(
        seeds.iter().map(|seed| seed.decision.as_ref().map(|decision| decision.outcome)),
        resolved,
    );
    ledger.count_sites(&sites);
    let evidence = store.evidence(&EvidenceQuery::of_run(id)).await?;
    let named = seeds.iter().map(|seed| seed.seed.company).collect();
    ledger.count_evidence(&named, &evidence, &store.quarantined(id).await?);
    ledger.count_extractions(&store.extraction_reports(id).await?);
    ledger.count_spending(&store.spending(id).await?);
    Ok(RunReport {
        website: payload.website,
        register: patterns.map(|patterns| patterns.register),
        warnings: payload.warnings,
        suggestions: store.suggestions(id).await?.unwrap_or_default(),
        rejections: store.rejections(id).await?,
        run,
        sites,
        seeds,
        ledger,
    })
}
