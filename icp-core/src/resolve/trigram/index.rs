//! The exact nearest texts by trigram similarity, above a threshold.
//!
//! Texts are grouped by how many 3-grams they have. A text of `n` grams that is at least `t` like a query of `m` shares
//! at least `t (m + n) / (1 + t)` of them, so that it stands in one of the query's rarest few lists of its group (prefix
//! filtering: Chaudhuri, Ganti and Kaushik, 2006). The threshold starts high and falls only while too few are found.

use std::sync::Mutex;

use super::{Gram, grams, of_counts, words};

const ALPHABET: u32 = 37;
const ASCII_GRAMS: u32 = ALPHABET * ALPHABET * ALPHABET;
/// 3-grams with other letters share these many lists.
const OTHER_GRAMS: u32 = 1 << 12;
const LISTS: usize = (ASCII_GRAMS + OTHER_GRAMS) as usize;
/// Texts with more grams than this are in one last group.
const GROUPS: usize = 72;
/// How many lists more than needed are read, so that fewer texts must be compared.
const EXTRA: usize = 2;

/// A text that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct TrigramHit {
    /// The number it was pushed with.
    pub id: u32,
    /// Its similarity to the query.
    pub similarity: f32,
}

/// Collects texts, then builds a [`TrigramIndex`].
#[derive(Debug, Default)]
pub struct TrigramIndexBuilder {
    rows: Vec<(u32, u32)>,
    text: String,
}

impl TrigramIndexBuilder {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text: a name as written, or its core key, as the column that is compared with.
    pub fn push(&mut self, id: u32, text: &str) {
        self.text.push_str(&words(text));
        self.rows.push((id, self.text.len() as u32));
    }

    /// Builds the index.
    pub fn finish(self) -> TrigramIndex {
        let text_of = |row: usize| {
            let from = if row == 0 { 0 } else { self.rows[row - 1].1 as usize };
            &self.text[from..self.rows[row].1 as usize]
        };
        let mut order: Vec<(u8, u32)> = (0..self.rows.len())
            .map(|row| (grams(text_of(row)).len().min(GROUPS) as u8, row as u32))
            .filter(|(size, _)| *size > 0)
            .collect();
        order.sort_unstable_by(|a, b| {
            a.0.cmp(&b.0).then_with(|| text_of(a.1 as usize).cmp(text_of(b.1 as usize))).then(a.1.cmp(&b.1))
        });
        let mut index = TrigramIndex {
            ids: Vec::with_capacity(order.len()),
            ends: Vec::with_capacity(order.len()),
            text: String::with_capacity(self.text.len()),
            groups: Vec::new(),
            scratch: Mutex::default(),
        };
        for (_, row) in &order {
            index.ids.push(self.rows[*row as usize].0);
            index.text.push_str(text_of(*row as usize));
            index.ends.push(index.text.len() as u32);
        }
        let mut from = 0;
        for size in 0..=GROUPS {
            let to = from + order[from..].iter().take_while(|(s, _)| usize::from(*s) == size).count();
            index.groups.push(index.group(from, to));
            from = to;
        }
        index
    }
}

/// Texts with equally many grams.
#[derive(Debug, Default)]
struct Group {
    from: u32,
    to: u32,
    /// Where each list ends in the postings.
    ends: Vec<u32>,
    /// Differences of text numbers within the group, in seven-bit steps.
    postings: Vec<u8>,
}

impl Group {
    fn list(&self, list: u32) -> &[u8] {
        let at = list as usize;
        let from = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.postings[from..self.ends[at] as usize]
    }
}

/// An index that answers like `ORDER BY similarity(...) DESC` over a whole table.
#[derive(Debug)]
pub struct TrigramIndex {
    ids: Vec<u32>,
    ends: Vec<u32>,
    text: String,
    groups: Vec<Group>,
    scratch: Mutex<Vec<Scratch>>,
}

#[derive(Debug, Default)]
struct Scratch {
    counts: Vec<u8>,
    touched: Vec<u32>,
    wanted: Vec<bool>,
    order: Vec<(usize, u32)>,
}

