//! The rules of [`Fetcher`]: one function a rule, named as in the trait's documentation. Those of fetchers that ask
//! servers are in [`servers`].

mod server;
pub mod servers;
mod web;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use icp_core::memory::ManualClock;
use icp_core::model::{Page, Refusal, RefusalCause, Validators};
use icp_core::ports::{Clock, FetchOutcome, FetchRequest, Fetcher, Sitemap};
use url::Url;

pub use server::{WebAnswer, WebRequest, WebServer};
pub use web::{WebContent, WebResource};

use crate::fixture::{at, must};
use crate::store::Guard;

/// Makes fetchers to test. Every case asks for a new one.
#[async_trait]
pub trait FetcherBuilder: Send + Sync {
    /// A fetcher of a web that holds this one site, at the time of the clock; and what must live as long as it.
    async fn build(&self, content: &WebContent, clock: Arc<dyn Clock>) -> (Guard, Arc<dyn Fetcher>);
}

/// Emits one `#[tokio::test]` for each case, against fetchers of a [`FetcherBuilder`](crate::fetcher).
///
/// ```no_run
/// # use icp_testkit::{fetcher::{FetcherBuilder, WebContent}, store::Guard};
/// # use icp_core::{memory::MemoryFetcher, ports::{Clock, Fetcher}};
/// # use std::sync::Arc;
/// struct Memory;
/// #[async_trait::async_trait]
/// impl FetcherBuilder for Memory {
///     async fn build(&self, content: &WebContent, clock: Arc<dyn Clock>) -> (Guard, Arc<dyn Fetcher>) {
///         let web = content.resources.iter().fold(MemoryFetcher::new(clock), |web, resource| {
///             web.with_outcome(&content.url(&resource.path), resource.outcome.clone())
///         });
///         (Box::new(()), Arc::new(web))
///     }
/// }
/// icp_testkit::fetcher_conformance!(Memory);
/// ```
#[macro_export]
macro_rules! fetcher_conformance {
    (@list $then:ident $args:tt) => {
        $crate::fetcher_conformance! { @$then $args
            home_is_found
            absence_is_an_outcome
            robots_is_an_outcome
            private_addresses_are_refused
            off_site_is_refused
            same_bytes_same_page
            not_modified_needs_validators
            sitemap_is_listed
            sitemap_keeps_to_its_site
            sitemap_with_a_dtd_is_refused
            sitemap_obeys_robots
            deadline_is_kept
        }
    };
    (@names () $($case:ident)*) => { &[$(stringify!($case)),*] };
    (@tests ($builder:expr) $($case:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                $crate::fetcher::$case(&$builder).await;
            }
        )*
    };
    ($builder:expr) => { $crate::fetcher_conformance!(@list tests ($builder)); };
}

/// The names of all cases of every fetcher.
pub const CASES: &[&str] = crate::fetcher_conformance!(@list names ());

/// A fetcher of the small site, at second 0.
struct Bench {
    content: WebContent,
    fetcher: Arc<dyn Fetcher>,
    /// In a mutex only so that cases can run on any thread.
    _guard: Mutex<Guard>,
}

impl Bench {
    async fn new(builder: &dyn FetcherBuilder) -> Self {
        let content = WebContent::small();
        let (guard, fetcher) = builder.build(&content, clock()).await;
        Self { content, fetcher, _guard: Mutex::new(guard) }
    }

    fn page(&self, path: &str) -> FetchRequest {
        FetchRequest::page(self.content.site.clone(), self.content.url(path))
    }

    fn sitemap(&self, path: &str) -> FetchRequest {
        FetchRequest::sitemap(self.content.site.clone(), self.content.url(path))
    }

    async fn fetch(&self, request: &FetchRequest) -> FetchOutcome {
        must(self.fetcher.fetch(request).await)
    }

    async fn refusal(&self, request: &FetchRequest) -> Refusal {
        refusal(self.fetch(request).await)
    }
}

/// Second 0, for ever.
fn clock() -> Arc<dyn Clock> {
    Arc::new(ManualClock::fixed(at(0)))
}

