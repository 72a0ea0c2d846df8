//! Singapore's Unique Entity Number.

use std::fmt;
use std::str::FromStr;

use super::time::serde_as_text;

/// Why a text is not a UEN.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a UEN (nnnnnnnnX, yyyynnnnnX or TyyPQnnnnX)")]
pub struct UenError(String);

/// A UEN of one of the three shapes ACRA issues: `nnnnnnnnX` (businesses), `yyyynnnnnX` (local companies) and
/// `TyyPQnnnnX` (others, with T, S or R for the century). Upper case. The check letter is not verified:
/// its algorithm is not published.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uen {
    bytes: [u8; 10],
    len: u8,
}

impl Uen {
    /// The country that issues these numbers: a register keyed by them lists that country's entities.
    pub const COUNTRY: &'static str = "Singapore";

    /// The UEN as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.len)]).unwrap_or_default()
    }
}

impl FromStr for Uen {
    type Err = UenError;
    fn from_str(text: &str) -> Result<Self, UenError> {
        let wrong = || UenError(text.chars().take(40).collect());
        let trimmed = text.trim();
        if !matches!(trimmed.len(), 9 | 10) || !trimmed.is_ascii() {
            return Err(wrong());
        }
        let mut bytes = [0u8; 10];
        for (to, from) in bytes.iter_mut().zip(trimmed.bytes()) {
            *to = from.to_ascii_uppercase();
        }
        let uen = Self { bytes, len: trimmed.len() as u8 };
        let shape: String = uen
            .as_str()
            .chars()
            .map(|c| {
                if c.is_ascii_digit() {
                    'n'
                } else if c.is_ascii_uppercase() {
                    'A'
                } else {
                    '?'
                }
            })
            .collect();
        let century = matches!(bytes[0], b'T' | b'S' | b'R');
        let ok = match shape.as_str() {
            "nnnnnnnnA" => true,
            "nnnnnnnnnA" => matches!(&bytes[..2], b"18" | b"19" | b"20"),
            "AnnAAnnnnA" | "AnnAnnnnnA" => century,
            _ => false,
        };
        if ok { Ok(uen) } else { Err(wrong()) }
    }
}

impl fmt::Display for Uen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Uen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uen({})", self.as_str())
    }
}

mod serde_impls {
    use super::{Uen, serde_as_text};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    serde_as_text!(Uen);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_shapes() {
        for good in ["53012345X", "201912345k", "T09LL0001B", "S66FC1234C", " 200312345Z "] {
            assert!(good.parse::<Uen>().is_ok(), "{good}");
        }
        for bad in ["", "201912345", "2019123456K", "A09LL0001B", "999912345K", "20191234５K", "na"] {
            assert!(bad.parse::<Uen>().is_err(), "{bad}");
        }
        assert_eq!("201912345k".parse::<Uen>().unwrap().as_str(), "201912345K");
    }
}