fn list_of(gram: Gram) -> u32 {
    let mut number = 0;
    for shift in [42, 21, 0] {
        let c = (gram >> shift) as u32 & 0x1f_ffff;
        let code = match char::from_u32(c) {
            Some(' ') => 0,
            Some(c @ 'a'..='z') => c as u32 - 'a' as u32 + 1,
            Some(c @ '0'..='9') => c as u32 - '0' as u32 + 27,
            _ => {
                let mixed = gram.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 52;
                return ASCII_GRAMS + (mixed as u32 & (OTHER_GRAMS - 1));
            }
        };
        number = number * ALPHABET + code;
    }
    number
}

impl TrigramIndex {
    fn text(&self, at: usize) -> &str {
        let from = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.text[from..self.ends[at] as usize]
    }

    fn group(&self, from: usize, to: usize) -> Group {
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for at in from..to {
            pairs.extend(grams(self.text(at)).into_iter().map(|gram| (list_of(gram), (at - from) as u32)));
        }
        pairs.sort_unstable();
        pairs.dedup();
        let mut group = Group { from: from as u32, to: to as u32, ..Group::default() };
        if from == to {
            return group;
        }
        group.ends = vec![0; LISTS];
        let mut pairs = pairs.into_iter().peekable();
        for list in 0..LISTS {
            let mut last = 0;
            while let Some((_, at)) = pairs.next_if(|(of, _)| *of as usize == list) {
                let mut delta = at - last;
                last = at;
                while delta >= 0x80 {
                    group.postings.push(delta as u8 | 0x80);
                    delta >>= 7;
                }
                group.postings.push(delta as u8);
            }
            group.ends[list] = group.postings.len() as u32;
        }
        group.postings.shrink_to_fit();
        group
    }

    /// Bytes it keeps in memory.
    #[cfg(feature = "internal")]
    #[doc(hidden)]
    pub fn resident_bytes(&self) -> usize {
        self.ids.len() * 8
            + self.text.len()
            + self.groups.iter().map(|g| g.ends.len() * 4 + g.postings.len()).sum::<usize>()
    }

    /// The `limit` texts most similar to `query` among those at least `threshold` similar: the most similar first,
    /// then by id. Exact: no text is missed.
    pub fn top(&self, query: &str, threshold: f64, limit: usize) -> Vec<TrigramHit> {
        let query = grams(&words(query));
        let mut best: Vec<TrigramHit> = Vec::new();
        if query.is_empty() || limit == 0 {
            return best;
        }
        let pooled = self.scratch.lock().unwrap_or_else(std::sync::PoisonError::into_inner).pop();
        let mut scratch = pooled.unwrap_or_default();
        scratch.wanted.resize(LISTS, false);
        let lists: Vec<u32> = query.iter().map(|gram| list_of(*gram)).collect();
        for list in &lists {
            scratch.wanted[*list as usize] = true;
        }
        // The least single that passes the threshold, compared as Postgres does: as a double.
        let mut floor = (threshold as f32).max(f32::MIN_POSITIVE);
        if f64::from(floor) < threshold {
            floor = floor.next_up();
        }
        let mut tiers: Vec<f32> = [0.8, 0.65, 0.5, 0.4].into_iter().filter(|tier| *tier > floor).collect();
        tiers.push(floor);
        for tier in tiers {
            best.clear();
            for group in self.near_first(query.len()) {
                self.search_group(group, &query, &lists, tier, limit, &mut best, &mut scratch);
            }
            if best.len() >= limit {
                break;
            }
        }
        for list in &lists {
            scratch.wanted[*list as usize] = false;
        }
        self.scratch.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(scratch);
        best
    }

    /// The `limit` numbers whose texts are most similar to `query`, each once, the most similar first, then by number.
    /// Exact, also where several texts have one number.
    pub fn nearest(&self, query: &str, threshold: f64, limit: usize) -> Vec<u32> {
        let mut wanted = limit;
        loop {
            let hits = self.top(query, threshold, wanted);
            let mut ids: Vec<u32> = Vec::new();
            for hit in &hits {
                if !ids.contains(&hit.id) {
                    ids.push(hit.id);
                }
            }
            if ids.len() >= limit || hits.len() < wanted {
                ids.truncate(limit);
                return ids;
            }
            wanted *= 2;
        }
    }

    /// The groups, those of the query's own size first.
    fn near_first(&self, size: usize) -> impl Iterator<Item = usize> {
        let own = size.min(GROUPS);
        (0..=GROUPS)
            .flat_map(move |step| {
                let below = own.checked_sub(step);
                let above = (step > 0).then_some(own + step);
                [below, above]
            })
            .flatten()
            .filter(|group| *group <= GROUPS)
    }

