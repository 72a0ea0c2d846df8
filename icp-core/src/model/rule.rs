//! Executable rules: conjunctions of conditions over what is known of a company. Three-valued.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::evidence::SignalKey;
use super::headcount::HeadcountBand;
use super::ids::{RuleId, SuggestionId};
use super::register::{AgeBand, Entity, EntityType, RegisterFilter};
use super::ssic::SsicNode;
use super::time::{Date, Timestamp};

/// The verdict of a condition on a company. Absence of evidence is `Unknown`, never `Mismatch`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// It does not hold.
    Mismatch,
    /// Not known.
    Unknown,
    /// It holds.
    Match,
}

impl Fit {
    /// Three-valued "and" (Kleene): the lesser of the two.
    #[must_use]
    pub fn and(self, other: Fit) -> Fit {
        self.min(other)
    }

    fn not(self) -> Fit {
        match self {
            Fit::Match => Fit::Mismatch,
            Fit::Mismatch => Fit::Match,
            Fit::Unknown => Fit::Unknown,
        }
    }

    fn known(holds: bool) -> Fit {
        if holds { Fit::Match } else { Fit::Mismatch }
    }
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Condition {
    /// One of the entity's SSIC codes lies at or below the node.
    Ssic(SsicNode),
    /// The register's entity type.
    EntityType(EntityType),
    /// The register's age.
    CompanyAge(AgeBand),
    /// The observed headcount overlaps the band.
    Headcount(HeadcountBand),
    /// Evidence shows this value under this key.
    Signal {
        /// The kind of fact.
        key: SignalKey,
        /// The normalised value.
        value: String,
    },
}

impl Condition {
    /// Whether the register alone can answer it, for every entity: only then is there a base rate.
    pub fn is_register(&self) -> bool {
        matches!(self, Self::Ssic(_) | Self::EntityType(_) | Self::CompanyAge(_))
    }

    /// Its verdict on a company.
    pub fn fit(&self, facts: &CompanyFacts) -> Fit {
        match self {
            Self::Ssic(node) => match &facts.entity {
                Some(entity) if entity.primary_ssic.is_some() => {
                    Fit::known(entity.ssic().any(|code| node.contains(code)))
                }
                _ => Fit::Unknown,
            },
            Self::EntityType(wanted) => {
                match facts.entity.as_ref().and_then(|entity| entity.entity_type.as_ref()) {
                    Some(is) => Fit::known(is == wanted),
                    None => Fit::Unknown,
                }
            }
            Self::CompanyAge(wanted) => {
                match facts
                    .entity
                    .as_ref()
                    .zip(facts.as_of)
                    .and_then(|(entity, as_of)| entity.age_band(as_of))
                {
                    Some(is) => Fit::known(is == *wanted),
                    None => Fit::Unknown,
                }
            }
            Self::Headcount(band) => match facts.headcount {
                Some(observed) => Fit::known(band.overlaps(observed)),
                None => Fit::Unknown,
            },
            Self::Signal { key, value } => match facts.signals.get(key) {
                Some(values) if values.contains(value) => Fit::Match,
                _ => Fit::Unknown,
            },
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ssic(node) => write!(f, "SSIC {node} ({})", node.edition()),
            Self::EntityType(kind) => write!(f, "entity type {kind}"),
            Self::CompanyAge(band) => write!(f, "company age {band} years"),
            Self::Headcount(band) => write!(f, "headcount {band}"),
            Self::Signal { key, value } => write!(f, "{} {value}", key.as_str().replace('_', " ")),
        }
    }
}

/// The facts known of one company, as rules see them.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CompanyFacts {
    /// Its register entity, when resolved.
    pub entity: Option<Entity>,
    /// The register's date.
    pub as_of: Option<Date>,
    /// Observed values by key.
    pub signals: BTreeMap<SignalKey, BTreeSet<String>>,
    /// Observed headcount.
    pub headcount: Option<HeadcountBand>,
}

