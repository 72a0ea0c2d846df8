//! The fetchers from outside: promises of the port, hostile servers, saved sites, real pages. Loopback only.

mod behaviour;
mod hostile;
mod offline;
mod pages;
mod robots;
mod server;
