//! Searching: rarest lists first, under a budget; then exact comparison of the best seen.

use super::features::features;
use super::format::{Postings, weight};
use super::{Hit, NameIndex};
use crate::normalize::core_key;

/// How much work a search may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchOptions {
    /// The most hits to return.
    pub limit: usize,
    /// The most postings to read. The rarest list is always read, up to this many of it.
    pub budget: usize,
    /// The most names to compare exactly.
    pub compare: usize,
}

impl SearchOptions {
    /// Enough for a register of millions: found by measuring (see the benchmark).
    pub fn new(limit: usize) -> Self {
        Self { limit, budget: 60_000, compare: 160.max(limit.saturating_mul(3)) }
    }

    /// Reads every list and compares every name in them: the answer of brute force.
    pub fn unlimited(limit: usize) -> Self {
        Self { limit, budget: usize::MAX, compare: usize::MAX }
    }
}

/// What a search found, and what it may have missed.
#[derive(Clone, Debug, PartialEq)]
pub struct Searched {
    /// The hits: nearest first, then by id; an entity once.
    pub hits: Vec<Hit>,
    /// No name that shares none of the features read can be nearer than this (0 when all were read).
    pub unseen_bound: f32,
    /// Postings read.
    pub postings: usize,
}

/// Memory a search works in, kept between searches.
#[derive(Debug)]
pub(super) struct Scratch {
    /// Shared weight of each name so far.
    sums: Vec<u16>,
    /// Names with a sum.
    touched: Vec<u32>,
    /// Whether a feature is the query's.
    wanted: Vec<bool>,
    /// The comparison in which a feature was last seen.
    seen: Vec<u32>,
    stamp: u32,
    found: Vec<u32>,
    near: Vec<(f32, u32)>,
}

impl Scratch {
    fn new(docs: usize, features: usize) -> Self {
        Self {
            sums: vec![0; docs],
            touched: Vec::new(),
            wanted: vec![false; features],
            seen: vec![0; features],
            stamp: 0,
            found: Vec::new(),
            near: Vec::new(),
        }
    }

    pub(super) fn bytes(docs: usize, features: usize) -> usize {
        docs * 2 + features * 5
    }
}

/// A query's features with their weights.
pub(super) struct Wanted {
    features: Vec<u32>,
    norm: f32,
}

impl NameIndex {
    /// The entities whose names are nearest to `query`: nearest first, then by id; each once, with its best name.
    pub fn search(&self, query: &str, limit: usize) -> Vec<Hit> {
        self.search_with(query, &SearchOptions::new(limit)).hits
    }

    /// A search with its own budget.
    pub fn search_with(&self, query: &str, options: &SearchOptions) -> Searched {
        let key = core_key(query);
        let pooled = self.scratch.lock().unwrap_or_else(std::sync::PoisonError::into_inner).pop();
        let mut scratch = pooled.unwrap_or_else(|| Scratch::new(self.layout.docs, self.weights.len()));
        let searched = self.search_key(&key, options, &mut scratch);
        self.scratch.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(scratch);
        searched
    }

    fn search_key(&self, key: &str, options: &SearchOptions, scratch: &mut Scratch) -> Searched {
        let wanted = self.wanted(key);
        for feature in &wanted.features {
            scratch.wanted[*feature as usize] = true;
        }
        let (read, postings) = self.read_lists(&wanted, options, scratch);
        self.choose(options, scratch);
        let mut hits = self.compare(&wanted, scratch);
        for feature in &wanted.features {
            scratch.wanted[*feature as usize] = false;
        }
        self.search_side(&wanted, &mut hits);
        hits.sort_unstable_by(|a, b| {
            a.id.cmp(&b.id)
                .then_with(|| b.score.total_cmp(&a.score))
                .then_with(|| a.name_ordinal.cmp(&b.name_ordinal))
        });
        hits.dedup_by_key(|hit| hit.id);
        hits.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        hits.truncate(options.limit);
        Searched { hits, unseen_bound: (1.0 - read).max(0.0).sqrt(), postings }
    }

    pub(super) fn wanted(&self, key: &str) -> Wanted {
        let mut found = Vec::with_capacity(64);
        features(key, self.layout.buckets, &mut found);
        found.sort_unstable();
        found.dedup();
        let norm = found.iter().map(|f| self.weight_of(*f).powi(2)).sum::<f32>().sqrt();
        Wanted { features: found, norm }
    }

    fn weight_of(&self, feature: u32) -> f32 {
        self.weights
            .get(feature as usize)
            .copied()
            .unwrap_or_else(|| weight(feature as usize, 0, self.layout.docs))
    }

