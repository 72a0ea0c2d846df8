//! The file: a header, then sections of little-endian numbers one after another.
//!
//! | section | of |
//! |---|---|
//! | entity | `u32` a name |
//! | text end | `u32` a name: where its key ends in the text |
//! | ordinal | `u16` a name |
//! | norm | `f32` a name: its length as a vector |
//! | text | the keys, UTF-8, sorted, so that neighbours share features |
//! | lists | `u32` end of the posting list and `u32` number of names, a feature |
//! | postings | differences of name numbers, as variable-length integers |

use std::io;

use super::features::{GRAMS, WORD_WEIGHT};
use crate::normalize::NORMALISER_VERSION;

const MAGIC: &[u8; 8] = b"icpNAMES";
const FORMAT_VERSION: u32 = 2;
pub(super) const HEADER: usize = 64;

/// Why bytes are not a usable index. The remedy is always to build it again from the register.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// Something else altogether.
    #[error("this is not a name index; rebuild it from the register")]
    Foreign,
    /// Made by another version of this library.
    #[error(
        "the name index has {what} version {found}, this library reads {expected}; rebuild it from the register"
    )]
    Version {
        /// Which version.
        what: &'static str,
        /// In the file.
        found: u32,
        /// Here.
        expected: u32,
    },
    /// Cut short, or with something after its end.
    #[error(
        "the name index has {found} bytes where its header says {expected}; rebuild it from the register"
    )]
    Length {
        /// In the file.
        found: u64,
        /// By the header.
        expected: u64,
    },
    /// Damaged.
    #[error("the name index is damaged ({0}); rebuild it from the register")]
    Damaged(&'static str),
}

/// Where the sections are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub(super) docs: usize,
    pub(super) buckets: u32,
    pub(super) text_len: usize,
    pub(super) postings_len: usize,
}

impl Layout {
    pub(super) fn features(&self) -> usize {
        (GRAMS + self.buckets) as usize
    }
    pub(super) fn text_ends_at(&self) -> usize {
        HEADER + self.docs * 4
    }
    pub(super) fn ordinals_at(&self) -> usize {
        self.text_ends_at() + self.docs * 4
    }
    pub(super) fn norms_at(&self) -> usize {
        self.ordinals_at() + self.docs * 2
    }
    pub(super) fn text_at(&self) -> usize {
        self.norms_at() + self.docs * 4
    }
    pub(super) fn lists_at(&self) -> usize {
        self.text_at() + self.text_len
    }
    pub(super) fn postings_at(&self) -> usize {
        self.lists_at() + self.features() * 8
    }
    fn end(&self) -> u64 {
        // In u64: a damaged header must not overflow.
        HEADER as u64
            + self.docs as u64 * 14
            + self.text_len as u64
            + (u64::from(GRAMS) + u64::from(self.buckets)) * 8
            + self.postings_len as u64
    }

    pub(super) fn entity(&self, bytes: &[u8], doc: usize) -> u32 {
        u32_at(bytes, HEADER + doc * 4)
    }
    pub(super) fn ordinal(&self, bytes: &[u8], doc: usize) -> u16 {
        let at = self.ordinals_at() + doc * 2;
        u16::from_le_bytes([bytes[at], bytes[at + 1]])
    }
    pub(super) fn norm(&self, bytes: &[u8], doc: usize) -> f32 {
        f32::from_bits(u32_at(bytes, self.norms_at() + doc * 4))
    }
    pub(super) fn key<'a>(&self, bytes: &'a [u8], doc: usize) -> &'a str {
        let ends = self.text_ends_at();
        let from = if doc == 0 { 0 } else { u32_at(bytes, ends + doc * 4 - 4) as usize };
        let to = u32_at(bytes, ends + doc * 4) as usize;
        let at = self.text_at();
        std::str::from_utf8(&bytes[at + from..at + to]).unwrap_or_default()
    }
    /// The posting list of a feature and how many names it holds.
    pub(super) fn list<'a>(&self, bytes: &'a [u8], feature: u32) -> (&'a [u8], u32) {
        let at = self.lists_at() + feature as usize * 8;
        let from = if feature == 0 { 0 } else { u32_at(bytes, at - 8) as usize };
        let to = u32_at(bytes, at) as usize;
        let postings = self.postings_at();
        (&bytes[postings + from..postings + to], u32_at(bytes, at + 4))
    }
    pub(super) fn count(&self, bytes: &[u8], feature: usize) -> u32 {
        u32_at(bytes, self.lists_at() + feature * 8 + 4)
    }

    /// The weight of every feature.
    pub(super) fn weights(&self, bytes: &[u8]) -> Vec<f32> {
        (0..self.features()).map(|f| weight(f, self.count(bytes, f), self.docs)).collect()
    }

    /// Writes the header; the sections must stand.
    pub(super) fn seal(&self, bytes: &mut [u8]) {
        let mut header = [0u8; HEADER];
        header[..8].copy_from_slice(MAGIC);
        header[8..12].copy_from_slice(&FORMAT_VERSION.to_le_bytes());
        header[12..16].copy_from_slice(&NORMALISER_VERSION.to_le_bytes());
        header[16..24].copy_from_slice(&(self.docs as u64).to_le_bytes());
        header[24..32].copy_from_slice(&u64::from(self.buckets).to_le_bytes());
        header[32..40].copy_from_slice(&(self.text_len as u64).to_le_bytes());
        header[40..48].copy_from_slice(&(self.postings_len as u64).to_le_bytes());
        let sum = checksum(&[&header[..56], &bytes[HEADER..]]);
        header[56..].copy_from_slice(&sum.to_le_bytes());
        bytes[..HEADER].copy_from_slice(&header);
    }

    /// Reads and checks a file.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, IndexError> {
        if bytes.len() < 8 || bytes[..8] != *MAGIC {
            return Err(IndexError::Foreign);
        }
        if bytes.len() < HEADER {
            return Err(IndexError::Length { found: bytes.len() as u64, expected: HEADER as u64 });
        }
        for (what, found, expected) in [
            ("format", u32_at(bytes, 8), FORMAT_VERSION),
            ("normaliser", u32_at(bytes, 12), NORMALISER_VERSION),
        ] {
            if found != expected {
                return Err(IndexError::Version { what, found, expected });
            }
        }
        let (docs, buckets) = (u64_at(bytes, 16), u64_at(bytes, 24));
        let (text_len, postings_len) = (u64_at(bytes, 32), u64_at(bytes, 40));
        let fits = |value: u64| value <= u64::from(u32::MAX);
        if !fits(docs)
            || !fits(text_len)
            || !fits(postings_len)
            || !buckets.is_power_of_two()
            || buckets > 1 << 24
        {
            return Err(IndexError::Damaged("impossible sizes in its header"));
        }
        let layout = Self {
            docs: docs as usize,
            buckets: buckets as u32,
            text_len: text_len as usize,
            postings_len: postings_len as usize,
        };
        if layout.end() != bytes.len() as u64 {
            return Err(IndexError::Length { found: bytes.len() as u64, expected: layout.end() });
        }
        if checksum(&[&bytes[..56], &bytes[HEADER..]]) != u64_at(bytes, 56) {
            return Err(IndexError::Damaged("its checksum does not fit its content"));
        }
        layout.check_inside(bytes)?;
        Ok(layout)
    }

    /// Offsets never point outside, even when a file was made wrong with a right checksum.
    fn check_inside(&self, bytes: &[u8]) -> Result<(), IndexError> {
        let wrong = Err(IndexError::Damaged("an offset points outside its section"));
        let mut before = 0;
        for doc in 0..self.docs {
            let end = u32_at(bytes, self.text_ends_at() + doc * 4);
            if end < before || end as usize > self.text_len {
                return wrong;
            }
            before = end;
        }
        let mut before = 0;
        for feature in 0..self.features() {
            let end = u32_at(bytes, self.lists_at() + feature * 8);
            if end < before
                || end as usize > self.postings_len
                || self.count(bytes, feature) as usize > self.docs
            {
                return wrong;
            }
            before = end;
        }
        Ok(())
    }
}

