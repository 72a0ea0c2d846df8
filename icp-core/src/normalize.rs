//! One way of writing a thing: company names, titles, tags.

mod name;
mod tag;

pub use name::{LegalForm, NameForms, core_key, legal_form, light_key};
pub use tag::{dedupe_folded, fold};
