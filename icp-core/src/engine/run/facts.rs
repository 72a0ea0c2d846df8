//! Facts without a page: what the register says about a seed, and the person about their own company.

use std::collections::BTreeMap;

use super::RunContext;
use crate::error::Result;
use crate::model::{
    CompanyId, EvidenceItem, EvidenceSource, ExtractorId, Outcome, SignalKey, Timestamp, company_id,
};
use crate::ports::EvidenceBatch;

/// Records the register's facts about every seed: codes, type and age of a matched one, nothing for others.
pub(super) async fn record_register_facts(context: &RunContext<'_>) -> Result<()> {
    let snapshot = context.parts.register.snapshot().await?;
    let at = context.parts.clock.now();
    let resolutions = context.store.resolutions(context.run()).await?;
    let mut stated: BTreeMap<CompanyId, Vec<(SignalKey, String)>> = BTreeMap::new();
    for resolution in resolutions {
        let seeds = &context.payload().seeds;
        let Some(seed) = seeds.iter().find(|seed| seed.id == resolution.seed) else { continue };
        let facts = stated.entry(seed.company).or_default();
        let matched = resolution.decision.outcome == Outcome::Matched;
        let Some(entity) = resolution.decision.entity.filter(|_| matched) else { continue };
        facts.extend(entity.ssic().map(|code| (SignalKey::Ssic, code.to_string())));
        facts.extend(entity.entity_type.as_ref().map(|kind| (SignalKey::EntityType, kind.to_string())));
        facts.extend(entity.age_band(snapshot.as_of).map(|band| (SignalKey::CompanyAge, band.to_string())));
    }
    let extractor = ExtractorId::new("register", 1);
    for (company, facts) in stated {
        record(context, company, facts, EvidenceSource::Register, &extractor, at).await?;
    }
    Ok(())
}

/// Records what the person said about their own company's buyers.
pub(super) async fn record_intake_facts(context: &RunContext<'_>) -> Result<()> {
    let payload = context.payload();
    let company = company_id("", Some(&payload.website));
    let titles = payload.champion_titles.iter().map(|it| (SignalKey::BuyerTitle, it.as_str().to_owned()));
    let triggers = payload.triggers.iter().map(|it| (SignalKey::Trigger, it.as_str().to_owned()));
    let facts = titles.chain(triggers).collect();
    let extractor = ExtractorId::new("intake", 1);
    record(context, company, facts, EvidenceSource::Intake, &extractor, context.intake.submitted_at).await
}

async fn record(
    context: &RunContext<'_>,
    company: CompanyId,
    facts: Vec<(SignalKey, String)>,
    source: EvidenceSource,
    extractor: &ExtractorId,
    at: Timestamp,
) -> Result<()> {
    let items = facts
        .into_iter()
        .map(|(key, value)| EvidenceItem::stated(company, key, &value, source, extractor.clone(), at))
        .collect();
    let batch = EvidenceBatch::new(company, items).replacing(source);
    context.store.record_evidence(context.fence, &batch).await.map(drop)
}
