//! The likeness of two names, as numbers: the input of the scorer.
//!
//! All of it is computed from the two light forms; nothing is stripped that tells two companies apart (places,
//! numbers, legal forms): those are features in their own right.

use std::sync::OnceLock;

use super::words::{number, place, rarity};
use crate::normalize::{NameForms, romanised};

/// How many features there are.
pub const FEATURES: usize = 34;

/// Where the features that look at the other candidates begin.
const CONTEXT: usize = 30;

/// Their names, in order.
pub const FEATURE_NAMES: [&str; FEATURES] = [
    "gram_dice",
    "gram_jaccard_light",
    "gram_containment_query",
    "gram_containment_name",
    "core_equal",
    "light_equal",
    "sorted_equal",
    "compact_equal",
    "aligned_query",
    "aligned_name",
    "missing_query",
    "missing_name",
    "shared_rarity",
    "compact_edit",
    "prefix",
    "first_word",
    "last_word",
    "number_clash",
    "number_missing",
    "place_clash",
    "place_missing",
    "form_agreement",
    "inexact_share",
    "initials",
    "length_ratio",
    "query_rarity",
    "query_words",
    "extra_words",
    "live",
    "former_name",
    "lead_grams",
    "lead_aligned",
    "lead_edit",
    "rivals",
];

/// The features of one comparison.
pub type Features = [f32; FEATURES];

/// A name taken apart once, for many comparisons.
#[derive(Clone, Debug)]
pub struct Prepared {
    forms: NameForms,
    words: Vec<Word>,
    /// Words of the core form written together, in Latin letters.
    compact: Vec<u8>,
    /// Made when it is first compared as a query.
    masks: OnceLock<Masks>,
    /// 3-grams of the core form, and of the light one, sorted.
    grams: Vec<u32>,
    light_grams: Vec<u32>,
    /// The words without their order: a sum of their hashes.
    bag: u64,
    numbers: Vec<u32>,
    places: Vec<u8>,
    initials: Vec<u8>,
    rarity: f32,
}

#[derive(Clone, Debug)]
struct Word {
    text: String,
    rarity: f32,
    letters: u64,
    number: Option<u32>,
}

/// For each letter, where it stands in a text: input of the bit-parallel comparison.
type Masks = Box<[u128; 38]>;

impl Prepared {
    /// Takes a name apart.
    pub fn of(name: &str) -> Self {
        let forms = NameForms::of(name);
        let latin = romanised(&forms.core).into_owned();
        let texts: Vec<&str> = latin.split(' ').filter(|word| !word.is_empty()).collect();
        let words: Vec<Word> = texts
            .iter()
            .map(|text| Word {
                text: (*text).to_owned(),
                rarity: rarity(text),
                letters: letters(text),
                number: number(text, false),
            })
            .collect();
        let compact: Vec<u8> = texts.concat().into_bytes();
        let bag = texts.iter().filter(|w| **w != "and").fold(0u64, |sum, w| sum.wrapping_add(hash(w)));
        let mut numbers: Vec<u32> = texts
            .iter()
            .enumerate()
            .filter_map(|(at, w)| number(w, at > 0 && at + 1 == texts.len()))
            .collect();
        numbers.sort_unstable();
        let mut places: Vec<u8> = texts.iter().enumerate().filter_map(|(at, w)| place(w, at == 0)).collect();
        places.sort_unstable();
        places.dedup();
        Self {
            masks: OnceLock::new(),
            grams: grams(&latin),
            light_grams: grams(&romanised(&forms.light)),
            initials: texts
                .iter()
                .filter(|w| !matches!(**w, "and" | "of" | "the"))
                .map(|w| w.as_bytes()[0])
                .collect(),
            rarity: words.iter().map(|word| word.rarity).sum(),
            forms,
            words,
            compact,
            bag,
            numbers,
            places,
        }
    }

    /// The two forms.
    pub fn forms(&self) -> &NameForms {
        &self.forms
    }

    /// How telling the name is as a whole: the sum of its words' rarity.
    pub fn rarity(&self) -> f32 {
        self.rarity
    }

    /// Numbers both have that differ.
    pub(super) fn numbers_clash(&self, other: &Self) -> bool {
        !self.numbers.is_empty() && !other.numbers.is_empty() && self.numbers != other.numbers
    }