    /// Adds up shared weights, rarest lists first. Returns the share of the query's squared weight that was read.
    fn read_lists(&self, wanted: &Wanted, options: &SearchOptions, scratch: &mut Scratch) -> (f32, usize) {
        let bytes = self.bytes();
        let total = wanted.norm * wanted.norm;
        let mut lists: Vec<(u32, u32)> = wanted
            .features
            .iter()
            .map(|f| (self.layout.count(bytes, *f as usize), *f))
            .filter(|(count, _)| *count > 0)
            .collect();
        lists.sort_unstable();
        // What no name has cannot be missed.
        let known: f32 = lists.iter().map(|(_, f)| self.weight_of(*f).powi(2)).sum();
        let mut unread = known;
        let mut left = options.budget;
        let mut postings = 0;
        for (at, (count, feature)) in lists.iter().enumerate() {
            let count = *count as usize;
            if count > left && at > 0 {
                break;
            }
            let square = self.weight_of(*feature).powi(2);
            let part = ((square / total) * 60_000.0).max(1.0) as u16;
            let (list, _) = self.layout.list(bytes, *feature);
            for doc in Postings::of(list).take(left) {
                let Some(sum) = scratch.sums.get_mut(doc as usize) else { continue };
                if *sum == 0 {
                    scratch.touched.push(doc);
                }
                *sum = sum.saturating_add(part);
            }
            if count <= left {
                unread -= square;
            }
            postings += count.min(left);
            left = left.saturating_sub(count);
        }
        let read = if total > 0.0 { 1.0 - (unread / total).max(0.0) } else { 1.0 };
        (if unread < total * 1e-6 { 1.0 } else { read }, postings)
    }

    /// Keeps the names worth comparing exactly in `near`, and clears the sums.
    fn choose(&self, options: &SearchOptions, scratch: &mut Scratch) {
        let bytes = self.bytes();
        let norms = &bytes[self.layout.norms_at()..self.layout.norms_at() + self.layout.docs];
        let top = scratch.touched.iter().map(|doc| scratch.sums[*doc as usize]).max().unwrap_or(0);
        // A name with a quarter of the best shared weight would have to be far shorter to be nearer.
        let least = if scratch.touched.len() > options.compare { top / 4 } else { 0 };
        scratch.near.clear();
        for doc in scratch.touched.drain(..) {
            let sum = std::mem::take(&mut scratch.sums[doc as usize]);
            if sum >= least {
                scratch.near.push((f32::from(sum) * NORMS[usize::from(norms[doc as usize])], doc));
            }
        }
        if scratch.near.len() > options.compare {
            let by = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1));
            scratch.near.select_nth_unstable_by(options.compare, by);
            scratch.near.truncate(options.compare);
        }
    }

    fn compare(&self, wanted: &Wanted, scratch: &mut Scratch) -> Vec<Hit> {
        let bytes = self.bytes();
        let mut hits = Vec::with_capacity(scratch.near.len());
        for at in 0..scratch.near.len() {
            let doc = scratch.near[at].1 as usize;
            let id = self.layout.entity(bytes, doc);
            if self.side.is_removed(id) {
                continue;
            }
            features(self.layout.key(bytes, doc), self.layout.buckets, &mut scratch.found);
            scratch.stamp = scratch.stamp.wrapping_add(1);
            if scratch.stamp == 0 {
                scratch.seen.fill(0);
                scratch.stamp = 1;
            }
            let (mut shared, mut squares) = (0.0f32, 0.0f32);
            for feature in &scratch.found {
                let f = *feature as usize;
                if scratch.seen[f] != scratch.stamp {
                    scratch.seen[f] = scratch.stamp;
                    let square = self.weights[f] * self.weights[f];
                    squares += square;
                    if scratch.wanted[f] {
                        shared += square;
                    }
                }
            }
            if shared > 0.0 {
                let score = cosine(shared, wanted.norm, squares);
                hits.push(Hit { id, score, name_ordinal: self.layout.ordinal(bytes, doc) });
            }
        }
        hits
    }

    /// The same comparison for a key that is not in the file.
    pub(super) fn nearness(&self, wanted: &Wanted, key: &str, found: &mut Vec<u32>) -> f32 {
        features(key, self.layout.buckets, found);
        let (mut shared, mut squares) = (0.0f32, 0.0f32);
        for at in 0..found.len() {
            let feature = found[at];
            if found[..at].contains(&feature) {
                continue;
            }
            let square = self.weight_of(feature).powi(2);
            squares += square;
            if wanted.features.binary_search(&feature).is_ok() {
                shared += square;
            }
        }
        if shared > 0.0 { cosine(shared, wanted.norm, squares) } else { 0.0 }
    }
}

fn cosine(shared: f32, norm: f32, squares: f32) -> f32 {
    (shared / (norm * squares.sqrt())).min(1.0)
}

/// A squared norm in one byte: sixteen steps an octave.
pub(super) fn pack_norm(squares: f32) -> u8 {
    (squares.max(1.0).log2() * 16.0).round().min(255.0) as u8
}

/// One over the norm of each packed value.
static NORMS: std::sync::LazyLock<[f32; 256]> =
    std::sync::LazyLock::new(|| std::array::from_fn(|packed| (-(packed as f32) / 32.0).exp2()));
