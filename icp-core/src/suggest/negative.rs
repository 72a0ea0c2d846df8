//! Themes to avoid: the reasons people gave, compared with the attributes of the lost and the best.

use std::collections::{BTreeMap, BTreeSet};

use super::citations::citations;
use crate::mine::{SeedProfile, label};
use crate::model::{
    CleanText, Condition, Fit, IntakePayload, IntakeSection, NamedSeed, NegativeBasis, NegativeReason,
    NegativeTheme, ReasonSource, SeedId, SignalKey, SsicNode,
};
use crate::normalize::fold;

/// Themes of the reasons that sales people give, with the words that show each. The first that matches counts.
const THEMES: &[(&str, &[&str])] = &[
    (
        "On-premise or self-hosted only",
        &[
            "on-prem",
            "on prem",
            "on-premise",
            "self-host",
            "own servers",
            "own data centre",
            "own data center",
            "air-gapped",
        ],
    ),
    (
        "Missing integration",
        &["integrat", "connector", "does not connect", "no api", "plug-in", "plugin", "sync with"],
    ),
    (
        "Budget or price",
        &["budget", "price", "pricing", "expensive", "cost", "too dear", "cheaper", "afford", "discount"],
    ),
    (
        "Security or compliance",
        &["security", "compliance", "audit", "certif", "data residency", "pdpa", "gdpr"],
    ),
    ("Too small", &["too small", "small team", "one-person", "few orders", "low volume", "micro business"]),
    (
        "Too large",
        &["too large", "too big", "enterprise procurement", "global procurement", "headquarters decides"],
    ),
    ("Timing", &["timing", "not now", "next year", "postponed", "no urgency", "freeze", "on hold"]),
    (
        "Chose a competitor",
        &["competitor", "went with", "chose ", "switched to", "incumbent", "existing vendor"],
    ),
    ("Built in-house", &["in-house", "in house", "built their own", "own tool", "own system", "spreadsheet"]),
    (
        "Closed or acquired",
        &["acquired", "merged", "closed down", "bankrupt", "liquidat", "ceased", "struck off"],
    ),
    ("Lost the champion", &["champion left", "contact left", "new management", "reorgani", "sponsor left"]),
    (
        "Hard to adopt",
        &["adoption", "too complex", "complicated", "training", "change management", "usability"],
    ),
    ("Service or quality", &["support", "slow response", "bug", "outage", "quality", "unreliable"]),
];

/// All themes, those with more behind them first.
pub(super) fn negative_themes(
    payload: &IntakePayload,
    best: &[SeedProfile],
    lost: &[SeedProfile],
    titles: &BTreeMap<SsicNode, String>,
) -> Vec<NegativeTheme> {
    let mut grouped: BTreeMap<String, (Vec<NegativeReason>, BTreeSet<usize>)> = BTreeMap::new();
    let mut add = |theme: String, from: ReasonSource, text: &CleanText, company: Option<usize>| {
        let entry = grouped.entry(theme).or_default();
        entry.0.push(NegativeReason::new(from, text.clone()));
        entry.1.extend(company);
    };
    for (at, profile) in lost.iter().enumerate() {
        if let Some(reason) = &profile.seed.reason {
            add(theme_of(reason), profile.seed.named().into(), reason, Some(at));
        }
    }
    for text in &payload.advanced.deal_killers {
        add(theme_of(text), IntakeSection::DealKillers.into(), text, None);
    }
    for text in &payload.advanced.never_target {
        add(format!("Never target: {}", capitalised(text)), IntakeSection::NeverTarget.into(), text, None);
    }
    for text in &payload.advanced.blocking_stacks {
        add(
            format!("Blocking stack: {}", capitalised(text)),
            IntakeSection::BlockingStacks.into(),
            text,
            None,
        );
    }
    if let Some(floor) = payload.deal.price_floor_usd {
        let text = CleanText::scrub(&format!("budget below USD {floor}"));
        add("Budget or price".to_owned(), IntakeSection::PriceFloor.into(), &text, None);
    }
    let mut themes: Vec<NegativeTheme> = grouped
        .into_iter()
        .map(|(theme, (mut reasons, companies))| {
            reasons.sort();
            let carriers: Vec<&SeedProfile> = companies.iter().map(|at| &lost[*at]).collect();
            reason_theme(theme, reasons, &carriers, best, titles)
        })
        .collect();
    themes.extend(attribute_themes(best, lost, titles));
    themes.sort_by(|a, b| {
        (basis_rank(a.basis), std::cmp::Reverse(a.lost.len()), &a.theme).cmp(&(
            basis_rank(b.basis),
            std::cmp::Reverse(b.lost.len()),
            &b.theme,
        ))
    });
    themes
}

fn basis_rank(basis: NegativeBasis) -> u8 {
    match basis {
        NegativeBasis::AttributeBacked => 0,
        NegativeBasis::ReasonOnly => 1,
        NegativeBasis::Contradicted => 2,
    }
}

fn theme_of(reason: &CleanText) -> String {
    let folded = fold(reason.as_str());
    THEMES
        .iter()
        .find(|(_, words)| words.iter().any(|word| folded.contains(word)))
        .map_or_else(|| capitalised(reason), |(theme, _)| (*theme).to_owned())
}

