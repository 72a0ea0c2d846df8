//! Everything mining needs from a run, read back from the store and the register.

use std::collections::{BTreeMap, BTreeSet};

use super::RunContext;
use super::resolve::most_trusted;
use crate::error::Result;
use crate::mine::{BaseRates, SeedProfile, filters_to_count};
use crate::model::{
    CleanText, CompanyId, EvidenceItem, RegisterFilter, RegisterSnapshot, SeedResolution, SeedRole,
    SignalKey, SiteReport, SsicCode, SsicNode, Uen, company_id,
};
use crate::ports::{EvidenceQuery, RegisterPin};
use crate::site::{SiteIdentity, identity};

/// The seeds' profiles with the register's counts.
pub(super) struct Profiles {
    pub(super) best: Vec<SeedProfile>,
    pub(super) lost: Vec<SeedProfile>,
    pub(super) rates: BaseRates,
    pub(super) titles: BTreeMap<SsicNode, String>,
    pub(super) own_buyer_titles: Vec<CleanText>,
    pub(super) own_uens: Vec<Uen>,
    pub(super) own_legal_names: Vec<String>,
}

pub(super) async fn load(context: &RunContext<'_>, snapshot: RegisterSnapshot) -> Result<Profiles> {
    let register = &context.parts.register;
    let resolutions: BTreeMap<_, SeedResolution> = context
        .store
        .resolutions(context.run())
        .await?
        .into_iter()
        .map(|resolution| (resolution.seed, resolution))
        .collect();
    let sites: BTreeMap<CompanyId, SiteReport> =
        context.store.sites(context.run()).await?.into_iter().map(|site| (site.company, site)).collect();
    let mut evidence: BTreeMap<CompanyId, Vec<EvidenceItem>> = BTreeMap::new();
    for item in context.store.evidence(&EvidenceQuery::of_run(context.run())).await? {
        evidence.entry(item.company).or_default().push(item);
    }
    let profiles = |role: SeedRole| -> Vec<SeedProfile> {
        context
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
    let rates = rates(context, snapshot, filters_to_count(&best)).await?;
    let own = company_id("", Some(&context.payload().website));
    let own_buyer_titles = evidence
        .get(&own)
        .into_iter()
        .flatten()
        .filter(|item| item.key == SignalKey::BuyerTitle)
        .map(|item| item.value.clone())
        .collect();
    let identity = match sites.get(&own) {
        Some(site) => identity(&context.store.pages(context.run(), &site.domain).await?),
        None => SiteIdentity::default(),
    };
    Ok(Profiles {
        best,
        lost,
        rates,
        titles,
        own_buyer_titles,
        own_uens: most_trusted(&identity.uens),
        own_legal_names: most_trusted(&identity.legal_names),
    })
}

/// How common each filter is in the register, counted once per run: what the run has pinned of the same register is not
/// counted again.
async fn rates(
    context: &RunContext<'_>,
    snapshot: RegisterSnapshot,
    filters: Vec<RegisterFilter>,
) -> Result<BaseRates> {
    let pinned = context.store.register_pin(context.run()).await?;
    let mut counts: BTreeMap<RegisterFilter, u64> =
        pinned.filter(|pin| pin.snapshot.id == snapshot.id).into_iter().flat_map(|pin| pin.counts).collect();
    let missing: Vec<RegisterFilter> =
        filters.iter().filter(|filter| !counts.contains_key(filter)).cloned().collect();
    if !missing.is_empty() {
        let counted = context.parts.register.counts(&missing).await?;
        counts.extend(missing.into_iter().zip(counted));
    }
    let pin = RegisterPin::new(snapshot.clone(), counts.clone().into_iter().collect());
    context.store.pin_register(context.fence, &pin).await?;
    let (filters, counts) = counts.into_iter().unzip();
    Ok(BaseRates::new(snapshot, filters, counts))
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
