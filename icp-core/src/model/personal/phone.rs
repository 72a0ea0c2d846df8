//! Telephone numbers in running text, in the ways the world writes them.
//!
//! Digits are read in groups. A number with a plus is one wherever it stands. Others need their country's grouping, a
//! word such as "call" beside them, a name, or a line of their own; what is a year, a date, a price, a range, a
//! standard or an identifier is none.

use std::ops::Range;

use super::address;
use super::phone_context::{Context, is_intl_length, longest_intl};

/// The fewest digits of a number with a word such as "tel" before it.
const FEWEST: usize = 7;
/// The most digits of any number.
const MOST: usize = 15;

/// Digits without a gap.
#[derive(Debug)]
struct Group {
    range: Range<usize>,
    digits: Vec<u8>,
}

impl Group {
    fn len(&self) -> usize {
        self.digits.len()
    }

    fn starts(&self, digits: &[u8]) -> bool {
        self.digits.starts_with(digits)
    }

    fn number(&self) -> u64 {
        self.digits.iter().fold(0, |n, &d| n.saturating_mul(10).saturating_add(u64::from(d)))
    }
}

/// Groups with short gaps between.
struct Run<'a> {
    text: &'a str,
    groups: Vec<Group>,
}

/// How sure a grouping is to be a telephone number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// By itself.
    Sure,
    /// With a word or a name beside it, or alone.
    Likely,
}

/// A digit of any script that pages are seen to use.
fn digit(c: char) -> Option<u8> {
    const ZEROS: [u32; 7] = [0x30, 0xff10, 0x660, 0x6f0, 0x966, 0x9e6, 0xe50];
    let code = u32::from(c);
    ZEROS.iter().find_map(|&zero| (zero..zero + 10).contains(&code).then(|| (code - zero) as u8))
}

/// What stands between the groups of one number.
fn is_gap(c: char) -> bool {
    matches!(
        c,
        ' ' | '\u{a0}'
            | '\u{2007}'
            | '\u{2009}'
            | '\u{202f}'
            | '\n'
            | '.'
            | '-'
            | '/'
            | '('
            | ')'
            | '['
            | ']'
            | '·'
            | '\u{2010}'..='\u{2015}' | '\u{2212}'
    )
}

/// Adds the byte ranges of telephone numbers.
pub(super) fn find(text: &str, mut found: impl FnMut(Range<usize>)) {
    if text.chars().filter(|&c| digit(c).is_some()).take(6).count() < 6 {
        return;
    }
    let mut from = 0;
    while let Some(run) = next_run(text, from) {
        from = run.groups.last().map_or(text.len(), |group| group.range.end);
        let mut at = 0;
        while at < run.groups.len() {
            if let Some(last) = run.number_from(at) {
                let end = run.groups[last].range.end;
                let start = run.lead(at).map_or(run.groups[at].range.start, |lead| lead.start);
                // "(9123 4567)": a bracket that closes behind the number is the sentence's.
                let open = text[start..].starts_with(['(', '[']) && !text[start..end].contains([')', ']']);
                let start = start + usize::from(open);
                found(start..end);
                at = last;
            }
            at += 1;
        }
    }
}

/// The next run of groups at or after a byte.
fn next_run(text: &str, from: usize) -> Option<Run<'_>> {
    let mut groups: Vec<Group> = Vec::new();
    let mut gap = 0;
    for (at, c) in text[from..].char_indices() {
        let at = from + at;
        if let Some(value) = digit(c) {
            let end = at + c.len_utf8();
            match groups.last_mut() {
                Some(last) if gap == 0 => {
                    last.digits.push(value);
                    last.range.end = end;
                }
                _ => groups.push(Group { range: at..end, digits: vec![value] }),
            }
            gap = 0;
        } else if !groups.is_empty() {
            gap += 1;
            if gap > 3 || !is_gap(c) {
                break;
            }
        }
    }
    (!groups.is_empty()).then_some(Run { text, groups })
}

