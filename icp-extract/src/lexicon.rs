//! Names of products, places and industries, found in a text by one automaton.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use icp_core::site::text::is_word;

use crate::word_list::{self, ListError, ListProblem, Row, WordList, sound};

/// The kind of thing that a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Topic {
    /// A product of `products.tsv`.
    Product,
    /// A technical tool of `software.tsv`.
    Software,
    /// A means of payment of `payments.tsv`.
    Payment,
    /// A place of `places.tsv` or `cities.tsv`.
    Place,
    /// An industry of `industries.tsv`.
    Industry,
    /// A line of business of customers, of `sectors.tsv`.
    Sector,
}

/// How a name must be written to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// `any`: however it is capitalised.
    Any,
    /// `capital`: with a capital first letter, or as the list has it.
    Capital,
    /// `exact`: as the list has it.
    Exact,
    /// `everyday`: with a capital first letter, and an everyday word besides. The words around it decide, and the rule
    /// that asked for the name looks at them.
    Everyday,
    /// `context`: with a capital first letter, and a name of other places, people or things besides. It counts in an
    /// address only.
    Context,
}

impl Spelling {
    fn read(row: &Row) -> Result<Self, ListError> {
        match row.how {
            None | Some("any") => Ok(Self::Any),
            Some("capital") => Ok(Self::Capital),
            Some("exact") => Ok(Self::Exact),
            Some("everyday") => Ok(Self::Everyday),
            Some("context") => Ok(Self::Context),
            Some(_) => Err(row.error(ListProblem::UnknownWord)),
        }
    }

    fn admits(self, written: &str, name: &str) -> bool {
        let capital = written.chars().next().is_some_and(char::is_uppercase);
        match self {
            Self::Any => true,
            Self::Capital => capital || written == name,
            Self::Exact => written == name,
            Self::Everyday | Self::Context => capital,
        }
    }
}

/// A name found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// The byte range in the text.
    pub span: Range<usize>,
    /// The name, as the list has it.
    pub name: &'static str,
    /// The value it counts as.
    pub value: &'static str,
    /// How it must be written.
    pub spelling: Spelling,
}

impl Hit {
    /// Whether the name is ambiguous, so that it counts in an address only.
    pub(crate) fn needs_address(&self) -> bool {
        self.spelling == Spelling::Context
    }
}

/// A name of a list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    topic: Topic,
    name: &'static str,
    value: &'static str,
    spelling: Spelling,
}

/// The names of a list. A name is listed once, whatever its capitals.
pub(crate) fn entries(topic: Topic, list: WordList) -> Result<Vec<Entry>, ListError> {
    let mut seen = BTreeSet::new();
    let entry = |row: Row| {
        if !seen.insert(row.name.to_ascii_lowercase()) {
            return Err(row.error(ListProblem::Twice));
        }
        Ok(Entry { topic, name: row.name, value: row.value, spelling: Spelling::read(&row)? })
    };
    list.rows()?.into_iter().map(entry).collect()
}

/// The names of all topics in one automaton.
///
/// A name counts as a whole word, written as its [`Spelling`] says. Where names of one topic overlap, the leftmost counts,
/// and of those the longest. Names of different topics do not hide each other.
#[derive(Debug)]
pub(crate) struct Lexicon {
    automaton: AhoCorasick,
    entries: Vec<Entry>,
}

static OWN: LazyLock<Lexicon> = LazyLock::new(|| {
    sound(Lexicon::read(&[
        (Topic::Product, word_list::PRODUCTS),
        (Topic::Software, word_list::SOFTWARE),
        (Topic::Payment, word_list::PAYMENTS),
        (Topic::Place, word_list::PLACES),
        (Topic::Place, word_list::CITIES),
        (Topic::Industry, word_list::INDUSTRIES),
        (Topic::Sector, word_list::SECTORS),
    ]))
});

