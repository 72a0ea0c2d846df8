//! The evidence that shows a condition, as cards and themes cite it.

use std::collections::BTreeSet;

use crate::mine::SeedProfile;
use crate::model::{Condition, EvidenceItem, EvidenceRef, SharedTrait, SignalKey, SsicCode};

/// The items that show the conditions or the shared traits, by company, key and value.
pub(super) fn citations<'a>(
    profiles: &[&SeedProfile],
    conditions: &[Condition],
    shared: impl IntoIterator<Item = &'a SharedTrait>,
) -> Vec<EvidenceRef> {
    let shared: BTreeSet<(SignalKey, &str)> =
        shared.into_iter().map(|shared| (shared.key, shared.value.as_str())).collect();
    let cited = |item: &EvidenceItem| {
        conditions.iter().any(|condition| shows(item, condition))
            || shared.contains(&(item.signal(), item.value.as_str()))
    };
    let mut refs: Vec<EvidenceRef> = profiles
        .iter()
        .flat_map(|profile| profile.evidence.iter().map(move |item| (item, &profile.seed.name)))
        .filter(|(item, _)| cited(item))
        .map(|(item, name)| EvidenceRef::new(item, name.clone()))
        .collect();
    refs.sort_by(|a, b| {
        (&a.company_name, a.key, &a.value, a.url(), a.id).cmp(&(
            &b.company_name,
            b.key,
            &b.value,
            b.url(),
            b.id,
        ))
    });
    refs
}

/// Whether an item is one that a condition rests on.
fn shows(item: &EvidenceItem, condition: &Condition) -> bool {
    let value = item.value.as_str();
    match condition {
        Condition::Ssic(node) => {
            item.key == SignalKey::Ssic
                && SsicCode::new(value, node.edition()).is_ok_and(|code| node.contains(code))
        }
        Condition::EntityType(kind) => item.key == SignalKey::EntityType && value == kind.as_str(),
        Condition::CompanyAge(band) => item.key == SignalKey::CompanyAge && value == band.as_str(),
        Condition::Headcount(_) => item.key == SignalKey::HeadcountHint,
        Condition::Signal { key, value: wanted } => item.signal() == *key && value == wanted,
    }
}

/// Distinct (company, page) pairs; items without a page count once per company.
pub(super) fn pages_cited(evidence: &[EvidenceRef]) -> u32 {
    evidence.iter().map(|item| (item.company, item.url())).collect::<BTreeSet<_>>().len() as u32
}
