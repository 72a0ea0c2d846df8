//! The rules of [`Register`]: one function a rule, named as in the trait's documentation.

use std::fmt::Write as _;
use std::sync::Arc;

use async_trait::async_trait;
use icp_core::model::{
    AgeBand, Date, Entity, EntityStatus, EntityType, RegisterFilter, SsicCode, SsicEdition, SsicLevel,
    SsicNode, Uen,
};
use icp_core::normalize::core_key;
use icp_core::ports::{NameQuery, Register};

use crate::fixture::{entity, must};
pub use crate::store::Guard;

/// What a register to be tested holds.
#[derive(Clone, Debug)]
pub struct RegisterContent {
    /// Its entities.
    pub entities: Vec<Entity>,
    /// The date ages are counted at.
    pub as_of: Date,
    /// The edition of the codes.
    pub edition: SsicEdition,
}

/// Makes registers to test.
#[async_trait]
pub trait RegisterBuilder: Send + Sync {
    /// A new register with this content, and what must live as long as it.
    async fn build(&self, content: &RegisterContent) -> (Guard, Arc<dyn Register>);
}

/// Emits one `#[tokio::test]` for each case, against registers of a
/// [`RegisterBuilder`](crate::register).
#[macro_export]
macro_rules! register_conformance {
    (@list $then:ident $args:tt) => {
        $crate::register_conformance! { @$then $args
            snapshot_counts
            snapshot_id_follows_content
            by_uen_keeps_order
            exact_ignores_legal_form_and_case
            exact_finds_former_names
            exact_empty_key_finds_nothing
            exact_is_live_first_and_bounded
            candidates_survive_a_typo
            candidates_respect_the_limit
            candidates_are_deterministic
            counts_equal_filtering
            samples_pass_the_filter
            titles_fall_back_to_built_in
        }
    };
    (@names () $($case:ident)*) => { &[$(stringify!($case)),*] };
    (@tests ($builder:expr) $($case:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                $crate::register::$case(&$builder).await;
            }
        )*
    };
    ($builder:expr) => { $crate::register_conformance!(@list tests ($builder)); };
}

/// The names of all cases.
pub const CASES: &[&str] = crate::register_conformance!(@list names ());

impl RegisterContent {
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
        let mut random = Random(7);
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

/// Knuth's linear congruential generator (MMIX): the same numbers each time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % end as u64).unwrap_or(0)
    }

    fn of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
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

fn generated_filter(random: &mut Random) -> RegisterFilter {
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
    RegisterFilter {
        ssic: (random.below(4) > 0).then(|| node(random)),
        exclude_ssic: (0..random.below(8).saturating_sub(4)).map(|_| node(random)).collect(),
        entity_type: match random.below(4) {
            0 => EntityType::new(random.of(&TYPES)),
            1 if random.below(4) == 0 => EntityType::new("No Such Type"),
            _ => None,
        },
        age: (random.below(3) == 0).then(|| AgeBand::ALL[random.below(AgeBand::ALL.len())]),
        include_ended: random.below(3) == 0,
    }
}

async fn small(builder: &dyn RegisterBuilder) -> (Guard, Arc<dyn Register>) {
    builder.build(&RegisterContent::small()).await
}

fn uens(entities: &[Entity]) -> Vec<String> {
    entities.iter().map(|entity| entity.uen.to_string()).collect()
}

async fn exact(register: &dyn Register, name: &str) -> Vec<String> {
    let found = must(register.by_exact_name(&[name.to_owned()]).await);
    assert_eq!(found.len(), 1);
    uens(&found[0])
}

/// `entities` and `live` are the numbers of rows.
pub async fn snapshot_counts(builder: &dyn RegisterBuilder) {
    let (_guard, register) = small(builder).await;
    let snapshot = must(register.snapshot().await);
    assert_eq!((snapshot.entities, snapshot.live), (7, 6));
    assert_eq!(snapshot.as_of, RegisterContent::small().as_of);
    assert_eq!(snapshot.edition, SsicEdition::Y2025);
    let distinct = snapshot.distinct;
    assert_eq!((distinct.ssic_nodes, distinct.entity_types, distinct.age_bands), (5, 2, 1));
}

