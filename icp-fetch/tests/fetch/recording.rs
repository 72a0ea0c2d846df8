//! A recorded crawl replays with the same outcomes, without its servers.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use icp_core::model::{RefusalCause, Timestamp, Validators};
use icp_core::ports::{Clock, FetchOutcome, FetchRequest, Fetcher};
use icp_fetch::{HttpFetcher, ReplayFetcher, WebSource};
use url::Url;

use crate::server::{Reply, Server, answer, html, quick, site};

/// Goes on by a second whenever it is asked.
#[derive(Debug, Default)]
struct Ticking(AtomicI64);

#[async_trait::async_trait]
impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(1_700_000_000_000_000 + 1_000_001 * self.0.fetch_add(1, Ordering::SeqCst))
    }

    async fn sleep(&self, _: Duration) {}
}

fn page(path: &str) -> FetchRequest {
    FetchRequest::page(site(), Url::parse("http://acme.example").unwrap().join(path).unwrap())
}

/// Questions with all kinds of outcomes.
fn questions() -> Vec<FetchRequest> {
    let mut all: Vec<_> = [
        "/", "/moved", "/away", "/inside", "/none", "/later", "/broken", "/private", "/large", "/pdf",
        "/noise", "/cookies", "/zipped", "/shy", "/shy", "/", "/",
    ]
    .iter()
    .map(|path| page(path))
    .collect();
    all.push(FetchRequest::sitemap(site(), "http://acme.example/sitemap.xml".parse().unwrap()));
    all.push(FetchRequest::home("other.example".parse().unwrap()));
    all.push(FetchRequest::home("shut.example".parse().unwrap()));
    // The second refusal ends its host, and the third question is not asked.
    all.extend((0..3).map(|_| FetchRequest::home("blocked.example".parse().unwrap())));
    all.push(page("/cookies").with_validators(Validators::new(Some("\"v1\""), None)));
    all.push(page("/cookies").with_validators(Validators::new(Some("\"v0\""), None)));
    all
}

async fn server() -> Server {
    let (later, shy) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let mut gzip = flate2::bufread::GzEncoder::new(&b"<p>Packed"[..], flate2::Compression::fast());
    let mut zipped = Vec::new();
    gzip.read_to_end(&mut zipped).unwrap();
    let large = "x".repeat(100_000);
    Server::start(move |seen| match (seen.host.as_str(), seen.path.as_str()) {
        ("shut.example", _) => answer(503, "retry-after: 700", ""),
        ("blocked.example", "/") => answer(403, "", ""),
        ("other.example", "/robots.txt") => answer(404, "", ""),
        (_, "/robots.txt") => answer(200, "", "User-agent: *\nDisallow: /private\n"),
        (_, "/moved") => answer(301, "location: /", ""),
        (_, "/away") => answer(302, "location: http://elsewhere.example/", ""),
        (_, "/inside") => answer(302, "location: http://127.0.0.1/secret", ""),
        (_, "/none") => answer(404, "", ""),
        (_, "/later") if later.fetch_add(1, Ordering::SeqCst) == 0 => answer(500, "", ""),
        (_, "/shy") if shy.fetch_add(1, Ordering::SeqCst) == 0 => html("<p>once"),
        (_, "/shy") => answer(410, "", ""),
        (_, "/broken") => Reply::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc".to_vec()),
        (_, "/large") => html(&large),
        (_, "/pdf") => answer(200, "content-type: application/pdf", "%PDF"),
        (_, "/noise") => Reply::Bytes(b"SSH-2.0-x\r\n\r\n".to_vec()),
        (_, "/zipped") => answer(200, "content-type: text/html\ncontent-encoding: gzip", &zipped),
        (_, "/cookies") => answer(
            200,
            "content-type: text/html\nset-cookie: PHPSESSID=s3cret; path=/\nset-cookie: who=jane\netag: \"v1\"\n\
             authentication-info: s3cret\nserver: Größe\nx-powered-by: PHP/8.3",
            "<p>ok\r\n\r\n\0",
        ),
        (_, "/sitemap.xml") => answer(200, "", "http://acme.example/a\nhttp://acme.example/b\n"),
        _ => html("<p>home"),
    })
    .await
}

