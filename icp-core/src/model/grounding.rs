//! What the border asks of a model's findings beyond a quotation that is on the page: that a person could read it there,
//! and that the value stands in it. Rules may conclude a value from words; a model must show it.

use std::ops::Range;

use super::evidence::{Finding, QuarantineReason, SignalKey};
use super::headcount::HeadcountBand;
use super::page::{Page, Zone};
use crate::normalize::{FoldedText, is_whole};

/// Whether a model may quote a zone for a key: the content for every key, the head and foot of a page for what companies
/// print there. What only machines read, menus, forms and side columns prove nothing.
pub fn model_may_quote(key: SignalKey, zone: Zone) -> bool {
    match zone {
        Zone::Main => true,
        Zone::Header | Zone::Footer => matches!(key, SignalKey::Location | SignalKey::Compliance),
        _ => false,
    }
}

/// Whether a model's value stands in its quotation.
///
/// Names, titles, places, amounts and all else must stand there as they are, under the folding of
/// [`FoldedText`], contiguous, and as whole words and numbers. Titles and countries are not
/// normalised before this check, so `VP Sales` is not shown by `Vice President of Sales`. A headcount may be written as a
/// [band](HeadcountBand): each bound must be a number of the quotation, and an open band needs a word or sign for "more".
///
/// ```
/// use icp_core::model::{SignalKey, value_in_quote};
/// assert!(value_in_quote(SignalKey::Integration, "Xero", "Orders sync with XERO daily"));
/// assert!(!value_in_quote(SignalKey::Integration, "Xero", "Orders sync with Xerox"));
/// assert!(value_in_quote(SignalKey::HeadcountHint, "1200+", "over 1,200 people"));
/// assert!(!value_in_quote(SignalKey::HeadcountHint, "120", "over 1,200 people"));
/// ```
pub fn value_in_quote(key: SignalKey, value: &str, quote: &str) -> bool {
    let (value, quote) = (FoldedText::of(value), FoldedText::of(quote));
    if key == SignalKey::HeadcountHint
        && let Ok(band) = value.as_str().parse()
    {
        return band_in(band, quote.as_str());
    }
    let value = value.as_str();
    if !value.chars().any(char::is_alphanumeric) {
        return false;
    }
    occurrences(quote.as_str(), value).any(|at| is_whole(quote.as_str(), &at))
}

/// All places of a part, overlapping ones too.
fn occurrences<'t>(text: &'t str, part: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + text.get(from..)?.find(part)?;
        from = at + part.chars().next().map_or(1, char::len_utf8);
        Some(at..at + part.len())
    })
}

#[rustfmt::skip]
const MORE: &[&str] = &[
    "over", "more than", "at least", "above", "upwards of", "excess of", "exceed", "mehr als", "\u{fc}ber", "u\u{308}ber",
    "plus de", "ma\u{301}s de", "mais de", "lebih", "oltre", "meer dan", "\u{8d85}\u{8fc7}", "\u{591a}", "\u{4ee5}\u{4e0a}",
];

fn band_in(band: HeadcountBand, quote: &str) -> bool {
    let numbers = numbers(quote);
    let has = |n: u32| numbers.iter().any(|number| number.0 == n);
    match band.max() {
        Some(max) => has(band.min()) && has(max),
        None => {
            let more = MORE.iter().any(|word| quote.contains(word));
            numbers.iter().any(|&(number, plus)| number == band.min() && (plus || more))
        }
    }
}

