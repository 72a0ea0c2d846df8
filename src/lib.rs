//! icp
