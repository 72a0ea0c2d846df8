//! Pieces that all tests use.

use std::path::PathBuf;

use icp_core::model::{Domain, Page, Refusal, Timestamp};
use icp_core::ports::{Clock, FetchOutcome, FetchRequest, Fetcher};
use url::Url;

/// Always the same time.
#[derive(Debug)]
pub(crate) struct Still;

#[async_trait::async_trait]
impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(1_700_000_000_000_000)
    }

    async fn sleep(&self, _: std::time::Duration) {}
}

pub(crate) fn site() -> Domain {
    "acme.example".parse().unwrap()
}

pub(crate) async fn get(fetcher: &dyn Fetcher, url: &str) -> Result<Page, Refusal> {
    let request = FetchRequest::page(site(), Url::parse(url).unwrap());
    match fetcher.fetch(&request).await.unwrap() {
        FetchOutcome::Page(page) => Ok(*page),
        FetchOutcome::Refused(refusal) => Err(refusal),
        other => panic!("{other:?}"),
    }
}

/// The folder with test data that is not part of the project.
pub(crate) fn data(what: &str) -> Option<PathBuf> {
    let root = std::env::var_os("ICP_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data")),
        PathBuf::from,
    );
    let path = root.join(what);
    if path.exists() {
        return Some(path);
    }
    eprintln!("NOT RUN: {what} is absent; set ICP_DATA to the folder that has it");
    None
}
