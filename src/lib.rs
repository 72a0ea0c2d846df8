//! Find out who a company's ideal customers are, with evidence.
//!
//! Give a website, 5 to 15 best customers and a few lost ones. The library finds them in the company register, reads
//! their sites politely, collects evidence, mines what the winners share and the lost lack, and proposes narrow segments
//! (micro-ICPs), each an executable rule with its evidence, its size in the register, honest statistics and a grade.
//!
//! This crate is the front door: it re-exports the parts by feature. [`core`] has the model, the pure logic, the ports
//! and the engine; [`sqlite`] the embedded store and register; [`fetch`] the polite HTTP fetcher.
//!
//! ```
//! use icp::core::model::Domain;
//! let domain: Domain = "https://www.acme.com.sg/about".parse()?;
//! assert_eq!(domain.registrable(), "acme.com.sg");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use icp_core as core;
#[cfg(feature = "fetch")]
pub use icp_fetch as fetch;
#[cfg(feature = "sqlite")]
pub use icp_sqlite as sqlite;

pub mod system;

/// What most hosts use.
pub mod prelude {
    pub use crate::system::{RandomIds, SystemClock};
    pub use icp_core::engine::{CancelToken, Engine, EngineOptions, EngineParts, run_report};
    pub use icp_core::extract::RuleExtractor;
    pub use icp_core::model::{TenantId, *};
    pub use icp_core::ports::{
        Clock, Extractor, FetchOutcome, FetchRequest, Fetcher, IdSource, NoProgress, ProgressEvent,
        ProgressSink, Register, Store, TenantStore,
    };
    pub use icp_core::wire::{parse_intake, parse_intake_text};
}

/// The README's snippet compiles.
#[cfg(all(doctest, feature = "sqlite", feature = "fetch"))]
#[doc = include_str!("../README.md")]
struct Readme;
