//! People that a page names where its structure gives them away: name and job title side by side, "founded by", an
//! honorific, a declared person. When in doubt a text is left: companies are named after people too.

use std::collections::BTreeSet;

use super::NAME_MASK;
use super::names::{NameWord, name_word};
use super::people_grammar::{
    Kind, LONGEST, Proof, Word, is_section, is_shouted, is_title, key, kind, whole_name, within, words,
};

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
                names[at].as_ref().is_none_or(|(_, proof)| *proof < Proof::Listed) && is_title(block)
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
                Proof::Form if title_after && !is_shouted(blocks[at]) => unproved.push(name.clone()),
                _ => {}
            }
        }
        // Where most of a page's cards are people, the others are too, though their names are on no list.
        if proved >= 2 && proved >= 2 * unproved.len() {
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
            let follows_word = words[..at].last().is_some_and(|before| {
                !before.stop && before.text.starts_with(char::is_uppercase) && kind(before.text).is_none()
            });
            let len = self.known_at(&words[at..], follows_word).unwrap_or(0);
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
    fn known_at(&self, words: &[Word<'_>], follows_word: bool) -> Option<usize> {
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
            (lone && !follows_word && self.given.contains(&bare.to_lowercase())).then_some(1)
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
    let below = parts.last().is_some_and(|part| is_section(part));
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