/// Inverse document frequency, `ln(1 + N / df)`; words weigh a little less than 3-grams, which repeat them.
pub(super) fn weight(feature: usize, count: u32, docs: usize) -> f32 {
    let idf = (1.0 + docs as f64 / f64::from(count.max(1))).ln() as f32;
    if feature < GRAMS as usize { idf } else { idf * WORD_WEIGHT }
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

/// Detects damage (not forgery). Every step is invertible, so that a change within one eight-byte word always shows.
fn checksum(parts: &[&[u8]]) -> u64 {
    const MULTIPLY: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut lanes = [1u64, 2, 3, 4];
    let mut total = 0u64;
    for part in parts {
        total += part.len() as u64;
        let mut blocks = part.chunks_exact(32);
        for block in &mut blocks {
            for (lane, word) in lanes.iter_mut().zip(block.chunks_exact(8)) {
                *lane = (*lane ^ u64_at(word, 0)).wrapping_mul(MULTIPLY).rotate_left(29);
            }
        }
        for byte in blocks.remainder() {
            lanes[0] = (lanes[0] ^ u64::from(*byte)).wrapping_mul(MULTIPLY).rotate_left(29);
        }
    }
    lanes.iter().fold(total, |sum, lane| (sum ^ lane).wrapping_mul(MULTIPLY).rotate_left(31))
}

/// Appends a variable-length integer: seven bits a byte, the low ones first, the high bit while more follow.
pub(super) fn varint_len(value: u32) -> u32 {
    (38 - (value | 1).leading_zeros()) / 7
}

pub(super) fn put_varint(to: &mut [u8], mut value: u32) -> usize {
    let mut at = 0;
    while value >= 0x80 {
        to[at] = value as u8 | 0x80;
        value >>= 7;
        at += 1;
    }
    to[at] = value as u8;
    at + 1
}

/// The name numbers of a posting list.
pub(super) struct Postings<'a> {
    bytes: std::slice::Iter<'a, u8>,
    doc: u32,
}

impl<'a> Postings<'a> {
    pub(super) fn of(list: &'a [u8]) -> Self {
        Self { bytes: list.iter(), doc: 0 }
    }
}

impl Iterator for Postings<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        let first = *self.bytes.next()?;
        let mut delta = u32::from(first & 0x7f);
        if first >= 0x80 {
            let mut shift = 7;
            loop {
                let byte = *self.bytes.next()?;
                delta |= u32::from(byte & 0x7f).wrapping_shl(shift);
                if byte < 0x80 {
                    break;
                }
                shift += 7;
            }
        }
        self.doc = self.doc.wrapping_add(delta);
        Some(self.doc.wrapping_sub(1))
    }
}

impl super::NameIndex {
    /// The index as one file's bytes, pending updates merged in.
    pub fn to_bytes(&self) -> Vec<u8> {
        if self.side.is_empty() { self.bytes().to_vec() } else { self.rebuilt().bytes().to_vec() }
    }

    /// Writes the index as one file, pending updates merged in.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write_to(&self, to: &mut impl io::Write) -> io::Result<()> {
        if self.side.is_empty() { to.write_all(self.bytes()) } else { to.write_all(self.rebuilt().bytes()) }
    }
}
