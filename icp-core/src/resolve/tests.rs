use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use proptest::prelude::*;

use super::features::{Prepared, Standing, compare};
use super::*;
use crate::model::{
    CompanyId, Confidence, EntityStatus, ManualMatch, Method, Outcome, RegisterFilter, RegisterSnapshot,
    SsicNode,
};
use crate::normalize::core_key;
use crate::ports::{ImportOutcome, ImportRequest, RegisterPage, TitleHit, TitleQuery};

fn entity(uen: &str, name: &str, status: &str) -> Entity {
    Entity {
        uen: uen.parse().unwrap(),
        name: name.to_owned(),
        former_names: Vec::new(),
        entity_type: None,
        status: EntityStatus::from_register(status),
        registered_on: None,
        primary_ssic: None,
        secondary_ssic: None,
        postal_code: None,
    }
}

/// A register of a few rows over the real index.
#[derive(Debug)]
struct Small {
    rows: Vec<Entity>,
    index: NameIndex,
}

impl Small {
    fn new(rows: Vec<Entity>) -> Self {
        let mut builder = NameIndexBuilder::new();
        for (at, row) in rows.iter().enumerate() {
            builder.push(at as u32, &row.name);
            row.former_names.iter().for_each(|name| builder.push(at as u32, name));
        }
        Self { rows, index: builder.finish() }
    }
}

#[async_trait]
impl Register for Small {
    async fn snapshot(&self) -> Result<RegisterSnapshot> {
        unreachable!("resolving needs no snapshot")
    }
    async fn by_uen(&self, uens: &[Uen]) -> Result<Vec<Option<Entity>>> {
        Ok(uens.iter().map(|uen| self.rows.iter().find(|row| row.uen == *uen).cloned()).collect())
    }
    async fn by_exact_name(&self, names: &[String]) -> Result<Vec<Vec<Entity>>> {
        let has = |row: &Entity, key: &str| {
            !key.is_empty()
                && std::iter::once(&row.name).chain(&row.former_names).any(|name| core_key(name) == key)
        };
        Ok(names
            .iter()
            .map(|name| self.rows.iter().filter(|row| has(row, &core_key(name))).cloned().collect())
            .collect())
    }
    async fn candidates(&self, queries: &[NameQuery]) -> Result<Vec<Vec<Entity>>> {
        Ok(queries
            .iter()
            .map(|query| {
                let hits = self.index.search(&query.name, query.limit);
                hits.iter().map(|hit| self.rows[hit.id as usize].clone()).collect()
            })
            .collect())
    }
    async fn counts(&self, _: &[RegisterFilter]) -> Result<Vec<u64>> {
        unreachable!("resolving counts nothing")
    }
    async fn page(&self, _: &RegisterPage) -> Result<Vec<Entity>> {
        unreachable!("resolving reads no pages")
    }
    async fn titles(&self, _: &[SsicNode]) -> Result<BTreeMap<SsicNode, String>> {
        unreachable!("resolving needs no titles")
    }
    async fn search_titles(&self, _: &TitleQuery) -> Result<Vec<TitleHit>> {
        unreachable!("resolving searches no titles")
    }
    async fn import(&self, _: ImportRequest<'_>) -> Result<ImportOutcome> {
        unreachable!("resolving imports nothing")
    }
}

/// Runs a future that never waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing here waits"),
    }
}

fn register() -> Small {
    let mut renamed = entity("200100004D", "NEWLEAF ROBOTICS PTE. LTD.", "Live Company");
    renamed.former_names.push("OLDROOT MACHINES PTE. LTD.".to_owned());
    Small::new(vec![
        entity("200100001A", "ACME TRADING PTE. LTD.", "Live Company"),
        entity("200100002B", "QUIXOTRON MARINE SERVICES PTE. LTD.", "Live Company"),
        entity("200100003C", "TWIN LOTUS FOODS PTE. LTD.", "Live Company"),
        renamed,
        entity("200100005E", "TWIN LOTUS FOODS PTE. LTD.", "Live Company"),
        entity("200100006F", "BYGONE SHIPPING PTE. LTD.", "Struck Off"),
        entity("T09LL0001B", "ACME TRADING LLP", "Live"),
        entity("200100007G", "ZENTAURUS FUND II PTE. LTD.", "Live Company"),
        entity("200100008H", "SIEMENS PTE. LTD.", "Live Company"),
        entity("200100009J", "REBORN TEXTILES PTE. LTD.", "Live Company"),
        entity("199100009J", "REBORN TEXTILES PTE. LTD.", "Struck Off"),
        entity("201100009J", "ABLE PTE. LTD.", "Live Company"),
    ])
}

