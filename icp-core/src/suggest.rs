//! Cards: what a segment looks like to a person, how far to trust it, what to avoid, and what to do with it. Pure.

mod cards;
mod export;
mod grade;
mod negative;
mod pack;
mod words;

#[cfg(test)]
mod tests;

pub use cards::{SuggestInput, make_suggestions};
pub use export::{Dialect, ExportRow, UnknownDialect, export_csv};
pub use grade::{Standing, fragility, grade};
pub use negative::negative_themes;
