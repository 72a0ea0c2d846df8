//! The rules of titles.

use icp_core::model::{SsicCode, SsicEdition, SsicNode};
use icp_core::ports::{ImportRequest, Register, RegisterRow, TitleHit, TitleQuery};

use super::{RegisterBuilder, small};
use crate::fixture::{entity, must};

fn node(text: &str) -> SsicNode {
    must(SsicNode::new(text, SsicEdition::Y2025))
}

async fn search(register: &dyn Register, words: &str, limit: usize) -> Vec<TitleHit> {
    must(register.search_titles(&TitleQuery::new(words, limit)).await)
}

/// A division always has a title, a section too; a code that nobody describes has none.
pub async fn titles_fall_back_to_built_in(builder: &dyn RegisterBuilder) {
    let (_guard, register) = small(builder).await;
    let titles = must(register.titles(&[node("52"), node("K"), node("99999")]).await);
    assert_eq!(titles.get(&node("52")).map(String::as_str), node("52").built_in_title());
    assert!(titles.contains_key(&node("K")));
    assert!(!titles.contains_key(&node("99999")));
}

/// The title with all the words comes first; case, order and plural do not matter, and the limit holds.
pub async fn title_search_ranks_the_best_first(builder: &dyn RegisterBuilder) {
    let (_guard, register) = small(builder).await;
    let hits = search(&*register, "freight transport arrangement", 10).await;
    assert_eq!(hits.len(), 10);
    assert_eq!((hits[0].node, hits[0].title.as_str()), (node("52292"), "Freight transport arrangement"));
    assert!((hits[0].score - 1.0).abs() < 1e-9, "{hits:?}");
    assert!(hits.windows(2).all(|pair| pair[0].score >= pair[1].score), "{hits:?}");
    assert!(hits.iter().all(|hit| hit.score > 0.0 && hit.node.edition() == SsicEdition::Y2025), "{hits:?}");
    assert_eq!(search(&*register, "Arrangements, TRANSPORT of freights", 10).await, hits);
    for limit in [0, 1, 4] {
        assert_eq!(search(&*register, "freight transport arrangement", limit).await, hits[..limit]);
    }
    let levels: std::collections::BTreeSet<_> =
        search(&*register, "transport", 100).await.iter().map(|hit| hit.node.level()).collect();
    assert!(levels.len() >= 4, "titles of all levels are found: {levels:?}");
    let older = TitleQuery::new("transport", 5).with_edition(SsicEdition::Y2010);
    let older = must(register.search_titles(&older).await);
    assert!(!older.is_empty() && older.iter().all(|hit| hit.node.edition() == SsicEdition::Y2010));
}

/// A title that rows gave is found.
pub async fn title_search_knows_what_was_imported(builder: &dyn RegisterBuilder) {
    let (_guard, register) = small(builder).await;
    assert_eq!(search(&*register, "zeppelin", 5).await, []);
    let code = must(SsicCode::new("52292", SsicEdition::Y2025));
    let row = RegisterRow::from(entity("202012345K", "ZEP PTE. LTD."))
        .with_titles(vec![(code, "Zeppelin mooring".to_owned())]);
    must(register.import(ImportRequest::new(std::iter::once(Ok(row)), SsicEdition::Y2025)).await);
    let hits = search(&*register, "zeppelin", 5).await;
    assert_eq!((hits.len(), hits[0].node, hits[0].title.as_str()), (1, node("52292"), "Zeppelin mooring"));
}

/// Words of no title find nothing.
pub async fn title_search_finds_nothing_for_nonsense(builder: &dyn RegisterBuilder) {
    let (_guard, register) = small(builder).await;
    for words in ["", "   ", "xyzzy qwrt", "of and the", "-- /"] {
        assert_eq!(search(&*register, words, 10).await, [], "{words}");
    }
}

/// Before an import the built-in titles are found.
pub async fn title_search_needs_no_entities(builder: &dyn RegisterBuilder) {
    let (_guard, register) = builder.build().await;
    let hits = search(&*register, "freight forwarding", 3).await;
    assert_eq!(hits.first().map(|hit| hit.node), Some(node("52292")));
}
