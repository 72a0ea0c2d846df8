//! The companies of the register to approach for a card: those that may fit, without those to leave alone.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::export::ExportRow;
use crate::mine::industry_of;
use crate::model::{
    CompanyFacts, Date, Domain, Entity, Fit, SsicLevel, SsicNode, SuggestionCard, Suppressed, Uen,
};
use crate::normalize::{core_key, light_key};

/// A company that may go on a list.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Prospect {
    /// Its register entity.
    pub entity: Entity,
    /// Its website, when known.
    pub domain: Option<Domain>,
    /// The facts that rules see, the entity among them.
    pub facts: CompanyFacts,
}

impl Prospect {
    /// A company known only from the register, at the register's date.
    pub fn new(entity: Entity, as_of: Date) -> Self {
        let facts = CompanyFacts::default().with_entity(entity.clone()).with_as_of(as_of);
        Self { entity, domain: None, facts }
    }

    /// Sets its website.
    #[must_use]
    pub fn with_domain(mut self, domain: impl Into<Option<Domain>>) -> Self {
        self.domain = domain.into();
        self
    }

    /// Sets what else is known of it; its entity and the register's date stay.
    #[must_use]
    pub fn with_facts(mut self, facts: CompanyFacts) -> Self {
        self.facts = CompanyFacts { entity: self.facts.entity, as_of: self.facts.as_of, ..facts };
        self
    }
}

/// The rows of a card's company list, at most `limit`.
///
/// It leaves out companies that contradict the rule, and those that the card's targeting pack suppresses: by UEN,
/// by name (also a former one, without regard to legal form, case and punctuation) or by registrable domain. A lost
/// customer that was never found in the register is thus left out by its name.
///
/// The order is by fit: first those that meet the whole rule, then those with an unknown part. Ties go to the
/// company that meets more conditions, then to the one whose main activity is in the rule's industry, then to the one
/// whose main code more supporting seeds declare, then by UEN.
pub fn export_rows(
    card: &SuggestionCard,
    prospects: Vec<Prospect>,
    titles: &BTreeMap<SsicNode, String>,
    limit: usize,
) -> Vec<ExportRow> {
    let suppression = Suppression::new(&card.targeting_pack.suppression);
    let mut kept: Vec<(Rank, Prospect)> = prospects
        .into_iter()
        .filter(|prospect| !suppression.covers(prospect))
        .map(|prospect| (rank(card, &prospect), prospect))
        .filter(|(rank, _)| rank.fit.0 != Fit::Mismatch)
        .collect();
    kept.sort_by_key(|(rank, _)| *rank);
    let mut listed = BTreeSet::new();
    kept.retain(|(_, prospect)| listed.insert(prospect.entity.uen));
    kept.into_iter().take(limit).map(|(rank, prospect)| row(card, rank.fit.0, prospect, titles)).collect()
}

/// The place of a company in a list; fields in the order they count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    fit: Reverse<Fit>,
    conditions_met: Reverse<usize>,
    main_activity: Reverse<bool>,
    seeds_of_code: Reverse<u32>,
    uen: Uen,
}

fn rank(card: &SuggestionCard, prospect: &Prospect) -> Rank {
    let rule = &card.rule;
    let met = rule.all_of().iter().filter(|condition| condition.fit(&prospect.facts) == Fit::Match);
    let main = prospect.entity.primary_ssic;
    let main_activity = industry_of(rule).zip(main).is_some_and(|(node, code)| node.contains(code));
    let declared = card
        .ssic_cluster
        .iter()
        .filter(|of_seeds| main.is_some_and(|code| of_seeds.node.contains(code)))
        .map(|of_seeds| of_seeds.seeds)
        .max();
    Rank {
        fit: Reverse(rule.fit(&prospect.facts)),
        conditions_met: Reverse(met.count()),
        main_activity: Reverse(main_activity),
        seeds_of_code: Reverse(declared.unwrap_or(0)),
        uen: prospect.entity.uen,
    }
}

fn row(
    card: &SuggestionCard,
    fit: Fit,
    prospect: Prospect,
    titles: &BTreeMap<SsicNode, String>,
) -> ExportRow {
    let reason = if fit == Fit::Match {
        format!("Meets: {}", card.rule_text)
    } else {
        format!("Meets what is known of: {}; the rest is to be checked", card.rule_text)
    };
    let Prospect { entity, domain, .. } = prospect;
    let industry = entity.primary_ssic.and_then(|code| titles.get(&code.at(SsicLevel::Subclass)).cloned());
    ExportRow::new(entity.name, Uen::COUNTRY, card.title.clone(), reason)
        .with_domain(domain)
        .with_uen(entity.uen)
        .with_industry(industry)
        .with_postal_code(entity.postal_code)
}

/// The companies to leave alone, by everything that can give one away.
struct Suppression<'a> {
    uens: BTreeSet<Uen>,
    names: BTreeSet<String>,
    domains: BTreeSet<&'a str>,
}

impl<'a> Suppression<'a> {
    fn new(suppressed: &'a [Suppressed]) -> Self {
        Self {
            uens: suppressed.iter().filter_map(|company| company.uen).collect(),
            names: suppressed.iter().filter_map(|company| name_key(&company.name)).collect(),
            domains: suppressed
                .iter()
                .filter_map(|company| Some(company.domain.as_ref()?.registrable()))
                .collect(),
        }
    }

