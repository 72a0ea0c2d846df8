//! The one error type of every port and of the engine.
//!
//! Small parse errors live beside the type they belong to; this is the error of operations.

use std::fmt;
use std::sync::Arc;

/// The kind of an [`Error`]: what a caller can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The thing asked for does not exist (for this tenant).
    NotFound,
    /// Somebody else changed it first: read again, then decide.
    Conflict,
    /// Somebody else works on it: try again when they are done.
    Leased,
    /// The lease went to somebody else: drop the result, they do the work.
    LeaseLost,
    /// The caller's input is wrong; the message says where.
    Invalid,
    /// The other side cannot be reached, or is busy.
    Unavailable,
    /// It took too long.
    Timeout,
    /// Stored data cannot be read back.
    Corrupt,
    /// This adapter, schema or format version cannot do it.
    Unsupported,
    /// A person or the host stopped it.
    Cancelled,
    /// A defect, or something that fits nowhere else.
    Internal,
}

/// An operation that failed: what was being done, what can be done about it, and why.
///
/// [`Display`](fmt::Display) is the text for the client. The text for the log (SQL, file names, sockets) is
/// the chain of [`source`](std::error::Error::source)s.
#[derive(Clone, Debug)]
pub struct Error {
    kind: ErrorKind,
    transient: bool,
    operation: &'static str,
    message: String,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// Result of a port or engine operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of `kind` while doing `operation` (a verb phrase: "submit intake").
    pub fn new(kind: ErrorKind, operation: &'static str, message: impl Into<String>) -> Self {
        let transient = matches!(kind, ErrorKind::Unavailable | ErrorKind::Timeout | ErrorKind::Leased);
        Self { kind, transient, operation, message: message.into(), source: None }
    }

    /// Keeps the cause for the log.
    #[must_use]
    pub fn with_source(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// Says whether trying the same call again later may succeed, where the kind alone says otherwise.
    #[must_use]
    pub fn with_transient(mut self, transient: bool) -> Self {
        self.transient = transient;
        self
    }

    /// The kind: what the caller can do about it.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Whether trying the same call again later may succeed.
    pub fn is_transient(&self) -> bool {
        self.transient
    }

    /// The operation that failed.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The message for the client: what went wrong.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {}: {}", self.operation, self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|e| e as _)
    }
}
