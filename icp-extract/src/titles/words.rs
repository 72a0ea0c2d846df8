//! The words of titles, from `lexicon/title_words.tsv`, and a text cut into words.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::report::pattern;
use crate::word_list::{ListError, ListProblem, TITLE_WORDS, WordList};

/// What a word does in a title.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// A title on its own, in capitals only: "CFO".
    Acronym,
    /// The same, where capitals are too little: "MD".
    BoundAcronym,
    /// A title on its own: "welder".
    Role,
    /// A title with another word, or beside a name: "partner".
    Weak,
    /// Part of a title only: "leader".
    Bound,
    /// A role that what it is about may follow without a sign: "directeur technique".
    First,
    /// The end of a compound: "-techniker".
    Ending,
    /// The end of a title without spaces: "经理".
    Han,
    /// "Senior", "Regional".
    Rank,
    /// "Sales", "Supply Chain".
    Area,
    /// Words that look like a title: "tag manager".
    Not,
}

impl Class {
    fn read(word: &str) -> Option<Self> {
        Some(match word {
            "acronym" => Self::Acronym,
            "bound_acronym" => Self::BoundAcronym,
            "role" => Self::Role,
            "weak" => Self::Weak,
            "bound" => Self::Bound,
            "first" => Self::First,
            "ending" => Self::Ending,
            "han" => Self::Han,
            "rank" => Self::Rank,
            "area" => Self::Area,
            "not" => Self::Not,
            _ => return None,
        })
    }

    /// Whether it can be what a title is about: somebody's work.
    pub(super) fn is_role(self) -> bool {
        self <= Self::Ending
    }
}

/// The longest phrase of the list, in words.
const LONGEST: usize = 6;

pub(super) struct Words {
    phrases: HashMap<&'static str, Vec<(Class, &'static str)>>,
    endings: Vec<&'static str>,
    /// The longest first.
    han: Vec<(&'static str, &'static str)>,
}

/// The number of phrases of a list, when it is sound.
#[cfg(test)]
pub(crate) fn word_count(list: WordList) -> Result<usize, ListError> {
    Words::read(list).map(|words| words.phrases.len())
}

impl Words {
    fn read(list: WordList) -> Result<Self, ListError> {
        let mut words = Self { phrases: HashMap::new(), endings: Vec::new(), han: Vec::new() };
        for row in list.rows()? {
            let class = row.how.and_then(Class::read).ok_or_else(|| row.error(ListProblem::UnknownWord))?;
            match class {
                Class::Ending => words.endings.push(row.name),
                Class::Han => words.han.push((row.name, row.value)),
                _ => words.phrases.entry(row.name).or_default().push((class, row.value)),
            }
        }
        words.han.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        for entry in words.phrases.values_mut() {
            entry.sort();
        }
        Ok(words)
    }
}

#[expect(clippy::expect_used, reason = "a constant list, read by every test")]
pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| Words::read(TITLE_WORDS).expect("a clean list"));

/// What stands between a word and the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// A space, a hyphen, the full stop of a short form.
    Space,
    /// `, `
    Comma,
    /// ` - `, `–`, `|`, `·`
    Dash,
    /// `&`, `+`
    And,
    /// `/`
    Slash,
    /// Anything else ends a title.
    Break,
}

/// A word of a text, or a phrase of the list.
#[derive(Clone, Debug)]
pub(super) struct Token<'t> {
    pub(super) span: Range<usize>,
    pub(super) text: &'t str,
    pub(super) gap: Gap,
    /// In lower case, without the marks of genders.
    pub(super) key: String,
    /// What the list says, the strongest first; empty for a word it does not have.
    pub(super) classes: Vec<(Class, &'static str)>,
    /// A role of the list in plural.
    pub(super) plural: bool,
}

