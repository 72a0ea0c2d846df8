//! Themes to avoid: what people said of the lost, held against what the lost share and the best have.

use std::collections::{BTreeMap, BTreeSet};

use super::cards::evidence_ref;
use crate::mine::{SeedProfile, label};
use crate::model::{
    Condition, Fit, IntakePayload, NegativeBasis, NegativeReason, NegativeTheme, SignalKey, SsicNode,
};
use crate::normalize::fold;

/// Themes that sales people's reasons fall into, with the words that tell them. The first that matches counts.
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
pub fn negative_themes(
    payload: &IntakePayload,
    best: &[SeedProfile],
    lost: &[SeedProfile],
    titles: &BTreeMap<SsicNode, String>,
) -> Vec<NegativeTheme> {
    let mut grouped: BTreeMap<String, (Vec<NegativeReason>, BTreeSet<usize>)> = BTreeMap::new();
    let mut add = |theme: String, from: String, text: &str, company: Option<usize>| {
        let entry = grouped.entry(theme).or_default();
        entry.0.push(NegativeReason { from, text: text.to_owned() });
        entry.1.extend(company);
    };
    for (at, profile) in lost.iter().enumerate() {
        if let Some(reason) = &profile.seed.reason {
            add(theme_of(reason), profile.seed.name.clone(), reason, Some(at));
        }
    }
    for text in &payload.advanced.deal_killers {
        add(theme_of(text), "recurring deal killers".to_owned(), text, None);
    }
    for text in &payload.advanced.never_target {
        add(format!("Never target: {}", capitalised(text)), "never to target".to_owned(), text, None);
    }
    for text in &payload.advanced.blocking_stacks {
        add(format!("Blocking stack: {}", capitalised(text)), "stacks that block".to_owned(), text, None);
    }
    if let Some(floor) = payload.deal.price_floor_usd {
        add(
            "Budget or price".to_owned(),
            "price floor".to_owned(),
            &format!("budget below USD {floor}"),
            None,
        );
    }
    let mut themes: Vec<NegativeTheme> = grouped
        .into_iter()
        .map(|(theme, (mut reasons, companies))| {
            reasons.sort_by(|a, b| (&a.from, &a.text).cmp(&(&b.from, &b.text)));
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

fn theme_of(reason: &str) -> String {
    let folded = fold(reason);
    THEMES
        .iter()
        .find(|(_, words)| words.iter().any(|word| folded.contains(word)))
        .map_or_else(|| capitalised(reason), |(theme, _)| (*theme).to_owned())
}

fn capitalised(text: &str) -> String {
    let short: String = text.trim().chars().take(80).collect();
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
    let said: String = reasons.iter().map(|reason| fold(&reason.text)).collect::<Vec<_>>().join(" \u{1} ");
    let mut contradicted_by: Vec<String> = best
        .iter()
        .filter(|profile| has_what_is_named(profile, &said))
        .map(|p| p.seed.name.clone())
        .collect();
    contradicted_by.sort();
    let basis = match (&backing, contradicted_by.is_empty()) {
        (_, false) => NegativeBasis::Contradicted,
        (Some(_), true) => NegativeBasis::AttributeBacked,
        (None, true) => NegativeBasis::ReasonOnly,
    };
    let mut names: Vec<String> = carriers.iter().map(|profile| profile.seed.name.clone()).collect();
    names.sort();
    NegativeTheme {
        theme,
        basis,
        attribute: backing.as_ref().map(|condition| label(condition, titles)),
        evidence: backing.map(|condition| evidence_for(&condition, carriers)).unwrap_or_default(),
        reasons,
        lost: names,
        contradicted_by,
    }
}

/// Whether a company shows a product or standard that the words name, as a whole word.
fn has_what_is_named(profile: &SeedProfile, said: &str) -> bool {
    [SignalKey::Integration, SignalKey::Technology].iter().any(|key| {
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

/// What at least two lost companies share and no best customer has, without any words for it.
fn attribute_themes(
    best: &[SeedProfile],
    lost: &[SeedProfile],
    titles: &BTreeMap<SsicNode, String>,
) -> Vec<NegativeTheme> {
    let all: Vec<&SeedProfile> = lost.iter().collect();
    let mut themes: Vec<NegativeTheme> = Vec::new();
    let mut seen_carriers: BTreeSet<Vec<String>> = BTreeSet::new();
    for condition in shared_attributes(&all) {
        if !absent_among(&condition, best) {
            continue;
        }
        let carriers: Vec<&SeedProfile> =
            all.iter().copied().filter(|p| condition.fit(&p.facts) == Fit::Match).collect();
        let mut names: Vec<String> = carriers.iter().map(|profile| profile.seed.name.clone()).collect();
        names.sort();
        // Of several conditions with the same carriers the first, narrowest, says it.
        if !seen_carriers.insert(names.clone()) {
            continue;
        }
        themes.push(NegativeTheme {
            theme: format!("Shared by the lost: {}", label(&condition, titles)),
            basis: NegativeBasis::AttributeBacked,
            reasons: Vec::new(),
            attribute: Some(label(&condition, titles)),
            evidence: evidence_for(&condition, &carriers),
            lost: names,
            contradicted_by: Vec::new(),
        });
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
        for key in [SignalKey::Integration, SignalKey::Technology] {
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

/// Whether it is known of enough best customers, and none has it.
fn absent_among(condition: &Condition, best: &[SeedProfile]) -> bool {
    let none_has = best.iter().all(|profile| condition.fit(&profile.facts) != Fit::Match);
    let known = best.iter().filter(|profile| match condition {
        Condition::Signal { .. } => profile.readable,
        _ => condition.fit(&profile.facts) == Fit::Mismatch,
    });
    none_has && known.count() >= 3
}

fn evidence_for(condition: &Condition, carriers: &[&SeedProfile]) -> Vec<crate::model::EvidenceRef> {
    let mut refs: Vec<_> = carriers
        .iter()
        .flat_map(|profile| {
            profile
                .evidence
                .iter()
                .filter(|item| match condition {
                    Condition::Ssic(node) => {
                        item.key == SignalKey::Ssic
                            && crate::model::SsicCode::new(item.value.as_str(), node.edition())
                                .is_ok_and(|code| node.contains(code))
                    }
                    Condition::Headcount(_) => item.key == SignalKey::HeadcountHint,
                    Condition::Signal { key, value } => item.key == *key && item.value.as_str() == value,
                    _ => false,
                })
                .map(|item| evidence_ref(item, &profile.seed.name))
        })
        .collect();
    refs.sort_by(|a, b| (&a.company_name, a.id).cmp(&(&b.company_name, b.id)));
    refs
}
