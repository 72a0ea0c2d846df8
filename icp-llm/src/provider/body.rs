//! Answers of servers, read leniently where they differ and strictly where it matters.

use serde::de::DeserializeOwned;

use super::{ProviderError, ProviderErrorKind as Kind};

/// Reads a server's JSON.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ProviderError> {
    serde_json::from_slice(body).map_err(|_| not_an_answer("it is not the JSON of the protocol"))
}

/// An answer that is none.
pub(super) fn not_an_answer(why: &str) -> ProviderError {
    ProviderError::new(Kind::NotAnAnswer, format!("the model server's answer cannot be used: {why}"))
}
