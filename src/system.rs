//! The real clock and real ids. The rest of the library never asks the system, so that runs can be replayed.

use std::time::Duration;

use async_trait::async_trait;
use icp_core::model::Timestamp;
use icp_core::ports::{Clock, IdSource};

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// UUID version 7 (RFC 9562): unique, and later ids sort after earlier ones.
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomIds;

impl IdSource for RandomIds {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that draws random numbers")]
    fn next_id(&self) -> u128 {
        uuid::Uuid::now_v7().as_u128()
    }
}
