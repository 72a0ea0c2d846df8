use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, ErrorKind, Result};

/// Stops work from outside, between two units of it. Clones share one state.
///
/// ```
/// use icp_core::ports::CancelToken;
/// let token = CancelToken::default();
/// assert!(token.check().is_ok());
/// token.clone().cancel();
/// assert!(token.is_cancelled());
/// ```
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    /// Asks to stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether somebody asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Fails once somebody asked to stop.
    ///
    /// # Errors
    /// `Cancelled`.
    pub fn check(&self) -> Result<()> {
        if self.is_cancelled() { Err(cancelled()) } else { Ok(()) }
    }
}

/// The error of work that was cancelled.
pub(crate) fn cancelled() -> Error {
    let message = "it was cancelled; start it again to go on where it stopped";
    Error::new(ErrorKind::Cancelled, "go on with the run", message)
}
