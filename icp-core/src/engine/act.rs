//! What a person does with a run: adopt a card, say what a seed is. Each is one transaction with its audit entry.

use super::find_run;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    AdoptedRule, AuditId, CompanyId, PersonChoice, Rule, RuleId, RunId, SeedId, SuggestionId, Timestamp,
};
use crate::ports::{AcceptCommand, AcceptReceipt, AuditEntry, Register, TenantStore};

/// Who acts, when, and the id of the audit entry it leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// The person.
    pub by: String,
    /// The time.
    pub at: Timestamp,
    /// The audit entry's id.
    pub audit: AuditId,
}

/// Adopts a card of a run as a rule.
///
/// # Errors
/// `NotFound` when the run has no such card.
pub async fn accept_card(
    store: &dyn TenantStore,
    run: RunId,
    suggestion: SuggestionId,
    act: &Act,
) -> Result<AcceptReceipt> {
    let suggestions = store.suggestions(run).await?.unwrap_or_default();
    let card = suggestions.cards.iter().find(|card| card.id == suggestion).ok_or_else(|| {
        let message = format!("{run} has no card {suggestion}; list them with `icp cards`");
        Error::new(ErrorKind::NotFound, "accept the card", message)
    })?;
    accept_rule(store, &card.title, card.rule.clone(), Some(suggestion), act).await
}

/// Adopts a rule of the caller's own.
///
/// # Errors
/// `Invalid` for an empty rule.
pub async fn accept_rule(
    store: &dyn TenantStore,
    name: &str,
    rule: Rule,
    suggestion: Option<SuggestionId>,
    act: &Act,
) -> Result<AcceptReceipt> {
    if rule.is_empty() {
        let message = "it has no condition, so it would match everybody";
        return Err(Error::new(ErrorKind::Invalid, "accept the rule", message));
    }
    let rule = AdoptedRule {
        id: RuleId::derive(&[&rule.suggestion_id().to_string()]),
        name: name.to_owned(),
        rule,
        suggestion,
        accepted_by: act.by.clone(),
        accepted_at: act.at,
    };
    store.accept(&AcceptCommand { rule, audit: act.audit }).await
}

/// Keeps what a person says a seed of a run is; this and later runs respect it when they map their seeds.
///
/// # Errors
/// `NotFound` when the run has no such seed, or the register no such entity.
pub async fn decide_seed(
    store: &dyn TenantStore,
    register: &dyn Register,
    run: RunId,
    seed: SeedId,
    choice: PersonChoice,
    act: &Act,
) -> Result<CompanyId> {
    let missing = |what: String| Error::new(ErrorKind::NotFound, "decide the seed", what);
    let intake = find_run(store, run).await?.intake;
    let intake = store.intake(intake).await?.ok_or_else(|| missing(format!("{run} has no intake")))?;
    let found = intake.payload.seeds.iter().find(|known| known.id == seed);
    let company = found.ok_or_else(|| missing(format!("{run} has no seed {seed}")))?.company;
    if let PersonChoice::Entity(uen) = choice
        && register.by_uen(&[uen]).await?.first().is_none_or(Option::is_none)
    {
        return Err(missing(format!("the register has no entity {uen}; check the number")));
    }
    let audit = AuditEntry {
        id: act.audit,
        at: act.at,
        actor: act.by.clone(),
        action: "decide_company".to_owned(),
        subject: company.to_string(),
    };
    store.decide_company(company, choice, &audit).await?;
    Ok(company)
}