/// The whole numbers of a folded text, each with whether a plus follows. `1,200` is one number, `4.5` is none.
fn numbers(text: &str) -> Vec<(u32, bool)> {
    let mut found = Vec::new();
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | ',' | '\'');
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let joined = rest[..start].chars().next_back().is_some_and(is_part_before);
        let tail = &rest[start..];
        let end = tail.find(|c| !is_part(c)).unwrap_or(tail.len());
        let after = &tail[end..];
        let token = tail[..end].trim_end_matches(['.', ',', '\'']);
        let digits = token.find(|c: char| c.is_alphabetic()).map_or(token, |at| &token[..at]);
        let unit = &token[digits.len()..];
        if !joined
            && !matches!(unit, "st" | "nd" | "rd" | "th")
            && let Some(number) = whole_number(digits)
            && let Some(number) = if unit == "k" { number.checked_mul(1000) } else { Some(number) }
        {
            found.push((number, after.starts_with('+')));
        }
        rest = after;
    }
    found
}

fn is_part_before(c: char) -> bool {
    c.is_ascii_alphabetic() || c.is_numeric() || matches!(c, '.' | ',')
}

/// Digits, in groups of three where they are grouped.
fn whole_number(text: &str) -> Option<u32> {
    let mut groups = text.split([',', '.', '\'']);
    let first = groups.next()?;
    let grouped = first.len() <= 3 && groups.clone().all(|group| group.len() == 3);
    if groups.next().is_some() && !grouped {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// What class `Model` needs at the border besides a verbatim quotation: that it lies within one block of a zone the key
/// may be quoted from, and that the value stands in it.
///
/// # Errors
/// `WrongZone` or `ValueNotInQuote`.
pub fn check_model_finding(finding: &Finding, page: &Page) -> Result<(), QuarantineReason> {
    let zone = page.zone_at(&finding.range).ok_or(QuarantineReason::WrongZone)?;
    // A line break stands between two blocks and nowhere else.
    if !model_may_quote(finding.key, zone) || finding.quote.contains('\n') {
        Err(QuarantineReason::WrongZone)
    } else if !value_in_quote(finding.key, &finding.value, &finding.quote) {
        Err(QuarantineReason::ValueNotInQuote)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_that_a_quotation_shows() {
        use SignalKey::{
            Compliance, HeadcountHint, Integration, Location, PricingHint, StaffTitle, Technology,
        };
        for (key, value, quote, shown) in [
            (Integration, "QuickBooks Online", "sync with QuickBooks  online.", true),
            (Integration, "Xero Slack", "sync with Xero, Slack", false),
            (Integration, "Salesforce", "sync with Sales force", false),
            (Technology, "C", "written in C++", false),
            (Technology, "C++", "written in C++.", true),
            (Technology, "Node", "Stack: Node.js", false),
            (Compliance, "ISO 9001", "ISO 9001:2015 certified", true),
            (Compliance, "ISO 27001", "ISO 9001:2015 certified", false),
            (PricingHint, "$49", "from $49 a month", true),
            (PricingHint, "$49", "from $490 a month", false),
            (PricingHint, "$4", "from $4.99", false),
            (Location, "K\u{f6}ln", "B\u{fc}ro in KO\u{308}LN", true),
            (StaffTitle, "VP Sales", "our Vice President of Sales", false),
            (HeadcountHint, "85", "a team of 85 people", true),
            (HeadcountHint, "85+", "a team of 85 people", false),
            (HeadcountHint, "85+", "a team of 85+ people", true),
            (HeadcountHint, "50\u{2013}200", "50 to 200 staff", true),
            (HeadcountHint, "50\u{2013}250", "50 to 200 staff", false),
            (HeadcountHint, "1k+", "more than 1,000 staff", true),
            (HeadcountHint, "5", "5people", true),
            (HeadcountHint, "20", "since 1820, B20 and 4.20", false),
            (Integration, "", "anything", false),
            (Integration, "...", "wait...", false),
        ] {
            assert_eq!(value_in_quote(key, value, quote), shown, "{value} in {quote}");
        }
    }

    proptest! {
        #[test]
        fn checks_are_total(value in "(\\PC|[0-9k+,.\u{2013}]){0,20}", quote in "(\\PC|[0-9k+,. ]){0,60}") {
            for key in SignalKey::ALL {
                let _ = value_in_quote(*key, &value, &quote);
            }
        }
    }
}
