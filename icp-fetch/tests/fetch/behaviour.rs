//! The bullets of the port, one test each under its name.

use std::sync::Arc;

use icp_core::ErrorKind;
use icp_core::model::{RefusalCause, Zone};
use icp_core::ports::Fetcher as _;
use icp_fetch::{HttpFetcher, WebSource};

use crate::server::{Server, Still, answer, fetcher, get, html, quick, site};

#[tokio::test]
async fn robots_is_an_outcome() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/robots.txt" => answer(200, "content-type: text/plain", "User-agent: icpbot\nDisallow: /private\n"),
        _ => html("<p>page</p>"),
    })
    .await;
    let fetcher = fetcher(&server, quick());
    let refusal = get(&fetcher, "http://acme.example/private/x").await.unwrap_err();
    assert_eq!(refusal.cause, RefusalCause::RobotsDisallowed);
    assert!(get(&fetcher, "http://acme.example/public").await.is_ok());
    assert_eq!(server.paths(), ["/robots.txt", "/public"]);
}

#[tokio::test]
async fn status_is_an_outcome() {
    let server = Server::start(|seen| match seen.path.trim_start_matches('/').parse() {
        Ok(status) => answer(status, "content-type: text/html", "<p>sorry</p>"),
        Err(_) => answer(404, "", ""),
    })
    .await;
    let fetcher = fetcher(&server, quick());
    for (status, cause) in [
        (401, RefusalCause::Blocked),
        (403, RefusalCause::Blocked),
        (407, RefusalCause::Blocked),
        (429, RefusalCause::Blocked),
        (451, RefusalCause::Blocked),
        (404, RefusalCause::NotFound),
        (410, RefusalCause::NotFound),
        (400, RefusalCause::ClientError),
        (418, RefusalCause::ClientError),
        (500, RefusalCause::ServerError),
        (503, RefusalCause::ServerError),
        (304, RefusalCause::Protocol),
    ] {
        let refusal = get(&fetcher, &format!("http://acme.example/{status}")).await.unwrap_err();
        assert_eq!(refusal.cause, cause, "{status}");
        assert!(refusal.detail.contains(&status.to_string()), "{}", refusal.detail);
    }
}

/// Ways to write addresses that are not public; `{port}` is the canary's.
const INTERNAL: [&str; 60] = [
    "http://127.0.0.1:{port}/",
    "http://127.1:{port}/",
    "http://127.0.1:{port}/",
    "http://127.255.255.254:{port}/",
    "http://2130706433:{port}/",
    "http://017700000001:{port}/",
    "http://0x7f000001:{port}/",
    "http://0x7F.0.0.1:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://0177.0.0.01:{port}/",
    "http://0x7f.1:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://127.0.0.0x1:{port}/",
    "http://①②⑦.⓪.⓪.①:{port}/",
    "http://127。0。0。1:{port}/",
    "http://127．0．0．1:{port}/",
    "http://１２７.0.0.1:{port}/",
    "http://%31%32%37.0.0.1:{port}/",
    "http://0:{port}/",
    "http://0.0.0.0:{port}/",
    "http://0.1.2.3:{port}/",
    "http://[::ffff:0:127.0.0.1]:{port}/",
    "http:\\\\127.0.0.1:{port}/",
    "http:///127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\\@acme.example/",
    "http://127.0.0.1:{port}#@acme.example/",
    "http://127.0.0.1:{port}?@acme.example/",
    "http://acme.example@127.0.0.1:{port}/",
    "http://user:pw@127.0.0.1:{port}/",
    "https://127.0.0.1:{port}/",
    "HTTP://127.0.0.1:{port}/",
    "http://[::1]:{port}/",
    "http://[::]:{port}/",
    "http://[0:0:0:0:0:0:0:1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://[64:ff9b::127.0.0.1]:{port}/",
    "http://[64:ff9b:1::1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://[2001:0:7f00:1::]:{port}/",
    "http://[fe80::1]:{port}/",
    "http://[fc00::1]:{port}/",
    "http://[fd00:ec2::254]:{port}/",
    "http://[ff02::1]:{port}/",
    "http://[fec0::1]:{port}/",
    "http://[100::1]:{port}/",
    "http://[2001:db8::1]:{port}/",
    "http://10.0.0.1:{port}/",
    "http://172.16.0.1:{port}/",
    "http://172.31.255.255:{port}/",
    "http://192.168.1.1:{port}/",
    "http://169.254.169.254:{port}/latest/meta-data/",
    "http://100.64.0.1:{port}/",
    "http://198.18.0.1:{port}/",
    "http://255.255.255.255:{port}/",
    "http://localhost:{port}/",
    "http://localhost.:{port}/",
    "http://metadata.google.internal:{port}/",
];

