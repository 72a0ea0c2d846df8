//! How common each combination of register conditions is in the whole live register.

use std::collections::{BTreeMap, BTreeSet};

use super::profile::SeedProfile;
use crate::model::{AgeBand, EntityType, Lift, RegisterFilter, RegisterSnapshot, Rule, SsicNode};

use super::stats;

/// Fewer seeds than this make no pattern.
pub(super) const MIN_SUPPORT: usize = 2;

/// The forms of rule that are searched.
const FORMS: f64 = 4.0;

/// The register filters worth counting: every combination of SSIC node, entity type and age band that at least two of
/// the profiles meet, each part optional. Asked once, so that mining itself needs no register.
pub fn filters_to_count(profiles: &[SeedProfile]) -> Vec<RegisterFilter> {
    let mut support: BTreeMap<RegisterFilter, BTreeSet<crate::model::SeedId>> = BTreeMap::new();
    for profile in profiles {
        for filter in filters_of(profile) {
            support.entry(filter).or_default().insert(profile.seed.id);
        }
    }
    support.into_iter().filter(|(_, seeds)| seeds.len() >= MIN_SUPPORT).map(|(filter, _)| filter).collect()
}

/// Every filter of one, two or three parts that a profile meets.
fn filters_of(profile: &SeedProfile) -> Vec<RegisterFilter> {
    let Some(entity) = &profile.facts.entity else { return Vec::new() };
    let nodes: BTreeSet<SsicNode> = entity.ssic().flat_map(|code| code.path()).collect();
    let age: Option<AgeBand> = profile.facts.as_of.and_then(|as_of| entity.age_band(as_of));
    let with_none = |nodes: BTreeSet<SsicNode>| nodes.into_iter().map(Some).chain(std::iter::once(None));
    let mut filters = Vec::new();
    for ssic in with_none(nodes) {
        for entity_type in [None, entity.entity_type.clone()] {
            for age in [None, age] {
                let filter = RegisterFilter {
                    ssic,
                    entity_type: entity_type.clone(),
                    age,
                    ..RegisterFilter::default()
                };
                if filter != RegisterFilter::default() {
                    filters.push(filter);
                }
            }
        }
    }
    filters.sort();
    filters.dedup();
    filters
}

/// Counts over the live register.
#[derive(Clone, Debug)]
pub struct BaseRates {
    snapshot: RegisterSnapshot,
    counts: BTreeMap<RegisterFilter, u64>,
}

impl BaseRates {
    /// From the register's answers, in the order asked.
    pub fn new(snapshot: RegisterSnapshot, filters: Vec<RegisterFilter>, counts: Vec<u64>) -> Self {
        Self { snapshot, counts: filters.into_iter().zip(counts).collect() }
    }

    /// The register counted.
    pub fn snapshot(&self) -> &RegisterSnapshot {
        &self.snapshot
    }

    /// How many live entities pass; `None` if it was not counted.
    pub fn count(&self, filter: &RegisterFilter) -> Option<u64> {
        if *filter == RegisterFilter::default() {
            return Some(self.snapshot.live);
        }
        self.counts.get(filter).copied()
    }

    /// The share of live entities that pass. A live register in which nobody passes counts as one who might.
    pub fn rate(&self, filter: &RegisterFilter) -> Option<f64> {
        let population = self.snapshot.live.max(1) as f64;
        self.count(filter).map(|count| (count as f64).max(0.5) / population)
    }

    /// How many conditions of a filter's form the register offers, times the four forms that are searched (an industry
    /// alone, with an entity type, with an age band, with both): what the search has tried, each form with an equal
    /// part of the error (weighted Bonferroni).
    pub fn hypotheses(&self, filter: &RegisterFilter) -> f64 {
        let distinct = self.snapshot.distinct;
        let part = |used: bool, values: u64| if used { values.max(1) as f64 } else { 1.0 };
        FORMS
            * part(filter.ssic.is_some(), distinct.ssic_nodes)
            * part(filter.entity_type.is_some(), distinct.entity_types)
            * part(filter.age.is_some(), distinct.age_bands)
    }

    /// The lift of a rule's register part, `k` of `n` resolved seeds meeting it. `None` when the rule has none.
    pub fn lift(&self, rule: &Rule, k: u32, n: u32) -> Option<Lift> {
        let (filter, _) = rule.register_part();
        if filter == RegisterFilter::default() {
            return None;
        }
        let register_count = self.count(&filter)?;
        let base_rate = self.rate(&filter)?;
        let p_value = stats::binomial_tail(k, n, base_rate);
        Some(Lift {
            register_count,
            population: self.snapshot.live,
            base_rate,
            seeds: (k, n),
            lift: stats::shrunk_lift(k, n, base_rate),
            p_value,
            e_value: p_value * self.hypotheses(&filter),
        })
    }
}

/// The register conditions of one filter, as conditions of a rule.
pub(super) fn conditions(
    ssic: Option<SsicNode>,
    entity_type: Option<EntityType>,
    age: Option<AgeBand>,
) -> Vec<crate::model::Condition> {
    use crate::model::Condition;
    ssic.map(Condition::Ssic)
        .into_iter()
        .chain(entity_type.map(Condition::EntityType))
        .chain(age.map(Condition::CompanyAge))
        .collect()
}
