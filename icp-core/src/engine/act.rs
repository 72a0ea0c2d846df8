//! People's actions on a run: adopt a card, reject one, say what a seed is. Each leaves an audit entry in the same
//! transaction.

use super::{Engine, find_run};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    AdoptedRule, AuditId, CleanText, CompanyId, ManualMatch, Rule, RuleId, Run, RunId, RunState, SeedId,
    SuggestionCard, SuggestionId, TenantId,
};
use crate::ports::{
    AcceptCommand, AcceptReceipt, AuditEntry, CompanyDecision, RejectCommand, Rejection, TenantStore,
};

/// A person's decision on a seed of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SeedDecision {
    /// The run.
    pub run: RunId,
    /// The seed.
    pub seed: SeedId,
    /// The person's choice.
    pub choice: ManualMatch,
}

impl SeedDecision {
    /// A decision.
    pub fn new(run: RunId, seed: SeedId, choice: ManualMatch) -> Self {
        Self { run, seed, choice }
    }
}

/// The outcome of a decision on a seed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Decided {
    /// The company the seed stands for.
    pub company: CompanyId,
    /// The run; concluded again if it was finished already.
    pub run: Run,
    /// Whether the run was concluded again. An unfinished run respects the decision when it continues.
    pub concluded_again: bool,
}

impl Engine {
    /// Adopts a card of a run as a rule.
    ///
    /// # Errors
    /// `NotFound` when the run has no such card.
    pub async fn accept(
        &self,
        tenant: &TenantId,
        run: RunId,
        suggestion: SuggestionId,
        by: &str,
    ) -> Result<AcceptReceipt> {
        let store = self.store(tenant);
        let card = find_card(store.as_ref(), "accept the card", run, suggestion).await?;
        self.accept_rule(tenant, &card.title, card.rule, Some(suggestion), by).await
    }

    /// Adopts the caller's own rule.
    ///
    /// # Errors
    /// `Invalid` for an empty rule.
    pub async fn accept_rule(
        &self,
        tenant: &TenantId,
        name: &str,
        rule: Rule,
        suggestion: Option<SuggestionId>,
        by: &str,
    ) -> Result<AcceptReceipt> {
        if rule.is_empty() {
            let message = "it has no condition, so it would match everybody";
            return Err(Error::new(ErrorKind::Invalid, "accept the rule", message));
        }
        let mut rule = AdoptedRule::new(rule_id(&rule), name, rule, by, self.parts.clock.now());
        rule.suggestion = suggestion;
        self.store(tenant).accept(&AcceptCommand::new(rule, self.audit_id())).await
    }

    /// Records that a card is not for this tenant, and why. A rejected card can still be adopted, but an adopted one
    /// cannot be rejected.
    ///
    /// # Errors
    /// `NotFound` when the run has no such card, `Invalid` without a reason, `Conflict` when its rule is adopted.
    pub async fn reject(
        &self,
        tenant: &TenantId,
        run: RunId,
        suggestion: SuggestionId,
        reason: &str,
        by: &str,
    ) -> Result<Rejection> {
        let store = self.store(tenant);
        let card = find_card(store.as_ref(), "reject the card", run, suggestion).await?;
        let reason = CleanText::scrub(reason.trim());
        if reason.as_str().is_empty() {
            let message = "no reason was given; say in a few words why it is not for you";
            return Err(Error::new(ErrorKind::Invalid, "reject the card", message));
        }
        let adopted = rule_id(&card.rule);
        if store.rules().await?.iter().any(|rule| rule.id == adopted) {
            let message = format!(
                "{suggestion} is adopted as {adopted}, and an adopted card cannot be rejected: stop using the rule instead"
            );
            return Err(Error::new(ErrorKind::Conflict, "reject the card", message));
        }
        let rejection = Rejection::new(run, suggestion, reason, by, self.parts.clock.now());
        store.reject(&RejectCommand::new(rejection, self.audit_id())).await
    }

    /// Records what a person says a seed is. A finished run is concluded again at once, from what is stored: its
    /// seeds are resolved, its patterns mined and its cards made again, without a crawl.
    ///
    /// # Errors
    /// `NotFound` when the run has no such seed, or the register no such entity; `Invalid` when the run is finished and the
    /// register is empty; `Leased` while somebody works on the run
    /// (the decision is kept anyway).
    pub async fn decide(&self, tenant: &TenantId, decision: &SeedDecision, by: &str) -> Result<Decided> {
        let SeedDecision { run, seed, choice } = *decision;
        let missing = |what: String| Error::new(ErrorKind::NotFound, "decide the seed", what);
        let store = self.store(tenant);
        let current = find_run(store.as_ref(), run).await?;
        let intake = store.intake(current.intake).await?;
        let intake = intake.ok_or_else(|| missing(format!("{run} has no intake")))?;
        let found = intake.payload.seeds.iter().find(|known| known.id == seed);
        let company = found.ok_or_else(|| missing(format!("{run} has no seed {seed}")))?.company;
        if let ManualMatch::Entity(uen) = choice
            && self.parts.register.by_uen(&[uen]).await?.first().is_none_or(Option::is_none)
        {
            return Err(missing(format!("the register has no entity {uen}; check the number")));
        }
        if current.state == RunState::SuggestionsReady && self.parts.register.snapshot().await?.entities == 0
        {
            let message = "the register is empty, so the run cannot be concluded again: use the register it was made with";
            return Err(Error::new(ErrorKind::Invalid, "decide the seed", message));
        }
        let now = self.parts.clock.now();
        let audit = AuditEntry::new(self.audit_id(), now, by, "decide_company", company.to_string());
        store.decide_company(&CompanyDecision::new(company, choice, audit)).await?;
        // The run may have ended between the first look and the decision.
        let current = find_run(store.as_ref(), run).await?;
        let concluded_again = current.state == RunState::SuggestionsReady;
        let run = if concluded_again { self.conclude_again(tenant, run).await? } else { current };
        Ok(Decided { company, run, concluded_again })
    }

    fn audit_id(&self) -> AuditId {
        AuditId::from_u128(self.parts.ids.next_id())
    }
}

/// The id of a rule once adopted.
fn rule_id(rule: &Rule) -> RuleId {
    RuleId::derive(&[&rule.suggestion_id().to_string()])
}

pub(super) async fn find_card(
    store: &dyn TenantStore,
    operation: &'static str,
    run: RunId,
    suggestion: SuggestionId,
) -> Result<SuggestionCard> {
    let suggestions = store.suggestions(run).await?.unwrap_or_default();
    suggestions
        .cards
        .into_iter()
        .find(|card| card.id == suggestion)
        .ok_or_else(|| Error::new(ErrorKind::NotFound, operation, format!("{run} has no card {suggestion}")))
}
