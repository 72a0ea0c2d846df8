//! robots.txt over HTTP, and Google's own examples where they are at hand.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use icp_core::model::RefusalCause;
use serde_json::Value;
use tokio::time::Instant;
use url::{Position, Url};

use crate::server::{Server, answer, fetcher, get, html, quick};
use crate::support::data;

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

/// Google's test calls. Where this crate answers otherwise, the category says why, and the count is fixed.
#[test]
fn google_cases() {
    let Some(path) = data("robots/google_cases.jsonl") else {
        return;
    };
    let mut differences: BTreeMap<&str, usize> = BTreeMap::new();
    let mut calls = 0;
    let text = std::fs::read_to_string(path).unwrap();
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| case[key].as_str().unwrap();
        let url = text("url");
        // Google matches the raw path; take it as it stands, without the `url` crate's normalisation.
        let path = Url::parse(url).map_or_else(
            |_| url.to_owned(),
            |parsed| {
                let after = url.split_once("://").map_or(url, |(_, rest)| rest);
                after
                    .find('/')
                    .map_or_else(|| parsed[Position::BeforePath..].to_owned(), |at| after[at..].to_owned())
            },
        );
        let robots = robotxt::Robots::parse(text("robots").as_bytes(), text("ua"));
        calls += 1;
        if robots.is_allowed(&path) != case["allowed"].as_bool().unwrap() {
            *differences.entry(text_of(text("test"))).or_default() += 1;
        }
    }
    println!("{calls} calls, differences: {differences:?}");
    assert_eq!(calls, 145);
    let known: BTreeMap<&str, usize> = [
        // Google takes `User-agent: Foo Bar` for `Foo`, and an agent's name up to its first character that is no
        // letter; RFC 9309 compares whole product tokens.
        ("an agent's name up to the first space", 8),
        // Google's `Allow: /dir/index.html` also allows `/dir/`; the RFC has no such rule.
        ("index.html is its directory", 1),
        // Google cuts lines at 16 KiB; the RFC limits the file, not the line.
        ("lines of more than 16 KiB", 2),
        // Google does not decode `%62%61%7A` in a rule, RFC 9309 section 2.2.2 does; and its URLs are raw UTF-8.
        ("percent-encoding", 3),
    ]
    .into();
    assert_eq!(differences, known);
}

fn text_of(test: &str) -> &'static str {
    match test {
        "ID_UserAgentValueCaseInsensitive"
        | "GoogleOnly_AcceptUserAgentUpToFirstSpace"
        | "ID_LineSyntax_Groups" => "an agent's name up to the first space",
        "GoogleOnly_IndexHTMLisDirectory" => "index.html is its directory",
        "GoogleOnly_LineTooLong" => "lines of more than 16 KiB",
        "ID_Encoding" | "GoogleOnly_DocumentationChecks" => "percent-encoding",
        _ => "something new",
    }
}
