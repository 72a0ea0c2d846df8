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

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use url::Url;

use crate::error::Result;
use crate::memory::MemoryMeters;
use crate::model::{
    BlockKind, CompanyId, Domain, FetchRecord, Page, PageKind, Refusal, RefusalCause, SignalKey, SiteCrawl,
    SiteReport, SiteRole, SiteStatus, Timestamp, Zone, company_id,
};
use crate::ports::{
    BudgetCaps, CancelToken, Clock, ExtractRequest, ExtractionKey, Extractor, ExtractorClass, FetchOutcome,
    FetchRequest, FetchTarget, Fetcher, Meters, StoredExtraction, StoredFailure,
};
use crate::site::{Frontier, page_kind};

pub use extract::ModelOptions;

/// This many refusals in a row by a site itself end the reading: it does not want us.
const TURNED_AWAY: usize = 2;

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
    /// Pages of one kind.
    pub pages_per_kind: usize,
    /// How long to wait for pages, from the start of reading.
    pub time_limit: Option<Duration>,
}

impl Default for ReadBudget {
    fn default() -> Self {
        Self { pages: 12, pages_per_kind: 3, time_limit: None }
    }
}

impl ReadBudget {
    /// Sets the maximum number of pages.
    #[must_use]
    pub fn with_pages(mut self, pages: usize) -> Self {
        self.pages = pages;
        self
    }

    /// Sets the maximum number of pages of one kind.
    #[must_use]
    pub fn with_pages_per_kind(mut self, pages: usize) -> Self {
        self.pages_per_kind = pages;
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
        let mut walk = Walk {
            reader: self,
            of,
            budget,
            deadline: budget.time_limit.map(|limit| self.clock.now().plus(limit)),
            cancel,
            watch,
            fetches: Vec::new(),
            turned_away: 0,
            facts: BTreeSet::new(),
            reading: Reading::of_crawl(SiteCrawl::new(SiteReport::new(
                of.site.clone(),
                of.company,
                of.role,
                SiteStatus::Unread,
            ))),
        };
        walk.all().await?;
        Ok(walk.finish())
    }
}

/// The reading of one site so far.
struct Walk<'a> {
    reader: &'a CompanyReader<'a>,
    of: &'a CompanySite,
    budget: &'a ReadBudget,
    deadline: Option<Timestamp>,
    cancel: &'a CancelToken,
    watch: &'a dyn ReadWatch,
    fetches: Vec<FetchRecord>,
    turned_away: usize,
    facts: BTreeSet<(SignalKey, String)>,
    reading: Reading,
}

