use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::model::{
    AdoptedRule, AuditId, CompanyId, Domain, EvidenceItem, IntakeId, IntakeReceipt, NewIntake, Page,
    PatternSnapshot, PersonChoice, Quarantined, Run, RunId, RunState, SeedResolution, SignalKey, SiteCrawl,
    SiteReport, StoredIntake, SuggestionSet, TenantId, Timestamp, Uen,
};

/// What a store says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreHealth {
    /// Which adapter.
    pub adapter: String,
    /// Its schema version.
    pub schema_version: i64,
}

/// Where tenants' data lives. Holds no tenant data methods itself.
#[async_trait]
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// The only way to a tenant's data. No I/O; cannot fail.
    fn tenant(&self, tenant: &TenantId) -> Arc<dyn TenantStore>;

    /// Whether the store can be reached, and what it is.
    ///
    /// # Errors
    /// When it cannot be used.
    async fn health(&self) -> Result<StoreHealth>;
}

/// A change of a run's state, made only if the run still is in `from`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunAdvance {
    /// The run.
    pub run: RunId,
    /// The state it must be in.
    pub from: RunState,
    /// The state it shall be in.
    pub to: RunState,
    /// When.
    pub at: Timestamp,
    /// For [`RunState::Failed`]: why.
    pub failure: Option<String>,
}

/// All evidence of one site: written together, so that a site is either extracted or not.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteEvidence {
    /// Whom it is about.
    pub company: CompanyId,
    /// The items.
    pub items: Vec<EvidenceItem>,
    /// What was refused.
    pub quarantined: Vec<Quarantined>,
}

/// What recording evidence did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordedEvidence {
    /// Items that were new to the run.
    pub added: u64,
    /// Items the run had already.
    pub already: u64,
}

/// Which evidence to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EvidenceQuery {
    /// Only of this run.
    pub run: Option<RunId>,
    /// Only about this company.
    pub company: Option<CompanyId>,
    /// Only of this kind.
    pub key: Option<SignalKey>,
}

/// A company whose register entity this tenant knows already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownCompany {
    /// The company.
    pub company: CompanyId,
    /// What it is.
    pub choice: PersonChoice,
    /// Whether a person said so (it outranks every rung) or an earlier run.
    pub by_person: bool,
}

/// Adopting a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct AcceptCommand {
    /// The rule, normalised.
    pub rule: AdoptedRule,
    /// The id of the audit entry.
    pub audit: AuditId,
}

/// What adopting did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AcceptReceipt {
    /// The rule as stored; the earlier one when the same rule had been adopted before.
    pub rule: AdoptedRule,
    /// Whether it was new.
    pub added: bool,
}

/// Who did what, when. Append-only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its id.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What: `accept_rule`, `decide_company`.
    pub action: String,
    /// On what: an id.
    pub subject: String,
}

/// What erasing a tenant removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EraseReport {
    /// Rows removed, all tables together.
    pub rows: u64,
}

/// All reads and writes of one tenant. No method takes a tenant; each is one transaction.
#[async_trait]
pub trait TenantStore: fmt::Debug + Send + Sync {
    /// Whose data this is.
    fn tenant_id(&self) -> &TenantId;

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

    /// An intake.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn intake(&self, id: IntakeId) -> Result<Option<StoredIntake>>;

    /// A run.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn run(&self, id: RunId) -> Result<Option<Run>>;

    /// The runs, newest first (by creation, then id).
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn runs(&self, limit: usize) -> Result<Vec<Run>>;

    /// Changes a run's state by compare-and-set.
    ///
    /// # Behavior
    /// - `advance_is_compare_and_set`: from a state the run is not in, it is a conflict and changes nothing.
    /// - `advance_refuses_forbidden_steps`: a step that [`RunState::may_become`] forbids is refused.
    /// - `advance_only_once`: of two concurrent advances from the same state exactly one succeeds.
    /// - `finished_runs_finish_their_job`: the first job of a run that ended is done.
    ///
    /// # Errors
    /// `Conflict` when the run is in another state, `Invalid` for a forbidden step, `NotFound` for an unknown run.
    async fn advance_run(&self, advance: &RunAdvance) -> Result<Run>;

    /// Jobs of this tenant that wait: their runs, oldest first.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn queued_runs(&self) -> Result<Vec<RunId>>;

