//! Find out who a company's ideal customers are, with evidence.
//!
//! This crate holds the domain model, the pure logic and the ports; it does no I/O and never asks for the time.
//!
//! The modules follow the data: [`wire`] reads what people send into the [`model`]; [`resolve`] finds seeds in the
//! register; [`site`] chooses pages and reads who owns them; [`mine`] looks for what winners share; [`suggest`]
//! makes cards. [`engine`] drives them over the [`ports`]; [`memory`] has the reference adapters.

pub mod engine;
pub mod error;
pub mod memory;
pub mod mine;
pub mod model;
pub mod normalize;
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
