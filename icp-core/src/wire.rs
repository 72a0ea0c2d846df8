//! JSON that people send. Tolerant in what it accepts, strict in what it makes: a payload is whole, or every error comes
//! at once with its place.

mod fields;
mod intake;

pub use fields::{FieldError, IntakeErrors};
pub use intake::{ParsedIntake, parse_intake, parse_intake_text};
