use std::fmt;

use async_trait::async_trait;

use crate::error::Result;
use crate::model::{ExtractorId, Finding, Page, SiteRole};

/// Reads a page and reports findings. What it reports becomes evidence only where its quotes stand on the page.
#[async_trait]
pub trait Extractor: fmt::Debug + Send + Sync + 'static {
    /// Its name and version, stored with every item.
    fn id(&self) -> ExtractorId;

    /// The findings of one page.
    ///
    /// # Behavior
    /// - `same_page_same_findings`: the same page gives the same findings in the same order.
    /// - `quotes_are_spans`: every finding's quote is the page text at its range.
    ///
    /// # Errors
    /// When it could not do its work (a model that cannot be reached); having found nothing is not an error.
    async fn extract(&self, page: &Page, role: SiteRole) -> Result<Vec<Finding>>;
}
