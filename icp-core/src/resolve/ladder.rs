//! The ladder: the first rung that decides wins, and every rung records what it saw.

mod candidates;
mod exact;
mod gate;
mod side_evidence;

use crate::model::{Confidence, Decision, Entity, ManualMatch, Method, Outcome, RungRecord};

use self::candidates::Ranked;
#[cfg(feature = "internal")]
pub use self::candidates::{compare_all, pair_log_odds, pair_probability};
use super::features::Prepared;
use super::{Found, ResolveOptions, SeedFacts, named};

/// The ladder while it is climbed.
struct Ladder<'a> {
    facts: &'a SeedFacts,
    found: &'a Found,
    options: &'a ResolveOptions,
    query: Prepared,
    ranked: Ranked<'a>,
    rungs: Vec<RungRecord>,
}

/// Decides which entity a company is, from what is known of it and what the register had.
///
/// Pure and total: the same input gives the same decision, whatever the order of the entities found.
pub fn decide(facts: &SeedFacts, found: &Found, options: &ResolveOptions) -> Decision {
    let query = Prepared::of(&facts.query());
    let ranked = candidates::rank(facts, found, &query);
    let mut ladder = Ladder { facts, found, options, query, ranked, rungs: Vec::new() };
    let verdict = ladder
        .person()
        .or_else(|| ladder.uen())
        .or_else(|| ladder.known_domain())
        .or_else(|| ladder.exact_name())
        .or_else(|| ladder.jurisdiction())
        .or_else(|| ladder.fuzzy())
        .unwrap_or_else(|| Verdict {
            outcome: Outcome::Unresolved,
            method: Method::None,
            entity: None,
            choices: Vec::new(),
            probability: None,
            reason: ladder.why_unresolved(),
        });
    let verdict = ladder.not_the_asker(verdict);
    ladder.finish(verdict)
}

/// The decision of a rung.
struct Verdict {
    outcome: Outcome,
    method: Method,
    entity: Option<Entity>,
    /// For an ambiguous outcome: the entities to choose among, before other near names.
    choices: Vec<Entity>,
    /// The probability, where it was estimated; exact rungs are certain.
    probability: Option<f64>,
    reason: String,
}

impl Verdict {
    fn matched(method: Method, entity: &Entity, reason: impl Into<String>) -> Self {
        let mut reason = reason.into();
        if !entity.status.live {
            reason.push_str(&format!("; its status is \"{}\"", entity.status.text));
        }
        Self {
            outcome: Outcome::Matched,
            method,
            entity: Some(entity.clone()),
            choices: Vec::new(),
            probability: None,
            reason,
        }
    }

    fn ambiguous(method: Method, choices: Vec<Entity>, reason: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::Ambiguous,
            method,
            entity: None,
            choices,
            probability: None,
            reason: reason.into(),
        }
    }

    fn outside(method: Method, reason: impl Into<String>) -> Self {
        Self {
            outcome: Outcome::NotInRegister,
            method,
            entity: None,
            choices: Vec::new(),
            probability: None,
            reason: reason.into(),
        }
    }
}

