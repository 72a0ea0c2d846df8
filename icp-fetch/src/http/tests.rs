//! Cases that need a resolver of their own: names that lead inside, and the ways to a site.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use icp_core::model::{Page, Timestamp};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

#[derive(Debug)]
struct Still;

#[async_trait]
impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(0)
    }

    async fn sleep(&self, _: Duration) {}
}

/// Answers each question for a name with the next of its answers, the last one again and again.
#[derive(Debug, Default)]
struct Script {
    answers: BTreeMap<&'static str, Vec<Vec<SocketAddr>>>,
    asked: Mutex<BTreeMap<String, usize>>,
}

impl Script {
    fn name(mut self, name: &'static str, answers: &[&[&str]]) -> Self {
        let parse = |answer: &&[&str]| answer.iter().map(|address| address.parse().unwrap()).collect();
        self.answers.insert(name, answers.iter().map(parse).collect());
        self
    }
}

#[async_trait]
impl Lookup for Script {
    async fn lookup(&self, name: &str) -> io::Result<Vec<SocketAddr>> {
        let mut asked = self.asked.lock().unwrap();
        let count = asked.entry(name.to_owned()).or_default();
        *count += 1;
        let answers = self.answers.get(name).ok_or_else(|| io::Error::other("no such name"))?;
        Ok(answers[(*count - 1).min(answers.len() - 1)].clone())
    }
}

