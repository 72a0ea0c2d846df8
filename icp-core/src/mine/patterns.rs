//! Single-condition patterns: every trait that at least two best customers show, with its numbers. Traits that being in
//! the register implies are not patterns.

use std::collections::{BTreeMap, BTreeSet};

use super::implied::implied;
use super::profile::SeedProfile;
use super::rates::{BaseRates, MIN_SUPPORT};
use super::stats;
use crate::model::{
    Condition, Contrast, Fit, HeadcountBand, HeadcountSummary, Pattern, PatternSnapshot, Rule, RunId,
    SignalKey, SsicNode, Tally,
};

/// Keys whose values are patterns. Themes of the intake and register facts have their own conditions.
const PATTERN_KEYS: [SignalKey; 9] = [
    SignalKey::Integration,
    SignalKey::Technology,
    SignalKey::TechnologyMentioned,
    SignalKey::Compliance,
    SignalKey::Location,
    SignalKey::IndustryLabel,
    SignalKey::IndustryServed,
    SignalKey::StaffTitle,
    SignalKey::JobOpeningTitle,
];

/// The patterns of a run. `titles` names SSIC nodes.
pub fn find_patterns(
    run: RunId,
    best: &[SeedProfile],
    lost: &[SeedProfile],
    rates: &BaseRates,
    titles: &BTreeMap<SsicNode, String>,
) -> PatternSnapshot {
    let mut patterns: Vec<Pattern> = conditions_of(best)
        .into_iter()
        .filter(|condition| !implied(condition, rates))
        .map(|condition| pattern(condition, best, lost, rates, titles))
        .filter(|pattern| pattern.best.have as usize >= MIN_SUPPORT)
        .collect();
    patterns.sort_by(|a, b| strength(b).total_cmp(&strength(a)).then_with(|| a.condition.cmp(&b.condition)));
    PatternSnapshot {
        run,
        register: rates.snapshot().clone(),
        best: best.len() as u32,
        best_resolved: best.iter().filter(|profile| profile.resolved()).count() as u32,
        lost: lost.len() as u32,
        patterns,
        headcount: headcount(best),
    }
}

/// Bits by which a pattern departs from the register; without a base rate, how far it departs from the lost.
fn strength(pattern: &Pattern) -> f64 {
    match &pattern.lift {
        Some(lift) => f64::from(pattern.best.have) * lift.lift.value.max(1e-9).log2(),
        None => f64::from(pattern.best.have) * pattern.contrast.difference.unwrap_or(0.5).max(0.0),
    }
}

fn conditions_of(best: &[SeedProfile]) -> BTreeSet<Condition> {
    let mut conditions = BTreeSet::new();
    for profile in best {
        if let Some(entity) = &profile.facts.entity {
            conditions.extend(entity.ssic().flat_map(|code| code.path()).map(Condition::Ssic));
            conditions.extend(entity.entity_type.clone().map(Condition::EntityType));
            conditions.extend(
                profile.facts.as_of.and_then(|as_of| entity.age_band(as_of)).map(Condition::CompanyAge),
            );
        }
        conditions.extend(profile.facts.headcount.map(|band| Condition::Headcount(band.standard())));
        for key in PATTERN_KEYS {
            for value in profile.facts.signals.get(&key).into_iter().flatten() {
                conditions.insert(Condition::Signal { key, value: value.clone() });
            }
        }
    }
    conditions
}

