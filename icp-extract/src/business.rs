//! Noun phrases that name a business: "logistics software development company", "provider of dental software".
//!
//! The nouns at their end stand in `business_heads.tsv`. Words of praise and place around them are left out: they say
//! how good or where, not what.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use crate::lexicon::{Lexicon, Topic};
use crate::word_list::{self, ListError, ListProblem, WordList, sound};

/// How a noun says what a business is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// With words before it.
    Plain,
    /// Alone.
    Telling,
    /// With the words after it: "supplier of".
    Supplier,
    /// What is done or sold.
    Field,
}

/// A noun that says what a business is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// How a label has it; nothing when the label does without.
    pub label: Option<&'static str>,
    /// How it says it.
    pub kind: Kind,
}

static HEADS: LazyLock<BTreeMap<&str, Head>> = LazyLock::new(|| sound(heads(word_list::BUSINESS_HEADS)));

/// Reads the list of nouns.
pub(crate) fn heads(list: WordList) -> Result<BTreeMap<&'static str, Head>, ListError> {
    let head = |row: word_list::Row| {
        let kind = match row.how {
            Some("plain") => Kind::Plain,
            Some("telling") => Kind::Telling,
            Some("supplier") => Kind::Supplier,
            Some("field") => Kind::Field,
            _ => return Err(row.error(ListProblem::UnknownWord)),
        };
        Ok((row.name, Head { label: (row.value != "-").then_some(row.value), kind }))
    };
    list.rows()?.into_iter().map(head).collect()
}

/// Endings of German words that are such nouns.
#[rustfmt::skip]
const GERMAN: &[&str] = &["hersteller", "händler", "fachbetrieb", "ingenieurbüro", "planungsbüro", "agentur", "kanzlei", "arztpraxis", "zahnarztpraxis", "bäckerei", "brauerei", "dienstleister", "großhandel", "werkstatt", "steuerberater", "schreinerei", "tischlerei", "spedition", "systemhaus", "bauunternehmen"];
/// French nouns that a "de" follows, and whether the label needs them.
#[rustfmt::skip]
const FRENCH: &[(&str, bool)] = &[("agence", true), ("cabinet", true), ("bureau", true), ("entreprise", true), ("société", true), ("fabricant", true), ("spécialiste", false), ("spécialistes", false), ("fournisseur", true), ("importateur", true), ("atelier", true), ("école", true)];

