//! Pages of earlier crawls are used again when their sites permit it, and never otherwise.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use icp_core::model::{Page, Refusal, RefusalCause, Timestamp};
use icp_core::ports::{Clock, FetchOutcome, FetchRequest, Fetcher};
use icp_fetch::{FetchConfig, HttpFetcher, WebSource};
use url::Url;

use crate::server::{Reply, Seen, Server, answer, get, html, quick, site};

/// Stands still until it is moved.
#[derive(Debug, Default)]
struct Hand(AtomicI64);

impl Hand {
    fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

#[async_trait::async_trait]
impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(1_700_000_000_000_000 + self.0.load(Ordering::SeqCst))
    }

    async fn sleep(&self, _: Duration) {}
}

/// A server with a cache and a clock.
struct Place {
    server: Server,
    dir: tempfile::TempDir,
    clock: Arc<Hand>,
}

impl Place {
    async fn new(reply: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let server =
            Server::start(
                move |seen| if seen.path == "/robots.txt" { answer(404, "", "") } else { reply(seen) },
            );
        Self { server: server.await, dir: tempfile::tempdir().unwrap(), clock: Arc::default() }
    }

    /// A fetcher of a new crawl.
    fn crawl(&self, config: FetchConfig) -> HttpFetcher {
        let web = WebSource::Loopback(self.server.address);
        HttpFetcher::new(config, web, self.clock.clone())
            .unwrap()
            .caching_in(self.dir.path(), 1 << 20)
            .unwrap()
    }

    async fn get(&self) -> Result<Page, Refusal> {
        get(&self.crawl(quick()), "http://acme.example/").await
    }

    /// How often the page was asked for.
    fn asked(&self) -> usize {
        self.server.paths().iter().filter(|path| *path == "/").count()
    }

    fn files(&self) -> usize {
        files(self.dir.path())
    }
}

fn files(dir: &Path) -> usize {
    std::fs::read_dir(dir).unwrap().count()
}

#[tokio::test]
async fn a_page_is_used_unasked_for_as_long_as_its_site_says() {
    let place = Place::new(|_| {
        answer(200, "content-type: text/html\ncache-control: max-age=60\nserver: nginx", "<h1>Acme</h1>")
    })
    .await;
    let first = place.get().await.unwrap();
    place.clock.forward(59);
    assert_eq!(place.get().await.unwrap(), first, "with the time at which it was read");
    assert_eq!(place.asked(), 1);
    place.clock.forward(1);
    assert_ne!(place.get().await.unwrap().fetched_at, first.fetched_at);
    assert_eq!(place.asked(), 2);
    // Another agent may be told something else.
    get(&place.crawl(quick().with_user_agent("other/1")), "http://acme.example/").await.unwrap();
    assert_eq!(place.asked(), 3);
}

#[tokio::test]
async fn a_stale_page_is_asked_about() {
    let asked = AtomicUsize::new(0);
    let place = Place::new(move |_| match asked.fetch_add(1, Ordering::SeqCst) {
        0 => answer(200, "content-type: text/html\netag: \"v1\"\nserver: nginx", "<h1>Acme</h1>"),
        1 => answer(304, "etag: \"v1\"\ncache-control: max-age=60", ""),
        _ => answer(200, "content-type: text/html\netag: \"v2\"", "<h1>New</h1>"),
    })
    .await;
    let first = place.get().await.unwrap();
    place.clock.forward(10);
    let same = place.get().await.unwrap();
    assert_eq!((same.text.as_str(), &same.validators), (first.text.as_str(), &first.validators));
    assert_eq!(same.fetched_at, place.clock.now(), "it is as new as the answer that it has not changed");
    place.clock.forward(59);
    place.get().await.unwrap();
    assert_eq!(place.asked(), 2, "the second answer made it fresh for a minute");
    // Whoever has this version already is told so, unasked.
    let page = FetchRequest::page(site(), Url::parse("http://acme.example/").unwrap());
    let known = page.with_validators(first.validators.clone());
    assert_eq!(place.crawl(quick()).fetch(&known).await.unwrap(), FetchOutcome::NotModified);
    assert_eq!(place.asked(), 2);
    place.clock.forward(1);
    assert_eq!(place.get().await.unwrap().text.as_str(), "New\n");
}

