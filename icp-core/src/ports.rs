//! What the engine needs from the world: one trait a file. Hosts bring their own, and test them with `icp-testkit`.
//!
//! Traits are dyn-compatible and hold required methods only. Each "# Behavior" bullet is a case of the conformance
//! suite, with the same name.

mod clock;
mod extractor;
mod fetcher;
mod ids;
mod progress;
mod register;
mod store;

pub use clock::Clock;
pub use extractor::Extractor;
pub use fetcher::{FetchOutcome, FetchRequest, Fetcher};
pub use ids::IdSource;
pub use progress::{NoProgress, ProgressEvent, ProgressSink, StageName};
pub use register::{NameQuery, Register};
pub use store::{
    AcceptCommand, AcceptReceipt, AuditEntry, EraseReport, EvidenceQuery, KnownCompany, RecordedEvidence,
    RunAdvance, SiteEvidence, Store, StoreHealth, TenantStore,
};
