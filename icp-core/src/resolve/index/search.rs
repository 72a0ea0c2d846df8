//! Searching: rarest lists first, under a budget; then exact comparison of the best seen.

use super::features::features;
use super::format::{Postings, weight};
use super::{Hit, NameIndex};
use crate::normalize::core_key;

/// How much work a search may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
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

    /// With another number of postings to read.
    #[must_use]
    pub fn with_budget(self, budget: usize) -> Self {
        Self { budget, ..self }
    }

    /// With another number of names to compare exactly.
    #[must_use]
    pub fn with_compare(self, compare: usize) -> Self {
        Self { compare, ..self }
    }
}

/// The result of a search, with a bound on what it may have missed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Searched {
    /// The hits: nearest first, then by id; an entity once.
    pub hits: Vec<Hit>,
    /// No name that shares none of the features read can be nearer than this (0 when all were read).
    pub unseen_bound: f32,
    /// Postings read.
    pub postings: usize,
}

/// Names are weighed in blocks of so many (a power of two): the sums of one block stay in the processor's first cache.
const BLOCK: usize = 1 << 13;

/// Memory a search works in, kept between searches.
#[derive(Debug)]
pub(super) struct Scratch {
    /// Shared weight of each name of the block so far.
    sums: Box<[u16; BLOCK]>,
    /// Names of the block that have a sum.
    touched: Box<[u16]>,
    /// Whether a feature is the query's: a bit each.
    wanted: Vec<u64>,
    found: Vec<u32>,
    near: Vec<(f32, u32)>,
}

impl Scratch {
    fn new(features: usize) -> Self {
        Self {
            sums: Box::new([0; BLOCK]),
            // One more than a block has names: where the next would go is written before it is known to be new.
            touched: vec![0; BLOCK + 1].into_boxed_slice(),
            wanted: vec![0; features.div_ceil(64)],
            found: Vec::new(),
            near: Vec::new(),
        }
    }

    #[cfg(feature = "internal")]
    pub(super) fn bytes(features: usize) -> usize {
        BLOCK * 4 + features / 8
    }

    fn want(&mut self, feature: u32, yes: bool) {
        let (word, bit) = (feature as usize / 64, 1 << (feature % 64));
        if yes {
            self.wanted[word] |= bit;
        } else {
            self.wanted[word] &= !bit;
        }
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
        let mut scratch = pooled.unwrap_or_else(|| Scratch::new(self.weights.len()));
        let searched = self.search_key(&key, options, &mut scratch);
        self.scratch.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(scratch);
        searched
    }

    fn search_key(&self, key: &str, options: &SearchOptions, scratch: &mut Scratch) -> Searched {
        let wanted = self.wanted(key);
        for feature in &wanted.features {
            scratch.want(*feature, true);
        }
        let (lists, read) = self.lists(&wanted, options);
        let postings = lists.iter().map(|list| list.left).sum();
        self.weigh(lists, postings, options, scratch);
        let mut hits = self.compare(&wanted, scratch);
        for feature in &wanted.features {
            scratch.want(*feature, false);
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

    /// The lists to read, rarest first, as far as the budget goes; and the share of the query's squared weight in them.
    fn lists(&self, wanted: &Wanted, options: &SearchOptions) -> (Vec<List<'_>>, f32) {
        let bytes = self.bytes();
        let total = wanted.norm * wanted.norm;
        let mut known: Vec<(u32, u32)> = wanted
            .features
            .iter()
            .map(|f| (self.layout.count(bytes, *f as usize), *f))
            .filter(|(count, _)| *count > 0)
            .collect();
        known.sort_unstable();
        // Features that no name has cannot be missed.
        let mut unread: f32 = known.iter().map(|(_, f)| self.weight_of(*f).powi(2)).sum();
        let mut left = options.budget;
        let mut lists = Vec::with_capacity(known.len());
        for (count, feature) in known {
            let count = count as usize;
            if count > left && !lists.is_empty() {
                break;
            }
            let square = self.weight_of(feature).powi(2);
            lists.push(List {
                postings: Postings::of(self.layout.list(bytes, feature).0),
                left: count.min(left),
                next: None,
                part: ((square / total) * 60_000.0).max(1.0) as u16,
            });
            if count <= left {
                unread -= square;
            }
            left = left.saturating_sub(count);
        }
        let read = if total > 0.0 { 1.0 - (unread / total).max(0.0) } else { 1.0 };
        (lists, if unread < total * 1e-6 { 1.0 } else { read })
    }

    /// Adds up shared weights, block by block, and keeps the names worth comparing exactly in `near`.
    fn weigh(
        &self,
        mut lists: Vec<List<'_>>,
        postings: usize,
        options: &SearchOptions,
        scratch: &mut Scratch,
    ) {
        let bytes = self.bytes();
        scratch.near.clear();
        let mut top = 0;
        // A name with a quarter of the best shared weight would have to be far shorter to be nearer.
        let least = |top: u16| if postings > options.compare { top / 4 } else { 0 };
        for start in (0..self.layout.docs).step_by(BLOCK) {
            let end = (start + BLOCK).min(self.layout.docs) as u32;
            let mut touched = 0;
            for list in &mut lists {
                let part = list.part;
                while let Some(doc) = list.before(end) {
                    let at = doc as usize % BLOCK; // blocks begin at multiples of it
                    let sum = &mut scratch.sums[at];
                    // Without a branch, so that the processor reads ahead.
                    scratch.touched[touched] = at as u16;
                    touched += usize::from(*sum == 0);
                    *sum = sum.saturating_add(part);
                    top = top.max(*sum);
                }
            }
            let least = least(top);
            for at in &scratch.touched[..touched] {
                let sum = std::mem::take(&mut scratch.sums[usize::from(*at)]);
                if sum >= least {
                    scratch.near.push((f32::from(sum), start as u32 + u32::from(*at)));
                }
            }
        }
        let least = f32::from(least(top));
        scratch.near.retain_mut(|(sum, doc)| {
            let kept = *sum >= least;
            if kept {
                *sum /= self.layout.norm(bytes, *doc as usize);
            }
            kept
        });
        if scratch.near.len() > options.compare {
            let by = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1));
            scratch.near.select_nth_unstable_by(options.compare, by);
            scratch.near.truncate(options.compare);
        }
    }