impl Lexicon {
    /// The lists of this crate.
    pub(crate) fn own() -> &'static Self {
        &OWN
    }

    #[expect(clippy::expect_used, reason = "constant lists, far from the size that an automaton refuses")]
    fn read(lists: &[(Topic, WordList)]) -> Result<Self, ListError> {
        let mut all = Vec::new();
        for (topic, list) in lists {
            all.extend(entries(*topic, *list)?);
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .ascii_case_insensitive(true)
            .build(all.iter().map(|entry| entry.name))
            .expect("lists that fit an automaton");
        Ok(Self { automaton, entries: all })
    }

    /// The names of one topic in a text, in order.
    pub(crate) fn hits(&self, topic: Topic, text: &str) -> impl Iterator<Item = Hit> {
        let mut found: Vec<(usize, usize, Entry)> = self
            .automaton
            .find_overlapping_iter(text)
            .filter_map(|found| {
                let entry = self.entries.get(found.pattern().as_usize())?;
                (entry.topic == topic).then_some((found.start(), found.end(), *entry))
            })
            .collect();
        found.sort_by_key(|(start, end, _)| (*start, Reverse(*end)));
        let mut free = 0;
        // The leftmost and longest is chosen first and looked at then: "Sage 50s" is neither "Sage 50" nor "Sage".
        found.retain(|(start, end, _)| {
            let chosen = *start >= free;
            if chosen {
                free = *end;
            }
            chosen
        });
        found.retain(|(start, end, entry)| {
            is_word(text, &(*start..*end)) && entry.spelling.admits(&text[*start..*end], entry.name)
        });
        found.into_iter().map(|(start, end, Entry { name, value, spelling, .. })| Hit {
            span: start..end,
            name,
            value,
            spelling,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PRODUCTS: WordList = WordList {
        file: "products.tsv",
        text: "# name, value, spelling\nSage\tSage\teveryday\nSage 50\tSage\texact\nXero\tXero\nSAP\tSAP\texact\nKörber\tKörber\n",
    };
    const PLACES: WordList = WordList {
        file: "places.tsv",
        text: "one-north\tBuona Vista\tcapital\nSage 50 Road\tTuas\nXero\tXeropolis\n",
    };

    fn found(topic: Topic, text: &str) -> Vec<&str> {
        let lexicon = Lexicon::read(&[(Topic::Product, PRODUCTS), (Topic::Place, PLACES)]).unwrap();
        lexicon.hits(topic, text).map(|hit| &text[hit.span]).collect()
    }

    #[test]
    fn each_spelling_has_its_rule() {
        assert_eq!(found(Topic::Product, "xero, XERO and Xero"), ["xero", "XERO", "Xero"]);
        assert_eq!(found(Topic::Product, "SAP, not Sap or sap"), ["SAP"]);
        assert_eq!(
            found(Topic::Place, "one-north, One-North, ONE-north, oNE-north"),
            ["one-north", "One-North", "ONE-north"]
        );
        assert_eq!(found(Topic::Product, "Sage SAGE sage"), ["Sage", "SAGE"]);
    }

    #[test]
    fn whole_words_and_the_longest_of_them() {
        assert_eq!(found(Topic::Product, "Sage 50 and Sage"), ["Sage 50", "Sage"]);
        assert_eq!(found(Topic::Product, "Sage 50s"), [""; 0]);
        assert_eq!(found(Topic::Product, "Xeroxed, eXero, Xero9, éXero"), [""; 0]);
        assert_eq!(found(Topic::Product, "(Xero)/Körber。"), ["Xero", "Körber"]);
    }

    #[test]
    fn topics_do_not_hide_each_other() {
        assert_eq!(found(Topic::Product, "Sage 50 Road, Xero"), ["Sage 50", "Xero"]);
        assert_eq!(found(Topic::Place, "Sage 50 Road, Xero"), ["Sage 50 Road", "Xero"]);
        assert_eq!(found(Topic::Industry, "Sage 50 Road, Xero"), [""; 0]);
    }

    /// A text of names of all lists, in any capitals and with any glue.
    fn text() -> impl Strategy<Value = String> {
        let names: Vec<&'static str> = Lexicon::own().entries.iter().map(|entry| entry.name).collect();
        let word = (proptest::sample::select(names), 0..4u8).prop_map(|(name, how)| match how {
            0 => name.to_lowercase(),
            1 => name.to_uppercase(),
            _ => name.to_owned(),
        });
        let glue = proptest::sample::select(vec![" ", "", "-", " 50 ", ", ", "é"]);
        proptest::collection::vec((word, glue), 0..12)
            .prop_map(|parts| parts.into_iter().flat_map(|(word, glue)| [word, glue.to_owned()]).collect())
    }

    /// The names of one topic in an automaton of their own.
    fn alone(topic: Topic) -> (AhoCorasick, Vec<Entry>) {
        let entries: Vec<Entry> =
            Lexicon::own().entries.iter().filter(|entry| entry.topic == topic).copied().collect();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(entries.iter().map(|entry| entry.name))
            .unwrap();
        (automaton, entries)
    }

    #[test]
    fn one_automaton_finds_what_one_for_each_topic_finds() {
        let topics = [Topic::Product, Topic::Place, Topic::Industry].map(|topic| (topic, alone(topic)));
        proptest!(|(text in text())| {
            for (topic, (automaton, entries)) in &topics {
                let expected: Vec<_> = automaton
                    .find_iter(&text)
                    .map(|found| (found.range(), entries[found.pattern().as_usize()]))
                    .filter(|(span, entry)| {
                        is_word(&text, span) && entry.spelling.admits(&text[span.clone()], entry.name)
                    })
                    .map(|(span, entry)| (span, entry.value))
                    .collect();
                let got: Vec<_> = Lexicon::own().hits(*topic, &text).map(|hit| (hit.span, hit.value)).collect();
                prop_assert_eq!(got, expected);
            }
        });
    }
}
