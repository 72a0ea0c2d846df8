//! Scoring what the register found: each entity by its best name, the likeliest first.

use std::collections::BTreeMap;

use crate::model::{Alternate, Confidence, Entity, FeatureValues, Uen};

use super::super::calibrate::Verdict;
use super::super::features::{Features, Prepared, Standing, add_context, compare, first_look};
use super::super::model::Model;
use super::super::{Found, SeedFacts, named};
use super::side_evidence;

/// An entity with its score.
pub(super) struct Candidate<'a> {
    pub(super) entity: &'a Entity,
    /// The name that came nearest.
    pub(super) name: &'a str,
    pub(super) features: Features,
    /// Log-odds, with those of other facts.
    pub(super) score: f64,
    /// The part added by facts other than the name.
    pub(super) side_evidence: f64,
    /// Among the others.
    pub(super) probability: f64,
    /// Whether a number, a place or the legal form contradicts.
    pub(super) clash: Option<&'static str>,
}

/// The candidates, the likeliest first.
pub(super) struct Ranked<'a> {
    pub(super) candidates: Vec<Candidate<'a>>,
    /// The probability that no candidate is right.
    pub(super) absent: f64,
}

/// Scores every entity found, by the company's name and the legal names on its site.
pub(super) fn rank<'a>(facts: &SeedFacts, found: &'a Found, query: &Prepared) -> Ranked<'a> {
    let mut queries = vec![query.clone()];
    queries.extend(facts.site_legal_names.iter().map(|name| Prepared::of(name)));
    let mut entities: BTreeMap<Uen, &Entity> = BTreeMap::new();
    for list in [&found.uen_entities, &found.exact, &found.legal_name_exact, &found.candidates] {
        for entity in list {
            entities.entry(entity.uen).or_insert(entity);
        }
    }
    let mut candidates: Vec<Candidate<'a>> =
        entities.values().filter_map(|entity| nearest_name(&queries, entity)).collect();
    add_context(&mut candidates.iter_mut().map(|candidate| &mut candidate.features).collect::<Vec<_>>());
    for candidate in &mut candidates {
        candidate.side_evidence = side_evidence::log_odds(facts, candidate.entity, candidate.name);
        candidate.score = Model::shipped().score(&candidate.features) + candidate.side_evidence;
    }
    candidates.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| b.entity.status.live.cmp(&a.entity.status.live))
            .then_with(|| a.entity.uen.cmp(&b.entity.uen))
    });
    let model = Model::shipped();
    let scores: Vec<f64> = candidates.iter().map(|candidate| candidate.score).collect();
    let verdict = Verdict::of(&scores, model.scale, model.shift);
    for (candidate, probability) in candidates.iter_mut().zip(verdict.matches) {
        candidate.probability = probability;
    }
    Ranked { candidates, absent: verdict.absent }
}

#[cfg(feature = "internal")]
/// The features of each entity, by its nearest name, among the others: what the scorer is trained on.
pub fn compare_all(name: &str, entities: &[Entity]) -> Vec<Features> {
    let queries = [Prepared::of(name)];
    let empty = [0.0; super::super::FEATURES];
    let mut all: Vec<Features> = entities
        .iter()
        .map(|entity| nearest_name(&queries, entity).map_or(empty, |candidate| candidate.features))
        .collect();
    add_context(&mut all.iter_mut().collect::<Vec<_>>());
    all
}

fn nearest_name<'a>(queries: &[Prepared], entity: &'a Entity) -> Option<Candidate<'a>> {
    let names =
        std::iter::once((&entity.name, false)).chain(entity.former_names.iter().map(|name| (name, true)));
    let mut best: Option<(f32, Candidate<'a>)> = None;
    for (name, former) in names {
        let prepared = Prepared::of(name);
        for query in queries.iter().filter(|query| !query.forms().light.is_empty()) {
            let features = compare(query, &prepared, Standing { live: entity.status.live, former });
            let look = first_look(&features);
            if best.as_ref().is_none_or(|(best, _)| look > *best) {
                let clash = if query.numbers_clash(&prepared) {
                    Some("another number")
                } else if query.places_clash(&prepared) {
                    Some("another place")
                } else if !query.forms().form_agrees(prepared.forms()) {
                    Some("another kind of legal form")
                } else {
                    None
                };
                best = Some((
                    look,
                    Candidate {
                        entity,
                        name,
                        features,
                        score: 0.0,
                        side_evidence: 0.0,
                        probability: 0.0,
                        clash,
                    },
                ));
            }
        }
    }
    best.map(|(_, candidate)| candidate)
}

impl Ranked<'_> {
    pub(super) fn find(&self, uen: Uen) -> Option<&Candidate<'_>> {
        self.candidates.iter().find(|candidate| candidate.entity.uen == uen)
    }

    /// The probability of an entity as if no other were near, and it were as likely as not before its name was read.
    pub(super) fn probability_alone(&self, uen: Uen) -> Option<f64> {
        self.find(uen).map(|candidate| Model::shipped().alone(candidate.score))
    }

    /// An entity as a choice to show.
    pub(super) fn alternate(&self, entity: &Entity) -> Alternate {
        match self.find(entity.uen) {
            Some(candidate) => Alternate {
                entity: entity.clone(),
                probability: Confidence::new(candidate.probability),
                matched_name: candidate.name.to_owned(),
                features: named(&candidate.features),
            },
            None => Alternate {
                entity: entity.clone(),
                probability: Confidence::new(0.0),
                matched_name: entity.name.clone(),
                features: FeatureValues::default(),
            },
        }
    }
}

#[cfg(feature = "internal")]
/// The probability that two names are one company's, when half of such pairs are: near names, no register to look in.
pub fn pair_probability(a: &str, b: &str) -> f64 {
    let model = Model::shipped();
    model.alone(pair_log_odds(model, a, b))
}

#[cfg(feature = "internal")]
/// The scorer's log-odds for two names, whichever is asked for.
pub fn pair_log_odds(model: &Model, a: &str, b: &str) -> f64 {
    let (a, b) = (Prepared::of(a), Prepared::of(b));
    let one = |query: &Prepared, name: &Prepared| {
        let mut features = compare(query, name, Standing { live: true, former: false });
        add_context(&mut [&mut features]);
        model.score(&features)
    };
    (one(&a, &b) + one(&b, &a)) / 2.0
}
