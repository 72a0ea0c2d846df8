//! One way of writing a thing: company names, titles, tags.

mod abbreviation;
mod legal;
mod name;
mod quotation;
mod tag;

pub use legal::LegalForm;
pub use name::{NORMALISER_VERSION, NameForms, core_key, legal_form, light_key};
pub(crate) use name::{is_han, romanised};
pub use quotation::{FoldedText, is_whole};
pub use tag::{dedupe_folded, fold};
