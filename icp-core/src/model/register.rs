//! Entities of the company register, and what can be counted over all of them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::evidence::{UnknownWord, keyword_enum};
use super::ssic::{SsicCode, SsicEdition, SsicNode};
use super::time::Date;
use super::uen::Uen;

/// The register's entity type, as it words it ("Local Company"); compared without regard to case and spacing.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
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
}

impl fmt::Display for EntityType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The register's status, as it words it, and whether that means the entity is alive.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct EntityStatus {
    /// The register's words.
    pub text: String,
    /// Whether it is alive.
    pub live: bool,
}

impl EntityStatus {
    /// Reads ACRA's wording: "Live", "Live Company" and the like (also "Registered", "Existing", "Active") are alive;
    /// what speaks of an end (struck off, ceased, dissolved, cancelled ...), or says nothing, is not.
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
    /// Whether an entity passes, at the register's date. The reference that counting is tested against.
    pub fn matches(&self, entity: &Entity, as_of: Date) -> bool {
        (self.include_ended || entity.status.live)
            && self.ssic.is_none_or(|node| entity.ssic().any(|code| node.contains(code)))
            && !self.exclude_ssic.iter().any(|node| entity.ssic().any(|code| node.contains(code)))
            && self.entity_type.as_ref().is_none_or(|wanted| entity.entity_type.as_ref() == Some(wanted))
            && self.age.is_none_or(|wanted| entity.age_band(as_of) == Some(wanted))
    }
}

/// What a register is: its size, its date, and an id that changes with its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// The size of the language of register conditions, for honest multiple testing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DistinctValues {
    /// SSIC nodes of any level.
    pub ssic_nodes: u64,
    /// Entity types.
    pub entity_types: u64,
    /// Age bands.
    pub age_bands: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

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
