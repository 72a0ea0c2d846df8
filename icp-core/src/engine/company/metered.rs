//! Watches the meter of one page while an extractor uses it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::error::{Error, Result};
use crate::ports::{Cost, Meter, ReservationId, Reserved, Usage};

/// A meter that remembers what was settled, and the first error of a reservation: an extractor can only report a failure,
/// but a store that cannot be used must stop the run.
#[derive(Debug)]
pub(super) struct Watched {
    inner: Box<dyn Meter>,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    settled: Usage,
    error: Option<Error>,
}

impl Watched {
    pub(super) fn new(inner: Box<dyn Meter>) -> Self {
        Self { inner, seen: Mutex::default() }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the page. What the extractor says it spent and did not settle is counted too, above a cap if need be: such an
    /// extractor breaks its contract, but a budget must not be undercounted.
    pub(super) async fn end(self, reported: Usage) -> Result<()> {
        let Seen { settled, error } = self.seen.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = error {
            return Err(error);
        }
        let unsettled = reported.minus(settled);
        if unsettled != Usage::default()
            && let Reserved::Granted(call) = self.inner.reserve(Cost::default()).await?
        {
            self.inner.settle(call, unsettled).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Meter for Watched {
    async fn reserve(&self, most: Cost) -> Result<Reserved> {
        let reserved = self.inner.reserve(most).await;
        if let Err(error) = &reserved {
            self.seen().error.get_or_insert(error.clone());
        }
        reserved
    }

    async fn settle(&self, reservation: ReservationId, usage: Usage) -> Result<()> {
        {
            let mut seen = self.seen();
            seen.settled = seen.settled.plus(usage);
        }
        // Where this fails the reservation stays, and counts in full.
        self.inner.settle(reservation, usage).await
    }
}
