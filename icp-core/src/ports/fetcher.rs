use std::fmt;

use async_trait::async_trait;
use url::Url;

use crate::error::Result;
use crate::model::{Domain, Page, Refusal, Timestamp};

/// The thing to fetch of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchTarget {
    /// Its front page, at the address and scheme that the fetcher finds.
    Home,
    /// A page.
    Page(Url),
}

/// One thing to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FetchRequest {
    /// The thing.
    pub target: FetchTarget,
    /// The site it belongs to: a redirect to another registrable domain is a refusal.
    pub site: Domain,
    /// When to give up.
    pub deadline: Option<Timestamp>,
}

impl FetchRequest {
    /// The front page of a site.
    pub fn home(site: Domain) -> Self {
        Self { target: FetchTarget::Home, site, deadline: None }
    }

    /// A page of a site.
    pub fn page(site: Domain, url: Url) -> Self {
        Self { target: FetchTarget::Page(url), site, deadline: None }
    }

    /// Limits the time.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Timestamp) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// The address asked for; of a front page, the usual one.
    pub fn url(&self) -> Option<Url> {
        match &self.target {
            FetchTarget::Home => Url::parse(&format!("https://{}/", self.site)).ok(),
            FetchTarget::Page(url) => Some(url.clone()),
        }
    }
}

/// The outcome. A refusal is one, not an error: it becomes "reduced evidence" on a card.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FetchOutcome {
    /// A page.
    Page(Box<Page>),
    /// None, and why.
    Refused(Refusal),
}

/// Gets pages of the public web, politely.
#[async_trait]
pub trait Fetcher: fmt::Debug + Send + Sync + 'static {
    /// Fetches one thing.
    ///
    /// # Behavior
    /// - `robots_is_an_outcome`: what robots.txt disallows is `Refused(RobotsDisallowed)`, and is not requested.
    /// - `status_is_an_outcome`: 403, 404 and 500 are refusals with their own causes.
    /// - `private_addresses_are_refused`: an address that is not public, also behind a name or a redirect, is
    ///   `Refused(ForbiddenAddress)`, and is not contacted.
    /// - `off_site_is_refused`: a redirect to another registrable domain is `Refused(OffSite)`.
    /// - `same_bytes_same_page`: the same answer gives the same page, apart from the time.
    ///
    /// # Errors
    /// Only when the fetcher itself cannot work; whatever a site does is an outcome.
    async fn fetch(&self, request: &FetchRequest) -> Result<FetchOutcome>;
}
