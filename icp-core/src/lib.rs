//! Find out who a company's ideal customers are, with evidence.
//!
//! This crate holds the domain model, the pure logic and the ports; it does no I/O and never asks for the time.
//!
//! The modules follow the data: [`wire`] reads what people send into the [`model`]; [`resolve`] finds seeds in the
//! register; [`site`] chooses pages and reads who owns them; [`mine`] looks for what winners share; [`suggest`]
//! makes cards. [`engine`] drives them over the [`ports`]; [`memory`] has the reference adapters.
//!
//! A host gives the engine its adapters, submits an intake, and runs it:
//!
//! ```
//! use std::sync::Arc;
//! use icp_core::engine::{Engine, EngineOptions, EngineParts};
//! use icp_core::memory::{ManualClock, MemoryRegister, MemoryStore, NoWeb, SequentialIds};
//! use icp_core::model::{Entity, EntityStatus, RunState, SsicEdition, TenantId, Timestamp};
//! use icp_core::ports::CancelToken;
//! use icp_core::wire::parse_intake_text;
//!
//! # fn main() { futures_util::FutureExt::now_or_never(run()).unwrap().unwrap() }
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let acme = Entity::new("201912345K".parse()?, "ACME PTE. LTD.", EntityStatus::from_register("Live Company"));
//! let register = MemoryRegister::new(vec![acme], "2026-11-01".parse()?, SsicEdition::Y2025);
//! let clock = ManualClock::fixed(Timestamp::from_micros(0));
//! let (store, ids) = (MemoryStore::default(), SequentialIds::default());
//! let parts =
//!     EngineParts::new(Arc::new(store), Arc::new(register), Arc::new(NoWeb), Arc::new(clock), Arc::new(ids));
//! let engine = Engine::new(parts, EngineOptions::default());
//!
//! let tenant: TenantId = "our-customer".parse()?;
//! let intake = r#"{"website": "ours.com", "best_customers": [{"name": "Acme", "website": "acme.sg"}]}"#;
//! let run = engine.submit(&tenant, "maya", parse_intake_text(intake)?, None).await?.run;
//! engine.run(&tenant, run, &CancelToken::default()).await?;
//! let report = engine.report(&tenant, run).await?;
//! assert_eq!((report.run.state, report.ledger.resolved), (RunState::SuggestionsReady, 1));
//! # Ok(()) }
//! ```

pub mod consolidate;
pub mod engine;
pub mod error;
pub mod memory;
pub mod mine;
pub mod model;
pub mod normalize;
pub mod pace;
pub mod ports;
pub mod record;
pub mod resolve;
pub mod site;
pub mod suggest;
pub mod titles;
pub mod wire;
mod words;

pub use error::{Error, ErrorKind, Result};

/// For this crate's macros.
#[doc(hidden)]
pub mod __private {
    pub use async_trait::async_trait;
    pub use serde_json::Value;
}
