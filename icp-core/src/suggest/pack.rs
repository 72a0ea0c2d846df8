//! The targeting pack: a seller's filters and words, made only of the rule, the evidence and the intake.

use super::input::SuggestInput;
use super::titles::short_title;
use crate::mine::industry_of;
use crate::model::{
    CleanText, Condition, Domain, HeadcountBand, Rule, SeedRole, SharedTrait, SignalKey, SsicRef, Suppressed,
    SuppressedRole, TargetingPack, Uen,
};
use crate::words::and_list;

pub(super) fn targeting_pack(
    input: &SuggestInput<'_>,
    rule: &Rule,
    cluster: &[SsicRef],
    headcount: Option<HeadcountBand>,
    shared: &[SharedTrait],
) -> TargetingPack {
    let node_ref = |node, seeds| SsicRef::new(node, seeds).with_title(input.titles.get(&node).cloned());
    let ssic_include = match industry_of(rule) {
        Some(node) => std::iter::once(node_ref(node, cluster.iter().map(|code| code.seeds).sum()))
            .chain(cluster.iter().filter(|code| code.node != node).cloned())
            .collect(),
        None => cluster.to_vec(),
    };
    let ssic_exclude = rule
        .none_of()
        .iter()
        .filter_map(|condition| match condition {
            Condition::Ssic(node) => Some(node_ref(*node, 0)),
            _ => None,
        })
        .collect();
    let technographic_filters = CleanText::each_once(
        rule.all_of()
            .iter()
            .filter_map(|condition| match condition {
                Condition::Signal {
                    key: SignalKey::Integration | SignalKey::Technology | SignalKey::TechnologyMentioned,
                    value,
                } => Some(value.as_str()),
                _ => None,
            })
            .chain(shared.iter().filter(|t| t.seeds * 2 >= t.readable).map(|t| t.value.as_str()))
            .chain(input.payload.must_have_integrations.iter().map(CleanText::as_str)),
    );
    let bands: Vec<HeadcountBand> = rule
        .all_of()
        .iter()
        .filter_map(|condition| match condition {
            Condition::Headcount(band) => Some(*band),
            _ => None,
        })
        .collect();
    let objection = input.payload.advanced.objections.first();
    TargetingPack {
        ssic_include,
        ssic_exclude,
        technographic_exclude: input.payload.advanced.blocking_stacks.clone(),
        headcount_bands: if bands.is_empty() { headcount.into_iter().collect() } else { bands },
        geographies: input.payload.geographies.clone(),
        entity_types: rule
            .all_of()
            .iter()
            .filter_map(|condition| match condition {
                Condition::EntityType(kind) => Some(kind.clone()),
                _ => None,
            })
            .collect(),
        company_ages: rule
            .all_of()
            .iter()
            .filter_map(|condition| match condition {
                Condition::CompanyAge(band) => Some(*band),
                _ => None,
            })
            .collect(),
        titles: input.payload.champion_titles.clone(),
        suppression: suppression(input),
        pitch: pitch(input, rule, &technographic_filters),
        objection: objection.map(|objection| objection.objection.clone()),
        rebuttal: objection.and_then(|objection| objection.rebuttal.clone()),
        technographic_filters,
    }
}

/// Customers, lost ones and partners, the entries of "never target", and the user's own company. Aspirational companies
/// are prospects.
fn suppression(input: &SuggestInput<'_>) -> Vec<Suppressed> {
    let customers = input.best.iter().chain(input.lost).map(|profile| {
        Suppressed::new(profile.seed.name.clone(), profile.seed.role)
            .with_domain(profile.seed.domain.clone())
            .with_uen(profile.facts.entity.as_ref().map(|entity| entity.uen).or(profile.seed.uen))
    });
    let partners = input.payload.seeds_of(SeedRole::Partner).map(|seed| {
        Suppressed::new(seed.name.clone(), seed.role).with_domain(seed.domain.clone()).with_uen(seed.uen)
    });
    // An entry may be a category, such as "banks": as a name it covers only companies called exactly that.
    let never = input.payload.advanced.never_target.iter().map(|text| {
        Suppressed::new(text.as_str(), SuppressedRole::NeverTarget)
            .with_domain(text.as_str().parse::<Domain>().ok())
            .with_uen(text.as_str().trim().parse::<Uen>().ok())
    });
    let mut all: Vec<Suppressed> = customers.chain(partners).chain(never).collect();
    all.extend(own_company(input));
    all.sort_by(|a, b| (a.role, &a.name, a.uen).cmp(&(b.role, &b.name, b.uen)));
    all
}

/// The user's own company, once per legal name and UEN that its site prints.
fn own_company(input: &SuggestInput<'_>) -> Vec<Suppressed> {
    let website = &input.payload.website;
    let count = input.own_legal_names.len().max(input.own_uens.len()).max(1);
    (0..count)
        .map(|at| {
            let name = input.own_legal_names.get(at).or(input.own_legal_names.first());
            Suppressed::new(name.map_or(website.as_str(), String::as_str), SuppressedRole::Own)
                .with_domain(website.clone())
                .with_uen(input.own_uens.get(at).copied())
        })
        .collect()
}

/// One sentence: the kind of company it is for, and the problem in the user's own words.
fn pitch(input: &SuggestInput<'_>, rule: &Rule, technology: &[CleanText]) -> CleanText {
    let industry = industry_of(rule).and_then(|node| input.titles.get(&node)).map_or_else(
        || "companies like our best customers".to_owned(),
        |title| format!("companies in {}", short_title(title).to_lowercase()),
    );
    let mut text = format!("For {industry}");
    if !technology.is_empty() {
        text.push_str(&format!(" that work with {}", and_list(&technology[..technology.len().min(2)])));
    }
    match &input.payload.advanced.problem_solved {
        Some(problem) => text.push_str(&format!(": {}", problem.as_str().trim_end_matches('.'))),
        None => {
            text.push_str(&format!(": what {} already does for companies like yours", input.payload.website))
        }
    }
    text.push('.');
    CleanText::scrub(&text)
}