#[tokio::test]
async fn what_is_not_for_everybody_is_not_kept() {
    let fresh = "content-type: text/html\netag: \"v1\"\n";
    for (status, headers, body) in [
        (200, "cache-control: private, max-age=60", "<p>x"),
        (200, "cache-control: no-store", "<p>x"),
        (200, "cache-control: max-age=60\nset-cookie: a=b", "<p>x"),
        (403, "cache-control: max-age=60", "<p>x"),
        (404, "cache-control: max-age=60", "<p>x"),
        (200, "cache-control: max-age=60", "<title>Just a moment...</title>"),
    ] {
        let all = format!("{fresh}{headers}");
        let place = Place::new(move |_| answer(status, &all, body)).await;
        let first = place.get().await.is_ok();
        assert_eq!(place.files(), 0, "{headers}");
        assert_eq!(place.get().await.is_ok(), first);
        assert_eq!(place.asked(), 2, "{headers}");
    }
    // Nothing says that this one could be used again.
    let place = Place::new(|_| html("<p>x")).await;
    place.get().await.unwrap();
    assert_eq!(place.files(), 0);
}

#[tokio::test]
async fn a_site_that_refuses_is_not_read_from_memory() {
    for (status, kept) in [(403, 0), (404, 0), (503, 1)] {
        let asked = AtomicUsize::new(0);
        let place = Place::new(move |_| match asked.fetch_add(1, Ordering::SeqCst) {
            0 => answer(200, "content-type: text/html\netag: \"v1\"", "<p>x"),
            _ => answer(status, "", ""),
        })
        .await;
        place.get().await.unwrap();
        assert_eq!(place.files(), 1);
        assert!(place.get().await.is_err(), "{status}");
        assert_eq!(place.files(), kept, "{status}");
    }
    // Rules of robots.txt count for kept pages too.
    let dir = tempfile::tempdir().unwrap();
    let read = AtomicUsize::new(0);
    let server = Server::start(move |seen| match seen.path.as_str() {
        "/robots.txt" if read.fetch_add(1, Ordering::SeqCst) == 0 => answer(404, "", ""),
        "/robots.txt" => answer(200, "cache-control: max-age=60", "User-agent: *\nDisallow: /"),
        _ => answer(200, "content-type: text/html\ncache-control: max-age=600", "<p>x"),
    })
    .await;
    let mut causes = Vec::new();
    for _ in 0..2 {
        let web = WebSource::Loopback(server.address);
        let fetcher = HttpFetcher::new(quick(), web, Arc::new(Hand::default())).unwrap();
        let fetcher = fetcher.caching_in(dir.path(), 1 << 20).unwrap();
        causes.push(get(&fetcher, "http://acme.example/").await.err().map(|refusal| refusal.cause));
    }
    assert_eq!(causes, [None, Some(RefusalCause::RobotsDisallowed)]);
    assert_eq!(files(dir.path()), 1, "robots.txt files are not kept here");
}

#[tokio::test]
async fn damage_and_odd_headers_cost_a_request_and_no_more() {
    let place =
        Place::new(|_| answer(200, "content-type: text/html\ncache-control: max-age=60", "<p>x")).await;
    let first = place.get().await.unwrap();
    let file = std::fs::read_dir(place.dir.path()).unwrap().next().unwrap().unwrap().path();
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(place.get().await.unwrap(), first);
    assert_eq!(place.asked(), 2);
    for odd in [
        "cache-control: max-age=18446744073709551615",
        "cache-control: max-age=-1, max-age=9",
        "cache-control: s-maxage=99999999999999999999999999",
        "cache-control: \"\"=,,;=\" , stale-while-revalidate=18446744073709551615",
        "expires: Thu, 99 Foo 99999 99:99:99 GMT",
        "expires: Fri, 31 Dec 9999 23:59:59 GMT",
        "date: Thu, 01 Jan 0001 00:00:00 GMT\nexpires: 0",
        "age: 18446744073709551615\ncache-control: max-age=60",
        "age: x\nvary: *\ncache-control: max-age=60",
        "last-modified: Fri, 31 Dec 9999 23:59:59 GMT\ncache-control: public",
        "warning: 113 - \"x\"\nconnection: a, b, \"\ncache-control: immutable",
    ] {
        let all = format!("content-type: text/html\netag: W/\"\"\n{odd}");
        let place = Place::new(move |_| answer(200, &all, "<p>x")).await;
        let first = place.get().await.unwrap();
        place.clock.forward(1);
        assert_eq!(place.get().await.unwrap().text, first.text, "{odd}");
    }
}
