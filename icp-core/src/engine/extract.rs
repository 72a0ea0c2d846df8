//! Stage `extract`: pages to evidence, and register facts to evidence once the seeds are settled.

use super::StageContext;
use super::map::{SiteFacts, map_seeds};
use crate::error::Result;
use crate::extract::identity;
use crate::model::{
    CompanyId, EvidenceItem, EvidenceSource, ExtractorId, Outcome, Page, SignalKey, SiteReport, SiteRole,
    admit, company_id,
};
use crate::ports::{ProgressEvent, SiteEvidence, StageName};

pub(super) async fn extract_evidence(stage: &StageContext<'_>) -> Result<()> {
    let run = stage.run;
    let sites = stage.tenant.sites(run).await?;
    let total = sites.len() as u64;
    stage.emit(&ProgressEvent::StageStarted { run, stage: StageName::Extract, total });
    let mut facts = SiteFacts::default();
    for (done, site) in (1..).zip(&sites) {
        stage.check_cancelled().await?;
        let pages = stage.tenant.pages(run, &site.domain).await?;
        facts.identities.insert(site.company, identity(&pages));
        let evidence = evidence_of(stage, site, &pages).await?;
        let industries = evidence.items.iter().filter(|item| item.key == SignalKey::IndustryLabel);
        facts
            .industries
            .insert(site.company, industries.map(|item| item.value.as_str().to_owned()).collect());
        stage.tenant.record_evidence(run, &evidence).await?;
        let label = site.domain.to_string();
        stage.emit(&ProgressEvent::UnitDone { run, stage: StageName::Extract, label, done, total });
    }
    stage.emit(&ProgressEvent::StageDone { run, stage: StageName::Extract });
    // The sites have told UENs and legal names: climb the ladder again with them.
    map_seeds(stage, &facts).await?;
    record_register_facts(stage).await?;
    record_intake_facts(stage).await
}

async fn evidence_of(stage: &StageContext<'_>, site: &SiteReport, pages: &[Page]) -> Result<SiteEvidence> {
    let source = match site.role {
        SiteRole::Own => EvidenceSource::UserSite,
        SiteRole::Seed => EvidenceSource::SeedSite,
    };
    let mut evidence = SiteEvidence { company: site.company, items: Vec::new(), quarantined: Vec::new() };
    for page in pages {
        for extractor in &stage.parts.extractors {
            let id = extractor.id();
            for finding in extractor.extract(page, site.role).await? {
                match admit(&finding, page, site.company, source, &id) {
                    Ok(item) => evidence.items.push(item),
                    Err(refused) => evidence.quarantined.push(refused),
                }
            }
        }
    }
    Ok(evidence)
}

/// What the register says of every matched seed: its codes, type and age.
async fn record_register_facts(stage: &StageContext<'_>) -> Result<()> {
    let snapshot = stage.parts.register.snapshot().await?;
    let extractor = ExtractorId::new("register", 1);
    let at = stage.parts.clock.now();
    for resolution in stage.tenant.resolutions(stage.run).await? {
        let Some(seed) = stage.payload().seeds.iter().find(|seed| seed.id == resolution.seed) else {
            continue;
        };
        let Some(entity) =
            resolution.decision.entity.filter(|_| resolution.decision.outcome == Outcome::Matched)
        else {
            continue;
        };
        let mut stated: Vec<(SignalKey, String)> =
            entity.ssic().map(|code| (SignalKey::Ssic, code.to_string())).collect();
        stated.extend(entity.entity_type.as_ref().map(|kind| (SignalKey::EntityType, kind.to_string())));
        stated.extend(entity.age_band(snapshot.as_of).map(|band| (SignalKey::CompanyAge, band.to_string())));
        record_stated(stage, seed.company, stated, EvidenceSource::Register, &extractor, at).await?;
    }
    Ok(())
}

/// What the person said of their own company's buyers.
async fn record_intake_facts(stage: &StageContext<'_>) -> Result<()> {
    let payload = stage.payload();
    let company = company_id("", Some(&payload.website));
    let titles = payload.champion_titles.iter().map(|title| (SignalKey::BuyerTitle, title.clone()));
    let triggers = payload.triggers.iter().map(|trigger| (SignalKey::Trigger, trigger.clone()));
    let stated = titles.chain(triggers).collect();
    let extractor = ExtractorId::new("intake", 1);
    record_stated(stage, company, stated, EvidenceSource::Intake, &extractor, stage.intake.submitted_at).await
}

async fn record_stated(
    stage: &StageContext<'_>,
    company: CompanyId,
    stated: Vec<(SignalKey, String)>,
    source: EvidenceSource,
    extractor: &ExtractorId,
    at: crate::model::Timestamp,
) -> Result<()> {
    let items: Vec<EvidenceItem> = stated
        .into_iter()
        .map(|(key, value)| EvidenceItem::stated(company, key, &value, source, extractor.clone(), at))
        .collect();
    if !items.is_empty() {
        let evidence = SiteEvidence { company, items, quarantined: Vec::new() };
        stage.tenant.record_evidence(stage.run, &evidence).await?;
    }
    Ok(())
}
