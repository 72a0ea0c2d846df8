//! Quotations that a model may give: honest ones in other typography, and ones that were changed. The former must be found
//! on their page, the latter must not.

use std::collections::BTreeMap;
use std::time::Duration;

use icp_core::model::{BlockKind, Page, QuarantineReason, SignalKey, Zone};
use icp_core::site::text::{sentence, trim};
use icp_llm::{Claim, PageIndex};

/// Sentences of one page, at most.
const PER_PAGE: usize = 12;

/// The counts of one kind.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tried {
    pub(crate) tried: usize,
    pub(crate) accepted: usize,
}

/// What came of all of them.
#[derive(Debug, Default)]
pub(crate) struct QuoteCounts {
    pub(crate) pages: usize,
    /// By kind of corruption.
    pub(crate) corrupted: BTreeMap<&'static str, Tried>,
    /// By kind of variant.
    pub(crate) honest: BTreeMap<&'static str, Tried>,
    /// Why honest ones were refused.
    pub(crate) refused: BTreeMap<QuarantineReason, usize>,
    /// Time to place all quotations, without the index of the page.
    pub(crate) spent: Duration,
}

impl QuoteCounts {
    pub(crate) fn all(of: &BTreeMap<&'static str, Tried>) -> Tried {
        of.values().fold(Tried::default(), |sum, it| Tried {
            tried: sum.tried + it.tried,
            accepted: sum.accepted + it.accepted,
        })
    }

    /// Microseconds a quotation.
    pub(crate) fn micros(&self) -> f64 {
        let quotes = Self::all(&self.corrupted).tried + Self::all(&self.honest).tried;
        self.spent.as_secs_f64() * 1e6 / quotes.max(1) as f64
    }
}

/// A sentence of a page and a word of it to claim.
struct Said<'p> {
    sentence: &'p str,
    value: &'p str,
}

/// Sentences of the content with a name or number in them.
fn said(page: &Page) -> Vec<Said<'_>> {
    let mut out = Vec::new();
    // Texts of images are not shown to a model, unless they are as short as a name.
    for (_, text) in page.zone(Zone::Main).filter(|(block, _)| block.kind != BlockKind::ImageText) {
        let mut from = 0;
        while from < text.len() && out.len() < PER_PAGE {
            let to = text.ceil_char_boundary(from + 1);
            let range = sentence(text, &(from..to));
            let one = &text[trim(text, range.clone())];
            from = range.end.max(to);
            let words = one
                .split_whitespace()
                .map(|word| word.trim_matches(['.', ',', ';', ':', '!', '?', '(', ')', '"']));
            let mut words = words.filter(|word| word.len() > 2 && word.chars().all(char::is_alphanumeric));
            let telling = words.by_ref().skip(1).find(|word| !word.starts_with(char::is_lowercase));
            let Some(value) = telling.or_else(|| {
                one.split(' ').find(|word| word.len() > 3 && word.chars().all(char::is_alphanumeric))
            }) else {
                continue;
            };
            if (24..=200).contains(&one.chars().count()) && one.len() < 380 && one.split(' ').count() > 4 {
                out.push(Said { sentence: one, value });
            }
        }
    }
    out
}

/// Tries variants and corruptions of sentences of every page.
pub(crate) fn measure(pages: &[Page]) -> QuoteCounts {
    let mut counts = QuoteCounts { pages: pages.len(), ..QuoteCounts::default() };
    for (n, page) in pages.iter().enumerate() {
        let index = PageIndex::new(page);
        let plain = collapsed(page.text.as_str());
        let other = pages.get((n + 1) % pages.len()).map(said).unwrap_or_default();
        for (at, said) in said(page).iter().enumerate() {
            for (kind, quote) in honest(said.sentence) {
                counts.honest(&index, kind, said.value, &quote);
            }
            for (kind, value, quote) in corrupted(said, at) {
                // A change may give other words of the same page, and is none then.
                if matches!(kind, "value" | "cut word") || !plain.contains(&collapsed(&quote)) {
                    counts.corrupted(&index, kind, &value, &quote);
                }
            }
            if let Some(strange) = other.get(at).filter(|it| !plain.contains(&collapsed(it.sentence))) {
                counts.corrupted(&index, "other page", strange.value, strange.sentence);
            }
        }
    }
    counts
}

