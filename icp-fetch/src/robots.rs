//! The rules of a site: its robots.txt, and what it means when there is none to read.

mod delay;
mod google;
mod txt;

use std::time::Duration;

use icp_core::model::{Refusal, RefusalCause};
use url::Url;

pub use txt::{RobotsMode, RobotsTxt};

/// An origin's robots.txt, as far as it is known.
#[derive(Clone, Debug)]
pub(crate) enum Rules {
    /// Its rules for us.
    Known(RobotsTxt),
    /// It could not be read, so nothing is allowed.
    Closed(Refusal),
}

impl Rules {
    /// There is none: everything is allowed.
    pub(crate) fn none() -> Self {
        Self::Known(RobotsTxt::none())
    }

    /// Reads a file.
    pub(crate) fn parse(body: &[u8], token: &str, mode: RobotsMode) -> Self {
        Self::Known(RobotsTxt::parse(body, token, mode))
    }

    /// Whether an address may be asked. `is_home` says that it is the site's front page, which is all that is read where
    /// the crawl-delay is longer than `patience`.
    pub(crate) fn check(&self, url: &Url, is_home: bool, patience: Duration) -> Result<(), Refusal> {
        let checked = self.judge(url).and_then(|()| self.check_delay(is_home, patience));
        let cause = checked.as_ref().err().map(|refusal| refusal.cause.as_str());
        tracing::debug!(allowed = cause.is_none(), cause, "robots.txt");
        checked
    }

    fn judge(&self, url: &Url) -> Result<(), Refusal> {
        match self {
            Self::Closed(refusal) => Err(refusal.clone()),
            Self::Known(robots) if robots.allows_url(url) => Ok(()),
            Self::Known(robots) => {
                let rule = robots.rule_for(url);
                let detail = format!("robots.txt says `Disallow: {rule}` for `{}`", robots.agent());
                Err(Refusal::new(RefusalCause::RobotsDisallowed, detail))
            }
        }
    }

    fn check_delay(&self, is_home: bool, patience: Duration) -> Result<(), Refusal> {
        match self.crawl_delay().filter(|delay| !is_home && *delay > patience) {
            None => Ok(()),
            Some(delay) => {
                let (delay, patience) = (delay.as_secs_f64(), patience.as_secs_f64());
                let detail = format!(
                    "robots.txt asks for {delay} s between requests, more than the {patience} s that are waited for: \
                     only the home page is read"
                );
                Err(Refusal::new(RefusalCause::CrawlDelay, detail))
            }
        }
    }

    /// The crawl-delay it asks for.
    pub(crate) fn crawl_delay(&self) -> Option<Duration> {
        match self {
            Self::Known(robots) => robots.crawl_delay(),
            Self::Closed(_) => None,
        }
    }

