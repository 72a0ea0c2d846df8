//! The states of a run.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::evidence::{UnknownWord, keyword_enum};
use super::ids::{IntakeId, RunId};
use super::time::Timestamp;

keyword_enum!(
    /// Where a run stands.
    RunState {
        /// Stored, nothing done yet.
        IntakeSaved = "intake_saved",
        /// Seeds are being resolved to register entities.
        Mapping = "mapping",
        /// Sites are being read, and evidence extracted.
        Crawl = "crawl",
        /// Patterns are being mined and cards made.
        PatternMining = "pattern_mining",
        /// Done: cards are there.
        SuggestionsReady = "suggestions_ready",
        /// Ended by an error; the run says which.
        Failed = "failed",
        /// Ended by a person or the host.
        Cancelled = "cancelled",
    }
);

impl RunState {
    /// Whether nothing follows by itself.
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::SuggestionsReady | Self::Failed | Self::Cancelled)
    }

    /// Whether a run may go from here to there: one state after the other, from each that is not terminal to `failed` or
    /// `cancelled`, from those two back to `mapping` (units that are stored are not done twice), and from
    /// `suggestions_ready` to `pattern_mining`, when a person's decision is mined from what is stored.
    pub fn may_become(self, next: Self) -> bool {
        use RunState::{Cancelled, Crawl, Failed, IntakeSaved, Mapping, PatternMining, SuggestionsReady};
        match (self, next) {
            (IntakeSaved, Mapping)
            | (Mapping, Crawl)
            | (Crawl, PatternMining)
            | (PatternMining, SuggestionsReady) => true,
            (from, Failed | Cancelled) => !from.is_terminal(),
            (Failed | Cancelled, Mapping) | (SuggestionsReady, PatternMining) => true,
            _ => false,
        }
    }
}

/// One pass over one intake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// The intake it works on.
    pub intake: IntakeId,
    /// Where it stands.
    pub state: RunState,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the state last changed.
    pub updated_at: Timestamp,
    /// Why it failed.
    pub failure: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_and_its_exits() {
        use RunState::*;
        for pair in [IntakeSaved, Mapping, Crawl, PatternMining, SuggestionsReady].windows(2) {
            assert!(pair[0].may_become(pair[1]));
            assert!(pair[1] == SuggestionsReady || !pair[1].may_become(pair[0]));
            assert!(pair[0].may_become(Failed) && pair[0].may_become(Cancelled));
        }
        assert!(!IntakeSaved.may_become(Crawl), "no stage is skipped");
        assert!(!SuggestionsReady.may_become(Mapping), "finished runs stay");
        assert!(Failed.may_become(Mapping) && Cancelled.may_become(Mapping));
        assert!(SuggestionsReady.may_become(PatternMining), "a decision is mined again");
        let allowed =
            RunState::ALL.iter().flat_map(|from| RunState::ALL.iter().map(move |to| from.may_become(*to)));
        assert_eq!(allowed.filter(|allowed| *allowed).count(), 4 + 2 * 4 + 2 + 1);
    }
}
