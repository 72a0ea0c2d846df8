//! Counting how rare words are in company names: `icp-bench words` writes `icp-core/src/resolve/words.txt`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use icp_core::normalize::NameForms;

use super::world::{Origin, real_names};
use crate::table::Options;

/// Words in fewer names than this are as rare as can be.
const LEAST: usize = 60;

/// Counts over the names to learn from only: those that are measured on must not leave a trace.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let names: Vec<String> = real_names(&options.data)?
        .into_iter()
        .filter(|(_, origin)| *origin == Origin::Train)
        .map(|(name, _)| name)
        .collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for name in &names {
        let forms = NameForms::of(name);
        let words: BTreeSet<&str> = forms
            .light
            .split(' ')
            .chain(forms.core.split(' '))
            .filter(|w| !w.is_empty() && w.is_ascii())
            .collect();
        for word in words {
            match counts.get_mut(word) {
                Some(count) => *count += 1,
                None => {
                    counts.insert(word.to_owned(), 1);
                }
            }
        }
    }
    let mut table = format!(
        "# How rare a word is in company names: ln(names / names with it). Words in fewer than {LEAST} names are not listed.\n\
         # Counted by `cargo run --release -p icp-bench -- words` over {} legal names of GLEIF (CC0), without those of\n\
         # the countries the benchmark measures on. Before training: rarities are features.\n",
        names.len()
    );
    for (word, count) in counts.iter().filter(|(_, count)| **count >= LEAST) {
        let _ = writeln!(table, "{word} {:.1}", (names.len() as f64 / *count as f64).ln());
    }
    let path = "icp-core/src/resolve/words.txt";
    std::fs::write(path, &table)
        .map_err(|e| format!("cannot write {path}: {e}; run it from the workspace's root"))?;
    eprintln!("wrote {path}: {} words; train again, so that the trees know them", table.lines().count() - 3);
    Ok(())
}