async fn outcomes(fetcher: &dyn Fetcher) -> Vec<FetchOutcome> {
    let mut outcomes = Vec::new();
    for question in questions() {
        outcomes.push(fetcher.fetch(&question).await.unwrap());
    }
    outcomes
}

async fn record(path: &Path) -> Vec<FetchOutcome> {
    let server = server().await;
    let web = WebSource::Loopback(server.address);
    let fetcher = HttpFetcher::new(quick(), web, Arc::new(Ticking::default())).unwrap();
    outcomes(&fetcher.recording_to(path).unwrap()).await
}

#[tokio::test]
async fn a_replay_has_the_same_outcomes() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["crawl.warc", "crawl.warc.gz"] {
        let path = dir.path().join(name);
        let recorded = record(&path).await;
        let pages = recorded.iter().filter(|outcome| matches!(outcome, FetchOutcome::Page(_))).count();
        assert!(pages >= 8, "{pages} pages");
        assert!(recorded.contains(&FetchOutcome::NotModified));
        let replay = ReplayFetcher::open(&path, quick(), Arc::new(Ticking::default())).unwrap();
        let replayed = outcomes(&replay).await;
        for ((question, recorded), replayed) in questions().iter().zip(&recorded).zip(&replayed) {
            assert_eq!(recorded, replayed, "{question:?}");
        }
    }
}

#[tokio::test]
async fn nothing_that_lets_somebody_in_is_recorded() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("crawl.warc");
    record(&path).await;
    let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
    assert!(!text.contains("s3cret") && !text.contains("jane"));
    assert!(text.contains("set-cookie: PHPSESSID=\r\n"), "the name of a cookie tells its software");
    for sign in
        ["WARC/1.1\r\nWARC-Type: warcinfo", "GET /moved HTTP/1.1\r\nhost: acme.example", "outcome: not_html"]
    {
        assert!(text.contains(sign), "{sign}");
    }
}

#[tokio::test]
async fn what_ended_at_its_deadline_ends_so_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("crawl.warc");
    let server = Server::start(|seen| match seen.path.as_str() {
        "/robots.txt" => answer(404, "", ""),
        _ => Reply::Silence,
    })
    .await;
    let clock = Arc::new(crate::support::Still);
    let fetcher = HttpFetcher::new(quick(), WebSource::Loopback(server.address), clock.clone()).unwrap();
    let fetcher = fetcher.recording_to(&path).unwrap();
    let soon = clock.now().plus(Duration::from_millis(200));
    let recorded = fetcher.fetch(&page("/").with_deadline(soon)).await.unwrap();
    let replay = ReplayFetcher::open(&path, quick(), clock).unwrap();
    assert_eq!(replay.fetch(&page("/").with_deadline(soon)).await.unwrap(), recorded);
    // So does what was never asked.
    for outcome in [recorded, replay.fetch(&page("/new")).await.unwrap()] {
        let FetchOutcome::Refused(refusal) = outcome else { panic!("{outcome:?}") };
        assert_eq!(refusal.cause, RefusalCause::Timeout);
    }
}

#[tokio::test]
async fn files_that_cannot_be_used_are_told_apart() {
    use icp_core::ErrorKind;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("crawl.warc");
    record(&path).await;
    let clock = || Arc::new(Ticking::default());
    let open =
        |path: &Path| ReplayFetcher::open(path, quick(), clock()).map(drop).map_err(|error| error.kind());
    assert_eq!(open(&path), Ok(()));
    assert_eq!(open(&dir.path().join("none")), Err(ErrorKind::NotFound));
    assert!(!dir.path().join("none").exists());
    let again = HttpFetcher::new(quick(), WebSource::Internet, clock()).unwrap().recording_to(&path);
    assert_eq!(again.map(drop).unwrap_err().kind(), ErrorKind::Conflict);
    // A recording whose writer died is one of what it had.
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() - 100]).unwrap();
    assert_eq!(open(&path), Ok(()));
    let mut damaged = whole.clone();
    let at = whole.windows(7).position(|bytes| bytes == b"<p>once").unwrap();
    damaged[at + 3] ^= 1;
    std::fs::write(&path, damaged).unwrap();
    assert_eq!(open(&path), Err(ErrorKind::Corrupt));
    std::fs::write(&path, "").unwrap();
    assert_eq!(open(&path), Err(ErrorKind::Invalid));
}
