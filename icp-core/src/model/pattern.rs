//! What a signal looks like across the seeds, against the register and against the lost.

use serde::{Deserialize, Serialize};

use super::headcount::HeadcountBand;
use super::ids::{RunId, SeedId};
use super::register::RegisterSnapshot;
use super::rule::Condition;

/// How many seeds have a signal, lack it, or cannot be said to do either.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// It holds.
    pub have: u32,
    /// It does not.
    pub lack: u32,
    /// Not known: unresolved, unread, or not mentioned.
    pub unknown: u32,
}

impl Tally {
    /// Those of whom it is known.
    pub fn known(self) -> u32 {
        self.have + self.lack
    }
}

/// A point estimate with an interval around it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
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

/// How common a condition is among the seeds, compared with the whole live register.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lift {
    /// Live entities of the register that meet the condition.
    pub register_count: u64,
    /// Live entities of the register.
    pub population: u64,
    /// Their quotient.
    pub base_rate: f64,
    /// Best customers that meet it, and of how many it is known.
    pub seeds: (u32, u32),
    /// The shrunk share among best customers over the base rate.
    pub lift: Estimate,
    /// The chance that as many of as many random live entities meet it (exact binomial tail).
    pub p_value: f64,
    /// How many patterns at least this surprising one expects among random companies: the p-value times the number of
    /// conditions of this form that the register offers (Bonferroni).
    pub e_value: f64,
}

/// Best customers against the lost.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contrast {
    /// The lost.
    pub lost: Tally,
    /// Share among the best minus share among the lost, of those known; absent when either is unknown.
    pub difference: Option<f64>,
    /// One-sided exact test (Fisher) that the best have it more often.
    pub p_value: Option<f64>,
    /// The least p-value that so few companies could give at all.
    pub attainable_p: Option<f64>,
}

/// One pattern.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pattern {
    /// What holds.
    pub condition: Condition,
    /// The condition in words, with the industry's title where there is one.
    pub label: String,
    /// Across the best customers.
    pub best: Tally,
    /// Who has it, by name order.
    pub seeds: Vec<SeedId>,
    /// Distinct (company, page) pairs that show it among the best; register facts count one each company.
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

/// Headcount across the best customers of whom it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadcountSummary {
    /// Companies whose headcount is known.
    pub companies: u32,
    /// The median of the bands' middles.
    pub median: u32,
    /// The whole range.
    pub range: HeadcountBand,
}

/// All patterns of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PatternSnapshot {
    /// The run.
    pub run: RunId,
    /// The register they were held against.
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