fn one(facts: SeedFacts) -> Decision {
    now(resolve(&register(), &[facts], &ResolveOptions::default())).unwrap().remove(0)
}

fn uen_of(decision: &Decision) -> &str {
    decision.entity.as_ref().map_or("", |entity| entity.uen.as_str())
}

#[test]
fn each_rung_decides_what_it_should() {
    let named = SeedFacts::named;
    let company = CompanyId::from_u128(1);
    let by_person = |choice| Some(KnownCompany::by_person(company, choice));
    let by_run = |uen| Some(KnownCompany::by_run(company, uen, Method::ExactName, Confidence::new(1.0)));
    let uen = |text: &str| -> Uen { text.parse().unwrap() };
    let cases = [
        (named("Quixotron Marine Services"), Outcome::Matched, Method::ExactName, "200100002B"),
        (named("quixotron marine services pte ltd"), Outcome::Matched, Method::ExactName, "200100002B"),
        (named("Oldroot Machines"), Outcome::Matched, Method::FormerName, "200100004D"),
        (named("Acme Trading Pte Ltd"), Outcome::Matched, Method::ExactName, "200100001A"),
        (named("Acme Trading LLP"), Outcome::Matched, Method::ExactName, "T09LL0001B"),
        (named("Acme Trading"), Outcome::Ambiguous, Method::ExactName, ""),
        (named("Twin Lotus Foods Pte Ltd"), Outcome::Ambiguous, Method::ExactName, ""),
        (named("Bygone Shipping"), Outcome::Matched, Method::ExactName, "200100006F"),
        (named("Reborn Textiles"), Outcome::Matched, Method::ExactName, "200100009J"),
        (named("Siemens GmbH"), Outcome::NotInRegister, Method::Jurisdiction, ""),
        (named("Maju Jaya Sdn Bhd"), Outcome::NotInRegister, Method::Jurisdiction, ""),
        (named("Nothing Remotely Alike Xyzzy"), Outcome::Unresolved, Method::None, ""),
        (
            SeedFacts { uen: Some(uen("200100002B")), ..named("Whatever") },
            Outcome::Matched,
            Method::Uen,
            "200100002B",
        ),
        (
            SeedFacts { uen: Some(uen("200199999Z")), ..named("Quixotron Marine Services") },
            Outcome::Matched,
            Method::ExactName,
            "200100002B",
        ),
        (
            SeedFacts { site_uens: vec![uen("200100008H"), uen("200100002B")], ..named("Quixotron Marine") },
            Outcome::Matched,
            Method::Uen,
            "200100002B",
        ),
        (
            SeedFacts { site_legal_names: vec!["ACME TRADING PTE. LTD.".into()], ..named("Acme Trading") },
            Outcome::Matched,
            Method::SiteLegalName,
            "200100001A",
        ),
        (
            SeedFacts { known: by_person(ManualMatch::Entity(uen("200100001A"))), ..named("Siemens GmbH") },
            Outcome::Matched,
            Method::Person,
            "200100001A",
        ),
        (
            SeedFacts {
                known: by_person(ManualMatch::NotInRegister),
                uen: Some(uen("200100001A")),
                ..named("Acme")
            },
            Outcome::NotInRegister,
            Method::Person,
            "",
        ),
        (
            SeedFacts { known: by_run(uen("200100001A")), ..named("Acme") },
            Outcome::Matched,
            Method::ExactName,
            "200100001A",
        ),
        (
            SeedFacts { domain: Some("siemens.de".parse().unwrap()), ..named("Siemens") },
            Outcome::Ambiguous,
            Method::ExactName,
            "",
        ),
        (
            SeedFacts { domain: Some("xyzzy.de".parse().unwrap()), ..named("Xyzzy Werke") },
            Outcome::NotInRegister,
            Method::Jurisdiction,
            "",
        ),
    ];
    for (facts, outcome, method, uen) in cases {
        let decision = one(facts.clone());
        assert_eq!(
            (decision.outcome, decision.method, uen_of(&decision)),
            (outcome, method, uen),
            "{facts:?}\n{decision:#?}"
        );
        assert!(!decision.reason.is_empty() && decision.alternates.len() <= 5);
        let decided: Vec<_> = decision.rungs.iter().filter(|rung| rung.decided).collect();
        assert_eq!(decided.len(), usize::from(outcome != Outcome::Unresolved), "{:?}", decision.rungs);
    }
}

