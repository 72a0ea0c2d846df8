//! Stored records: versioned shapes, apart from the domain model.
//!
//! A record is JSON text `{"v": 1, "body": ..}`. Each kind has its own version; [`read`] brings older ones up to date step
//! by step. The shapes are in the files of this module, so that a change of the model does not change what is stored:
//! it stops compiling here instead. Adapters store records and nothing else.
//!
//! Reading trusts what was written. No rule of privacy or length is applied again, and no text changes: a rule that
//! changed is brought to old data by a migration. A record that does not hold together is [`ErrorKind::Corrupt`] and
//! named.

#![allow(unreachable_pub, reason = "shapes are named by a sealed trait, which nobody outside can name")]

mod event;
mod evidence;
mod insight;
mod intake;
mod page;
mod register;
mod resolution;
mod rule;
mod shape;
mod site;
mod suggestion;
mod suggestion_v1;
#[cfg(test)]
mod tests;

use std::fmt::Display;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::{Error, ErrorKind, Result};

pub use page::{StoredPage, read_page, write_page};
use shape::Broken;

/// A kind of thing that is stored as a record.
pub trait Recorded: sealed::Shaped {
    /// Its name, as errors have it.
    const KIND: &'static str;
    /// The version that is written.
    const VERSION: u32;
}

mod sealed {
    use super::{Broken, DeserializeOwned, Serialize, Value};

    pub trait Shaped: Sized {
        type Body: Serialize + DeserializeOwned;
        fn to_body(&self) -> Self::Body;
        fn from_body(body: Self::Body) -> Result<Self, Broken>;
        /// Brings a body of version `v` to version `v + 1`.
        fn upcast(v: u32, body: Value) -> Result<Value, Broken>;
    }
}

/// Declares a kind of record over its shape. Older versions name the function that brings each one step up.
macro_rules! recorded {
    ($($model:ty = $kind:literal v $version:literal $([$($from:literal => $upcast:path),+])?;)+) => {$(
        impl $crate::record::Recorded for $model {
            const KIND: &'static str = $kind;
            const VERSION: u32 = $version;
        }

        impl $crate::record::sealed::Shaped for $model {
            type Body = <$model as $crate::record::shape::Mirror>::Shape;

            fn to_body(&self) -> Self::Body {
                $crate::record::shape::Mirror::shape(self)
            }

            fn from_body(body: Self::Body) -> Result<Self, $crate::record::shape::Broken> {
                $crate::record::shape::Mirror::unshape(body)
            }

            fn upcast(v: u32, body: serde_json::Value) -> Result<serde_json::Value, $crate::record::shape::Broken> {
                match v {
                    $($($from => $upcast(body),)+)?
                    _ => {
                        let _ = body;
                        Err($crate::record::shape::Broken::new(format!("version {v} was never written")))
                    }
                }
            }
        }
    )+};
}
use recorded;

#[derive(Serialize)]
struct Written<B> {
    v: u32,
    body: B,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    v: u32,
    #[serde(borrow)]
    body: &'a RawValue,
}

/// Writes a value as a record.
///
/// ```
/// use icp_core::model::ManualMatch;
/// use icp_core::record;
/// let text = record::write(&ManualMatch::NotInRegister);
/// assert_eq!(text, r#"{"v":1,"body":"not_in_register"}"#);
/// assert_eq!(record::read::<ManualMatch>("the choice", &text)?, ManualMatch::NotInRegister);
/// # Ok::<(), icp_core::Error>(())
/// ```
pub fn write<T: Recorded>(value: &T) -> String {
    to_json(&Written { v: T::VERSION, body: value.to_body() })
}

/// Reads a record of any version. `what` names the row, for the error: `evidence ev_..`.
///
/// # Errors
/// `Corrupt`, naming the record, when it is damaged; `Unsupported` when a newer program wrote it.
pub fn read<T: Recorded>(what: impl Display, text: &str) -> Result<T> {
    let broken = |reason: Broken| corrupt(T::KIND, &what, &reason);
    let envelope: Envelope<'_> = serde_json::from_str(text).map_err(|error| broken(error.into()))?;
    if envelope.v > T::VERSION {
        let message = format!(
            "the {} record of {what} has version {}, and this program knows only {}: update the program",
            T::KIND,
            envelope.v,
            T::VERSION
        );
        return Err(Error::new(ErrorKind::Unsupported, "read a record", message));
    }
    let body: T::Body = if envelope.v == T::VERSION {
        serde_json::from_str(envelope.body.get()).map_err(|error| broken(error.into()))?
    } else {
        let mut body: Value =
            serde_json::from_str(envelope.body.get()).map_err(|error| broken(error.into()))?;
        for v in envelope.v..T::VERSION {
            body = T::upcast(v, body).map_err(&broken)?;
        }
        serde_json::from_value(body).map_err(|error| broken(error.into()))?
    };
    T::from_body(body).map_err(broken)
}

fn corrupt(kind: &str, what: &dyn Display, reason: &Broken) -> Error {
    let message = format!("the {kind} record of {what} cannot be read: {reason}");
    Error::new(ErrorKind::Corrupt, "read a record", message)
}

/// Shapes are plain structs with text keys: writing them cannot fail.
fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
