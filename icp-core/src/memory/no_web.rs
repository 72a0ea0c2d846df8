use async_trait::async_trait;

use crate::error::Result;
use crate::model::{Refusal, RefusalCause};
use crate::ports::{FetchOutcome, FetchRequest, Fetcher};

/// A web without a site, for hosts that only read reports and decide: every request is refused as `DnsFailure`.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoWeb;

#[async_trait]
impl Fetcher for NoWeb {
    async fn fetch(&self, request: &FetchRequest) -> Result<FetchOutcome> {
        let detail = format!("{} was not asked: there is no web here", request.site);
        Ok(FetchOutcome::Refused(Refusal::new(RefusalCause::DnsFailure, detail)))
    }
}