/// The id changes with the content, and only with it: the order of rows is not content.
pub async fn snapshot_id_follows_content(builder: &dyn RegisterBuilder) {
    let id = async |content: &RegisterContent| {
        let (_guard, register) = builder.build(content).await;
        must(register.snapshot().await).id
    };
    let content = RegisterContent::small();
    let first = id(&content).await;
    let mut turned = content.clone();
    turned.entities.reverse();
    assert_eq!(id(&turned).await, first);
    let mut others = vec![content.clone(); 4];
    others[0].entities[0].name.push_str(" (SG)");
    others[1].entities[0].status = EntityStatus::from_register("Struck Off");
    others[2].entities[3].former_names.pop();
    others[3].entities.pop();
    for other in &others {
        assert_ne!(id(other).await, first);
    }
}

/// Answers stand in the order of the questions, repeated where repeated, whole.
pub async fn by_uen_keeps_order(builder: &dyn RegisterBuilder) {
    let (_guard, register) = small(builder).await;
    let entities = RegisterContent::small().entities;
    let absent: Uen = must("202099999Z".parse());
    let asked = [entities[3].uen, absent, entities[0].uen, entities[3].uen, entities[1].uen];
    let expected = [Some(&entities[3]), None, Some(&entities[0]), Some(&entities[3]), Some(&entities[1])]
        .map(|e| e.cloned());
    assert_eq!(must(register.by_uen(&asked).await), expected);
    assert_eq!(must(register.by_uen(&[]).await), []);
}

/// "Acme" finds "ACME PTE. LTD.".
pub async fn exact_ignores_legal_form_and_case(builder: &dyn RegisterBuilder) {
    let (_guard, register) = small(builder).await;
    for name in ["Acme", "ACME PTE. LTD.", "acme llp", "  Acmé (Pte) Limited"] {
        assert_eq!(exact(&*register, name).await, ["201912345K", "T09LL0001B", "199912345A"], "{name}");
    }
    assert_eq!(exact(&*register, "Mei's Noodle and Tea").await, ["53012345X"]);
    assert_eq!(exact(&*register, "Acm").await, Vec::<String>::new());
    let names = ["Sunrise Bakery", "Nobody", "Acme"].map(str::to_owned);
    let lengths: Vec<usize> = must(register.by_exact_name(&names).await).iter().map(Vec::len).collect();
    assert_eq!(lengths, [1, 0, 3]);
}

/// A former name finds its entity.
pub async fn exact_finds_former_names(builder: &dyn RegisterBuilder) {
    let (_guard, register) = small(builder).await;
    for name in ["Old Anchor Freight", "Anchor", "harbour light logistics"] {
        assert_eq!(exact(&*register, name).await, ["200312345Z"], "{name}");
    }
}

/// A name of which nothing is left finds nothing.
pub async fn exact_empty_key_finds_nothing(builder: &dyn RegisterBuilder) {
    let (_guard, register) = small(builder).await;
    for name in ["", "   ", "-- / --", "()"] {
        assert_eq!(core_key(name), "");
        assert_eq!(exact(&*register, name).await, Vec::<String>::new(), "{name}");
    }
}

/// Live entities come first, then by UEN; 50 at most.
pub async fn exact_is_live_first_and_bounded(builder: &dyn RegisterBuilder) {
    let mut content = RegisterContent::small();
    for n in 0..60 {
        let mut same = entity(&format!("2011{n:05}M"), "COMMON NAME PTE. LTD.");
        same.status = EntityStatus::from_register(if n % 2 == 0 { "Struck Off" } else { "Live" });
        content.entities.push(same);
    }
    let (_guard, register) = builder.build(&content).await;
    let found = exact(&*register, "common name").await;
    let odd_first = (0..60).filter(|n| n % 2 == 1).chain((0..60).filter(|n| n % 2 == 0));
    let expected: Vec<String> = odd_first.take(50).map(|n| format!("2011{n:05}M")).collect();
    assert_eq!(found, expected);
}