/// Words of praise, size, age and place: they stand before a phrase and are no part of it.
#[rustfmt::skip]
const FLUFF: &[&str] = &[
    "leading", "best", "top", "premier", "trusted", "full-service", "independent", "specialist", "specialised", "specialized", "family-owned", "family-run", "largest", "progressive", "global", "international", "local",
    "national", "regional", "award-winning", "professional", "innovative", "premium", "reliable", "experienced", "boutique", "dedicated", "certified", "licensed", "established", "renowned", "reputable", "world-class", "world",
    "world's", "number", "one", "one-stop", "new", "modern", "small", "big", "large", "great", "quality", "high-quality", "affordable", "unique", "dynamic", "growing", "fast-growing", "fastest-growing", "fastest", "young", "creative", "passionate", "private", "public", "privately-owned",
    "multi-award-winning", "well-known", "well-established", "foremost", "exclusive", "official", "authorised", "authorized", "oldest", "biggest", "finest", "expert", "complete", "comprehensive", "proud", "powerful", "simple", "smart", "intelligent", "next-generation", "cutting-edge", "state-of-the-art", "end-to-end", "integrated", "all-in-one", "free", "exceptional", "perfect", "hire",
    "singapore", "singaporean", "malaysian", "german", "american", "british", "uk-based", "us", "us-based", "canadian", "australian", "european", "asian", "indian", "japanese", "swiss", "dutch", "french", "italian", "chinese", "women-owned", "veteran-owned", "black-owned", "minority-owned", "neighbourhood", "neighborhood", "community", "online", "my", "our", "your", "their", "limited", "early-stage", "scalable", "customer", "client", "business", "tailored", "custom-made", "advanced", "multidisciplinary", "multi-disciplinary", "remote", "distributed", "diverse", "talented", "fully", "highly", "truly", "purely", "niche", "second", "first", "only", "ultimate", "single", "vertically", "publicly", "rated", "notch", "top-rated", "top-notch", "top-tier", "other", "many", "most", "more", "various", "different", "several", "same", "real", "right", "better", "good", "fellow", "own",
];
/// Words that end a phrase, to either side.
#[rustfmt::skip]
const STOPS: &[&str] = &[
    "a", "an", "the", "is", "are", "was", "were", "be", "been", "of", "in", "for", "to", "with", "by", "from", "on", "at", "as", "that", "which", "who", "where", "we", "you", "i", "it", "its", "this", "these", "those", "than", "and/or", "or", "but", "not", "no", "has", "have", "had", "offers", "offer", "offering", "provides", "provide", "providing", "delivers", "deliver", "delivering", "helps", "help", "helping", "based", "founded", "since", "serving", "located", "headquartered", "dedicated", "committed", "focused", "focusing", "specialising", "specializing", "specialises", "specializes", "across", "through", "using", "via", "within", "into", "about", "around", "over", "under", "between", "like", "including", "such", "can", "will", "would", "may", "make", "makes", "making", "get", "find", "build", "building", "builds", "meet", "meets", "plus", "also", "so", "when", "how", "what", "why", "if", "then", "became", "become", "everything", "each", "every", "any", "all", "some", "both", "welcome", "best-in-class", "designed", "made", "powered", "driven", "trusted", "used", "working", "leveraging", "connecting", "combining", "bringing", "enabling", "empowering", "supporting", "seeking", "looking", "exploring", "explore", "discover", "learn", "view", "contact", "call", "book", "choose", "choosing", "another", "dans", "et", "à", "au", "aux", "pour", "par", "und", "für", "in", "mit", "der", "die", "das", "im", "ihr", "ihre", "seit", "aus", "bei", "von", "votre", "les", "le", "la", "des", "du", "de", "en",
];

/// A phrase that names a business, in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Phrase {
    /// Where it stands.
    pub span: Range<usize>,
    /// The label.
    pub label: String,
    /// How its noun says it; `None` for a phrase of the list of industries.
    pub kind: Option<Kind>,
}

/// A word and what ends it.
#[derive(Clone, Debug)]
struct Word<'t> {
    span: Range<usize>,
    lower: String,
    text: &'t str,
    /// Whether a sign that ends a phrase stands after it.
    last: bool,
}

fn words(text: &str) -> Vec<Word<'_>> {
    let mut out: Vec<Word<'_>> = Vec::new();
    for (at, piece) in pieces(text) {
        let bare = piece.trim_matches(|c: char| !c.is_alphanumeric() && c != '&');
        let closes = piece.ends_with([',', '.', ';', ':', '!', '?', ')', '"', '”', '…'])
            && !bare.is_empty()
            && !piece.ends_with("-,");
        let opens = piece.starts_with(['(', '"', '“', '|', '–', '—', '·', '•', '-', '/', '→', ':']);
        if opens && let Some(before) = out.last_mut() {
            before.last = true;
        }
        if bare.is_empty() {
            continue;
        }
        let start = at + piece.find(bare).unwrap_or_default();
        out.push(Word {
            span: start..start + bare.len(),
            lower: bare.to_lowercase().replace('’', "'"),
            text: bare,
            last: closes,
        });
    }
    out
}

fn pieces(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_whitespace().map(move |piece| (piece.as_ptr() as usize - text.as_ptr() as usize, piece))
}

/// The phrase that a text begins with: at its first words, or after words that are no part of one.
pub(crate) fn opening(text: &str, brand: &str) -> Option<Phrase> {
    let words = words(text);
    let start = words.iter().take(5).position(|word| {
        !is_fluff(word)
            && !matches!(
                word.lower.as_str(),
                "a" | "an"
                    | "the"
                    | "at"
                    | "in"
                    | "we"
                    | "are"
                    | "ihr"
                    | "votre"
                    | "als"
                    | "your"
                    | "one"
                    | "of"
            )
    })?;
    named(text, &words, start, brand)
}