impl Token<'_> {
    pub(super) fn is(&self, class: Class) -> bool {
        self.classes.iter().any(|(it, _)| *it == class)
    }

    pub(super) fn role(&self) -> Option<(Class, &'static str)> {
        self.classes.iter().copied().find(|(class, _)| class.is_role())
    }

    pub(super) fn is_known(&self) -> bool {
        !self.classes.is_empty()
    }

    /// "of", "de", "and": words between the words of a title.
    pub(super) fn is_small(&self) -> bool {
        SMALL.contains(&self.key.as_str())
    }

    pub(super) fn is_and(&self) -> bool {
        AND.contains(&self.key.as_str())
    }

    pub(super) fn is_capital(&self) -> bool {
        self.text.trim_start_matches('.').chars().next().is_some_and(|c| c.is_uppercase() || c.is_numeric())
            || self.text.starts_with("iOS")
    }
}

const AND: [&str; 9] = ["and", "und", "et", "y", "e", "dan", "en", "ou", "oder"];
#[rustfmt::skip]
const SMALL: [&str; 24] = [
    "of", "de", "du", "des", "la", "le", "les", "del", "della", "di", "da", "do", "dos", "van", "für", "for", "the", "der", "im", "d", "l", "in", "to", "zur",
];

static WORD: LazyLock<Regex> = LazyLock::new(|| {
    // A gender's mark belongs to its word: "Trainer:in", "chargé·e", "Techniker*innen".
    pattern(
        r"(?x) \.?[\p{L}\p{M}\p{N}]+ (?: (?:[:*_·] \s?(?:in|innen|e|es|r)\b) | [’'.&][\p{L}\p{N}]+ )* [+\#]{0,2}",
    )
});

/// The words of a text, phrases of the list as one.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut plain: Vec<Token<'_>> = Vec::new();
    let mut end = 0;
    for found in WORD.find_iter(text) {
        for span in humps(text, found.range()) {
            let word = &text[span.clone()];
            let glued = span.start == end && end > 0;
            let gap = if glued { Gap::Break } else { gap(&text[end..span.start], plain.last()) };
            plain.push(Token {
                key: key(word),
                text: word,
                gap,
                classes: Vec::new(),
                plural: false,
                span: span.clone(),
            });
            end = span.end;
        }
    }
    joined(text, &plain)
}

/// A word into which the next one ran ("EngineerSingapore") is two, when the first is a role.
fn humps(text: &str, span: Range<usize>) -> Vec<Range<usize>> {
    let word = &text[span.clone()];
    let mut before = None;
    for (at, c) in word.char_indices() {
        if c.is_uppercase() && before.is_some_and(char::is_lowercase) && at >= 5 {
            let role = key(&word[..at]);
            let known = WORDS
                .phrases
                .get(role.as_str())
                .is_some_and(|classes| classes.iter().any(|(class, _)| class.is_role()));
            if known || compound(&role) || before_is_role(text, &span, &role) {
                return vec![span.start..span.start + at, span.start + at..span.end];
            }
        }
        before = Some(c);
    }
    vec![span]
}

/// Whether a word ends a phrase of two words that is a role.
fn before_is_role(text: &str, span: &Range<usize>, word: &str) -> bool {
    let before = text[..span.start].trim_end();
    let last = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
    !last.is_empty() && WORDS.phrases.contains_key(format!("{last} {word}").as_str())
}

fn compound(key: &str) -> bool {
    WORDS.endings.iter().any(|ending| {
        key.strip_suffix(ending)
            .is_some_and(|head| head.chars().count() >= 3 && head.chars().all(char::is_alphabetic))
    })
}

fn gap(between: &str, before: Option<&Token<'_>>) -> Gap {
    let sign = between.trim();
    let spaced = between.starts_with(char::is_whitespace) && between.ends_with(char::is_whitespace);
    match sign {
        "" => Gap::Space,
        "-" | "‑" if !spaced => Gap::Space,
        "." if before
            .is_some_and(|token| matches!(token.key.as_str(), "sr" | "jr" | "snr" | "asst" | "v.p")) =>
        {
            Gap::Space
        }
        "," => Gap::Comma,
        "-" | "–" | "—" | "|" | "·" | "•" => Gap::Dash,
        "&" | "+" => Gap::And,
        "/" => Gap::Slash,
        _ => Gap::Break,
    }
}

fn key(word: &str) -> String {
    let word = word.split([':', '*', '_', '·']).next().unwrap_or_default();
    word.to_lowercase().replace('’', "'")
}

