//! Mining: the traits best customers share, compared with the whole register and with the lost.
//!
//! Pure. The engine collects [`SeedProfile`]s, asks the register for the counts that [`filters_to_count`] names, and
//! hands both to [`find_patterns`] and [`find_segments`]. Everything is invariant under the order of seeds and of evidence.

mod backtest;
mod implied;
mod patterns;
mod profile;
mod rates;
mod segments;
pub(crate) mod stats;

pub use backtest::back_test;
pub(crate) use implied::implied_value;
pub use patterns::find_patterns;
pub(crate) use patterns::label;
pub use profile::{SeedProfile, facts_of};
pub use rates::{BaseRates, filters_to_count};
pub(crate) use segments::industry_of;
pub use segments::{Segment, SegmentOptions, find_segments};

#[cfg(test)]
mod tests;
