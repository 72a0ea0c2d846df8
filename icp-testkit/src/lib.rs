//! Conformance suites for the ports of `icp-core`: run them on your own adapters.
//!
//! Every "# Behavior" bullet of a port is a public function here, with the same name.

pub mod fixture;
pub mod register;
pub mod store;
pub mod tenancy;
