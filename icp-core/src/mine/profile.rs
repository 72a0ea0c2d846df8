//! The facts known of each seed, as mining sees them.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::consolidate::{Fact, consolidate};
use crate::model::{
    CompanyFacts, Condition, Confidence, Date, Decision, EvidenceItem, Fit, HeadcountBand, Outcome, Refusal,
    Rule, Seed, SignalKey, SiteReport,
};

/// A seed with its register entity, its evidence and how its site was read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SeedProfile {
    /// The seed.
    pub seed: Seed,
    /// The facts that rules see.
    pub facts: CompanyFacts,
    /// Its evidence, by id.
    pub evidence: Vec<EvidenceItem>,
    /// Observed values behind which there is nothing but one page of a model.
    pub uncorroborated: BTreeSet<(SignalKey, String)>,
    /// Whether at least one page of its site was read.
    pub readable: bool,
    /// Why its site was not read whole.
    pub refusal: Option<Refusal>,
    /// How it was resolved.
    pub outcome: Outcome,
}

impl SeedProfile {
    /// Puts a profile together.
    pub fn new(
        seed: Seed,
        decision: Option<&Decision>,
        as_of: Date,
        mut evidence: Vec<EvidenceItem>,
        site: Option<&SiteReport>,
    ) -> Self {
        evidence.sort_by_key(|item| item.id);
        evidence.dedup_by_key(|item| item.id);
        let entity =
            decision.filter(|decision| decision.outcome == Outcome::Matched).and_then(|d| d.entity.clone());
        let known = consolidate(&evidence);
        let mut facts = facts_of(&known);
        facts.as_of = entity.as_ref().map(|_| as_of);
        facts.entity = entity;
        Self {
            facts,
            evidence,
            uncorroborated: known
                .into_iter()
                .filter(|fact| !fact.corroborated)
                .map(|fact| (fact.signal, fact.value.into_string()))
                .collect(),
            readable: site.is_some_and(|site| site.pages > 0),
            refusal: site.and_then(|site| site.cause.clone()),
            outcome: decision.map_or(Outcome::Unresolved, |decision| decision.outcome),
            seed,
        }
    }

    /// Whether the register knows it.
    pub fn resolved(&self) -> bool {
        self.facts.entity.is_some()
    }

    /// Whether it meets a condition by nothing but what a model read on one page.
    pub fn is_uncorroborated(&self, condition: &Condition) -> bool {
        match condition {
            Condition::Signal { key, value } => self.uncorroborated.contains(&(*key, value.clone())),
            Condition::Headcount(_) => self.facts.headcount.is_some_and(|band| {
                self.uncorroborated.contains(&(SignalKey::HeadcountHint, band.to_string()))
            }),
            _ => false,
        }
    }

    /// The verdict of a rule's register part on it.
    pub fn register_fit(&self, rule: &Rule) -> Fit {
        let register_part = Rule::new(
            rule.all_of().iter().filter(|condition| condition.is_register()).cloned(),
            rule.none_of().iter().filter(|condition| condition.is_register()).cloned(),
        );
        register_part.fit(&self.facts)
    }
}

/// The facts as rules see them. Of several headcounts the surest counts, then the smallest text: never a mixture.
pub fn facts_of(known: &[Fact]) -> CompanyFacts {
    let mut facts = CompanyFacts::default();
    let mut headcounts: Vec<(Reverse<Confidence>, HeadcountBand)> = Vec::new();
    for fact in known {
        if fact.signal == SignalKey::HeadcountHint {
            if let Ok(band) = fact.value.as_str().parse::<HeadcountBand>() {
                headcounts.push((Reverse(fact.confidence), band));
            }
        } else {
            facts.signals.entry(fact.signal).or_default().insert(fact.value.as_str().to_owned());
        }
    }
    facts.headcount = headcounts.into_iter().min().map(|(_, band)| band);
    facts
}