#[test]
fn ambiguous_names_show_what_to_choose_among() {
    let decision = one(SeedFacts::named("Twin Lotus Foods"));
    let shown: Vec<_> =
        decision.alternates.iter().map(|alternate| alternate.entity.uen.to_string()).collect();
    assert_eq!(&shown[..2], ["200100003C", "200100005E"]);
    assert!(decision.reason.contains('2'));
}

#[test]
fn another_number_is_never_matched() {
    for name in ["Zentaurus Fund III Pte Ltd", "Zentaurus Fund 3", "Zentaurus Fund IV"] {
        assert_ne!(one(SeedFacts::named(name)).outcome, Outcome::Matched, "{name}");
    }
}

#[test]
fn bad_names_are_unresolved_and_say_what_to_do() {
    let long = "abc def ".repeat(1250);
    for name in [
        "",
        "   ",
        "🙂🙂",
        "\u{0}\u{7}",
        "Pte Ltd",
        "Limited",
        "(Pte.) Ltd.",
        "-",
        "a",
        "שלום",
        "日本株式会社 ไทย",
        long.as_str(),
    ] {
        let decision = one(SeedFacts::named(name));
        assert!(decision.entity.is_none(), "{name}: {decision:?}");
        assert!(!decision.reason.is_empty());
    }
    assert!(one(SeedFacts::named("Pte Ltd")).reason.contains("legal form"));
    let address = one(SeedFacts::named("https://www.quixotron-marine-services.com.sg/about"));
    assert_eq!(uen_of(&address), "200100002B");
}

#[test]
fn the_askers_own_company_is_asked_about_unless_a_person_said_it() {
    let uen: Uen = "200100002B".parse().unwrap();
    let name = one(SeedFacts::named("Quixotron Marine Services Pte Ltd")).entity.unwrap().name;
    for asker in [
        Asker { uens: vec![uen], ..Asker::default() },
        Asker { legal_names: vec![name.to_lowercase()], ..Asker::default() },
    ] {
        let facts =
            SeedFacts { asker: asker.clone(), ..SeedFacts::named("Quixotron Marine Services Pte Ltd") };
        let decision = one(facts.clone());
        assert_eq!((decision.outcome, decision.entity), (Outcome::Ambiguous, None));
        assert!(decision.reason.contains("your own company"), "{}", decision.reason);
        assert_eq!(decision.alternates[0].entity.uen, uen);
        let known = Some(KnownCompany::by_person(CompanyId::from_u128(1), ManualMatch::Entity(uen)));
        assert_eq!(one(SeedFacts { known, ..facts }).outcome, Outcome::Matched);
    }
}

#[test]
fn other_facts_choose_between_like_names_but_make_no_match_of_a_strange_one() {
    let mut near = entity("200100021A", "ZEPHYRINE ROBOTICS PTE. LTD.", "Live Company");
    near.postal_code = Some("639407".to_owned());
    let other = entity("200100022B", "ZEPHYRINE CATERING PTE. LTD.", "Live Company");
    let decided = |name: &str, rows: &[Entity]| {
        let facts = SeedFacts {
            domain: "zephyrinerobotics.com.sg".parse().ok(),
            site_postal_codes: vec!["639407".to_owned()],
            ..SeedFacts::named(name)
        };
        let found = Found { candidates: rows.to_vec(), ..Found::default() };
        let options = ResolveOptions { match_at: 0.0, ..ResolveOptions::default() };
        decide(&facts, &found, &options)
    };
    let chosen = decided("Zephyrine", &[near.clone(), other]);
    assert_eq!(chosen.entity.map(|entity| entity.uen), Some(near.uen), "{}", chosen.reason);
    let strange = decided("Quixotron Foods", &[near]);
    assert_ne!(strange.outcome, Outcome::Matched, "{}", strange.reason);
}