fn capitalised(text: &CleanText) -> String {
    let short: String = text.as_str().trim().chars().take(80).collect();
    let mut chars = short.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// A theme of words. It is backed when at least two of its companies share an attribute that no best customer has,
/// and contradicted when a best customer has what the words name.
fn reason_theme(
    theme: String,
    reasons: Vec<NegativeReason>,
    carriers: &[&SeedProfile],
    best: &[SeedProfile],
    titles: &BTreeMap<SsicNode, String>,
) -> NegativeTheme {
    let backing = shared_attributes(carriers).into_iter().find(|condition| absent_among(condition, best));
    let said: String =
        reasons.iter().map(|reason| fold(reason.text.as_str())).collect::<Vec<_>>().join(" \u{1} ");
    let contradicted_by = named(best.iter().filter(|profile| has_what_is_named(profile, &said)));
    let basis = match (&backing, contradicted_by.is_empty()) {
        (_, false) => NegativeBasis::Contradicted,
        (Some(_), true) => NegativeBasis::AttributeBacked,
        (None, true) => NegativeBasis::ReasonOnly,
    };
    NegativeTheme {
        theme,
        basis,
        attribute: backing.as_ref().map(|condition| label(condition, titles)),
        evidence: backing.map(|condition| citations(carriers, &[condition], [])).unwrap_or_default(),
        reasons,
        lost: named(carriers.iter().copied()),
        contradicted_by,
    }
}

/// The seeds of profiles, by name.
fn named<'a>(profiles: impl Iterator<Item = &'a SeedProfile>) -> Vec<NamedSeed> {
    let mut seeds: Vec<NamedSeed> = profiles.map(|profile| profile.seed.named()).collect();
    seeds.sort();
    seeds
}

/// Whether a company shows a product or standard that the words name, as a whole word.
fn has_what_is_named(profile: &SeedProfile, said: &str) -> bool {
    [SignalKey::Integration, SignalKey::Technology, SignalKey::TechnologyMentioned].iter().any(|key| {
        profile.facts.signals.get(key).into_iter().flatten().any(|value| {
            let value = fold(value);
            said.match_indices(&value).any(|(at, _)| {
                let before = said[..at].chars().next_back();
                let after = said[at + value.len()..].chars().next();
                !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
            })
        })
    })
}

/// Attributes that at least two lost companies share and no best customer has, without any words for them.
fn attribute_themes(
    best: &[SeedProfile],
    lost: &[SeedProfile],
    titles: &BTreeMap<SsicNode, String>,
) -> Vec<NegativeTheme> {
    let all: Vec<&SeedProfile> = lost.iter().collect();
    let mut themes: Vec<NegativeTheme> = Vec::new();
    let mut seen_carriers: BTreeSet<BTreeSet<SeedId>> = BTreeSet::new();
    for condition in shared_attributes(&all) {
        if !absent_among(&condition, best) {
            continue;
        }
        let carriers: Vec<&SeedProfile> =
            all.iter().copied().filter(|p| condition.fit(&p.facts) == Fit::Match).collect();
        // Of several conditions with the same carriers the first, narrowest, says it.
        if !seen_carriers.insert(carriers.iter().map(|profile| profile.seed.id).collect()) {
            continue;
        }
        let attribute = label(&condition, titles);
        themes.push(
            NegativeTheme::new(format!("Shared by the lost: {attribute}"), NegativeBasis::AttributeBacked)
                .with_attribute(attribute)
                .with_lost(named(carriers.iter().copied()))
                .with_evidence(citations(&carriers, &[condition], [])),
        );
    }
    themes
}

/// Conditions that at least two of the companies meet: industries narrowest first, then age and headcount.
/// The entity type is left out: nearly every company has the common one.
fn shared_attributes(companies: &[&SeedProfile]) -> Vec<Condition> {
    let mut counts: BTreeMap<Condition, usize> = BTreeMap::new();
    for profile in companies {
        let mut of_company: BTreeSet<Condition> = BTreeSet::new();
        if let Some(entity) = &profile.facts.entity {
            of_company.extend(entity.ssic().flat_map(|code| code.path()).map(Condition::Ssic));
        }
        of_company.extend(profile.facts.headcount.map(|band| Condition::Headcount(band.standard())));
        for key in [SignalKey::Integration, SignalKey::Technology, SignalKey::TechnologyMentioned] {
            for value in profile.facts.signals.get(&key).into_iter().flatten() {
                of_company.insert(Condition::Signal { key, value: value.clone() });
            }
        }
        for condition in of_company {
            *counts.entry(condition).or_default() += 1;
        }
    }
    let mut shared: Vec<(std::cmp::Reverse<usize>, std::cmp::Reverse<usize>, Condition)> = counts
        .into_iter()
        .filter(|(_, n)| *n >= 2)
        .map(|(condition, n)| {
            let narrow = match &condition {
                Condition::Ssic(node) => node.as_str().len(),
                _ => 0,
            };
            (std::cmp::Reverse(n), std::cmp::Reverse(narrow), condition)
        })
        .collect();
    shared.sort();
    shared.into_iter().map(|(_, _, condition)| condition).collect()
}

/// Whether it is known for enough best customers, and none has it.
fn absent_among(condition: &Condition, best: &[SeedProfile]) -> bool {
    let none_has = best.iter().all(|profile| condition.fit(&profile.facts) != Fit::Match);
    let known = best.iter().filter(|profile| match condition {
        Condition::Signal { .. } => profile.readable,
        _ => condition.fit(&profile.facts) == Fit::Mismatch,
    });
    none_has && known.count() >= 3
}
