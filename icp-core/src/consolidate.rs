//! From items to facts: what all pages and methods together say of one company, how sure that is, and how fresh.
//!
//! An item is one quotation on one page. A [`Fact`] is a key and a value of a company with every item that states it.
//!
//! ```
//! use icp_core::consolidate::consolidate;
//! use icp_core::model::{CompanyId, EvidenceItem, EvidenceSource, ExtractorId, SignalKey, Timestamp};
//!
//! let stated = |value: &str| {
//!     let (company, id) = (CompanyId::from_u128(1), ExtractorId::new("intake", 1));
//!     let at = Timestamp::from_micros(0);
//!     EvidenceItem::stated(company, SignalKey::Trigger, value, EvidenceSource::Intake, id, at)
//! };
//! let facts = consolidate(&[stated("opens an office"), stated("Opens an office"), stated("hires")]);
//! let values: Vec<&str> = facts.iter().map(|fact| fact.value.as_str()).collect();
//! assert_eq!(values, ["hires", "Opens an office"], "capitals do not make another fact");
//! ```

mod weight;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::{
    CleanText, CompanyId, Confidence, EvidenceId, EvidenceItem, EvidenceSource, ExtractorId, HeadcountBand,
    SignalKey, Timestamp,
};
use crate::normalize::fold;

pub use weight::{freshness, half_life_days, weight};

/// No number of pages makes a fact surer than this.
const SUREST: f64 = 0.99;
/// Pages of one site copy each other: each further one says this share of what the one before said.
const FURTHER_PAGE: f64 = 0.5;

/// What is known of one value of a company.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Fact {
    /// The company.
    pub company: CompanyId,
    /// The kind of fact, as conditions and patterns have it: a technology that is only named is `technology_mentioned`.
    pub signal: SignalKey,
    /// The value, as the surest item writes it.
    pub value: CleanText,
    /// How sure it is: by the items' priors, their places, and how many pages and methods agree.
    pub confidence: Confidence,
    /// Distinct pages that state it; none for the register and the intake.
    pub pages: u32,
    /// The extractors that found it.
    pub methods: Vec<ExtractorId>,
    /// Where it comes from.
    pub sources: Vec<EvidenceSource>,
    /// Whether more than one page of a model stands behind it: a rule, the register, the intake, or a second page.
    pub corroborated: bool,
    /// Values of the same company that cannot be true as well.
    pub contradicts: Vec<CleanText>,
    /// When it was last seen.
    pub last_seen: Timestamp,
    /// Its items, the surest first.
    pub items: Vec<EvidenceId>,
}

impl Fact {
    /// The share of its worth that is left at a time: half after each [half-life](half_life_days) of its kind.
    pub fn freshness(&self, now: Timestamp) -> f64 {
        freshness(self.signal, self.last_seen, now)
    }
}

/// The facts that some items state, by company, kind and value. The order of the items does not matter, and the same item
/// twice adds nothing.
///
/// The confidence of a fact is 1 - Π (1 - w_i / 2^i) over its pages, the surest page first, where w is the
/// [`weight()`] of the page's surest item; a second method on the same page counts as a further page. It is at most 0.99. A
/// fact that others contradict keeps the share of the sum of their confidences that is its own.
pub fn consolidate(items: &[EvidenceItem]) -> Vec<Fact> {
    let mut groups: BTreeMap<(CompanyId, SignalKey, String), Vec<&EvidenceItem>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for item in items.iter().filter(|item| seen.insert(item.id)) {
        groups.entry((item.company, item.signal(), fold(item.value.as_str()))).or_default().push(item);
    }
    let mut facts: Vec<Fact> =
        groups.into_iter().map(|((company, signal, _), items)| fact(company, signal, items)).collect();
    contradict(&mut facts);
    facts
}

fn fact(company: CompanyId, signal: SignalKey, mut items: Vec<&EvidenceItem>) -> Fact {
    items.sort_by(|a, b| {
        weight(b).cmp(&weight(a)).then_with(|| a.value.cmp(&b.value)).then_with(|| a.id.cmp(&b.id))
    });
    let pages: BTreeSet<&str> =
        items.iter().filter_map(|item| Some(item.citation.as_ref()?.url.as_str())).collect();
    // Items are sorted, so the first of each page and method is its surest.
    let mut views = BTreeSet::new();
    let mut doubt = 1.0;
    let mut share = 1.0;
    for item in &items {
        let page = item.citation.as_ref().map(|citation| citation.url.as_str());
        if views.insert((page, &item.extractor)) {
            doubt *= 1.0 - weight(item).get() * share;
            share *= FURTHER_PAGE;
        }
    }
    let methods: BTreeSet<&ExtractorId> = items.iter().map(|item| &item.extractor).collect();
    let sources: BTreeSet<EvidenceSource> = items.iter().map(|item| item.source).collect();
    let alone = sources.len() == 1 && sources.contains(&EvidenceSource::Llm) && pages.len() < 2;
    // What was stated without a page, by the register or the person, is taken at its word.
    let stated = items.iter().filter(|item| item.citation.is_none()).map(|item| item.confidence).max();
    let seen = Confidence::new((1.0 - doubt).min(SUREST));
    Fact {
        company,
        signal,
        value: items.first().map(|item| item.value.clone()).unwrap_or_default(),
        confidence: stated.map_or(seen, |stated| stated.max(seen)),
        pages: pages.len() as u32,
        methods: methods.into_iter().cloned().collect(),
        sources: sources.into_iter().collect(),
        corroborated: !alone,
        contradicts: Vec::new(),
        last_seen: items
            .iter()
            .map(|item| item.observed_at)
            .max()
            .unwrap_or_else(|| Timestamp::from_micros(0)),
        items: items.iter().map(|item| item.id).collect(),
    }
}

/// Headcounts that do not overlap cannot both be true. Every other kind may have many values.
fn contradict(facts: &mut [Fact]) {
    let bands: Vec<(usize, CompanyId, HeadcountBand, f64)> = facts
        .iter()
        .enumerate()
        .filter(|(_, fact)| fact.signal == SignalKey::HeadcountHint)
        .filter_map(|(at, fact)| {
            Some((at, fact.company, fact.value.as_str().parse().ok()?, fact.confidence.get()))
        })
        .collect();
    for (at, company, band, own) in &bands {
        let others: Vec<&(usize, CompanyId, HeadcountBand, f64)> =
            bands.iter().filter(|(_, of, other, _)| of == company && !band.overlaps(*other)).collect();
        if others.is_empty() {
            continue;
        }
        let all = own + others.iter().map(|(.., confidence)| confidence).sum::<f64>();
        let contradicts: Vec<CleanText> =
            others.iter().map(|(other, ..)| facts[*other].value.clone()).collect();
        facts[*at].contradicts = contradicts;
        facts[*at].confidence = Confidence::new(if all > 0.0 { own * own / all } else { 0.0 });
    }
}

#[cfg(test)]
mod tests;
