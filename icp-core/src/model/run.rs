//! The states of a run.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::evidence::{UnknownWord, keyword_enum};
use super::ids::{IntakeId, RunId};
use super::time::Timestamp;

keyword_enum!(
    /// The state of a run.
    RunState {
        /// Stored, nothing done yet.
        IntakeSaved = "intake_saved",
        /// Seeds are being resolved to register entities.
        Mapping = "mapping",
        /// Sites are being read, and evidence extracted.
        Crawl = "crawl",
        /// Patterns are being mined and cards made.
        PatternMining = "pattern_mining",
        /// Done: the cards are ready.
        SuggestionsReady = "suggestions_ready",
        /// Ended by an error; the run says which.
        Failed = "failed",
        /// Ended by a person or the host.
        Cancelled = "cancelled",
    }
);

impl RunState {
    /// Whether the run goes no further by itself.
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::SuggestionsReady | Self::Failed | Self::Cancelled)
    }

    /// Whether a run may go from here to there.
    ///
    /// - The path: `intake_saved`, `mapping`, `crawl`, `pattern_mining`, `suggestions_ready`, each from the one before it.
    /// - Every state that is not terminal may become `failed` or `cancelled`.
    /// - `failed` and `cancelled` may become `mapping`: the run is resumed, and units that are stored are not done
    ///   twice.
    /// - `suggestions_ready` may become `pattern_mining`: after a person's decision it is mined again from what is stored.
    ///
    /// Nothing else, and no state becomes itself.
    pub fn may_become(self, next: Self) -> bool {
        use RunState::{Cancelled, Crawl, Failed, IntakeSaved, Mapping, PatternMining, SuggestionsReady};
        match (self, next) {
            (IntakeSaved, Mapping)
            | (Mapping, Crawl)
            | (Crawl, PatternMining)
            | (PatternMining, SuggestionsReady)
            | (Failed | Cancelled, Mapping)
            | (SuggestionsReady, PatternMining) => true,
            (from, Failed | Cancelled) => !from.is_terminal(),
            _ => false,
        }
    }
}

/// One pass over one intake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// The intake it works on.
    pub intake: IntakeId,
    /// Its state.
    pub state: RunState,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the state last changed.
    pub updated_at: Timestamp,
    /// Why it failed.
    pub failure: Option<String>,
}

impl Run {
    /// A run that has not changed since it was made.
    pub fn new(id: RunId, intake: IntakeId, state: RunState, created_at: Timestamp) -> Self {
        Self { id, intake, state, created_at, updated_at: created_at, failure: None }
    }
}

builders!(Run {
    /// Sets when the state last changed.
    with_updated_at => updated_at: Timestamp,
    /// Sets why it failed.
    with_failure => failure: Option<String>,
});

#[cfg(test)]
mod tests {
    use super::*;

    /// A row per state, `x` where it may become the state of the column, both in the order of [`RunState::ALL`].
    const TABLE: [&str; 7] = [
        // saved mapping crawl mining ready failed cancelled
        ". x . . . x x",
        ". . x . . x x",
        ". . . x . x x",
        ". . . . x x x",
        ". . . x . . .",
        ". x . . . . .",
        ". x . . . . .",
    ];

    #[test]
    fn the_whole_table() {
        assert_eq!(RunState::ALL.len(), TABLE.len());
        for (from, row) in RunState::ALL.iter().zip(TABLE) {
            for (to, cell) in RunState::ALL.iter().zip(row.split(' ')) {
                assert_eq!(from.may_become(*to), cell == "x", "{from} to {to}");
            }
        }
    }

    #[test]
    fn what_is_terminal_goes_nowhere_by_itself() {
        for state in RunState::ALL {
            assert_eq!(state.is_terminal(), !state.may_become(RunState::Failed), "{state}");
        }
    }
}
