//! Choices about sites that are the same for every fetcher: which page to read next, the kind of a page, and the identity a
//! site gives itself. Pure.

mod frontier;

pub use crate::extract::{IdentityFact, IdentityPlace, SiteIdentity, identity, link_kind, page_kind};
pub use frontier::{Frontier, NextPage};
