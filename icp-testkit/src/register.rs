//! The rules of [`Register`]: one function per rule, named as in the trait's documentation.

use std::sync::Arc;

use async_trait::async_trait;
use icp_core::ErrorKind;
use icp_core::model::{Entity, EntityStatus, EntityType, RegisterFilter, SsicEdition, Uen};
use icp_core::normalize::core_key;
use icp_core::ports::{NameQuery, Register, RegisterPage};
use icp_core::resolve::trigram::similarity;
use icp_core::resolve::{CandidateSource, TrigramFloor};

use crate::fixture::{entity, must};
use crate::random::Random;
pub use crate::store::Guard;

mod content;
mod imports;
mod titles;

pub use content::RegisterContent;
use content::generated_filter;
pub use imports::{
    import_adds_and_updates, import_is_all_or_nothing, import_keeps_one_edition, import_learns_titles,
    import_names_bad_rows, import_says_how_far_it_is,
};
pub use titles::{
    title_search_finds_nothing_for_nonsense, title_search_knows_what_was_imported,
    title_search_needs_no_entities, title_search_ranks_the_best_first, titles_fall_back_to_built_in,
};

/// Makes registers to test.
#[async_trait]
pub trait RegisterBuilder: Send + Sync {
    /// A new register without entities, and what must live as long as it. The cases import into it.
    async fn build(&self) -> (Guard, Arc<dyn Register>);
}

