//! The rules of a [`Fetcher`] that asks servers: one function per rule, named as in the trait's documentation.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use icp_core::model::{RefusalCause, Timestamp, Validators};
use icp_core::ports::{Clock, FetchOutcome, FetchRequest, Fetcher};
use url::Url;

use super::{ELSEWHERE, PRIVATE, WebAnswer, WebContent, WebRequest, WebServer, clock, page, refusal};
use crate::fixture::{at, domain, must};

/// Makes fetchers to test that ask a server. Every case asks for a new one.
#[async_trait]
pub trait ServerFetcherBuilder: Send + Sync {
    /// A fetcher for which this server plays every host, over plain http; without pauses between requests, and with no
    /// limit of time below ten seconds.
    async fn build(&self, server: SocketAddr, clock: Arc<dyn Clock>) -> Arc<dyn Fetcher>;
}

/// Emits one `#[tokio::test]` for each case, against fetchers of a
/// [`ServerFetcherBuilder`](crate::fetcher::servers).
///
/// ```no_run
/// # use icp_testkit::fetcher::servers::ServerFetcherBuilder;
/// # use icp_core::ports::{Clock, Fetcher};
/// # use std::{net::SocketAddr, sync::Arc};
/// struct Mine;
/// #[async_trait::async_trait]
/// impl ServerFetcherBuilder for Mine {
///     async fn build(&self, server: SocketAddr, clock: Arc<dyn Clock>) -> Arc<dyn Fetcher> {
///         // Yours, told that `server` is the whole web. This one refuses everything and would fail every case.
///         Arc::new(icp_core::memory::NoWeb)
///     }
/// }
/// icp_testkit::server_fetcher_conformance!(Mine);
/// ```
#[macro_export]
macro_rules! server_fetcher_conformance {
    (@list $then:ident $args:tt) => {
        $crate::server_fetcher_conformance! { @$then $args
            refused_requests_are_not_sent
            status_is_an_outcome
            redirects_are_checked
            broken_robots_close_the_site
            validators_are_kept
            retry_after_is_said
            slow_answers_end_at_the_deadline
        }
    };
    (@names () $($case:ident)*) => { &[$(stringify!($case)),*] };
    (@tests ($builder:expr) $($case:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                $crate::fetcher::servers::$case(&$builder).await;
            }
        )*
    };
    ($builder:expr) => { $crate::server_fetcher_conformance!(@list tests ($builder)); };
}

/// The names of all cases of fetchers that ask servers.
pub const CASES: &[&str] = crate::server_fetcher_conformance!(@list names ());

/// A server and a fetcher of it, at second 0.
struct Bench {
    server: WebServer,
    fetcher: Arc<dyn Fetcher>,
}

impl Bench {
    /// A server without robots.txt.
    async fn open(
        builder: &dyn ServerFetcherBuilder,
        answer: impl Fn(&WebRequest) -> WebAnswer + Send + Sync + 'static,
    ) -> Self {
        let server = WebServer::start(move |request| match request.path.as_str() {
            "/robots.txt" => WebAnswer::status(404),
            _ => answer(request),
        });
        Self::of(builder, must(server.await)).await
    }

    async fn of(builder: &dyn ServerFetcherBuilder, server: WebServer) -> Self {
        let fetcher = builder.build(server.addr(), clock()).await;
        Self { server, fetcher }
    }

    async fn fetch(&self, request: &FetchRequest) -> FetchOutcome {
        must(self.fetcher.fetch(request).await)
    }

    /// Paths asked for, without robots.txt.
    fn paths(&self) -> Vec<String> {
        let paths = self.server.requests().into_iter().map(|request| request.path);
        paths.filter(|path| path != "/robots.txt").collect()
    }
}

fn request(path: &str) -> FetchRequest {
    FetchRequest::page(domain("acme.example"), must(Url::parse(&format!("http://acme.example{path}"))))
}

/// Requests that robots.txt disallows, that are off the site, not public or past their deadline reach no server.
pub async fn refused_requests_are_not_sent(builder: &dyn ServerFetcherBuilder) {
    let content = WebContent::small();
    let bench = Bench::of(builder, must(WebServer::of(&content).await)).await;
    for address in PRIVATE.iter().chain(&ELSEWHERE) {
        let request = FetchRequest::page(content.site.clone(), must(Url::parse(address)));
        refusal(bench.fetch(&request).await);
    }
    refusal(bench.fetch(&request("/about").with_deadline(at(-1))).await);
    assert_eq!(bench.server.requests(), [], "not even for a robots.txt");
    refusal(bench.fetch(&request("/private/plans")).await);
    assert_eq!(bench.paths(), [""; 0]);
    page(bench.fetch(&request("/about")).await);
    assert_eq!(bench.paths(), ["/about"]);
}

/// 403, 404 and 500 are refusals with their own causes.
pub async fn status_is_an_outcome(builder: &dyn ServerFetcherBuilder) {
    let bench = Bench::open(builder, |request| {
        WebAnswer::status(request.path.trim_start_matches('/').parse().unwrap_or(404))
    })
    .await;
    for (path, cause) in [
        ("/403", RefusalCause::Blocked),
        ("/404", RefusalCause::NotFound),
        ("/500", RefusalCause::ServerError),
    ] {
        assert_eq!(refusal(bench.fetch(&request(path)).await).cause, cause, "{path}");
    }
}

