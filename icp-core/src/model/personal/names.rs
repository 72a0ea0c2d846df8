//! Which words are names of people: a list of common given and family names of many countries.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// What a word says about being a person's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameWord {
    /// A given name that is nothing else.
    Given,
    /// A given name that is also a word, a place or a brand.
    Weak,
    /// A family name.
    Family,
    /// Joins the parts of a name: "bin", "van".
    Particle,
}

static WORDS: LazyLock<FxHashMap<&'static str, NameWord>> = LazyLock::new(|| {
    let mut words = FxHashMap::default();
    for line in include_str!("names.tsv").lines().filter(|line| !line.starts_with('#')) {
        let Some((kind, names)) = line.split_once('\t') else { continue };
        let kind = match kind {
            "given" => NameWord::Given,
            "weak" => NameWord::Weak,
            "family" => NameWord::Family,
            _ => NameWord::Particle,
        };
        for name in names.split(' ') {
            words.entry(name).or_insert(kind);
        }
    }
    words
});

/// What the list says of a word, however it is capitalised.
pub(super) fn name_word(word: &str) -> Option<NameWord> {
    WORDS.get(word.to_lowercase().as_str()).copied()
}

/// Whether a word is a given name and written as one.
pub(super) fn is_given_name(word: &str) -> bool {
    word.starts_with(char::is_uppercase) && name_word(word) == Some(NameWord::Given)
}
