use std::fmt;

use async_trait::async_trait;

use super::Fence;
use crate::error::Result;
use crate::model::{Domain, Page, RunId, SiteCrawl, SiteReport};

/// Sites as a run read them. A page's body is stored once by its content and linked by every run that read it.
#[async_trait]
pub trait SiteStore: fmt::Debug + Send + Sync {
    /// Stores a site's report and pages together, replacing an earlier reading of the same site in the same run.
    ///
    /// # Behavior
    /// - `site_is_stored_whole`: report and pages come back as written, pages in their order.
    /// - `site_replaces`: a second writing replaces the first.
    /// - `pages_hold_no_personal_data`: no e-mail address, telephone number or person's name that a page was built from
    ///   comes back in any of its fields.
    /// - `pages_of_the_same_content_keep_their_own_address`: two runs that read the same content at other addresses and
    ///   times get back each its own.
    ///
    /// # Errors
    /// `LeaseLost` for an old fence, `NotFound` for an unknown run.
    async fn record_site(&self, fence: Fence, site: &SiteCrawl) -> Result<()>;

    /// The sites of a run, by domain.
    ///
    /// # Errors
    /// When the store cannot be used.
    async fn sites(&self, run: RunId) -> Result<Vec<SiteReport>>;

    /// The pages of a site of a run, in the order they were read.
    ///
    /// # Errors
    /// When the store cannot be used; `Corrupt` for a page that is not what was stored.
    async fn pages(&self, run: RunId, site: &Domain) -> Result<Vec<Page>>;
}
