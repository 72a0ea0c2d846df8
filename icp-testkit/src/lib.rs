//! What tests, demos and hosts try icp on.

pub mod sample;
