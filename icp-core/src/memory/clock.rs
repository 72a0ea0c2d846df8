use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;

use crate::model::Timestamp;
use crate::ports::Clock;

/// A clock that stands still, or advances by a fixed step each time it is asked.
///
/// ```
/// use icp_core::{memory::ManualClock, model::Timestamp, ports::Clock};
/// let clock = ManualClock::stepping(Timestamp::from_micros(10), 5);
/// assert_eq!([clock.now(), clock.now()], [10, 15].map(Timestamp::from_micros));
/// ```
#[derive(Debug)]
pub struct ManualClock {
    now: AtomicI64,
    step: i64,
}

impl ManualClock {
    /// Always the same time, until [`set`](Self::set).
    pub const fn fixed(at: Timestamp) -> Self {
        Self::stepping(at, 0)
    }

    /// First `at`, then `step_micros` later each time.
    pub const fn stepping(at: Timestamp, step_micros: i64) -> Self {
        Self { now: AtomicI64::new(at.as_micros()), step: step_micros }
    }

    /// Moves the clock.
    pub fn set(&self, at: Timestamp) {
        self.now.store(at.as_micros(), Ordering::Relaxed);
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.now.fetch_add(self.step, Ordering::Relaxed))
    }

    /// Never returns: nobody knows when this clock moves.
    async fn sleep(&self, _: Duration) {
        std::future::pending().await
    }
}
