//! People that a page names where its structure gives them away: name and job title side by side, "founded by", an
//! honorific, a declared person. When in doubt a text is left: companies are named after people too.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::NAME_MASK;
use super::names::{NameWord, name_word};

/// The most words of a name, particles included.
const LONGEST: usize = 5;

/// What a word says of the words around it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
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

fn kind(word: &str) -> Option<Kind> {
    WORDS.get(word.to_lowercase().as_str()).copied()
}

/// A word of a text, without the punctuation around it.
struct Word<'a> {
    range: Range<usize>,
    text: &'a str,
    /// Punctuation follows that ends a name.
    stop: bool,
    /// What stands before it in the same run of letters, such as a bracket or a dash.
    opened: bool,
}

fn words(text: &str) -> Vec<Word<'_>> {
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
enum Proof {
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
        if word.stop {
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
fn whole_name(text: &str) -> Option<(String, Proof)> {
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
fn key(words: &[Word<'_>]) -> String {
    words.iter().map(|word| word.text.to_lowercase()).collect::<Vec<_>>().join(" ")
}

/// Whether a short text is a job title, perhaps with the company's name behind it.
fn is_title(text: &str) -> bool {
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
fn within(text: &str) -> Vec<Range<usize>> {
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

/// The people of one page.
#[derive(Debug, Default)]
pub(in crate::model) struct People {
    /// Full names in lower case.
    names: BTreeSet<String>,
    /// Given names of theirs that are nothing else.
    given: BTreeSet<String>,
}

impl People {
    /// Reads them off the blocks of a page, in order; `declared` are names of people in its markup.
    pub(in crate::model) fn of(blocks: &[&str], declared: &[String]) -> Self {
        let mut people = Self::default();
        for name in declared {
            if let Some((name, Proof::Given | Proof::Listed)) = whole_name(name) {
                people.add(name);
            }
        }
        for block in blocks {
            for spot in within(block) {
                let spot = &block[spot];
                if spot.contains(' ') {
                    people.add(key(&words(spot)));
                }
            }
        }
        people.add_pairs(blocks);
        people
    }

    fn add(&mut self, name: String) {
        if let Some(given) = name.split(' ').find(|word| name_word(word) == Some(NameWord::Given)) {
            self.given.insert(given.to_owned());
        }
        self.names.insert(name);
    }

    /// Names with a title in the next block, or in the one before when that belongs to nobody else.
    fn add_pairs(&mut self, blocks: &[&str]) {
        let names: Vec<Option<(String, Proof)>> = blocks.iter().map(|block| whole_name(block)).collect();
        let titles: Vec<bool> = blocks
            .iter()
            .enumerate()
            .map(|(at, block)| {
                !names[at].as_ref().is_some_and(|(_, proof)| *proof >= Proof::Listed) && is_title(block)
            })
            .collect();
        let (mut proved, mut unproved) = (0, Vec::new());
        let mut taken = None;
        for (at, name) in names.iter().enumerate() {
            let Some((name, proof)) = name else { continue };
            if titles[at] {
                continue;
            }
            let title_after = titles.get(at + 1) == Some(&true);
            let title_before = at > 0 && titles[at - 1] && taken != Some(at - 1);
            if title_after {
                taken = Some(at + 1);
            }
            match proof {
                Proof::Given | Proof::Listed if title_after || title_before => {
                    proved += usize::from(title_after);
                    self.add(name.clone());
                }
                Proof::Form if title_after => unproved.push(name.clone()),
                _ => {}
            }
        }
        // Where most of a page's cards are people, the others are too, though their names are on no list.
        if proved >= 2 && proved >= unproved.len() {
            unproved.into_iter().for_each(|name| self.add(name));
        }
    }

    /// A text without their names.
    pub(in crate::model) fn mask(&self, text: &str) -> Option<String> {
        if !text.contains(char::is_uppercase) {
            return None;
        }
        let mut spots = within(text);
        let words = words(text);
        let mut at = 0;
        while at < words.len() {
            let len = self.known_at(&words[at..]).unwrap_or(0);
            if len > 0 {
                spots.push(words[at].range.start..words[at + len - 1].range.end);
            }
            at += len.max(1);
        }
        if spots.is_empty() {
            return None;
        }
        spots.sort_by_key(|spot| (spot.start, std::cmp::Reverse(spot.end)));
        let (mut masked, mut from) = (String::with_capacity(text.len()), 0);
        for spot in spots {
            if spot.start >= from {
                masked.push_str(&text[from..spot.start]);
                masked.push_str(NAME_MASK);
                from = spot.end;
            }
        }
        masked.push_str(&text[from..]);
        Some(masked)
    }

    /// How many words from here on are the name of a known person.
    fn known_at(&self, words: &[Word<'_>]) -> Option<usize> {
        if self.names.is_empty() || !words[0].text.starts_with(char::is_uppercase) {
            return None;
        }
        let business = |len: usize| {
            let last: &Word<'_> = &words[len - 1];
            !last.stop
                && words.get(len).is_some_and(|next| {
                    !next.opened
                        && next.text.starts_with(char::is_uppercase)
                        && kind(next.text) == Some(Kind::Common)
                })
        };
        let bare =
            words[0].text.strip_suffix("'s").or(words[0].text.strip_suffix("’s")).unwrap_or(words[0].text);
        let long = (2..=LONGEST.min(words.len())).rev().find(|&len| {
            let name = key(&words[..len]);
            let name = name.strip_suffix("'s").or(name.strip_suffix("’s")).unwrap_or(&name);
            self.names.contains(name) && !business(len)
        });
        long.or_else(|| {
            let lone =
                words[0].stop || words.get(1).is_none_or(|next| !next.text.starts_with(char::is_uppercase));
            (lone && self.given.contains(&bare.to_lowercase())).then_some(1)
        })
    }

    /// Whether a web address is that of a person's page, by its last part.
    pub(in crate::model) fn has_page_at(&self, url: &str) -> bool {
        bio_name(url).is_some_and(|(name, below_people)| {
            let mut swapped: Vec<&str> = name.split(' ').collect();
            swapped.rotate_left(1);
            self.names.contains(&name)
                || self.names.contains(&swapped.join(" "))
                || (below_people && is_listed(&name))
        })
    }
}

fn is_listed(name: &str) -> bool {
    name.split(' ').any(|word| name_word(word) == Some(NameWord::Given))
        || name.split(' ').all(|word| matches!(name_word(word), Some(NameWord::Family | NameWord::Weak)))
}

/// The last part of a path as words, and whether it stands below a part about people.
fn bio_name(url: &str) -> Option<(String, bool)> {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest).split(['?', '#']).next()?;
    let mut parts: Vec<&str> = path.trim_end_matches('/').split('/').skip(1).collect();
    let last = parts.pop()?;
    let last =
        last.rsplit_once('.').map_or(last, |(stem, ending)| if ending.len() <= 5 { stem } else { last });
    let words: Vec<String> = last
        .split(['-', '_', '.', '+'])
        .filter(|word| !word.is_empty() && !word.chars().any(|c| c.is_ascii_digit()))
        .map(str::to_lowercase)
        .filter(|word| kind(word) != Some(Kind::Honorific))
        .collect();
    let below = parts.last().is_some_and(|part| SECTIONS.contains(part.to_lowercase().as_str()));
    let plain = words.iter().all(|word| {
        word.chars().all(char::is_alphabetic) && !matches!(kind(word), Some(Kind::Role | Kind::Common))
    });
    ((2..=4).contains(&words.len()) && plain).then(|| (words.join(" "), below))
}

/// Whether an address is that of a person's page, or holds a mask in a person's place. Such pages are not read.
pub(crate) fn is_personal_address(url: &str) -> bool {
    let masked = ["[name]", "[phone]", "[e-mail]", "%5Bname%5D", "%5Bphone%5D", "%5Be-mail%5D"];
    masked.iter().any(|mask| url.contains(mask)) || People::default().has_page_at(url)
}

/// An address whose last part is a person's name, without it.
pub(in crate::model) fn without_name(url: &str) -> String {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let path = url[..end].trim_end_matches('/');
    let start = path.rfind('/').map_or(0, |at| at + 1);
    format!("{}{NAME_MASK}{}", &url[..start], &url[path.len()..])
}

/// Free text without the names that it gives away by itself.
pub(super) fn mask_free(text: &str) -> Option<String> {
    People::of(&[text], &[]).mask(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(blocks: &[&str]) -> Vec<String> {
        let people = People::of(blocks, &[]);
        blocks.iter().map(|block| people.mask(block).unwrap_or_else(|| (*block).to_owned())).collect()
    }

    #[test]
    fn names_beside_titles_are_masked() {
        for (text, clean) in [
            ("Jane Tan, Head of Operations, Acme", "[name], Head of Operations, Acme"),
            ("Jane Tan – COO", "[name] – COO"),
            ("Jane Tan (CEO)", "[name] (CEO)"),
            ("Managing Director: Daniel Lim", "Managing Director: [name]"),
            ("CEO Daniel Lim opened the plant.", "CEO [name] opened the plant."),
            ("Our founder, Daniel Lim, sold it.", "Our founder, [name], sold it."),
            ("Founded by Daniel Lim and Siti Rahim in 2010", "Founded by [name] and [name] in 2010"),
            ("by Jane Tan", "by [name]"),
            ("Call Mr Tan or Mdm Siti Rahim", "Call Mr [name] or Mdm [name]"),
            ("Dr. Anna Müller-Koch leads it", "Dr. [name] leads it"),
            ("Ahmad bin Rosli, Pengarah Urusan", "[name], Pengarah Urusan"),
            ("Tan Wei Ming, Director", "[name], Director"),
        ] {
            assert_eq!(masked(&[text]), [clean], "{text}");
        }
    }

    #[test]
    fn companies_titles_places_and_products_are_left() {
        for text in [
            "Human Resources, Manager",
            "Singapore Office, Branch Manager",
            "Jane Tan Design Pte Ltd, Director",
            "Mr Clean Services",
            "Dr Martens",
            "Senior Software Engineer, Cloud Platform",
            "Customer Success Manager: Marina Bay",
            "Powered by Google Cloud",
            "Trusted by Michael Kors and Thomas Cook",
            "Acme Logistics, Managing Director",
            "Grace Hall, Level 3",
            "Microsoft Partner",
            "Director Business Development",
        ] {
            assert_eq!(masked(&[text]), [text], "{text}");
        }
    }

    #[test]
    fn cards_are_read_together() {
        let cards = [
            "Our team",
            "Jane Tan",
            "COO",
            "Peter Lim, CPA",
            "Finance Director",
            "Xqw Brzk",
            "Engineer",
            "Jane runs it.",
        ];
        let clean = [
            "Our team",
            "[name]",
            "COO",
            "[name], CPA",
            "Finance Director",
            "[name]",
            "Engineer",
            "[name] runs it.",
        ];
        assert_eq!(masked(&cards), clean);
        let cards = ["Cloud Storage", "Manager", "Blue Widget", "Engineer"];
        assert_eq!(masked(&cards), cards);
    }

    #[test]
    fn addresses_of_people_are_known() {
        for url in [
            "https://a.sg/team/jane-tan",
            "https://a.sg/about/our-team/jane-tan.html",
            "https://a.sg/author/daniel-lim/",
            "https://a.sg/x/[name]",
        ] {
            assert!(is_personal_address(url), "{url}");
        }
        for url in [
            "https://a.sg/team/",
            "https://a.sg/team/sales-team",
            "https://a.sg/products/jane-chair",
            "https://a.sg/about",
        ] {
            assert!(!is_personal_address(url), "{url}");
        }
        assert_eq!(without_name("https://a.sg/team/jane-tan/?x=1"), "https://a.sg/team/[name]/?x=1");
    }

    #[test]
    fn masking_names_twice_changes_nothing() {
        for text in ["Jane Tan, COO, and Daniel Lim, CFO", "Mr Tan and Dr. Anna Koch", "by Jane Tan"] {
            let once = mask_free(text).unwrap();
            assert_eq!(mask_free(&once), None, "{once}");
        }
    }
}
