//! The scorer: how much the features of a comparison speak for one company.

use super::features::{FEATURES, Features};

/// Scores comparisons.
#[derive(Clone, Debug)]
pub struct Model {
    weights: [f32; FEATURES],
    bias: f32,
}

impl Model {
    /// The scorer that ships.
    pub fn shipped() -> &'static Self {
        static SHIPPED: std::sync::LazyLock<Model> = std::sync::LazyLock::new(Model::by_hand);
        &SHIPPED
    }

    fn by_hand() -> Self {
        let mut weights = [0.0; FEATURES];
        for (at, weight) in [
            (0, 4.0),
            (4, 2.0),
            (6, 1.5),
            (7, 2.0),
            (8, 5.0),
            (9, 3.0),
            (10, -0.35),
            (11, -0.3),
            (13, 4.0),
            (15, 1.0),
            (17, -4.0),
            (18, -1.5),
            (19, -4.0),
            (20, -1.5),
            (21, 1.0),
            (28, 0.5),
        ] {
            weights[at] = weight;
        }
        Self { weights, bias: -13.5 }
    }

    /// The log-odds that the two names are one company's.
    pub fn score(&self, features: &Features) -> f64 {
        let sum: f32 = self.weights.iter().zip(features).map(|(w, f)| w * f).sum();
        f64::from(self.bias + sum)
    }
}

/// Names the scorer in decisions.
pub fn scorer_version() -> &'static str {
    "hand/1"
}
