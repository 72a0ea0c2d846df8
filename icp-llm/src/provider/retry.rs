//! Asks again, later, when that may help.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use icp_core::ports::Clock;

use super::{ChatAnswer, ChatProvider, ChatRequest, ProviderError, ProviderErrorKind};

/// Asks a provider again after `429`, a failure of the server or a broken connection: a bounded number of times, after a
/// pause that doubles, or as long as the server's `Retry-After` says. A server that asks for a longer pause than allowed
/// is not asked again. A call that ran into its time limit is not repeated: it would do so again.
#[derive(Debug)]
pub struct Retrying<P> {
    inner: P,
    clock: Arc<dyn Clock>,
    tries: u32,
    first_pause: Duration,
    longest_pause: Duration,
}

impl<P: ChatProvider> Retrying<P> {
    /// Asks up to three times. The clock does the waiting.
    pub fn new(inner: P, clock: Arc<dyn Clock>) -> Self {
        Self {
            inner,
            clock,
            tries: 3,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(30),
        }
    }

    /// Sets how often to ask in all.
    #[must_use]
    pub fn with_tries(mut self, tries: u32) -> Self {
        self.tries = tries.max(1);
        self
    }

    /// Sets the longest pause to accept.
    #[must_use]
    pub fn with_longest_pause(mut self, pause: Duration) -> Self {
        self.longest_pause = pause;
        self
    }

    /// The pause before the next try; `None` when there is none.
    fn pause(&self, error: &ProviderError, tried: u32) -> Option<Duration> {
        use ProviderErrorKind::{RateLimited, Server, Unreachable};
        if tried >= self.tries || !matches!(error.kind, RateLimited | Server | Unreachable) {
            return None;
        }
        let doubled = self.first_pause.saturating_mul(1 << (tried - 1).min(16));
        let pause = error.retry_after.unwrap_or(doubled.min(self.longest_pause));
        (pause <= self.longest_pause).then_some(pause)
    }
}

#[async_trait]
impl<P: ChatProvider> ChatProvider for Retrying<P> {
    fn model(&self) -> &str {
        self.inner.model()
    }

    async fn complete(&self, request: &ChatRequest) -> Result<ChatAnswer, ProviderError> {
        let mut tried = 1;
        loop {
            match self.inner.complete(request).await {
                Ok(answer) => return Ok(answer),
                Err(error) => match self.pause(&error, tried) {
                    Some(pause) => self.clock.sleep(pause).await,
                    None => return Err(error),
                },
            }
            tried += 1;
        }
    }
}
