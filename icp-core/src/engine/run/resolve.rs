//! Stage `mapping`: seeds to register entities. Done once with the intake alone, and again with what the sites print and
//! what people decided.

use std::collections::BTreeMap;

use tracing::Instrument as _;

use super::{RunContext, facts};
use crate::error::Result;
use crate::model::{CompanyId, Outcome, Seed, SeedResolution, SeedRole, SignalKey, company_id};
use crate::ports::{EvidenceQuery, KnownCompany, KnownQuery, ProgressKind, StageName};
use crate::resolve::{Asker, SeedFacts, resolve};
use crate::site::{IdentityFact, SiteIdentity, identity};

/// Identity facts from companies' sites.
#[derive(Debug, Default)]
struct SiteFacts {
    identities: BTreeMap<CompanyId, SiteIdentity>,
    /// Industries that the sites name.
    industries: BTreeMap<CompanyId, Vec<String>>,
}

/// By the intake alone.
pub(super) async fn first(context: &RunContext<'_>) -> Result<()> {
    let began = context.parts.clock.now();
    let resolutions = seeds(context, &SiteFacts::default()).await?;
    log_sla(context, &resolutions, context.parts.clock.now().millis_since(began));
    Ok(())
}

/// With what the sites print: UENs, legal names, postal codes, industries. Then the register's and the intake's own facts
/// become evidence.
pub(super) async fn again(context: &RunContext<'_>) -> Result<()> {
    let mut sites = SiteFacts::default();
    for site in context.store.sites(context.run()).await? {
        context.check_cancelled().await?;
        let pages = context.store.pages(context.run(), &site.domain).await?;
        sites.identities.insert(site.company, identity(&pages));
    }
    let labels = EvidenceQuery::of_run(context.run()).with_key(SignalKey::IndustryLabel);
    for item in context.store.evidence(&labels).await? {
        sites.industries.entry(item.company).or_default().push(item.value.into_string());
    }
    seeds(context, &sites).await?;
    facts::record_register_facts(context).await?;
    facts::record_intake_facts(context).await
}

/// The decisions of people on the run's companies.
pub(super) async fn decided(context: &RunContext<'_>) -> Result<Vec<KnownCompany>> {
    let companies = context.payload().seeds.iter().map(|seed| seed.company).collect();
    let known = context.store.known_companies(&KnownQuery::new(companies, context.run())).await?;
    Ok(known.into_iter().flatten().filter(KnownCompany::is_by_person).collect())
}

async fn seeds(context: &RunContext<'_>, sites: &SiteFacts) -> Result<Vec<SeedResolution>> {
    let span = tracing::info_span!("resolve", stage = "mapping", seeds = context.payload().seeds.len());
    resolve_seeds(context, sites).instrument(span).await
}

async fn resolve_seeds(context: &RunContext<'_>, sites: &SiteFacts) -> Result<Vec<SeedResolution>> {
    const STAGE: StageName = StageName::Resolve;
    let seeds = &context.payload().seeds;
    let total = seeds.len() as u64;
    context.begin(STAGE, total).await?;
    let asker = sites
        .identities
        .get(&company_id("", Some(&context.payload().website)))
        .map(|own| Asker::new(most_trusted(&own.uens), most_trusted(&own.legal_names)))
        .unwrap_or_default();
    let companies = seeds.iter().map(|seed| seed.company).collect();
    let known = context.store.known_companies(&KnownQuery::new(companies, context.run())).await?;
    let facts: Vec<SeedFacts> =
        seeds.iter().zip(known).map(|(seed, known)| facts_of(seed, known, sites, &asker)).collect();
    let decisions = resolve(context.parts.register.as_ref(), &facts, &context.options.resolve).await?;
    let decided_at = context.parts.clock.now();
    let resolutions: Vec<SeedResolution> = seeds
        .iter()
        .zip(decisions)
        .map(|(seed, decision)| SeedResolution::new(seed.id, decision, decided_at))
        .collect();
    context.store.record_resolutions(context.fence, &resolutions).await?;
    let mut events = Vec::with_capacity(2 * seeds.len() + 1);
    for (done, (seed, resolution)) in (1..).zip(seeds.iter().zip(&resolutions)) {
        let decision = &resolution.decision;
        tracing::debug!(
            seed = %seed.id,
            outcome = %decision.outcome,
            path = %decision.method,
            probability = decision.probability.get(),
            margin = decision.margin.get(),
            "seed resolved"
        );
        events.push(ProgressKind::SeedResolved { name: seed.name.clone(), outcome: decision.outcome });
        events.push(ProgressKind::UnitDone { stage: STAGE, label: seed.name.clone(), done, total });
    }
    events.push(ProgressKind::StageDone { stage: STAGE });
    context.emit(&events).await?;
    Ok(resolutions)
}

fn facts_of(seed: &Seed, known: Option<KnownCompany>, sites: &SiteFacts, asker: &Asker) -> SeedFacts {
    let identity = sites.identities.get(&seed.company);
    let mut facts = SeedFacts::named(&seed.name);
    facts.domain = seed.domain.clone();
    facts.uen = seed.uen;
    facts.known = known;
    facts.asker = asker.clone();
    if let Some(identity) = identity {
        facts.site_uens = most_trusted(&identity.uens);
        facts.site_legal_names = most_trusted(&identity.legal_names);
        facts.site_postal_codes = identity.postal_codes.iter().map(|fact| fact.value.clone()).collect();
    }
    facts.site_industries = sites.industries.get(&seed.company).cloned().unwrap_or_default();
    facts
}

/// Facts from the most trusted place of a site; those only in lesser places may be somebody else's.
pub(super) fn most_trusted<T: Clone>(facts: &[IdentityFact<T>]) -> Vec<T> {
    let best = facts.first().map(|fact| fact.place);
    facts.iter().filter(|fact| Some(fact.place) == best).map(|fact| fact.value.clone()).collect()
}

/// The line that operators watch: the first mapping alone, of the best and lost customers that can be in the register.
fn log_sla(context: &RunContext<'_>, resolutions: &[SeedResolution], elapsed_ms: u64) {
    let counts = |seed: &Seed| matches!(seed.role, SeedRole::Best | SeedRole::Lost);
    let outcomes: Vec<Outcome> = context
        .payload()
        .seeds
        .iter()
        .zip(resolutions)
        .filter(|(seed, _)| counts(seed))
        .map(|(_, resolution)| resolution.decision.outcome)
        .collect();
    let total = outcomes.iter().filter(|outcome| **outcome != Outcome::NotInRegister).count();
    let resolved = outcomes.iter().filter(|outcome| **outcome == Outcome::Matched).count();
    let rate = if total == 0 { 1.0 } else { resolved as f64 / total as f64 };
    let elapsed = elapsed_ms as f64 / 1000.0;
    let tenant = &context.tenant;
    tracing::info!(
        "mapping_sla tenant={tenant} total={total} resolved={resolved} rate={rate:.2} elapsed_s={elapsed:.1}"
    );
}
