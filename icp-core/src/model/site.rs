//! How the reading of one website went. A refusal is an outcome with a cause, never the same as "no signal".

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::domain::Domain;
use super::evidence::{UnknownWord, keyword_enum};
use super::ids::CompanyId;
use super::page::{Page, PageKind};

keyword_enum!(
    /// Why an address gave no page.
    RefusalCause {
        /// robots.txt does not allow it.
        RobotsDisallowed = "robots_disallowed",
        /// robots.txt could not be read (5xx, timeout), which RFC 9309 counts as disallowed.
        RobotsUnreachable = "robots_unreachable",
        /// robots.txt asks for a longer time between requests than is waited for; only the home page is read.
        CrawlDelay = "crawl_delay",
        /// The page asks to be neither indexed nor quoted.
        NotQuotable = "not_quotable",
        /// 401, 403, 407, 429, 451, or a challenge page for people.
        Blocked = "blocked",
        /// 404, 410.
        NotFound = "not_found",
        /// Any other 4xx.
        ClientError = "client_error",
        /// 5xx.
        ServerError = "server_error",
        /// The name does not resolve.
        DnsFailure = "dns_failure",
        /// Nobody answers, or the connection breaks.
        ConnectFailure = "connect_failure",
        /// The secure connection cannot be made.
        TlsFailure = "tls_failure",
        /// It took longer than the limit.
        Timeout = "timeout",
        /// The body is larger than the limit, before or after decompression.
        TooLarge = "too_large",
        /// Too many redirects, or a loop.
        RedirectLimit = "redirect_limit",
        /// It redirects to another organisation's site.
        OffSite = "off_site",
        /// Not a page of HTML or text.
        NotHtml = "not_html",
        /// Not a sitemap, or one with a document type declaration.
        NotSitemap = "not_sitemap",
        /// The address is private, loopback, link-local or otherwise not public.
        ForbiddenAddress = "forbidden_address",
        /// The address is not one that may be fetched (scheme, port, user information).
        ForbiddenUrl = "forbidden_url",
        /// A directory, marketplace or social network, never one company's own site.
        Aggregator = "aggregator",
        /// The answer is not valid HTTP.
        Protocol = "protocol",
        /// A limit of the crawl was reached first.
        Budget = "budget",
    }
);

impl RefusalCause {
    /// Whether the site told us not to read it, as opposed to being broken.
    pub fn is_refusal_by_site(self) -> bool {
        matches!(self, Self::RobotsDisallowed | Self::CrawlDelay | Self::NotQuotable | Self::Blocked)
    }

    /// The meaning for the person who reads a card.
    pub fn advice(self) -> &'static str {
        match self {
            Self::RobotsDisallowed => "its robots.txt asks not to be read; only the register speaks for it",
            Self::RobotsUnreachable => {
                "its robots.txt could not be read, so the site was left alone; try again later"
            }
            Self::CrawlDelay => "its robots.txt asks to be read so slowly that only the home page was read",
            Self::NotQuotable => "the page asks not to be quoted, so nothing of it was kept",
            Self::Blocked => "the site turns automatic readers away; only the register speaks for it",
            Self::NotFound => "the address does not exist; check the website",
            Self::ClientError | Self::Protocol => "the site answers with errors; check the website",
            Self::ServerError => "the site is broken at the moment; try again later",
            Self::DnsFailure => "the name does not exist; check the website",
            Self::ConnectFailure | Self::TlsFailure => {
                "the site cannot be reached; check the website or try again later"
            }
            Self::Timeout => "the site is too slow; try again later",
            Self::TooLarge => "the page is larger than the limit",
            Self::RedirectLimit => "the site redirects without end; check the website",
            Self::OffSite => "the address leads to another organisation's site; check the website",
            Self::NotHtml => "the address is not a web page; check the website",
            Self::NotSitemap => "the address is not a sitemap; pages are found by their links instead",
            Self::ForbiddenAddress => "the name leads into a private network and was not contacted",
            Self::ForbiddenUrl => "the address is not one of the public web",
            Self::Aggregator => {
                "the address is a directory or network, not the company's own site; give that"
            }
            Self::Budget => "a limit of the crawl was reached first",
        }
    }
}

/// An address that gave no page, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Refusal {
    /// The cause.
    pub cause: RefusalCause,
    /// The exact event: a status, a limit, a rule.
    pub detail: String,
    /// How long the site asks to be left alone; whole seconds in JSON.
    #[serde(rename = "retry_after_s", default, skip_serializing_if = "Option::is_none", with = "seconds")]
    pub retry_after: Option<Duration>,
}