builders!(CompanyFacts {
    /// Sets the register entity.
    with_entity => entity: Option<Entity>,
    /// Sets the register's date.
    with_as_of => as_of: Option<Date>,
    /// Sets the observed values by key.
    with_signals => signals: BTreeMap<SignalKey, BTreeSet<String>>,
    /// Sets the observed headcount.
    with_headcount => headcount: Option<HeadcountBand>,
});

/// A conjunction: every condition of `all_of` holds and none of `none_of`. Conditions are sorted, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Rule {
    all_of: Vec<Condition>,
    none_of: Vec<Condition>,
}

impl Rule {
    /// A rule; order and repetition of conditions do not matter.
    pub fn new(
        all_of: impl IntoIterator<Item = Condition>,
        none_of: impl IntoIterator<Item = Condition>,
    ) -> Self {
        let sorted = |conditions: BTreeSet<Condition>| conditions.into_iter().collect();
        Self { all_of: sorted(all_of.into_iter().collect()), none_of: sorted(none_of.into_iter().collect()) }
    }

    /// The conditions that must hold.
    pub fn all_of(&self) -> &[Condition] {
        &self.all_of
    }

    /// The conditions that must not hold.
    pub fn none_of(&self) -> &[Condition] {
        &self.none_of
    }

    /// Whether it has no conditions.
    pub fn is_empty(&self) -> bool {
        self.all_of.is_empty() && self.none_of.is_empty()
    }

    /// Its verdict on a company. An empty rule matches everything.
    pub fn fit(&self, facts: &CompanyFacts) -> Fit {
        let all = self.all_of.iter().map(|condition| condition.fit(facts)).fold(Fit::Match, Fit::and);
        self.none_of.iter().map(|condition| condition.fit(facts).not()).fold(all, Fit::and)
    }

    /// The conditions the register can answer, as a filter, and whether that is the whole rule. Two SSIC nodes that
    /// do not lie on one path cannot be asked as one filter: then the broader ones are left to `fit`.
    pub fn register_part(&self) -> (RegisterFilter, bool) {
        let mut filter = RegisterFilter::default();
        let mut whole = true;
        for condition in &self.all_of {
            match condition {
                Condition::Ssic(node) => match filter.ssic {
                    None => filter.ssic = Some(*node),
                    Some(held) if held.covers(*node) => filter.ssic = Some(*node),
                    Some(held) if node.covers(held) => {}
                    Some(_) => whole = false,
                },
                Condition::EntityType(kind) if filter.entity_type.is_none() => {
                    filter.entity_type = Some(kind.clone())
                }
                Condition::CompanyAge(band) if filter.age.is_none() => filter.age = Some(*band),
                _ => whole = false,
            }
        }
        for condition in &self.none_of {
            match condition {
                Condition::Ssic(node) => filter.exclude_ssic.push(*node),
                _ => whole = false,
            }
        }
        (filter, whole)
    }

    /// The id of the card of this rule: the same rule, the same id.
    pub fn suggestion_id(&self) -> SuggestionId {
        let texts: Vec<String> = std::iter::once("all".to_owned())
            .chain(self.all_of.iter().map(Condition::to_string))
            .chain(std::iter::once("none".to_owned()))
            .chain(self.none_of.iter().map(Condition::to_string))
            .collect();
        SuggestionId::derive(&texts.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Wire {
            all_of: Vec<Condition>,
            #[serde(default)]
            none_of: Vec<Condition>,
        }
        let wire = Wire::deserialize(deserializer)?;
        Ok(Self::new(wire.all_of, wire.none_of))
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        for (conditions, not) in [(&self.all_of, ""), (&self.none_of, "not ")] {
            for condition in conditions {
                let joint = if std::mem::take(&mut first) { "" } else { " and " };
                write!(f, "{joint}{not}{condition}")?;
            }
        }
        Ok(())
    }
}

/// A rule a person adopted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AdoptedRule {
    /// Its id: derived from tenant-independent content, so that adopting twice is one rule.
    pub id: RuleId,
    /// Its name, for people.
    pub name: String,
    /// The rule.
    pub rule: Rule,
    /// The card it came from.
    pub suggestion: Option<SuggestionId>,
    /// Who adopted it.
    pub accepted_by: String,
    /// When.
    pub accepted_at: Timestamp,
}