/// A redirect to another registrable domain is `Refused(OffSite)`, one to an address that is not public
/// `Refused(ForbiddenAddress)`; neither is followed.
pub async fn redirects_are_checked(builder: &dyn ServerFetcherBuilder) {
    let canary = must(WebServer::start(|_| WebAnswer::html("<p>secret")).await);
    let inside = format!("http://{}/", canary.addr());
    let bench = Bench::open(builder, move |request| {
        let to = match request.path.as_str() {
            "/away" => "http://other.example/",
            "/inside" => "http://169.254.169.254/",
            "/canary" => inside.as_str(),
            "/moved" => "/here",
            _ => return WebAnswer::html("<h1>Here</h1>"),
        };
        WebAnswer::status(302).with_header("location", to)
    })
    .await;
    for (path, cause) in [
        ("/away", RefusalCause::OffSite),
        ("/inside", RefusalCause::ForbiddenAddress),
        ("/canary", RefusalCause::ForbiddenAddress),
    ] {
        assert_eq!(refusal(bench.fetch(&request(path)).await).cause, cause, "{path}");
    }
    assert_eq!(bench.paths(), ["/away", "/inside", "/canary"]);
    assert_eq!(canary.requests(), []);
    assert_eq!(page(bench.fetch(&request("/moved")).await).url, "http://acme.example/here");
}

/// A robots.txt that ends in 5xx is `Refused(RobotsUnreachable)`, and the page is not requested.
pub async fn broken_robots_close_the_site(builder: &dyn ServerFetcherBuilder) {
    let server = WebServer::start(|request| match request.path.as_str() {
        "/robots.txt" => WebAnswer::status(500),
        _ => WebAnswer::html("<p>page"),
    });
    let bench = Bench::of(builder, must(server.await)).await;
    let refused = refusal(bench.fetch(&request("/about")).await);
    assert_eq!(refused.cause, RefusalCause::RobotsUnreachable, "{}", refused.detail);
    assert_eq!(bench.paths(), [""; 0]);
}

/// A page carries the `ETag` and `Last-Modified` of its answer, and a request with them sends them back.
pub async fn validators_are_kept(builder: &dyn ServerFetcherBuilder) {
    const TAG: &str = "W/\"v1\"";
    const TIME: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    let bench = Bench::open(builder, |_| {
        WebAnswer::html("<p>page").with_header("etag", TAG).with_header("last-modified", TIME)
    })
    .await;
    let marks = page(bench.fetch(&request("/about")).await).validators;
    assert_eq!(marks, Validators::new(Some(TAG), Some(TIME)));
    bench.fetch(&request("/about").with_validators(marks)).await;
    let sent: Vec<[Option<String>; 2]> = bench
        .server
        .requests()
        .into_iter()
        .filter(|request| request.path == "/about")
        .map(|request| ["if-none-match", "if-modified-since"].map(|name| request.headers.get(name).cloned()))
        .collect();
    assert_eq!(sent, [[None, None], [Some(TAG.to_owned()), Some(TIME.to_owned())]]);
}

/// The `Retry-After` of a 429 or 503, seconds or a date, is in the refusal.
pub async fn retry_after_is_said(builder: &dyn ServerFetcherBuilder) {
    // A minute after second 0.
    const DATE: &str = "Thu, 28 May 2026 20:27:40 GMT";
    debug_assert_eq!(at(60), must("2026-05-28T20:27:40Z".parse::<Timestamp>()));
    for (path, seconds) in
        [("/seconds", Some(120)), ("/date", Some(60)), ("/nonsense", None), ("/nothing", None)]
    {
        // A fetcher of its own for each, since a polite one keeps to what it was told.
        let bench = Bench::open(builder, |request| {
            let (status, after) = match request.path.as_str() {
                "/seconds" => (429, "120"),
                "/date" => (503, DATE),
                "/nonsense" => (429, "soon"),
                _ => return WebAnswer::status(429),
            };
            WebAnswer::status(status).with_header("retry-after", after)
        })
        .await;
        let refused = refusal(bench.fetch(&request(path)).await);
        assert_eq!(refused.retry_after, seconds.map(Duration::from_secs), "{path}");
    }
}

/// An answer that is not there at the deadline is `Refused(Timeout)`.
pub async fn slow_answers_end_at_the_deadline(builder: &dyn ServerFetcherBuilder) {
    let bench = Bench::open(builder, |_| WebAnswer::silence()).await;
    let deadline = Timestamp::from_micros(at(0).as_micros() + 250_000);
    let request = request("/about").with_deadline(deadline);
    // Well before the fetcher's own limits.
    let outcome = tokio::time::timeout(Duration::from_secs(8), bench.fetch(&request)).await;
    assert_eq!(refusal(must(outcome)).cause, RefusalCause::Timeout);
}
