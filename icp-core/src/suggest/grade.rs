//! How far a card can be trusted, in three grades with written rules.

use crate::mine::stats;
use crate::model::{BackTest, Grade, Lift};
use crate::words::{count, number, plural};

/// The facts a grade is decided on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Standing {
    /// Supporting seeds.
    pub supporting: u32,
    /// Supporting seeds found in the register.
    pub supporting_resolved: u32,
    /// Supporting seeds whose site was read.
    pub supporting_readable: u32,
    /// Supporting seeds that meet the rule by nothing but what a model read on one page.
    pub uncorroborated: u32,
    /// All best customers.
    pub best: u32,
    /// Against the register.
    pub lift: Option<Lift>,
    /// The back-test.
    pub back_test: Option<BackTest>,
}

/// Fewer best customers than this support nothing.
const ENOUGH_BEST: u32 = 5;
/// Fewer supporting seeds than this support nothing.
const ENOUGH_SEEDS: u32 = 3;
/// More chance patterns than this are too many.
const MAX_E_VALUE: f64 = 0.05;

/// The grade, and the things that would raise it.
///
/// - *Supported*: at least 3 seeds of at least 5, fewer than 0.05 such patterns expected among random companies, the
///   interval of the lift above 1, at least half of the seeds' sites read, at least half of the hidden seeds caught, and
///   no seed that meets the rule by one page of a model alone.
/// - *Tentative*: at least 2 seeds in the register, an interval above 1, and at least one hidden seed caught when the
///   back-test hid any. A card that catches none of its own seeds depends on every one of them.
/// - *Exploratory*: anything less.
pub(super) fn grade(standing: &Standing) -> (Grade, Vec<String>) {
    let mut missing: Vec<String> = Vec::new();
    if standing.best < ENOUGH_BEST {
        missing.push(format!(
            "{} more best {} ({} named, {ENOUGH_BEST} needed)",
            ENOUGH_BEST - standing.best,
            plural(ENOUGH_BEST - standing.best, "customer"),
            standing.best
        ));
    }
    if standing.supporting_resolved < ENOUGH_SEEDS {
        let more = ENOUGH_SEEDS - standing.supporting_resolved;
        missing.push(format!("{} of this kind that the register knows", count(more, "more best customer")));
    }
    let interval_above_one = standing.lift.is_some_and(|lift| lift.lift.low > 1.0);
    match standing.lift {
        None => missing
            .push("seeds found in the register, so that there is a base rate to compare with".to_owned()),
        Some(lift) => {
            if lift.e_value >= MAX_E_VALUE {
                missing.push(format!(
                    "more seeds of this kind: {} such patterns are expected among random companies",
                    number(lift.e_value)
                ));
            }
            if !interval_above_one {
                missing.push("a rarer trait or more seeds: the interval of the lift reaches 1".to_owned());
            }
        }
    }
    if standing.supporting_readable * 2 < standing.supporting {
        missing.push(format!(
            "sites that can be read ({} of {} were): see the causes",
            standing.supporting_readable, standing.supporting
        ));
    }
    if standing.uncorroborated > 0 {
        missing.push(format!(
            "a second page, or a rule, that confirms what a model read on one page of {}",
            count(standing.uncorroborated, "customer")
        ));
    }
    let caught_any = standing.back_test.is_none_or(|test| test.hidden == 0 || test.caught > 0);
    if standing.back_test.is_some_and(|test| test.caught * 2 < test.hidden) {
        let which = if caught_any { "most" } else { "the" };
        missing
            .push(format!("a segment that holds without any one seed: {which} hidden seeds were not caught"));
    }
    let grade = if missing.is_empty() {
        Grade::Supported
    } else if standing.supporting_resolved >= 2 && interval_above_one && caught_any {
        Grade::Tentative
    } else {
        Grade::Exploratory
    };
    (grade, missing)
}