    /// Places both name that differ.
    pub(super) fn places_clash(&self, other: &Self) -> bool {
        !self.places.is_empty() && !other.places.is_empty() && self.places != other.places
    }
}

/// Facts about the entity in a comparison of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whether it is alive.
    pub live: bool,
    /// Whether the name compared is one it had before.
    pub former: bool,
}

/// Compares a query with a name of an entity.
pub fn compare(query: &Prepared, name: &Prepared, standing: Standing) -> Features {
    let (shared, light_shared) =
        (common(&query.grams, &name.grams), common(&query.light_grams, &name.light_grams));
    let (q, n) = (query.grams.len() as f32, name.grams.len() as f32);
    let aligned = align(query, name);
    let flag = |yes: bool| f32::from(u8::from(yes));
    let longest = query.compact.len().max(name.compact.len()).max(1) as f32;
    let shortest = query.compact.len().min(name.compact.len()) as f32;
    let same_start = query.compact.iter().zip(&name.compact).take_while(|(a, b)| a == b).count() as f32;
    [
        ratio(2.0 * shared, q + n),
        ratio(light_shared, (query.light_grams.len() + name.light_grams.len()) as f32 - light_shared),
        ratio(shared, q),
        ratio(shared, n),
        flag(query.forms.core == name.forms.core && !query.forms.core.is_empty()),
        flag(query.forms.light == name.forms.light && !query.forms.light.is_empty()),
        flag(query.bag == name.bag && query.bag != 0),
        flag(query.compact == name.compact && !query.compact.is_empty()),
        aligned.query,
        aligned.name,
        aligned.missing_query,
        aligned.missing_name,
        aligned.shared,
        edit(query.masks.get_or_init(|| masks(&query.compact)), query.compact.len(), &name.compact),
        ratio(same_start, shortest.max(1.0)),
        aligned.first,
        aligned.last,
        flag(query.numbers_clash(name)),
        flag(query.numbers.is_empty() != name.numbers.is_empty()),
        flag(query.places_clash(name)),
        flag(query.places.is_empty() != name.places.is_empty()),
        form_agreement(&query.forms, &name.forms),
        aligned.inexact,
        flag(initials_match(query, name) || initials_match(name, query)),
        shortest / longest,
        query.rarity.min(40.0),
        query.words.len().min(10) as f32,
        name.words.len().min(15) as f32 - query.words.len().min(15) as f32,
        flag(standing.live),
        flag(standing.former),
        0.0,
        0.0,
        0.0,
        0.0,
    ]
}

/// How near a name is before the scorer has spoken: chooses which of an entity's names is compared.
pub(super) fn first_look(features: &Features) -> f32 {
    features[0] + features[8] + 0.5 * features[9] + 0.5 * features[13]
}

/// Fills in how far each candidate is ahead of the best other one, and how many are about as near.
pub(super) fn add_context(candidates: &mut [&mut Features]) {
    for (at, lead) in [(0, CONTEXT), (8, CONTEXT + 1), (13, CONTEXT + 2)] {
        let (mut best, mut second, mut holder) = (0.0f32, 0.0f32, usize::MAX);
        for (number, features) in candidates.iter().enumerate() {
            let value = features[at];
            if value > best || holder == usize::MAX {
                (second, best, holder) = (best, value, number);
            } else {
                second = second.max(value);
            }
        }
        for (number, features) in candidates.iter_mut().enumerate() {
            features[lead] = features[at] - if number == holder { second } else { best };
        }
    }
    let looks: Vec<f32> = candidates.iter().map(|features| first_look(features)).collect();
    for (number, features) in candidates.iter_mut().enumerate() {
        let near =
            looks.iter().enumerate().filter(|(n, look)| *n != number && **look >= looks[number] - 0.15);
        features[CONTEXT + 3] = near.count().min(20) as f32;
    }
}

fn ratio(part: f32, whole: f32) -> f32 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// 1 for the same form, 0.5 when one names none, 0.25 for private and public limited, 0 for forms that exclude each other.
fn form_agreement(a: &NameForms, b: &NameForms) -> f32 {
    match (a.form, b.form) {
        (Some(_), Some(_)) if !a.form_agrees(b) => 0.0,
        (Some(a), Some(b)) if a == b => 1.0,
        (Some(_), Some(_)) => 0.25,
        _ => 0.5,
    }
}

