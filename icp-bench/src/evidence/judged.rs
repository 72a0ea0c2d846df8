//! Items drawn at random from real pages, each judged by a person who gave a reason.
//!
//! `--draw FILE` writes the draw of today's rules with what the judge needs to see. `data/wcxb_judged.tsv` holds verdicts on page, key
//! and value: they stay true when rules change, and an item that is drawn and not judged yet is counted as such.

use std::collections::BTreeMap;
use std::path::Path;

use icp_core::model::{ContentHash, SignalKey};

use super::judge::Found;
use super::wcxb;

/// How many items are drawn.
const DRAWN: usize = 200;
const SEED: u64 = 20_261_125;

/// An item and the page it was found on.
pub(crate) struct Drawn {
    pub(crate) page: String,
    pub(crate) found: Found,
}

/// The draw: distinct facts of a page (key and value), 200 of all pages, always the same for the same rules and nearly
/// the same for others.
pub(crate) fn draw(folder: &Path) -> Vec<Drawn> {
    let mut all = Vec::new();
    for id in wcxb::ids(folder) {
        let Some(page) = wcxb::page(folder, &id) else { continue };
        let mut distinct: BTreeMap<(SignalKey, String), Found> = BTreeMap::new();
        for found in wcxb::findings(&page) {
            distinct.entry((found.key, found.value.clone())).or_insert(found);
        }
        all.extend(distinct.into_values().map(|found| Drawn { page: id.clone(), found }));
    }
    // The lowest hashes are a draw without favour, and stay drawn when other items come or go.
    all.sort_by_cached_key(|it: &Drawn| {
        ContentHash::of(&format!("{SEED} {} {} {}", it.page, it.found.key, it.found.value))
            .as_str()
            .to_owned()
    });
    all.truncate(DRAWN);
    all
}

/// Verdicts by page, key and value.
pub(crate) struct Verdicts(BTreeMap<(String, String, String), bool>);

impl Verdicts {
    /// Reads `page`, `key`, `value`, `right` or `wrong`, and the reason: tab-separated, a heading first.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let mut verdicts = BTreeMap::new();
        for (number, line) in text.lines().enumerate().skip(1) {
            let cells: Vec<&str> = line.split('\t').collect();
            let [page, key, value, verdict, reason] = cells[..] else {
                return Err(format!("line {}: it has {} cells, not 5", number + 1, cells.len()));
            };
            let right = match verdict {
                "right" => true,
                "wrong" => false,
                other => return Err(format!("line {}: `{other}` is neither right nor wrong", number + 1)),
            };
            if reason.trim().is_empty() {
                return Err(format!("line {}: a verdict needs a reason", number + 1));
            }
            verdicts.insert((page.to_owned(), key.to_owned(), value.to_owned()), right);
        }
        Ok(Self(verdicts))
    }

    /// The verdict on an item, when there is one.
    pub(crate) fn on(&self, drawn: &Drawn) -> Option<bool> {
        let key = (drawn.page.clone(), drawn.found.key.to_string(), drawn.found.value.clone());
        self.0.get(&key).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_are_whole() {
        assert!(
            Verdicts::read("page\tkey\tvalue\tverdict\treason\n1\tlocation\tFrance\tright\tits address")
                .is_ok()
        );
        for bad in
            ["1\tlocation\tFrance\tright", "1\tlocation\tFrance\tmaybe\tx", "1\tlocation\tFrance\tright\t "]
        {
            assert!(Verdicts::read(&format!("heading\n{bad}")).is_err(), "{bad}");
        }
    }
}
