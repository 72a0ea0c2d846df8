//! The border against personal data: text that has passed it holds no e-mail address and no telephone number.
//!
//! The types are the rule. [`CleanText`] is what pages are made of and [`Quote`] what evidence carries; neither can
//! be built around such data, so no store can be handed any.

use std::fmt;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Deserializer, Serialize};

use crate::normalize::dedupe_folded;

/// The mask in place of an e-mail address.
pub const EMAIL_MASK: &str = "[e-mail]";
/// The mask in place of a telephone number.
pub const PHONE_MASK: &str = "[phone]";

/// Why a text is not a [`Quote`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QuoteError {
    /// It holds nothing but white space.
    #[error("the quotation is empty")]
    Empty,
    /// It is longer than [`Quote::MAX_BYTES`].
    #[error("the quotation is longer than {} bytes", Quote::MAX_BYTES)]
    TooLong,
    /// It holds personal data.
    #[error("the quotation holds an e-mail address or a telephone number")]
    PersonalData,
}

#[expect(clippy::expect_used, reason = "constant patterns, compiled by every test")]
static EMAIL: LazyLock<Regex> = LazyLock::new(|| {
    // Also the spellings meant to dodge a scanner: "name (at) host dot com". The @ may be full width.
    Regex::new(
        r"(?xi)
        [\p{L}0-9._%+\-]+ \s? (?: @ | \u{ff20} | &\#64; | %40 | [\(\[\{]\s*at\s*[\)\]\}] ) \s?
        [\p{L}0-9\-]+ (?: \s?(?:\.|[\(\[\{]\s*dot\s*[\)\]\}])\s? [\p{L}0-9\-]+ )+
        ",
    )
    .expect("a valid pattern")
});

#[expect(clippy::expect_used, reason = "constant patterns, compiled by every test")]
static PHONE: LazyLock<Regex> = LazyLock::new(|| {
    // 1. international: +65 6123 4567; 2. after a label: Tel: 6123 4567; 3. Singapore's eight digits in two groups.
    Regex::new(
        r"(?xi)
          (?: \+ | \b00 ) \s? \(? [0-9]{1,3} \)? (?: [\s.\-/()]{0,2} [0-9] ){6,13}
        | (?: \b (?: tel | telephone | phone | call | mobile | hp | fax | whatsapp | hotline ) \b [\s.:\-]{0,4} )
          \(? [0-9] (?: [\s.\-/()]{0,2} [0-9] ){6,13}
        | \( \s? 65 \s? \) \s? [0-9]{4} [\s\-]? [0-9]{4}
        | \b [3689] [0-9]{3} [\s\u{a0}\-] [0-9]{4} \b
        ",
    )
    .expect("a valid pattern")
});

/// The byte ranges of e-mail addresses and telephone numbers, in order, not overlapping.
fn personal_ranges(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let mut found: Vec<(Range<usize>, &'static str)> = EMAIL
        .find_iter(text)
        .map(|m| (m.range(), EMAIL_MASK))
        .chain(PHONE.find_iter(text).filter(|m| !is_year_range(m.as_str())).map(|m| (m.range(), PHONE_MASK)))
        .collect();
    found.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let mut end = 0;
    found.retain(|(range, _)| {
        let keep = range.start >= end;
        end = end.max(range.end);
        keep
    });
    found
}

/// `2019-2024` would pass for eight digits in two groups if it began with another digit; `9001 2015` does.
fn is_year_range(text: &str) -> bool {
    let mut groups = text.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty());
    let (Some(first), Some(second), None) = (groups.next(), groups.next(), groups.next()) else {
        return false;
    };
    first.len() == 4
        && matches!(first, "9001" | "9000" | "9004" | "3166" | "8601")
        && second.parse::<u16>().is_ok_and(|year| (1980..2100).contains(&year))
}

/// Text without e-mail addresses or telephone numbers: they were replaced by a mask when it was made.
///
/// ```
/// use icp_core::model::CleanText;
/// let text = CleanText::scrub("Write to jane.tan@acme.sg or call +65 6123 4567.");
/// assert_eq!(text.as_str(), "Write to [e-mail] or call [phone].");
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct CleanText(String);

impl CleanText {
    /// Masks what must not be kept. Total and idempotent.
    pub fn scrub(text: &str) -> Self {
        let mut clean = mask(text);
        // Masking can bring digits together that were apart; a second look settles it.
        for _ in 0..4 {
            if personal_ranges(&clean).is_empty() {
                return Self::trusted(clean);
            }
            clean = mask(&clean);
        }
        Self::trusted(clean.chars().filter(|c| !c.is_ascii_digit() && *c != '@').collect())
    }

    /// Text that was clean when it was stored. Records only: no rule is applied again.
    pub(crate) fn trusted(text: String) -> Self {
        Self(text)
    }

    /// Texts without personal data, each once however it is capitalised or spaced.
    pub(crate) fn each_once<S: AsRef<str>>(texts: impl IntoIterator<Item = S>) -> Vec<Self> {
        let clean = texts.into_iter().map(|text| Self::scrub(text.as_ref()));
        dedupe_folded(clean).iter().map(|text| Self::scrub(text)).collect()
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// The same as [`scrub`](CleanText::scrub).
impl From<&str> for CleanText {
    fn from(text: &str) -> Self {
        Self::scrub(text)
    }
}

impl fmt::Display for CleanText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for CleanText {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// Sound, since equality, order and hash are those of the text.
impl std::borrow::Borrow<str> for CleanText {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for CleanText {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for CleanText {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

fn mask(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut from = 0;
    for (range, mask) in personal_ranges(text) {
        clean.push_str(&text[from..range.start]);
        clean.push_str(mask);
        from = range.end;
    }
    clean.push_str(&text[from..]);
    clean
}

impl fmt::Debug for CleanText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<'de> Deserialize<'de> for CleanText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::scrub(&String::deserialize(deserializer)?))
    }
}

/// A verbatim quotation that evidence may carry: 1 to 400 bytes, no personal data.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Quote(String);

impl Quote {
    /// The maximum length of a quote, in bytes.
    pub const MAX_BYTES: usize = 400;

    /// Takes a text as it is, or refuses it; it is never shortened or masked, since it must stay verbatim.
    ///
    /// # Errors
    /// When it is empty, too long, or holds an e-mail address or a telephone number.
    pub fn new(text: &str) -> Result<Self, QuoteError> {
        if text.trim().is_empty() {
            Err(QuoteError::Empty)
        } else if text.len() > Self::MAX_BYTES {
            Err(QuoteError::TooLong)
        } else if personal_ranges(text).is_empty() {
            Ok(Self::trusted(text.to_owned()))
        } else {
            Err(QuoteError::PersonalData)
        }
    }

    /// A quotation that was valid when it was stored. Records only: no rule is applied again.
    pub(crate) fn trusted(text: String) -> Self {
        Self(text)
    }

    /// The quotation.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Quote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for Quote {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Quote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<'de> Deserialize<'de> for Quote {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_masked() {
        for (text, clean) in [
            ("jane@acme.sg", "[e-mail]"),
            ("Jane.Tan+x@mail.acme.com.sg!", "[e-mail]!"),
            ("jane (at) acme (dot) sg", "[e-mail]"),
            ("jane＠acme.sg", "[e-mail]"),
            ("Tel: 6123 4567", "[phone]"),
            ("(65) 6123-4567", "[phone]"),
            ("+65-9123-4567 ext", "[phone] ext"),
            ("Call 91234567 now", "[phone] now"),
            ("office 6123 4567, level 3", "office [phone], level 3"),
        ] {
            assert_eq!(CleanText::scrub(text).as_str(), clean, "{text}");
        }
    }

    #[test]
    fn what_is_left_alone() {
        for text in [
            "UEN 201912345K",
            "UEN: 53012345X",
            "since 2019-2024",
            "ISO 9001 2015",
            "ISO 9001:2015",
            "Singapore 048581",
            "12,000 orders a day",
            "S$1,200,000",
            "50 to 200 people",
            "@acme on social media",
            "v1.2.3",
            "#08-01",
        ] {
            assert_eq!(CleanText::scrub(text).as_str(), text);
        }
    }

    #[test]
    fn quotes_refuse_what_text_masks() {
        assert_eq!(Quote::new("mail jane@acme.sg"), Err(QuoteError::PersonalData));
        assert!(serde_json::from_str::<Quote>("\"+65 6123 4567\"").is_err());
        assert!(Quote::new("we use Xero").is_ok());
    }

    #[test]
    fn quotes_have_the_length_they_promise() {
        assert_eq!(Quote::new(""), Err(QuoteError::Empty));
        assert_eq!(Quote::new(" \n"), Err(QuoteError::Empty));
        assert!(Quote::new(&"a".repeat(Quote::MAX_BYTES)).is_ok());
        assert_eq!(Quote::new(&"a".repeat(Quote::MAX_BYTES + 1)), Err(QuoteError::TooLong));
        assert_eq!(
            Quote::new(&"é".repeat(Quote::MAX_BYTES / 2 + 1)),
            Err(QuoteError::TooLong),
            "bytes, not letters"
        );
    }

    proptest! {
        #[test]
        fn scrubbed_text_always_makes_a_quote(text in "(\\PC|[0-9 @.+()-]){0,80}") {
            let clean = CleanText::scrub(&text);
            let quote = Quote::new(clean.as_str());
            prop_assert!(quote.is_ok() || quote == Err(QuoteError::Empty), "{quote:?}");
            prop_assert_eq!(CleanText::scrub(clean.as_str()), clean);
        }
    }
}
