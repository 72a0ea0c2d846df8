//! Find out who a company's ideal customers are, with evidence.
//!
//! Give a website, 5 to 15 best customers and a few lost ones. The library finds them in the company register, reads
//! their sites politely, collects evidence, mines what the winners share and the lost lack, and proposes narrow segments
//! (micro-ICPs), each an executable rule with its evidence, its size in the register, honest statistics and a grade.
//!
//! This crate is the front door: it re-exports the parts by feature. [`model`] has the words of the trade, [`ports`] what
//! a host may bring, [`engine`] the run; [`sqlite`] the embedded store and register; [`register`] reads register files;
//! [`fetch`] is the polite HTTP fetcher; [`extract`] the rule extractor; [`llm`] the language-model one.
//!
//! ```
//! use icp::model::Domain;
//! let domain: Domain = "https://www.acme.com.sg/about".parse()?;
//! assert_eq!(domain.registrable(), "acme.com.sg");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use icp_core::{Error, ErrorKind, Result, forward_stores};
pub use icp_core::{
    consolidate, engine, error, memory, mine, model, normalize, pace, ports, record, resolve, site, suggest,
    titles, wire,
};
#[cfg(feature = "extract")]
pub use icp_extract as extract;
#[cfg(feature = "fetch")]
pub use icp_fetch as fetch;
#[cfg(feature = "llm")]
pub use icp_llm as llm;
#[cfg(feature = "register")]
pub use icp_register as register;
#[cfg(feature = "sqlite")]
pub use icp_sqlite as sqlite;

pub mod system;

pub use async_trait::async_trait;
pub use url;

/// The items most hosts use.
pub mod prelude {
    pub use crate::system::{RandomIds, SystemClock};
    pub use async_trait::async_trait;
    pub use icp_core::engine::company::{CompanyReader, CompanySite, ReadBudget};
    pub use icp_core::engine::{Engine, EngineOptions, EngineParts, RunReport, SeedDecision};
    pub use icp_core::model::{
        AdoptedRule, AuditId, Block, BlockKind, Citation, CompanyId, Condition, Confidence, ContentHash,
        Date, Domain, EvidenceItem, EvidenceSource, ExtractorId, Finding, Grade, HeadcountBand, IntakeId,
        IntakePayload, IntakeReceipt, ManualMatch, NewIntake, Outcome, Page, PageBuilder, PageKind,
        PatternSnapshot, Quarantined, Refusal, RefusalCause, Rule, Run, RunId, RunState, Seed, SeedId,
        SeedResolution, SeedRole, SignalKey, SiteCrawl, SiteReport, SiteRole, SiteStatus, SsicCode,
        SsicEdition, SsicNode, StoredIntake, SuggestionCard, SuggestionId, SuggestionSet, TenantId,
        Timestamp, Uen, Zone,
    };
    pub use icp_core::ports::{
        AcceptCommand, AcceptReceipt, AuditEntry, AuditQuery, CancelToken, Clock, CompanyDecision,
        EraseReport, EventQuery, EventStore, EvidenceBatch, EvidenceQuery, EvidenceStore, ExtractRequest,
        Extraction, ExtractionKey, ExtractionReport, Extractor, ExtractorClass, Fence, FetchOutcome,
        FetchRequest, FetchTarget, Fetcher, IdSource, InsightStore, IntakeStore, KnownCompany, KnownQuery,
        Lease, NoProgress, ProgressEvent, ProgressKind, ProgressSink, RecordedEvidence, Register,
        RegisterPin, RejectCommand, Rejection, RuleStore, RunAdvance, RunAdvanced, RunClaim, RunQuery,
        RunStore, SiteStore, Store, StoreHealth, StoredExtraction, TenantStore,
    };
    pub use icp_core::wire::{ParsedIntake, parse_intake, parse_intake_text};
    pub use icp_core::{Error, ErrorKind, Result, forward_stores};
    #[cfg(feature = "extract")]
    pub use icp_extract::RuleExtractor;
}

/// The README's snippet compiles.
#[cfg(all(doctest, feature = "extract", feature = "http", feature = "sqlite"))]
#[doc = include_str!("../README.md")]
struct Readme;