impl QuoteCounts {
    fn honest(&mut self, index: &PageIndex<'_>, kind: &'static str, value: &str, quote: &str) {
        let refused = self.refusal(index, value, quote);
        let accepted = refused.is_none();
        if let Some(reason) = refused {
            *self.refused.entry(reason).or_default() += 1;
        }
        let of = self.honest.entry(kind).or_default();
        (of.tried, of.accepted) = (of.tried + 1, of.accepted + usize::from(accepted));
    }

    fn corrupted(&mut self, index: &PageIndex<'_>, kind: &'static str, value: &str, quote: &str) {
        let accepted = self.refusal(index, value, quote).is_none();
        let of = self.corrupted.entry(kind).or_default();
        (of.tried, of.accepted) = (of.tried + 1, of.accepted + usize::from(accepted));
    }

    #[expect(clippy::disallowed_methods, reason = "a measurement takes the time")]
    fn refusal(&mut self, index: &PageIndex<'_>, value: &str, quote: &str) -> Option<QuarantineReason> {
        let began = std::time::Instant::now();
        let located = index.locate(Claim::new(SignalKey::Integration, value, quote));
        self.spent += began.elapsed();
        located.err()
    }
}

fn collapsed(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn honest(text: &str) -> Vec<(&'static str, String)> {
    let curly = text
        .replace('\'', "\u{2019}")
        .replace('"', "\u{201d}")
        .replace('-', "\u{2013}")
        .replace("...", "\u{2026}");
    let plain = text.replace(['\u{2018}', '\u{2019}'], "'").replace(['\u{201c}', '\u{201d}'], "\"");
    let plain = plain.replace(['\u{2013}', '\u{2014}'], "-").replace('\u{2026}', "...");
    vec![
        ("exact", text.to_owned()),
        ("curly", curly),
        ("plain", plain),
        ("upper case", text.to_uppercase()),
        ("lower case", text.to_lowercase()),
        ("spaces", text.replace(' ', " \u{a0} ")),
        ("line breaks", format!(" {}\n", text.replace(' ', "\n"))),
    ]
}

fn corrupted(said: &Said<'_>, n: usize) -> Vec<(&'static str, String, String)> {
    let Said { sentence: text, value } = *said;
    let own = |kind, quote: String| (kind, value.to_owned(), quote);
    let words: Vec<&str> = text.split(' ').collect();
    let mut out = vec![
        own("tail", format!("{} and Salesforce Globex", text.trim_end_matches('.'))),
        ("name", "Globexa".to_owned(), text.replacen(value, "Globexa", 1)),
        ("value", "Globexa".to_owned(), text.to_owned()),
    ];
    let mut cut = text.trim_end_matches(|c: char| !c.is_alphanumeric()).to_owned();
    if cut.ends_with(|c: char| c.is_ascii_alphanumeric()) {
        cut.pop();
        if cut.ends_with(|c: char| c.is_ascii_alphanumeric()) {
            out.push(own("cut word", cut));
        }
    }
    let middle = words.len() / 2;
    let mut negated = words.clone();
    negated.insert(middle, "not");
    out.push(own("not", negated.join(" ")));
    let kept: Vec<&str> =
        words.iter().enumerate().filter(|(at, _)| at % 4 != 2).map(|(_, word)| *word).collect();
    out.push(own("dropped words", kept.join(" ")));
    let mut swapped = words.clone();
    swapped.swap(middle, middle - 1);
    if swapped != words {
        out.push(own("order", swapped.join(" ")));
    }
    if let Some(at) = text.find(|c: char| c.is_ascii_digit()) {
        let digit = text.as_bytes()[at];
        let other = char::from(b'0' + (digit - b'0' + 1 + (n % 8) as u8) % 10);
        out.push(own("number", format!("{}{other}{}", &text[..at], &text[at + 1..])));
        out.push(own("longer number", format!("{}{other}{}", &text[..at], &text[at..])));
    }
    for (latin, alike) in [('a', '\u{430}'), ('e', '\u{435}'), ('o', '\u{43e}')] {
        if text.contains(latin) {
            out.push(own("homoglyph", text.replacen(latin, &alike.to_string(), 1)));
        }
    }
    out.push(("prompt example", "ZZEXAMPLE".to_owned(), "syncs with ZZEXAMPLE every night".to_owned()));
    out
}
