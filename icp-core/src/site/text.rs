//! The words of a page as rules read them: lines with the headings above them, word borders, sentences, quotations.
//!
//! Every range is a byte range of the text that was given, and ends between characters.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::model::{Block, BlockKind, Page, PageKind, Zone};

/// The most bytes that [`quote`] and [`clip`] give. [`Quote`](crate::model::Quote) allows more.
pub const MAX_QUOTE: usize = 300;
/// A block up to this size is quoted whole.
const SHORT_BLOCK: usize = 160;
/// How far from a match a sentence is looked for.
const SENTENCE_REACH: usize = 600;

/// A visible block with the headings it stands under, as [`lines`] gives it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Line<'p> {
    /// The block.
    pub block: &'p Block,
    /// Its text.
    pub text: &'p str,
    /// The heading just above (for a heading: the nearest of a higher level).
    pub heading: Option<&'p str>,
    /// The heading that one stands under, when it is not the page's `h1`.
    pub section: Option<&'p str>,
}

impl<'p> Line<'p> {
    /// Both headings, where it has them.
    pub fn headings(&self) -> impl Iterator<Item = &'p str> {
        self.heading.into_iter().chain(self.section)
    }

    /// Whether it belongs to what every page of a site repeats. Read once, on the home page, it is a fact; counted on
    /// every page it would be the same fact many times.
    pub fn is_boilerplate(&self) -> bool {
        matches!(self.block.zone, Zone::Nav | Zone::Header | Zone::Footer | Zone::Aside | Zone::Form)
    }
}

/// The visible blocks with their headings, in order.
pub fn lines(page: &Page) -> impl Iterator<Item = Line<'_>> {
    let mut stack: [Option<&str>; 7] = [None; 7];
    let mut zone = Zone::Main;
    page.visible().map(move |(block, text)| {
        if block.zone != zone {
            zone = block.zone;
            stack = [None; 7];
        }
        let level = match block.kind {
            BlockKind::Heading(level) => usize::from(level.clamp(1, 6)),
            _ => 7,
        };
        let heading_level = (1..level).rev().find(|&at| stack[at].is_some());
        let heading = heading_level.and_then(|at| stack[at]);
        let section = heading_level.and_then(|at| (2..at).rev().find_map(|above| stack[above]));
        if level < 7 {
            stack[level] = Some(text);
            stack[level + 1..].fill(None);
        }
        Line { block, text, heading, section }
    })
}

/// The lines that speak for this page: its content, and on the home page what every page repeats.
pub fn own_lines(page: &Page) -> impl Iterator<Item = Line<'_>> {
    let home = page.kind == PageKind::Home;
    lines(page).filter(move |line| home || !line.is_boilerplate())
}

/// Whether a span is not part of a longer word.
///
/// ```
/// use icp_core::site::text::is_word;
/// assert!(is_word("we use Xero.", &(7..11)));
/// assert!(!is_word("xeroxed", &(0..4)));
/// ```
pub fn is_word(text: &str, span: &Range<usize>) -> bool {
    let before = text.get(..span.start).and_then(|head| head.chars().next_back());
    let after = text.get(span.end..).and_then(|tail| tail.chars().next());
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

/// Whether a lower-case text has one of the words or phrases, as whole words.
pub fn has_word(lower: &str, words: &[&str]) -> bool {
    words.iter().any(|word| find_word(lower, word).is_some())
}

/// The first place at which a lower-case text has a word or phrase, as whole words.
pub fn find_word(lower: &str, word: &str) -> Option<Range<usize>> {
    lower.match_indices(word).map(|(at, found)| at..at + found.len()).find(|span| is_word(lower, span))
}

/// Whether a lower-case text has a word that begins with one of the stems.
pub fn has_stem(lower: &str, stems: &[&str]) -> bool {
    stems.iter().any(|stem| {
        lower
            .match_indices(stem)
            .any(|(at, _)| !lower[..at].chars().next_back().is_some_and(char::is_alphanumeric))
    })
}

/// The sentence that holds a span, without the space around it. Looks at most 600 bytes to each side.
///
/// ```
/// use icp_core::site::text::sentence;
/// let text = "We ship from Tuas. Orders sync with Xero, e.g. daily. Call us!";
/// let at = text.find("Xero").unwrap();
/// assert_eq!(&text[sentence(text, &(at..at + 4))], "Orders sync with Xero, e.g. daily.");
/// ```
pub fn sentence(text: &str, span: &Range<usize>) -> Range<usize> {
    let from = text.floor_char_boundary(span.start.saturating_sub(SENTENCE_REACH));
    let to = text.ceil_char_boundary(span.end + SENTENCE_REACH);
    let (mut start, mut end) = (from, to);
    for (at, c) in text[from..to].char_indices() {
        let after = from + at + c.len_utf8();
        if !ends_sentence(text, after, c) {
            continue;
        }
        if after <= span.start {
            start = after;
        } else if after >= span.end {
            end = after;
            break;
        }
    }
    trim(text, start..end)
}

fn ends_sentence(text: &str, after: usize, c: char) -> bool {
    match c {
        '。' | '！' | '？' | '\u{2022}' | '|' => true,
        '!' | '?' => text[after..].chars().next().is_none_or(char::is_whitespace),
        '.' => {
            let mut rest = text[after..].chars();
            if !rest.next().is_none_or(char::is_whitespace) {
                return false;
            }
            if rest.next().is_some_and(char::is_lowercase) {
                return false;
            }
            let head = &text[..after - 1];
            let word = head.rsplit(|c: char| !c.is_alphanumeric() && c != '.').next().unwrap_or_default();
            let short = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
            let lower = word.to_lowercase();
            !short
                && !matches!(
                    lower.as_str(),
                    "pte"
                        | "ltd"
                        | "co"
                        | "no"
                        | "nos"
                        | "inc"
                        | "e.g"
                        | "i.e"
                        | "st"
                        | "dr"
                        | "mr"
                        | "ms"
                        | "approx"
                        | "vs"
                        | "reg"
                )
        }
        _ => false,
    }
}

/// The range to quote for a span: a short text whole, else the sentence, else a window of it cut between words.
pub fn quote(text: &str, span: &Range<usize>) -> Range<usize> {
    if text.len() <= SHORT_BLOCK {
        return trim(text, 0..text.len());
    }
    clip(text, sentence(text, span), span)
}

/// Cuts a range to [`MAX_QUOTE`] bytes around a span, between words where it can.
pub fn clip(text: &str, whole: Range<usize>, span: &Range<usize>) -> Range<usize> {
    if whole.len() <= MAX_QUOTE {
        return whole;
    }
    let end_of_span = span.end.min(span.start + MAX_QUOTE);
    let spare = MAX_QUOTE - (end_of_span - span.start);
    let earliest = span.start.saturating_sub(spare / 2).max(whole.start);
    let mut start = text.ceil_char_boundary(earliest);
    if start > whole.start {
        start += text[start..span.start].find(' ').map_or(0, |at| at + 1);
    }
    let mut end = text.floor_char_boundary((start + MAX_QUOTE).min(whole.end));
    if end < whole.end && end > end_of_span {
        end = text[end_of_span..end].rfind(' ').map_or(end, |at| end_of_span + at);
    }
    trim(text, start..end.max(start))
}

/// A range without the white space at both ends.
pub fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let part = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (part.len() - part.trim_start().len());
    start..start + part.trim().len()
}