/// A server that counts connections and answers every request with the same bytes.
async fn server(answer: &'static str) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let hits = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&hits);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let mut head = [0; 2048];
            let _ = stream.read(&mut head).await;
            let text = if head.starts_with(b"GET /robots.txt") {
                "HTTP/1.1 404 No\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            } else {
                answer
            };
            let _ = stream.write_all(text.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    (address, hits)
}

fn over(lookup: Script, exempt: Option<SocketAddr>) -> HttpFetcher {
    let config = FetchConfig {
        min_delay: Duration::ZERO,
        page_timeout: Duration::from_secs(2),
        ports: (1..=u16::MAX).collect(),
        ..FetchConfig::default()
    };
    HttpFetcher::over(config, Arc::new(lookup), exempt, false, Arc::new(Still)).unwrap()
}

async fn get(fetcher: &HttpFetcher, url: &str) -> std::result::Result<Page, Refusal> {
    let request = FetchRequest::page("acme.example".parse().unwrap(), Url::parse(url).unwrap());
    match fetcher.fetch(&request).await.unwrap() {
        FetchOutcome::Page(page) => Ok(*page),
        FetchOutcome::Refused(refusal) => Err(refusal),
        other => panic!("{other:?}"),
    }
}

mod vectors;

const PAGE: &str =
    "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/html\r\ncontent-length: 5\r\n\r\n<p>ok";

#[tokio::test]
async fn names_that_lead_inside_are_not_contacted() {
    let (canary, hits) = server(PAGE).await;
    let port = canary.port();
    let lookup = Script::default()
        .name("a.acme.example", &[&["127.0.0.1:0"]])
        .name("b.acme.example", &[&["93.184.216.34:0", "127.0.0.1:0"]])
        .name("c.acme.example", &[&["[::1]:0", "[2606:4700::1]:0"]])
        .name("d.acme.example", &[&["[::ffff:127.0.0.1]:0"]])
        .name("e.acme.example", &[&["169.254.169.254:0"]]);
    let fetcher = over(lookup, None);
    for host in ["a", "b", "c", "d", "e"] {
        let refusal = get(&fetcher, &format!("http://{host}.acme.example:{port}/")).await.unwrap_err();
        assert_eq!(refusal.cause, RefusalCause::ForbiddenAddress, "{host}: {}", refusal.detail);
    }
    let refusal = get(&fetcher, &format!("http://none.acme.example:{port}/")).await.unwrap_err();
    assert_eq!(refusal.cause, RefusalCause::DnsFailure);
    assert_eq!(hits.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_name_that_changes_its_mind_is_not_followed() {
    let (good, _) =
        server("HTTP/1.1 302 X\r\nconnection: close\r\nlocation: /next\r\ncontent-length: 0\r\n\r\n").await;
    let (canary, hits) = server(PAGE).await;
    let (good_text, canary_text) = (good.to_string(), canary.to_string());
    // The first two answers (robots.txt and page) are the good server, then it rebinds to the canary.
    let lookup = Script::default()
        .name("acme.example", &[&[good_text.as_str()], &[good_text.as_str()], &[canary_text.as_str()]]);
    let fetcher = over(lookup, Some(good));
    let refusal = get(&fetcher, "http://acme.example/").await.unwrap_err();
    assert_eq!(refusal.cause, RefusalCause::ForbiddenAddress, "{}", refusal.detail);
    assert_eq!(hits.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_redirect_to_a_name_that_leads_inside_is_not_followed() {
    let (canary, hits) = server(PAGE).await;
    let location = format!(
        "HTTP/1.1 302 X\r\nconnection: close\r\nlocation: http://db.acme.example:{}/\r\ncontent-length: 0\r\n\r\n",
        canary.port()
    );
    let (good, _) = server(location.leak()).await;
    let good_text = good.to_string();
    let lookup = Script::default()
        .name("acme.example", &[&[good_text.as_str()]])
        .name("db.acme.example", &[&["127.0.0.1:0"]]);
    let refusal = get(&over(lookup, Some(good)), "http://acme.example/").await.unwrap_err();
    assert_eq!(refusal.cause, RefusalCause::ForbiddenAddress, "{}", refusal.detail);
    assert_eq!(hits.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn http_is_tried_where_https_cannot_be_had() {
    // The server speaks no TLS.
    let (good, _) = server(PAGE).await;
    let good_text = good.to_string();
    let lookup = Script::default().name("acme.example", &[&[good_text.as_str()]]);
    let fetcher = over(lookup, Some(good));
    let request = FetchRequest::home("acme.example".parse().unwrap());
    let FetchOutcome::Page(page) = fetcher.fetch(&request).await.unwrap() else { panic!("no page") };
    assert_eq!(page.url, "http://acme.example/");
}

#[tokio::test]
async fn www_is_tried_where_the_bare_name_is_none() {
    let (good, _) = server(PAGE).await;
    let good_text = good.to_string();
    let lookup = Script::default().name("www.acme.example", &[&[good_text.as_str()]]);
    let fetcher = over(lookup, Some(good));
    assert_eq!(get(&fetcher, "https://acme.example/x").await.unwrap().url, "http://www.acme.example/x");
    // A host that is not the site's own bare name has no such second way.
    let refusal = get(&fetcher, "https://shop.acme.example/").await.unwrap_err();
    assert_eq!(refusal.cause, RefusalCause::DnsFailure);
}

#[tokio::test]
async fn broken_tls_is_told_apart() {
    let (good, _) = server(PAGE).await;
    let good_text = format!("127.0.0.1:{}", good.port());
    let lookup = Script::default().name("acme.example", &[&[good_text.as_str()]]);
    let fetcher = over(lookup, Some(good));
    // With a port of its own there is no second way, and the cause is plain.
    let refusal = get(&fetcher, &format!("https://acme.example:{}/", good.port())).await.unwrap_err();
    assert_eq!(refusal.cause, RefusalCause::TlsFailure, "{}", refusal.detail);
}

#[tokio::test(start_paused = true)]
async fn rules_are_forgotten_after_their_time() {
    let fetcher = over(Script::default(), None);
    let url = Url::parse("http://acme.example/").unwrap();
    let Rules::Closed(first) = fetcher.rules(&url).await else { panic!("a name that is none has rules") };
    assert_eq!(first.cause, RefusalCause::DnsFailure);
    *fetcher.robots.lock("http://acme.example", |_| false).await =
        Some(Cached { rules: Rules::none(), until: Instant::now() + Duration::from_secs(60) });
    assert!(matches!(fetcher.rules(&url).await, Rules::Known(_)));
    tokio::time::advance(Duration::from_secs(61)).await;
    assert!(matches!(fetcher.rules(&url).await, Rules::Closed(_)));
}
