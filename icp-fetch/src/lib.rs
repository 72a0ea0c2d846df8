//! Gets pages of the public web, politely: the [`Fetcher`](icp_core::ports::Fetcher) port over HTTP, and over saved files.
//!
//! - `HttpFetcher` (feature `http`, on by default) asks servers. It obeys robots.txt
//!   ([RFC 9309](https://www.rfc-editor.org/rfc/rfc9309)), asks one host one thing at a time, contacts public addresses
//!   only, and stops at limits of time and size.
//! - `ReplayFetcher` replays a crawl that an `HttpFetcher` recorded, byte for byte.
//! - [`OfflineFetcher`] reads saved sites from a directory, by the same rules, without a socket.
//! - [`parse_html`] makes a [`Page`](icp_core::model::Page) of bytes. It is pure, so that an answer can be replayed.
//!
//! A site's behaviour is an outcome with a cause, never an error.
//!
//! The way of a request: `config` (limits) → `guard` (where it may go) → `robots` (what the site allows) → `http`
//! (pace, exchange, redirects) or `offline` → `html` or `sitemap` (bytes to page or list).
//!
//! # Example: a saved site
//!
//! ```
//! use std::sync::Arc;
//! use icp_core::memory::ManualClock;
//! use icp_core::model::Domain;
//! use icp_core::ports::{FetchOutcome, FetchRequest, Fetcher};
//! use icp_fetch::OfflineFetcher;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let web = tempfile::tempdir()?;
//! std::fs::create_dir(web.path().join("greenpack.example"))?;
//! std::fs::write(web.path().join("greenpack.example/index.html"), "<title>GreenPack</title><h1>Packaging</h1>")?;
//!
//! let clock = Arc::new(ManualClock::fixed("2026-11-25T08:00:00Z".parse()?));
//! let fetcher = OfflineFetcher::new(web.path(), clock)?;
//! let site: Domain = "greenpack.example".parse()?;
//! let FetchOutcome::Page(page) = fetcher.fetch(&FetchRequest::home(site.clone())).await? else {
//!     return Err("the page is there".into());
//! };
//! assert_eq!(page.text.as_str(), "Packaging\ntitle: GreenPack\n");
//!
//! // A refresh asks only for what has changed.
//! let again = FetchRequest::home(site).with_validators(page.validators);
//! assert_eq!(fetcher.fetch(&again).await?, FetchOutcome::NotModified);
//! # Ok(())
//! # })
//! # }
//! ```

mod aggregators;
#[cfg(feature = "http")]
mod cache;
mod config;
mod guard;
mod html;
#[cfg(feature = "http")]
mod http;
mod offline;
mod request;
mod robots;
mod sitemap;
mod trace;
#[cfg(feature = "http")]
mod warc;

pub use aggregators::{Aggregators, is_aggregator};
pub use config::{FetchConfig, WebSource};
pub use guard::is_public;
pub use html::parse_html;
#[cfg(feature = "http")]
pub use http::{HttpFetcher, ReplayFetcher};
pub use offline::OfflineFetcher;
pub use robots::{RobotsMode, RobotsTxt};