    fn covers(&self, prospect: &Prospect) -> bool {
        let entity = &prospect.entity;
        self.uens.contains(&entity.uen)
            || prospect.domain.as_ref().is_some_and(|domain| self.domains.contains(domain.registrable()))
            || std::iter::once(&entity.name)
                .chain(&entity.former_names)
                .filter_map(|name| name_key(name))
                .any(|key| self.names.contains(&key))
    }
}

/// The core of a name; of a name that is nothing but a legal form, the whole.
fn name_key(name: &str) -> Option<String> {
    Some(core_key(name))
        .filter(|key| !key.is_empty())
        .or_else(|| Some(light_key(name)))
        .filter(|key| !key.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        Condition, EntityStatus, EntityType, Grade, HeadcountBand, Rule, SeedRole, SsicCode, SsicEdition,
        SsicRef,
    };

    fn node(text: &str) -> SsicNode {
        SsicNode::new(text, SsicEdition::Y2025).unwrap()
    }

    fn entity(uen: &str, name: &str, codes: [&str; 2]) -> Entity {
        let code = |text| SsicCode::new(text, SsicEdition::Y2025).ok();
        Entity {
            uen: uen.parse().unwrap(),
            name: name.into(),
            former_names: vec![],
            entity_type: EntityType::new("Local Company"),
            status: EntityStatus::from_register("Live"),
            registered_on: None,
            primary_ssic: code(codes[0]),
            secondary_ssic: code(codes[1]),
            postal_code: None,
        }
    }

    fn prospect(uen: &str, name: &str, codes: [&str; 2]) -> Prospect {
        Prospect::new(entity(uen, name, codes), "2026-11-01".parse().unwrap())
    }

    fn card(conditions: impl IntoIterator<Item = Condition>, suppression: Vec<Suppressed>) -> SuggestionCard {
        let mut card = SuggestionCard::new(Rule::new(conditions, []), "Freight", Grade::Supported);
        card.ssic_cluster = vec![SsicRef::new(node("52292"), 3), SsicRef::new(node("52291"), 1)];
        card.targeting_pack.suppression = suppression;
        card
    }

    fn names(card: &SuggestionCard, prospects: &[Prospect]) -> Vec<String> {
        let rows = export_rows(card, prospects.to_vec(), &BTreeMap::new(), 10);
        let mut reversed = prospects.to_vec();
        reversed.reverse();
        assert_eq!(rows, export_rows(card, reversed, &BTreeMap::new(), 10), "order of input does not matter");
        rows.into_iter().map(|row| row.name).collect()
    }

    #[test]
    fn customers_are_left_out_by_uen_name_and_domain() {
        let domain = |text: &str| text.parse::<Domain>().unwrap();
        let card = card(
            [Condition::Ssic(node("52"))],
            vec![
                Suppressed::new("Known", SeedRole::Best).with_uen("201900001A".parse::<Uen>().unwrap()),
                Suppressed::new("Tiny Mart Pte Ltd", SeedRole::Lost),
                Suppressed::new("Old Name", SeedRole::Lost),
                Suppressed::new("Elsewhere", SeedRole::Partner).with_domain(domain("www.boxwell.sg")),
            ],
        );
        let mut renamed = prospect("201900003C", "NEW NAME PTE. LTD.", ["52292", ""]);
        renamed.entity.former_names = vec!["OLD NAME PTE. LTD.".into()];
        let prospects = [
            prospect("201900001A", "SOMETHING ELSE PTE. LTD.", ["52292", ""]),
            prospect("201900002B", "TINY MART PTE. LTD.", ["52292", ""]),
            renamed,
            prospect("201900004D", "BOXWELL LOGISTICS PTE. LTD.", ["52292", ""])
                .with_domain(domain("shop.boxwell.sg")),
            prospect("201900005E", "TINY MARTINI PTE. LTD.", ["52292", ""]),
        ];
        assert_eq!(names(&card, &prospects), ["TINY MARTINI PTE. LTD."]);
    }

    #[test]
    fn rows_are_ordered_by_fit() {
        let band: HeadcountBand = "11-50".parse().unwrap();
        let card = card([Condition::Ssic(node("52")), Condition::Headcount(band)], vec![]);
        let with_headcount = |prospect: Prospect, band: HeadcountBand| {
            prospect.with_facts(CompanyFacts::default().with_headcount(band))
        };
        let prospects = [
            prospect("201900001A", "SECOND ACTIVITY", ["47711", "52292"]),
            prospect("201900002B", "RARE CODE", ["52291", ""]),
            prospect("201900003C", "COMMON CODE B", ["52292", ""]),
            prospect("201900000D", "COMMON CODE A", ["52292", ""]),
            with_headcount(prospect("201900009E", "WHOLE RULE", ["52299", ""]), band),
            with_headcount(prospect("201900008F", "TOO LARGE", ["52292", ""]), "501-1000".parse().unwrap()),
            prospect("201900007G", "OTHER INDUSTRY", ["47711", ""]),
        ];
        assert_eq!(
            names(&card, &prospects),
            ["WHOLE RULE", "COMMON CODE A", "COMMON CODE B", "RARE CODE", "SECOND ACTIVITY"]
        );
        let rows = export_rows(&card, prospects.to_vec(), &BTreeMap::new(), 2);
        assert!(rows[0].reason.starts_with("Meets: ") && rows[1].reason.contains("to be checked"));
        assert_eq!(rows.len(), 2);
    }
}