impl AdoptedRule {
    /// A rule that comes from no card.
    pub fn new(
        id: RuleId,
        name: impl Into<String>,
        rule: Rule,
        accepted_by: impl Into<String>,
        accepted_at: Timestamp,
    ) -> Self {
        Self { id, name: name.into(), rule, suggestion: None, accepted_by: accepted_by.into(), accepted_at }
    }
}

builders!(AdoptedRule {
    /// Sets the card it comes from.
    with_suggestion => suggestion: Option<SuggestionId>,
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EntityStatus, SsicCode, SsicEdition};

    fn facts() -> CompanyFacts {
        CompanyFacts {
            entity: Some(Entity {
                uen: "201912345K".parse().unwrap(),
                name: "A PTE. LTD.".into(),
                former_names: vec![],
                entity_type: EntityType::new("Local Company"),
                status: EntityStatus::from_register("Live"),
                registered_on: Some("2019-01-01".parse().unwrap()),
                primary_ssic: Some(SsicCode::new("52292", SsicEdition::Y2025).unwrap()),
                secondary_ssic: None,
                postal_code: None,
            }),
            as_of: Some("2026-01-01".parse().unwrap()),
            signals: BTreeMap::from([(SignalKey::Integration, BTreeSet::from(["Xero".to_owned()]))]),
            headcount: None,
        }
    }

    fn ssic(text: &str) -> Condition {
        Condition::Ssic(SsicNode::new(text, SsicEdition::Y2025).unwrap())
    }

    fn uses(value: &str) -> Condition {
        Condition::Signal { key: SignalKey::Integration, value: value.into() }
    }

    #[test]
    fn three_values() {
        assert_eq!(Rule::new([ssic("52"), uses("Xero")], []).fit(&facts()), Fit::Match);
        assert_eq!(Rule::new([ssic("52"), uses("Sage")], []).fit(&facts()), Fit::Unknown);
        assert_eq!(Rule::new([ssic("47"), uses("Sage")], []).fit(&facts()), Fit::Mismatch);
        assert_eq!(Rule::new([ssic("52")], [uses("Xero")]).fit(&facts()), Fit::Mismatch);
        assert_eq!(Rule::new([ssic("52")], []).fit(&CompanyFacts::default()), Fit::Unknown);
    }

    #[test]
    fn taking_evidence_away_never_helps() {
        let rule = Rule::new([ssic("52"), uses("Xero")], []);
        let mut less = facts();
        less.signals.clear();
        assert!(rule.fit(&less) < rule.fit(&facts()));
    }

    #[test]
    fn order_does_not_matter_and_ids_follow_content() {
        let one = Rule::new([ssic("52"), uses("Xero"), ssic("52")], []);
        let two = Rule::new([uses("Xero"), ssic("52")], []);
        assert_eq!(one, two);
        assert_eq!(one.suggestion_id(), two.suggestion_id());
        assert_ne!(one.suggestion_id(), Rule::new([ssic("52")], [uses("Xero")]).suggestion_id());
        let json = serde_json::to_string(&one).unwrap();
        assert_eq!(serde_json::from_str::<Rule>(&json).unwrap(), one);
    }

    #[test]
    fn the_register_part_is_the_narrowest_node() {
        let (filter, whole) = Rule::new([ssic("52"), ssic("5229")], []).register_part();
        assert_eq!((filter.ssic.unwrap().to_string(), whole), ("5229".to_owned(), true));
        let (_, whole) = Rule::new([ssic("52"), uses("Xero")], []).register_part();
        assert!(!whole);
    }
}
