//! Everything mining needs of a run, read back from the store and the register.

use std::collections::{BTreeMap, BTreeSet};

use super::StageContext;
use crate::error::Result;
use crate::mine::{BaseRates, SeedProfile, filters_to_count};
use crate::model::{
    CompanyId, EvidenceItem, SeedResolution, SeedRole, SignalKey, SiteReport, SsicCode, SsicNode, company_id,
};
use crate::ports::EvidenceQuery;

/// The seeds' profiles with the register's counts.
pub(super) struct Profiles {
    pub(super) best: Vec<SeedProfile>,
    pub(super) lost: Vec<SeedProfile>,
    pub(super) rates: BaseRates,
    pub(super) titles: BTreeMap<SsicNode, String>,
    pub(super) own_buyer_titles: Vec<String>,
}

pub(super) async fn load(stage: &StageContext<'_>) -> Result<Profiles> {
    let register = &stage.parts.register;
    let snapshot = register.snapshot().await?;
    let resolutions: BTreeMap<_, SeedResolution> = stage
        .tenant
        .resolutions(stage.run)
        .await?
        .into_iter()
        .map(|resolution| (resolution.seed, resolution))
        .collect();
    let sites: BTreeMap<CompanyId, SiteReport> =
        stage.tenant.sites(stage.run).await?.into_iter().map(|site| (site.company, site)).collect();
    let mut evidence: BTreeMap<CompanyId, Vec<EvidenceItem>> = BTreeMap::new();
    let query = EvidenceQuery { run: Some(stage.run), ..EvidenceQuery::default() };
    for item in stage.tenant.evidence(&query).await? {
        evidence.entry(item.company).or_default().push(item);
    }
    let profiles = |role: SeedRole| -> Vec<SeedProfile> {
        stage
            .payload()
            .seeds_of(role)
            .map(|seed| {
                SeedProfile::new(
                    seed.clone(),
                    resolutions.get(&seed.id).map(|resolution| &resolution.decision),
                    snapshot.as_of,
                    evidence.get(&seed.company).cloned().unwrap_or_default(),
                    sites.get(&seed.company),
                )
            })
            .collect()
    };
    let (best, lost) = (profiles(SeedRole::Best), profiles(SeedRole::Lost));
    let codes: BTreeSet<SsicCode> = best
        .iter()
        .chain(&lost)
        .filter_map(|profile| profile.facts.entity.as_ref())
        .flat_map(|entity| entity.ssic().collect::<Vec<_>>())
        .collect();
    let nodes: BTreeSet<SsicNode> = codes.iter().flat_map(|code| code.path()).collect();
    let mut titles = register.titles(&nodes.into_iter().collect::<Vec<_>>()).await?;
    inherit_titles(&codes, &mut titles);
    let filters = filters_to_count(&best);
    let counts = register.counts(&filters).await?;
    let own = company_id("", Some(&stage.payload().website));
    let own_buyer_titles = evidence
        .get(&own)
        .into_iter()
        .flatten()
        .filter(|item| item.key == SignalKey::BuyerTitle)
        .map(|item| item.value.as_str().to_owned())
        .collect();
    Ok(Profiles { best, lost, rates: BaseRates::new(snapshot, filters, counts), titles, own_buyer_titles })
}

/// A node without a title of its own goes by the nearest one above it.
fn inherit_titles(codes: &BTreeSet<SsicCode>, titles: &mut BTreeMap<SsicNode, String>) {
    for code in codes {
        let mut above: Option<String> = None;
        for node in code.path() {
            match (titles.get(&node), &above) {
                (Some(title), _) => above = Some(title.clone()),
                (None, Some(title)) => {
                    titles.insert(node, title.clone());
                }
                (None, None) => {}
            }
        }
    }
}
