//! The companies of the register that a card describes, as a list to work from.

use std::collections::BTreeSet;

use super::Engine;
use super::act::find_card;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{RegisterFilter, RunId, SsicLevel, SsicNode, SuggestionId, TenantId};
use crate::ports::RegisterPage;
use crate::suggest::{ExportRow, Prospect, export_rows};

/// How many companies are ranked for a list; more when the list itself is longer.
const RANKED: usize = 20_000;

impl Engine {
    /// Lists the live companies that meet a card's register conditions, the best fit first. It leaves out the best and
    /// lost customers, the partners, the entries of "never target" and the user's own company. Aspirational companies
    /// stay: they are prospects. An entry of "never target" that is a category, such as "banks", leaves out only
    /// companies of exactly that name.
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
        let card = find_card(self.store(tenant).as_ref(), OPERATION, run, suggestion).await?;
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
        let prospects = entities.into_iter().map(|entity| Prospect::new(entity, as_of)).collect();
        Ok(export_rows(&card, prospects, &titles, limit))
    }
}
