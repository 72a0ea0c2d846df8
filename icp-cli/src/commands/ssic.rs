//! `icp ssic`: industry codes by words.

use icp::memory::MemoryRegister;
use icp::ports::TitleQuery;
use icp::prelude::*;

use crate::args::{Global, Ssic};
use crate::context::{open_existing, print_json};
use crate::fail::Outcome;
use crate::print;

pub(crate) async fn ssic(global: &Global, args: &Ssic) -> Outcome {
    let words = args.words.join(" ");
    let mut query = TitleQuery::new(words.as_str(), args.limit);
    if let Some(edition) = args.edition {
        query = query.with_edition(edition);
    }
    // Without a database there are the built-in titles.
    let hits = if global.db.exists() {
        open_existing(&global.db).await?.register().search_titles(&query).await?
    } else {
        MemoryRegister::empty().search_titles(&query).await?
    };
    if global.json {
        let hits: Vec<_> = hits
            .iter()
            .map(|hit| {
                serde_json::json!({
                    "code": hit.node.as_str(),
                    "level": hit.node.level().as_str(),
                    "edition": hit.node.edition().as_str(),
                    "title": hit.title,
                    "score": (hit.score * 1000.0).round() / 1000.0,
                })
            })
            .collect();
        return print_json(&serde_json::json!({ "words": words, "hits": hits }));
    }
    if hits.is_empty() {
        println!("No SSIC title has any of these words: {words}");
        return Ok(());
    }
    let mut table = print::table(&["code", "level", "edition", "title", "score"]);
    for hit in &hits {
        table.add_row([
            hit.node.to_string(),
            hit.node.level().to_string(),
            hit.node.edition().to_string(),
            hit.title.clone(),
            format!("{:.2}", hit.score),
        ]);
    }
    println!("{table}");
    Ok(())
}
