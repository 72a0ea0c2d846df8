//! How well answers agree with the truth.

use crate::rng::Rng;
use crate::table::{Row, wilson};

/// One answered query.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) kind: &'static str,
    pub(crate) truth: Option<u32>,
    /// The likeliest row with its probability (or a peer's score).
    pub(crate) top: Option<(u32, f64)>,
    /// Whether it would be used without asking.
    pub(crate) automatic: bool,
    /// Rows shown: the answer, or the choices.
    pub(crate) shown: Vec<u32>,
}

impl Answer {
    pub(crate) fn right(&self) -> bool {
        self.truth.is_some() && self.top.map(|top| top.0) == self.truth
    }
}

/// The share of present queries answered right when only answers above a score are given, and the score is the lowest
/// with this precision (absent queries that are answered count as wrong).
pub(crate) fn recall_at(answers: &[&Answer], precision: f64) -> f64 {
    let present = answers.iter().filter(|answer| answer.truth.is_some()).count();
    let mut given: Vec<(f64, bool)> =
        answers.iter().filter_map(|answer| Some((answer.top?.1, answer.right()))).collect();
    given.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut right, mut best, mut at) = (0usize, 0usize, 0usize);
    while at < given.len() {
        // Equal scores are given together.
        let score = given[at].0;
        while at < given.len() && given[at].0 == score {
            right += usize::from(given[at].1);
            at += 1;
        }
        if right as f64 >= precision * at as f64 {
            best = right;
        }
    }
    best as f64 / present.max(1) as f64
}

/// The same with a 95 % interval from 300 resamples.
pub(crate) fn recall_row(name: &str, answers: &[&Answer], precision: f64) -> Row {
    let mut rng = Rng::new(3);
    let mut draws: Vec<f64> = (0..300)
        .map(|_| {
            let sample: Vec<&Answer> = (0..answers.len()).map(|_| *rng.pick(answers)).collect();
            recall_at(&sample, precision)
        })
        .collect();
    draws.sort_by(f64::total_cmp);
    let mut row = Row::new(name, recall_at(answers, precision), "").note(format!("n={}", answers.len()));
    row.interval = Some((draws[7], draws[292]));
    row
}

/// Expected calibration error: how far stated probabilities are from the share that was right, over ten equal bins.
pub(crate) fn calibration_error(answers: &[&Answer]) -> f64 {
    let mut bins = [(0usize, 0.0f64, 0usize); 10];
    for answer in answers {
        let probability = answer.top.map_or(0.0, |top| top.1);
        let bin = &mut bins[((probability * 10.0) as usize).min(9)];
        bin.0 += 1;
        bin.1 += probability;
        bin.2 += usize::from(answer.right());
    }
    for (n, sum, right) in &bins {
        eprintln!("calibration: n={n} said {:.3} was {:.3}", sum / *n as f64, *right as f64 / *n as f64);
    }
    bins.iter().map(|(_, sum, right)| (sum - *right as f64).abs()).sum::<f64>() / answers.len().max(1) as f64
}

/// Everything said about a set of answers, for the log.
pub(crate) fn by_kind(answers: &[Answer]) -> String {
    let mut kinds: Vec<&'static str> = answers.iter().map(|answer| answer.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut out = String::new();
    for kind in kinds {
        let of: Vec<&Answer> = answers.iter().filter(|answer| answer.kind == kind).collect();
        let right = of.iter().filter(|answer| answer.right()).count();
        let automatic = of.iter().filter(|answer| answer.automatic).count();
        let wrong = of.iter().filter(|answer| answer.automatic && !answer.right()).count();
        let said = of.iter().filter_map(|a| a.top).map(|top| top.1).sum::<f64>() / of.len() as f64;
        let shown = of.iter().filter(|a| a.truth.is_some_and(|truth| a.shown.contains(&truth))).count();
        out.push_str(&format!(
            "{kind:20} n={:4} top right {:.3} said {said:.3} shown {:.3} automatic {:.3} of them wrong {wrong}\n",
            of.len(),
            right as f64 / of.len() as f64,
            shown as f64 / of.len() as f64,
            automatic as f64 / of.len() as f64,
        ));
    }
    out
}

/// The precision of automatic answers, with its interval.
pub(crate) fn precision_row(answers: &[&Answer]) -> Row {
    let given: Vec<_> = answers.iter().filter(|answer| answer.automatic).collect();
    let right = given.iter().filter(|answer| answer.right()).count();
    let mut row = Row::share("precision of automatic answers", right, given.len());
    row.interval = Some(wilson(right, given.len()));
    row
}
