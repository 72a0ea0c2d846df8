//! A signal across the seeds, against the register and against the lost.

use serde::{Deserialize, Serialize};

use super::headcount::HeadcountBand;
use super::ids::{RunId, SeedId};
use super::register::RegisterSnapshot;
use super::rule::Condition;

/// How many seeds have a signal, lack it, or are unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Tally {
    /// It holds.
    pub have: u32,
    /// It does not.
    pub lack: u32,
    /// Not known: unresolved, unread, or not mentioned.
    pub unknown: u32,
}

impl Tally {
    /// A tally of how many have it, lack it, and are unknown.
    pub fn new(have: u32, lack: u32, unknown: u32) -> Self {
        Self { have, lack, unknown }
    }

    /// Seeds for which it is known.
    pub fn known(self) -> u32 {
        self.have + self.lack
    }
}

/// A point estimate with an interval around it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// The interval's lower end.
    pub low: f64,
    /// The interval's upper end.
    pub high: f64,
    /// The interval's probability, such as 0.95.
    pub level: f64,
}

impl Estimate {
    /// An estimate within an interval of the given probability.
    pub fn new(value: f64, low: f64, high: f64, level: f64) -> Self {
        Self { value, low, high, level }
    }
}

/// How common a condition is among the seeds, compared with the whole live register.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Lift {
    /// Live entities of the register that meet the condition.
    pub register_count: u64,
    /// Live entities of the register.
    pub population: u64,
    /// Their quotient; where no entity meets the condition, half an entity counts.
    pub base_rate: f64,
    /// Best customers that meet it, and those for which it is known.
    pub seeds: (u32, u32),
    /// The shrunk share among best customers over the base rate.
    pub lift: Estimate,
    /// The chance that at least as many meet it among as many random live entities (exact binomial tail).
    pub p_value: f64,
    /// How many patterns at least this surprising one expects among random companies: the p-value times the number of
    /// conditions of this form that the register offers (Bonferroni).
    pub e_value: f64,
}

impl Lift {
    /// A comparison of `seeds` (how many meet it, and for how many it is known) with the register.
    pub fn new(
        register_count: u64,
        population: u64,
        base_rate: f64,
        seeds: (u32, u32),
        lift: Estimate,
        p_value: f64,
        e_value: f64,
    ) -> Self {
        Self { register_count, population, base_rate, seeds, lift, p_value, e_value }
    }
}

/// Best customers against the lost.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Contrast {
    /// The lost.
    pub lost: Tally,
    /// Share among the best minus share among the lost, of those known; absent when either is unknown.
    pub difference: Option<f64>,
    /// One-sided exact test (Fisher) that the best have it more often.
    pub p_value: Option<f64>,
    /// The smallest p-value that so few companies can give.
    pub attainable_p: Option<f64>,
}

impl Contrast {
    /// The lost alone, without a comparison yet.
    pub fn new(lost: Tally) -> Self {
        Self { lost, difference: None, p_value: None, attainable_p: None }
    }
}

builders!(Contrast {
    /// Sets the difference of the shares.
    with_difference => difference: Option<f64>,
    /// Sets the p-value.
    with_p_value => p_value: Option<f64>,
    /// Sets the smallest possible p-value.
    with_attainable_p => attainable_p: Option<f64>,
});

/// One pattern.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Pattern {
    /// The condition that holds.
    pub condition: Condition,
    /// The condition in words, with the industry's title where there is one.
    pub label: String,
    /// Across the best customers.
    pub best: Tally,
    /// The seeds that have it, by name.
    pub seeds: Vec<SeedId>,
    /// Distinct (company, page) pairs that show it among the best; register facts count once per company.
    pub evidence_count: u32,
    /// Against the register; absent, with the reason, where the register does not know.
    pub lift: Option<Lift>,
    /// Why there is no base rate.
    pub missing_base_rate: Option<String>,
    /// Against the lost.
    pub contrast: Contrast,
    /// The fewest seeds whose loss takes the pattern below two: a small number is fragile.
    pub fragility: u32,
}

impl Pattern {
    /// A pattern without a base rate.
    pub fn new(condition: Condition, label: impl Into<String>, best: Tally, contrast: Contrast) -> Self {
        Self {
            condition,
            label: label.into(),
            best,
            seeds: Vec::new(),
            evidence_count: 0,
            lift: None,
            missing_base_rate: None,
            contrast,
            fragility: 0,
        }
    }
}

builders!(Pattern {
    /// Sets the seeds that have it, by name.
    with_seeds => seeds: Vec<SeedId>,
    /// Sets the number of pages that show it.
    with_evidence_count => evidence_count: u32,
    /// Sets the comparison with the register.
    with_lift => lift: Option<Lift>,
    /// Sets why there is no base rate.
    with_missing_base_rate => missing_base_rate: Option<String>,
    /// Sets the fewest seeds whose loss takes the pattern below two.
    with_fragility => fragility: u32,
});

/// Headcount across the best customers for which it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HeadcountSummary {
    /// Companies whose headcount is known.
    pub companies: u32,
    /// The median of the bands' middles.
    pub median: u32,
    /// The whole range.
    pub range: HeadcountBand,
}

impl HeadcountSummary {
    /// The headcount of this many companies.
    pub fn new(companies: u32, median: u32, range: HeadcountBand) -> Self {
        Self { companies, median, range }
    }
}

/// All patterns of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PatternSnapshot {
    /// The run.
    pub run: RunId,
    /// The register they were compared with.
    pub register: RegisterSnapshot,
    /// Best customers.
    pub best: u32,
    /// Best customers found in the register.
    pub best_resolved: u32,
    /// Lost customers.
    pub lost: u32,
    /// The patterns, the strongest first.
    pub patterns: Vec<Pattern>,
    /// Headcount.
    pub headcount: Option<HeadcountSummary>,
}

impl PatternSnapshot {
    /// No patterns yet, for a register to compare with.
    pub fn new(run: RunId, register: RegisterSnapshot) -> Self {
        Self { run, register, best: 0, best_resolved: 0, lost: 0, patterns: Vec::new(), headcount: None }
    }
}

builders!(PatternSnapshot {
    /// Sets the number of best customers.
    with_best => best: u32,
    /// Sets the number of best customers found in the register.
    with_best_resolved => best_resolved: u32,
    /// Sets the number of lost customers.
    with_lost => lost: u32,
    /// Sets the patterns, the strongest first.
    with_patterns => patterns: Vec<Pattern>,
    /// Sets the headcount.
    with_headcount => headcount: Option<HeadcountSummary>,
});
