//! How a short text is read as a person's name or as a job title: capitalised words, lists of names and of words that no
//! name has.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::names::{NameWord, name_word};

/// The most words of a name, particles included.
pub(super) const LONGEST: usize = 5;

/// What a word says of the words around it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Role,
    Common,
    Honorific,
}

static WORDS: LazyLock<FxHashMap<&'static str, Kind>> = LazyLock::new(|| {
    let mut words = FxHashMap::default();
    for line in include_str!("people_words.tsv").lines().filter(|line| !line.starts_with('#')) {
        let Some((kind, list)) = line.split_once('\t') else { continue };
        let kind = match kind {
            "role" => Kind::Role,
            "common" => Kind::Common,
            "honorific" => Kind::Honorific,
            _ => continue,
        };
        for word in list.split(' ') {
            words.entry(word).or_insert(kind);
        }
    }
    words
});

/// Parts of addresses below which people have pages.
static SECTIONS: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let lists = include_str!("people_words.tsv").lines().filter_map(|line| line.strip_prefix("section\t"));
    lists.flat_map(|list| list.split(' ')).collect()
});

/// Whether a part of an address is one below which people have pages.
pub(super) fn is_section(part: &str) -> bool {
    SECTIONS.contains(part.to_lowercase().as_str())
}

/// What the list says of a word.
pub(super) fn kind(word: &str) -> Option<Kind> {
    WORDS.get(word.to_lowercase().as_str()).copied()
}

/// A word of a text, without the punctuation around it.
pub(super) struct Word<'a> {
    pub(super) range: Range<usize>,
    pub(super) text: &'a str,
    /// Punctuation follows that ends a name.
    pub(super) stop: bool,
    /// What stands before it in the same run of letters, such as a bracket or a dash.
    pub(super) opened: bool,
}

pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let mut words: Vec<Word<'_>> = Vec::new();
    let (mut at, end) = (0, text.len());
    while at < end {
        let rest = &text[at..];
        let skipped = rest.len() - rest.trim_start().len();
        let start = at + skipped;
        let stop = text[start..].find(char::is_whitespace).map_or(end, |gap| start + gap);
        let raw = &text[start..stop];
        let inner = raw.trim_matches(|c: char| !c.is_alphanumeric());
        if inner.is_empty() {
            // A lone dash or bar ends what is before it.
            if let Some(last) = words.last_mut() {
                last.stop = true;
            }
        } else {
            let from = start + (raw.len() - raw.trim_start_matches(|c: char| !c.is_alphanumeric()).len());
            let tail = &text[from + inner.len()..stop];
            let ends = !tail.is_empty()
                && !(tail == "." && (inner.chars().count() <= 2 || kind(inner) == Some(Kind::Honorific)));
            words.push(Word {
                range: from..from + inner.len(),
                text: inner,
                stop: ends,
                opened: from > start,
            });
        }
        at = stop;
    }
    words
}

/// How sure a run of capitalised words is to be a person's name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Proof {
    /// Capitalised, and no word of business.
    Form,
    /// Its words are on the list of names.
    Listed,
    /// A given name that is nothing else is among them.
    Given,
}

/// Whether a word can be one of a name.
fn is_name_word(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase)
        && letters.all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-' | '.'))
        && (name_word(word).is_some()
            || !matches!(kind(word), Some(Kind::Role | Kind::Common | Kind::Honorific)))
}

