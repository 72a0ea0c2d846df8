//! Numbers between 0 and 1.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How sure an extractor's rule is: finite, 0 to 1, three decimals. Computed by rules, never taken from a model's word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Confidence(u16);

impl Confidence {
    /// From a fraction; values outside 0..=1 (or not finite) are pulled to the nearest end, NaN to 0.
    pub fn new(fraction: f64) -> Self {
        let clamped = if fraction.is_nan() { 0.0 } else { fraction.clamp(0.0, 1.0) };
        Self((clamped * 1000.0).round() as u16)
    }

    /// The fraction.
    pub fn get(self) -> f64 {
        f64::from(self.0) / 1000.0
    }
}

impl fmt::Debug for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.get())
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2}", self.get())
    }
}

impl Serialize for Confidence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.get())
    }
}

impl<'de> Deserialize<'de> for Confidence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = f64::deserialize(deserializer)?;
        if (0.0..=1.0).contains(&value) {
            Ok(Self::new(value))
        } else {
            Err(serde::de::Error::custom("a confidence lies between 0 and 1"))
        }
    }
}
