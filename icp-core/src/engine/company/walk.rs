//! The walk through one site: page after page, until nothing promises more.

use std::collections::BTreeSet;

use url::Url;

use super::{CompanyReader, CompanySite, ReadBudget, ReadWatch, Reading};
use crate::error::Result;
use crate::model::{
    BlockKind, FetchRecord, LinkSource, Page, PageKind, ReadEnd, Refusal, RefusalCause, SignalKey, SiteCrawl,
    SiteReport, SiteStatus, Timestamp, Zone,
};
use crate::ports::{
    CancelToken, ExtractRequest, ExtractionKey, ExtractorClass, FetchOutcome, FetchRequest, FetchTarget,
    Sitemap,
};
use crate::site::{Frontier, NextPage, no_page, page_kind};

/// This many refusals in a row by a site itself end the reading: it does not want us.
const TURNED_AWAY: usize = 2;

/// The reading of one site so far.
pub(super) struct Walk<'a> {
    reader: &'a CompanyReader<'a>,
    of: &'a CompanySite,
    budget: &'a ReadBudget,
    deadline: Option<Timestamp>,
    cancel: &'a CancelToken,
    watch: &'a dyn ReadWatch,
    fetches: Vec<FetchRecord>,
    turned_away: usize,
    /// Pages in a row that showed nothing new.
    barren: usize,
    bytes: u64,
    facts: BTreeSet<(SignalKey, String)>,
    reading: Reading,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        reader: &'a CompanyReader<'a>,
        of: &'a CompanySite,
        budget: &'a ReadBudget,
        cancel: &'a CancelToken,
        watch: &'a dyn ReadWatch,
    ) -> Self {
        let report = SiteReport::new(of.site.clone(), of.company, of.role, SiteStatus::Unread);
        Self {
            reader,
            of,
            budget,
            deadline: budget.time_limit.map(|limit| reader.clock.now().plus(limit)),
            cancel,
            watch,
            fetches: Vec::new(),
            turned_away: 0,
            barren: 0,
            bytes: 0,
            facts: BTreeSet::new(),
            reading: Reading::of_crawl(SiteCrawl::new(report)),
        }
    }

    /// Reads the site.
    pub(super) async fn read(mut self) -> Result<Reading> {
        let site = &self.of.site;
        let mut frontier =
            Frontier::new(site.clone(), self.budget.pages_per_kind).with_max_depth(self.budget.depth);
        let end = self.pages(&mut frontier).await?;
        Ok(self.finish(end, &frontier))
    }

    async fn pages(&mut self, frontier: &mut Frontier) -> Result<ReadEnd> {
        let site = &self.of.site;
        let home = format!("https://{site}/");
        let usual_home = Url::parse(&home);
        if let Ok(home) = &usual_home {
            frontier.mark_home(home);
        }
        if !self.one(FetchRequest::home(site.clone()), &home, PageKind::Home, LinkSource::Home).await? {
            return Ok(if self.turned_away > 0 { ReadEnd::TurnedAway } else { ReadEnd::NoHome });
        }
        if let Some(page) = self.reading.crawl.pages.first() {
            if let Ok(served_at) = Url::parse(&page.url) {
                frontier.mark_home(&served_at);
            }
            frontier.add_links(page, 0);
        }
        let listed = self.sitemaps(frontier).await?;
        if !listed {
            frontier.add_usual_paths(self.budget.usual_paths);
        }
        loop {
            if self.turned_away >= TURNED_AWAY {
                return Ok(ReadEnd::TurnedAway);
            }
            if self.is_over_a_limit() {
                return Ok(ReadEnd::Limit);
            }
            if self.is_saturated(frontier) {
                return Ok(ReadEnd::Saturated);
            }
            let Some(next) = frontier.next_page() else { return Ok(ReadEnd::Complete) };
            self.cancel.check()?;
            self.next(frontier, &next).await?;
        }
    }

    async fn next(&mut self, frontier: &mut Frontier, next: &NextPage) -> Result<()> {
        let request = FetchRequest::page(self.of.site.clone(), next.url.clone());
        if self.one(request, next.url.as_str(), next.kind, next.source).await?
            && let Some(page) = self.reading.crawl.pages.last()
        {
            frontier.learn(next, self.reading.new_facts.last().copied().unwrap_or(0));
            if let Ok(served_at) = Url::parse(&page.url) {
                frontier.mark_read(&served_at);
            }
            frontier.add_links(page, next.depth + 1);
        }
        Ok(())
    }

    fn is_over_a_limit(&self) -> bool {
        self.reading.crawl.pages.len() >= self.budget.pages
            || self.fetches.len() >= self.budget.requests
            || self.bytes >= self.budget.bytes
    }

    /// Whether further pages promise nothing: enough were read, one of each linked kind, and the last ones were barren.
    fn is_saturated(&self, frontier: &Frontier) -> bool {
        let has_rules = self.reader.extractors.iter().any(|it| it.class() == ExtractorClass::Rules);
        has_rules
            && self.budget.barren_pages.is_some_and(|most| self.barren >= most)
            && self.reading.crawl.pages.len() >= self.budget.least_pages
            && frontier.is_covered()
    }

    /// Reads the site's sitemap where it may list what no link leads to; `true` when it lists pages.
    async fn sitemaps(&mut self, frontier: &mut Frontier) -> Result<bool> {
        if self.reading.crawl.pages.len() >= self.budget.pages {
            return Ok(false);
        }
        let Some(url) = frontier.sitemap() else { return Ok(false) };
        let Some(sitemap) = self.sitemap(&url).await? else { return Ok(false) };
        let mut listed = !sitemap.entries.is_empty();
        frontier.add_sitemap(&sitemap);
        for url in frontier.sitemaps_of(&sitemap) {
            if let Some(of_index) = self.sitemap(url).await? {
                listed |= !of_index.entries.is_empty();
                frontier.add_sitemap(&of_index);
            }
        }
        Ok(listed)
    }

    async fn sitemap(&mut self, url: &Url) -> Result<Option<Sitemap>> {
        self.cancel.check()?;
        let mut request = FetchRequest::sitemap(self.of.site.clone(), url.clone());
        request.deadline = self.deadline;
        let outcome = self.reader.fetcher.fetch(&request).await?;
        // A site without a sitemap, or whose sitemap is damaged, lacks nothing.
        self.fetches.push(FetchRecord::new(url.as_str()).with_found(LinkSource::Sitemap));
        self.watch.page(url.as_str(), false).await?;
        Ok(match outcome {
            FetchOutcome::Sitemap(sitemap) => Some(sitemap),
            FetchOutcome::Refused(refusal) => {
                self.turned_away += usize::from(refusal.cause.turns_away());
                None
            }
            _ => None,
        })
    }

    /// Fetches one address; `true` when it gave a page that is new. `guess` is its kind, judging by the link.
    async fn one(
        &mut self,
        mut request: FetchRequest,
        url: &str,
        guess: PageKind,
        found: LinkSource,
    ) -> Result<bool> {
        request.deadline = self.deadline;
        let outcome = self.reader.fetcher.fetch(&request).await?;
        let mut record = FetchRecord::new(url).with_found(found);
        let (outcome, shell) = match outcome {
            FetchOutcome::Page(page) => match no_page(&page) {
                Some(refusal) => (FetchOutcome::Refused(refusal), Some(page)),
                None => (FetchOutcome::Page(page), None),
            },
            other => (other, None),
        };
        match outcome {
            FetchOutcome::Page(page) => {
                // The fetcher chose the home page's address.
                if matches!(request.target, FetchTarget::Home) {
                    record.url.clone_from(&page.url);
                }
                self.bytes += page.body_bytes;
                let read = &self.reading.crawl.pages;
                if read.iter().any(|read| read.content_hash == page.content_hash) {
                    // The same text at another address shows nothing new.
                    self.fetches.push(record);
                    self.watch.page(url, false).await?;
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
                self.turned_away += usize::from(refusal.cause.turns_away());
                if let Some(mut page) = shell.filter(|_| refusal.cause == RefusalCause::NeedsJavascript) {
                    // Nobody can read it, but what machines read on it is evidence all the same.
                    page.kind = guess;
                    self.bytes += page.body_bytes;
                    self.rules(&page).await;
                    self.reading.crawl.pages.push(*page);
                }
                let nothing_there = found == LinkSource::UsualPath && refusal.cause == RefusalCause::NotFound;
                record.refusal = (!nothing_there).then_some(refusal);
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
        self.barren = if new > 0 { 0 } else { self.barren + 1 };
        self.reading.new_facts.push(new);
    }

    fn finish(mut self, end: ReadEnd, frontier: &Frontier) -> Reading {
        let crawl = &mut self.reading.crawl;
        let mut read =
            self.fetches.iter().filter(|record| record.kind.is_some()).map(|record| record.url.as_str());
        let home = read.next();
        let pages = read.count() + usize::from(home.is_some());
        let counts = |record: &&FetchRecord| match (&record.refusal, home) {
            (Some(refusal), Some(home)) => takes_away(refusal.cause, &record.url, home),
            (refusal, _) => refusal.is_some(),
        };
        let cause = self.fetches.iter().find(counts).and_then(|record| record.refusal.clone());
        let report = &mut crawl.report;
        report.status = match (pages == 0, &cause) {
            (true, _) => SiteStatus::Unread,
            (false, Some(_)) => SiteStatus::Reduced,
            (false, None) => SiteStatus::Read,
        };
        report.cause = cause;
        report.pages = pages as u32;
        report.bytes = crawl.pages.iter().map(|page| page.body_bytes).sum();
        report.fetches = self.fetches;
        report.end = Some(end);
        // Of a site that was not read nothing is known.
        report.unlinked = if pages == 0 { Vec::new() } else { frontier.unlinked() };
        self.reading
    }
}

/// Whether a refusal takes evidence away from a site that was read. A dead link does not, nor does a dead host beside the
/// one that was read; a page that is there and was refused does.
fn takes_away(cause: RefusalCause, url: &str, home: &str) -> bool {
    use RefusalCause as Cause;
    match cause {
        Cause::NotFound
        | Cause::ClientError
        | Cause::NotHtml
        | Cause::OffSite
        | Cause::Parked
        | Cause::RedirectLimit
        | Cause::ForbiddenAddress
        | Cause::ForbiddenUrl
        | Cause::NotSitemap => false,
        Cause::DnsFailure | Cause::ConnectFailure | Cause::TlsFailure => same_host(url, home),
        _ => true,
    }
}

fn same_host(one: &str, other: &str) -> bool {
    let host = |url: &str| {
        let url = Url::parse(url).ok()?;
        Some(url.host_str()?.trim_start_matches("www.").to_owned())
    };
    host(one) == host(other)
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