/// The name that begins with a word: how many words it has, and how sure it is.
fn name_at(words: &[Word<'_>]) -> Option<(usize, Proof)> {
    let mut len = 0;
    for word in words.iter().take(LONGEST) {
        let particle = len > 0 && name_word(&word.text.to_lowercase()) == Some(NameWord::Particle);
        if (len > 0 && word.opened) || !(is_name_word(word.text) || particle) {
            break;
        }
        len += 1;
        if word.stop || word.text.ends_with("'s") || word.text.ends_with("’s") {
            break;
        }
    }
    while len > 0 && !is_name_word(words[len - 1].text) {
        len -= 1;
    }
    let name = &words[..len];
    let long = name.iter().filter(|word| word.text.chars().count() > 1).count();
    if !(2..=LONGEST).contains(&len) || long == 0 || long > 4 {
        return None;
    }
    // A company named after somebody goes on with a word of business.
    let goes_on = !name[len - 1].stop
        && words.get(len).is_some_and(|next| {
            !next.opened && kind(next.text) == Some(Kind::Common) && next.text.starts_with(char::is_uppercase)
        });
    if goes_on {
        return None;
    }
    let listed: Vec<Option<NameWord>> = name.iter().map(|word| name_word(word.text)).collect();
    let known = listed
        .iter()
        .filter(|kind| matches!(kind, Some(NameWord::Given | NameWord::Weak | NameWord::Family)))
        .count();
    let business = name.iter().any(|word| {
        kind(word.text) == Some(Kind::Common) && !matches!(name_word(word.text), Some(NameWord::Given))
    });
    let given = listed.contains(&Some(NameWord::Given));
    let proof = if given && !business {
        Proof::Given
    } else if known == len && !business && listed.contains(&Some(NameWord::Family)) {
        Proof::Listed
    } else if business {
        return None;
    } else {
        Proof::Form
    };
    Some((len, proof))
}

/// The words of a block that is a name and nothing else, but for an honorific before and letters behind it.
pub(super) fn whole_name(text: &str) -> Option<(String, Proof)> {
    const MAX: usize = 60;
    if text.len() > MAX || text.chars().any(|c| c.is_numeric()) {
        return None;
    }
    let words = words(text);
    let titled = words.iter().take_while(|word| kind(word.text) == Some(Kind::Honorific)).count();
    let words = &words[titled..];
    let (len, proof) = name_at(words)?;
    // "PhD", "MBA", "CPA"
    let letters =
        |word: &Word<'_>| word.text.len() <= 6 && word.text.chars().filter(|c| c.is_uppercase()).count() >= 2;
    let rest = words[len..].iter().all(letters) && (words.len() == len || words[len - 1].stop);
    rest.then(|| (key(&words[..len]), if titled > 0 { Proof::Given } else { proof }))
}

/// A name as it is looked up.
pub(super) fn key(words: &[Word<'_>]) -> String {
    words.iter().map(|word| word.text.to_lowercase()).collect::<Vec<_>>().join(" ")
}

/// Whether a short text is a job title, perhaps with the company's name behind it.
pub(super) fn is_title(text: &str) -> bool {
    const MAX: usize = 90;
    if text.len() > MAX || text.ends_with(['.', '!', '?', ':']) {
        return false;
    }
    let words: Vec<String> = text
        .split(|c: char| !(c.is_alphabetic() || matches!(c, '-' | '\'')))
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let sentence = [
        "we", "our", "you", "your", "is", "are", "was", "has", "have", "will", "can", "how", "why", "what",
        "meet", "a",
    ];
    let head = words.windows(2).any(|two| two[0] == "head" && (two[1] == "of" || two[1] == "-"))
        || words.last().is_some_and(|last| last == "head" || last == "lead");
    (1..=10).contains(&words.len())
        && !words.iter().any(|word| sentence.contains(&word.as_str()))
        && (head || words.iter().any(|word| kind(word) == Some(Kind::Role)))
}

/// What stands right before a name in a sentence: "founded by", "our CEO".
fn introduces(before: &[Word<'_>]) -> bool {
    const BY: [&str; 16] = [
        "authored",
        "chaired",
        "co-founded",
        "created",
        "directed",
        "established",
        "founded",
        "headed",
        "led",
        "managed",
        "owned",
        "photo",
        "posted",
        "reviewed",
        "started",
        "written",
    ];
    let [.., last] = before else { return false };
    if last.text.eq_ignore_ascii_case("by") && !last.stop {
        return match before {
            [only] => only.text.eq_ignore_ascii_case("by"),
            [.., verb, _] => BY.contains(&verb.text.to_lowercase().as_str()),
            _ => false,
        };
    }
    kind(last.text) == Some(Kind::Role) && !last.text.ends_with('s')
}

/// The names that a text gives away by itself, as ranges.
pub(super) fn within(text: &str) -> Vec<Range<usize>> {
    if !text.contains(char::is_uppercase) {
        return Vec::new();
    }
    let words = words(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let before = &words[..at];
        let honoured = before.last().is_some_and(|last| {
            kind(last.text) == Some(Kind::Honorific)
                && last.text.starts_with(char::is_uppercase)
                && !last.stop
        });
        let name = name_at(&words[at..]);
        let single = || {
            let listed = matches!(
                name_word(words[at].text),
                Some(NameWord::Given | NameWord::Family | NameWord::Weak)
            );
            let alone = words[at].stop
                || words.get(at + 1).is_none_or(|next| !next.text.starts_with(char::is_uppercase));
            (listed && alone && is_name_word(words[at].text)).then_some(1)
        };
        let len = match name {
            Some((len, _)) if honoured => Some(len),
            Some((len, Proof::Given | Proof::Listed)) => {
                let listed_before = found.last().is_some_and(|last: &Range<usize>| {
                    let between = text[last.end..words[at].range.start].trim();
                    matches!(between, "and" | "&" | ", and" | "und" | "et" | "y" | "dan")
                });
                let follows = introduces(before)
                    && (name.is_some_and(|(_, proof)| proof == Proof::Given) || words[at - 1].stop);
                (follows || listed_before || described(text, &words[at..], len)).then_some(len)
            }
            None if honoured => single(),
            _ => None,
        };
        match len {
            Some(len) => {
                found.push(words[at].range.start..words[at + len - 1].range.end);
                at += len;
            }
            None => at += 1,
        }
    }
    found
}

/// Whether a word is in capitals, as companies like to write themselves.
pub(super) fn is_shouted(text: &str) -> bool {
    text.split_whitespace().any(|word| word.chars().filter(|c| c.is_uppercase()).count() >= 3)
}

/// Whether a name is followed by the person's title: "Jane Tan, COO", "Jane Tan (CEO)", "Jane Tan, our founder".
fn described(text: &str, words: &[Word<'_>], len: usize) -> bool {
    let Some(next) = words.get(len) else { return false };
    let between = text[words[len - 1].range.end..next.range.start].trim();
    if between.is_empty()
        || !matches!(between, "," | "-" | "–" | "—" | "|" | "(" | "/" | ":" | "·" | "•" | ", (")
    {
        return false;
    }
    let rest = &text[next.range.start..];
    let end = rest.find([',', '.', ')', '|', ';', '–', '—', '(']).unwrap_or(rest.len());
    let part = rest[..end].trim();
    let part = ["our ", "the ", "its ", "a ", "an "]
        .iter()
        .find_map(|article| part.strip_prefix(article))
        .unwrap_or(part);
    is_title(part) && part.split(' ').count() <= 7
}