/// Joins what the list has as one phrase, the longest first.
fn joined<'t>(text: &'t str, plain: &[Token<'t>]) -> Vec<Token<'t>> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < plain.len() {
        let mut taken = 1;
        let mut token = plain[at].clone();
        let mut phrase = String::new();
        let mut phrases: Vec<String> = Vec::new();
        for (n, next) in plain[at..].iter().take(LONGEST).enumerate() {
            // "UI/UX" and "R & D" are phrases, too: a slash counts as a space, "&" as "and".
            if n > 0 {
                match next.gap {
                    Gap::Space => phrase.push(' '),
                    Gap::Slash => phrase.push('/'),
                    Gap::And => phrase.push_str(" and "),
                    _ => break,
                }
            }
            phrase.push_str(&next.key);
            phrases.push(phrase.clone());
        }
        for (n, phrase) in phrases.iter().enumerate().rev() {
            let span = plain[at].span.start..plain[at + n].span.end;
            let written = &text[span.clone()];
            if let Some((classes, plural)) = look_up(phrase, written) {
                token = Token { span, text: written, gap: token.gap, key: phrase.clone(), classes, plural };
                taken = n + 1;
                break;
            }
        }
        out.push(token);
        at += taken;
    }
    out
}

type Classes = Vec<(Class, &'static str)>;

fn look_up(phrase: &str, written: &str) -> Option<(Classes, bool)> {
    let capitals = !written.chars().any(char::is_lowercase);
    if let Some(found) = WORDS.phrases.get(phrase) {
        let fits: Classes = found
            .iter()
            .copied()
            .filter(|(class, _)| capitals || !matches!(class, Class::Acronym | Class::BoundAcronym))
            .collect();
        return (!fits.is_empty()).then_some((fits, false));
    }
    let single = singular(phrase).find_map(|single| {
        let roles: Classes = WORDS
            .phrases
            .get(single.as_str())?
            .iter()
            .copied()
            .filter(|(class, _)| matches!(class, Class::Role | Class::Weak | Class::First))
            .collect();
        (!roles.is_empty()).then_some(roles)
    });
    if let Some(roles) = single {
        return Some((roles, true));
    }
    if !phrase.contains(' ') && written.chars().next().is_some_and(char::is_uppercase) {
        for form in
            [phrase, phrase.strip_suffix("nen").unwrap_or(phrase), phrase.strip_suffix('e').unwrap_or(phrase)]
        {
            if compound(form) {
                return Some((vec![(Class::First, "")], form != phrase && !phrase.ends_with("leute")));
            }
        }
    }
    None
}

/// What a plural may be the plural of.
fn singular(phrase: &str) -> impl Iterator<Item = String> {
    let forms: [(&str, &str); 6] =
        [("s", ""), ("ies", "y"), ("men", "man"), ("innen", "in"), ("women", "woman"), ("en", "")];
    forms
        .into_iter()
        .filter_map(|(plural, single)| {
            let stem = phrase.strip_suffix(plural)?;
            (stem.len() >= 4).then(|| format!("{stem}{single}"))
        })
        .collect::<Vec<_>>()
        .into_iter()
}

/// The Chinese, Japanese or Korean title that a text without spaces ends with.
pub(super) fn han_ending(text: &str) -> Option<(&'static str, &'static str)> {
    WORDS.han.iter().copied().find(|(name, _)| text.ends_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_clean_and_phrases_are_one_word() {
        assert!(Words::read(TITLE_WORDS).is_ok_and(|words| words.phrases.len() > 1500));
        let keys = |text| tokens(text).into_iter().map(|token| token.key).collect::<Vec<_>>();
        assert_eq!(keys("Vice-President, Supply Chain"), ["vice president", "supply chain"]);
        assert_eq!(keys("Senior EngineerSingapore"), ["senior", "engineer", "singapore"]);
        assert_eq!(keys("DevOps in JavaScript"), ["devops", "in", "javascript"]);
        assert_eq!(keys("Trainer:in"), ["trainer"]);
        assert!(tokens("Medical Physicists")[0].plural);
    }
}