#[track_caller]
fn page(outcome: FetchOutcome) -> Page {
    match outcome {
        FetchOutcome::Page(page) => *page,
        other => panic!("not a page: {other:?}"),
    }
}

#[track_caller]
fn sitemap(outcome: FetchOutcome) -> Sitemap {
    match outcome {
        FetchOutcome::Sitemap(sitemap) => sitemap,
        other => panic!("not a sitemap: {other:?}"),
    }
}

#[track_caller]
fn refusal(outcome: FetchOutcome) -> Refusal {
    match outcome {
        FetchOutcome::Refused(refusal) => refusal,
        other => panic!("not a refusal: {other:?}"),
    }
}

/// Addresses that are nobody's site.
const PRIVATE: [&str; 8] = [
    "http://127.0.0.1/",
    "http://2130706433/",
    "http://10.0.0.1/",
    "http://192.168.1.1/admin",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]/",
    "http://[fd00::1]/",
    "http://localhost/",
];

/// Addresses of other organisations, some of which look alike.
const ELSEWHERE: [&str; 3] =
    ["https://other.example/", "https://acme.example.evil.example/", "https://notacme.example/about"];

/// `Home` gives the site's front page, at the address where it is.
pub async fn home_is_found(builder: &dyn FetcherBuilder) {
    let bench = Bench::new(builder).await;
    let home = page(bench.fetch(&FetchRequest::home(bench.content.site.clone())).await);
    assert_eq!(home.title.as_str(), "Acme Freight");
    assert!(home.text.as_str().contains("We move goods across the straits."), "{}", home.text.as_str());
    let served_at = must(Url::parse(&home.url));
    assert_eq!((served_at.host_str(), served_at.path()), (Some(bench.content.site.as_str()), "/"));
    assert!(matches!(served_at.scheme(), "http" | "https"), "{served_at}");
}

/// An address without a page is `Refused(NotFound)`, not an error.
pub async fn absence_is_an_outcome(builder: &dyn FetcherBuilder) {
    let bench = Bench::new(builder).await;
    for request in [bench.page("/missing"), bench.sitemap("/missing.xml")] {
        assert_eq!(bench.refusal(&request).await.cause, RefusalCause::NotFound, "{request:?}");
    }
}

/// A page that robots.txt disallows is `Refused(RobotsDisallowed)`.
pub async fn robots_is_an_outcome(builder: &dyn FetcherBuilder) {
    let bench = Bench::new(builder).await;
    let cause = bench.refusal(&bench.page("/private/plans")).await.cause;
    assert_eq!(cause, RefusalCause::RobotsDisallowed);
    page(bench.fetch(&bench.page("/about")).await);
}

/// An address that is not public is `Refused(ForbiddenAddress)`.
pub async fn private_addresses_are_refused(builder: &dyn FetcherBuilder) {
    let bench = Bench::new(builder).await;
    for address in PRIVATE {
        let (site, url) = (bench.content.site.clone(), must(Url::parse(address)));
        for request in [FetchRequest::page(site.clone(), url.clone()), FetchRequest::sitemap(site, url)] {
            assert_eq!(bench.refusal(&request).await.cause, RefusalCause::ForbiddenAddress, "{address}");
        }
    }
}

/// An address of another registrable domain is `Refused(OffSite)`.
pub async fn off_site_is_refused(builder: &dyn FetcherBuilder) {
    let bench = Bench::new(builder).await;
    for address in ELSEWHERE {
        let (site, url) = (bench.content.site.clone(), must(Url::parse(address)));
        for request in [FetchRequest::page(site.clone(), url.clone()), FetchRequest::sitemap(site, url)] {
            assert_eq!(bench.refusal(&request).await.cause, RefusalCause::OffSite, "{address}");
        }
    }
}

/// The same answer gives the same page, apart from the time.
pub async fn same_bytes_same_page(builder: &dyn FetcherBuilder) {
    let (one, other) = (Bench::new(builder).await, Bench::new(builder).await);
    for path in ["/", "/about"] {
        let first = page(one.fetch(&one.page(path)).await);
        let expected = one.content.page(path).map(|page| page.title.as_str().to_owned());
        assert_eq!(Some(first.title.as_str().to_owned()), expected);
        for again in [one.fetch(&one.page(path)).await, other.fetch(&other.page(path)).await] {
            let mut again = page(again);
            again.fetched_at = first.fetched_at;
            assert_eq!(again, first, "{path}");
        }
    }
}

