use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use url::{Host, Url};

use crate::error::Result;
use crate::model::{Domain, DomainError, Page, Refusal, RefusalCause, Validators};
use crate::ports::{Clock, FetchOutcome, FetchRequest, FetchTarget, Fetcher};

/// A web in memory: outcomes by address, for samples, tests and hosts that have their pages already. An address that is
/// not there is `NotFound`.
///
/// ```
/// # futures_util::FutureExt::now_or_never(async {
/// use std::sync::Arc;
/// use icp_core::memory::{ManualClock, MemoryFetcher};
/// use icp_core::model::{BlockKind, PageBuilder, Timestamp, Zone};
/// use icp_core::ports::{FetchOutcome, FetchRequest, Fetcher};
///
/// let mut page = PageBuilder::new("https://acme.example/", Timestamp::from_micros(0));
/// page.block(Zone::Main, BlockKind::Text, "Freight");
/// let clock = Arc::new(ManualClock::fixed(Timestamp::from_micros(0)));
/// let web = MemoryFetcher::new(clock).with_page(page.finish());
/// let FetchOutcome::Page(page) = web.fetch(&FetchRequest::home("acme.example".parse()?)).await? else {
///     return Err("the page is there".into());
/// };
/// assert_eq!(page.text.as_str(), "Freight\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap().unwrap();
/// ```
pub struct MemoryFetcher {
    outcomes: BTreeMap<String, FetchOutcome>,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for MemoryFetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryFetcher").field("addresses", &self.outcomes.len()).finish_non_exhaustive()
    }
}

impl MemoryFetcher {
    /// A web without an address. The clock decides which deadlines have passed.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { outcomes: BTreeMap::new(), clock }
    }

    /// Adds a page at the address that it has.
    #[must_use]
    pub fn with_page(mut self, page: Page) -> Self {
        let key = Url::parse(&page.url).map_or_else(|_| page.url.clone(), |url| key(&url));
        self.outcomes.insert(key, FetchOutcome::Page(Box::new(page)));
        self
    }

    /// Adds the outcome of an address: a page, a sitemap or a refusal.
    #[must_use]
    pub fn with_outcome(mut self, url: &Url, outcome: FetchOutcome) -> Self {
        self.outcomes.insert(key(url), outcome);
        self
    }

    fn find(&self, request: &FetchRequest) -> Result<FetchOutcome, Refusal> {
        if request.deadline.is_some_and(|deadline| deadline <= self.clock.now()) {
            return Err(Refusal::new(RefusalCause::Timeout, "the request's deadline has passed"));
        }
        let url = request
            .url()
            .ok_or_else(|| Refusal::new(RefusalCause::ForbiddenUrl, "the site has no address on the web"))?;
        check(&url, &request.site)?;
        let found = match &request.target {
            FetchTarget::Home => self.home(&request.site),
            FetchTarget::Page(_) | FetchTarget::Sitemap(_) => self.outcomes.get(&key(&url)),
        };
        let outcome = found
            .ok_or_else(|| Refusal::new(RefusalCause::NotFound, format!("nothing at `{}`", url.path())))?;
        let asked = request.validators.as_ref();
        match (outcome, &request.target) {
            (FetchOutcome::Page(_), FetchTarget::Sitemap(_)) => {
                Err(Refusal::new(RefusalCause::NotSitemap, "the address is a page's"))
            }
            (FetchOutcome::Sitemap(_), FetchTarget::Home | FetchTarget::Page(_)) => {
                Err(Refusal::new(RefusalCause::NotHtml, "the address is a sitemap's"))
            }
            (FetchOutcome::Page(page), _) if is_current(asked, page.validators.as_ref()) => {
                Ok(FetchOutcome::NotModified)
            }
            (FetchOutcome::Sitemap(list), _) if is_current(asked, list.validators.as_ref()) => {
                Ok(FetchOutcome::NotModified)
            }
            _ => Ok(outcome.clone()),
        }
    }

    /// The front page, by the usual ways to it.
    fn home(&self, site: &Domain) -> Option<&FetchOutcome> {
        ["https://", "http://", "https://www.", "http://www."]
            .iter()
            .find_map(|way| self.outcomes.get(&format!("{way}{site}/")))
    }
}

#[async_trait]
impl Fetcher for MemoryFetcher {
    async fn fetch(&self, request: &FetchRequest) -> Result<FetchOutcome> {
        Ok(self.find(request).unwrap_or_else(FetchOutcome::Refused))
    }
}

/// An address without its fragment.
fn key(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    url.into()
}

fn is_current(asked: Option<&Validators>, current: Option<&Validators>) -> bool {
    asked.zip(current).is_some_and(|(asked, current)| asked.matches(current))
}

/// Sites are known by their names here, so an address by number is never one of theirs.
fn check(url: &Url, site: &Domain) -> Result<(), Refusal> {
    let domain = Domain::of_url(url);
    let host = url.host_str().unwrap_or_default();
    if matches!(url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_))) || domain == Err(DomainError::Private) {
        return Err(Refusal::new(RefusalCause::ForbiddenAddress, format!("`{host}` is not a public name")));
    }
    if !domain.is_ok_and(|domain| domain.same_site(site)) {
        let detail = format!("`{host}` is not of {}", site.registrable());
        return Err(Refusal::new(RefusalCause::OffSite, detail));
    }
    Ok(())
}
