//! The facts known of each seed, as mining sees them.

use crate::model::{
    CompanyFacts, Date, Decision, EvidenceItem, Fit, HeadcountBand, Outcome, Refusal, Rule, Seed, SignalKey,
    SiteReport,
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
        let mut facts = facts_of(&evidence);
        facts.as_of = entity.as_ref().map(|_| as_of);
        facts.entity = entity;
        Self {
            facts,
            evidence,
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

    /// The verdict of a rule's register part on it.
    pub fn register_fit(&self, rule: &Rule) -> Fit {
        let register_part = Rule::new(
            rule.all_of().iter().filter(|condition| condition.is_register()).cloned(),
            rule.none_of().iter().filter(|condition| condition.is_register()).cloned(),
        );
        register_part.fit(&self.facts)
    }
}

/// The facts that evidence states. Of several headcounts the one with the surest rule counts, then the smallest text:
/// never a mixture.
pub fn facts_of(evidence: &[EvidenceItem]) -> CompanyFacts {
    let mut facts = CompanyFacts::default();
    let mut headcounts: Vec<(std::cmp::Reverse<crate::model::Confidence>, HeadcountBand)> = Vec::new();
    for item in evidence {
        if item.key == SignalKey::HeadcountHint {
            if let Ok(band) = item.value.as_str().parse::<HeadcountBand>() {
                headcounts.push((std::cmp::Reverse(item.confidence), band));
            }
        } else {
            facts.signals.entry(item.signal()).or_default().insert(item.value.as_str().to_owned());
        }
    }
    facts.headcount = headcounts.into_iter().min().map(|(_, band)| band);
    facts
}
