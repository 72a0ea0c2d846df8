//! The register entity of a seed, how it was decided, and the other candidates.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::confidence::Confidence;
use super::evidence::{UnknownWord, keyword_enum};
use super::features::FeatureValues;
use super::ids::SeedId;
use super::register::Entity;
use super::time::Timestamp;
use super::uen::Uen;

keyword_enum!(
    /// The outcome for one seed.
    Outcome {
        /// It is this entity.
        Matched = "matched",
        /// It may be one of several: a person decides.
        Ambiguous = "ambiguous",
        /// It belongs to another country, or to no register.
        NotInRegister = "not_in_register",
        /// Nothing in the register is near enough.
        Unresolved = "unresolved",
    }
);

keyword_enum!(
    /// The rung of the ladder that decided.
    Method {
        /// A person decided.
        Person = "person",
        /// A UEN given by the person or printed on the seed's site.
        Uen = "uen",
        /// A domain this tenant resolved before.
        KnownDomain = "known_domain",
        /// The exact normalised name.
        ExactName = "exact_name",
        /// The exact normalised name, as one the entity had before.
        FormerName = "former_name",
        /// The legal name printed on the seed's site.
        SiteLegalName = "site_legal_name",
        /// A scored comparison of near names.
        FuzzyName = "fuzzy_name",
        /// The legal form or domain of another country.
        Jurisdiction = "jurisdiction",
        /// No rung decided.
        None = "none",
    }
);

/// A possible entity with its score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Alternate {
    /// The entity.
    pub entity: Entity,
    /// The probability that this is the one, by the scorer.
    pub probability: Confidence,
    /// Which of the entity's names was compared.
    pub matched_name: String,
    /// The scorer's features, by name.
    pub features: FeatureValues,
}

impl Alternate {
    /// A possible entity, compared by one of its names.
    pub fn new(entity: Entity, probability: Confidence, matched_name: impl Into<String>) -> Self {
        Self { entity, probability, matched_name: matched_name.into(), features: FeatureValues::default() }
    }
}

builders!(Alternate {
    /// Sets the scorer's features.
    with_features => features: FeatureValues,
});

/// How one rung of the ladder went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RungRecord {
    /// The rung.
    pub method: Method,
    /// Its observation, in words.
    pub saw: String,
    /// Whether it decided.
    pub decided: bool,
}

impl RungRecord {
    /// A rung that was tried.
    pub fn new(method: Method, saw: impl Into<String>, decided: bool) -> Self {
        Self { method, saw: saw.into(), decided }
    }
}

/// The decision for one name, before it is recorded for a seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Decision {
    /// The outcome.
    pub outcome: Outcome,
    /// The rung that decided.
    pub method: Method,
    /// The probability of the top candidate (1 for exact rungs and people).
    pub probability: Confidence,
    /// The distance to the runner-up's probability.
    pub margin: Confidence,
    /// The entity, when matched.
    pub entity: Option<Entity>,
    /// The best other candidates, at most five, best first. For an ambiguous outcome, the choices.
    pub alternates: Vec<Alternate>,
    /// The top candidate's features.
    pub features: FeatureValues,
    /// Why, in words.
    pub reason: String,
    /// Each rung tried.
    pub rungs: Vec<RungRecord>,
}

impl Decision {
    /// A decision without an entity or other candidates.
    pub fn new(outcome: Outcome, method: Method, probability: Confidence, reason: impl Into<String>) -> Self {
        Self {
            outcome,
            method,
            probability,
            margin: Confidence::new(0.0),
            entity: None,
            alternates: Vec::new(),
            features: FeatureValues::default(),
            reason: reason.into(),
            rungs: Vec::new(),
        }
    }
}

builders!(Decision {
    /// Sets the distance to the runner-up's probability.
    with_margin => margin: Confidence,
    /// Sets the entity.
    with_entity => entity: Option<Entity>,
    /// Sets the other candidates, best first.
    with_alternates => alternates: Vec<Alternate>,
    /// Sets the top candidate's features.
    with_features => features: FeatureValues,
    /// Sets the rungs that were tried.
    with_rungs => rungs: Vec<RungRecord>,
});

/// A decision recorded for a seed of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SeedResolution {
    /// The seed.
    pub seed: SeedId,
    /// The decision.
    pub decision: Decision,
    /// When.
    pub decided_at: Timestamp,
}

impl SeedResolution {
    /// A decision on a seed.
    pub fn new(seed: SeedId, decision: Decision, decided_at: Timestamp) -> Self {
        Self { seed, decision, decided_at }
    }
}

/// The entity a person says a company is. Kept for the company, so that later runs respect it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ManualMatch {
    /// This entity.
    Entity(Uen),
    /// It is not in the register.
    NotInRegister,
}
