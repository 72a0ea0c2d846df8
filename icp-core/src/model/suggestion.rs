//! The outcome of a run.

use serde::{Deserialize, Serialize};

use super::card::SuggestionCard;
use super::theme::NegativeTheme;

/// Everything a run suggests.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SuggestionSet {
    /// The cards, best first.
    pub cards: Vec<SuggestionCard>,
    /// Themes to avoid.
    pub negative: Vec<NegativeTheme>,
    /// Notes for the person: why there are few cards, what to add.
    pub notes: Vec<String>,
    /// The register the cards were compared with, by the id of its snapshot; absent when nothing was mined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register_snapshot: Option<String>,
}

builders!(SuggestionSet {
    /// Sets the cards, best first.
    with_cards => cards: Vec<SuggestionCard>,
    /// Sets the themes to avoid.
    with_negative => negative: Vec<NegativeTheme>,
    /// Sets the notes for the person.
    with_notes => notes: Vec<String>,
    /// Sets the register's snapshot.
    with_register_snapshot => register_snapshot: Option<String>,
});
