//! Sites and their pages, without reading any: which page comes next, what a page is for, and whose site it is.
//!
//! Everything here is a pure function of links and parsed pages, so every host and every fetcher chooses the same pages
//! and reads the same owner from them. [`Frontier`] picks the next page; [`page_kind()`] and [`link_kind()`] name what
//! a page is for; [`no_page()`] tells what only looks like one; [`identity()`] reads the owner, which resolution needs and which is not evidence. [`text`] has the
//! words, sentences and quotations that these rules and the extractors share.

mod address;
mod frontier;
mod identity;
mod legal_name;
mod no_page;
mod page_kind;
pub mod text;

pub use frontier::{Frontier, NextPage};
pub use identity::{IdentityFact, IdentityPlace, SiteIdentity, identity};
pub use no_page::{challenge, no_page};
pub use page_kind::{link_kind, page_kind};
