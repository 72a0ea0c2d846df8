use std::fmt;

use async_trait::async_trait;
use serde_json::Value;

use super::{AuditEntry, Fence};
use crate::error::Result;
use crate::model::{
    CompanyId, Confidence, IntakeId, IntakeReceipt, ManualMatch, Method, NewIntake, RunId, SeedResolution,
    StoredIntake, Uen,
};

/// A person's decision on a company, with its audit entry.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompanyDecision {
    /// The company.
    pub company: CompanyId,
    /// Its entity, or that it has none.
    pub choice: ManualMatch,
    /// The audit entry.
    pub audit: AuditEntry,
}

impl CompanyDecision {
    /// A decision.
    pub fn new(company: CompanyId, choice: ManualMatch, audit: AuditEntry) -> Self {
        Self { company, choice, audit }
    }
}

/// The companies to look up, and the run that asks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownQuery {
    /// The companies.
    pub companies: Vec<CompanyId>,
    /// Its own resolutions do not count: a run does not confirm itself.
    pub other_than: RunId,
}

impl KnownQuery {
    /// Some companies, as a run asks.
    pub fn new(companies: Vec<CompanyId>, other_than: RunId) -> Self {
        Self { companies, other_than }
    }
}

/// A company whose register entity this tenant knows already.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct KnownCompany {
    /// The company.
    pub company: CompanyId,
    /// Its entity, or that it has none.
    pub choice: ManualMatch,
    /// How that was first decided: [`Method::Person`] outranks every rung.
    pub method: Method,
    /// The probability of that first decision.
    pub probability: Confidence,
}

impl KnownCompany {
    /// A company known from an earlier run.
    pub fn by_run(company: CompanyId, uen: Uen, method: Method, probability: Confidence) -> Self {
        Self { company, choice: ManualMatch::Entity(uen), method, probability }
    }

    /// A company known from a person.
    pub fn by_person(company: CompanyId, choice: ManualMatch) -> Self {
        Self { company, choice, method: Method::Person, probability: Confidence::new(1.0) }
    }

    /// Whether a person said so.
    pub fn is_by_person(&self) -> bool {
        self.method == Method::Person
    }

    /// The entity, unless it is known to be in no register.
    pub fn uen(&self) -> Option<Uen> {
        match self.choice {
            ManualMatch::Entity(uen) => Some(uen),
            ManualMatch::NotInRegister => None,
        }
    }

    /// Whether a decision by this method makes a company known to later runs. A comparison by score does not: it would
    /// come back surer than it was.
    pub fn is_made_by(method: Method) -> bool {
        matches!(
            method,
            Method::Person | Method::Uen | Method::ExactName | Method::FormerName | Method::SiteLegalName
        )
    }
}

/// Intakes, their seeds, and which entities the seeds are.
#[async_trait]
pub trait IntakeStore: fmt::Debug + Send + Sync {
    /// Stores answers, seeds, run and first job together.
    ///
    /// # Behavior
    /// - `submit_is_readable`: the intake and its run can be read back, the run as `intake_saved`.
    /// - `submit_is_idempotent`: the same idempotency key returns the first receipt and stores nothing.
    /// - `submit_same_id_twice_is_a_conflict`: another intake under a used id is refused whole.
    ///
    /// # Errors
    /// `Conflict` for a used id; otherwise when the store cannot be used.
    async fn submit_intake(&self, intake: &NewIntake) -> Result<IntakeReceipt>;

    /// An intake as it was understood, without personal data.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn intake(&self, id: IntakeId) -> Result<Option<StoredIntake>>;

    /// The answers exactly as sent. They may hold personal data: show them only to the person who sent them.
    ///
    /// # Behavior
    /// - `answers_are_kept_apart`: they come back byte for byte, and appear in no other answer of the store.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn answers(&self, id: IntakeId) -> Result<Option<Value>>;

    /// Records decisions on seeds of a run, replacing earlier ones of the same seeds.
    ///
    /// # Behavior
    /// - `resolutions_replace`: a seed has one resolution per run, the last one written.
    ///
    /// # Errors
    /// `LeaseLost` for an old fence, `NotFound` for an unknown run.
    async fn record_resolutions(&self, fence: Fence, resolutions: &[SeedResolution]) -> Result<()>;

    /// The decisions of a run, by seed id.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn resolutions(&self, run: RunId) -> Result<Vec<SeedResolution>>;

    /// Records what a person said a company is, with an audit entry.
    ///
    /// # Behavior
    /// - `person_choice_outranks_runs`: `known_companies` returns it whatever runs record.
    ///
    /// # Errors
    /// `Conflict` when the audit entry's id is used already.
    async fn decide_company(&self, decision: &CompanyDecision) -> Result<()>;

    /// The known entities of companies, in the order asked: from a person, or else from the newest resolution (by
    /// decision time, then run) of another run that matched by a method of [`KnownCompany::is_made_by`].
    ///
    /// # Behavior
    /// - `known_company_needs_a_match`: ambiguous or unresolved seeds make no company known.
    /// - `known_company_repeats_the_first_method`: it carries the method and probability of that resolution.
    /// - `scored_matches_make_nothing_known`: a fuzzy match of an earlier run is not returned.
    /// - `known_companies_keep_order`: answers are in the order of the question.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn known_companies(&self, query: &KnownQuery) -> Result<Vec<Option<KnownCompany>>>;
}
