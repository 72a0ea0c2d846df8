//! robots.txt over HTTP.

use std::sync::Arc;
use std::time::Duration;

use icp_core::model::RefusalCause;
use tokio::time::Instant;

use crate::server::{Server, answer, fetcher, get, html, quick};

#[tokio::test]
async fn what_an_answer_for_robots_means() {
    for (status, cause) in [
        (500, Some(RefusalCause::RobotsUnreachable)),
        (503, Some(RefusalCause::RobotsUnreachable)),
        (401, None),
        (403, None),
        (404, None),
        (429, None),
    ] {
        let server = Server::start(move |seen| match seen.path.as_str() {
            "/robots.txt" => answer(status, "", "User-agent: *\nDisallow: /"),
            _ => html("<p>page</p>"),
        })
        .await;
        let fetched = get(&fetcher(&server, quick()), "http://acme.example/").await;
        assert_eq!(fetched.as_ref().err().map(|refusal| refusal.cause), cause, "{status}: {fetched:?}");
        assert_eq!(server.paths().contains(&"/".to_owned()), cause.is_none(), "{status}");
    }
}

#[tokio::test]
async fn redirects_of_robots_are_followed() {
    // Five redirects, the last to another host, and the rules count for the first host.
    let server = Server::start(|seen| match (seen.host.as_str(), seen.path.as_str()) {
        ("acme.example", "/robots.txt") => answer(301, "location: /r1", ""),
        (_, "/r1") => answer(302, "location: /r2", ""),
        (_, "/r2") => answer(303, "location: /r3", ""),
        (_, "/r3") => answer(307, "location: /r4", ""),
        (_, "/r4") => answer(308, "location: http://other.example/robots.txt", ""),
        ("other.example", "/robots.txt") => answer(200, "", "User-agent: *\nDisallow: /no"),
        _ => html("<p>page</p>"),
    })
    .await;
    let fetcher_ = fetcher(&server, quick());
    assert_eq!(
        get(&fetcher_, "http://acme.example/no").await.unwrap_err().cause,
        RefusalCause::RobotsDisallowed
    );
    assert!(get(&fetcher_, "http://acme.example/yes").await.is_ok());
    // More than five count as "no file".
    let server = Server::start(|seen| match seen.path.as_str() {
        path if path.starts_with("/robots.txt") => answer(302, &format!("location: {path}x"), ""),
        _ => html("<p>page</p>"),
    })
    .await;
    assert!(get(&fetcher(&server, quick()), "http://acme.example/").await.is_ok());
    assert_eq!(server.paths().len(), 7);
    // Nowhere private.
    let server = Server::start(|_| answer(302, "location: http://169.254.169.254/", "")).await;
    let refusal = get(&fetcher(&server, quick()), "http://acme.example/").await.unwrap_err();
    assert_eq!(refusal.cause, RefusalCause::ForbiddenAddress);
}

#[tokio::test]
async fn a_file_is_read_once_per_host() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/robots.txt" => answer(200, "", "User-agent: *\nDisallow: /no"),
        _ => html("<p>page</p>"),
    })
    .await;
    let fetcher = Arc::new(fetcher(&server, quick()));
    let mut running = tokio::task::JoinSet::new();
    for n in 0..40 {
        let fetcher = Arc::clone(&fetcher);
        running.spawn(async move {
            let host = if n % 2 == 0 { "acme.example" } else { "www.acme.example" };
            get(&*fetcher, &format!("http://{host}/{n}")).await.is_ok()
        });
    }
    while let Some(fetched) = running.join_next().await {
        assert!(fetched.unwrap());
    }
    let robots = server.paths().iter().filter(|path| *path == "/robots.txt").count();
    assert_eq!(robots, 2);
    assert_eq!(server.paths().len(), 42);
}

#[tokio::test]
async fn a_large_file_counts_up_to_the_limit() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/robots.txt" => {
            let filler = "# nothing to see here\n".repeat(30_000);
            answer(200, "", format!("User-agent: *\nDisallow: /early\n{filler}Disallow: /late\n"))
        }
        _ => html("<p>page</p>"),
    })
    .await;
    let fetcher = fetcher(&server, quick());
    let early = get(&fetcher, "http://acme.example/early").await.unwrap_err();
    assert_eq!(early.cause, RefusalCause::RobotsDisallowed);
    assert!(get(&fetcher, "http://acme.example/late").await.is_ok());
}

#[tokio::test]
async fn crawl_delay_is_honoured() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/robots.txt" => answer(200, "", "User-agent: *\nCrawl-delay: 0.2"),
        _ => html("<p>page</p>"),
    })
    .await;
    let config = quick().with_max_crawl_delay(Duration::from_secs(30));
    let fetcher = fetcher(&server, config);
    let began = Instant::now();
    for path in ["/1", "/2", "/3"] {
        get(&fetcher, &format!("http://acme.example{path}")).await.unwrap();
    }
    assert!(began.elapsed() >= Duration::from_millis(600), "three gaps of 200 ms, but {:?}", began.elapsed());
}

#[tokio::test]
async fn a_crawl_delay_past_the_limit_leaves_the_home_page() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/robots.txt" => answer(200, "", "User-agent: *\nCrawl-delay: 0.3"),
        "/" => answer(302, "location: /en", ""),
        _ => html("<p>page</p>"),
    })
    .await;
    let fetcher = fetcher(&server, quick().with_max_crawl_delay(Duration::from_millis(100)));
    assert_eq!(get(&fetcher, "http://acme.example/").await.unwrap().url, "http://acme.example/en");
    let refusal = get(&fetcher, "http://acme.example/about").await.unwrap_err();
    assert_eq!(refusal.cause, RefusalCause::CrawlDelay, "{}", refusal.detail);
    assert!(refusal.detail.contains("0.3 s") && refusal.detail.contains("0.1 s"), "{}", refusal.detail);
    assert_eq!(server.paths(), ["/robots.txt", "/", "/en"]);
}

#[tokio::test]
async fn pages_that_ask_not_to_be_quoted_are_not_kept() {
    let server = Server::start(|seen| match seen.path.as_str() {
        "/robots.txt" => answer(404, "", ""),
        "/meta" => html("<meta name=robots content='noindex, follow'><p>words</p>"),
        "/header" => answer(200, "content-type: text/html\nx-robots-tag: nosnippet", "<p>words</p>"),
        "/other" => answer(200, "content-type: text/html\nx-robots-tag: otherbot: noindex", "<p>words</p>"),
        _ => html("<meta name=otherbot content=noindex><p>words</p>"),
    })
    .await;
    let fetcher = fetcher(&server, quick());
    for path in ["meta", "header"] {
        let refusal = get(&fetcher, &format!("http://acme.example/{path}")).await.unwrap_err();
        assert_eq!(refusal.cause, RefusalCause::NotQuotable, "{path}: {}", refusal.detail);
    }
    for path in ["other", "plain"] {
        assert!(get(&fetcher, &format!("http://acme.example/{path}")).await.is_ok(), "{path}");
    }
}