#[tokio::test]
async fn private_addresses_are_refused() {
    let canary = Server::start(|_| html("secret")).await;
    let port = canary.address.port();
    let spellings: Vec<String> =
        INTERNAL.iter().map(|way| way.replace("{port}", &port.to_string())).collect();
    let ways = spellings.clone();
    let server = Server::start(move |seen| match seen.path.trim_start_matches('/').parse::<usize>() {
        Ok(way) => answer(302, &format!("location: {}", ways[way]), ""),
        Err(_) => answer(404, "", ""),
    })
    .await;
    // The ports are opened so that nothing but the address can be the reason.
    let config = quick().with_ports((1..=u16::MAX).collect::<Vec<u16>>());
    let internet = HttpFetcher::new(config, WebSource::Internet, Arc::new(Still)).unwrap();
    let loopback = fetcher(&server, quick());
    for (way, spelling) in spellings.iter().enumerate() {
        let refusal = get(&internet, spelling).await.unwrap_err();
        assert_eq!(refusal.cause, RefusalCause::ForbiddenAddress, "{spelling}: {}", refusal.detail);
        // As the target of a redirect, the port may be the first reason found.
        let refusal = get(&loopback, &format!("http://acme.example/{way}")).await.unwrap_err();
        assert_eq!(refusal.cause, RefusalCause::ForbiddenAddress, "{spelling}: {}", refusal.detail);
    }
    assert_eq!(canary.connections(), 0, "an internal address was contacted");
    assert_eq!(server.connections(), spellings.len() as u64 + 1);
}

#[tokio::test]
async fn addresses_of_no_web_are_refused() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/file" => answer(302, "location: file:///etc/passwd", ""),
        "/gopher" => answer(302, "location: gopher://acme.example/", ""),
        "/ssh" => answer(302, "location: http://acme.example:22/", ""),
        "/other-port" => answer(302, "location: http://acme.example:8080/", ""),
        "/user" => answer(302, "location: http://user@acme.example/", ""),
        _ => answer(404, "", ""),
    })
    .await;
    let fetcher = fetcher(&server, quick());
    for way in ["file", "gopher", "ssh", "other-port", "user"] {
        let refusal = get(&fetcher, &format!("http://acme.example/{way}")).await.unwrap_err();
        assert_eq!(refusal.cause, RefusalCause::ForbiddenUrl, "{way}: {}", refusal.detail);
    }
}

#[tokio::test]
async fn off_site_is_refused() {
    let server = Server::start(|seen| match (seen.host.as_str(), seen.path.as_str()) {
        (_, "/robots.txt") => answer(404, "", ""),
        ("acme.example", "/away") => answer(301, "location: http://other.example/", ""),
        ("acme.example", "/lookalike") => answer(301, "location: http://acme.example.evil.example/", ""),
        ("acme.example", "/") => answer(301, "location: //shop.acme.example/home", ""),
        (_, _) => html("<p>here</p>"),
    })
    .await;
    let fetcher = fetcher(&server, quick());
    for way in ["away", "lookalike"] {
        let refusal = get(&fetcher, &format!("http://acme.example/{way}")).await.unwrap_err();
        assert_eq!(refusal.cause, RefusalCause::OffSite, "{way}");
    }
    assert!(server.seen().iter().all(|seen| seen.host == "acme.example"));
    // Another host of the same organisation is the same site.
    let page = get(&fetcher, "http://acme.example/").await.unwrap();
    assert_eq!(page.url, "http://shop.acme.example/home");
}

#[tokio::test]
async fn same_bytes_same_page() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/robots.txt" => answer(404, "", ""),
        _ => answer(
            200,
            "content-type: text/html; charset=utf-8\nserver: nginx\nset-cookie: sid=1; path=/\nset-cookie: a=2\ncf-ray: 123",
            "<html lang=en><title>Acme</title><h1>Freight</h1><a href='/about#us'>About</a><script src=/a.js></script>",
        ),
    })
    .await;
    let fetcher = fetcher(&server, quick());
    let page = get(&fetcher, "http://acme.example/#top").await.unwrap();
    assert_eq!(page, get(&fetcher, "https://acme.example/").await.unwrap());
    assert_eq!(page.url, "http://acme.example/");
    assert_eq!(page.title.as_str(), "Acme");
    assert_eq!(page.language.as_deref(), Some("en"));
    assert_eq!(page.links[0].url, "http://acme.example/about");
    let headers: Vec<&str> = page.zone(Zone::HttpHeader).map(|(_, text)| text).collect();
    assert_eq!(headers, ["cf-ray: present", "server: nginx", "set-cookie: a", "set-cookie: sid"]);
    assert_eq!(server.paths().iter().filter(|path| *path == "/robots.txt").count(), 1);
}

#[tokio::test]
async fn home_is_the_front_page_of_the_web_at_hand() {
    let server = Server::start(|_| html("<h1>Acme</h1>")).await;
    let request = icp_core::ports::FetchRequest::home(site());
    match fetcher(&server, quick()).fetch(&request).await.unwrap() {
        icp_core::ports::FetchOutcome::Page(page) => assert_eq!(page.url, "http://acme.example/"),
        other => panic!("{other:?}"),
    }
    let late = request.with_deadline(icp_core::model::Timestamp::from_micros(-1));
    match fetcher(&server, quick()).fetch(&late).await.unwrap() {
        icp_core::ports::FetchOutcome::Refused(refusal) => assert_eq!(refusal.cause, RefusalCause::Timeout),
        other => panic!("{other:?}"),
    }
}