/// Without validators the outcome is never `NotModified`; with those of the current version it is, with others it is
/// the page. A source that knows no versions gives pages without validators.
pub async fn not_modified_needs_validators(builder: &dyn FetcherBuilder) {
    let bench = Bench::new(builder).await;
    let request = bench.page("/about");
    let first = page(bench.fetch(&request).await);
    assert_eq!(page(bench.fetch(&request).await).text, first.text, "asked again without validators");
    let strange = request.clone().with_validators(Validators::new(Some("\"another-version\""), None));
    assert_eq!(page(bench.fetch(&strange).await).text, first.text, "asked for another version");
    if let Some(current) = first.validators {
        let outcome = bench.fetch(&request.with_validators(current)).await;
        assert_eq!(outcome, FetchOutcome::NotModified);
    }
    let request = bench.sitemap("/sitemap.xml");
    let first = sitemap(bench.fetch(&request).await);
    assert_eq!(sitemap(bench.fetch(&request).await), first);
    if let Some(current) = first.validators {
        let outcome = bench.fetch(&request.with_validators(current)).await;
        assert_eq!(outcome, FetchOutcome::NotModified);
    }
}

/// A list of pages, a list of sitemaps and a plain text give their addresses, even when compressed.
pub async fn sitemap_is_listed(builder: &dyn FetcherBuilder) {
    let bench = Bench::new(builder).await;
    for path in ["/sitemap.xml", "/sitemap-index.xml", "/sitemap.txt", "/sitemap.xml.gz"] {
        same_list(&bench, path).await;
    }
}

/// Addresses of other sites are not in it.
pub async fn sitemap_keeps_to_its_site(builder: &dyn FetcherBuilder) {
    same_list(&Bench::new(builder).await, "/sitemap-mixed.xml").await;
}

async fn same_list(bench: &Bench, path: &str) {
    let found = sitemap(bench.fetch(&bench.sitemap(path)).await);
    let resource = bench.content.resources.iter().find(|resource| resource.path == path);
    let expected = sitemap(must(resource.ok_or("no such sitemap")).outcome.clone());
    assert!(!expected.entries.is_empty() || !expected.sitemaps.is_empty(), "{path}");
    assert_eq!(found.entries, expected.entries, "{path}");
    assert_eq!(found.sitemaps, expected.sitemaps, "{path}");
    assert!(!found.truncated, "{path}");
}

/// A document type declaration is `Refused(NotSitemap)`; no entity is expanded.
pub async fn sitemap_with_a_dtd_is_refused(builder: &dyn FetcherBuilder) {
    let bench = Bench::new(builder).await;
    let cause = bench.refusal(&bench.sitemap("/sitemap-dtd.xml")).await.cause;
    assert_eq!(cause, RefusalCause::NotSitemap);
}

/// A sitemap that robots.txt disallows is `Refused(RobotsDisallowed)`.
pub async fn sitemap_obeys_robots(builder: &dyn FetcherBuilder) {
    let bench = Bench::new(builder).await;
    let cause = bench.refusal(&bench.sitemap("/private/sitemap.xml")).await.cause;
    assert_eq!(cause, RefusalCause::RobotsDisallowed);
}

/// A deadline that has passed is `Refused(Timeout)`, even for pages fetched before; one ahead changes nothing.
pub async fn deadline_is_kept(builder: &dyn FetcherBuilder) {
    let bench = Bench::new(builder).await;
    for request in
        [FetchRequest::home(bench.content.site.clone()), bench.page("/about"), bench.sitemap("/sitemap.xml")]
    {
        let in_time = bench.fetch(&request.clone().with_deadline(at(3600))).await;
        assert!(!matches!(in_time, FetchOutcome::Refused(_)), "{in_time:?}");
        for late in [at(-1), at(0)] {
            let late = request.clone().with_deadline(late);
            assert_eq!(bench.refusal(&late).await.cause, RefusalCause::Timeout, "{late:?}");
        }
    }
}