    fn compare(&self, wanted: &Wanted, scratch: &mut Scratch) -> Vec<Hit> {
        let bytes = self.bytes();
        let mut hits = Vec::with_capacity(scratch.near.len());
        for (_, doc) in &scratch.near {
            let doc = *doc as usize;
            let id = self.layout.entity(bytes, doc);
            if self.side.is_removed(id) {
                continue;
            }
            features(self.layout.key(bytes, doc), self.layout.buckets, &mut scratch.found);
            scratch.found.retain(|f| scratch.wanted[*f as usize / 64] >> (f % 64) & 1 == 1);
            let shared = self.shared(&mut scratch.found);
            if shared > 0.0 {
                let score = cosine(shared, wanted.norm, self.layout.norm(bytes, doc));
                hits.push(Hit { id, score, name_ordinal: self.layout.ordinal(bytes, doc) });
            }
        }
        hits
    }

    /// The squared weight of features, each counted once.
    fn shared(&self, features: &mut Vec<u32>) -> f32 {
        features.sort_unstable();
        features.dedup();
        features.iter().map(|f| self.weight_of(*f).powi(2)).sum()
    }

    /// The same comparison for a key that is not in the file.
    pub(super) fn nearness(&self, wanted: &Wanted, key: &str, found: &mut Vec<u32>) -> f32 {
        features(key, self.layout.buckets, found);
        let mut squares = 0.0f32;
        for (at, feature) in found.iter().enumerate() {
            if !found[..at].contains(feature) {
                squares += self.weight_of(*feature).powi(2);
            }
        }
        found.retain(|feature| wanted.features.binary_search(feature).is_ok());
        let shared = self.shared(found);
        if shared > 0.0 { cosine(shared, wanted.norm, squares.sqrt()) } else { 0.0 }
    }
}

/// A posting list while it is read.
struct List<'a> {
    postings: Postings<'a>,
    /// How many of its postings may still be read.
    left: usize,
    /// Read already, but of a later block.
    next: Option<u32>,
    /// Its share in the sum of each of its names.
    part: u16,
}

impl List<'_> {
    /// The next name before `end`.
    #[inline]
    fn before(&mut self, end: u32) -> Option<u32> {
        if self.next.is_none() && self.left > 0 {
            self.left -= 1;
            self.next = self.postings.next();
        }
        self.next.take_if(|doc| *doc < end)
    }
}

/// The cosine, to six digits, so that the order of adding does not show.
fn cosine(shared: f32, a: f32, b: f32) -> f32 {
    (shared / (a * b) * 1e6).round().min(1e6) / 1e6
}
