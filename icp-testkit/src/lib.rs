//! Test your own adapters of the ports of `icp-core`, and try the whole thing without a network.
//!
//! Every "# Behavior" bullet of a port is a public function here, with the same name. [`sample`] has a small web, a
//! register and an intake that belong together.

pub mod extractor;
pub mod fetcher;
pub mod fixture;
mod random;
pub mod register;
pub mod runs;
pub mod sample;
mod steps;
pub mod store;
pub mod tenancy;