/// Whether the short name's one word is the initials of the long name's three or more words.
fn initials_match(short: &Prepared, long: &Prepared) -> bool {
    short.words.len() == 1
        && long.initials.len() >= 3
        && short.compact.len() >= 2
        && (short.compact == long.initials
            || long.initials.starts_with(&short.compact) && short.compact.len() >= 3)
}

struct Aligned {
    query: f32,
    name: f32,
    missing_query: f32,
    missing_name: f32,
    shared: f32,
    inexact: f32,
    first: f32,
    last: f32,
}

/// Pairs the words of two names, the best pairs first, and weighs what found no partner.
fn align(query: &Prepared, name: &Prepared) -> Aligned {
    const MOST: usize = 16;
    let (q, n) = (&query.words[..query.words.len().min(MOST)], &name.words[..name.words.len().min(MOST)]);
    let mut of_query = [0.0f32; MOST];
    let mut of_name = [0.0f32; MOST];
    for (i, a) in q.iter().enumerate() {
        if let Some(j) = (0..n.len()).find(|j| of_name[*j] == 0.0 && n[*j].text == a.text) {
            (of_query[i], of_name[j]) = (1.0, 1.0);
        }
    }
    join_words(q, n, &mut of_query, &mut of_name);
    join_words(n, q, &mut of_name, &mut of_query);
    for (i, a) in q.iter().enumerate() {
        if of_query[i] > 0.0 {
            continue;
        }
        let best = (0..n.len())
            .filter(|j| of_name[*j] == 0.0)
            .map(|j| (word_likeness(a, &n[j]), j))
            .max_by(|x, y| x.0.total_cmp(&y.0).then(y.1.cmp(&x.1)));
        if let Some((likeness, j)) = best.filter(|(likeness, _)| *likeness > 0.0) {
            (of_query[i], of_name[j]) = (likeness, likeness);
        }
    }
    let total = |words: &[Word]| words.iter().map(|word| word.rarity).sum::<f32>();
    let kept =
        |words: &[Word], of: &[f32; MOST]| words.iter().zip(of).map(|(w, s)| w.rarity * s).sum::<f32>();
    let missing = |words: &[Word], of: &[f32; MOST]| {
        words.iter().zip(of).map(|(w, s)| w.rarity * (1.0 - s)).fold(0.0, f32::max)
    };
    let shared = kept(q, &of_query);
    let inexact: f32 =
        q.iter().zip(&of_query).filter(|(_, s)| **s > 0.0 && **s < 1.0).map(|(w, s)| w.rarity * s).sum();
    Aligned {
        query: ratio(shared, total(q)),
        name: ratio(kept(n, &of_name), total(n)),
        missing_query: missing(q, &of_query),
        missing_name: missing(n, &of_name),
        shared: shared.min(40.0),
        inexact: ratio(inexact, shared),
        first: if q.is_empty() || n.is_empty() { 0.0 } else { of_query[0].min(of_name[0]) },
        last: if q.is_empty() || n.is_empty() {
            0.0
        } else {
            of_query[q.len() - 1].min(of_name[n.len() - 1])
        },
    }
}

/// "good will" and "goodwill": two neighbours that together are one word of the other name.
fn join_words(parts: &[Word], wholes: &[Word], of_parts: &mut [f32], of_wholes: &mut [f32]) {
    for i in 1..parts.len() {
        if of_parts[i] > 0.0 || of_parts[i - 1] > 0.0 {
            continue;
        }
        let (a, b) = (&parts[i - 1].text, &parts[i].text);
        let found = (0..wholes.len()).find(|j| {
            of_wholes[*j] == 0.0
                && wholes[*j].text.len() == a.len() + b.len()
                && wholes[*j].text.starts_with(a.as_str())
                && wholes[*j].text.ends_with(b.as_str())
        });
        if let Some(j) = found {
            (of_parts[i], of_parts[i - 1], of_wholes[j]) = (1.0, 1.0, 1.0);
        }
    }
}

