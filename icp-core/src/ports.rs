//! The engine's needs from the world: one trait per file. Hosts bring adapters, and test them with `icp-testkit`.
//!
//! Traits are dyn-compatible and hold required methods only. Each "# Behavior" bullet is a case of the conformance
//! suite, with the same name.

mod budget;
mod cancel;
mod clock;
mod events;
mod extractor;
mod fetcher;
mod ids;
mod import;
mod meter;
mod register;
mod store;

pub use budget::{BudgetCaps, BudgetRefusal, BudgetScope, BudgetUnit, Cost, ReservationId, Reserved};
pub use cancel::CancelToken;
pub(crate) use cancel::cancelled;
pub use clock::Clock;
pub use events::{NoProgress, ProgressEvent, ProgressKind, ProgressSink, StageName};
pub use extractor::{
    ExtractBudget, ExtractFailure, ExtractRequest, Extraction, Extractor, ExtractorClass, RefusedFinding,
    Usage,
};
pub use fetcher::{FetchOutcome, FetchRequest, FetchTarget, Fetcher, Sitemap, SitemapEntry};
pub use ids::IdSource;
pub use import::{
    BadRow, ImportListener, ImportOutcome, ImportProgress, ImportRequest, ImportStage, ReadMeter,
    RegisterNotice, RegisterRow, RegisterRows, RowCounts, RowError,
};
pub use meter::{Meter, Meters, Unmetered};
pub use register::{NameQuery, Register, RegisterPage, TitleHit, TitleQuery};
pub use store::{
    AcceptCommand, AcceptReceipt, AuditCursor, AuditEntry, AuditQuery, BudgetStore, CompanyDecision,
    EraseReport, EventQuery, EventStore, EvidenceBatch, EvidenceCursor, EvidenceQuery, EvidenceStore,
    ExtractionKey, ExtractionReport, Fence, InsightStore, IntakeStore, KnownCompany, KnownQuery, Lease,
    RecordedEvidence, RegisterPin, RejectCommand, Rejection, ReserveRequest, RuleStore, RunAdvance,
    RunAdvanced, RunClaim, RunCursor, RunQuery, RunStore, SiteStore, Spending, Store, StoreHealth,
    StoredExtraction, StoredFailure, TenantStore,
};
