//! The server of the sample web, over real sockets.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::time::Duration;

use icp_testkit::sample::{SampleWeb, sites};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

/// Sends bytes and reads until the server closes.
async fn exchange(web: &SampleWeb, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(web.addr()).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    // A reset is also a way to hang up.
    let _ = stream.read_to_end(&mut answer).await;
    answer
}

struct Got {
    status: u16,
    head: String,
    body: Vec<u8>,
}

async fn ask(web: &SampleWeb, method: &str, host: &str, path: &str, more: &str) -> Got {
    let request = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}\r\n");
    split(&exchange(web, request.as_bytes()).await)
}

fn split(answer: &[u8]) -> Got {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").expect("a whole head");
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Got { status, head, body: answer[end + 4..].to_vec() }
}

async fn get(web: &SampleWeb, host: &str, path: &str) -> Got {
    ask(web, "GET", host, path, "").await
}

#[tokio::test]
async fn every_page_is_served_byte_for_byte() {
    let web = SampleWeb::start().await.unwrap();
    for site in sites().iter().filter(|site| site.host() != "goldentamarind.example") {
        for path in site.paths() {
            let got = get(&web, site.host(), path).await;
            assert_eq!(got.status, 200, "{}{path}", site.host());
            assert_eq!(Some(got.body), site.body(path), "{}{path}", site.host());
        }
        assert_eq!(web.hits(site.host()), site.paths().count());
    }
}

#[tokio::test]
async fn hosts_are_told_apart_and_unknown_ones_refused() {
    let web = SampleWeb::start().await.unwrap();
    assert!(get(&web, "northpier.example", "/").await.body.starts_with(b"<!doctype"));
    assert_eq!(get(&web, "WWW.Northpier.Example:8080", "/about").await.status, 200);
    assert_eq!(get(&web, "nowhere.example", "/").await.status, 421);
    assert_eq!(get(&web, "northpier.example", "/nothing-here").await.status, 404);
    assert_eq!(get(&web, "northpier.example", "/../about").await.status, 404);
    assert_eq!(web.hits("northpier.example"), 4);
    assert_eq!(web.hits("nowhere.example"), 1);
    let log = web.log();
    assert_eq!(log[1].path, "/about");
    assert_eq!(log.iter().map(|hit| hit.status).collect::<Vec<_>>(), [200, 200, 421, 404, 404]);
}

#[tokio::test]
async fn a_proxy_request_names_its_host_in_the_target() {
    let web = SampleWeb::start().await.unwrap();
    let answer = exchange(
        &web,
        b"GET http://kinrei.example/about?x=1 HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n",
    )
    .await;
    assert_eq!(split(&answer).status, 200);
    assert_eq!(web.hits("kinrei.example"), 1);
}

#[tokio::test]
async fn head_has_no_body_and_post_is_refused() {
    let web = SampleWeb::start().await.unwrap();
    let full = get(&web, "vantek.example", "/tooling").await;
    let head = ask(&web, "HEAD", "vantek.example", "/tooling", "").await;
    assert_eq!(head.status, 200);
    assert!(head.body.is_empty());
    assert_eq!(head.head, full.head, "the same head as GET, length included");
    assert!(head.head.contains(&format!("Content-Length: {}", full.body.len())));
    let post = ask(&web, "POST", "vantek.example", "/tooling", "Content-Length: 0\r\n").await;
    assert_eq!(post.status, 405);
}

#[tokio::test]
async fn an_unchanged_page_is_not_sent_again() {
    let web = SampleWeb::start().await.unwrap();
    let first = get(&web, "saltfield.example", "/catch").await;
    let tag = first.head.lines().find_map(|line| line.strip_prefix("ETag: ")).unwrap().to_owned();
    let again = ask(&web, "GET", "saltfield.example", "/catch", &format!("If-None-Match: {tag}\r\n")).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    let other = ask(&web, "GET", "saltfield.example", "/about", &format!("If-None-Match: {tag}\r\n")).await;
    assert_eq!(other.status, 200);
}