fn pattern(
    condition: Condition,
    best: &[SeedProfile],
    lost: &[SeedProfile],
    rates: &BaseRates,
    titles: &BTreeMap<SsicNode, String>,
) -> Pattern {
    let tally_best = tally(&condition, best);
    let tally_lost = tally(&condition, lost);
    let carriers: Vec<&SeedProfile> =
        best.iter().filter(|profile| condition.fit(&profile.facts) == Fit::Match).collect();
    let rule = Rule::new([condition.clone()], []);
    let lift =
        condition.is_register().then(|| rates.lift(&rule, tally_best.have, tally_best.known())).flatten();
    let missing_base_rate = lift.is_none().then(|| {
        if condition.is_register() {
            "the register was not counted for this condition".to_owned()
        } else {
            "the register does not know this of a company, so how common it is elsewhere is not known"
                .to_owned()
        }
    });
    let mut seeds: Vec<_> =
        carriers.iter().map(|profile| (profile.seed.name.clone(), profile.seed.id)).collect();
    seeds.sort();
    Pattern {
        label: label(&condition, titles),
        evidence_count: carriers.iter().map(|profile| pages_showing(&condition, profile)).sum(),
        seeds: seeds.into_iter().map(|(_, id)| id).collect(),
        fragility: tally_best.have.saturating_sub(MIN_SUPPORT as u32 - 1),
        contrast: contrast(tally_best, tally_lost),
        best: tally_best,
        lift,
        missing_base_rate,
        condition,
    }
}

/// How a condition reads, with the industry's title.
pub(crate) fn label(condition: &Condition, titles: &BTreeMap<SsicNode, String>) -> String {
    match condition {
        Condition::Ssic(node) => match titles.get(node) {
            Some(title) => format!("{title} (SSIC {node})"),
            None => format!("SSIC {node}"),
        },
        other => other.to_string(),
    }
}

fn tally(condition: &Condition, profiles: &[SeedProfile]) -> Tally {
    let mut tally = Tally::default();
    for profile in profiles {
        match condition.fit(&profile.facts) {
            Fit::Match => tally.have += 1,
            Fit::Mismatch => tally.lack += 1,
            Fit::Unknown => tally.unknown += 1,
        }
    }
    tally
}

/// Distinct pages of one company that show a condition; a register fact is one.
fn pages_showing(condition: &Condition, profile: &SeedProfile) -> u32 {
    let shows = |item: &&crate::model::EvidenceItem| match condition {
        Condition::Signal { key, value } => item.signal() == *key && item.value.as_str() == value,
        Condition::Headcount(band) => {
            item.key == SignalKey::HeadcountHint
                && item.value.as_str().parse::<HeadcountBand>().is_ok_and(|observed| observed.overlaps(*band))
        }
        _ => false,
    };
    let pages: BTreeSet<&str> = profile
        .evidence
        .iter()
        .filter(shows)
        .filter_map(|item| Some(item.citation.as_ref()?.url.as_str()))
        .collect();
    (pages.len() as u32).max(u32::from(condition.is_register()))
}

/// Best against lost. A signal nobody was seen to lack has no known share: then the readable companies that do not
/// show it are not evidence, and the contrast stays open.
fn contrast(best: Tally, lost: Tally) -> Contrast {
    let comparable = best.known() > 0 && lost.known() > 0;
    let share = |tally: Tally| f64::from(tally.have) / f64::from(tally.known());
    Contrast {
        lost,
        difference: comparable.then(|| share(best) - share(lost)),
        p_value: comparable.then(|| stats::fisher_greater(best.have, best.known(), lost.have, lost.known())),
        attainable_p: comparable.then(|| stats::fisher_attainable(best.known(), lost.known())),
    }
}

fn headcount(best: &[SeedProfile]) -> Option<HeadcountSummary> {
    let known: Vec<HeadcountBand> = best.iter().filter_map(|profile| profile.facts.headcount).collect();
    let range = known.iter().copied().reduce(HeadcountBand::hull)?;
    let mut middles: Vec<u32> = known.iter().map(|band| band.middle()).collect();
    middles.sort_unstable();
    let half = middles.len() / 2;
    let median =
        if middles.len() % 2 == 1 { middles[half] } else { u32::midpoint(middles[half - 1], middles[half]) };
    Some(HeadcountSummary { companies: known.len() as u32, median, range })
}
