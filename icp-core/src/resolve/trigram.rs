//! Exactly the numbers of PostgreSQL's [`pg_trgm`](https://www.postgresql.org/docs/15/pgtrgm.html): the compatibility
//! path, and the oracle that candidates are tested against.
//!
//! A text's words (runs of letters and digits) are lower-cased, padded with two spaces before and one after, and cut
//! into 3-grams; the similarity of two texts is the share of distinct 3-grams that both have (Jaccard). Postgres must
//! run with a UTF-8 `lc_ctype` to see letters beyond ASCII; of a 3-gram with such letters it keeps a 24-bit checksum,
//! of which two can in principle collide, where here they are compared whole.

mod index;

pub use index::{TrigramHit, TrigramIndex, TrigramIndexBuilder};

/// The threshold that `pg_trgm` and the original plan propose for candidates. It cannot tell right from wrong.
///
/// Like Postgres' setting it is a double: 7/20 in single precision lies just below it, and does not pass.
pub const DEFAULT_THRESHOLD: f64 = 0.35;

/// A 3-gram: its three characters in one number.
pub(super) type Gram = u64;

/// The similarity of two texts, as `pg_trgm`'s `similarity` computes it.
///
/// ```
/// use icp_core::resolve::trigram::similarity;
/// assert_eq!(similarity("Asia Tech", "Tech in Asia"), 0.769_230_8);
/// assert_eq!(similarity("word", "two words"), 0.363_636_37);
/// assert_eq!(similarity("", ""), 0.0);
/// ```
pub fn similarity(a: &str, b: &str) -> f32 {
    jaccard(&grams(&words(a)), &grams(&words(b)))
}

/// The words of a text, lower-cased, one space between them: all that the similarity sees.
pub(super) fn words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for c in text.chars() {
        if is_word(c) {
            if space && !out.is_empty() {
                out.push(' ');
            }
            space = false;
            out.push(lower(c));
        } else {
            space = true;
        }
    }
    out
}

/// Letters and decimal digits, as the C library's UTF-8 locales class them.
fn is_word(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { c.is_alphabetic() || c.is_numeric() && !is_sign(c) }
}

/// Fractions, superscripts and circled numbers are signs there.
fn is_sign(c: char) -> bool {
    matches!(c, '\u{b2}' | '\u{b3}' | '\u{b9}' | '\u{bc}'..='\u{be}' | '\u{2070}'..='\u{2089}' | '\u{2150}'..='\u{215f}' | '\u{2189}' | '\u{2460}'..='\u{249b}' | '\u{24ea}'..='\u{24ff}' | '\u{2776}'..='\u{2793}')
}

/// One character for one: Postgres lower-cases character by character.
fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// The distinct 3-grams of words that [`words`] made, in order.
pub(super) fn grams(words: &str) -> Vec<Gram> {
    let mut out = Vec::with_capacity(words.len() + 8);
    for word in words.split(' ').filter(|word| !word.is_empty()) {
        let (mut a, mut b) = (u64::from(' '), u64::from(' '));
        for c in word.chars().chain([' ']) {
            out.push(a << 42 | b << 21 | u64::from(c));
            (a, b) = (b, u64::from(c));
        }
    }
    out.sort_unstable();
    out.dedup();
    out
}

fn jaccard(a: &[Gram], b: &[Gram]) -> f32 {
    let (mut i, mut j, mut shared) = (0, 0, 0usize);
    while i < a.len() && j < b.len() {
        let (x, y) = (a[i], b[j]);
        shared += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    of_counts(shared, a.len(), b.len())
}

/// Postgres divides in single precision.
pub(super) fn of_counts(shared: usize, a: usize, b: usize) -> f32 {
    if a == 0 || b == 0 { 0.0 } else { shared as f32 / (a + b - shared) as f32 }
}

#[cfg(test)]
mod tests;
