//! How a register finds near names.

use std::fmt;
use std::str::FromStr;

use super::trigram::DEFAULT_THRESHOLD;

/// How near names are found.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum CandidateSource {
    /// By the register's own index of names: finds typing errors, other word orders and sounds, whatever the length.
    #[default]
    Index,
    /// Every name at least this similar by its trigrams, exactly as `pg_trgm` counts them. Slower, and blind to more;
    /// for comparing with systems that use it.
    Trigram {
        /// The least similarity of a candidate.
        floor: TrigramFloor,
    },
}

/// The least trigram similarity of a candidate: 0 to 1, 0.35 unless told otherwise.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct TrigramFloor(f64);

/// A number is no similarity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a similarity: give a number from 0 to 1, such as 0.35")]
pub struct FloorError(String);

impl TrigramFloor {
    /// A floor from 0 to 1.
    ///
    /// # Errors
    /// When the number is not in that range.
    pub fn new(floor: f64) -> Result<Self, FloorError> {
        if (0.0..=1.0).contains(&floor) { Ok(Self(floor)) } else { Err(FloorError(floor.to_string())) }
    }

    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl Default for TrigramFloor {
    fn default() -> Self {
        Self(DEFAULT_THRESHOLD)
    }
}

impl FromStr for TrigramFloor {
    type Err = FloorError;

    fn from_str(text: &str) -> Result<Self, FloorError> {
        let wrong = || FloorError(text.chars().take(20).collect());
        text.trim().parse().map_err(|_| wrong()).and_then(Self::new)
    }
}

impl fmt::Display for TrigramFloor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_floor_lies_between_0_and_1() {
        for good in ["0", "1", "0.35", " .5 "] {
            assert!(good.parse::<TrigramFloor>().is_ok(), "{good}");
        }
        for bad in ["-0.1", "1.01", "NaN", "inf", "", "a third"] {
            let error = bad.parse::<TrigramFloor>().unwrap_err();
            assert!(error.to_string().contains("0 to 1"), "{error}");
        }
        assert_eq!(TrigramFloor::default().get(), 0.35);
    }
}
