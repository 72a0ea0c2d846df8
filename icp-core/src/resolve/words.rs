//! How telling a word of a company name is, what place it names, what number it is.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

static WORDS: LazyLock<FxHashMap<&'static str, f32>> = LazyLock::new(|| {
    include_str!("words.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(word, rarity)| Some((word, rarity.parse().ok()?)))
        .collect()
});

/// The rarity of a word that the table does not list.
pub(super) const RAREST: f32 = 10.0;

/// How rare a word is in company names: near 0 for "limited", [`RAREST`] for a made-up name.
pub(super) fn rarity(word: &str) -> f32 {
    match WORDS.get(word) {
        Some(rarity) => *rarity,
        // One or two letters or digits say little, however rare.
        None if word.len() <= 2 => 6.0,
        None => RAREST,
    }
}

/// Words that name a place; words of one place have one number.
const PLACES: &[&[&str]] = &[
    &["singapore", "sg", "spore", "sgp", "singapura"],
    &["malaysia", "malaysian", "kl", "johor", "penang", "kuala", "selangor", "sabah", "sarawak"],
    &["indonesia", "indonesian", "jakarta", "batam", "bali"],
    &["thailand", "thai", "bangkok"],
    &["vietnam", "saigon", "hanoi"],
    &["philippines", "manila", "philippine"],
    &["hong", "kong", "hongkong", "hk"],
    &["china", "prc", "chinese"],
    &["shanghai"],
    &["beijing"],
    &["shenzhen"],
    &["guangzhou", "guangdong"],
    &["taiwan", "taipei"],
    &["macau", "macao"],
    &["japan", "nippon", "tokyo", "osaka"],
    &["korea", "korean", "seoul"],
    &["india", "indian", "mumbai", "delhi", "bangalore", "chennai", "bombay", "madras", "calcutta"],
    &["australia", "australian", "sydney", "melbourne", "queensland", "perth"],
    &["zealand", "nz"],
    &["uk", "britain", "british", "england", "london", "kingdom", "scotland", "wales", "scottish"],
    &["ireland", "irish", "dublin"],
    &["usa", "us", "america", "american", "york", "texas", "california", "chicago", "boston", "florida"],
    &["canada", "canadian", "toronto", "ontario", "quebec", "alberta"],
    &["mexico", "mexicana"],
    &["brazil", "brasil"],
    &["chile"],
    &["argentina"],
    &["germany", "deutschland", "german", "berlin", "frankfurt", "munich"],
    &["france", "french", "paris"],
    &["italy", "italia", "italian", "milano"],
    &["spain", "espana", "iberia"],
    &["portugal"],
    &["netherlands", "nederland", "holland", "dutch", "amsterdam"],
    &["belgium", "belgique"],
    &["luxembourg"],
    &["switzerland", "swiss", "schweiz", "suisse", "zurich", "geneva"],
    &["austria", "osterreich", "vienna"],
    &["sweden", "sverige", "swedish"],
    &["norway", "norge"],
    &["denmark", "danmark"],
    &["finland"],
    &["poland", "polska"],
    &["russia", "moscow"],
    &["turkey", "turkiye"],
    &["israel"],
    &["dubai", "uae", "emirates"],
    &["saudi", "arabia"],
    &["qatar"],
    &["egypt"],
    &["africa", "african"],
    &["nigeria"],
    &["kenya"],
    &["estonia"],
    &["ethiopia"],
    &["asia", "asian", "apac", "asiapacific"],
    &["pacific"],
    &["europe", "european", "emea"],
    &["cayman"],
    &["bermuda"],
    &["brunei"],
    &["cambodia"],
    &["myanmar"],
    &["lanka"],
    &["bangladesh"],
    &["pakistan"],
    &["eastern", "east"],
    &["western", "west"],
    &["southern", "south"],
    &["northern", "north"],
];

static PLACE: LazyLock<FxHashMap<&'static str, u8>> = LazyLock::new(|| {
    (1u8..).zip(PLACES).flat_map(|(number, words)| words.iter().map(move |word| (*word, number))).collect()
});

/// The place a word names. Single letters in brackets ("(S)", "(M)") are places only after the first word.
pub(super) fn place(word: &str, first: bool) -> Option<u8> {
    match word {
        "s" if !first => Some(1),
        "m" if !first => Some(2),
        _ => PLACE.get(word).copied(),
    }
}

const NUMBERS: &[(&str, u32)] = &[
    ("one", 1),
    ("first", 1),
    ("two", 2),
    ("second", 2),
    ("three", 3),
    ("third", 3),
    ("four", 4),
    ("fourth", 4),
    ("five", 5),
    ("fifth", 5),
    ("six", 6),
    ("sixth", 6),
    ("seven", 7),
    ("seventh", 7),
    ("eight", 8),
    ("eighth", 8),
    ("nine", 9),
    ("ninth", 9),
    ("ten", 10),
    ("tenth", 10),
    ("ii", 2),
    ("iii", 3),
    ("iv", 4),
    ("vi", 6),
    ("vii", 7),
    ("viii", 8),
    ("ix", 9),
    ("xi", 11),
    ("xii", 12),
    ("xiii", 13),
    ("xiv", 14),
    ("xv", 15),
    ("xvi", 16),
];

static NUMBER: LazyLock<FxHashMap<&'static str, u32>> = LazyLock::new(|| NUMBERS.iter().copied().collect());

/// The number a word is or holds: digits, ordinals, number words, Roman numerals (one letter only at the end).
pub(super) fn number(word: &str, last: bool) -> Option<u32> {
    if let Some(at) = word.bytes().position(|b| b.is_ascii_digit()) {
        let digits = word[at..].bytes().take_while(u8::is_ascii_digit).take(9);
        return Some(digits.fold(0u32, |n, b| n * 10 + u32::from(b - b'0')));
    }
    match word {
        "i" if last => Some(1),
        "v" if last => Some(5),
        "x" if last => Some(10),
        _ => NUMBER.get(word).copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_names_are_rarer_than_trade_words() {
        assert!(rarity("limited") < rarity("trading"));
        assert!(rarity("trading") < rarity("quixotron"));
        assert!(rarity("zq") < RAREST);
    }

    #[test]
    fn numbers_in_every_dress() {
        for (word, last, value) in [
            ("59", true, Some(59)),
            ("supply59", false, Some(59)),
            ("2nd", false, Some(2)),
            ("iii", false, Some(3)),
            ("i", true, Some(1)),
            ("i", false, None),
            ("first", false, Some(1)),
            ("2007", true, Some(2007)),
            ("acme", true, None),
            ("99999999999999", true, Some(999_999_999)),
        ] {
            assert_eq!(number(word, last), value, "{word}");
        }
    }
}
