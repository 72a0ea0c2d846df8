use std::fmt;

use async_trait::async_trait;
use url::Url;

use crate::error::Result;
use crate::model::{Domain, Page, Refusal, Timestamp, Validators};

/// The thing to fetch from a site.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchTarget {
    /// Its front page, at the scheme and host that the fetcher finds.
    Home,
    /// A page.
    Page(Url),
    /// A list of the site's addresses.
    Sitemap(Url),
}

/// One thing to fetch.
///
/// ```
/// use icp_core::model::{Domain, Timestamp};
/// use icp_core::ports::FetchRequest;
/// let site: Domain = "acme.example".parse()?;
/// let request = FetchRequest::home(site).with_deadline(Timestamp::from_micros(60_000_000));
/// assert_eq!(request.url().map(String::from).as_deref(), Some("https://acme.example/"));
/// # Ok::<(), icp_core::model::DomainError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FetchRequest {
    /// The thing.
    pub target: FetchTarget,
    /// The site it belongs to: an address or redirect of another registrable domain is a refusal.
    pub site: Domain,
    /// The marks of the version that is there already: the answer may be that it has not changed.
    pub validators: Option<Validators>,
    /// When to give up.
    pub deadline: Option<Timestamp>,
}

impl FetchRequest {
    /// The front page of a site.
    pub fn home(site: Domain) -> Self {
        Self::new(site, FetchTarget::Home)
    }

    /// A page of a site.
    pub fn page(site: Domain, url: Url) -> Self {
        Self::new(site, FetchTarget::Page(url))
    }

    /// A sitemap of a site.
    pub fn sitemap(site: Domain, url: Url) -> Self {
        Self::new(site, FetchTarget::Sitemap(url))
    }

    fn new(site: Domain, target: FetchTarget) -> Self {
        Self { target, site, validators: None, deadline: None }
    }

    /// Asks only for a version other than the one with these marks.
    #[must_use]
    pub fn with_validators(mut self, validators: impl Into<Option<Validators>>) -> Self {
        self.validators = validators.into();
        self
    }

    /// Limits the time.
    #[must_use]
    pub fn with_deadline(mut self, deadline: impl Into<Option<Timestamp>>) -> Self {
        self.deadline = deadline.into();
        self
    }

    /// The address asked for; of a front page, the usual one.
    pub fn url(&self) -> Option<Url> {
        match &self.target {
            FetchTarget::Home => Url::parse(&format!("https://{}/", self.site)).ok(),
            FetchTarget::Page(url) | FetchTarget::Sitemap(url) => Some(url.clone()),
        }
    }
}

/// The outcome. A refusal is one, not an error: it becomes "reduced evidence" on a card.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FetchOutcome {
    /// A page.
    Page(Box<Page>),
    /// The version with the request's validators is still the current one.
    NotModified,
    /// A list of addresses.
    Sitemap(Sitemap),
    /// Nothing, and why.
    Refused(Refusal),
}

/// A site's own list of its addresses. Only addresses of the site itself are in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sitemap {
    /// Pages, in the list's order, each address once.
    pub entries: Vec<SitemapEntry>,
    /// Further sitemaps, in the list's order, each address once.
    pub sitemaps: Vec<Url>,
    /// Whether the list went on past a limit or is damaged.
    pub truncated: bool,
    /// Marks for a later conditional request.
    pub validators: Option<Validators>,
}

impl Sitemap {
    /// A list of pages.
    pub fn new(entries: Vec<SitemapEntry>) -> Self {
        Self { entries, ..Self::default() }
    }

    /// Sets the further sitemaps.
    #[must_use]
    pub fn with_sitemaps(mut self, sitemaps: Vec<Url>) -> Self {
        self.sitemaps = sitemaps;
        self
    }

    /// Sets the marks.
    #[must_use]
    pub fn with_validators(mut self, validators: impl Into<Option<Validators>>) -> Self {
        self.validators = validators.into();
        self
    }
}

/// A page that a sitemap lists.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SitemapEntry {
    /// Its address.
    pub url: Url,
    /// When it last changed, as the site says; the beginning of the day, month or year where it says no more.
    pub last_modified: Option<Timestamp>,
}

impl SitemapEntry {
    /// A page.
    pub fn new(url: Url) -> Self {
        Self { url, last_modified: None }
    }

    /// Sets the time of the last change.
    #[must_use]
    pub fn with_last_modified(mut self, last_modified: impl Into<Option<Timestamp>>) -> Self {
        self.last_modified = last_modified.into();
        self
    }
}

/// Gets pages and sitemaps of the public web, politely.
#[async_trait]
pub trait Fetcher: fmt::Debug + Send + Sync + 'static {
    /// Fetches one thing.
    ///
    /// # Behavior
    /// Of every fetcher:
    /// - `home_is_found`: `Home` gives the site's front page, at the address where it is.
    /// - `absence_is_an_outcome`: an address without a page is `Refused(NotFound)`, not an error.
    /// - `robots_is_an_outcome`: a page that robots.txt disallows is `Refused(RobotsDisallowed)`.
    /// - `private_addresses_are_refused`: an address that is not public is `Refused(ForbiddenAddress)`.
    /// - `off_site_is_refused`: an address of another registrable domain is `Refused(OffSite)`.
    /// - `same_bytes_same_page`: the same answer gives the same page, apart from the time.
    /// - `not_modified_needs_validators`: without validators the outcome is never `NotModified`; with those of the
    ///   current version it is, with others it is the page. A source that knows no versions gives pages without
    ///   validators.
    /// - `sitemap_is_listed`: a list of pages, a list of sitemaps and a plain text give their addresses, even
    ///   when compressed.
    /// - `sitemap_keeps_to_its_site`: addresses of other sites are not in it.
    /// - `sitemap_with_a_dtd_is_refused`: a document type declaration is `Refused(NotSitemap)`; no entity is expanded.
    /// - `sitemap_obeys_robots`: a sitemap that robots.txt disallows is `Refused(RobotsDisallowed)`.
    /// - `deadline_is_kept`: a deadline that has passed is `Refused(Timeout)`, even for pages fetched before; one
    ///   ahead changes nothing.
    ///
    /// Of a fetcher that asks servers:
    /// - `refused_requests_are_not_sent`: what robots.txt disallows, what is off the site or not public, and what comes
    ///   after its deadline reaches no server.
    /// - `status_is_an_outcome`: 403, 404 and 500 are refusals with their own causes.
    /// - `redirects_are_checked`: a redirect to another registrable domain is `Refused(OffSite)`, one to an address that
    ///   is not public `Refused(ForbiddenAddress)`; neither is followed.
    /// - `broken_robots_close_the_site`: a robots.txt that ends in 5xx is `Refused(RobotsUnreachable)`, and the page is
    ///   not requested.
    /// - `validators_are_kept`: a page carries the `ETag` and `Last-Modified` of its answer, and a request with them
    ///   sends them back.
    /// - `retry_after_is_said`: the `Retry-After` of a 429 or 503, seconds or a date, is in the refusal.
    /// - `slow_answers_end_at_the_deadline`: an answer that is not there at the deadline is `Refused(Timeout)`.
    ///
    /// # Errors
    /// Only when the fetcher itself cannot work; whatever a site does is an outcome.
    async fn fetch(&self, request: &FetchRequest) -> Result<FetchOutcome>;
}
