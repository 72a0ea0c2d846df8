//! Why a command ended, and with which exit code.

use std::fmt;

use icp::{Error, ErrorKind};

/// A failed command.
#[derive(Debug)]
pub(crate) struct Fail {
    code: u8,
    message: String,
    details: Vec<String>,
}

impl Fail {
    /// The input is wrong, or names something that is not there.
    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self { code: 3, message: message.into(), details: Vec::new() }
    }

    /// Something must be done first.
    pub(crate) fn not_ready(message: impl Into<String>) -> Self {
        Self { code: 4, message: message.into(), details: Vec::new() }
    }

    /// The machine: a file that cannot be written, and the like.
    pub(crate) fn machine(message: impl Into<String>) -> Self {
        Self { code: 1, message: message.into(), details: Vec::new() }
    }

    pub(crate) fn code(&self) -> u8 {
        self.code
    }

    /// The failure as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::json!({ "error": { "code": self.code, "message": self.message, "details": self.details } })
    }
}

impl From<Error> for Fail {
    fn from(error: Error) -> Self {
        let code = match error.kind() {
            ErrorKind::NotFound | ErrorKind::Invalid | ErrorKind::Conflict => 3,
            ErrorKind::Unavailable | ErrorKind::Timeout => 5,
            ErrorKind::Unsupported => 4,
            ErrorKind::Cancelled => 6,
            _ => 1,
        };
        let mut details = Vec::new();
        let mut cause = std::error::Error::source(&error);
        while let Some(next) = cause {
            details.push(next.to_string());
            cause = next.source();
        }
        Self { code, message: error.to_string(), details }
    }
}

impl fmt::Display for Fail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        for detail in &self.details {
            write!(f, "\n  because: {detail}")?;
        }
        Ok(())
    }
}

/// Result of a command.
pub(crate) type Outcome<T = ()> = Result<T, Fail>;
