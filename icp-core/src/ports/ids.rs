use std::fmt;

/// Makes numbers for ids. In production UUID version 7; in tests a counter.
pub trait IdSource: fmt::Debug + Send + Sync + 'static {
    /// A number never returned before, greater than those returned earlier: ids sort by the time they were made, and of
    /// what several runs found the newest is shown.
    fn next_id(&self) -> u128;
}
