//! The border against personal data: text that has passed it holds no e-mail address and no telephone number.
//!
//! The types are the rule. [`CleanText`] is what pages are made of and [`Quote`] what evidence carries; neither can
//! be built around such data, so no store can be handed any.

mod address;
mod email;
mod names;
pub(super) mod people;
mod people_grammar;
#[cfg(test)]
mod people_tests;
mod phone;
mod phone_context;
#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Deserializer, Serialize};

use crate::normalize::dedupe_folded;

/// The mask in place of an e-mail address.
pub const EMAIL_MASK: &str = "[e-mail]";
/// The mask in place of a telephone number.
pub const PHONE_MASK: &str = "[phone]";
/// The mask in place of a person's name.
pub const NAME_MASK: &str = "[name]";

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

/// The byte ranges of personal data with their masks, in order, not overlapping.
fn personal_ranges(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let mut found: Vec<(Range<usize>, &'static str)> = Vec::new();
    address::find(text, |range, mask| found.push((range, mask)));
    email::find(text, |range| found.push((range, EMAIL_MASK)));
    phone::find(text, |range| found.push((range, PHONE_MASK)));
    found.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let mut end = 0;
    found.retain(|(range, _)| {
        let keep = range.start >= end;
        end = end.max(range.end);
        keep
    });
    found
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
        let mut clean = text.to_owned();
        // Masking can bring digits together that were apart; a second look settles it.
        for _ in 0..5 {
            let found = personal_ranges(&clean);
            if found.is_empty() {
                return Self::trusted(clean);
            }
            clean = mask(&clean, found);
        }
        Self::trusted(clean.chars().filter(|c| !c.is_ascii_digit() && *c != '@').collect())
    }

    /// Free text of a person: masks names of people too, where the words around give them away.
    ///
    /// ```
    /// use icp_core::model::CleanText;
    /// let text = CleanText::scrub_free("Their COO, Jane Tan, left (9123 4567).");
    /// assert_eq!(text.as_str(), "Their COO, [name], left ([phone]).");
    /// ```
    pub fn scrub_free(text: &str) -> Self {
        let clean = Self::scrub(text);
        people::mask_free(clean.as_str()).map_or(clean, |named| Self::scrub(&named))
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

/// Masks a line that with the line before it reads as a number: a label, or the number's beginning.
pub(super) fn mask_after(previous: &str, line: &str) -> Option<String> {
    const LABEL: usize = 40;
    let number = !line.chars().any(char::is_alphabetic) && line.chars().any(char::is_numeric);
    let label = previous.len() <= LABEL && (previous.contains('+') || !previous.ends_with(char::is_numeric));
    if !number || !label {
        return None;
    }
    let joined = format!("{previous} {line}");
    let begin = previous.len() + 1;
    let (range, mask) = personal_ranges(&joined).into_iter().find(|(range, _)| range.end > begin)?;
    let start = range.start.max(begin);
    Some(format!("{}{mask}{}", &joined[begin..start], &joined[range.end..]))
}

fn mask(text: &str, found: Vec<(Range<usize>, &'static str)>) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut from = 0;
    for (range, mask) in found {
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
