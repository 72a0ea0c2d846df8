//! Gets pages of the public web, politely: the [`Fetcher`](icp_core::ports::Fetcher) port over HTTP, and over saved files.
//!
//! - [`HttpFetcher`] asks servers. It obeys robots.txt ([RFC 9309](https://www.rfc-editor.org/rfc/rfc9309)), asks one
//!   host one thing at a time, contacts public addresses only, and stops at limits of time and size.
//! - [`OfflineFetcher`] reads saved sites from a directory, by the same rules, without a socket.
//! - [`parse_html`] makes a [`Page`](icp_core::model::Page) of bytes. It is pure, so that an answer can be replayed.
//!
//! What a site does is an outcome with a cause, never an error.
//!
//! The way of a request: `config` (limits) → `guard` (where it may go) → `robots` (what the site allows) → `pace`
//! (when) → `http` (the exchange and its redirects) → `html` (bytes to page).

mod aggregators;
mod config;
mod fault;
mod guard;
mod html;
mod http;
mod keyed;
mod offline;
mod pace;
mod robots;

pub use aggregators::is_aggregator;
pub use config::{FetchConfig, WebSource};
pub use guard::is_public;
pub use html::parse_html;
pub use http::HttpFetcher;
pub use offline::OfflineFetcher;