    /// Books decisions on seeds of a run, replacing earlier ones of the same seeds.
    ///
    /// # Behavior
    /// - `resolutions_replace`: a seed has one resolution a run, the last one written.
    ///
    /// # Errors
    /// `NotFound` for an unknown run.
    async fn record_resolutions(&self, run: RunId, resolutions: &[SeedResolution]) -> Result<()>;

    /// The decisions of a run, by seed id.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn resolutions(&self, run: RunId) -> Result<Vec<SeedResolution>>;

    /// Keeps what a person said a company is, with an audit entry.
    ///
    /// # Behavior
    /// - `person_choice_outranks_runs`: `known_company` returns it whatever runs record.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn decide_company(
        &self,
        company: CompanyId,
        choice: PersonChoice,
        audit: &AuditEntry,
    ) -> Result<()>;

    /// What a company is known to be: from a person, or else from the newest resolution (by decision time, then run)
    /// that an earlier run matched.
    ///
    /// # Behavior
    /// - `known_company_needs_a_match`: ambiguous or unresolved seeds make no company known.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn known_company(&self, company: CompanyId, other_than: RunId) -> Result<Option<KnownCompany>>;

    /// Stores a site's report and pages together, replacing an earlier reading of the same site in the same run.
    ///
    /// # Behavior
    /// - `site_is_stored_whole`: report and pages come back as written, pages in their order.
    /// - `site_replaces`: a second writing replaces the first.
    ///
    /// # Errors
    /// `NotFound` for an unknown run.
    async fn record_site(&self, run: RunId, site: &SiteCrawl) -> Result<()>;

    /// The sites of a run, by domain.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn sites(&self, run: RunId) -> Result<Vec<SiteReport>>;

    /// The pages of a site of a run, in the order they were read.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn pages(&self, run: RunId, site: &Domain) -> Result<Vec<Page>>;

    /// Stores a company's evidence of a run.
    ///
    /// # Behavior
    /// - `evidence_is_idempotent`: writing the same items again adds nothing, and says so.
    /// - `quarantine_is_counted_once`: writing the same refusals again does not double them.
    ///
    /// # Errors
    /// `NotFound` for an unknown run.
    async fn record_evidence(&self, run: RunId, evidence: &SiteEvidence) -> Result<RecordedEvidence>;

    /// Evidence, by company, key, value and id; each item once.
    ///
    /// # Behavior
    /// - `evidence_query_narrows`: each part of the query narrows the answer.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn evidence(&self, query: &EvidenceQuery) -> Result<Vec<EvidenceItem>>;

    /// What was refused in a run.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn quarantined(&self, run: RunId) -> Result<Vec<Quarantined>>;

    /// Stores the patterns of a run, replacing earlier ones of it.
    ///
    /// # Behavior
    /// - `patterns_replace`: a run has one snapshot, the last one written.
    ///
    /// # Errors
    /// `NotFound` for an unknown run.
    async fn save_patterns(&self, snapshot: &PatternSnapshot) -> Result<()>;

    /// The patterns of a run.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn patterns(&self, run: RunId) -> Result<Option<PatternSnapshot>>;

    /// Stores what a run suggests, replacing earlier suggestions of it.
    ///
    /// # Behavior
    /// - `suggestions_replace`: a run has one set, the last one written.
    ///
    /// # Errors
    /// `NotFound` for an unknown run.
    async fn publish_suggestions(&self, run: RunId, suggestions: &SuggestionSet) -> Result<()>;

    /// What a run suggests.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn suggestions(&self, run: RunId) -> Result<Option<SuggestionSet>>;

    /// Stores an adopted rule with its audit entry.
    ///
    /// # Behavior
    /// - `accept_is_idempotent`: the same rule twice is one rule and one audit entry.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn accept(&self, command: &AcceptCommand) -> Result<AcceptReceipt>;

    /// The adopted rules, by time, then id.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn rules(&self) -> Result<Vec<AdoptedRule>>;

    /// The audit entries, by time, then id.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn audit(&self) -> Result<Vec<AuditEntry>>;

    /// Removes everything of this tenant.
    ///
    /// # Behavior
    /// - `erase_is_complete`: nothing can be read afterwards, and other tenants keep everything.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn erase(&self) -> Result<EraseReport>;
}

impl KnownCompany {
    /// The entity, unless it is known to be in no register.
    pub fn uen(&self) -> Option<Uen> {
        match self.choice {
            PersonChoice::Entity(uen) => Some(uen),
            PersonChoice::NotInRegister => None,
        }
    }
}
