//! Points in time and calendar dates, without a clock.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Why a text is not a time or a date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
pub struct TimeError {
    text: String,
    expected: &'static str,
}

/// A point in time, in microseconds since 1970-01-01T00:00:00Z. RFC 3339 in text and JSON.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the Unix epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// This time plus a duration.
    #[must_use]
    pub fn plus(self, duration: std::time::Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }

    /// Milliseconds from `earlier` to `self`; 0 if it is later.
    pub fn millis_since(self, earlier: Timestamp) -> u64 {
        u64::try_from(self.0.saturating_sub(earlier.0) / 1000).unwrap_or(0)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(time) => write!(f, "{time}"),
            Err(_) => write!(f, "{}us", self.0),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Timestamp {
    type Err = TimeError;
    fn from_str(text: &str) -> Result<Self, TimeError> {
        text.parse::<jiff::Timestamp>().map(|time| Self(time.as_microsecond())).map_err(|_| TimeError {
            text: text.chars().take(80).collect(),
            expected: "an RFC 3339 time such as 2026-01-31T08:00:00Z",
        })
    }
}

/// A calendar date, `YYYY-MM-DD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: i16,
    month: i8,
    day: i8,
}

impl Date {
    /// A date that exists in the Gregorian calendar.
    ///
    /// # Errors
    /// When there is no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, TimeError> {
        jiff::civil::Date::new(year, month, day)
            .map(|_| Self { year, month, day })
            .map_err(|_| TimeError { text: format!("{year}-{month}-{day}"), expected: "a day that exists" })
    }

    /// The year.
    pub const fn year(self) -> i16 {
        self.year
    }

    /// Whole years from `self` to `later`; negative when `later` is earlier.
    ///
    /// ```
    /// use icp_core::model::Date;
    /// let born: Date = "2015-06-30".parse()?;
    /// assert_eq!(born.years_until("2026-06-29".parse()?), 10);
    /// assert_eq!(born.years_until("2026-06-30".parse()?), 11);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn years_until(self, later: Date) -> i32 {
        let years = i32::from(later.year) - i32::from(self.year);
        if (later.month, later.day) < (self.month, self.day) { years - 1 } else { years }
    }

    /// The date of a time, in UTC.
    pub fn of(time: Timestamp) -> Self {
        let date = jiff::Timestamp::from_microsecond(time.as_micros())
            .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
            .to_zoned(jiff::tz::TimeZone::UTC)
            .date();
        Self { year: date.year(), month: date.month(), day: date.day() }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Date {
    type Err = TimeError;
    fn from_str(text: &str) -> Result<Self, TimeError> {
        let wrong =
            || TimeError { text: text.chars().take(80).collect(), expected: "a date such as 2026-01-31" };
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return Err(wrong());
        }
        let number = |range: std::ops::Range<usize>| -> Option<i16> {
            let part = text.get(range)?;
            part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok())?
        };
        let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else {
            return Err(wrong());
        };
        match (i8::try_from(month), i8::try_from(day)) {
            (Ok(month), Ok(day)) => Self::new(year, month, day).map_err(|_| wrong()),
            _ => Err(wrong()),
        }
    }
}

macro_rules! serde_as_text {
    ($($name:ident),*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}
pub(crate) use serde_as_text;

serde_as_text!(Timestamp, Date);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rfc_3339() {
        let time: Timestamp = "2026-11-23T01:02:03Z".parse().unwrap();
        assert_eq!(time.to_string(), "2026-11-23T01:02:03Z");
        assert_eq!(Date::of(time).to_string(), "2026-11-23");
        assert!("yesterday".parse::<Timestamp>().is_err());
    }

    #[test]
    fn dates_that_do_not_exist_are_refused() {
        for bad in ["2025-02-29", "2025-13-01", "na", "2025-1-1", "20250101", "２０２５-01-01"] {
            assert!(bad.parse::<Date>().is_err(), "{bad}");
        }
        assert!("2024-02-29".parse::<Date>().is_ok());
    }
}