    #[expect(clippy::too_many_arguments, reason = "the state of one search, split where it is borrowed")]
    fn search_group(
        &self,
        size: usize,
        query: &[Gram],
        lists: &[u32],
        tier: f32,
        limit: usize,
        best: &mut Vec<TrigramHit>,
        scratch: &mut Scratch,
    ) {
        let group = &self.groups[size];
        let bar = if best.len() == limit { best[limit - 1].similarity.max(tier) } else { tier };
        let most = query.len();
        // The last group holds every size from its own on.
        let top = if size == GROUPS && most >= size { 1.0 } else { of_counts(most.min(size), most, size) };
        if group.from == group.to || size == 0 || top < bar {
            return;
        }
        let needed = ((f64::from(bar) * (most + size) as f64 / (1.0 + f64::from(bar))) - 1e-4).ceil().max(1.0)
            as usize;
        if needed > most {
            return;
        }
        let mut order = std::mem::take(&mut scratch.order);
        order.clear();
        order.extend(lists.iter().map(|list| (group.list(*list).len(), *list)));
        order.sort_unstable();
        let extra = EXTRA.min(needed - 1);
        let read = most - needed + 1 + extra;
        scratch.counts.resize(scratch.counts.len().max((group.to - group.from) as usize), 0);
        for (_, list) in order.iter().take(read) {
            let mut at = 0u32;
            let mut bytes = group.list(*list).iter();
            while let Some(first) = bytes.next() {
                let (mut delta, mut byte, mut shift) = (u32::from(first & 0x7f), *first, 7);
                while byte >= 0x80
                    && let Some(next) = bytes.next()
                {
                    byte = *next;
                    delta |= u32::from(byte & 0x7f) << shift;
                    shift += 7;
                }
                at += delta;
                let count = &mut scratch.counts[at as usize];
                if *count == 0 {
                    scratch.touched.push(at);
                }
                *count = count.saturating_add(1);
            }
        }
        // Grams that share a list count once too few: then nothing may be skipped by counts.
        let least = if lists.iter().any(|list| *list >= ASCII_GRAMS) { 1 } else { 1 + extra };
        scratch.order = order;
        let touched = std::mem::take(&mut scratch.touched);
        for at in &touched {
            let count = std::mem::take(&mut scratch.counts[*at as usize]);
            if usize::from(count) >= least {
                self.consider((group.from + *at) as usize, size, query, tier, limit, best, &scratch.wanted);
            }
        }
        scratch.touched = touched;
        scratch.touched.clear();
    }

    #[expect(clippy::too_many_arguments, reason = "the state of one search, split where it is borrowed")]
    fn consider(
        &self,
        at: usize,
        size: usize,
        query: &[Gram],
        tier: f32,
        limit: usize,
        best: &mut Vec<TrigramHit>,
        wanted: &[bool],
    ) {
        let text = self.text(at);
        let bar = if best.len() == limit { best[limit - 1].similarity } else { tier };
        // A quick count with repeats bounds the share from above.
        let bytes = text.as_bytes();
        if text.is_ascii() {
            let (mut a, mut b, mut shared) = (0, 0, 0usize);
            for c in bytes.iter().chain(b" ") {
                let code = match c {
                    b'a'..=b'z' => u32::from(c - b'a') + 1,
                    b'0'..=b'9' => u32::from(c - b'0') + 27,
                    _ => 0,
                };
                shared += usize::from(wanted[((a * ALPHABET + b) * ALPHABET + code) as usize]);
                (a, b) = if code == 0 { (0, 0) } else { (b, code) };
            }
            let shared = shared.min(query.len()).min(if size == GROUPS { usize::MAX } else { size });
            if of_counts(shared, query.len(), size.max(shared)) < bar {
                return;
            }
        }
        let found = grams(text);
        let similarity = super::jaccard(query, &found);
        let hit = TrigramHit { id: self.ids[at], similarity };
        if similarity < tier || best.len() == limit && !before(&hit, &best[limit - 1]) {
            return;
        }
        let place = best.partition_point(|other| before(other, &hit));
        best.insert(place, hit);
        best.truncate(limit);
    }
}

fn before(a: &TrigramHit, b: &TrigramHit) -> bool {
    b.similarity.total_cmp(&a.similarity).then_with(|| a.id.cmp(&b.id)).is_lt()
}
