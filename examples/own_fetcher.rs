//! A host wraps a fetcher: pages are kept for a while, then asked for again only if they have changed.
//!
//! `cargo run --example own_fetcher`; `cargo test --example own_fetcher` runs the conformance suite on it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use icp::fetch::OfflineFetcher;
use icp::memory::ManualClock;
use icp::prelude::*;
use icp_testkit::sample;

/// Keeps pages in front of another fetcher.
#[derive(Debug)]
struct Cached<F> {
    inner: F,
    fresh_for: Duration,
    clock: Arc<ManualClock>,
    pages: Mutex<BTreeMap<String, (Timestamp, Page)>>,
}

impl<F: Fetcher> Cached<F> {
    fn new(inner: F, fresh_for: Duration, clock: Arc<ManualClock>) -> Self {
        Self { inner, fresh_for, clock, pages: Mutex::default() }
    }

    fn kept(&self, key: &str) -> Option<(Timestamp, Page)> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn keep(&self, key: String, page: Page) {
        let kept = (self.clock.now(), page);
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).insert(key, kept);
    }
}

/// The answer for a page that is at hand.
fn answer(request: &FetchRequest, page: Page) -> FetchOutcome {
    let current = request.validators.as_ref().zip(page.validators.as_ref());
    if current.is_some_and(|(asked, current)| asked.matches(current)) {
        return FetchOutcome::NotModified;
    }
    FetchOutcome::Page(Box::new(page))
}

#[async_trait]
impl<F: Fetcher> Fetcher for Cached<F> {
    async fn fetch(&self, request: &FetchRequest) -> Result<FetchOutcome> {
        let now = self.clock.now();
        let late = request.deadline.is_some_and(|deadline| deadline <= now);
        let is_page = matches!(request.target, FetchTarget::Home | FetchTarget::Page(_));
        let Some(url) = request.url().filter(|_| is_page && !late) else {
            return self.inner.fetch(request).await;
        };
        let key = format!("{} {url}", request.site);
        let Some((kept_at, page)) = self.kept(&key) else {
            let outcome = self.inner.fetch(request).await?;
            if let FetchOutcome::Page(page) = &outcome {
                self.keep(key, page.as_ref().clone());
            }
            return Ok(outcome);
        };
        if u128::from(now.millis_since(kept_at)) < self.fresh_for.as_millis() {
            return Ok(answer(request, page));
        }
        let again = request.clone().with_validators(page.validators.clone());
        match self.inner.fetch(&again).await? {
            FetchOutcome::NotModified => {
                self.keep(key, page.clone());
                Ok(answer(request, page))
            }
            FetchOutcome::Page(page) => {
                self.keep(key, page.as_ref().clone());
                Ok(answer(request, *page))
            }
            other => Ok(other),
        }
    }
}

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let web = tempfile::tempdir()?;
    sample::write_sites(web.path())?;
    let start: Timestamp = "2026-11-25T08:00:00Z".parse()?;
    let clock = Arc::new(ManualClock::fixed(start));
    let inner = OfflineFetcher::new(web.path(), clock.clone())?;
    let cached = Cached::new(inner, Duration::from_secs(60), clock.clone());
    let home = FetchRequest::home("northpier.example".parse()?);
    let first = cached.fetch(&home).await?;
    std::fs::write(web.path().join("northpier.example/index.html"), "<title>New</title><h1>New</h1>")?;
    assert_eq!(cached.fetch(&home).await?, first, "within a minute the kept page is good");
    clock.set(Timestamp::from_micros(start.as_micros() + 61_000_000));
    let FetchOutcome::Page(page) = cached.fetch(&home).await? else { return Err("no page".into()) };
    println!("after a minute the site was asked again: {}", page.title.as_str());
    assert_eq!(page.title.as_str(), "New");
    Ok(())
}

#[cfg(test)]
mod tests {
    use icp_testkit::fetcher::{FetcherBuilder, WebContent};
    use icp_testkit::fixture::at;
    use icp_testkit::store::Guard;

    use super::*;

    /// Pages that stay fresh for so long.
    struct Builder(Duration);

    #[async_trait]
    impl FetcherBuilder for Builder {
        async fn build(&self, content: &WebContent, clock: Arc<dyn Clock>) -> (Guard, Arc<dyn Fetcher>) {
            let dir = tempfile::tempdir().expect("a folder");
            content.write(dir.path()).expect("a saved site");
            let inner = OfflineFetcher::new(dir.path(), clock).expect("a fetcher");
            let clock = Arc::new(ManualClock::fixed(at(0)));
            (Box::new(dir), Arc::new(Cached::new(inner, self.0, clock)))
        }
    }

    mod fresh {
        use super::*;
        icp_testkit::fetcher_conformance!(Builder(Duration::from_secs(60)));
    }

    mod always_asked_again {
        use super::*;
        icp_testkit::fetcher_conformance!(Builder(Duration::ZERO));
    }
}