/// The phrase that begins at or after word `start` and before the next word that ends phrases.
fn named(text: &str, words: &[Word<'_>], start: usize, brand: &str) -> Option<Phrase> {
    if let Some(phrase) = foreign(text, words, start) {
        return Some(phrase);
    }
    let mut end = start;
    while end < words.len() && end < start + 9 {
        if is_stop(&words[end]) {
            break;
        }
        end += 1;
        if words[end - 1].last {
            break;
        }
    }
    // The last noun of the run says what the run is; of "provider of X" what follows counts.
    for at in (start..end).rev() {
        let Some(head) = HEADS.get(words[at].lower.as_str()) else { continue };
        let from = modifiers(words, start, at, brand);
        if head.kind == Kind::Supplier
            && words.get(at + 1).is_some_and(|next| {
                next.lower == "of" || head.label.is_none() && matches!(next.lower.as_str(), "in" | "for")
            })
            && !words[at].last
            && let Some(phrase) = complement(text, words, at, *head, brand)
        {
            return Some(phrase);
        }
        // "Minority Business Enterprise" is no business of minorities: the vaguest nouns count at the end only.
        let vague = matches!(
            words[at].lower.as_str(),
            "business" | "group" | "app" | "system" | "service" | "shop" | "store"
        );
        if vague && at + 1 < end {
            continue;
        }
        if head.kind != Kind::Telling && from == at {
            continue;
        }
        return Some(phrase(text, words, from, at, *head));
    }
    // "Freight forwarding, simplified": a phrase of the list of industries, alone or at the end of the run.
    let run = words.get(start)?.span.start..words.get(end.checked_sub(1)?)?.span.end;
    let hit = Lexicon::own().hits(Topic::Industry, text.get(run.clone())?).last()?;
    let span = run.start + hit.span.start..run.start + hit.span.end;
    let before = text.get(run.start..span.start)?.split_whitespace().count();
    let after = text.get(span.end..run.end)?.split_whitespace().count();
    (before <= 2 && after <= 1).then(|| Phrase { span, label: hit.value.to_owned(), kind: None })
}

/// The first word of the run before a noun that belongs to it.
fn modifiers(words: &[Word<'_>], start: usize, head: usize, brand: &str) -> usize {
    let mut from = head;
    while from > start && head - from < 5 {
        let word = &words[from - 1];
        let digits = word.text.starts_with(|c: char| c.is_ascii_digit()) && !word.lower.ends_with("pl");
        if word.last && !(from == head && word.lower == "&")
            || is_stop(word)
            || is_fluff(word)
            || digits
            || is_brand(&word.lower, brand)
            || word.lower.ends_with("'s")
        {
            break;
        }
        from -= 1;
    }
    while from < head && matches!(words[from].lower.as_str(), "and" | "&") {
        from += 1;
    }
    from
}

/// "provider of X", "specialists in X".
fn complement(text: &str, words: &[Word<'_>], at: usize, head: Head, brand: &str) -> Option<Phrase> {
    let mut from = at + 2;
    while words
        .get(from)
        .is_some_and(|word| is_fluff(word) || matches!(word.lower.as_str(), "the" | "a" | "an" | "all"))
    {
        from += 1;
    }
    let mut to = from;
    while to < words.len() && to < from + 5 && !is_stop(&words[to]) && !is_brand(&words[to].lower, brand) {
        to += 1;
        if words[to - 1].last {
            break;
        }
    }
    while to > from && matches!(words[to - 1].lower.as_str(), "and" | "&") {
        to -= 1;
    }
    if to == from {
        return None;
    }
    let span = words[from].span.start..words[to - 1].span.end;
    let mut label = text.get(span.clone())?.to_lowercase();
    if let Some(noun) = head.label {
        label = format!("{label} {noun}");
    }
    Some(Phrase { span: words[at].span.start..span.end, label, kind: Some(Kind::Supplier) })
}

fn phrase(text: &str, words: &[Word<'_>], from: usize, at: usize, head: Head) -> Phrase {
    let span = words[from].span.start..words[at].span.end;
    let mut label = text[span.start..words[at].span.start].to_lowercase();
    match head.label {
        Some(noun) if noun.contains(' ') => noun.clone_into(&mut label),
        Some(noun) => label.push_str(noun),
        None => {}
    }
    let label = label.trim().to_owned();
    Phrase { span, label, kind: Some(head.kind) }
}

/// German compounds ("Pumpenhersteller", "Ingenieurbüro für Medizintechnik") and French nouns with "de".
fn foreign(text: &str, words: &[Word<'_>], start: usize) -> Option<Phrase> {
    for at in start..words.len().min(start + 5) {
        let word = &words[at];
        let german = GERMAN.iter().find(|end| word.lower.ends_with(**end));
        let french = FRENCH.iter().find(|(noun, _)| word.lower == *noun);
        let next = words.get(at + 1).filter(|_| !word.last);
        let (from, joined) = match (german, french, next) {
            (Some(_), _, Some(next)) if matches!(next.lower.as_str(), "für" | "von") => (at, true),
            (Some(_), _, _) if word.lower.chars().count() > 9 => (at, false),
            (_, Some((_, keeps)), Some(next))
                if matches!(next.lower.as_str(), "de" | "du" | "des" | "en")
                    || next.lower.starts_with("d'") =>
            {
                (if *keeps { at } else { at + 2 }, true)
            }
            _ => continue,
        };
        let mut to = if joined { at + 3 } else { at + 1 };
        while joined && to < words.len() && to < at + 4 && !words[to - 1].last && !is_stop(&words[to]) {
            to += 1;
        }
        if words.get(at..to.min(words.len()))?.iter().rev().skip(1).any(|word| word.last) {
            to = at + 1 + words[at..].iter().position(|word| word.last)?;
        }
        let span = words.get(from)?.span.start..words.get(to.checked_sub(1)?)?.span.end;
        let label = text.get(span.clone())?.to_lowercase();
        return Some(Phrase { span, label, kind: Some(Kind::Plain) });
    }
    None
}

/// The phrase after "we are a", "X is the leading": `text` begins after the article.
pub(crate) fn predicate(text: &str, brand: &str) -> Option<Phrase> {
    let words = words(text);
    let start = words.iter().take(6).position(|word| {
        !is_fluff(word)
            && !matches!(word.lower.as_str(), "the" | "of" | "a" | "an" | "in" | "and")
            && !word.lower.ends_with("-based")
            && !word.lower.ends_with("'s")
    })?;
    named(text, &words, start, brand)
}

fn is_stop(word: &Word<'_>) -> bool {
    STOPS.contains(&word.lower.as_str())
}

fn is_fluff(word: &Word<'_>) -> bool {
    FLUFF.contains(&word.lower.as_str()) || word.lower.ends_with("-based") || word.lower.ends_with("-owned")
}

/// Whether a word is the company's name, by the first label of its domain.
fn is_brand(lower: &str, brand: &str) -> bool {
    let letters: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
    letters.chars().count() >= 2
        && (brand.starts_with(&letters) || !brand.is_empty() && letters.starts_with(brand))
        && !HEADS.contains_key(lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_that_open_a_text() {
        for (text, label) in [
            ("Family dental clinic with two branches", "family dental clinic"),
            ("Vancouver's leading Rails web development agency", "rails web development agency"),
            ("A law firm for people who build", "law firm"),
            ("Singapore Neighbourhood Pizzeria", "pizzeria"),
            ("Leading provider of cloud kitchen software in Asia", "cloud kitchen software"),
            ("Manufacturer of precision gears", "precision gears manufacturer"),
            ("Freight forwarding, simplified", "freight forwarding"),
            ("Agence de communication, les pieds dans l’eau", "agence de communication"),
            ("Pumpenhersteller seit 1952", "pumpenhersteller"),
            ("Ingenieurbüro für Medizintechnik.", "ingenieurbüro für medizintechnik"),
            ("Spécialiste du terrassement et des VRD", "terrassement"),
        ] {
            assert_eq!(opening(text, "northpier").map(|it| it.label).as_deref(), Some(label), "{text}");
        }
    }

    #[test]
    fn texts_that_name_no_business() {
        for text in [
            "Welcome",
            "Trusted by restaurants and hotels",
            "Our team of architects",
            "Spain on a plate",
            "What we do",
            "Early detection. Better outcomes.",
            "Our company",
            "The group",
            "",
        ] {
            assert_eq!(opening(text, "northpier"), None, "{text}");
        }
    }
}