/// How alike two different words are, 0 when they are not: spelling, cut short, or abbreviated.
fn word_likeness(a: &Word, b: &Word) -> f32 {
    let (short, long) = if a.text.len() <= b.text.len() { (a, b) } else { (b, a) };
    let (s, l) = (short.text.as_bytes(), long.text.as_bytes());
    if short.text == long.text {
        return 0.97;
    }
    if a.number.is_some() && a.number == b.number && s.len() <= 4 {
        return 0.9;
    }
    if short.letters & long.letters == 0 {
        return 0.0;
    }
    if s.iter().all(u8::is_ascii_digit) || l.iter().all(u8::is_ascii_digit) {
        return 0.0;
    }
    if l.starts_with(s) {
        // "therap" for "therapeutics", and the plural; one letter may be anything.
        return match s.len() {
            1 => 0.3,
            2 => 0.5,
            _ if l.len() == s.len() + 1 => 0.95,
            _ => 0.85,
        };
    }
    if s[0] == l[0] && s.len() >= 2 && s.len() * 2 <= l.len() + 1 && subsequence(s, l) {
        return 0.6;
    }
    if s.len() < 4 || l.len() > s.len() + 3 {
        return 0.0;
    }
    let most = (short.letters & long.letters).count_ones() as f32;
    if most * 2.0 < short.letters.count_ones() as f32 {
        return 0.0;
    }
    let likeness = edit_words(s, l);
    if likeness >= 0.74 { likeness * 0.95 } else { 0.0 }
}

fn subsequence(short: &[u8], long: &[u8]) -> bool {
    let mut rest = long.iter();
    short.iter().all(|c| rest.any(|other| other == c))
}

/// The likeness of two texts by what they have in common in order: `2 lcs / (a + b)`, over their first 128 letters.
/// The longest common subsequence is found bit-parallel (Hyyrö, 2004).
fn edit(masks: &Masks, len: usize, other: &[u8]) -> f32 {
    let len = len.min(128);
    let other = &other[..other.len().min(128)];
    if len == 0 || other.is_empty() {
        return 0.0;
    }
    let mut row = u128::MAX;
    for c in other {
        let matched = row & masks[letter(*c)];
        row = row.wrapping_add(matched) | (row - matched);
    }
    let kept = if len == 128 { u128::MAX } else { (1 << len) - 1 };
    2.0 * (!row & kept).count_ones() as f32 / (len + other.len()) as f32
}

/// The same for two words, over their first 64 letters.
fn edit_words(a: &[u8], b: &[u8]) -> f32 {
    let (a, b) = (&a[..a.len().min(64)], &b[..b.len().min(64)]);
    let mut masks = [0u64; 38];
    for (at, c) in a.iter().enumerate() {
        masks[letter(*c)] |= 1 << at;
    }
    let mut row = u64::MAX;
    for c in b {
        let matched = row & masks[letter(*c)];
        row = row.wrapping_add(matched) | (row - matched);
    }
    let kept = if a.len() == 64 { u64::MAX } else { (1 << a.len()) - 1 };
    2.0 * (!row & kept).count_ones() as f32 / (a.len() + b.len()).max(1) as f32
}

fn hash(word: &str) -> u64 {
    word.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

fn letter(byte: u8) -> usize {
    match byte {
        b'a'..=b'z' => usize::from(byte - b'a'),
        b'0'..=b'9' => usize::from(byte - b'0') + 26,
        _ => 36,
    }
}

fn letters(text: &str) -> u64 {
    text.bytes().fold(0, |set, b| set | 1 << letter(b))
}

fn masks(text: &[u8]) -> Masks {
    let mut masks = Box::new([0u128; 38]);
    for (at, c) in text.iter().take(128).enumerate() {
        masks[letter(*c)] |= 1 << at;
    }
    masks
}

fn grams(text: &str) -> Vec<u32> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len() + 1);
    let (mut a, mut b) = (0u32, 37u32);
    for c in bytes.iter().map(|c| letter(*c) as u32 + 1).chain((!bytes.is_empty()).then_some(37)) {
        if a > 0 {
            out.push((a * 38 + b) * 38 + c);
        }
        (a, b) = (b, c);
    }
    out.sort_unstable();
    out.dedup();
    out
}

fn common(a: &[u32], b: &[u32]) -> f32 {
    let (mut i, mut j, mut shared) = (0, 0, 0u32);
    while i < a.len() && j < b.len() {
        let (x, y) = (a[i], b[j]);
        shared += u32::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    shared as f32
}