#[tokio::test]
async fn obstacles_stand_where_they_should() {
    let web = SampleWeb::start().await.unwrap();

    let robots = get(&web, "harrowtide.example", "/robots.txt").await;
    assert_eq!(robots.status, 200);
    assert!(String::from_utf8(robots.body).unwrap().contains("User-agent: *\nDisallow: /\n"));

    let moved = get(&web, "saltfield.example", "/certificates").await;
    assert_eq!(moved.status, 301);
    assert!(moved.head.contains("Location: /quality"));

    for path in ["/", "/robots.txt"] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: bluequay.example\r\n\r\n");
        assert!(exchange(&web, request.as_bytes()).await.is_empty(), "closed without an answer");
    }
    assert_eq!(web.hits("bluequay.example"), 2);
    assert!(web.log().iter().filter(|hit| hit.host == "bluequay.example").all(|hit| hit.status == 0));

    let before = Instant::now();
    assert_eq!(get(&web, "goldentamarind.example", "/").await.status, 200);
    assert!(before.elapsed() >= Duration::from_millis(300));

    let latin = get(&web, "petitmarche.example", "/").await;
    assert!(latin.head.contains("Content-Type: text/html\r\n"), "only the page says which characters");
    assert!(String::from_utf8(latin.body.clone()).is_err());
    assert!(latin.body.windows(5).any(|window| window == b"Cr\xe8me"));
}

#[tokio::test]
async fn a_connection_serves_several_requests_also_pipelined() {
    let web = SampleWeb::start().await.unwrap();
    let answer = exchange(
        &web,
        b"GET /about HTTP/1.1\r\nHost: kinrei.example\r\n\r\nHEAD / HTTP/1.1\r\nHost: kinrei.example\r\n\r\n\
          GET /medical HTTP/1.1\r\nHost: kinrei.example\r\nConnection: close\r\n\r\n",
    )
    .await;
    let text = String::from_utf8(answer).unwrap();
    assert_eq!(text.matches("HTTP/1.1 200 OK\r\n").count(), 3);
    assert!(text.contains("About Kinrei") && text.contains("Medical components"));
}

#[tokio::test]
async fn nonsense_does_not_stop_the_server() {
    let web = SampleWeb::start().await.unwrap();
    let long = format!("GET /{} HTTP/1.1\r\n", "a".repeat(40_000));
    let nonsense: [&[u8]; 8] = [
        b"",
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"get / HTTP/1.1\r\nHost: kinrei.example\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\xff\xfe\x00\x01\r\n\r\n",
        long.as_bytes(),
    ];
    for bytes in nonsense {
        let mut stream = TcpStream::connect(web.addr()).await.unwrap();
        let _ = stream.write_all(bytes).await;
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        assert!(
            answer.is_empty() || answer.starts_with(b"HTTP/1.1 400 "),
            "{:?}",
            &bytes[..bytes.len().min(30)]
        );
    }
    assert_eq!(get(&web, "kinrei.example", "/").await.status, 200);
    assert_eq!(web.log().len(), 1, "nonsense is no request");
}

#[tokio::test]
async fn requests_at_one_time_are_counted_by_host() {
    let web = SampleWeb::start().await.unwrap();
    let (a, b, c) = tokio::join!(
        get(&web, "goldentamarind.example", "/"),
        get(&web, "goldentamarind.example", "/careers"),
        get(&web, "goldentamarind.example", "/terms"),
    );
    assert_eq!((a.status, b.status, c.status), (200, 200, 200));
    assert_eq!(web.peak("goldentamarind.example"), 3);
    assert_eq!(web.peak("kinrei.example"), 0);
}

#[tokio::test]
async fn dropping_the_web_closes_its_port_and_connections() {
    let web = SampleWeb::start().await.unwrap();
    let addr = web.addr();
    let mut open = TcpStream::connect(addr).await.unwrap();
    open.write_all(b"GET / HTTP/1.1\r\nHost: kinrei.example\r\n\r\n").await.unwrap();
    let mut first = [0u8; 15];
    open.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200 OK");
    drop(web);
    let mut rest = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(5), open.read_to_end(&mut rest))
        .await
        .expect("the connection ends with the server");
    assert!(TcpStream::connect(addr).await.is_err());
}
