use std::fmt;

/// Makes numbers for ids. In production UUID version 7; in tests a counter.
pub trait IdSource: fmt::Debug + Send + Sync + 'static {
    /// A number never returned before.
    fn next_id(&self) -> u128;
}
