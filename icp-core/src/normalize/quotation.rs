//! The form under which two spellings of a quotation are the same, with the way back to the bytes of the source.
//!
//! Declared once, so that whoever places a quotation and whoever checks it agree: compatibility decomposition (so composed
//! and decomposed letters, full-width forms and ligatures are one), one kind of quotation mark, apostrophe and dash, three
//! dots for an ellipsis, one space for any white space, no invisible characters, no case. Raised and lowered digits stay
//! what they are: the mark of a footnote is not part of a number.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// A text in its folded form. Every byte of it knows the bytes of the source it came from.
///
/// ```
/// use icp_core::normalize::FoldedText;
/// let page = FoldedText::of("We\u{a0}\u{201c}sync\u{201d} \u{2013} daily\u{2026}");
/// assert_eq!(page.as_str(), "we \"sync\" - daily...");
/// let at = page.as_str().find("\"sync\"").unwrap();
/// assert_eq!(page.source(&(at..at + 6)), Some(4..14));
/// assert_eq!(page.source(&(at + 10..at + 12)), Some(20..22));
/// ```
#[derive(Clone, Debug, Default)]
pub struct FoldedText {
    text: String,
    /// For each byte of the text, where its source begins and ends. All bytes of one source have the same pair.
    places: Vec<(u32, u32)>,
}

impl FoldedText {
    /// Folds a text.
    pub fn of(text: &str) -> Self {
        let mut folded = Self::default();
        folded.push(text, 0);
        folded
    }

    /// Adds a text that begins at byte `offset` of the source, without the white space at its ends.
    pub fn push(&mut self, text: &str, offset: usize) {
        let first = self.text.len();
        let mut space: Option<(u32, u32)> = None;
        let mut from = 0;
        while let Some(unit) = text.get(from..).and_then(next_unit) {
            let place = ((offset + from) as u32, (offset + from + unit.len()) as u32);
            from += unit.len();
            if unit.chars().all(char::is_whitespace) {
                space = Some(space.map_or(place, |(start, _)| (start, place.1)));
                continue;
            }
            if unit.chars().all(is_invisible) {
                continue;
            }
            if let Some(gap) = space.take()
                && self.text.len() > first
            {
                self.add(" ", gap);
            }
            self.fold_unit(unit, place);
        }
    }

    /// Ends a part with a mark that no folded quotation holds, so that none is found across it.
    pub fn end_part(&mut self, offset: usize) {
        self.add("\n", (offset as u32, offset as u32 + 1));
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The bytes of the source that a range of the folded text came from; `None` when it begins or ends within one letter
    /// of the source.
    pub fn source(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let (&(start, _), &(_, end)) =
            (self.places.get(range.start)?, self.places.get(range.end.checked_sub(1)?)?);
        let whole_start = range.start == 0 || self.places[range.start - 1].0 != start;
        let whole_end = self.places.get(range.end).is_none_or(|next| next.1 != end);
        (whole_start && whole_end && start < end).then_some(start as usize..end as usize)
    }

    fn fold_unit(&mut self, unit: &str, place: (u32, u32)) {
        let mut buffer = [0; 4];
        match plain(unit) {
            Some(same) => self.add(same, place),
            None if unit.len() == 1 => self.add(&unit.to_ascii_lowercase(), place),
            None if unit.chars().next().is_some_and(is_small_digit) => self.add(unit, place),
            None => {
                for c in unit.nfkd().filter(|c| !is_invisible(*c)) {
                    if c.is_whitespace() {
                        self.add(" ", place);
                    } else if let Some(same) = plain(c.encode_utf8(&mut buffer)) {
                        self.add(same, place);
                    } else {
                        // By way of the capital, so that both ways to write a sharp s or a final sigma are one.
                        for upper in c.to_uppercase() {
                            for lower in upper.to_lowercase() {
                                self.add(lower.encode_utf8(&mut buffer), place);
                            }
                        }
                    }
                }
            }
        }
    }

    fn add(&mut self, text: &str, place: (u32, u32)) {
        self.text.push_str(text);
        self.places.resize(self.text.len(), place);
    }
}

/// A letter with the marks that follow it.
fn next_unit(text: &str) -> Option<&str> {
    let mut chars = text.char_indices();
    let (_, first) = chars.next()?;
    if first.is_ascii() && text.as_bytes().get(1).is_none_or(u8::is_ascii) {
        return text.get(..1);
    }
    let end = chars.find(|(_, c)| canonical_combining_class(*c) == 0).map_or(text.len(), |(at, _)| at);
    text.get(..end)
}

/// Signs that are written in several ways.
fn plain(unit: &str) -> Option<&'static str> {
    let mut chars = unit.chars();
    let (first, None) = (chars.next()?, chars.next()) else { return None };
    Some(match first {
        '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{b4}' | '`' | '\u{2bc}' | '\u{ff07}' => "'",
        '\u{201c}'..='\u{201f}' | '\u{2033}' | '\u{ab}' | '\u{bb}' | '\u{ff02}' => "\"",
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => "-",
        '\u{2026}' => "...",
        _ => return None,
    })
}

/// Characters that nobody sees.
fn is_invisible(c: char) -> bool {
    c.is_control() && !c.is_whitespace()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}')
}

fn is_small_digit(c: char) -> bool {
    matches!(c, '\u{b2}' | '\u{b3}' | '\u{b9}' | '\u{2070}'..='\u{2079}' | '\u{2080}'..='\u{2089}')
}