/// Emits one `#[tokio::test]` for each case, against registers of a [`RegisterBuilder`](crate::register).
///
/// ```no_run
/// # use icp_testkit::register::{Guard, RegisterBuilder};
/// # use std::sync::Arc;
/// struct Memory;
/// #[async_trait::async_trait]
/// impl RegisterBuilder for Memory {
///     async fn build(&self) -> (Guard, Arc<dyn icp_core::ports::Register>) {
///         (Box::new(()), Arc::new(icp_core::memory::MemoryRegister::empty()))
///     }
/// }
/// icp_testkit::register_conformance!(Memory);
/// ```
#[macro_export]
macro_rules! register_conformance {
    (@list $then:ident $args:tt) => {
        $crate::register_conformance! { @$then $args
            snapshot_counts
            snapshot_id_follows_content
            snapshot_of_nothing_is_not_found
            by_uen_keeps_order
            exact_ignores_legal_form_and_case
            exact_finds_former_names
            exact_empty_key_finds_nothing
            exact_is_live_first_and_bounded
            candidates_survive_a_typo
            candidates_respect_the_limit
            candidates_are_deterministic
            trigram_candidates_are_exact
            counts_equal_filtering
            entity_types_ignore_case
            pages_pass_the_filter
            pages_follow_each_other
            titles_fall_back_to_built_in
            title_search_ranks_the_best_first
            title_search_knows_what_was_imported
            title_search_finds_nothing_for_nonsense
            title_search_needs_no_entities
            import_adds_and_updates
            import_is_all_or_nothing
            import_names_bad_rows
            import_keeps_one_edition
            import_learns_titles
            import_says_how_far_it_is
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

/// A register with some content.
pub(crate) async fn filled(
    builder: &dyn RegisterBuilder,
    content: &RegisterContent,
) -> (Guard, Arc<dyn Register>) {
    let (guard, register) = builder.build().await;
    let outcome = must(register.import(content.request()).await);
    assert_eq!((outcome.read.bad_rows, outcome.added), (0, content.entities.len() as u64));
    (guard, register)
}

pub(crate) async fn small(builder: &dyn RegisterBuilder) -> (Guard, Arc<dyn Register>) {
    filled(builder, &RegisterContent::small()).await
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

/// The id changes with the content, and only with it: neither the order of rows nor the way to a content matters.
pub async fn snapshot_id_follows_content(builder: &dyn RegisterBuilder) {
    let id = async |content: &RegisterContent| {
        let (_guard, register) = filled(builder, content).await;
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
    let (_guard, register) = filled(builder, &content).await;
    for (next, same) in [(&content, true), (&others[0], false), (&content, true)] {
        let outcome = must(register.import(next.request()).await);
        assert_eq!(outcome.snapshot.id == first, same);
        assert_eq!(must(register.snapshot().await), outcome.snapshot);
    }
}

/// A register without entities has no snapshot.
pub async fn snapshot_of_nothing_is_not_found(builder: &dyn RegisterBuilder) {
    let (_guard, register) = builder.build().await;
    let error = register.snapshot().await.err();
    assert_eq!(error.map(|error| error.kind()), Some(ErrorKind::NotFound));
}

/// Answers are in the order of the questions, repeated where repeated, whole.
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

/// A name that normalises to nothing finds nothing.
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
    let (_guard, register) = filled(builder, &content).await;
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
        let found = must(register.candidates(&[NameQuery::new(name, 3)]).await);
        assert_eq!(uens(&found[0]).first().map(String::as_str), Some(uen), "{name}");
    }
}

fn near_queries(limit: usize) -> Vec<NameQuery> {
    ["Acme Logistics", "Harbour Foods Pte Ltd", "Zzyzx Qwrt", ""]
        .map(|name| NameQuery::new(name, limit))
        .to_vec()
}

/// Never more than asked for, none twice, and an answer for each question.
pub async fn candidates_respect_the_limit(builder: &dyn RegisterBuilder) {
    let (_guard, register) = filled(builder, &RegisterContent::generated(300)).await;
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
    let (_guard, register) = filled(builder, &content).await;
    let first = must(register.candidates(&near_queries(20)).await);
    assert!(!first[0].is_empty() && !first[1].is_empty());
    assert_eq!(must(register.candidates(&near_queries(20)).await), first);
    content.entities.reverse();
    let (_guard, turned) = filled(builder, &content).await;
    assert_eq!(must(turned.candidates(&near_queries(20)).await), first);
}

/// The candidates of the trigram mode are those that comparing every name finds, for any floor.
pub async fn trigram_candidates_are_exact(builder: &dyn RegisterBuilder) {
    let mut content = RegisterContent::generated(300);
    content.entities.extend(RegisterContent::small().entities);
    let (_guard, register) = filled(builder, &content).await;
    let mut found_some = 0;
    for floor in [0.0, 0.2, 0.35, 0.6, 1.0].map(|floor| must(TrigramFloor::new(floor))) {
        let source = CandidateSource::Trigram { floor };
        for (name, limit) in [
            ("Acme Logistics", 9),
            ("Harbour Foods Pte Ltd", 400),
            ("old anchor freihgt", 3),
            ("acme", 1000),
            ("Zzyzx Qwrt", 9),
            ("", 9),
            ("Acme", 0),
        ] {
            let query = NameQuery::new(name, limit).from_source(source);
            let expected = most_similar(&content.entities, name, floor, limit);
            let found = must(register.candidates(&[query]).await).pop().unwrap_or_default();
            assert_eq!(uens(&found), expected, "{name} from {floor}");
            found_some += usize::from(!found.is_empty());
        }
    }
    assert!(found_some > 10, "the queries find something");
}

/// The trigram mode by comparing every name.
fn most_similar(entities: &[Entity], name: &str, floor: TrigramFloor, limit: usize) -> Vec<String> {
    let key = core_key(name);
    let similarity_of = |entity: &Entity| {
        let names = std::iter::once(&entity.name).chain(&entity.former_names);
        names.map(|name| similarity(&key, &core_key(name))).fold(0.0, f32::max)
    };
    let mut scored: Vec<(f32, Uen)> =
        entities.iter().map(|entity| (similarity_of(entity), entity.uen)).collect();
    scored.retain(|(similarity, _)| *similarity > 0.0 && f64::from(*similarity) >= floor.get());
    scored.sort_by(|(a, one), (b, other)| b.total_cmp(a).then_with(|| one.cmp(other)));
    scored.into_iter().take(limit).map(|(_, uen)| uen.to_string()).collect()
}

/// The same number as testing every entity with [`RegisterFilter::matches`].
pub async fn counts_equal_filtering(builder: &dyn RegisterBuilder) {
    let content = RegisterContent::generated(600);
    let (_guard, register) = filled(builder, &content).await;
    let mut random = Random::new(11);
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

/// "LOCAL COMPANY" and "Local Company" are one type, and each entity keeps its own words.
pub async fn entity_types_ignore_case(builder: &dyn RegisterBuilder) {
    let mut content = RegisterContent::small();
    content.entities[0].entity_type = EntityType::new("LOCAL COMPANY");
    let (_guard, register) = filled(builder, &content).await;
    let of = |text: &str| {
        let kind = EntityType::new(text);
        kind.map_or(RegisterFilter::default(), |kind| RegisterFilter::default().with_entity_type(kind))
    };
    for text in ["Local Company", "LOCAL COMPANY", "local company"] {
        assert_eq!(must(register.counts(&[of(text)]).await), [5], "{text}");
        let page = must(register.page(&RegisterPage::new(of(text), 9)).await);
        assert_eq!(page.len(), 5, "{text}");
        let without =
            of(text).without_ssic(vec![must(icp_core::model::SsicNode::new("01", content.edition))]);
        assert_eq!(must(register.counts(&[without]).await), [5], "{text}");
    }
    assert_eq!(must(register.snapshot().await).distinct.entity_types, 2);
    let words = async |at: usize| {
        let found = must(register.by_uen(&[content.entities[at].uen]).await).pop().flatten();
        found.and_then(|entity| entity.entity_type).map(|kind| kind.as_str().to_owned())
    };
    assert_eq!(words(0).await.as_deref(), Some("LOCAL COMPANY"));
    assert_eq!(words(4).await.as_deref(), Some("Local Company"));
}

/// Each entity of a page passes, there are `limit` of them if that many exist, and they are the first by UEN.
pub async fn pages_pass_the_filter(builder: &dyn RegisterBuilder) {
    let mut content = RegisterContent::generated(600);
    let (_guard, register) = filled(builder, &content).await;
    content.entities.sort_by_key(|entity| entity.uen);
    let mut random = Random::new(13);
    for _ in 0..120 {
        let filter = generated_filter(&mut random);
        for limit in [0, 2, 1000] {
            let passing = content.entities.iter().filter(|entity| filter.matches(entity, content.as_of));
            let expected: Vec<Entity> = passing.take(limit).cloned().collect();
            let page = RegisterPage::new(filter.clone(), limit);
            assert_eq!(must(register.page(&page).await), expected, "{filter:?}");
        }
    }
}

/// Pages that follow each other hold every entity that passes once, in the order of UENs.
pub async fn pages_follow_each_other(builder: &dyn RegisterBuilder) {
    let mut content = RegisterContent::generated(300);
    let (_guard, register) = filled(builder, &content).await;
    content.entities.sort_by_key(|entity| entity.uen);
    let mut random = Random::new(17);
    for filter in (0..20).map(|_| generated_filter(&mut random)).chain([RegisterFilter::everything()]) {
        let mut page = RegisterPage::new(filter.clone(), 7);
        let mut all: Vec<Entity> = Vec::new();
        loop {
            let next = must(register.page(&page).await);
            assert!(next.len() <= 7);
            let Some(last) = next.last() else { break };
            page = page.after(last.uen);
            all.extend(next);
            assert!(all.len() <= content.entities.len(), "pages do not end: {filter:?}");
        }
        let passing = content.entities.iter().filter(|entity| filter.matches(entity, content.as_of));
        assert_eq!(all, passing.cloned().collect::<Vec<Entity>>(), "{filter:?}");
    }
}
