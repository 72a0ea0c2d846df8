//! Servers that are broken or mean: each ends within its limit, with its cause.

use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use icp_core::model::RefusalCause;
use icp_fetch::FetchConfig;
use tokio::time::Instant;

use crate::server::{Reply, Seen, Server, answer, fetcher, get, html, quick};

/// A server without robots.txt.
async fn without_robots(reply: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(move |seen| if seen.path == "/robots.txt" { answer(404, "", "") } else { reply(seen) })
        .await
}

/// Fetches the home page; returns the cause and the time it took.
async fn refused(server: &Server, config: FetchConfig) -> (RefusalCause, Duration) {
    let limit = config.page_timeout * (config.retries + 1) + Duration::from_secs(2);
    let fetcher = fetcher(server, config);
    let began = Instant::now();
    let refusal =
        tokio::time::timeout(limit, get(&fetcher, "http://acme.example/")).await.expect("within the limit");
    (refusal.expect_err("a refusal").cause, began.elapsed())
}

fn chunked(kind: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n{kind}transfer-encoding: chunked\r\n\r\n")
        .into_bytes()
}

fn one_try() -> FetchConfig {
    quick().with_retries(0_u32).with_page_timeout(Duration::from_millis(400))
}

#[tokio::test]
async fn errors_are_tried_twice() {
    let tries = AtomicUsize::new(0);
    let server = without_robots(move |_| match tries.fetch_add(1, Ordering::SeqCst) {
        0 => answer(500, "", ""),
        _ => html("<p>back</p>"),
    })
    .await;
    assert!(get(&fetcher(&server, quick()), "http://acme.example/").await.is_ok());
    let server = without_robots(|_| answer(502, "", "")).await;
    assert_eq!(refused(&server, quick()).await.0, RefusalCause::ServerError);
    assert_eq!(server.paths(), ["/robots.txt", "/", "/"]);
}

#[tokio::test]
async fn redirects_without_end() {
    let server = without_robots(|seen| answer(302, &format!("location: {}x", seen.path), "")).await;
    assert_eq!(refused(&server, quick()).await.0, RefusalCause::RedirectLimit);
    assert_eq!(server.paths().len(), 1 + 6, "the robots.txt, the page and five redirects");
    let server = without_robots(|_| answer(302, "location: /", "")).await;
    assert_eq!(refused(&server, quick()).await.0, RefusalCause::RedirectLimit);
    assert_eq!(server.paths().len(), 2);
    let server = without_robots(|_| answer(302, "", "")).await;
    assert_eq!(refused(&server, quick()).await.0, RefusalCause::Protocol);
}

#[tokio::test]
async fn a_gzip_bomb_stops_at_the_cap() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..200 {
        gzip.write_all(&zeros).unwrap();
    }
    let bomb = gzip.finish().unwrap();
    assert!(bomb.len() < 512 * 1024, "200 MiB in {} bytes", bomb.len());
    let server =
        without_robots(move |_| answer(200, "content-type: text/html\ncontent-encoding: gzip", &bomb)).await;
    let before = peak_memory();
    let config = one_try().with_page_timeout(Duration::from_secs(10)).with_max_body(4_usize << 20);
    assert_eq!(refused(&server, config).await.0, RefusalCause::TooLarge);
    if let (Some(before), Some(after)) = (before, peak_memory()) {
        // Other tests run beside this one; the bomb would be 200 MiB.
        assert!(after.saturating_sub(before) < 100 << 20, "grew by {} bytes", after - before);
    }
}

/// The most memory this process has had, where the system says so.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()? * 1024)
}

#[tokio::test]
async fn an_honest_gzip_is_read() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all("<p>Packed in Größe</p>".as_bytes()).unwrap();
    let body = gzip.finish().unwrap();
    let server =
        without_robots(move |_| answer(200, "content-type: text/html\ncontent-encoding: gzip", &body)).await;
    let page = get(&fetcher(&server, quick()), "http://acme.example/").await.unwrap();
    assert_eq!(page.text.as_str(), "Packed in Größe\n");
}

#[tokio::test]
async fn a_body_without_end() {
    let piece = [b"1000\r\n".to_vec(), vec![b'x'; 4096], b"\r\n".to_vec()].concat();
    let server = without_robots(move |_| Reply::Endless {
        head: chunked(""),
        piece: piece.clone(),
        pause: Duration::ZERO,
    })
    .await;
    assert_eq!(refused(&server, quick()).await.0, RefusalCause::TooLarge);
    // A size that is announced is refused unread.
    let server = without_robots(|_| {
        Reply::Bytes(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 99999999\r\n\r\n".to_vec(),
        )
    })
    .await;
    assert_eq!(refused(&server, quick()).await.0, RefusalCause::TooLarge);
}

