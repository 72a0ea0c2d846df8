//! Micro-segments: subgroup discovery over conjunctions of conditions, with weighted covering.
//!
//! The search language of a segment is an SSIC node, with an entity type or an age band or neither or both, narrowed
//! afterwards by what the seeds' sites show. A rule's quality is its gain in bits: for each supporting seed
//! log2 of the shrunk share over the base rate (FOIL's gain, Quinlan 1990), less the bits that it takes to name the
//! rule's conditions among all the register offers (the minimum description length principle, Rissanen 1978). A rule
//! whose gain does not pay for its own description is not a segment. Covering follows CN2-SD (Lavrač et al. 2004): a
//! seed counts less for the next segment once a segment has it.

use std::collections::{BTreeMap, BTreeSet};

use super::profile::SeedProfile;
use super::rates::{BaseRates, MIN_SUPPORT, conditions};
use super::stats;
use crate::model::{
    Condition, Fit, HeadcountBand, RegisterFilter, Rule, SeedId, SignalKey, SsicNode, builders,
};

/// Signal keys that may narrow a segment: they tell companies apart, and say something a seller can look for.
const NARROWING: [SignalKey; 3] = [SignalKey::Integration, SignalKey::Compliance, SignalKey::Technology];

/// How segments are searched.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct SegmentOptions {
    /// The maximum number of segments.
    pub most: usize,
    /// Below this many, segments may overlap with those found before.
    pub fewest: usize,
    /// The weight of a covered seed for the next segment, 0 to 1.
    pub covered_weight: f64,
    /// Gain, in bits, that one more condition must bring beyond its description.
    pub min_improvement: f64,
}

impl Default for SegmentOptions {
    fn default() -> Self {
        Self { most: 5, fewest: 3, covered_weight: 0.2, min_improvement: 3.0 }
    }
}

builders!(SegmentOptions {
    /// Sets the maximum number of segments.
    with_most => most: usize,
    /// Sets the number of segments below which they may overlap.
    with_fewest => fewest: usize,
    /// Sets the weight of a covered seed, 0 to 1.
    with_covered_weight => covered_weight: f64,
    /// Sets the gain, in bits, that one more condition must bring.
    with_min_improvement => min_improvement: f64,
});

/// A segment: a rule, and the seeds that carry it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Segment {
    /// The rule.
    pub rule: Rule,
    /// Best customers that meet the register part and contradict nothing, by seed id.
    pub supporting: Vec<SeedId>,
    /// Gain in bits, less the description.
    pub gain: f64,
}

impl Segment {
    /// A segment that these seeds carry.
    pub fn new(rule: Rule, supporting: Vec<SeedId>, gain: f64) -> Self {
        Self { rule, supporting, gain }
    }
}

/// A candidate of the search.
#[derive(Clone, Debug)]
struct Candidate {
    filter: RegisterFilter,
    /// Indices of supporting profiles.
    seeds: BTreeSet<usize>,
    /// log2 of shrunk share over base rate.
    bits_per_seed: f64,
    description: f64,
}

impl Candidate {
    fn gain(&self, weights: &[f64]) -> f64 {
        self.seeds.iter().map(|at| weights[*at]).sum::<f64>() * self.bits_per_seed - self.description
    }
}

/// Finds segments among the best customers, the strongest first. Never padded: with nothing in common there is none.
pub fn find_segments(best: &[SeedProfile], rates: &BaseRates, options: &SegmentOptions) -> Vec<Segment> {
    // An order of our own, so that the caller's does not matter.
    let mut sorted: Vec<&SeedProfile> = best.iter().collect();
    sorted.sort_by_key(|profile| profile.seed.id);
    let candidates = candidates(&sorted, rates);
    let mut chosen: Vec<(Candidate, Segment)> = Vec::new();
    let mut weights = vec![1.0; sorted.len()];

    // Covering: each segment must bring at least two seeds no earlier segment has.
    while chosen.len() < options.most {
        let covered: BTreeSet<usize> =
            chosen.iter().flat_map(|(candidate, _)| candidate.seeds.iter().copied()).collect();
        let next = best_of(
            candidates.iter().filter(|c| c.seeds.difference(&covered).count() >= MIN_SUPPORT),
            &weights,
            options,
        );
        let Some(candidate) = next else { break };
        for at in &candidate.seeds {
            weights[*at] *= options.covered_weight;
        }
        let segment = segment_of(&candidate, &sorted);
        chosen.push((candidate, segment));
    }
    // Few segments: show the narrower ones within them too, where they hold other seeds.
    if !chosen.is_empty() && chosen.len() < options.fewest {
        overlapping(&mut chosen, &candidates, &sorted, options);
    }
    chosen.into_iter().map(|(_, segment)| segment).collect()
}

