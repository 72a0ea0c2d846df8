//! From segments to cards.

use std::collections::{BTreeMap, BTreeSet};

use super::citations::{citations, pages_cited};
use super::grade::{Standing, fragility, grade};
use super::input::SuggestInput;
use super::negative::negative_themes;
use super::pack::targeting_pack;
use super::titles::{card_title, rule_text, short_title};
use crate::mine::{SeedProfile, Segment, implied_value, industry_of};
use crate::model::{
    CleanText, Entity, Fit, HeadcountBand, NegativeTheme, Outcome, ReducedEvidence, RegisterSample,
    RegisterSize, SeedRef, SharedTrait, SignalKey, SsicNode, SsicRef, SuggestionCard, SuggestionSet, Tally,
};
use crate::words::{and_list, count, number, percent};

/// Register samples a card shows.
const SAMPLES: usize = 2;

/// The cards and the themes to avoid.
pub fn make_suggestions(input: &SuggestInput<'_>) -> SuggestionSet {
    let negative = negative_themes(input.payload, input.best, input.lost, input.titles);
    let mut cards: Vec<(f64, SuggestionCard)> = input
        .segments
        .iter()
        .enumerate()
        .map(|(at, segment)| (segment.gain, card(input, at, segment, &negative)))
        .collect();
    cards.sort_by(|(a, x), (b, y)| {
        x.grade.cmp(&y.grade).then_with(|| b.total_cmp(a)).then_with(|| x.id.cmp(&y.id))
    });
    let cards: Vec<SuggestionCard> = cards.into_iter().map(|(_, card)| card).collect();
    let notes = notes(input, cards.len());
    SuggestionSet { cards, negative, notes, register_snapshot: Some(input.rates.snapshot().id.clone()) }
}

fn card(
    input: &SuggestInput<'_>,
    at: usize,
    segment: &Segment,
    negative: &[NegativeTheme],
) -> SuggestionCard {
    let rule = &segment.rule;
    let supporting: Vec<&SeedProfile> =
        input.best.iter().filter(|profile| segment.supporting.contains(&profile.seed.id)).collect();
    let resolved = input.best.iter().filter(|profile| profile.resolved()).count() as u32;
    let supporting_resolved = supporting.iter().filter(|profile| profile.resolved()).count() as u32;
    let lift = input.rates.lift(rule, supporting_resolved, resolved);
    let (filter, whole_rule) = rule.register_part();
    let back_test = input.back_tests.get(at).copied().flatten();
    let standing = Standing {
        supporting: supporting.len() as u32,
        supporting_resolved,
        supporting_readable: supporting.iter().filter(|profile| profile.readable).count() as u32,
        uncorroborated: supporting
            .iter()
            .filter(|profile| rule.all_of().iter().any(|condition| profile.is_uncorroborated(condition)))
            .count() as u32,
        best: input.best.len() as u32,
        lift,
        back_test,
    };
    let (grade, would_raise) = grade(&standing);
    let shared = shared_traits(&supporting);
    let (integrations, traits): (Vec<_>, Vec<_>) = shared.into_iter().partition(|t| {
        matches!(t.key, SignalKey::Integration | SignalKey::Technology | SignalKey::TechnologyMentioned)
    });
    let evidence = citations(&supporting, rule.all_of(), integrations.iter().chain(&traits));
    let headcount_band = supporting.iter().filter_map(|p| p.facts.headcount).reduce(HeadcountBand::hull);
    let champions = champions(input);
    let seed_uens: BTreeSet<_> =
        input.best.iter().chain(input.lost).filter_map(|p| p.facts.entity.as_ref()).map(|e| e.uen).collect();
    let samples = input
        .samples
        .get(at)
        .into_iter()
        .flatten()
        .filter(|entity| !seed_uens.contains(&entity.uen))
        .take(SAMPLES);
    let ssic_cluster = ssic_cluster(&supporting, industry_of(rule), input.titles);
    let negative_flags = negative.iter().take(5).map(|theme| negative_flag(theme, &supporting)).collect();
    let mut card = SuggestionCard {
        id: rule.suggestion_id(),
        title: card_title(rule, input.titles),
        grade,
        would_raise,
        rule: rule.clone(),
        rule_text: rule_text(rule, input.titles),
        headcount_band,
        champions,
        supporting_seeds: seed_refs(&supporting, segment, input.titles),
        seeds_supporting: supporting.len() as u32,
        seeds_total: input.best.len() as u32,
        evidence_count: pages_cited(&evidence),
        evidence,
        register: RegisterSize {
            total: lift.map(|lift| lift.register_count),
            whole_rule,
            samples: samples.map(sample).collect(),
        },
        lift,
        breadth: lift.map(|lift| lift.base_rate),
        lost: lost_tally(segment, input.lost),
        back_test,
        fragility: fragility(&standing, input.rates.hypotheses(&filter)),
        rationale: String::new(),
        negative_flags,
        reduced_evidence: reduced_evidence(&supporting),
        targeting_pack: targeting_pack(input, rule, &ssic_cluster, headcount_band, &integrations),
        ssic_cluster,
        integrations,
        traits,
    };
    card.rationale = rationale(&card, input.titles);
    card
}

