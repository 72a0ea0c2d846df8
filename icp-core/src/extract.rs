//! Rule extractors: what a page says, read without a model, a network or a key.
//!
//! Everything here is a pure function of a parsed [`Page`](crate::model::Page); parsing HTML is the fetcher's work.
//! One rule a file, each `find(page, role, out)`; [`RuleExtractor`] runs them in a fixed order. Beside them:
//! [`page_kind()`] says what a page is for and [`identity()`] who the site says it belongs to (for resolution, not evidence).

mod compliance;
mod headcount;
mod identity;
mod industry;
mod industry_table;
mod integration;
mod integration_table;
mod legal_name;
mod location;
mod location_table;
mod page_kind;
mod rules;
#[cfg(test)]
mod sample_sites;
mod technology;
mod technology_table;
mod text;
mod title_grammar;
mod titles;

pub use identity::{IdentityFact, IdentityPlace, SiteIdentity, identity};
pub use page_kind::{link_kind, page_kind};
pub use rules::RuleExtractor;