#[test]
fn the_source_of_candidates_can_be_chosen() {
    let rows = vec![
        entity("201912345K", "QUIXOTRON MARINE SERVICES PTE. LTD.", "Live Company"),
        entity("201012345K", "QUIXOTRON FOODS PTE. LTD.", "Live Company"),
    ];
    let register = crate::memory::MemoryRegister::new(
        rows,
        "2026-11-01".parse().unwrap(),
        crate::model::SsicEdition::Y2025,
    );
    let seen = |source: CandidateSource| {
        let options = ResolveOptions::default().with_candidates_from(source).with_ask_at(0.0);
        let facts = SeedFacts::named("Quixotron Marine Servces");
        let decision = now(resolve(&register, &[facts], &options)).unwrap().remove(0);
        let alternates = decision.alternates.into_iter().map(|other| other.entity);
        let seen: Vec<Entity> = decision.entity.into_iter().chain(alternates).collect();
        seen.iter().map(|entity| entity.uen.to_string()).collect::<std::collections::BTreeSet<String>>()
    };
    let trigram = |floor| seen(CandidateSource::Trigram { floor: TrigramFloor::new(floor).unwrap() });
    assert_eq!(seen(CandidateSource::Index).len(), 2);
    assert_eq!(trigram(0.2).len(), 2);
    assert_eq!(trigram(0.5), ["201912345K".to_owned()].into());
    assert!(trigram(1.0).is_empty(), "no name is the same");
}

#[test]
fn an_empty_register_and_one_of_one_row() {
    for rows in
        [vec![], vec![entity("200100001A", "ACME PTE. LTD.", "Live")], vec![entity("200100001A", "", "Live")]]
    {
        let many = rows.len();
        let decisions = now(resolve(
            &Small::new(rows),
            &[SeedFacts::named("Beta"), SeedFacts::named("Acme")],
            &ResolveOptions::default(),
        ))
        .unwrap();
        assert_eq!(decisions.len(), 2);
        assert_ne!(decisions[0].outcome, Outcome::Matched, "{many}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn deciding_is_total_and_ignores_order(name in "\\PC{0,40}|(acme|twin|lotus|foods|trading|fund|ii|pte|ltd| |gmbh){0,6}", turn in 0usize..12) {
        let mut rows = register().rows;
        let facts = SeedFacts::named(name);
        let options = ResolveOptions::default();
        let found = |rows: &[Entity]| {
            let exact = now(Small::new(rows.to_vec()).by_exact_name(&[facts.query()])).unwrap().remove(0);
            Found { exact, candidates: rows.to_vec(), ..Found::default() }
        };
        let first = decide(&facts, &found(&rows), &options);
        rows.rotate_left(turn);
        prop_assert_eq!(&decide(&facts, &found(&rows), &options), &first);
    }

    #[test]
    fn a_higher_bar_never_matches_more(name in "(acme|twin|quixotron|marine|servces|food|fund| ){1,5}", low in 0.05f64..0.95, more in 0.0f64..0.05) {
        let rows = register().rows;
        let found = Found { candidates: rows, ..Found::default() };
        let facts = SeedFacts::named(name);
        let at = |match_at| decide(&facts, &found, &ResolveOptions { match_at, ..ResolveOptions::default() }).outcome;
        prop_assert!(at(low) == Outcome::Matched || at(low + more) != Outcome::Matched);
    }

    #[test]
    fn likeness_is_symmetric_where_it_should_be(a in "([a-e]{1,6} ?){1,4}", b in "([a-e]{1,6} ?){1,4}") {
        let (x, y) = (Prepared::of(&a), Prepared::of(&b));
        let standing = Standing { live: true, former: false };
        let (there, back) = (compare(&x, &y, standing), compare(&y, &x, standing));
        for (at, name) in FEATURE_NAMES.iter().enumerate() {
            if ["gram_dice", "gram_jaccard_light", "core_equal", "light_equal", "sorted_equal", "compact_equal", "compact_edit", "prefix",
                "number_clash", "number_missing", "place_clash", "place_missing", "form_agreement", "length_ratio", "initials"].contains(name) {
                prop_assert_eq!(there[at], back[at], "{}", name);
            }
        }
        prop_assert!(there.iter().all(|value| value.is_finite()));
        let same = compare(&x, &x, standing);
        prop_assert!(x.forms().core.is_empty() || same[0] == 1.0 && same[13] == 1.0);
    }
}
