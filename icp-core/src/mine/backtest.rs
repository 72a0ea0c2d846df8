//! The back-test: hide each best customer, mine again, see whether it is caught (leave-one-out).

use std::collections::{BTreeMap, BTreeSet};

use super::profile::SeedProfile;
use super::rates::BaseRates;
use super::segments::{Segment, SegmentOptions, find_segments, industry_of};
use super::stats;
use crate::model::{BackTest, Fit, SeedId};

/// For each segment, how many of its seeds a segment mined without them still catches. A hidden seed counts as caught
/// when a re-mined segment of an industry on the same path has a register part that it meets and nothing that it
/// contradicts.
pub fn back_test(
    best: &[SeedProfile],
    segments: &[Segment],
    rates: &BaseRates,
    options: &SegmentOptions,
) -> Vec<Option<BackTest>> {
    let hidden: BTreeSet<SeedId> =
        segments.iter().flat_map(|segment| segment.supporting.iter().copied()).collect();
    let mut remined: BTreeMap<SeedId, Vec<Segment>> = BTreeMap::new();
    for seed in hidden {
        let rest: Vec<SeedProfile> = best.iter().filter(|profile| profile.seed.id != seed).cloned().collect();
        remined.insert(seed, find_segments(&rest, rates, options));
    }
    segments
        .iter()
        .map(|segment| {
            if segment.supporting.len() < 2 {
                return None;
            }
            let caught = segment
                .supporting
                .iter()
                .filter(|id| {
                    let Some(profile) = best.iter().find(|profile| profile.seed.id == **id) else {
                        return false;
                    };
                    remined.get(id).into_iter().flatten().any(|again| {
                        same_path(segment, again)
                            && profile.register_fit(&again.rule) == Fit::Match
                            && again.rule.fit(&profile.facts) != Fit::Mismatch
                    })
                })
                .count() as u32;
            let hidden = segment.supporting.len() as u32;
            Some(BackTest::new(caught, hidden, stats::wilson(caught, hidden)))
        })
        .collect()
}

fn same_path(a: &Segment, b: &Segment) -> bool {
    match (industry_of(&a.rule), industry_of(&b.rule)) {
        (Some(a), Some(b)) => a.covers(b) || b.covers(a),
        (None, None) => true,
        _ => false,
    }
}
