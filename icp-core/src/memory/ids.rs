use std::sync::atomic::{AtomicU64, Ordering};

use crate::ports::IdSource;

/// Counts: 1, 2, 3 ... For tests and replays, where ids must not differ from one run to the next.
#[derive(Debug)]
pub struct SequentialIds(AtomicU64);

impl SequentialIds {
    /// Starts after `last`.
    pub const fn after(last: u64) -> Self {
        Self(AtomicU64::new(last))
    }
}

impl Default for SequentialIds {
    fn default() -> Self {
        Self::after(0)
    }
}

impl IdSource for SequentialIds {
    fn next_id(&self) -> u128 {
        u128::from(self.0.fetch_add(1, Ordering::Relaxed)) + 1
    }
}