/// How many supporting seeds may be lost before the grade falls: their loss lowers both sides of the share. The back-test
/// is taken as it is.
pub(super) fn fragility(standing: &Standing, hypotheses: f64) -> u32 {
    let (now, _) = grade(standing);
    for lost in 1..=standing.supporting {
        let mut less = *standing;
        less.supporting -= lost;
        less.best = less.best.saturating_sub(lost);
        less.supporting_resolved = less.supporting_resolved.saturating_sub(lost);
        less.supporting_readable = less.supporting_readable.min(less.supporting);
        if let Some(lift) = &mut less.lift {
            let (k, n) = (lift.seeds.0.saturating_sub(lost), lift.seeds.1.saturating_sub(lost));
            lift.seeds = (k, n);
            lift.lift = stats::shrunk_lift(k, n, lift.base_rate);
            lift.p_value = stats::binomial_tail(k, n, lift.base_rate);
            lift.e_value = lift.p_value * hypotheses;
        }
        // Grades are ordered from the best down.
        if grade(&less).0 > now || less.supporting < 2 {
            return lost;
        }
    }
    standing.supporting
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn standing(k: u32, n: u32, base_rate: f64, hypotheses: f64) -> Standing {
        let p_value = stats::binomial_tail(k, n, base_rate);
        Standing {
            supporting: k,
            supporting_resolved: k,
            supporting_readable: k,
            uncorroborated: 0,
            best: n,
            lift: Some(Lift {
                register_count: 1,
                population: 1,
                base_rate,
                seeds: (k, n),
                lift: stats::shrunk_lift(k, n, base_rate),
                p_value,
                e_value: p_value * hypotheses,
            }),
            back_test: None,
        }
    }

    #[test]
    fn the_three_grades() {
        assert_eq!(grade(&standing(5, 15, 0.005, 1700.0)).0, Grade::Supported);
        assert_eq!(grade(&standing(2, 5, 0.005, 1700.0)).0, Grade::Tentative);
        let (common, raise) = grade(&standing(4, 10, 0.4, 1700.0));
        assert_eq!(common, Grade::Exploratory, "a trait as common as everywhere supports nothing");
        assert!(!raise.is_empty());
        assert_eq!(grade(&standing(4, 4, 0.005, 1700.0)).0, Grade::Tentative, "four customers are too few");
        let unread = Standing { supporting_readable: 2, ..standing(5, 15, 0.005, 1700.0) };
        assert_eq!(grade(&unread).0, Grade::Tentative);
        let (by_a_model, raise) = grade(&Standing { uncorroborated: 1, ..standing(5, 15, 0.005, 1700.0) });
        assert_eq!(by_a_model, Grade::Tentative);
        assert_eq!(
            raise,
            ["a second page, or a rule, that confirms what a model read on one page of 1 customer"]
        );
    }

    #[test]
    fn a_card_that_catches_none_of_its_seeds_is_exploratory() {
        let with = |caught, hidden| Standing {
            back_test: Some(BackTest::new(caught, hidden, stats::wilson(caught, hidden))),
            ..standing(hidden.max(2), 12, 0.005, 1700.0)
        };
        let (two_of_twelve, raise) = grade(&with(0, 2));
        assert_eq!(two_of_twelve, Grade::Exploratory);
        assert!(raise.iter().any(|raise| raise.contains("the hidden seeds were not caught")), "{raise:?}");
        assert_eq!(grade(&with(1, 2)).0, Grade::Tentative);
        assert_eq!(grade(&with(1, 3)).0, Grade::Tentative, "most were not caught");
        assert_eq!(grade(&with(0, 0)).0, Grade::Tentative, "none was hidden");
        assert_eq!(fragility(&with(0, 2), 1700.0), 1);
    }

    #[test]
    fn the_texts_count_well() {
        let text = |k, n| grade(&standing(k, n, 0.005, 1700.0)).1.join("; ");
        assert!(text(4, 4).contains("1 more best customer (4 named, 5 needed)"), "{}", text(4, 4));
        assert!(text(2, 5).contains("1 more best customer of this kind"), "{}", text(2, 5));
        assert!(text(2, 5).contains("0.42 such patterns"), "{}", text(2, 5));
    }

    #[test]
    fn fragility_counts_the_seeds_that_may_go() {
        assert_eq!(fragility(&standing(3, 15, 0.001, 1700.0), 1700.0), 1);
        assert!(fragility(&standing(8, 15, 0.001, 1700.0), 1700.0) >= 5);
    }

    proptest! {
        #[test]
        fn one_more_supporting_seed_never_lowers_the_grade(k in 1u32..14, rest in 0u32..10, p in 0.0001f64..0.5) {
            let n = k + rest;
            let (now, more) = (grade(&standing(k, n, p, 1000.0)).0, grade(&standing(k + 1, n + 1, p, 1000.0)).0);
            prop_assert!(more <= now);
        }
    }
}