impl Walk<'_> {
    async fn all(&mut self) -> Result<()> {
        let site = &self.of.site;
        let mut frontier = Frontier::new(site.clone(), self.budget.pages_per_kind);
        let home = format!("https://{site}/");
        if let Ok(home) = Url::parse(&home) {
            frontier.mark_read(&home);
        }
        if !self.one(FetchRequest::home(site.clone()), &home, PageKind::Home).await? {
            return Ok(());
        }
        if let Some(page) = self.reading.crawl.pages.first() {
            if let Ok(served_at) = Url::parse(&page.url) {
                frontier.mark_read(&served_at);
            }
            frontier.add_links(page, 0);
        }
        while self.reading.crawl.pages.len() < self.budget.pages && self.turned_away < TURNED_AWAY {
            let Some(next) = frontier.next_page() else { break };
            self.cancel.check()?;
            let request = FetchRequest::page(site.clone(), next.url.clone());
            if self.one(request, next.url.as_str(), next.kind).await?
                && let Some(page) = self.reading.crawl.pages.last()
            {
                frontier.add_links(page, next.depth + 1);
            }
        }
        Ok(())
    }

    /// Fetches one address; `true` when it gave a page that is new. `guess` is its kind, judging by the link.
    async fn one(&mut self, mut request: FetchRequest, url: &str, guess: PageKind) -> Result<bool> {
        request.deadline = self.deadline;
        let outcome = self.reader.fetcher.fetch(&request).await?;
        let mut record = FetchRecord::new(url);
        match outcome {
            FetchOutcome::Page(page) => {
                // The fetcher chose the home page's address.
                if matches!(request.target, FetchTarget::Home) {
                    record.url.clone_from(&page.url);
                }
                let read = &self.reading.crawl.pages;
                if read.iter().any(|read| read.content_hash == page.content_hash) {
                    // The same text at another address shows nothing new.
                    self.fetches.push(record);
                    return Ok(false);
                }
                let mut page = *page;
                page.kind = kind_of(&page, url, guess);
                record.kind = Some(page.kind);
                self.turned_away = 0;
                self.rules(&page).await;
                self.reading.crawl.pages.push(page);
            }
            FetchOutcome::Refused(refusal) => {
                self.turned_away += usize::from(refusal.cause == RefusalCause::Blocked);
                record.refusal = Some(refusal);
            }
            // Neither answers a request for a page without validators.
            FetchOutcome::NotModified | FetchOutcome::Sitemap(_) => {
                record.refusal = Some(Refusal::new(RefusalCause::Protocol, "the fetcher gave no page"));
            }
        }
        let read = record.kind.is_some();
        self.fetches.push(record);
        self.watch.page(url, read).await?;
        Ok(read)
    }

    /// Lets the rules read a page, and counts what is new.
    async fn rules(&mut self, page: &Page) {
        let mut new = 0;
        for extractor in self.reader.extractors.iter().filter(|it| it.class() == ExtractorClass::Rules) {
            let of = self.of;
            let key = ExtractionKey::of(page, of.company, &of.site, of.role, extractor.id());
            let mut request = ExtractRequest::new(page, &of.site, of.role).with_cancel(self.cancel.clone());
            request.deadline = self.deadline;
            let (extraction, failures) = self.reader.extract_page(of, key, extractor, request).await;
            for item in &extraction.items {
                new += usize::from(self.facts.insert((item.key, item.value.as_str().to_owned())));
            }
            // One that failed is not done.
            if failures.is_empty() {
                self.reading.extracted.push(extraction);
            }
            self.reading.failures.extend(failures);
        }
        self.reading.new_facts.push(new);
    }

    fn finish(mut self) -> Reading {
        // A dead link on a site that was read takes no evidence away; a page that was refused does.
        let harmless =
            |cause| matches!(cause, RefusalCause::NotFound | RefusalCause::NotHtml | RefusalCause::OffSite);
        let crawl = &mut self.reading.crawl;
        let mut refusals = self.fetches.iter().filter_map(|record| record.refusal.clone());
        let cause = refusals.find(|refusal| crawl.pages.is_empty() || !harmless(refusal.cause));
        let report = &mut crawl.report;
        report.status = match (crawl.pages.is_empty(), &cause) {
            (true, _) => SiteStatus::Unread,
            (false, Some(_)) => SiteStatus::Reduced,
            (false, None) => SiteStatus::Read,
        };
        report.cause = cause;
        report.pages = crawl.pages.len() as u32;
        report.bytes = crawl.pages.iter().map(|page| page.body_bytes).sum();
        report.fetches = self.fetches;
        self.reading
    }
}

/// A page's kind by the page itself; where that says nothing, by the link that led to it.
fn kind_of(page: &Page, url: &str, guess: PageKind) -> PageKind {
    let heading = page
        .blocks
        .iter()
        .find(|block| block.zone == Zone::Main && block.kind == BlockKind::Heading(1))
        .map(|block| page.block_text(block));
    let Ok(served_at) = Url::parse(&page.url).or_else(|_| Url::parse(url)) else { return guess };
    match page_kind(&served_at, page.title.as_str(), heading, guess == PageKind::Home) {
        PageKind::Other => guess,
        kind => kind,
    }
}

#[cfg(test)]
mod tests;
