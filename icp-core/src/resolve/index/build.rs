//! Building: names are sorted by key, counted, then their postings written in place.
//!
//! Two passes over the keys instead of lists in memory: the first learns how many bytes every posting list takes, the
//! second fills them. The peak is about the size of the file.

use std::sync::Arc;

use super::NameIndex;
use super::features::{buckets_for, features};
use super::format::{HEADER, Layout, put_varint, u32_at, varint_len};
use crate::normalize::core_key;

/// Collects names, then builds a [`NameIndex`].
#[derive(Debug, Default)]
pub struct NameIndexBuilder {
    text: String,
    rows: Vec<Row>,
    last: Option<(u32, u16)>,
    /// Whether an entity came again after another one.
    mixed: bool,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    id: u32,
    end: u32,
    ordinal: u16,
}

impl NameIndexBuilder {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a name of an entity. An entity may have several: push its present name first, then former ones. A name of
    /// which nothing is left after normalising is counted but cannot be found.
    pub fn push(&mut self, id: u32, name: &str) {
        let ordinal = self.next_ordinal(id);
        self.push_key(id, ordinal, &core_key(name));
    }

    fn next_ordinal(&mut self, id: u32) -> u16 {
        let ordinal = match self.last {
            Some((last, ordinal)) if last == id => ordinal.saturating_add(1),
            Some((last, _)) => {
                self.mixed |= id < last;
                0
            }
            None => 0,
        };
        self.last = Some((id, ordinal));
        ordinal
    }

    /// Adds a key that is already a core key, with its ordinal.
    pub(super) fn push_key(&mut self, id: u32, ordinal: u16, key: &str) {
        // A file addresses its text with 32 bits: four gigabytes of names, 150 million of them.
        if self.text.len() + key.len() <= u32::MAX as usize {
            self.text.push_str(key);
            self.rows.push(Row { id, end: self.text.len() as u32, ordinal });
        }
    }

    fn key(&self, row: usize) -> &str {
        let from = if row == 0 { 0 } else { self.rows[row - 1].end as usize };
        &self.text[from..self.rows[row].end as usize]
    }

    /// Builds the index.
    pub fn finish(mut self) -> NameIndex {
        if self.mixed {
            self.number_again();
        }
        let mut order: Vec<(u64, u32)> = (0..self.rows.len())
            .filter(|row| !self.key(*row).is_empty())
            .map(|row| (prefix(self.key(row)), row as u32))
            .collect();
        order.sort_unstable_by(|a, b| {
            a.0.cmp(&b.0)
                .then_with(|| self.key(a.1 as usize).cmp(self.key(b.1 as usize)))
                .then_with(|| self.rows[a.1 as usize].id.cmp(&self.rows[b.1 as usize].id))
                .then_with(|| self.rows[a.1 as usize].ordinal.cmp(&self.rows[b.1 as usize].ordinal))
                .then_with(|| a.1.cmp(&b.1))
        });
        order.dedup_by(|b, a| {
            let (a, b) = (a.1 as usize, b.1 as usize);
            self.rows[a].id == self.rows[b].id && self.key(a) == self.key(b)
        });
        let docs = order.len();
        let text_len = order.iter().map(|(_, row)| self.key(*row as usize).len()).sum();
        let mut layout = Layout { docs, buckets: buckets_for(docs), text_len, postings_len: 0 };
        let mut bytes = vec![0u8; layout.postings_at()];
        let mut end = 0u32;
        for (doc, (_, row)) in order.iter().enumerate() {
            let (row, key) = (self.rows[*row as usize], self.key(*row as usize));
            bytes[HEADER + doc * 4..][..4].copy_from_slice(&row.id.to_le_bytes());
            bytes[layout.ordinals_at() + doc * 2..][..2].copy_from_slice(&row.ordinal.to_le_bytes());
            bytes[layout.text_at() + end as usize..][..key.len()].copy_from_slice(key.as_bytes());
            end += key.len() as u32;
            bytes[layout.text_ends_at() + doc * 4..][..4].copy_from_slice(&end.to_le_bytes());
        }
        drop(order);
        drop(self);
        count(&mut layout, &mut bytes);
        fill(&layout, &mut bytes);
        layout.seal(&mut bytes);
        NameIndex::over(Arc::new(bytes), layout)
    }

    /// Ordinals when an entity's names did not come together: by entity, in the order pushed.
    fn number_again(&mut self) {
        let mut order: Vec<u32> = (0..self.rows.len() as u32).collect();
        order.sort_by_key(|row| self.rows[*row as usize].id);
        let mut before: Option<(u32, u16)> = None;
        for row in order {
            let row = &mut self.rows[row as usize];
            let ordinal = before.filter(|(id, _)| *id == row.id).map_or(0, |(_, n)| n.saturating_add(1));
            row.ordinal = ordinal;
            before = Some((row.id, ordinal));
        }
    }
}

/// The first eight bytes as a number that sorts alike.
fn prefix(key: &str) -> u64 {
    let mut first = [0u8; 8];
    let n = key.len().min(8);
    first[..n].copy_from_slice(&key.as_bytes()[..n]);
    u64::from_be_bytes(first)
}

/// First pass: how many names and bytes every list has. Makes room for the postings.
fn count(layout: &mut Layout, bytes: &mut Vec<u8>) {
    let mut lists = vec![(0u32, 0u32, 0u32); layout.features()];
    let mut found = Vec::with_capacity(64);
    for doc in 0..layout.docs {
        features(layout.key(bytes, doc), layout.buckets, &mut found);
        let number = doc as u32 + 1;
        for feature in &found {
            let (last, names, size) = &mut lists[*feature as usize];
            if *last != number {
                *size += varint_len(number - *last);
                *names += 1;
                *last = number;
            }
        }
    }
    let mut end = 0u32;
    for (feature, (_, names, size)) in lists.iter().enumerate() {
        end += size;
        let at = layout.lists_at() + feature * 8;
        bytes[at..at + 4].copy_from_slice(&end.to_le_bytes());
        bytes[at + 4..at + 8].copy_from_slice(&names.to_le_bytes());
    }
    layout.postings_len = end as usize;
    bytes.reserve_exact(end as usize);
    bytes.resize(layout.postings_at() + end as usize, 0);
}

/// Second pass: the postings and the norms.
fn fill(layout: &Layout, bytes: &mut [u8]) {
    let weights: Vec<f32> = layout.weights(bytes);
    let (front, postings) = bytes.split_at_mut(layout.postings_at());
    // Where the next posting of each list goes, and the last name written there.
    let mut next: Vec<(u32, u32)> = (0..layout.features())
        .map(|f| (if f == 0 { 0 } else { u32_at(front, layout.lists_at() + f * 8 - 8) }, 0))
        .collect();
    let mut found = Vec::with_capacity(64);
    for doc in 0..layout.docs {
        features(layout.key(front, doc), layout.buckets, &mut found);
        let number = doc as u32 + 1;
        let mut squares = 0.0;
        for feature in &found {
            let (at, last) = &mut next[*feature as usize];
            if *last != number {
                *at += put_varint(&mut postings[*at as usize..], number - *last) as u32;
                *last = number;
                squares += weights[*feature as usize] * weights[*feature as usize];
            }
        }
        front[layout.norms_at() + doc * 4..][..4].copy_from_slice(&squares.sqrt().to_le_bytes());
    }
}