/// A theme to avoid, with a word where a seed of this very card speaks against it.
fn negative_flag(theme: &NegativeTheme, supporting: &[&SeedProfile]) -> String {
    let against: Vec<&str> = supporting
        .iter()
        .filter(|profile| theme.contradicted_by.iter().any(|seed| seed.seed == profile.seed.id))
        .map(|profile| profile.seed.name.as_str())
        .collect();
    if against.is_empty() {
        theme.theme.clone()
    } else {
        let have = if against.len() == 1 { "has" } else { "have" };
        format!("{} (yet {} {have} it)", theme.theme, and_list(&against))
    }
}

fn rationale(card: &SuggestionCard, titles: &BTreeMap<SsicNode, String>) -> String {
    let industry = industry_of(&card.rule).and_then(|node| titles.get(&node)).map(|title| short_title(title));
    let what = industry.unwrap_or_else(|| card.rule_text.clone());
    let customers = count(card.seeds_total, "best customer");
    let mut text = format!("{} of {customers}: {what}", card.seeds_supporting);
    if let Some(lift) = &card.lift {
        text.push_str(&format!(
            ", which {} of live companies are; {} times as often as chance would have it (95 % interval {} to {})",
            percent(lift.base_rate),
            number(lift.lift.value),
            number(lift.lift.low),
            number(lift.lift.high)
        ));
    }
    text.push('.');
    let mut said = BTreeSet::new();
    let shared: Vec<String> = card
        .integrations
        .iter()
        .chain(&card.traits)
        .filter(|t| {
            !matches!(t.key, SignalKey::IndustryLabel | SignalKey::StaffTitle) && said.insert(&t.value)
        })
        .take(3)
        .map(|t| format!("{} ({} of {})", t.value, t.seeds, t.readable))
        .collect();
    if !shared.is_empty() {
        text.push_str(&format!(" Their sites show {}.", and_list(&shared)));
    }
    if card.lost.have > 0 {
        let fit = if card.lost.have == 1 { "fits" } else { "fit" };
        text.push_str(&format!(" {} {fit} it too.", count(card.lost.have, "lost customer")));
    }
    text
}

fn champions(input: &SuggestInput<'_>) -> Vec<CleanText> {
    CleanText::each_once(input.payload.champion_titles.iter().chain(input.own_buyer_titles))
}

fn seed_refs(
    supporting: &[&SeedProfile],
    segment: &Segment,
    titles: &BTreeMap<SsicNode, String>,
) -> Vec<SeedRef> {
    let mut refs: Vec<SeedRef> = supporting
        .iter()
        .map(|profile| SeedRef {
            seed: profile.seed.id,
            name: profile.seed.name.clone(),
            domain: profile.seed.domain.clone(),
            uen: profile.facts.entity.as_ref().map(|entity| entity.uen),
            fit: segment.rule.fit(&profile.facts),
            unknown: segment
                .rule
                .all_of()
                .iter()
                .filter(|condition| condition.fit(&profile.facts) == Fit::Unknown)
                .map(|condition| crate::mine::label(condition, titles))
                .collect(),
        })
        .collect();
    refs.sort_by(|a, b| (&a.name, a.seed).cmp(&(&b.name, b.seed)));
    refs
}