/// One wrong letter still finds the entity.
pub async fn candidates_survive_a_typo(builder: &dyn RegisterBuilder) {
    let (_guard, register) = small(builder).await;
    for (name, uen) in [
        ("Sunrize Bakery", "201012345K"),
        ("Harbor Light Logistics Pte Ltd", "200312345Z"),
        ("Old Ancher Freight", "200312345Z"),
    ] {
        let found = must(register.candidates(&[NameQuery { name: name.to_owned(), limit: 3 }]).await);
        assert_eq!(uens(&found[0]).first().map(String::as_str), Some(uen), "{name}");
    }
}

fn near_queries(limit: usize) -> Vec<NameQuery> {
    ["Acme Logistics", "Harbour Foods Pte Ltd", "Zzyzx Qwrt", ""]
        .map(|name| NameQuery { name: name.to_owned(), limit })
        .to_vec()
}

/// Never more than asked for, none twice, and an answer for each question.
pub async fn candidates_respect_the_limit(builder: &dyn RegisterBuilder) {
    let (_guard, register) = builder.build(&RegisterContent::generated(300)).await;
    for limit in [0, 1, 7, 1000] {
        let found = must(register.candidates(&near_queries(limit)).await);
        assert_eq!(found.len(), 4);
        for entities in found {
            assert!(entities.len() <= limit);
            let mut distinct = uens(&entities);
            distinct.sort();
            distinct.dedup();
            assert_eq!(distinct.len(), entities.len());
        }
    }
}

/// The same question, the same answer, on any register of the same content.
pub async fn candidates_are_deterministic(builder: &dyn RegisterBuilder) {
    let mut content = RegisterContent::generated(300);
    let (_guard, register) = builder.build(&content).await;
    let first = must(register.candidates(&near_queries(20)).await);
    assert!(!first[0].is_empty() && !first[1].is_empty());
    assert_eq!(must(register.candidates(&near_queries(20)).await), first);
    content.entities.reverse();
    let (_guard, turned) = builder.build(&content).await;
    assert_eq!(must(turned.candidates(&near_queries(20)).await), first);
}

/// The same number as testing every entity with [`RegisterFilter::matches`].
pub async fn counts_equal_filtering(builder: &dyn RegisterBuilder) {
    let content = RegisterContent::generated(600);
    let (_guard, register) = builder.build(&content).await;
    let mut random = Random(11);
    let mut filters = vec![RegisterFilter::default()];
    filters.extend((0..500).map(|_| generated_filter(&mut random)));
    let counts = must(register.counts(&filters).await);
    assert_eq!(counts.len(), filters.len());
    let mut positive = 0;
    for (filter, count) in filters.iter().zip(counts) {
        let expected = content.entities.iter().filter(|entity| filter.matches(entity, content.as_of)).count();
        assert_eq!(count, expected as u64, "{filter:?}");
        positive += usize::from(count > 0);
    }
    assert!(positive > 200, "the filters say something");
}

/// Each sample passes, there are `limit` of them if so many exist, and they are the first by UEN.
pub async fn samples_pass_the_filter(builder: &dyn RegisterBuilder) {
    let mut content = RegisterContent::generated(600);
    let (_guard, register) = builder.build(&content).await;
    content.entities.sort_by_key(|entity| entity.uen);
    let mut random = Random(13);
    for _ in 0..120 {
        let filter = generated_filter(&mut random);
        for limit in [0, 2, 1000] {
            let passing = content.entities.iter().filter(|entity| filter.matches(entity, content.as_of));
            let expected: Vec<Entity> = passing.take(limit).cloned().collect();
            assert_eq!(must(register.sample(&filter, limit).await), expected, "{filter:?}");
        }
    }
}

/// A division always has a title, a section too; what nobody knows has none.
pub async fn titles_fall_back_to_built_in(builder: &dyn RegisterBuilder) {
    let (_guard, register) = small(builder).await;
    let node = |text| must(SsicNode::new(text, SsicEdition::Y2025));
    let titles = must(register.titles(&[node("52"), node("K"), node("99999")]).await);
    assert_eq!(titles.get(&node("52")).map(String::as_str), node("52").built_in_title());
    assert!(titles.contains_key(&node("K")));
    assert!(!titles.contains_key(&node("99999")));
}