#[test]
fn only_this_machine_can_play_the_web() {
    for server in ["10.0.0.1:80", "93.184.216.34:80", "0.0.0.0:80", "[fe80::1]:80", "[::ffff:127.0.0.1]:80"] {
        let made = HttpFetcher::new(quick(), WebSource::Loopback(server.parse().unwrap()), Arc::new(Still));
        assert_eq!(made.unwrap_err().kind(), ErrorKind::Invalid, "{server}");
    }
}

#[tokio::test]
async fn aggregators_are_no_companys_site() {
    let server = Server::start(|_| html("profile")).await;
    let fetcher = fetcher(&server, quick());
    for host in [
        "linkedin.com",
        "sg.linkedin.com",
        "facebook.com",
        "shopee.sg",
        "lazada.com.my",
        "recordowl.com",
        "x.com",
    ] {
        let site = host.parse().unwrap();
        let request = icp_core::ports::FetchRequest::home(site);
        match fetcher.fetch(&request).await.unwrap() {
            icp_core::ports::FetchOutcome::Refused(refusal) => {
                assert_eq!(refusal.cause, RefusalCause::Aggregator, "{host}")
            }
            _ => panic!("{host} was read"),
        }
    }
    assert_eq!(server.connections(), 0);
}

/// A proxy would connect in our place, past every check of addresses. The variables must stand before the process
/// starts, so another test of this file is run again under them.
#[tokio::test]
async fn proxy_variables_are_ignored() {
    let canary = Server::start(|_| html("proxied")).await;
    let proxy = format!("http://{}", canary.address);
    let child = tokio::task::spawn_blocking(move || {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child
            .args(["--exact", "behaviour::same_bytes_same_page"])
            .env_remove("NO_PROXY")
            .env_remove("no_proxy");
        for variable in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
            child.env(variable, &proxy);
        }
        child.output().unwrap()
    });
    let output = child.await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    assert_eq!(canary.connections(), 0);
}

/// Two refusals in a row end a host; so does a `Retry-After` that is too long to wait for. Then nothing is sent.
#[tokio::test]
async fn a_host_that_turns_us_away_is_left_alone() {
    let server = Server::start(|seen| match (seen.host.as_str(), seen.path.as_str()) {
        (_, "/robots.txt") => answer(404, "", ""),
        ("busy.acme.example", _) => answer(503, "retry-after: 600", ""),
        ("www.acme.example", _) => html("<p>page</p>"),
        _ => answer(403, "", ""),
    })
    .await;
    let fetcher = fetcher(&server, quick().with_max_blocks(2_u32));
    for path in ["1", "2", "3", "4"] {
        let refusal = get(&fetcher, &format!("http://acme.example/{path}")).await.unwrap_err();
        assert_eq!(refusal.cause, RefusalCause::Blocked, "{path}");
        assert_eq!(refusal.retry_after.is_some(), path > "2", "{path}: {}", refusal.detail);
    }
    assert_eq!(server.paths(), ["/robots.txt", "/1", "/2"]);
    let refusal = get(&fetcher, "http://busy.acme.example/1").await.unwrap_err();
    assert_eq!((refusal.cause, refusal.retry_after.unwrap().as_secs()), (RefusalCause::ServerError, 600));
    let refusal = get(&fetcher, "http://busy.acme.example/2").await.unwrap_err();
    assert_eq!(refusal.cause, RefusalCause::Blocked);
    assert!(refusal.retry_after.unwrap().as_secs() > 590);
    assert_eq!(server.paths().len(), 5);
    // Another host of the site is another matter.
    assert!(get(&fetcher, "http://www.acme.example/").await.is_ok());
}

#[tokio::test]
async fn a_crawl_has_a_pacing_certificate() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/robots.txt" => answer(404, "", ""),
        _ => html("<p>page</p>"),
    })
    .await;
    let config = quick().with_min_delay(std::time::Duration::from_millis(30)).with_latency_factor(2_u32);
    let fetcher = fetcher(&server, config);
    for url in ["http://acme.example/1", "http://acme.example/2", "http://www.acme.example/3"] {
        get(&fetcher, url).await.unwrap();
    }
    let certificate = fetcher.pacing(&site(), icp_core::model::Timestamp::from_micros(0)).await;
    let requests: Vec<_> =
        certificate.hosts.iter().map(|log| (log.host.as_str(), log.requests.len())).collect();
    assert_eq!(requests, [("acme.example", 3), ("www.acme.example", 2)]);
    assert_eq!(certificate.verify(), Ok(()));
    // The same requests did not keep a longer delay.
    let strict = icp_core::pace::PacingCertificate::new(
        certificate.rules.with_min_delay_ms(60_000).with_max_delay_ms(60_000),
        certificate.hosts.clone(),
    );
    assert_eq!(strict.verify().unwrap_err().request, 1);
    assert!(
        fetcher
            .pacing(&"other.example".parse().unwrap(), certificate.hosts[0].requests[0].started)
            .await
            .hosts
            .is_empty()
    );
}