fn candidates(profiles: &[&SeedProfile], rates: &BaseRates) -> Vec<Candidate> {
    let resolved = profiles.iter().filter(|profile| profile.resolved()).count() as u32;
    let owned: Vec<SeedProfile> = profiles.iter().map(|profile| (*profile).clone()).collect();
    super::rates::filters_to_count(&owned)
        .into_iter()
        .filter(|filter| filter.ssic.is_some())
        .filter_map(|filter| {
            let rule = rule_of(&filter);
            let seeds: BTreeSet<usize> = profiles
                .iter()
                .enumerate()
                .filter(|(_, profile)| profile.register_fit(&rule) == Fit::Match)
                .map(|(at, _)| at)
                .collect();
            let rate = rates.rate(&filter)?;
            let share = stats::shrunk_share(seeds.len() as u32, resolved, rate);
            let bits_per_seed = (share / rate).log2();
            let description = rates.hypotheses(&filter).log2();
            (bits_per_seed > 0.0).then_some(Candidate { filter, seeds, bits_per_seed, description })
        })
        .collect()
}

/// The candidate with the greatest gain; but a narrower rule must beat each broader one it refines by more than the
/// required improvement, or the broader one is taken.
fn best_of<'a>(
    candidates: impl Iterator<Item = &'a Candidate>,
    weights: &[f64],
    options: &SegmentOptions,
) -> Option<Candidate> {
    let mut scored: Vec<(f64, &Candidate)> = candidates
        .map(|candidate| (candidate.gain(weights), candidate))
        .filter(|(gain, _)| *gain > 0.0)
        .collect();
    scored.sort_by(|(a, x), (b, y)| b.total_cmp(a).then_with(|| x.filter.cmp(&y.filter)));
    let (mut gain, mut best) = *scored.first()?;
    loop {
        let simpler = scored.iter().find(|(other_gain, other)| {
            parts(&other.filter) < parts(&best.filter)
                && refines(&best.filter, &other.filter)
                && gain - other_gain < options.min_improvement
        });
        match simpler {
            Some((other_gain, other)) => (gain, best) = (*other_gain, other),
            None => return Some(best.clone()),
        }
    }
}

fn parts(filter: &RegisterFilter) -> usize {
    usize::from(filter.ssic.is_some())
        + usize::from(filter.entity_type.is_some())
        + usize::from(filter.age.is_some())
}

/// Whether `narrow` says all that `broad` says, with the same industry node.
fn refines(narrow: &RegisterFilter, broad: &RegisterFilter) -> bool {
    (broad.ssic.is_none() || broad.ssic == narrow.ssic)
        && (broad.entity_type.is_none() || broad.entity_type == narrow.entity_type)
        && (broad.age.is_none() || broad.age == narrow.age)
}

fn rule_of(filter: &RegisterFilter) -> Rule {
    Rule::new(conditions(filter.ssic, filter.entity_type.clone(), filter.age), [])
}

/// Narrows a register rule by what the seeds' sites show, without losing a seed: unknown is not a mismatch.
fn segment_of(candidate: &Candidate, profiles: &[&SeedProfile]) -> Segment {
    let inside: Vec<&SeedProfile> = candidate.seeds.iter().map(|at| profiles[*at]).collect();
    let outside: Vec<&SeedProfile> = profiles
        .iter()
        .enumerate()
        .filter(|(at, _)| !candidate.seeds.contains(at))
        .map(|(_, p)| *p)
        .collect();
    let mut all: Vec<Condition> = rule_of(&candidate.filter).all_of().to_vec();
    all.extend(headcount_condition(&inside));
    all.extend(narrowing_signals(&inside, &outside).into_iter().next().map(|(condition, _)| condition));
    let weights = vec![1.0; profiles.len()];
    Segment {
        rule: Rule::new(all, []),
        supporting: inside.iter().map(|profile| profile.seed.id).collect(),
        gain: candidate.gain(&weights),
    }
}

/// The band that holds every known headcount of the segment: of whole standard bands, at most two wide, known for at
/// least two seeds and a majority of the readable ones.
fn headcount_condition(inside: &[&SeedProfile]) -> Option<Condition> {
    let known: Vec<HeadcountBand> = inside.iter().filter_map(|profile| profile.facts.headcount).collect();
    let readable = inside.iter().filter(|profile| profile.readable).count();
    if known.len() < MIN_SUPPORT || known.len() * 2 < readable {
        return None;
    }
    let hull = known.iter().map(|band| band.standard()).reduce(HeadcountBand::hull)?;
    let wide = HeadcountBand::STANDARD
        .iter()
        .filter(|(min, max)| HeadcountBand::new(*min, *max).is_some_and(|band| band.overlaps(hull)))
        .count();
    (wide <= 2 && known.iter().all(|band| band.overlaps(hull))).then_some(Condition::Headcount(hull))
}

