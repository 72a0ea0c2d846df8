//! Rule extractors: findings without a model, a network or a key, from the words, addresses and headers of a parsed page.
//!
//! [`RuleExtractor`] is an [`Extractor`](icp_core::ports::Extractor) of class `Rules`. One rule per file, each
//! `find(page, role, out)`, run in a fixed order. The names that rules look for are data: `lexicon/` holds lists of
//! tab-separated columns. One automaton finds the names of products, places and industries. The words *around* a name
//! that make it a fact ("syncs with", "office in") belong to the rule and are in its file. A rule looks closely at a
//! bounded number of matches per page, so a hostile page cannot stall a run.
//!
//! A host gives the extractor to the engine, or reads a page with it:
//!
//! ```
//! use std::sync::Arc;
//! use icp_core::engine::EngineParts;
//! use icp_core::memory::{ManualClock, MemoryRegister, MemoryStore, NoWeb, SequentialIds};
//! use icp_core::model::{BlockKind, PageBuilder, PageKind, SiteRole, SsicEdition, Timestamp, Zone};
//! use icp_core::ports::{ExtractRequest, Extractor};
//! use icp_extract::RuleExtractor;
//!
//! # fn main() { futures_util::FutureExt::now_or_never(read()).unwrap().unwrap() }
//! # async fn read() -> Result<(), Box<dyn std::error::Error>> {
//! # let register = MemoryRegister::new(Vec::new(), "2026-01-01".parse()?, SsicEdition::Y2025);
//! # let (store, register, web) = (Arc::new(MemoryStore::default()), Arc::new(register), Arc::new(NoWeb));
//! # let clock = Arc::new(ManualClock::fixed(Timestamp::from_micros(0)));
//! # let ids = Arc::new(SequentialIds::default());
//! let parts = EngineParts::new(store, register, web, clock, ids).with_extractor(Arc::new(RuleExtractor));
//! # assert_eq!(parts.extractors.len(), 1);
//!
//! let mut page = PageBuilder::new("https://northpier.sg/about", Timestamp::from_micros(0));
//! page.block(Zone::Main, BlockKind::Text, "Northpier is ISO 9001:2015 certified. Every booking syncs with Xero.");
//! let mut page = page.finish();
//! page.kind = PageKind::About;
//!
//! let site = "northpier.sg".parse()?;
//! let found = RuleExtractor.extract(ExtractRequest::new(&page, &site, SiteRole::Seed)).await.findings;
//! let said: Vec<String> = found.iter().map(|it| format!("{}: {}", it.key, it.value)).collect();
//! assert_eq!(said, ["integration: Xero", "compliance: ISO 9001"]);
//! assert!(found.iter().all(|it| page.has_quote(it.range.clone(), &it.quote)));
//! # Ok(()) }
//! ```

mod business;
mod channel;
mod compliance;
mod customers;
mod events;
mod fingerprints;
mod headcount;
mod industry;
mod integration;
mod integration_list;
mod lexicon;
mod libraries;
mod location;
mod mention;
mod menu;
mod other_company;
mod payment;
mod pricing;
mod report;
mod rules;
#[cfg(test)]
mod sample_sites;
mod served;
mod subject;
mod technology;
#[cfg(test)]
mod testing;
mod titles;
mod word_list;

pub use fingerprints::{
    FingerprintError, FingerprintExtractor, FingerprintReport, Fingerprints, RejectedPattern,
};
pub use rules::RuleExtractor;
pub use technology::{
    TECHNOLOGY_CATEGORIES, Technology, implied_technologies, technologies, technology_category,
};

/// What other crates of this workspace need and no host should rely on: job titles, for masking and for measuring.
#[doc(hidden)]
pub mod internal {
    use std::ops::Range;

    /// Titles to be read to their one form, and texts that are none: `title<TAB>form`, or `trap<TAB>-`.
    pub const TITLE_CORPUS: &str = include_str!("../data/title_corpus.tsv");

    /// The titles that a whole short text is ("Founder/CEO" is two), and their place.
    pub fn whole_title(text: &str) -> Option<(Range<usize>, Vec<String>)> {
        crate::titles::whole_title(text)
    }

    /// The titles that stand in a running text, and their places.
    pub fn titles_in(text: &str) -> Vec<(Range<usize>, Vec<String>)> {
        crate::titles::titles_in(text)
    }
}