/// Whether a range of a text, which may be folded, is whole words, numbers and signs: it cuts none at its ends. `4` is
/// not whole in `49` or `4.99`, `C` is not in `C++`, `$49` is not in `S$49`. Scripts without spaces have no such borders.
///
/// ```
/// use icp_core::normalize::is_whole;
/// assert!(is_whole("we use Xero.", &(7..11)));
/// assert!(!is_whole("from $4.99", &(5..7)));
/// ```
pub fn is_whole(text: &str, range: &Range<usize>) -> bool {
    let (Some(head), Some(part), Some(tail)) =
        (text.get(..range.start), text.get(range.clone()), text.get(range.end..))
    else {
        return false;
    };
    !joins(head, part) && !joins(part, tail)
}

/// Whether a word, number or sign goes on from the end of one text to the beginning of the next.
fn joins(head: &str, tail: &str) -> bool {
    let (mut before, mut after) = (head.chars().rev(), tail.chars());
    let (Some(last), Some(first)) = (before.next(), after.next()) else { return false };
    let (earlier, later) = (before.next(), after.next());
    let wordy = |c: char| c.is_alphanumeric() && !is_spaceless(c);
    let is = |c: Option<char>, test: fn(char) -> bool| c.is_some_and(test);
    (wordy(last) && wordy(first))
        || canonical_combining_class(first) != 0
        // C++, C#; not "50+", which its own key looks at.
        || (last.is_alphabetic() && wordy(last) && matches!(first, '+' | '#'))
        // S$49, US$49.
        || (last.is_ascii_alphabetic() && is_currency(first))
        // $ and 49, 4 and %.
        || (is_currency(last) && first.is_numeric())
        || (last.is_numeric() && first == '%')
        // 1,200 and 4.99; node.js and acme.sg.
        || (matches!(last, '.' | ',' | '\'') && is(earlier, char::is_numeric) && first.is_numeric())
        || (matches!(first, '.' | ',' | '\'') && last.is_numeric() && is(later, char::is_numeric))
        || (last == '.' && is(earlier, char::is_alphanumeric) && first.is_alphanumeric() && wordy(first))
        || (first == '.' && wordy(last) && later.is_some_and(wordy))
}

fn is_currency(c: char) -> bool {
    matches!(c, '$' | '\u{a2}'..='\u{a5}' | '\u{20a0}'..='\u{20cf}')
}

/// Letters of scripts that put no space between words.
fn is_spaceless(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_text_fold_alike() {
        for (one, other) in [
            ("STRASSE", "straße"),
            ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
            ("cafe\u{301}", "CAFÉ"),
            ("ﬁnance", "Finance"),
            ("Ｘｅｒｏ，", "xero,"),
            ("a\u{200b}b\u{ad}c", "abc"),
            ("  a \n\t b ", "a b"),
            ("rock ’n’ roll", "Rock 'n' Roll"),
            ("10–20 — “x”…", "10-20 - \"X\"..."),
            ("한국", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}"),
        ] {
            assert_eq!(FoldedText::of(one).as_str(), FoldedText::of(other).as_str(), "{one}");
        }
        for (one, other) in [("Acme", "Асme"), ("10²", "102"), ("cafe", "café"), ("a b", "ab"), ("1.0", "10")]
        {
            assert_ne!(FoldedText::of(one).as_str(), FoldedText::of(other).as_str(), "{one}");
        }
    }

    #[test]
    fn a_letter_is_not_cut() {
        let text = FoldedText::of("cafés");
        assert_eq!(text.source(&(0..4)), None, "an e without its accent");
        assert_eq!(text.source(&(0..6)), Some(0..5));
        assert_eq!(FoldedText::of("ﬁn").source(&(1..2)), None, "half of a ligature");
    }

    #[test]
    fn whole_words() {
        for (text, part, whole) in [
            ("we use Xero.", "Xero", true),
            ("Xeroxed", "Xero", false),
            ("team of 1,200", "1", false),
            ("team of 1,200", "200", false),
            ("C++ and C#", "C", false),
            ("Node.js", "Node", false),
            ("We use Node.", "Node", true),
            ("S$49", "$49", false),
            ("$49", "49", false),
            ("50+ people", "50", true),
            ("我们使用钉钉办公", "钉钉", true),
            ("Acme's", "Acme", true),
        ] {
            let at = text.find(part).unwrap();
            assert_eq!(is_whole(text, &(at..at + part.len())), whole, "{part} in {text}");
        }
    }

    proptest! {
        #[test]
        fn every_place_is_a_range_of_the_source(text in "\\PC{0,60}", a in 0usize..90, len in 1usize..30) {
            let folded = FoldedText::of(&text);
            prop_assert_eq!(folded.text.len(), folded.places.len());
            if let Some(range) = folded.source(&(a..a + len)) {
                prop_assert!(text.get(range).is_some_and(|part| !part.is_empty()));
            }
        }

        #[test]
        fn a_place_folds_to_what_was_found(text in "[a-z\u{e9}\u{df} .,A-Z0-9\u{301}\u{2026}\u{201c}]{0,60}", a in 0usize..90, len in 1usize..30) {
            let folded = FoldedText::of(&text);
            let twice = FoldedText::of(folded.as_str());
            prop_assert_eq!(twice.as_str(), folded.as_str());
            if let Some(range) = folded.source(&(a..a + len)) {
                let again = FoldedText::of(&text[range]);
                prop_assert_eq!(Some(again.as_str().trim()), folded.as_str().get(a..a + len).map(str::trim));
            }
        }
    }
}
