//! Where tenants' data lives, split by concern. No method takes a tenant: [`Store::tenant`] is the only way in.

mod budget;
mod events;
mod evidence;
mod forward;
mod insight;
mod intakes;
mod rules;
mod runs;
mod sites;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use serde::Serialize;

use crate::error::Result;
use crate::model::TenantId;

pub use budget::{BudgetStore, ReserveRequest, Spending};
pub use events::{EventQuery, EventStore};
pub use evidence::{
    EvidenceBatch, EvidenceCursor, EvidenceQuery, EvidenceStore, ExtractionKey, ExtractionReport,
    RecordedEvidence, StoredExtraction, StoredFailure,
};
pub use insight::{InsightStore, RegisterPin};
pub use intakes::{CompanyDecision, IntakeStore, KnownCompany, KnownQuery};
pub use rules::{
    AcceptCommand, AcceptReceipt, AuditCursor, AuditEntry, AuditQuery, RejectCommand, Rejection, RuleStore,
};
pub use runs::{Fence, Lease, RunAdvance, RunAdvanced, RunClaim, RunCursor, RunQuery, RunStore};
pub use sites::SiteStore;

/// A store's description of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StoreHealth {
    /// Which adapter.
    pub adapter: String,
    /// The schema version it found.
    pub schema_version: i64,
}

impl StoreHealth {
    /// An adapter and the schema version it found.
    pub fn new(adapter: impl Into<String>, schema_version: i64) -> Self {
        Self { adapter: adapter.into(), schema_version }
    }
}

/// Where tenants' data lives. Holds no tenant data methods itself.
#[async_trait]
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// The only way to a tenant's data. No I/O; cannot fail.
    fn tenant(&self, tenant: &TenantId) -> Arc<dyn TenantStore>;

    /// Asks the store whether it works.
    ///
    /// # Behavior
    /// - `health_names_the_adapter`: a store that works says which it is, and its schema version.
    ///
    /// # Errors
    /// When it cannot be used.
    async fn health(&self) -> Result<StoreHealth>;
}

/// The number of rows that erasing a tenant removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct EraseReport {
    /// Rows removed, all tables together.
    pub rows: u64,
}

impl EraseReport {
    /// A number of rows.
    pub fn new(rows: u64) -> Self {
        Self { rows }
    }
}

/// All reads and writes of one tenant. Each method is one transaction.
#[async_trait]
pub trait TenantStore:
    IntakeStore + RunStore + EventStore + SiteStore + EvidenceStore + InsightStore + RuleStore + BudgetStore
{
    /// Whose data this is.
    fn tenant_id(&self) -> &TenantId;

    /// Removes everything of this tenant.
    ///
    /// # Behavior
    /// - `erase_is_complete`: nothing can be read afterwards, and other tenants keep everything.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn erase(&self) -> Result<EraseReport>;
}