#[expect(clippy::expect_used, reason = "a constant pattern, compiled by every test")]
static POSTAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(?i:singapore|s'pore|S)[\s,]{0,2}\(?\s?[0-9]{6}\)?").expect("a valid pattern")
});

/// The postal codes of Singapore that a text prints, each with the word before it.
///
/// ```
/// use icp_core::site::text::postal_codes;
/// let text = "10 Tuas Avenue 3, Singapore 639407 and 21 Science Centre Road S(609082)";
/// let found: Vec<&str> = postal_codes(text).map(|range| &text[range]).collect();
/// assert_eq!(found, ["Singapore 639407", "S(609082)"]);
/// ```
pub fn postal_codes(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    POSTAL.find_iter(text).map(|found| found.range())
}

#[cfg(test)]
pub(super) mod testing {
    use super::*;
    use crate::model::{PageBuilder, Timestamp};

    /// A page of one kind.
    pub(crate) fn page(kind: PageKind, blocks: &[(Zone, BlockKind, &str)]) -> Page {
        let mut page = PageBuilder::new("https://northpier.example.sg/", Timestamp::from_micros(0));
        for (zone, kind, text) in blocks {
            page.block(*zone, *kind, text);
        }
        let mut page = page.finish();
        page.kind = kind;
        page
    }

    /// A page of one block of content.
    pub(crate) fn one(kind: PageKind, text: &str) -> Page {
        page(kind, &[(Zone::Main, BlockKind::Text, text)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sentences_end_where_people_end_them() {
        let text = "Northpier Logistics Pte. Ltd. ships from Tuas. We sync with Xero, e.g. daily. Call us!";
        let at = text.find("Xero").unwrap();
        assert_eq!(&text[sentence(text, &(at..at + 4))], "We sync with Xero, e.g. daily.");
        let at = text.find("Tuas").unwrap();
        assert_eq!(&text[sentence(text, &(at..at + 4))], "Northpier Logistics Pte. Ltd. ships from Tuas.");
    }

    #[test]
    fn headings_above_a_line() {
        let page = testing::page(
            PageKind::Home,
            &[
                (Zone::Main, BlockKind::Heading(1), "Top"),
                (Zone::Main, BlockKind::Heading(2), "Integrations"),
                (Zone::Main, BlockKind::Heading(3), "Xero"),
                (Zone::Main, BlockKind::Text, "Daily."),
                (Zone::Main, BlockKind::Heading(2), "Next"),
                (Zone::Footer, BlockKind::Text, "Foot"),
            ],
        );
        let seen: Vec<_> = lines(&page).map(|line| (line.text, line.heading, line.section)).collect();
        assert_eq!(seen[2], ("Xero", Some("Integrations"), None));
        assert_eq!(seen[3], ("Daily.", Some("Xero"), Some("Integrations")));
        assert_eq!(seen[4], ("Next", Some("Top"), None));
        assert_eq!(seen[5], ("Foot", None, None));
    }

    proptest! {
        #[test]
        fn quotes_hold_their_span_and_are_short(text in "(\\PC|[A-Za-z. !?]){0,900}", a in 0usize..900, len in 1usize..40) {
            let start = text.floor_char_boundary(a);
            let end = text.ceil_char_boundary(start + len);
            let got = quote(&text, &(start..end));
            prop_assert!(text.get(got.clone()).is_some());
            prop_assert!(got.len() <= MAX_QUOTE);
            let span = trim(&text, start..end);
            if !span.is_empty() && text[span.clone()].chars().all(char::is_alphanumeric) {
                prop_assert!(got.start <= span.start && span.end <= got.end, "{got:?} {span:?}");
            }
        }
    }
}
