//! Content of registers to be tested, the same each time.

use std::fmt::Write as _;

use icp_core::model::{
    AgeBand, Date, Entity, EntityStatus, EntityType, RegisterFilter, SsicCode, SsicEdition, SsicLevel,
    SsicNode,
};
use icp_core::ports::ImportRequest;

use crate::fixture::{entity, must};
use crate::random::Random;

/// Content of a register to be tested.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RegisterContent {
    /// Its entities.
    pub entities: Vec<Entity>,
    /// The date ages are counted at.
    pub as_of: Date,
    /// The edition of the codes.
    pub edition: SsicEdition,
}

impl RegisterContent {
    /// Some entities, with ages counted at a date and codes of one edition.
    pub fn new(entities: Vec<Entity>, as_of: Date, edition: SsicEdition) -> Self {
        Self { entities, as_of, edition }
    }

    /// The import of all of it.
    pub fn request(&self) -> ImportRequest<'static> {
        ImportRequest::of_entities(self.entities.clone(), self.edition).with_as_of(Some(self.as_of))
    }

    /// A few entities with telling names.
    pub fn small() -> Self {
        let mut former = entity("200312345Z", "HARBOUR LIGHT LOGISTICS PTE. LTD.");
        former.former_names = vec!["OLD ANCHOR FREIGHT PTE LTD".to_owned(), "ANCHOR".to_owned()];
        let mut ended = entity("199912345A", "ACME PTE. LTD.");
        ended.status = EntityStatus::from_register("Struck Off");
        let mut partnership = entity("T09LL0001B", "ACME LLP");
        partnership.entity_type = EntityType::new("Limited Liability Partnership");
        let entities = vec![
            entity("201912345K", "ACME PTE. LTD."),
            partnership,
            ended,
            former,
            entity("201012345K", "SUNRISE BAKERY PRIVATE LIMITED"),
            entity("53012345X", "MEI'S NOODLE & TEA"),
            entity("201512345W", "LTD. PTE."),
        ];
        Self { entities, as_of: must("2026-11-01".parse()), edition: SsicEdition::Y2025 }
    }

    /// Some hundred entities of every kind, the same each time: with and without codes, types and dates, two codes
    /// in one division, the same code twice, dates on both sides of every age band, names alike.
    pub fn generated(count: u32) -> Self {
        let mut random = Random::new(7);
        let as_of: Date = must("2026-02-28".parse());
        let entities = (0..count).map(|n| generated_entity(n, &mut random)).collect();
        Self { entities, as_of, edition: SsicEdition::Y2025 }
    }

    /// The content as a file of the ACRA register's format, with the columns that matter in an order of their own.
    pub fn to_acra_csv(&self) -> String {
        let mut csv = String::from(
            "uen,entity_name,entity_type_description,entity_status_description,registration_incorporation_date,\
             uen_issue_date,postal_code,primary_ssic_code,secondary_ssic_code",
        );
        for n in 1..=15 {
            let _ = write!(csv, ",former_entity_name{n}");
        }
        csv.push('\n');
        let quote = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        for entity in &self.entities {
            let date = entity.registered_on.map_or("na".to_owned(), |date| date.to_string());
            let code = |code: Option<SsicCode>| code.map_or("na".to_owned(), |code| code.to_string());
            let mut fields = vec![
                entity.uen.to_string(),
                quote(&entity.name),
                quote(entity.entity_type.as_ref().map_or("na", EntityType::as_str)),
                quote(&entity.status.text),
                date,
                "na".to_owned(),
                entity.postal_code.clone().unwrap_or_default(),
                code(entity.primary_ssic),
                code(entity.secondary_ssic),
            ];
            fields.extend(entity.former_names.iter().map(|name| quote(name)));
            fields.resize(24, "na".to_owned());
            csv.push_str(&fields.join(","));
            csv.push('\n');
        }
        csv
    }
}

const CODES: [&str; 12] = [
    "01111", "10101", "41001", "46900", "47191", "52292", "52291", "52100", "62012", "62011", "62021",
    "00001",
];
const TYPES: [&str; 4] =
    ["Local Company", "Limited Liability Partnership", "Sole Proprietorship/ Partnership", "na"];

fn generated_entity(n: u32, random: &mut Random) -> Entity {
    let words = ["ACME", "HARBOUR", "SUNRISE", "LION", "ORCHID", "MERIDIAN"];
    let trades = ["LOGISTICS", "FOODS", "SYSTEMS", "TRADING", "MARINE"];
    let name = format!("{} {} {n} PTE. LTD.", random.of(&words), random.of(&trades));
    let mut made = entity(&format!("20{:02}{n:05}K", random.below(26)), &name);
    let code = |random: &mut Random| {
        let code = (random.below(5) > 0).then(|| random.of(&CODES))?;
        SsicCode::new(code, SsicEdition::Y2025).ok()
    };
    made.primary_ssic = code(random);
    made.secondary_ssic = made.primary_ssic.and_then(|_| code(random));
    made.entity_type = EntityType::new(random.of(&TYPES));
    made.status = EntityStatus::from_register(random.of(&[
        "Live",
        "Live Company",
        "Struck Off",
        "Ceased Registration",
    ]));
    let (month, day) = [(2, 27), (2, 28), (3, 1), (12, 31)][random.below(4)];
    let year = 2026 - i16::try_from(random.below(26)).unwrap_or(0);
    made.registered_on = (random.below(10) > 0).then(|| must(Date::new(year, month, day)));
    made
}

/// A filter of any kind.
pub(super) fn generated_filter(random: &mut Random) -> RegisterFilter {
    let node = |random: &mut Random| {
        let edition = if random.below(12) == 0 { SsicEdition::Y2020 } else { SsicEdition::Y2025 };
        match random.below(8) {
            0 => must(SsicNode::new("K", edition)),
            1 => must(SsicNode::new("99", edition)),
            _ => {
                let code = must(SsicCode::new(random.of(&CODES), edition));
                code.at(SsicLevel::ALL[random.below(5)])
            }
        }
    };
    let mut filter = RegisterFilter::default();
    if random.below(4) > 0 {
        filter = filter.with_ssic(node(random));
    }
    let excluded = (0..random.below(8).saturating_sub(4)).map(|_| node(random)).collect();
    filter = filter.without_ssic(excluded);
    let kind = match random.below(4) {
        0 => EntityType::new(random.of(&TYPES)),
        1 if random.below(4) == 0 => EntityType::new("No Such Type"),
        _ => None,
    };
    if let Some(kind) = kind {
        filter = filter.with_entity_type(kind);
    }
    if random.below(3) == 0 {
        filter = filter.with_age(AgeBand::ALL[random.below(AgeBand::ALL.len())]);
    }
    filter.with_ended(random.below(3) == 0)
}
