//! Rule extractors: what a page says, read without a model, a network or a key.
//!
//! Everything here is a pure function of a parsed [`Page`](crate::model::Page); parsing HTML is the fetcher's work.
//! One rule a file, each `find(page, role, out)`; [`RuleExtractor`] runs them in a fixed order. Beside them:
//! [`page_kind`] says what a page is for and [`identity`] who the site says it belongs to (for resolution, not evidence).

mod headcount;
mod identity;
mod integration;
mod integration_table;
mod legal_name;
mod page_kind;
mod rules;
mod technology;
mod technology_table;
mod text;

pub use identity::{IdentityFact, IdentityPlace, SiteIdentity, identity};
pub use page_kind::{link_kind, page_kind};
pub use rules::RuleExtractor;