#[tokio::test]
async fn a_body_that_drips() {
    let server = without_robots(|_| Reply::Endless {
        head: chunked(""),
        piece: b"1\r\nx\r\n".to_vec(),
        pause: Duration::from_millis(20),
    })
    .await;
    let (cause, took) = refused(&server, one_try()).await;
    assert_eq!(cause, RefusalCause::Timeout);
    assert!(took >= Duration::from_millis(400), "ended after {took:?}");
}

#[tokio::test]
async fn a_server_that_says_nothing() {
    let server = without_robots(|_| Reply::Silence).await;
    assert_eq!(refused(&server, one_try()).await.0, RefusalCause::Timeout);
    let server = Server::start(|_| Reply::Silence).await;
    assert_eq!(refused(&server, one_try()).await.0, RefusalCause::RobotsUnreachable);
}

#[tokio::test]
async fn nobody_listens() {
    let gone = Server::start(|_| Reply::Silence).await;
    let fetcher = {
        let fetcher = fetcher(&gone, quick());
        drop(gone);
        fetcher
    };
    // The listener closes when its task has ended.
    tokio::task::yield_now().await;
    let refusal = get(&fetcher, "http://acme.example/").await.unwrap_err();
    assert_eq!(refusal.cause, RefusalCause::ConnectFailure, "{}", refusal.detail);
}

#[tokio::test]
async fn what_is_not_http() {
    for noise in [
        &b"SSH-2.0-OpenSSH_9.6\r\n\r\n"[..],
        b"HTTP/1.1 abc\r\n\r\n",
        b"\0\0\0\0\0\0\0\0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nbad header line\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ] {
        let server = without_robots(move |_| Reply::Bytes(noise.to_vec())).await;
        let cause = refused(&server, one_try()).await.0;
        assert_eq!(cause, RefusalCause::Protocol, "{:?}", String::from_utf8_lossy(noise));
    }
    // An answer that stops before its end is a broken connection.
    for cut in [
        &b"HTTP/1.1 200"[..],
        b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 100\r\n\r\nabc",
    ] {
        let server = without_robots(move |_| Reply::Bytes(cut.to_vec())).await;
        let cause = refused(&server, one_try()).await.0;
        assert_eq!(cause, RefusalCause::ConnectFailure, "{:?}", String::from_utf8_lossy(cut));
    }
}

#[tokio::test]
async fn twenty_thousand_headers() {
    let head: String = (0..20_000).map(|n| format!("x-{n}: {n}\r\n")).collect();
    let bytes = format!("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n{head}\r\n<p>x").into_bytes();
    let server = without_robots(move |_| Reply::Bytes(bytes.clone())).await;
    assert_eq!(refused(&server, quick()).await.0, RefusalCause::Protocol);
}

#[tokio::test]
async fn what_is_not_a_page() {
    for (headers, body) in [
        ("content-type: application/pdf", &b"%PDF-1.7"[..]),
        ("content-type: image/png", b"\x89PNG"),
        ("content-type: application/json; charset=utf-8", b"{}"),
        ("", b"%PDF-1.7 text"),
        ("", b"\x00\x01\x02binary"),
    ] {
        let server = without_robots(move |_| answer(200, headers, body)).await;
        assert_eq!(refused(&server, quick()).await.0, RefusalCause::NotHtml, "{headers}");
    }
    for (headers, body) in
        [("", "<!doctype html><p>text"), ("content-type: text/plain", "text"), ("", "text")]
    {
        let server = without_robots(move |_| answer(200, headers, body)).await;
        let page = get(&fetcher(&server, quick()), "http://acme.example/").await.unwrap();
        assert_eq!(page.text.as_str(), "text\n");
    }
}

#[tokio::test]
async fn a_wrong_charset_does_not_lose_the_page() {
    let server =
        without_robots(|_| answer(200, "content-type: text/html; charset=utf-16", "<p>Größe</p>")).await;
    let page = get(&fetcher(&server, quick()), "http://acme.example/").await.unwrap();
    assert_eq!(page.text.as_str(), "Größe\n");
}

#[tokio::test]
async fn challenges_are_a_cause_of_their_own() {
    for reply in [
        ("cf-mitigated: challenge", 503, ""),
        ("content-type: text/html", 200, "<title>Just a moment...</title><p>Checking</p>"),
        ("content-type: text/html", 200, "<title>Attention Required! | Cloudflare</title>"),
    ] {
        let (headers, status, body) = reply;
        let server = without_robots(move |_| answer(status, headers, body)).await;
        assert_eq!(refused(&server, quick()).await.0, RefusalCause::Challenge, "{body}");
    }
    // A page of text with such a title is a page.
    let long = format!("<title>Security check services</title><p>{}</p>", "We guard offices. ".repeat(200));
    let server = without_robots(move |_| html(&long)).await;
    assert!(get(&fetcher(&server, quick()), "http://acme.example/").await.is_ok());
}