/// Signals that most readable seeds of the segment show and few others do, the most telling first, with how many
/// seeds show each.
fn narrowing_signals(inside: &[&SeedProfile], outside: &[&SeedProfile]) -> Vec<(Condition, usize)> {
    let readable = |profiles: &[&SeedProfile]| profiles.iter().filter(|profile| profile.readable).count();
    let (readable_in, readable_out) = (readable(inside), readable(outside));
    let mut values: BTreeMap<(SignalKey, &str), usize> = BTreeMap::new();
    for profile in inside {
        for key in NARROWING {
            for value in profile.facts.signals.get(&key).into_iter().flatten() {
                *values.entry((key, value)).or_default() += 1;
            }
        }
    }
    let mut telling: Vec<(f64, Condition, usize)> = values
        .into_iter()
        .filter_map(|((key, value), have)| {
            let condition = Condition::Signal { key, value: value.to_owned() };
            let others = outside
                .iter()
                .filter(|profile| {
                    profile.facts.signals.get(&key).is_some_and(|values| values.contains(value))
                })
                .count();
            let share_in = (have as f64 + 0.5) / (readable_in as f64 + 1.0);
            let share_out = (others as f64 + 0.5) / (readable_out as f64 + 1.0);
            let common = have >= MIN_SUPPORT && have * 5 >= readable_in * 3;
            (common && share_in >= 2.0 * share_out)
                .then(|| (have as f64 * (share_in / share_out).log2(), condition, have))
        })
        .collect();
    telling.sort_by(|(a, x, _), (b, y, _)| b.total_cmp(a).then_with(|| x.cmp(y)));
    telling.into_iter().map(|(_, condition, have)| (condition, have)).collect()
}

/// Adds segments that overlap with the chosen ones but hold other seeds: other nodes, or a signal that part of a
/// segment shows. Each still pays for its own description.
fn overlapping(
    chosen: &mut Vec<(Candidate, Segment)>,
    candidates: &[Candidate],
    profiles: &[&SeedProfile],
    options: &SegmentOptions,
) {
    let ones = vec![1.0; profiles.len()];
    let mut more: Vec<(f64, Candidate, Segment)> = Vec::new();
    for candidate in candidates.iter().filter(|candidate| candidate.gain(&ones) > 0.0) {
        more.push((candidate.gain(&ones), candidate.clone(), segment_of(candidate, profiles)));
    }
    for (candidate, segment) in chosen.iter() {
        more.extend(signal_parts(candidate, segment, profiles));
    }
    more.sort_by(|(a, x, s), (b, y, t)| {
        b.total_cmp(a).then_with(|| x.filter.cmp(&y.filter)).then_with(|| s.rule.cmp(&t.rule))
    });
    for (_, candidate, segment) in more {
        if chosen.len() >= options.fewest {
            break;
        }
        let holds_others =
            chosen.iter().all(|(_, held)| jaccard(&held.supporting, &segment.supporting) <= 0.8);
        if holds_others {
            chosen.push((candidate, segment));
        }
    }
}

/// Within a segment: the seeds that show a signal, when they are at least two and not all.
fn signal_parts(
    candidate: &Candidate,
    segment: &Segment,
    profiles: &[&SeedProfile],
) -> Vec<(f64, Candidate, Segment)> {
    let mut by_signal: BTreeMap<Condition, BTreeSet<usize>> = BTreeMap::new();
    for at in &candidate.seeds {
        for key in NARROWING {
            for value in profiles[*at].facts.signals.get(&key).into_iter().flatten() {
                by_signal.entry(Condition::Signal { key, value: value.clone() }).or_default().insert(*at);
            }
        }
    }
    by_signal
        .into_iter()
        .filter(|(condition, seeds)| {
            seeds.len() >= MIN_SUPPORT
                && seeds.len() < candidate.seeds.len()
                && !segment.rule.all_of().contains(condition)
        })
        .filter_map(|(condition, seeds)| {
            let part = Candidate { seeds, ..candidate.clone() };
            let gain = part.gain(&vec![1.0; profiles.len()]);
            let supporting = part.seeds.iter().map(|at| profiles[*at].seed.id).collect();
            let all = rule_of(&candidate.filter)
                .all_of()
                .iter()
                .cloned()
                .chain(std::iter::once(condition))
                .collect::<Vec<_>>();
            (gain > 0.0).then(|| (gain, part, Segment { rule: Rule::new(all, []), supporting, gain }))
        })
        .collect()
}

fn jaccard(a: &[SeedId], b: &[SeedId]) -> f64 {
    let (a, b): (BTreeSet<_>, BTreeSet<_>) = (a.iter().collect(), b.iter().collect());
    let union = a.union(&b).count();
    if union == 0 { 1.0 } else { a.intersection(&b).count() as f64 / union as f64 }
}

/// The industry node of a rule, if it has one.
pub(crate) fn industry_of(rule: &Rule) -> Option<SsicNode> {
    rule.register_part().0.ssic
}
