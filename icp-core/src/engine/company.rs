//! One company's site: reading its pages, and making evidence from them. No run, no intake.
//!
//! ```
//! # fn main() { futures_util::FutureExt::now_or_never(read()).unwrap().unwrap() }
//! # async fn read() -> icp_core::Result<()> {
//! use icp_core::engine::company::{CompanyReader, CompanySite, ReadBudget, Unwatched};
//! use icp_core::memory::{ManualClock, NoWeb};
//! use icp_core::model::{SiteRole, SiteStatus, Timestamp};
//! use icp_core::ports::CancelToken;
//!
//! let site = CompanySite::of_domain("acme.sg".parse().unwrap(), SiteRole::Seed);
//! let clock = ManualClock::fixed(Timestamp::from_micros(0));
//! let reader = CompanyReader::new(&NoWeb, &[], &clock);
//! let reading = reader.read(&site, &ReadBudget::default(), &CancelToken::default(), &Unwatched).await?;
//! assert_eq!(reading.crawl.report.status, SiteStatus::Unread);
//! let evidence = reader.extract(&site, &reading, None, &CancelToken::default()).await?;
//! assert!(evidence.items.is_empty());
//! # Ok(()) }
//! ```

mod extract;
mod metered;
mod saturation;
mod walk;

use std::sync::Arc;
use std::time::Duration;

use crate::error::Result;
use crate::memory::MemoryMeters;
use crate::model::{CompanyId, Domain, SiteCrawl, SiteRole, company_id};
use crate::ports::{
    BudgetCaps, CancelToken, Clock, Extractor, Fetcher, Meters, StoredExtraction, StoredFailure,
};
use async_trait::async_trait;

pub use extract::ModelOptions;
use walk::Walk;

/// A company and its site.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompanySite {
    /// The company, as the tenant knows it.
    pub company: CompanyId,
    /// Its site.
    pub site: Domain,
    /// Whose site it is.
    pub role: SiteRole,
}

impl CompanySite {
    /// A company with a site.
    pub fn new(company: CompanyId, site: Domain, role: SiteRole) -> Self {
        Self { company, site, role }
    }

    /// The company of a site.
    pub fn of_domain(site: Domain, role: SiteRole) -> Self {
        Self { company: company_id("", Some(&site)), site, role }
    }
}

/// Reading limits for one site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadBudget {
    /// Pages.
    pub pages: usize,
    /// Pages of one kind, as long as pages of other kinds wait.
    pub pages_per_kind: usize,
    /// Addresses asked for, those that give no page among them.
    pub requests: usize,
    /// Bytes of pages, from which on no further page is asked for.
    pub bytes: u64,
    /// How many links away from the home page the links of a page still count.
    pub depth: u8,
    /// After this many pages in a row without a new fact (key and value) no further page is asked for, once `least_pages`
    /// and a page of each linked kind were read. Without it, and without an extractor of class `Rules`, reading goes on.
    pub barren_pages: Option<usize>,
    /// Pages that are read whether they show anything new or not.
    pub least_pages: usize,
    /// Usual paths tried, such as `/about`, when a kind of page is linked nowhere and no sitemap lists pages.
    pub usual_paths: usize,
    /// How long to wait for pages, from the start of reading.
    pub time_limit: Option<Duration>,
}

impl Default for ReadBudget {
    fn default() -> Self {
        Self {
            pages: 12,
            pages_per_kind: 3,
            requests: 40,
            bytes: 32 * 1024 * 1024,
            depth: 3,
            barren_pages: Some(3),
            least_pages: 6,
            usual_paths: 4,
            time_limit: None,
        }
    }
}

impl ReadBudget {
    /// Sets the maximum number of pages.
    #[must_use]
    pub fn with_pages(mut self, pages: usize) -> Self {
        self.pages = pages;
        self
    }

    /// Sets the maximum number of pages of one kind, as long as pages of other kinds wait.
    #[must_use]
    pub fn with_pages_per_kind(mut self, pages: usize) -> Self {
        self.pages_per_kind = pages;
        self
    }

    /// Sets the maximum number of addresses asked for, those that give no page among them.
    #[must_use]
    pub fn with_requests(mut self, requests: usize) -> Self {
        self.requests = requests;
        self
    }

    /// Sets the bytes of pages from which on no further page is asked for.
    #[must_use]
    pub fn with_bytes(mut self, bytes: u64) -> Self {
        self.bytes = bytes;
        self
    }

