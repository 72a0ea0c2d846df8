//! Cards: how a segment looks to a person, how far to trust it, what to avoid, and what to do with it. Pure.

mod cards;
mod citations;
mod export;
mod grade;
mod input;
mod negative;
mod pack;
mod prospects;
mod titles;

#[cfg(test)]
mod tests;

pub use cards::make_suggestions;
pub use export::{Dialect, ExportRow, UnknownDialect, export_csv};
pub use input::SuggestInput;
pub use prospects::{Prospect, export_rows};
