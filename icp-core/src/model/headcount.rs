//! How many people work somewhere, as people say it.

use std::fmt;
use std::str::FromStr;

use super::time::serde_as_text;

/// Why a text is not a headcount band.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a headcount band; write it like 50-200, 200+, <10, 120 or 1k-5k")]
pub struct HeadcountError(String);

/// A range of employees, both ends included, the upper one perhaps open.
///
/// ```
/// use icp_core::model::HeadcountBand;
/// let band: HeadcountBand = "1,000 – 5k employees".parse()?;
/// assert_eq!((band.min(), band.max()), (1000, Some(5000)));
/// assert_eq!("200+".parse::<HeadcountBand>()?.to_string(), "200+");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HeadcountBand {
    min: u32,
    max: Option<u32>,
}

impl HeadcountBand {
    /// The bands people filter by (LinkedIn's), lower and upper end.
    pub const STANDARD: [(u32, Option<u32>); 8] = [
        (1, Some(10)),
        (11, Some(50)),
        (51, Some(200)),
        (201, Some(500)),
        (501, Some(1000)),
        (1001, Some(5000)),
        (5001, Some(10_000)),
        (10_001, None),
    ];

    /// A band; `None` when `max` is below `min`.
    pub fn new(min: u32, max: Option<u32>) -> Option<Self> {
        (max.is_none_or(|max| max >= min)).then_some(Self { min, max })
    }

    /// The fewest employees.
    pub fn min(self) -> u32 {
        self.min
    }

    /// The most employees; `None` means open.
    pub fn max(self) -> Option<u32> {
        self.max
    }

    /// A single figure to take a median of: the middle of a closed band, the lower end of an open one.
    pub fn middle(self) -> u32 {
        self.max.map_or(self.min, |max| self.min + (max - self.min) / 2)
    }

    /// Whether some headcount lies in both.
    pub fn overlaps(self, other: Self) -> bool {
        self.min <= other.max.unwrap_or(u32::MAX) && other.min <= self.max.unwrap_or(u32::MAX)
    }

    /// The smallest band that covers both.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        let max = match (self.max, other.max) {
            (Some(a), Some(b)) => Some(a.max(b)),
            _ => None,
        };
        Self { min: self.min.min(other.min), max }
    }

    /// The standard band that holds the middle of this one.
    #[must_use]
    pub fn standard(self) -> Self {
        let middle = self.middle().max(1);
        let (min, max) = Self::STANDARD
            .into_iter()
            .find(|(_, max)| max.is_none_or(|max| middle <= max))
            .unwrap_or((10_001, None));
        Self { min, max }
    }
}

impl FromStr for HeadcountBand {
    type Err = HeadcountError;

    fn from_str(text: &str) -> Result<Self, HeadcountError> {
        let wrong = || HeadcountError(text.chars().take(60).collect());
        let mut clean: String = text.trim().to_lowercase();
        for word in ["employees", "employee", "people", "staff", "headcount", "hc", "fte", "ftes"] {
            if let Some(rest) = clean.strip_suffix(word) {
                clean = rest.trim_end().to_owned();
            }
        }
        let clean: String = clean
            .chars()
            .filter(|c| !c.is_whitespace() && *c != ',')
            .map(|c| match c {
                '\u{2010}'..='\u{2015}' | '\u{2212}' | '~' | '\u{ff5e}' => '-',
                '\u{ff0b}' => '+',
                '\u{2264}' => '\u{2264}',
                other => other,
            })
            .collect();
        let clean = clean.replace("to", "-");
        let band = if let Some(rest) = clean.strip_prefix("<=").or_else(|| clean.strip_prefix('\u{2264}')) {
            Self::new(1, Some(number(rest).ok_or_else(wrong)?))
        } else if let Some(rest) = clean.strip_prefix('<') {
            Self::new(1, Some(number(rest).and_then(|n| n.checked_sub(1)).ok_or_else(wrong)?))
        } else if let Some(rest) = clean.strip_prefix(">=").or_else(|| clean.strip_prefix('\u{2265}')) {
            Self::new(number(rest).ok_or_else(wrong)?, None)
        } else if let Some(rest) = clean.strip_prefix('>') {
            Self::new(number(rest).and_then(|n| n.checked_add(1)).ok_or_else(wrong)?, None)
        } else if let Some(rest) = clean.strip_suffix('+') {
            Self::new(number(rest).ok_or_else(wrong)?, None)
        } else if let Some((low, high)) = clean.split_once('-') {
            // "1-5k" means 1k-5k only when the low end would make no sense without it; people write "1k-5k".
            Self::new(number(low).ok_or_else(wrong)?, Some(number(high).ok_or_else(wrong)?))
        } else {
            let n = number(&clean).ok_or_else(wrong)?;
            Self::new(n, Some(n))
        };
        band.filter(|band| band.max != Some(0)).ok_or_else(wrong)
    }
}

fn number(text: &str) -> Option<u32> {
    let (digits, factor) = match text.strip_suffix('k') {
        Some(digits) => (digits, 1000.0),
        None => (text, 1.0),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let value = digits.parse::<f64>().ok()? * factor;
    (value.fract() == 0.0 && value <= 10_000_000.0).then_some(value as u32)
}

impl fmt::Display for HeadcountBand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.max {
            None => write!(f, "{}+", self.min),
            Some(max) if max == self.min => write!(f, "{max}"),
            Some(max) => write!(f, "{}\u{2013}{max}", self.min),
        }
    }
}

impl fmt::Debug for HeadcountBand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

mod serde_impls {
    use super::{HeadcountBand, serde_as_text};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    serde_as_text!(HeadcountBand);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_ways_people_write_it() {
        for (text, min, max) in [
            ("50-200", 50, Some(200)),
            ("50–200", 50, Some(200)),
            ("50 — 200 employees", 50, Some(200)),
            ("50 to 200", 50, Some(200)),
            ("200+", 200, None),
            (">200", 201, None),
            ("<10", 1, Some(9)),
            ("≤10", 1, Some(10)),
            ("1k-5k", 1000, Some(5000)),
            ("1,001-5,000", 1001, Some(5000)),
            ("1.5k", 1500, Some(1500)),
            ("120", 120, Some(120)),
        ] {
            let band: HeadcountBand = text.parse().unwrap();
            assert_eq!((band.min(), band.max()), (min, max), "{text}");
        }
        for bad in ["", "many", "200-50", "-", "<0", "0", "1e9", "99999999999", "50-"] {
            assert!(bad.parse::<HeadcountBand>().is_err(), "{bad}");
        }
    }

    #[test]
    fn standard_band_holds_the_middle() {
        let band: HeadcountBand = "60-90".parse().unwrap();
        assert_eq!(band.standard().to_string(), "51–200");
        assert_eq!("20000+".parse::<HeadcountBand>().unwrap().standard().to_string(), "10001+");
    }

    proptest! {
        #[test]
        fn printing_and_parsing_agree(min in 1u32..100_000, more in proptest::option::of(0u32..100_000)) {
            let band = HeadcountBand::new(min, more.map(|more| min + more)).unwrap();
            prop_assert_eq!(band.to_string().parse::<HeadcountBand>(), Ok(band));
        }

        #[test]
        fn parsing_is_total(text in "\\PC{0,20}") {
            let _ = text.parse::<HeadcountBand>();
        }
    }
}
