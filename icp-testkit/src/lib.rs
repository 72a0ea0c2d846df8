//! Test your own adapters of the ports of `icp-core`, and try the whole thing without a network.
//!
//! Every "# Behavior" bullet of a port is a public function here, with the same name. [`sample`] has a small web, a
//! register and an intake that belong together.
//!
//! A macro for each port makes a test of every case: [`store_conformance!`], [`register_conformance!`],
//! [`fetcher_conformance!`] and [`extractor_conformance!`]. A case can also be called by itself:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let store = icp_core::memory::MemoryStore::default(); // yours
//! icp_testkit::runs::claim_is_exclusive(&store).await;
//! # }
//! ```

pub mod budget;
pub mod extractor;
pub mod fetcher;
pub mod fixture;
pub mod privacy;
mod random;
pub mod register;
pub mod runs;
pub mod sample;
mod steps;
pub mod store;
pub mod tenancy;
