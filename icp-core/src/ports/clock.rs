use std::fmt;

use crate::model::Timestamp;

/// Tells the time. Core never asks the system.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> Timestamp;
}