impl Refusal {
    /// A refusal without a time to wait.
    pub fn new(cause: RefusalCause, detail: impl Into<String>) -> Self {
        Self { cause, detail: detail.into(), retry_after: None }
    }

    /// Sets how long the site asks to be left alone.
    #[must_use]
    pub fn with_retry_after(mut self, retry_after: impl Into<Option<Duration>>) -> Self {
        self.retry_after = retry_after.into();
        self
    }
}

/// An optional duration as whole seconds.
mod seconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(
        duration: &Option<Duration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        duration.map(|duration| duration.as_secs()).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Duration>, D::Error> {
        Ok(Option::<u64>::deserialize(deserializer)?.map(Duration::from_secs))
    }
}

keyword_enum!(
    /// Whose site it is.
    SiteRole {
        /// The user's own.
        Own = "own",
        /// A seed's.
        Seed = "seed",
    }
);

keyword_enum!(
    /// How much of a site was read.
    SiteStatus {
        /// Everything that was asked for.
        Read = "read",
        /// Some pages, and some refusals.
        Reduced = "reduced",
        /// Nothing.
        Unread = "unread",
    }
);

/// One address and its outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FetchRecord {
    /// The address asked for.
    pub url: String,
    /// The page's kind, when there is a page.
    pub kind: Option<PageKind>,
    /// The refusal, when there is none.
    pub refusal: Option<Refusal>,
}

impl FetchRecord {
    /// An address without an outcome yet. Personal data in it is masked.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: super::CleanText::scrub(&url.into()).into_string(), kind: None, refusal: None }
    }
}

builders!(FetchRecord {
    /// Sets the page's kind.
    with_kind => kind: Option<PageKind>,
    /// Sets the refusal.
    with_refusal => refusal: Option<Refusal>,
});

/// How the reading of one website went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SiteReport {
    /// The site.
    pub domain: Domain,
    /// Whose it is.
    pub company: CompanyId,
    /// The user's own, or a seed's.
    pub role: SiteRole,
    /// How much was read.
    pub status: SiteStatus,
    /// Why not more: the home page's refusal, or else the first one.
    pub cause: Option<Refusal>,
    /// Pages read.
    pub pages: u32,
    /// Bytes of their bodies.
    pub bytes: u64,
    /// Every address tried, in order.
    pub fetches: Vec<FetchRecord>,
}

impl SiteReport {
    /// A site that was not asked for anything yet.
    pub fn new(domain: Domain, company: CompanyId, role: SiteRole, status: SiteStatus) -> Self {
        Self { domain, company, role, status, cause: None, pages: 0, bytes: 0, fetches: Vec::new() }
    }
}

builders!(SiteReport {
    /// Sets why not more was read.
    with_cause => cause: Option<Refusal>,
    /// Sets how many pages were read.
    with_pages => pages: u32,
    /// Sets the bytes of their bodies.
    with_bytes => bytes: u64,
    /// Sets the addresses that were tried, in order.
    with_fetches => fetches: Vec<FetchRecord>,
});

/// A site with its pages, stored in one transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SiteCrawl {
    /// How it went.
    pub report: SiteReport,
    /// The pages, in the order they were read.
    pub pages: Vec<Page>,
}

impl SiteCrawl {
    /// A site without pages.
    pub fn new(report: SiteReport) -> Self {
        Self { report, pages: Vec::new() }
    }
}

builders!(SiteCrawl {
    /// Sets the pages, in the order they were read.
    with_pages => pages: Vec<Page>,
});
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_to_wait_is_whole_seconds_and_absent_without_one() {
        let plain = Refusal::new(RefusalCause::Blocked, "status 429");
        let text = r#"{"cause":"blocked","detail":"status 429"}"#;
        assert_eq!(serde_json::to_string(&plain).unwrap(), text);
        assert_eq!(serde_json::from_str::<Refusal>(text).unwrap(), plain);
        let later = plain.with_retry_after(Duration::from_secs(90));
        let text = r#"{"cause":"blocked","detail":"status 429","retry_after_s":90}"#;
        assert_eq!(serde_json::to_string(&later).unwrap(), text);
        assert_eq!(serde_json::from_str::<Refusal>(text).unwrap(), later);
    }
}
