//! The companies of the register that a card describes, as a list to work from.

use std::collections::{BTreeMap, BTreeSet};

use super::act::find_card;
use super::{Engine, find_run};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    Domain, Outcome, RegisterFilter, RunId, SeedId, SsicLevel, SsicNode, SuggestionId, TenantId, Uen,
};
use crate::ports::{RegisterPage, TenantStore};
use crate::suggest::{ExportRow, Prospect, export_rows};

/// How many companies are ranked for a list; more when the list itself is longer.
const RANKED: usize = 20_000;

impl Engine {
    /// Lists the live companies that meet a card's register conditions, the best fit first. It leaves out the best and
    /// lost customers, the partners, the entries of "never target" and the user's own company. Aspirational companies
    /// stay: they are prospects. An entry of "never target" that is a category, such as "banks", leaves out only
    /// companies of exactly that name.
    ///
    /// Each is left out by UEN, by name (also a former one) and by website. A website is known only of companies that
    /// are matched seeds of this run; the register names none.
    ///
    /// Of segments above 20,000 companies, the first 20,000 by UEN are ranked.
    ///
    /// # Errors
    /// `NotFound` when the run has no such card, `Invalid` when the card has no condition that a register can answer.
    pub async fn companies(
        &self,
        tenant: &TenantId,
        run: RunId,
        suggestion: SuggestionId,
        limit: usize,
    ) -> Result<Vec<ExportRow>> {
        const OPERATION: &str = "list companies";
        let store = self.store(tenant);
        let card = find_card(store.as_ref(), OPERATION, run, suggestion).await?;
        let (filter, _) = card.rule.register_part();
        if filter == RegisterFilter::default() {
            let message =
                "this card has no condition that the register can answer, so there is no list to make";
            return Err(Error::new(ErrorKind::Invalid, OPERATION, message));
        }
        let register = &self.parts.register;
        let as_of = register.snapshot().await?.as_of;
        let ranked = limit.saturating_add(card.targeting_pack.suppression.len()).max(RANKED);
        let entities = register.page(&RegisterPage::new(filter, ranked)).await?;
        let nodes: BTreeSet<SsicNode> = entities
            .iter()
            .filter_map(|entity| entity.primary_ssic)
            .map(|code| code.at(SsicLevel::Subclass))
            .collect();
        let titles = register.titles(&nodes.into_iter().collect::<Vec<_>>()).await?;
        let websites = websites(store.as_ref(), run).await?;
        let prospects = entities
            .into_iter()
            .map(|entity| {
                let website = websites.get(&entity.uen).cloned();
                Prospect::new(entity, as_of).with_domain(website)
            })
            .collect();
        Ok(export_rows(&card, prospects, &titles, limit))
    }
}

/// The websites of the seeds that a run has matched.
async fn websites(store: &dyn TenantStore, run: RunId) -> Result<BTreeMap<Uen, Domain>> {
    let intake = find_run(store, run).await?.intake;
    let seeds = store.intake(intake).await?.map(|intake| intake.payload.seeds).unwrap_or_default();
    let mut domains: BTreeMap<SeedId, Domain> =
        seeds.into_iter().filter_map(|seed| Some((seed.id, seed.domain?))).collect();
    let resolutions = store.resolutions(run).await?;
    Ok(resolutions
        .into_iter()
        .filter(|resolution| resolution.decision.outcome == Outcome::Matched)
        .filter_map(|resolution| Some((resolution.decision.entity?.uen, domains.remove(&resolution.seed)?)))
        .collect())
}
