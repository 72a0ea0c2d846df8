//! Entities of the company register, and what can be counted over all of them.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::evidence::{UnknownWord, keyword_enum};
use super::ssic::{SsicCode, SsicEdition, SsicNode};
use super::time::Date;
use super::uen::Uen;

/// The register's entity type, as it words it ("Local Company"); compared without regard to case and spacing.
///
/// ```
/// use icp_core::model::EntityType;
/// assert_eq!(EntityType::new("Local Company"), EntityType::new(" LOCAL  COMPANY"));
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntityType(String);

impl EntityType {
    /// Takes the register's words: white space collapsed. `None` for nothing or `na`.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        (!text.is_empty() && !text.eq_ignore_ascii_case("na")).then_some(Self(text))
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The characters that are compared.
    fn folded(&self) -> impl Iterator<Item = char> + '_ {
        self.0
            .split_whitespace()
            .flat_map(|word| std::iter::once(' ').chain(word.chars()))
            .flat_map(char::to_lowercase)
    }
}

impl PartialEq for EntityType {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || self.folded().eq(other.folded())
    }
}

impl Eq for EntityType {}

impl PartialOrd for EntityType {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for EntityType {
    fn cmp(&self, other: &Self) -> Ordering {
        self.folded().cmp(other.folded())
    }
}

impl Hash for EntityType {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.folded().for_each(|c| c.hash(state));
    }
}

impl fmt::Display for EntityType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The register's status, as it words it, and whether that means the entity is alive.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EntityStatus {
    /// The register's words.
    pub text: String,
    /// Whether it is alive.
    pub live: bool,
}

impl EntityStatus {
    /// A status, and whether it means alive.
    pub fn new(text: impl Into<String>, live: bool) -> Self {
        Self { text: text.into(), live }
    }

    /// Reads ACRA's wording: "Live", "Live Company" and the like (also "Registered", "Existing", "Active") are alive;
    /// wording that speaks of an end (struck off, ceased, dissolved, cancelled ...), or no wording, is not.
    pub fn from_register(text: &str) -> Self {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let lower = text.to_lowercase();
        let live = ["live", "registered", "existing", "active", "in operation"]
            .iter()
            .any(|word| lower == *word || lower.starts_with(&format!("{word} ")));
        Self { text, live }
    }
}

keyword_enum!(
    /// Age since registration, in whole years at the register's own date.
    AgeBand {
        /// 0 to 2 years.
        UpTo2 = "0-2",
        /// 3 to 5 years.
        From3To5 = "3-5",
        /// 6 to 10 years.
        From6To10 = "6-10",
        /// 11 to 20 years.
        From11To20 = "11-20",
        /// 21 years and more.
        From21 = "21+",
    }
);

impl AgeBand {
    /// The band of an age in whole years; an age below 0 (registered after the register's date) is `None`.
    pub fn of_years(years: i32) -> Option<Self> {
        Some(match years {
            i32::MIN..=-1 => return None,
            0..=2 => Self::UpTo2,
            3..=5 => Self::From3To5,
            6..=10 => Self::From6To10,
            11..=20 => Self::From11To20,
            21.. => Self::From21,
        })
    }
}

/// One entity of the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Entity {
    /// Its key.
    pub uen: Uen,
    /// Its name, as registered (upper case at ACRA).
    pub name: String,
    /// Names it had before.
    pub former_names: Vec<String>,
    /// Its type.
    pub entity_type: Option<EntityType>,
    /// Its status.
    pub status: EntityStatus,
    /// When it was registered or incorporated.
    pub registered_on: Option<Date>,
    /// The activity it declared first.
    pub primary_ssic: Option<SsicCode>,
    /// A second one.
    pub secondary_ssic: Option<SsicCode>,
    /// Postal code of its address.
    pub postal_code: Option<String>,
}

impl Entity {
    /// An entity without any other facts.
    pub fn new(uen: Uen, name: impl Into<String>, status: EntityStatus) -> Self {
        Self {
            uen,
            name: name.into(),
            former_names: Vec::new(),
            entity_type: None,
            status,
            registered_on: None,
            primary_ssic: None,
            secondary_ssic: None,
            postal_code: None,
        }
    }

    /// With the names it had before.
    #[must_use]
    pub fn with_former_names(self, former_names: Vec<String>) -> Self {
        Self { former_names, ..self }
    }

    /// With its type.
    #[must_use]
    pub fn with_entity_type(self, entity_type: Option<EntityType>) -> Self {
        Self { entity_type, ..self }
    }

    /// With the date it was registered or incorporated on.
    #[must_use]
    pub fn with_registered_on(self, registered_on: Option<Date>) -> Self {
        Self { registered_on, ..self }
    }

    /// With the activities it declared first and second.
    #[must_use]
    pub fn with_ssic(self, primary_ssic: Option<SsicCode>, secondary_ssic: Option<SsicCode>) -> Self {
        Self { primary_ssic, secondary_ssic, ..self }
    }

    /// With the postal code of its address.
    #[must_use]
    pub fn with_postal_code(self, postal_code: Option<String>) -> Self {
        Self { postal_code, ..self }
    }

