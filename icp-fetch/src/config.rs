//! The limits of fetching, and where the web is.

use std::net::SocketAddr;
use std::time::Duration;

use robotxt::BYTE_LIMIT;

use crate::robots::RobotsMode;

/// The limits of fetching. The defaults suit the public web.
///
/// ```
/// use std::time::Duration;
/// use icp_fetch::FetchConfig;
/// let config = FetchConfig::default()
///     .with_user_agent("icpbot/0.1 (+https://example.com/bot)")
///     .with_min_delay(Duration::from_secs(2));
/// assert_eq!(config.max_redirects, 5);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FetchConfig {
    /// The fetcher's name for itself. Include a page with a contact, such as `icpbot/0.1 (+https://example.com/bot)`.
    pub user_agent: String,
    /// The name robots.txt files know it by.
    pub product_token: String,
    /// The least time between two requests to one host, from start to start. A longer crawl-delay counts instead.
    pub min_delay: Duration,
    /// The longest crawl-delay that is waited for. Of a site that asks for a longer one only the home page is read.
    pub max_crawl_delay: Duration,
    /// How many times as long as a host's last answer took the next request to it waits.
    pub latency_factor: u32,
    /// How much longer a wait becomes at most by chance, in percent.
    pub jitter_percent: u32,
    /// Decides about chance: crawls with the same seed wait alike.
    pub pace_seed: u64,
    /// The longest `Retry-After` that is waited for. A host that asks for more is left alone that long.
    pub max_retry_after: Duration,
    /// How many refusals in a row (401, 403, 429 and their like) end a host for ten minutes.
    pub max_blocks: u32,
    /// How many hosts are asked at the same time.
    pub hosts_at_once: usize,
    /// How long a connection may take to be made.
    pub connect_timeout: Duration,
    /// How long one try at a page may take with all its redirects; waiting for the host's turn does not count.
    pub page_timeout: Duration,
    /// How often a page is tried again after a 5xx answer or a timeout. A site that names a time to wait is not.
    pub retries: u32,
    /// The most bytes of a page, after decompression.
    pub max_body: usize,
    /// The most bytes of a robots.txt that are read. RFC 9309 asks for at least 500 KiB.
    pub max_robots: usize,
    /// The most bytes of a sitemap that are read, after decompression. The protocol allows 50 MiB.
    pub max_sitemap: usize,
    /// The most addresses of a sitemap that are read. The protocol allows 50,000.
    pub max_sitemap_urls: usize,
    /// The most redirects that are followed.
    pub max_redirects: usize,
    /// Whose reading of robots.txt counts. There is no way to ignore the file.
    pub robots_mode: RobotsMode,
    /// How long a robots.txt is kept. RFC 9309 asks for at most a day.
    pub robots_ttl: Duration,
    /// How long the failure to read a robots.txt is remembered.
    pub robots_failure_ttl: Duration,
    /// The ports that may be asked.
    pub ports: Vec<u16>,
}

impl Default for FetchConfig {
    fn default() -> Self {
        Self {
            user_agent: concat!("icpbot/", env!("CARGO_PKG_VERSION")).to_owned(),
            product_token: "icpbot".to_owned(),
            min_delay: Duration::from_secs(1),
            max_crawl_delay: Duration::from_secs(30),
            latency_factor: 2,
            jitter_percent: 20,
            pace_seed: 0,
            max_retry_after: Duration::from_secs(60),
            max_blocks: 2,
            hosts_at_once: 8,
            connect_timeout: Duration::from_secs(5),
            page_timeout: Duration::from_secs(15),
            retries: 1,
            max_body: 4 * 1024 * 1024,
            max_robots: BYTE_LIMIT,
            max_sitemap: 50 * 1024 * 1024,
            max_sitemap_urls: 50_000,
            max_redirects: 5,
            robots_mode: RobotsMode::default(),
            robots_ttl: Duration::from_secs(24 * 60 * 60),
            robots_failure_ttl: Duration::from_secs(10 * 60),
            ports: vec![80, 443],
        }
    }
}

/// One builder method for each field.
macro_rules! with {
    ($($name:ident sets $field:ident: $kind:ty),* $(,)?) => {
        impl FetchConfig {
            $(
                #[doc = concat!("Sets [`", stringify!($field), "`](Self::", stringify!($field), ").")]
                #[must_use]
                pub fn $name(mut self, $field: impl Into<$kind>) -> Self {
                    self.$field = $field.into();
                    self
                }
            )*
        }
    };
}

with! {
    with_user_agent sets user_agent: String,
    with_product_token sets product_token: String,
    with_min_delay sets min_delay: Duration,
    with_max_crawl_delay sets max_crawl_delay: Duration,
    with_latency_factor sets latency_factor: u32,
    with_jitter_percent sets jitter_percent: u32,
    with_pace_seed sets pace_seed: u64,
    with_max_retry_after sets max_retry_after: Duration,
    with_max_blocks sets max_blocks: u32,
    with_hosts_at_once sets hosts_at_once: usize,
    with_connect_timeout sets connect_timeout: Duration,
    with_page_timeout sets page_timeout: Duration,
    with_retries sets retries: u32,
    with_max_body sets max_body: usize,
    with_max_robots sets max_robots: usize,
    with_max_sitemap sets max_sitemap: usize,
    with_max_sitemap_urls sets max_sitemap_urls: usize,
    with_max_redirects sets max_redirects: usize,
    with_robots_mode sets robots_mode: RobotsMode,
    with_robots_ttl sets robots_ttl: Duration,
    with_robots_failure_ttl sets robots_failure_ttl: Duration,
    with_ports sets ports: Vec<u16>,
}

impl FetchConfig {
    /// The rules of pace.
    #[cfg(feature = "http")]
    pub(crate) fn pace(&self) -> icp_core::pace::PaceRules {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        icp_core::pace::PaceRules::default()
            .with_min_delay_ms(millis(self.min_delay))
            .with_max_delay_ms(millis(self.max_crawl_delay.max(self.min_delay)))
            .with_latency_factor(self.latency_factor)
            .with_jitter_percent(self.jitter_percent)
            .with_max_retry_after_ms(millis(self.max_retry_after))
            .with_blocks(self.max_blocks)
    }
}

/// Where the web is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebSource {
    /// The Internet: https first, then http where no secure connection can be made, then the same with `www.`.
    #[default]
    Internet,
    /// One server on this machine plays every host, over plain http: for demos, tests and replays. Addresses keep their
    /// host names, and the server sees them in the `Host` header; an https address is asked over http.
    Loopback(SocketAddr),
}
