//! The features a name is compared by: 3-grams that span spaces, and, hashed, words and their consonants.

use crate::normalize::{is_han, romanised};

/// Space, 26 letters, 10 digits.
const ALPHABET: u32 = 37;
/// The 3-grams over them; hashed features follow.
pub(super) const GRAMS: u32 = ALPHABET * ALPHABET * ALPHABET;
/// The weight of a word, initials or a joined pair beside a 3-gram of the same rarity.
pub(super) const WORD_WEIGHT: f32 = 0.7;

/// How many hash buckets an index of so many names has: enough that a bucket is mostly one word.
pub(super) fn buckets_for(names: usize) -> u32 {
    (names / 6).next_power_of_two().clamp(1 << 14, 1 << 18) as u32
}

/// The features of a core key, each with repeats; the caller drops those.
pub(super) fn features(key: &str, buckets: u32, out: &mut Vec<u32>) {
    out.clear();
    if key.is_empty() {
        return;
    }
    let latin = romanised(key);
    // The key begins after a space.
    let (mut a, mut b) = (u32::MAX, 0);
    for byte in latin.bytes().chain([b' ']) {
        let c = code(byte);
        if a != u32::MAX {
            out.push((a * ALPHABET + b) * ALPHABET + c);
        }
        (a, b) = (b, c);
    }
    let mut words = 0;
    let mut whole = Hash::new();
    let mut pair = Hash::new();
    let mut initials = Hash::new();
    for word in key.split(' ').filter(|word| !word.is_empty()) {
        words += 1;
        out.push(bucket(Hash::of(word.as_bytes()), buckets));
        if let Some(consonants) = consonants(word) {
            out.push(bucket(consonants, buckets));
        }
        whole.write(word.as_bytes());
        if words <= 2 {
            pair.write(word.as_bytes());
        }
        if let Some(first) = word.bytes().next().filter(u8::is_ascii) {
            initials.write(&[first]);
        }
        if !word.is_ascii() {
            han(word, buckets, out);
        }
    }
    if words >= 2 {
        out.push(bucket(whole, buckets));
    }
    if words >= 3 {
        out.push(bucket(pair, buckets));
        out.push(bucket(initials, buckets));
    }
}

/// Which consonants a word has, whatever their order: the same when letters are swapped or doubled, or vowels are left
/// out or mistaken ("klndk", "klodnike").
fn consonants(word: &str) -> Option<Hash> {
    const VOWELS: u32 = 1 | 1 << 4 | 1 << 8 | 1 << 14 | 1 << 20;
    let set =
        word.bytes().filter(u8::is_ascii_lowercase).fold(0u32, |set, b| set | 1 << (b - b'a')) & !VOWELS;
    (set.count_ones() >= 2).then(|| Hash::of(&(set | 1 << 26).to_le_bytes()))
}

/// Han characters say as much as a syllable or a word: single ones and pairs are features.
fn han(word: &str, buckets: u32, out: &mut Vec<u32>) {
    let mut before: Option<char> = None;
    let mut buffer = [0u8; 8];
    for c in word.chars().filter(|c| is_han(*c)) {
        let used = c.encode_utf8(&mut buffer).len();
        out.push(bucket(Hash::of(&buffer[..used]), buckets));
        if let Some(b) = before {
            let first = b.encode_utf8(&mut buffer).len();
            let second = c.encode_utf8(&mut buffer[first..]).len();
            out.push(bucket(Hash::of(&buffer[..first + second]), buckets));
        }
        before = Some(c);
    }
}

fn code(byte: u8) -> u32 {
    match byte {
        b'a'..=b'z' => u32::from(byte - b'a') + 1,
        b'0'..=b'9' => u32::from(byte - b'0') + 27,
        _ => 0,
    }
}

fn bucket(hash: Hash, buckets: u32) -> u32 {
    GRAMS + (hash.finish() & (buckets - 1))
}

/// A small stable hash (FNV-1a with a final mix): it is part of the file format.
#[derive(Clone, Copy)]
struct Hash(u32);

impl Hash {
    fn new() -> Self {
        Self(0x811c_9dc5)
    }

    fn of(bytes: &[u8]) -> Self {
        let mut hash = Self::new();
        hash.write(bytes);
        hash
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
        }
    }

    fn finish(self) -> u32 {
        let x = (self.0 ^ (self.0 >> 15)).wrapping_mul(0x2c1b_3c6d);
        x ^ (x >> 13)
    }
}
