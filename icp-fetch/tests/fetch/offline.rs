//! Saved sites.

use std::fs;
use std::sync::Arc;

use icp_core::ErrorKind;
use icp_core::model::RefusalCause;
use icp_fetch::OfflineFetcher;
use tempfile::TempDir;

use crate::support::{Still, get};

fn saved(files: &[(&str, &str)]) -> (TempDir, OfflineFetcher) {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("web");
    fs::create_dir(&root).unwrap();
    fs::write(dir.path().join("secret.html"), "<p>secret</p>").unwrap();
    for (name, text) in files {
        let file = root.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    let fetcher = OfflineFetcher::new(&root, Arc::new(Still)).unwrap();
    (dir, fetcher)
}

#[tokio::test]
async fn addresses_to_files() {
    let (_dir, fetcher) = saved(&[
        ("acme.example/index.html", "home"),
        ("acme.example/about.html", "about"),
        ("acme.example/jobs/index.html", "jobs"),
        ("acme.example/jobs?team=it.html", "it jobs"),
        ("acme.example/uns/über.html", "over"),
        ("acme.example/notes.txt", "<plain>"),
        ("shop.acme.example/index.html", "shop"),
    ]);
    for (url, text) in [
        ("https://acme.example/", "home"),
        ("https://acme.example", "home"),
        ("http://acme.example/#top", "home"),
        ("https://www.acme.example/", "home"),
        ("https://acme.example/index.html", "home"),
        ("https://acme.example/?utm=1", "home"),
        ("https://acme.example/about", "about"),
        ("https://acme.example/about/", "about"),
        ("https://acme.example/about.html", "about"),
        ("https://acme.example/jobs", "jobs"),
        ("https://acme.example/jobs?team=it", "it jobs"),
        ("https://acme.example/jobs?team=hr", "jobs"),
        ("https://acme.example/uns/%C3%BCber", "over"),
        ("https://acme.example/notes.txt", "<plain>"),
        ("https://shop.acme.example/", "shop"),
    ] {
        let page = get(&fetcher, url).await.unwrap_or_else(|refusal| panic!("{url}: {refusal:?}"));
        assert_eq!(page.text.as_str(), format!("{text}\n"), "{url}");
    }
}

#[tokio::test]
async fn the_same_rules_as_over_http() {
    let (_dir, fetcher) = saved(&[
        ("acme.example/index.html", "home"),
        ("acme.example/robots.txt", "User-agent: *\nDisallow: /private"),
        ("acme.example/private/x.html", "no"),
        ("acme.example/logo", "\u{1}\u{2}"),
    ]);
    for (url, cause) in [
        ("https://acme.example/private/x", RefusalCause::RobotsDisallowed),
        ("https://acme.example/missing", RefusalCause::NotFound),
        ("https://acme.example/logo", RefusalCause::NotHtml),
        ("https://new.acme.example/", RefusalCause::DnsFailure),
        ("https://other.example/", RefusalCause::OffSite),
        ("http://127.0.0.1/", RefusalCause::ForbiddenAddress),
        ("https://acme.example:8443/", RefusalCause::ForbiddenUrl),
        ("ftp://acme.example/", RefusalCause::ForbiddenUrl),
    ] {
        let refusal = get(&fetcher, url).await.unwrap_err();
        assert_eq!(refusal.cause, cause, "{url}: {}", refusal.detail);
    }
    assert_eq!(get(&fetcher, "https://acme.example/").await, get(&fetcher, "https://acme.example/").await);
}

#[tokio::test]
async fn nothing_outside_is_read() {
    let (dir, fetcher) = saved(&[("acme.example/index.html", "home"), ("other.example/index.html", "other")]);
    for path in [
        "../secret.html",
        "../../secret",
        "..%2f..%2fsecret.html",
        "%2e%2e/%2e%2e/secret.html",
        "%2e%2e%2f%2e%2e%2fsecret",
        "..%5c..%5csecret.html",
        "%2fetc%2fpasswd",
        "/etc/passwd",
        "..%00/secret",
        "../other.example/index.html",
        "..%2fother.example",
        "?../../secret",
        "?/../../../secret",
    ] {
        let fetched = get(&fetcher, &format!("https://acme.example/{path}")).await;
        let text = fetched.map(|page| page.text.into_string());
        assert!(!matches!(&text, Ok(text) if text != "home\n"), "{path}: {text:?}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        let root = dir.path().join("web");
        symlink(dir.path().join("secret.html"), root.join("acme.example/link.html")).unwrap();
        symlink(dir.path(), root.join("acme.example/up")).unwrap();
        symlink(dir.path(), root.join("away.acme.example")).unwrap();
        symlink(&root, root.join("self.acme.example")).unwrap();
        for (url, cause) in [
            ("https://acme.example/link", RefusalCause::NotFound),
            ("https://acme.example/up/secret", RefusalCause::NotFound),
            ("https://away.acme.example/secret", RefusalCause::DnsFailure),
            ("https://self.acme.example/other.example/", RefusalCause::DnsFailure),
        ] {
            assert_eq!(get(&fetcher, url).await.unwrap_err().cause, cause, "{url}");
        }
    }
}

#[test]
fn a_directory_is_needed() {
    let dir = tempfile::tempdir().unwrap();
    let made = OfflineFetcher::new(dir.path().join("none"), Arc::new(Still));
    assert_eq!(made.unwrap_err().kind(), ErrorKind::NotFound);
}
