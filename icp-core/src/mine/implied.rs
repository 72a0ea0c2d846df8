//! Facts that the register itself implies for everyone in it: that seeds share them says nothing about the seeds.

use super::rates::BaseRates;
use crate::model::{Condition, Rule, SignalKey, Uen};
use crate::normalize::fold;

/// Whether being in the register implies an observed value: a location that is the register's whole country. A place
/// within the country says something and stays.
pub(crate) fn implied_value(key: SignalKey, value: &str) -> bool {
    key == SignalKey::Location && fold(value) == fold(Uen::COUNTRY)
}

/// Whether being in the register implies a condition: its value is implied, or the register counts every live entity
/// among those that meet it.
pub(super) fn implied(condition: &Condition, rates: &BaseRates) -> bool {
    if let Condition::Signal { key, value } = condition {
        return implied_value(*key, value);
    }
    let (filter, whole) = Rule::new([condition.clone()], []).register_part();
    let live = rates.snapshot().live;
    whole && live > 1 && rates.count(&filter) == Some(live)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DistinctValues, EntityType, RegisterFilter, RegisterSnapshot, SsicEdition};

    #[test]
    fn only_the_country_itself_is_implied() {
        assert!(implied_value(SignalKey::Location, "Singapore"));
        assert!(implied_value(SignalKey::Location, " SINGAPORE"));
        assert!(!implied_value(SignalKey::Location, "Tuas, Singapore"));
        assert!(!implied_value(SignalKey::Location, "Malaysia"));
        assert!(!implied_value(SignalKey::CustomerLogo, "Singapore"));
    }

    #[test]
    fn a_condition_that_everybody_meets_is_implied() {
        let snapshot = RegisterSnapshot {
            id: "test".into(),
            entities: 12,
            live: 10,
            as_of: "2026-11-01".parse().unwrap(),
            edition: SsicEdition::Y2025,
            distinct: DistinctValues { ssic_nodes: 3, entity_types: 2, age_bands: 5 },
        };
        let kind = |text| EntityType::new(text).unwrap();
        let filter = |text| RegisterFilter { entity_type: Some(kind(text)), ..RegisterFilter::default() };
        let filters = vec![filter("Local Company"), filter("Partnership")];
        let rates = BaseRates::new(snapshot, filters, vec![10, 9]);
        assert!(implied(&Condition::EntityType(kind("Local Company")), &rates));
        assert!(!implied(&Condition::EntityType(kind("Partnership")), &rates));
        assert!(!implied(&Condition::EntityType(kind("Not counted")), &rates));
        assert!(!implied(&Condition::Headcount("11-50".parse().unwrap()), &rates));
        let location = |value: &str| Condition::Signal { key: SignalKey::Location, value: value.into() };
        assert!(implied(&location("Singapore"), &rates) && !implied(&location("Tuas"), &rates));
    }
}