impl Ladder<'_> {
    fn saw(&mut self, method: Method, decided: bool, saw: impl Into<String>) {
        self.rungs.push(RungRecord { method, saw: saw.into(), decided });
    }

    fn by_uen(&self, uen: crate::model::Uen) -> Option<Entity> {
        self.found.uen_entities.iter().find(|entity| entity.uen == uen).cloned()
    }

    /// Rung 0: what a person said outranks everything.
    fn person(&mut self) -> Option<Verdict> {
        let known = self.facts.known.as_ref().filter(|known| known.is_by_person())?;
        let verdict = match known.choice {
            ManualMatch::NotInRegister => {
                Verdict::outside(Method::Person, "a person said that it is in no register")
            }
            ManualMatch::Entity(uen) => match self.by_uen(uen) {
                Some(entity) => Verdict::matched(Method::Person, &entity, format!("a person chose {uen}")),
                None => Verdict {
                    outcome: Outcome::Unresolved,
                    method: Method::Person,
                    entity: None,
                    choices: Vec::new(),
                    probability: None,
                    reason: format!(
                        "a person chose {uen}, which is not in this register (any more); choose again"
                    ),
                },
            },
        };
        self.saw(Method::Person, true, verdict.reason.clone());
        Some(verdict)
    }

    /// Rung 1: a UEN that the person gave, or that the site prints.
    fn uen(&mut self) -> Option<Verdict> {
        if let Some(uen) = self.facts.uen {
            if let Some(entity) = self.by_uen(uen) {
                self.saw(Method::Uen, true, format!("UEN {uen} was given: {}", entity.name));
                return Some(Verdict::matched(Method::Uen, &entity, format!("UEN {uen} was given")));
            }
            self.saw(Method::Uen, false, format!("UEN {uen} was given, but is not in the register"));
        }
        let mut printed: Vec<Entity> = Vec::new();
        for uen in &self.facts.site_uens {
            if let Some(entity) = self.by_uen(*uen)
                && !printed.iter().any(|other| other.uen == *uen)
            {
                printed.push(entity);
            }
        }
        printed.sort_by_key(|entity| entity.uen);
        // A site may print its host's or its customers' numbers: among several the one with the site's name counts.
        let own: Vec<&Entity> = printed.iter().filter(|entity| self.names_agree(entity)).collect();
        let one = match (printed.as_slice(), own.as_slice()) {
            ([], _) => {
                if self.facts.site_uens.is_empty() && self.facts.uen.is_none() {
                    self.saw(Method::Uen, false, "no UEN was given or found on its site");
                } else if !self.facts.site_uens.is_empty() {
                    self.saw(Method::Uen, false, "the UENs on its site are not in the register");
                }
                return None;
            }
            ([one], _) => one.clone(),
            (_, [one]) => (*one).clone(),
            _ => {
                let reason = format!("its site prints {} UENs of different entities", printed.len());
                self.saw(Method::Uen, true, reason.clone());
                return Some(Verdict::ambiguous(Method::Uen, printed, reason));
            }
        };
        let reason = format!("its site prints UEN {}", one.uen);
        self.saw(Method::Uen, true, format!("{reason}: {}", one.name));
        Some(Verdict::matched(Method::Uen, &one, reason))
    }

    /// Rung 2: a domain this tenant resolved before.
    fn known_domain(&mut self) -> Option<Verdict> {
        let Some(known) = self.facts.known.as_ref().filter(|known| !known.is_by_person()) else {
            self.saw(Method::KnownDomain, false, "no earlier run knows this company");
            return None;
        };
        let entity = known.uen().and_then(|uen| self.by_uen(uen));
        let Some(entity) = entity else {
            self.saw(
                Method::KnownDomain,
                false,
                "an earlier run knew it, but its entity is not in the register",
            );
            return None;
        };
        let reason = format!("an earlier run found it to be {} ({})", entity.uen, known.method);
        // As sure as that run was, and by what made it sure: being found again proves nothing new.
        let (method, probability) = (known.method, known.probability.get());
        self.saw(Method::KnownDomain, true, reason.clone());
        let mut verdict = Verdict::matched(method, &entity, reason);
        verdict.probability = Some(probability);
        Some(verdict)
    }

    /// A company is not its own customer: unless a person says so, a match with the asker itself is asked about.
    fn not_the_asker(&mut self, verdict: Verdict) -> Verdict {
        let own = verdict.entity.clone().filter(|entity| self.facts.asker.is(entity));
        match own {
            Some(entity) if verdict.method != Method::Person => {
                let reason =
                    format!("{} is your own company; choose another or take the seed out", entity.name);
                if let Some(last) = self.rungs.last_mut() {
                    last.saw = format!("{}; but it is your own company", last.saw);
                }
                Verdict::ambiguous(verdict.method, vec![entity], reason)
            }
            _ => verdict,
        }
    }

    /// Whether an entity's name is near the company's, or one of the legal names on its site.
    fn names_agree(&self, entity: &Entity) -> bool {
        self.ranked.probability_alone(entity.uen).is_some_and(|p| p >= 0.5)
    }

    fn finish(self, verdict: Verdict) -> Decision {
        let Self { ranked, rungs, options, .. } = self;
        let chosen = verdict.entity.as_ref().map(|entity| entity.uen);
        let mut alternates = Vec::new();
        for entity in &verdict.choices {
            alternates.push(ranked.alternate(entity));
        }
        for candidate in &ranked.candidates {
            let uen = candidate.entity.uen;
            let shown =
                alternates.iter().any(|alternate: &crate::model::Alternate| alternate.entity.uen == uen);
            if Some(uen) != chosen && !shown {
                alternates.push(ranked.alternate(candidate.entity));
            }
        }
        alternates.truncate(options.alternates);
        let top = chosen.and_then(|uen| ranked.find(uen)).or_else(|| ranked.candidates.first());
        let features = top.map(|candidate| named(&candidate.features)).unwrap_or_default();
        let certain = verdict.probability.is_none() && verdict.outcome == Outcome::Matched;
        let probability = match (certain, verdict.probability) {
            (true, _) => 1.0,
            (false, Some(probability)) => probability,
            (false, None) => ranked.candidates.first().map_or(0.0, |candidate| candidate.probability),
        };
        let runner_up = ranked
            .candidates
            .iter()
            .filter(|candidate| match chosen {
                Some(uen) => candidate.entity.uen != uen,
                None => Some(candidate.entity.uen) != top.map(|top| top.entity.uen),
            })
            .map(|candidate| candidate.probability)
            .fold(0.0, f64::max);
        Decision {
            outcome: verdict.outcome,
            method: verdict.method,
            probability: Confidence::new(probability),
            margin: Confidence::new(probability - runner_up),
            entity: verdict.entity,
            alternates,
            features,
            reason: verdict.reason,
            rungs,
        }
    }
}
