use std::fmt;

use async_trait::async_trait;
use serde::Serialize;

use crate::error::Result;
use crate::model::{AdoptedRule, AuditId, CleanText, RunId, SuggestionId, Timestamp};

/// A rule to adopt, with its audit entry's id.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AcceptCommand {
    /// The rule, normalised.
    pub rule: AdoptedRule,
    /// The id of the audit entry.
    pub audit: AuditId,
}

impl AcceptCommand {
    /// A rule to adopt.
    pub fn new(rule: AdoptedRule, audit: AuditId) -> Self {
        Self { rule, audit }
    }

    /// The audit entry that a store writes with the rule.
    pub fn audit_entry(&self) -> AuditEntry {
        let rule = &self.rule;
        AuditEntry::new(self.audit, rule.accepted_at, &rule.accepted_by, "accept_rule", rule.id.to_string())
    }
}

/// The rule as it stands after adopting.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AcceptReceipt {
    /// The rule as stored; the earlier one when the same rule had been adopted before.
    pub rule: AdoptedRule,
    /// Whether it was new.
    pub added: bool,
}

impl AcceptReceipt {
    /// A stored rule, new or not.
    pub fn new(rule: AdoptedRule, added: bool) -> Self {
        Self { rule, added }
    }
}

/// A person's statement that a card is not for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Rejection {
    /// The run whose card it is.
    pub run: RunId,
    /// The card.
    pub suggestion: SuggestionId,
    /// Why, in the person's words, without personal data.
    pub reason: CleanText,
    /// Who.
    pub rejected_by: String,
    /// When.
    pub rejected_at: Timestamp,
}

impl Rejection {
    /// A rejection.
    pub fn new(
        run: RunId,
        suggestion: SuggestionId,
        reason: CleanText,
        rejected_by: impl Into<String>,
        rejected_at: Timestamp,
    ) -> Self {
        Self { run, suggestion, reason, rejected_by: rejected_by.into(), rejected_at }
    }
}

/// A card to reject, with its audit entry's id.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RejectCommand {
    /// The rejection.
    pub rejection: Rejection,
    /// The id of the audit entry.
    pub audit: AuditId,
}

impl RejectCommand {
    /// A card to reject.
    pub fn new(rejection: Rejection, audit: AuditId) -> Self {
        Self { rejection, audit }
    }

    /// The audit entry that a store writes with the rejection.
    pub fn audit_entry(&self) -> AuditEntry {
        let Rejection { suggestion, rejected_by, rejected_at, .. } = &self.rejection;
        AuditEntry::new(self.audit, *rejected_at, rejected_by, "reject_card", suggestion.to_string())
    }
}

/// Who did what, when. Append-only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AuditEntry {
    /// Its id.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What: `accept_rule`, `reject_card`, `decide_company`.
    pub action: String,
    /// On what: an id.
    pub subject: String,
}

impl AuditEntry {
    /// An entry.
    pub fn new(
        id: AuditId,
        at: Timestamp,
        actor: impl Into<String>,
        action: impl Into<String>,
        subject: impl Into<String>,
    ) -> Self {
        Self { id, at, actor: actor.into(), action: action.into(), subject: subject.into() }
    }
}

/// A place in the audit trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditCursor {
    /// Time of the last entry of the page before.
    pub at: Timestamp,
    /// Its id.
    pub id: AuditId,
}

/// A page of the audit trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditQuery {
    /// Only entries after this place.
    pub after: Option<AuditCursor>,
    /// The most entries to return.
    pub limit: usize,
}

impl AuditQuery {
    /// The oldest entries.
    pub fn first(limit: usize) -> Self {
        Self { after: None, limit }
    }

    /// The page that follows an entry.
    #[must_use]
    pub fn after(mut self, entry: &AuditEntry) -> Self {
        self.after = Some(AuditCursor { at: entry.at, id: entry.id });
        self
    }
}

/// People's decisions on cards, and the audit trail.
#[async_trait]
pub trait RuleStore: fmt::Debug + Send + Sync {
    /// Stores an adopted rule with its audit entry.
    ///
    /// # Behavior
    /// - `accept_is_idempotent`: the same rule twice is one rule and one audit entry.
    /// - `audit_ids_are_used_once`: an entry under a used id is a conflict and stores nothing.
    ///
    /// # Errors
    /// `Conflict` when the audit entry's id is used already.
    async fn accept(&self, command: &AcceptCommand) -> Result<AcceptReceipt>;

    /// The adopted rules, by time, then id.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn rules(&self) -> Result<Vec<AdoptedRule>>;

    /// Stores a rejection with its audit entry.
    ///
    /// # Behavior
    /// - `reject_is_idempotent`: the same card of a run twice is one rejection, the first, and one audit entry.
    ///
    /// # Errors
    /// `NotFound` for an unknown run, `Conflict` when the audit entry's id is used already.
    async fn reject(&self, command: &RejectCommand) -> Result<Rejection>;

    /// The rejections of a run, by time, then card.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn rejections(&self, run: RunId) -> Result<Vec<Rejection>>;

    /// The audit entries, by time, then id.
    ///
    /// # Behavior
    /// - `audit_is_paged`: pages that follow each other hold every entry once.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn audit(&self, query: &AuditQuery) -> Result<Vec<AuditEntry>>;
}
