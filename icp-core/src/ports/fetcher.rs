use std::fmt;

use async_trait::async_trait;
use url::Url;

use crate::error::Result;
use crate::model::{Domain, Page, Refusal};

/// One page to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchRequest {
    /// Its address.
    pub url: Url,
    /// The site it belongs to: a redirect to another registrable domain is a refusal.
    pub site: Domain,
}

/// What came of it. A refusal is an outcome, not an error: it becomes "reduced evidence" on a card.
#[derive(Clone, Debug, PartialEq)]
pub enum FetchOutcome {
    /// A page.
    Page(Box<Page>),
    /// None, and why.
    Refused(Refusal),
}

/// Gets pages of the public web, politely.
#[async_trait]
pub trait Fetcher: fmt::Debug + Send + Sync + 'static {
    /// The address of a site's home page, to start from.
    fn home(&self, site: &Domain) -> Url;

    /// Fetches one page.
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