/// Values that at least two supporting seeds show, the most common first. Left out are a value that being in the register
/// implies, since everybody shares it, and one that a model read on a single page of a site.
fn shared_traits(supporting: &[&SeedProfile]) -> Vec<SharedTrait> {
    const KEYS: [SignalKey; 9] = [
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
    let readable = supporting.iter().filter(|profile| profile.readable).count() as u32;
    let mut counts: BTreeMap<(SignalKey, &str), u32> = BTreeMap::new();
    for profile in supporting {
        for key in KEYS {
            let values = profile.facts.signals.get(&key).into_iter().flatten();
            for value in values.filter(|value| !profile.uncorroborated.contains(&(key, (*value).clone()))) {
                *counts.entry((key, value)).or_default() += 1;
            }
        }
    }
    let mut shared: Vec<SharedTrait> = counts
        .into_iter()
        .filter(|((key, value), seeds)| *seeds >= 2 && !implied_value(*key, value))
        .map(|((key, value), seeds)| SharedTrait::new(key, value, seeds, readable))
        .collect();
    shared.sort_by(|a, b| b.seeds.cmp(&a.seeds).then_with(|| (a.key, &a.value).cmp(&(b.key, &b.value))));
    shared
}

fn ssic_cluster(
    supporting: &[&SeedProfile],
    node: Option<SsicNode>,
    titles: &BTreeMap<SsicNode, String>,
) -> Vec<SsicRef> {
    let mut counts: BTreeMap<SsicNode, u32> = BTreeMap::new();
    for entity in supporting.iter().filter_map(|profile| profile.facts.entity.as_ref()) {
        for code in entity.ssic().filter(|code| node.is_none_or(|node| node.contains(*code))) {
            *counts.entry(code.at(crate::model::SsicLevel::Subclass)).or_default() += 1;
        }
    }
    let mut cluster: Vec<SsicRef> = counts
        .into_iter()
        .map(|(node, seeds)| SsicRef { node, title: titles.get(&node).cloned(), seeds })
        .collect();
    cluster.sort_by(|a, b| b.seeds.cmp(&a.seeds).then_with(|| a.node.cmp(&b.node)));
    cluster
}

fn sample(entity: &Entity) -> RegisterSample {
    RegisterSample {
        uen: entity.uen,
        name: entity.name.clone(),
        ssic: entity.primary_ssic.map(|code| code.to_string()),
        status: entity.status.text.clone(),
    }
}

fn lost_tally(segment: &Segment, lost: &[SeedProfile]) -> Tally {
    let mut tally = Tally::default();
    for profile in lost {
        match segment.rule.fit(&profile.facts) {
            Fit::Match => tally.have += 1,
            Fit::Mismatch => tally.lack += 1,
            Fit::Unknown => tally.unknown += 1,
        }
    }
    tally
}

/// Why supporting seeds show less than they could.
fn reduced_evidence(supporting: &[&SeedProfile]) -> Vec<ReducedEvidence> {
    let mut reduced: Vec<ReducedEvidence> =
        supporting.iter().filter_map(|profile| reduction(profile)).collect();
    reduced.sort_by(|a, b| a.company.cmp(&b.company));
    reduced
}

fn reduction(profile: &SeedProfile) -> Option<ReducedEvidence> {
    let (cause, detail) = if profile.seed.domain.is_none() {
        (None, "no website was given; only the register speaks for it".to_owned())
    } else if profile.readable {
        return None;
    } else {
        match &profile.refusal {
            Some(refusal) => {
                (Some(refusal.cause), format!("{} ({})", refusal.cause.advice(), refusal.detail))
            }
            None => (None, "its site was not read".to_owned()),
        }
    };
    Some(ReducedEvidence {
        company: profile.seed.name.clone(),
        domain: profile.seed.domain.clone(),
        cause,
        detail,
    })
}

/// Things the person should know about the whole set.
fn notes(input: &SuggestInput<'_>, cards: usize) -> Vec<String> {
    let mut notes = Vec::new();
    let best = input.best.len();
    let resolved = input.best.iter().filter(|profile| profile.resolved()).count();
    if cards == 0 {
        notes.push(format!(
            "No segment: the {} ({resolved} of them in the register) {} nothing in common that random companies would not have too. Add customers you won for the same reason.",
            count(best, "best customer"),
            if best == 1 { "has" } else { "have" }
        ));
    } else if cards < 3 {
        notes.push(format!(
            "{cards} of the usual 3 to 5 cards: the evidence carries no more, and none is made up."
        ));
    }
    if best < 5 {
        let few = if best == 1 { "is" } else { "are" };
        notes.push(format!(
            "{} {few} few: every card is graded down. Name at least 5.",
            count(best, "best customer")
        ));
    }
    let ambiguous: Vec<String> = names_with(input, Outcome::Ambiguous);
    if !ambiguous.is_empty() {
        notes.push(format!(
            "Say which register entity it is, and the cards may improve: {}.",
            and_list(&ambiguous)
        ));
    }
    let unresolved: Vec<String> = names_with(input, Outcome::Unresolved);
    if !unresolved.is_empty() {
        notes.push(format!(
            "Not found in the register: {}. Check the spelling, or give the UEN.",
            and_list(&unresolved)
        ));
    }
    let unread =
        input.best.iter().filter(|profile| !profile.readable && profile.seed.domain.is_some()).count();
    if unread > 0 {
        notes.push(format!(
            "{} of best customers could not be read; the causes stand with the cards. More customers with readable sites would help.",
            count(unread, "site")
        ));
    }
    notes
}

fn names_with(input: &SuggestInput<'_>, outcome: Outcome) -> Vec<String> {
    let mut names: Vec<String> = input
        .best
        .iter()
        .chain(input.lost)
        .filter(|profile| profile.outcome == outcome)
        .map(|profile| profile.seed.name.clone())
        .collect();
    names.sort();
    names
}
