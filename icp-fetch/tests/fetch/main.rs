//! The fetchers from outside: promises of the port, hostile servers, saved sites, real pages. Loopback only.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

#[cfg(feature = "http")]
mod behaviour;
#[cfg(feature = "http")]
mod cache;
#[cfg(feature = "http")]
mod hostile;
mod offline;
mod pages;
#[cfg(feature = "http")]
mod recording;
#[cfg(feature = "http")]
mod robots;
mod robots_cases;
#[cfg(feature = "http")]
mod server;
mod suite;
mod support;