    /// The meaning of a failure to get the file. Where no server can or may be reached, the failure itself says more;
    /// the rest is "unreachable" in the sense of RFC 9309, section 2.3.1.4.
    pub(crate) fn closed(failure: Refusal) -> Self {
        Self::Closed(match failure.cause {
            RefusalCause::DnsFailure
            | RefusalCause::ConnectFailure
            | RefusalCause::TlsFailure
            | RefusalCause::ForbiddenAddress => failure,
            _ => Refusal::new(
                RefusalCause::RobotsUnreachable,
                format!("robots.txt could not be read: {}", failure.detail),
            )
            .with_retry_after(failure.retry_after),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(robots: &[u8], path: &str) -> bool {
        let url = Url::parse("http://a.example").unwrap().join(path).unwrap();
        Rules::parse(robots, "icpbot", RobotsMode::Rfc9309).check(&url, false, Duration::MAX).is_ok()
    }

    #[test]
    fn the_rules_of_rfc_9309() {
        // Section 2.2.1: groups of the same name are one; the name is matched without case; `*` is the fallback.
        let groups = b"User-Agent: other\nDisallow: /\n\nuser-agent: ICPBOT\ndisallow: /a\n\nUser-agent: *\nDisallow: /\n\nUser-agent: icpbot\nDisallow: /b\n";
        assert!(!allowed(groups, "/a") && !allowed(groups, "/b") && allowed(groups, "/c"));
        // Section 2.2.2: the longest match wins, and allow wins a tie.
        let longest = b"User-agent: *\nDisallow: /shop\nAllow: /shop/open\nDisallow: /tie\nAllow: /tie\n";
        assert!(!allowed(longest, "/shop/x") && allowed(longest, "/shop/open/1") && allowed(longest, "/tie"));
        // Section 2.2.3: `*` and `$`.
        let special = b"User-agent: *\nDisallow: /*.php$\nDisallow: /x/*/y\n";
        assert!(
            !allowed(special, "/a/b.php")
                && allowed(special, "/a/b.php?x=1")
                && !allowed(special, "/x/1/2/y")
        );
        // Section 2.2.2: percent-encoding is compared decoded.
        let encoded = "User-agent: *\nDisallow: /\u{e9}t\u{e9}\nDisallow: /%7Ejoe\n".as_bytes();
        assert!(!allowed(encoded, "/%C3%A9t%C3%A9") && !allowed(encoded, "/~joe"));
        // Section 2.2.2: /robots.txt itself, and an empty rule.
        assert!(allowed(b"User-agent: *\nDisallow: /", "/robots.txt"));
        assert!(allowed(b"User-agent: *\nDisallow:\n", "/a"));
    }

    #[test]
    fn what_servers_send_in_its_place() {
        let text = "User-agent: *\nDisallow: /no\n";
        let mut utf8 = b"\xef\xbb\xbf".to_vec();
        utf8.extend(text.as_bytes());
        let mut utf16 = b"\xff\xfe".to_vec();
        utf16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        for robots in
            [utf8, utf16, text.replace('\n', "\r\n").into_bytes(), text.replace('\n', "\r").into_bytes()]
        {
            assert!(!allowed(&robots, "/no") && allowed(&robots, "/yes"));
        }
        assert!(allowed(b"\n <!doctype html><pre>\nUser-agent: *\nDisallow: /\n</pre>", "/yes"));
        assert!(allowed(&[0xff; 4096], "/yes"));
        assert!(allowed(b"", "/yes"));
    }

    #[test]
    fn hostile_patterns_are_matched_in_linear_time() {
        let mut robots = b"User-agent: *\n".to_vec();
        for _ in 0..400 {
            robots.extend(b"Disallow: ");
            robots.extend(b"*a".repeat(300));
            robots.extend(b"b\n");
        }
        // A backtracking matcher would not end in the age of the universe.
        assert!(allowed(&robots, &format!("/{}", "a".repeat(4000))));
    }

    #[test]
    fn a_refusal_names_the_rule() {
        let url = Url::parse("http://a.example/private/x").unwrap();
        let rules = Rules::parse(b"User-agent: *\nDisallow: /private", "icpbot", RobotsMode::Rfc9309);
        let refusal = rules.check(&url, true, Duration::MAX).unwrap_err();
        assert_eq!(refusal.cause, RefusalCause::RobotsDisallowed);
        assert!(refusal.detail.contains("/private"), "{}", refusal.detail);
    }

    #[test]
    fn a_long_crawl_delay_leaves_the_home_page() {
        let patience = Duration::from_secs(30);
        let url = Url::parse("http://a.example/x").unwrap();
        for (delay, allowed) in [("30", true), ("31", false), ("3600", false), ("soon", true)] {
            let file = format!("User-agent: *\nCrawl-delay: {delay}\n");
            let rules = Rules::parse(file.as_bytes(), "icpbot", RobotsMode::Rfc9309);
            let checked = rules.check(&url, false, patience);
            let cause = checked.err().map(|refusal| refusal.cause);
            assert_eq!(cause, (!allowed).then_some(RefusalCause::CrawlDelay), "{delay}");
            assert!(rules.check(&url, true, patience).is_ok(), "{delay}");
        }
    }
}
