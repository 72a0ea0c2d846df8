//! One robots.txt, read by [RFC 9309](https://www.rfc-editor.org/rfc/rfc9309) or as Google reads it.

use std::time::Duration;

use encoding_rs::Encoding;
use robotxt::Robots;
use url::{Position, Url};

use super::{delay, google};

/// Whose reading of robots.txt counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RobotsMode {
    /// The standard.
    #[default]
    Rfc9309,
    /// Google's, which deviates from the standard in four points:
    ///
    /// - an agent's name in the file ends before its first character that is no letter, `-` or `_`;
    /// - a rule that allows `/dir/index.html` also allows `/dir/`;
    /// - a line counts up to 16,663 bytes;
    /// - percent-encoding is compared as written, not decoded.
    Google,
}

/// The rules of one robots.txt for one crawler.
///
/// ```
/// use icp_fetch::{RobotsMode, RobotsTxt};
/// let file = b"User-agent: *\nDisallow: /\nAllow: /shop/index.html\nCrawl-delay: 5";
/// let rules = RobotsTxt::parse(file, "icpbot", RobotsMode::Rfc9309);
/// assert!(rules.allows("/shop/index.html") && !rules.allows("/shop/"));
/// assert!(RobotsTxt::parse(file, "icpbot", RobotsMode::Google).allows("/shop/"));
/// assert_eq!(rules.crawl_delay().unwrap().as_secs(), 5);
/// ```
#[derive(Clone, Debug)]
pub struct RobotsTxt {
    robots: Robots,
    crawl_delay: Option<Duration>,
    mode: RobotsMode,
}

impl RobotsTxt {
    /// There is no file: everything is allowed.
    pub(crate) fn none() -> Self {
        Self { robots: Robots::allow_all(), crawl_delay: None, mode: RobotsMode::Rfc9309 }
    }

    /// Reads a file for the crawler that is named `agent`. A byte order mark may say that it is UTF-16; a web page in
    /// its place has no rules. What is past 500 KiB does not count.
    pub fn parse(body: &[u8], agent: &str, mode: RobotsMode) -> Self {
        let text = match Encoding::for_bom(body) {
            Some((encoding, _)) => encoding.decode(body).0,
            None => String::from_utf8_lossy(body),
        };
        if text.trim_start().starts_with('<') {
            return Self::none();
        }
        let (rules, delays) = match mode {
            RobotsMode::Rfc9309 => delay::take(&text),
            RobotsMode::Google => delay::take(&google::file(&text)),
        };
        let robots = Robots::parse(rules.as_bytes(), agent);
        let crawl_delay = delay::of(robots.user_agent(), &delays);
        Self { robots, crawl_delay, mode }
    }

    /// Whether a path with its query may be asked.
    pub fn allows(&self, path: &str) -> bool {
        match self.mode {
            RobotsMode::Rfc9309 => self.robots.is_allowed(path),
            RobotsMode::Google => self.robots.is_allowed(&google::path(path)),
        }
    }

    /// The crawl-delay it asks for.
    pub fn crawl_delay(&self) -> Option<Duration> {
        self.crawl_delay
    }

    pub(super) fn allows_url(&self, url: &Url) -> bool {
        self.allows(path_of(url))
    }

    /// The rule that decides about an address.
    pub(super) fn rule_for(&self, url: &Url) -> String {
        let path = match self.mode {
            RobotsMode::Rfc9309 => path_of(url).to_owned(),
            RobotsMode::Google => google::path(path_of(url)),
        };
        self.robots.matching_rule(&path).map(|rule| rule.pattern().to_owned()).unwrap_or_default()
    }

    /// The agent its rules are for.
    pub(super) fn agent(&self) -> &str {
        self.robots.user_agent()
    }
}

fn path_of(url: &Url) -> &str {
    &url[Position::BeforePath..Position::AfterQuery]
}