/// What stands before a number and belongs to it.
struct Lead {
    start: usize,
    plus: bool,
    bracket: bool,
}

impl Run<'_> {
    /// The plus and bracket before a group.
    fn lead(&self, at: usize) -> Option<Lead> {
        let bound = at.checked_sub(1).map_or(0, |before| self.groups[before].range.end);
        let before = &self.text[bound..self.groups[at].range.start];
        let mut lead = Lead { start: self.groups[at].range.start, plus: false, bracket: false };
        for (offset, c) in before.char_indices().rev().take(4) {
            match c {
                '+' | '\u{ff0b}' if !lead.plus => {
                    // "50+", "C++" and "a+b" are no plus of a number.
                    let ahead = before[..offset].chars().next_back();
                    if (offset == 0 && bound > 0) || ahead.is_some_and(|c| c == '+' || digit(c).is_some()) {
                        break;
                    }
                    (lead.plus, lead.start) = (true, bound + offset);
                }
                '(' | '[' if !lead.bracket => (lead.bracket, lead.start) = (true, bound + offset),
                ' ' | '\u{a0}' if !lead.bracket || !lead.plus => {}
                _ => break,
            }
        }
        (lead.plus || lead.bracket).then_some(lead)
    }

    fn gap(&self, after: usize) -> &str {
        let end = self.groups.get(after + 1).map_or(self.groups[after].range.end, |next| next.range.start);
        &self.text[self.groups[after].range.end..end]
    }

    fn total(&self, from: usize, last: usize) -> usize {
        self.groups[from..=last].iter().map(Group::len).sum()
    }

    fn lens(&self, from: usize) -> Vec<usize> {
        self.groups[from..].iter().take(8).map(Group::len).collect()
    }

    /// The last group of a number that begins with the group `at`.
    fn number_from(&self, at: usize) -> Option<usize> {
        let lead = self.lead(at);
        if address::is_inside(self.text, self.groups[at].range.start) {
            return None;
        }
        if lead.as_ref().is_some_and(|lead| lead.plus) {
            return self.international(at, 0);
        }
        let start = lead.as_ref().map_or(self.groups[at].range.start, |lead| lead.start);
        let context = Context::new(self.text, start);
        if at > 0 && !self.gap(at - 1).chars().any(|c| c.is_whitespace() || matches!(c, '/' | '(' | '[')) {
            return None;
        }
        if self.is_card_or_account() || context.is_price_or_standard() {
            return None;
        }
        let labelled = context.is_labelled();
        if !labelled && context.is_glued() {
            return None;
        }
        if self.groups[at].starts(&[0, 0])
            && let Some(last) = self.international(at, 2)
            && (labelled || last > at)
            && !context.is_identifier()
        {
            return Some(last);
        }
        let bracket = lead.is_some_and(|lead| lead.bracket);
        for (last, shape) in self.shapes(at, bracket) {
            if self.is_no_phone(at, last) {
                continue;
            }
            let after = context.after(self.groups[last].range.end);
            if after.is_glued() || (!labelled && after.is_unit()) {
                continue;
            }
            let labelled = labelled || after.is_labelled();
            let whole = at == 0 && context.starts_line() && after.ends_line();
            let person = || context.follows_name() || after.precedes_name();
            if labelled || (!context.is_identifier() && (shape == Shape::Sure || whole || person())) {
                return Some(last);
            }
        }
        if labelled { self.labelled(at) } else { None }
    }

    /// A number with its country's code: after a plus, or after `skip` zeros.
    fn international(&self, at: usize, skip: usize) -> Option<usize> {
        let mut digits: Vec<u8> = Vec::new();
        let (mut best, mut whole) = (None, None);
        for last in at..self.groups.len() {
            let group = &self.groups[last];
            if last > at {
                let gap = self.gap(last - 1);
                // A trunk zero in brackets is dialled at home only.
                if gap.contains('(') && group.digits == [0] {
                    continue;
                }
                let another = gap.contains('\n') || (gap.contains('/') && gap.chars().count() > 1);
                if whole.is_some() && another {
                    break;
                }
            }
            digits.extend(if last == at { group.digits.get(skip..)? } else { &group.digits });
            if is_intl_length(&digits) {
                best = Some(last);
            }
            if best.is_some() && digits.len() >= longest_intl(&digits) || digits.len() > MOST {
                break;
            }
            if digits.len() >= 8 {
                whole = Some(last);
            }
        }
        // Digits that no country groups so are masked when a plus says that they are a number.
        let last = best.or(whole.filter(|_| skip == 0))?;
        // "+10 000 000 users"
        let groups = &self.groups[at..=last];
        let round = last > at && groups[1..].iter().all(|g| g.len() == 3) && groups[last - at].number() == 0;
        (!round).then_some(last)
    }

    /// Groupings of national numbers that begin at a group.
    fn shapes(&self, at: usize, bracket: bool) -> impl Iterator<Item = (usize, Shape)> {
        use Shape::{Likely, Sure};
        let lens = self.lens(at);
        let groups = &self.groups[at..];
        let first = &groups[0];
        let d = first.digits[0];
        let gap = |n: usize| if n + 1 < groups.len() { self.gap(at + n) } else { "" };
        let tight = |n: usize| !matches!(gap(n), "." | "") && gap(n).chars().count() == 1;
        let local = |g: &Group| matches!(g.digits[0], 3 | 6 | 8 | 9);
        let mut found: Vec<(usize, Shape)> = Vec::new();
        match *lens.as_slice() {
            // Singapore with its country's code.
            [2, 4, 4, ..] if first.number() == 65 && local(&groups[1]) => found.push((2, Sure)),
            [2, 8, ..] if first.number() == 65 && local(&groups[1]) => found.push((1, Sure)),
            // North America: 555-123-4567, (555) 123-4567, 1 800 123 4567.
            [3, 3, 4, ..] if d >= 2 => {
                let sure =
                    bracket || (gap(0) == gap(1) && matches!(gap(0), "-" | "." | "\u{2011}" | "\u{2013}"));
                found.push((2, if sure { Sure } else { Likely }));
            }
            [1, 3, 3, 4, ..] if d == 1 && groups[1].digits[0] >= 2 => found.push((3, Sure)),
            // Free and shared lines: 1800 123 4567, 1300 123 456, 0800 1234567.
            [4, 3, 3 | 4, ..] if is_free_line(first.number()) => found.push((2, Sure)),
            [4, 7, ..] if is_free_line(first.number()) => found.push((1, Sure)),
            // China: 138 0013 8000.
            [3, 4, 4, ..] if d == 1 && first.digits[1] >= 3 => found.push((2, Sure)),
            // Singapore; eight digits in two groups are the same elsewhere.
            [4, 4, ..] if local(first) && tight(0) => found.push((1, Sure)),
            [4, 4, ..] if d >= 2 => found.push((1, Likely)),
            [5, 5, ..] if d >= 6 => found.push((1, Likely)),
            [8, ..] if local(first) && !first.number().is_multiple_of(10_000) => found.push((0, Likely)),
            [10, ..] if first.starts(&[6, 5]) || d >= 6 => found.push((0, Likely)),
            [11, ..] if d == 1 && first.digits[1] >= 3 => found.push((0, Likely)),
            [2, 2, 2, 2, ..] | [2, 3, 2, 2, ..] | [3, 2, 2, 2, ..] if d >= 2 => found.push((3, Likely)),
            _ => {}
        }
        if let Some(found_last) = self.trunk(at, bracket) {
            found.push((found_last - at, Sure));
        }
        found.into_iter().map(move |(last, shape)| (at + last, shape))
    }

    /// A number with a trunk zero or a bracketed area code: `020 7946 0958`, `(11) 91234-5678`, `030/1234567`.
    fn trunk(&self, at: usize, bracket: bool) -> Option<usize> {
        let first = &self.groups[at];
        let zero = first.digits[0] == 0 && first.digits.get(1).is_some_and(|&d| d != 0);
        let area = bracket && (2..=5).contains(&first.len()) && !(1900..2100).contains(&first.number());
        if !zero && !area {
            return None;
        }
        if bracket && !self.gap(at).starts_with([')', ']']) {
            return None;
        }
        let mut last = at;
        while last + 1 < self.groups.len() && !self.gap(last).contains('\n') {
            let wide = last > at && self.gap(last).chars().count() > 1 && self.total(at, last) >= 8;
            if wide || self.total(at, last + 1) > 12 {
                break;
            }
            last += 1;
        }
        let total = self.total(at, last);
        let fewest = if area { 8 } else { 9 };
        let lens = &self.lens(at)[..=last - at];
        // Postcodes beside each other, and the counters of a slide show.
        let codes = matches!(lens, [5, 5] | [6, 6]) && !bracket;
        let counts = self.groups[at..=last].windows(2).all(|w| w[1].number() == w[0].number() + 1);
        (last > at && (fewest..=12).contains(&total) && !codes && !counts).then_some(last)
    }

    /// Any digits behind a word such as "tel".
    fn labelled(&self, at: usize) -> Option<usize> {
        let mut last = at;
        while last + 1 < self.groups.len() {
            let gap = self.gap(last);
            let enough = self.total(at, last) >= FEWEST;
            if gap.contains('\n') || (enough && (gap.contains('/') || gap.chars().count() > 1)) {
                break;
            }
            if self.total(at, last + 1) > MOST {
                break;
            }
            last += 1;
        }
        let total = self.total(at, last);
        ((FEWEST..=MOST).contains(&total) && !self.is_no_phone(at, last)).then_some(last)
    }

    /// Cards and accounts are written in many groups of four.
    fn is_card_or_account(&self) -> bool {
        let fours = self.groups.windows(2).enumerate();
        fours
            .filter(|(at, two)| two.iter().all(|g| g.len() == 4) && self.gap(*at).chars().count() == 1)
            .count()
            >= 3
    }

    /// Years, dates and ranges.
    fn is_no_phone(&self, at: usize, last: usize) -> bool {
        let groups = &self.groups[at..=last];
        let year = |g: &Group| g.len() == 4 && (1900..2100).contains(&g.number());
        match groups {
            [a, b] if a.len() == 4 && b.len() == 4 => {
                let range = self.gap(at).trim().chars().all(|c| !c.is_whitespace())
                    && !self.gap(at).trim().is_empty();
                (year(a) && year(b))
                    || (range && a.number() % 100 == 0 && b.number() % 100 == 0 && a.number() < b.number())
                    || (a.number() % 1000 == 0 && b.number() % 1000 == 0)
            }
            [a, b, c, ..] if a.len() <= 2 && b.len() <= 2 && c.len() == 4 => {
                year(c) && (1..=31).contains(&a.number()) && (1..=31).contains(&b.number())
            }
            [a, b, c, ..] if year(a) && b.len() <= 2 && c.len() <= 2 => b.number() <= 12 && c.number() <= 31,
            [a] if a.len() == 8 => {
                // 20240131
                let (y, m, d) = (a.number() / 10_000, a.number() / 100 % 100, a.number() % 100);
                (1900..2100).contains(&y) && (1..=12).contains(&m) && (1..=31).contains(&d)
            }
            many => many.len() > 1 && many.iter().all(year),
        }
    }
}

/// Lines that are free to call, or cost the same from everywhere.
fn is_free_line(first: u64) -> bool {
    matches!(first, 1300 | 1600 | 1700 | 1800 | 1900 | 800 | 8000 | 120)
        || (800..=900).contains(&first) && first.is_multiple_of(10)
}
