use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use crate::model::Timestamp;

/// The time. Core never asks the system for it.
#[async_trait]
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> Timestamp;

    /// Waits. A clock that stands still never returns.
    async fn sleep(&self, duration: Duration);
}
