//! Evidence beyond the name: the website's domain, a postal code, what the site says the company does.
//!
//! The weights are log-odds (Fellegi and Sunter, 1969), judged and not learnt: there is no labelled set of companies with
//! websites. They move a decision between candidates of like names; the fuzzy rung keeps them from
//! making a match of a strange one.

use crate::model::{Entity, SsicLevel};
use crate::normalize::{core_key, romanised};

use super::super::SeedFacts;

/// The same postal code: rarely by chance, and the register's may be an old one, so that another says nothing.
const SAME_POSTAL_CODE: f64 = 2.5;
/// The domain spells the whole name, which the name looked for does not.
const DOMAIN_SPELLS_NAME: f64 = 1.5;
/// The domain spells the name's first words, more of them than the name looked for has.
const DOMAIN_SPELLS_START: f64 = 0.8;
/// The domain goes on after the name looked for, with words that the entity's name lacks.
const DOMAIN_SPELLS_ANOTHER: f64 = -1.0;
/// A word of the industry on its site is in the title of one of its codes.
const INDUSTRY_IN_CODE: f64 = 0.7;

/// Words that companies add to their domain.
const DOMAIN_ADDITIONS: [&str; 14] = [
    "sg",
    "singapore",
    "asia",
    "apac",
    "group",
    "online",
    "hq",
    "official",
    "global",
    "web",
    "corp",
    "co",
    "inc",
    "my",
];

/// The sum of an entity's side evidence, in log-odds. `name` is the entity's name that was compared.
pub(super) fn log_odds(facts: &SeedFacts, entity: &Entity, name: &str) -> f64 {
    let postal = entity.postal_code.as_ref().is_some_and(|code| facts.site_postal_codes.contains(code));
    let mut sum = if postal { SAME_POSTAL_CODE } else { 0.0 };
    if let Some(site) = facts.site() {
        sum += of_domain(site.brand(), &facts.query(), name);
    }
    if industry_in_code(&facts.site_industries, entity) {
        sum += INDUSTRY_IN_CODE;
    }
    sum
}

fn of_domain(brand: &str, query: &str, name: &str) -> f64 {
    let brand: String = brand.chars().filter(char::is_ascii_alphanumeric).collect();
    let (query, name) = (core_key(query), core_key(name));
    let (query, name) = (romanised(&query).replace(' ', ""), romanised(&name));
    let letters = name.replace(' ', "");
    // A brand that is how the name begins says nothing that the name does not.
    if query.is_empty() || query.starts_with(&brand) {
        return 0.0;
    }
    if brand == letters {
        return DOMAIN_SPELLS_NAME;
    }
    let mut start = 0;
    let whole_words = name.split(' ').any(|word| {
        start += word.len();
        start == brand.len()
    });
    if whole_words && letters.starts_with(&brand) && brand.len() > query.len() {
        return DOMAIN_SPELLS_START;
    }
    match brand.strip_prefix(query.as_str()) {
        Some(more) if more.len() >= 3 && !DOMAIN_ADDITIONS.contains(&more) && !letters.contains(more) => {
            DOMAIN_SPELLS_ANOTHER
        }
        _ => 0.0,
    }
}

/// Whether a word of what the site says stands in a title of the entity's codes, whatever its ending. Down to classes:
/// the weight was judged with these.
fn industry_in_code(industries: &[String], entity: &Entity) -> bool {
    let stem = |word: &str| word.chars().take(5).collect::<String>().to_lowercase();
    let stems = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() >= 5).map(stem).collect()
    };
    let said: Vec<String> = industries.iter().flat_map(|industry| stems(industry)).collect();
    // "Services" and "activities" are in every other title.
    const COMMON: [&str; 6] = ["servi", "activ", "other", "whole", "gener", "produ"];
    !said.is_empty()
        && [entity.primary_ssic, entity.secondary_ssic]
            .into_iter()
            .flatten()
            .flat_map(|code| code.path())
            .filter(|node| node.level() != SsicLevel::Subclass)
            .filter_map(|node| node.built_in_title())
            .any(|title| {
                stems(title).iter().any(|stem| said.contains(stem) && !COMMON.contains(&stem.as_str()))
            })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EntityStatus, SsicCode, SsicEdition};

    #[test]
    fn a_domain_says_what_the_name_leaves_out() {
        for (brand, query, name, expected) in [
            ("acmerobotics", "Acme", "ACME ROBOTICS PTE. LTD.", DOMAIN_SPELLS_NAME),
            ("acme-robotics", "Acme", "ACME ROBOTICS PTE. LTD.", DOMAIN_SPELLS_NAME),
            ("acmerobotics", "Acme", "ACME ROBOTICS INDUSTRIES PTE. LTD.", DOMAIN_SPELLS_START),
            ("acmerobotics", "Acme", "ACME TRADING PTE. LTD.", DOMAIN_SPELLS_ANOTHER),
            ("acmesg", "Acme", "ACME TRADING PTE. LTD.", 0.0),
            ("acme", "Acme", "ACME PTE. LTD.", 0.0),
            ("acme", "Acme Trading", "ACME PTE. LTD.", 0.0),
            ("shop", "Acme", "ACME PTE. LTD.", 0.0),
            ("acme", "", "ACME PTE. LTD.", 0.0),
        ] {
            assert_eq!(of_domain(brand, query, name), expected, "{brand} {query} {name}");
        }
    }

    #[test]
    fn an_industry_is_found_in_the_titles_of_the_codes() {
        let mut entity = Entity {
            uen: "201512345K".parse().unwrap(),
            name: "ACME PTE. LTD.".to_owned(),
            former_names: Vec::new(),
            entity_type: None,
            status: EntityStatus::from_register("Live"),
            registered_on: None,
            primary_ssic: SsicCode::new("10711", SsicEdition::Y2025).ok(),
            secondary_ssic: None,
            postal_code: Some("639407".to_owned()),
        };
        let said = |words: &str| vec![words.to_owned()];
        assert!(industry_in_code(&said("wholesale bakeries"), &entity));
        assert!(!industry_in_code(&said("freight forwarding"), &entity));
        assert!(!industry_in_code(&said("products"), &entity));
        entity.primary_ssic = None;
        assert!(!industry_in_code(&said("bakery"), &entity));
        let facts = SeedFacts { site_postal_codes: vec!["639407".to_owned()], ..SeedFacts::named("Acme") };
        assert_eq!(log_odds(&facts, &entity, "ACME PTE. LTD."), SAME_POSTAL_CODE);
    }
}
