use std::fmt;

use async_trait::async_trait;

use super::Fence;
use crate::error::Result;
use crate::model::{PatternSnapshot, RegisterFilter, RegisterSnapshot, RunId, SuggestionSet};

/// The register as a run saw it: counts are read once, and everything a run says about the register comes from here.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RegisterPin {
    /// The register.
    pub snapshot: RegisterSnapshot,
    /// How many live entities pass each filter.
    pub counts: Vec<(RegisterFilter, u64)>,
}

impl RegisterPin {
    /// A register with its counts.
    pub fn new(snapshot: RegisterSnapshot, counts: Vec<(RegisterFilter, u64)>) -> Self {
        Self { snapshot, counts }
    }
}

/// Conclusions of a run: patterns and suggestions, and the register they were compared with.
#[async_trait]
pub trait InsightStore: fmt::Debug + Send + Sync {
    /// Keeps the register as a run saw it, replacing an earlier pin of the run.
    ///
    /// # Behavior
    /// - `register_pin_replaces`: a run has one pin, the last one written.
    ///
    /// # Errors
    /// `LeaseLost` for an old fence, `NotFound` for an unknown run.
    async fn pin_register(&self, fence: Fence, pin: &RegisterPin) -> Result<()>;

    /// The register as a run saw it.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn register_pin(&self, run: RunId) -> Result<Option<RegisterPin>>;

    /// Stores the patterns of a run, replacing its earlier ones.
    ///
    /// # Behavior
    /// - `patterns_replace`: a run has one snapshot, the last one written.
    ///
    /// # Errors
    /// `LeaseLost` for an old fence, `NotFound` for an unknown run.
    async fn save_patterns(&self, fence: Fence, snapshot: &PatternSnapshot) -> Result<()>;

    /// The patterns of a run.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn patterns(&self, run: RunId) -> Result<Option<PatternSnapshot>>;

    /// Stores the suggestions of a run, replacing its earlier ones.
    ///
    /// # Behavior
    /// - `suggestions_replace`: a run has one set, the last one written.
    ///
    /// # Errors
    /// `LeaseLost` for an old fence, `NotFound` for an unknown run.
    async fn publish_suggestions(&self, fence: Fence, suggestions: &SuggestionSet) -> Result<()>;

    /// The suggestions of a run.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn suggestions(&self, run: RunId) -> Result<Option<SuggestionSet>>;
}
