//! From scores to probabilities: which candidate is right, or that none is.

/// Probabilities over the candidates of one query. They and `absent` sum to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The probability of each candidate, in the order of the scores.
    pub matches: Vec<f64>,
    /// The probability that no candidate is right.
    pub absent: f64,
}

impl Verdict {
    /// Weighs the log-odds of all candidates against each other and against none of them, after the scaling that fits
    /// held-out queries best (Platt, 1999, over all candidates of a query at once).
    pub fn of(scores: &[f64], scale: f64, shift: f64) -> Self {
        let odds: Vec<f64> =
            scores.iter().map(|score| (scale * score + shift).clamp(-30.0, 30.0).exp()).collect();
        let total = 1.0 + odds.iter().sum::<f64>();
        Self { matches: odds.iter().map(|odds| odds / total).collect(), absent: 1.0 / total }
    }
}
