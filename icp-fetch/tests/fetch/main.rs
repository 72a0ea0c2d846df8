//! The fetchers from outside: promises of the port, hostile servers, saved sites, real pages. Loopback only.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod behaviour;
mod hostile;
mod offline;
mod pages;
mod robots;
mod server;
