//! Stage `map`: seeds to register entities. Looked at again once the sites were read, since they print UENs and legal
//! names.

use std::collections::BTreeMap;

use super::StageContext;
use crate::error::Result;
use crate::extract::{IdentityFact, SiteIdentity};
use crate::model::{CompanyId, SeedResolution, company_id};
use crate::ports::{ProgressEvent, StageName};
use crate::resolve::{Asker, SeedFacts, resolve};

/// What companies' sites say of their identity.
#[derive(Debug, Default)]
pub(super) struct SiteFacts {
    pub(super) identities: BTreeMap<CompanyId, SiteIdentity>,
    /// What they say the company does.
    pub(super) industries: BTreeMap<CompanyId, Vec<String>>,
}

pub(super) async fn map_seeds(stage: &StageContext<'_>, sites: &SiteFacts) -> Result<()> {
    let seeds = &stage.payload().seeds;
    let run = stage.run;
    let total = seeds.len() as u64;
    stage.emit(&ProgressEvent::StageStarted { run, stage: StageName::Map, total });
    let mut facts = Vec::with_capacity(seeds.len());
    let asker = sites
        .identities
        .get(&company_id("", Some(&stage.payload().website)))
        .map(|own| Asker { uens: most_trusted(&own.uens), legal_names: most_trusted(&own.legal_names) })
        .unwrap_or_default();
    for seed in seeds {
        let identity = sites.identities.get(&seed.company);
        facts.push(SeedFacts {
            name: seed.name.clone(),
            domain: seed.domain.clone(),
            uen: seed.uen,
            known: stage.tenant.known_company(seed.company, run).await?,
            site_uens: identity.map(|identity| most_trusted(&identity.uens)).unwrap_or_default(),
            site_legal_names: identity
                .map(|identity| most_trusted(&identity.legal_names))
                .unwrap_or_default(),
            site_postal_codes: identity
                .map(|identity| identity.postal_codes.iter().map(|fact| fact.value.clone()).collect())
                .unwrap_or_default(),
            site_industries: sites.industries.get(&seed.company).cloned().unwrap_or_default(),
            asker: asker.clone(),
            country: None,
        });
    }
    let decisions = resolve(stage.parts.register.as_ref(), &facts, &stage.options.resolve).await?;
    let decided_at = stage.parts.clock.now();
    let resolutions: Vec<SeedResolution> = seeds
        .iter()
        .zip(decisions)
        .map(|(seed, decision)| SeedResolution { seed: seed.id, decision, decided_at })
        .collect();
    stage.tenant.record_resolutions(run, &resolutions).await?;
    for (done, (seed, resolution)) in (1..).zip(seeds.iter().zip(&resolutions)) {
        let outcome = resolution.decision.outcome;
        stage.emit(&ProgressEvent::SeedResolved { run, name: seed.name.clone(), outcome });
        stage.emit(&ProgressEvent::UnitDone {
            run,
            stage: StageName::Map,
            label: seed.name.clone(),
            done,
            total,
        });
    }
    stage.emit(&ProgressEvent::StageDone { run, stage: StageName::Map });
    Ok(())
}

/// What the most trusted place of a site prints; what only lesser places print may be somebody else's.
fn most_trusted<T: Clone>(facts: &[IdentityFact<T>]) -> Vec<T> {
    let best = facts.first().map(|fact| fact.place);
    facts.iter().filter(|fact| Some(fact.place) == best).map(|fact| fact.value.clone()).collect()
}
