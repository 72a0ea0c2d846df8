//! Which register entity a company is: near names by an index, then a decision by a ladder of evidence.

mod index;

pub use index::{Hit, IndexError, NameIndex, NameIndexBuilder, SearchOptions, Searched};