    /// Its codes: none, one or two, never the same twice.
    pub fn ssic(&self) -> impl Iterator<Item = SsicCode> + '_ {
        let second = self.secondary_ssic.filter(|second| self.primary_ssic != Some(*second));
        self.primary_ssic.into_iter().chain(second)
    }

    /// Its age band at a date.
    pub fn age_band(&self, as_of: Date) -> Option<AgeBand> {
        AgeBand::of_years(self.registered_on?.years_until(as_of))
    }
}

/// A condition over the register that every [`Register`](crate::ports::Register) counts the same way. All parts must
/// hold; an empty filter is every live entity.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RegisterFilter {
    /// One of the entity's codes lies at or below this node.
    pub ssic: Option<SsicNode>,
    /// None of the entity's codes lies at or below any of these.
    pub exclude_ssic: Vec<SsicNode>,
    /// The entity's type.
    pub entity_type: Option<EntityType>,
    /// The entity's age at the register's date.
    pub age: Option<AgeBand>,
    /// Whether entities that ended count too.
    pub include_ended: bool,
}

impl RegisterFilter {
    /// Every entity, also those that ended.
    pub fn everything() -> Self {
        Self { include_ended: true, ..Self::default() }
    }

    /// Only with a code at or below a node.
    #[must_use]
    pub fn with_ssic(self, node: SsicNode) -> Self {
        Self { ssic: Some(node), ..self }
    }

    /// Only without a code at or below any of these nodes.
    #[must_use]
    pub fn without_ssic(self, exclude_ssic: Vec<SsicNode>) -> Self {
        Self { exclude_ssic, ..self }
    }

    /// Only of a type.
    #[must_use]
    pub fn with_entity_type(self, entity_type: EntityType) -> Self {
        Self { entity_type: Some(entity_type), ..self }
    }

    /// Only of an age.
    #[must_use]
    pub fn with_age(self, age: AgeBand) -> Self {
        Self { age: Some(age), ..self }
    }

    /// Also entities that ended, or not.
    #[must_use]
    pub fn with_ended(self, include_ended: bool) -> Self {
        Self { include_ended, ..self }
    }

    /// Whether an entity passes, at the register's date. The reference that counting is tested against.
    pub fn matches(&self, entity: &Entity, as_of: Date) -> bool {
        (self.include_ended || entity.status.live)
            && self.ssic.is_none_or(|node| entity.ssic().any(|code| node.contains(code)))
            && !self.exclude_ssic.iter().any(|node| entity.ssic().any(|code| node.contains(code)))
            && self.entity_type.as_ref().is_none_or(|wanted| entity.entity_type.as_ref() == Some(wanted))
            && self.age.is_none_or(|wanted| entity.age_band(as_of) == Some(wanted))
    }
}

/// Size, date and id of a register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RegisterSnapshot {
    /// Changes with every import that changes something.
    pub id: String,
    /// Entities.
    pub entities: u64,
    /// Entities that are alive: the population of every base rate.
    pub live: u64,
    /// The date ages are counted at.
    pub as_of: Date,
    /// The edition its codes were read with.
    pub edition: SsicEdition,
    /// How many different values of each register attribute occur among live entities.
    pub distinct: DistinctValues,
}

impl RegisterSnapshot {
    /// A snapshot.
    pub fn new(id: impl Into<String>, entities: u64, live: u64, as_of: Date, edition: SsicEdition) -> Self {
        Self { id: id.into(), entities, live, as_of, edition, distinct: DistinctValues::default() }
    }

    /// With the numbers of different values.
    #[must_use]
    pub fn with_distinct(self, distinct: DistinctValues) -> Self {
        Self { distinct, ..self }
    }
}

/// The size of the language of register conditions, for honest multiple testing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DistinctValues {
    /// SSIC nodes of any level.
    pub ssic_nodes: u64,
    /// Entity types.
    pub entity_types: u64,
    /// Age bands.
    pub age_bands: u64,
}

impl DistinctValues {
    /// Numbers of SSIC nodes of any level, entity types and age bands.
    pub fn new(ssic_nodes: u64, entity_types: u64, age_bands: u64) -> Self {
        Self { ssic_nodes, entity_types, age_bands }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entity_types_are_compared_without_case_and_spacing() {
        let all =
            ["Local Company", "LOCAL COMPANY", " local  company "].map(|text| EntityType::new(text).unwrap());
        for one in &all {
            assert_eq!(one, &all[0]);
            assert_eq!(one.cmp(&all[0]), Ordering::Equal);
        }
        assert_eq!(all.iter().collect::<std::collections::HashSet<_>>().len(), 1);
        assert_eq!(all[1].as_str(), "LOCAL COMPANY", "the register's words stay for display");
        assert_ne!(EntityType::new("Localcompany"), EntityType::new("Local company"));
    }

    #[test]
    fn statuses_as_acra_words_them() {
        for (text, live) in [
            ("Live", true),
            ("Live Company", true),
            ("LIVE COMPANY", true),
            ("Registered", true),
            ("Deregistered", false),
            ("Struck Off", false),
            ("Ceased Registration", false),
            ("Dissolved - Members' Voluntary Winding Up", false),
            ("Cancelled", false),
            ("", false),
        ] {
            assert_eq!(EntityStatus::from_register(text).live, live, "{text}");
        }
    }

    #[test]
    fn age_bands_have_no_gap() {
        for years in 0..200 {
            assert!(AgeBand::of_years(years).is_some());
        }
        assert_eq!(AgeBand::of_years(-1), None);
    }
}
