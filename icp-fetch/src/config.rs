//! The limits of fetching, and where the web is.

use std::net::SocketAddr;
use std::time::Duration;

use robotxt::BYTE_LIMIT;

/// The limits of fetching. The defaults suit the public web.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchConfig {
    /// What the fetcher calls itself. Name a page with a contact here, such as `icpbot/0.1 (+https://example.com/bot)`.
    pub user_agent: String,
    /// The name robots.txt files know it by.
    pub product_token: String,
    /// The least time between two requests to one host, from start to start. A longer crawl-delay counts instead.
    pub min_delay: Duration,
    /// The longest crawl-delay that is waited for; a longer one counts as this.
    pub max_crawl_delay: Duration,
    /// How long a connection may take to be made.
    pub connect_timeout: Duration,
    /// How long one try at a page may take with all its redirects; waiting for the host's turn does not count.
    pub page_timeout: Duration,
    /// How often a page is tried again after a 5xx answer or a timeout.
    pub retries: u32,
    /// The most bytes of a body, after decompression.
    pub max_body: usize,
    /// The most bytes of a robots.txt that are read. RFC 9309 asks for at least 500 KiB.
    pub max_robots: usize,
    /// The most redirects that are followed.
    pub max_redirects: usize,
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
            connect_timeout: Duration::from_secs(5),
            page_timeout: Duration::from_secs(15),
            retries: 1,
            max_body: 4 * 1024 * 1024,
            max_robots: BYTE_LIMIT,
            max_redirects: 5,
            robots_ttl: Duration::from_secs(24 * 60 * 60),
            robots_failure_ttl: Duration::from_secs(10 * 60),
            ports: vec![80, 443],
        }
    }
}

/// Where the web is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WebSource {
    /// The Internet: https first, then http where no secure connection can be made, then the same with `www.`.
    #[default]
    Internet,
    /// One server on this machine plays every host, over plain http: for demos, tests and replays. Addresses keep their
    /// host names, and the server sees them in the `Host` header; an https address is asked over http.
    Loopback(SocketAddr),
}