    /// Sets how many links away from the home page the links of a page still count.
    #[must_use]
    pub fn with_depth(mut self, depth: u8) -> Self {
        self.depth = depth;
        self
    }

    /// Sets after how many pages in a row without a new fact reading ends; never, with `None`.
    #[must_use]
    pub fn with_barren_pages(mut self, pages: impl Into<Option<usize>>) -> Self {
        self.barren_pages = pages.into();
        self
    }

    /// Sets how many pages are read whether they show anything new or not.
    #[must_use]
    pub fn with_least_pages(mut self, pages: usize) -> Self {
        self.least_pages = pages;
        self
    }

    /// Sets how many usual paths are tried when kinds of pages are linked nowhere.
    #[must_use]
    pub fn with_usual_paths(mut self, paths: usize) -> Self {
        self.usual_paths = paths;
        self
    }

    /// Sets how long to wait for pages, from the start of reading.
    #[must_use]
    pub fn with_time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = Some(limit);
        self
    }
}

/// A site as it was read, with what the rules found on the way.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Reading {
    /// Report and pages.
    pub crawl: SiteCrawl,
    /// Extractions that are done, without a failure: those of class `Rules`, page by page.
    pub extracted: Vec<StoredExtraction>,
    /// Failures of the rules while reading. Extracting tries their pages once more.
    pub failures: Vec<StoredFailure>,
    /// For each page, in order, how many facts (key and value) it showed that no earlier page had.
    pub new_facts: Vec<usize>,
}

impl Reading {
    /// A site that was read earlier: nothing is extracted yet.
    pub fn of_crawl(crawl: SiteCrawl) -> Self {
        Self { crawl, extracted: Vec::new(), failures: Vec::new(), new_facts: Vec::new() }
    }
}

/// Watches a reading, page by page.
#[async_trait]
pub trait ReadWatch: Send + Sync {
    /// Called for each address that was read or refused.
    ///
    /// # Errors
    /// An error ends the reading.
    async fn page(&self, url: &str, read: bool) -> Result<()>;
}

/// Watches nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

#[async_trait]
impl ReadWatch for Unwatched {
    async fn page(&self, _: &str, _: bool) -> Result<()> {
        Ok(())
    }
}

/// Reads sites and makes evidence from their pages.
#[derive(Clone, Debug)]
pub struct CompanyReader<'a> {
    fetcher: &'a dyn Fetcher,
    extractors: &'a [Arc<dyn Extractor>],
    clock: &'a dyn Clock,
    concurrent_extractions: usize,
    models: ModelOptions,
    meters: Arc<dyn Meters>,
}

impl<'a> CompanyReader<'a> {
    /// A reader over a fetcher and some extractors. The clock says when a time limit is over.
    pub fn new(fetcher: &'a dyn Fetcher, extractors: &'a [Arc<dyn Extractor>], clock: &'a dyn Clock) -> Self {
        let meters = Arc::new(MemoryMeters::new(BudgetCaps::default()));
        Self {
            fetcher,
            extractors,
            clock,
            concurrent_extractions: 4,
            models: ModelOptions::default(),
            meters,
        }
    }

    /// Sets who grants the calls of extractors of class `Model`; without it everything is granted. Pages whose calls are
    /// refused count as failures.
    #[must_use]
    pub fn with_meters(mut self, meters: Arc<dyn Meters>) -> Self {
        self.meters = meters;
        self
    }

    /// Sets when extractors of class `Model` stop reading a site.
    #[must_use]
    pub fn with_models(mut self, models: ModelOptions) -> Self {
        self.models = models;
        self
    }

    /// Sets how many pages an extractor of class `Model` reads at the same time.
    #[must_use]
    pub fn with_concurrent_extractions(mut self, pages: usize) -> Self {
        self.concurrent_extractions = pages.max(1);
        self
    }

    /// Reads a site, the most telling pages first, one after another. Rules read each page as it comes.
    ///
    /// # Errors
    /// `Cancelled`, and errors of the fetcher or the watch; whatever the site does is in the report.
    pub async fn read(
        &self,
        of: &CompanySite,
        budget: &ReadBudget,
        cancel: &CancelToken,
        watch: &dyn ReadWatch,
    ) -> Result<Reading> {
        Walk::new(self, of, budget, cancel, watch).read().await
    }
}

#[cfg(test)]
mod tests;
