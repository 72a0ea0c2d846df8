//! Themes to avoid and what they may claim.

use std::collections::BTreeMap;

use super::negative::negative_themes;
use crate::mine::SeedProfile;
use crate::model::*;

fn profile(role: SeedRole, name: &str, code: &str, reason: Option<&str>, uses: &[&str]) -> SeedProfile {
    let domain = format!("{}.example", name.to_lowercase()).parse().unwrap();
    let seed = Seed::new(role, name, Some(domain)).with_reason(reason.map(CleanText::scrub));
    let at = Timestamp::from_micros(0);
    let evidence = uses
        .iter()
        .map(|value| {
            let id = ExtractorId::new("t", 1);
            EvidenceItem::stated(
                seed.company,
                SignalKey::Integration,
                value,
                EvidenceSource::SeedSite,
                id,
                at,
            )
        })
        .collect();
    let as_of: Date = "2026-01-01".parse().unwrap();
    let mut profile = SeedProfile::new(seed, None, as_of, evidence, None);
    profile.readable = true;
    profile.facts.as_of = Some(as_of);
    profile.facts.entity = Some(Entity {
        uen: "201912345K".parse().unwrap(),
        name: name.to_uppercase(),
        former_names: vec![],
        entity_type: EntityType::new("Local Company"),
        status: EntityStatus::from_register("Live"),
        registered_on: None,
        primary_ssic: SsicCode::new(code, SsicEdition::Y2025).ok(),
        secondary_ssic: None,
        postal_code: None,
    });
    profile
}

fn payload(extra: serde_json::Value) -> IntakePayload {
    let mut value =
        serde_json::json!({"website": "ours.com", "best_customers": [{"name": "A", "website": "a.com"}]});
    value.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    crate::wire::parse_intake(value).unwrap().into_parts().1
}

fn best() -> Vec<SeedProfile> {
    ["Ash", "Birch", "Cedar", "Elm"]
        .iter()
        .map(|name| profile(SeedRole::Best, name, "52292", None, &["Xero"]))
        .collect()
}

fn themes(extra: serde_json::Value, lost: &[SeedProfile]) -> Vec<NegativeTheme> {
    negative_themes(&payload(extra), &best(), lost, &BTreeMap::new())
}

#[test]
fn one_lost_company_backs_nothing_by_itself() {
    let lost = [profile(SeedRole::Lost, "Tiny", "47711", Some("Budget too low"), &[])];
    let found = themes(serde_json::json!({}), &lost);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].theme.as_str(), found[0].basis), ("Budget or price", NegativeBasis::ReasonOnly));
    assert_eq!(found[0].reasons[0].text, "Budget too low", "the person's own words");
}

#[test]
fn two_lost_that_share_what_no_best_has_back_their_theme() {
    let lost = [
        profile(SeedRole::Lost, "Tiny", "47711", Some("too expensive"), &[]),
        profile(SeedRole::Lost, "Wee", "47711", Some("no budget this year"), &[]),
    ];
    let found = themes(serde_json::json!({}), &lost);
    assert_eq!(found[0].basis, NegativeBasis::AttributeBacked);
    assert!(found[0].attribute.as_ref().unwrap().contains("47711"), "{:?}", found[0].attribute);
    assert_eq!(found[0].lost, [lost[0].seed.named(), lost[1].seed.named()]);
}

#[test]
fn a_best_customer_who_has_it_contradicts_the_theme() {
    let lost = [profile(SeedRole::Lost, "Tiny", "47711", Some("their Xero could not be connected"), &[])];
    let found = themes(serde_json::json!({}), &lost);
    assert_eq!(found[0].basis, NegativeBasis::Contradicted);
    let names: Vec<&str> = found[0].contradicted_by.iter().map(|seed| seed.name.as_str()).collect();
    assert_eq!(names, ["Ash", "Birch", "Cedar", "Elm"]);
    let within = [profile(SeedRole::Lost, "Tiny", "47711", Some("Xerography is all they do"), &[])];
    assert_ne!(
        themes(serde_json::json!({}), &within)[0].basis,
        NegativeBasis::Contradicted,
        "whole words only"
    );
}

#[test]
fn answers_add_themes_and_nothing_is_made_up() {
    assert_eq!(themes(serde_json::json!({}), &[]), []);
    let extra = serde_json::json!({"deal": {"price_floor_usd": 10000},
        "advanced": {"c": {"never_target": ["banks"], "deal_killers": ["must run on-premise"]}}});
    let found: Vec<String> = themes(extra, &[]).into_iter().map(|theme| theme.theme).collect();
    assert_eq!(found, ["Budget or price", "Never target: Banks", "On-premise or self-hosted only"]);
}

/// The names left of a list of companies, by the pack of a card.
fn left(input: &super::SuggestInput<'_>, companies: &[(&str, &str, Option<&str>)]) -> Vec<String> {
    let rule = Rule::new([Condition::Ssic(SsicNode::new("52", SsicEdition::Y2025).unwrap())], []);
    let mut card = SuggestionCard::new(rule.clone(), "Freight", Grade::Supported);
    card.targeting_pack = super::pack::targeting_pack(input, &rule, &[], None, &[]);
    let prospects = companies
        .iter()
        .map(|(uen, name, domain)| {
            let entity = Entity::new(uen.parse().unwrap(), *name, EntityStatus::from_register("Live"))
                .with_ssic(SsicCode::new("52292", SsicEdition::Y2025).ok(), None);
            super::Prospect::new(entity, "2026-01-01".parse().unwrap())
                .with_domain(domain.map(|domain| domain.parse::<Domain>().unwrap()))
        })
        .collect();
    super::export_rows(&card, prospects, &BTreeMap::new(), 99).into_iter().map(|row| row.name).collect()
}

#[test]
fn lists_leave_out_those_never_to_target_and_the_user() {
    let as_of: Date = "2026-01-01".parse().unwrap();
    let rates = crate::mine::BaseRates::new(
        RegisterSnapshot::new("s", 10, 10, as_of, SsicEdition::Y2025),
        vec![],
        vec![],
    );
    let payload = payload(serde_json::json!({"advanced": {
        "b": {"aspirational": [{"name": "Dream", "website": "dream.com"}]},
        "c": {"never_target": ["Rival Freight", "201900002B", "https://www.foe.com/about", "banks"]}}}));
    let titles = BTreeMap::new();
    let own_uens = ["201900004D".parse().unwrap(), "201900005E".parse().unwrap()];
    let own_names = ["Ours Pte. Ltd.".to_owned()];
    let input = super::SuggestInput::new(&payload, &rates, &titles).with_own_company(&own_uens, &own_names);
    let companies = [
        ("201900001A", "RIVAL FREIGHT PTE. LTD.", None),
        ("201900002B", "BY NUMBER", None),
        ("201900003C", "BY WEBSITE", Some("foe.com")),
        ("201900004D", "OUR FIRST NUMBER", None),
        ("201900005E", "OUR SECOND NUMBER", None),
        ("201900006F", "OURS PTE. LTD.", None),
        ("201900007G", "OUR WEBSITE", Some("shop.ours.com")),
        ("201900008H", "BANKS AND CO FREIGHT", None),
        ("201900009J", "DREAM", Some("dream.com")),
    ];
    assert_eq!(left(&input, &companies), ["BANKS AND CO FREIGHT", "DREAM"]);
    let without = super::SuggestInput::new(&payload, &rates, &titles);
    assert_eq!(left(&without, &companies[6..7]), [""; 0], "the website is always known");
}
