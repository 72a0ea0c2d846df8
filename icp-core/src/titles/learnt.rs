//! Titles of codes, learnt from what register rows say beside them.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::model::{SsicCode, SsicLevel, SsicNode};

/// Different titles of one code that are remembered; a source with more is odd, and the first ones decide.
const VARIANTS: usize = 16;

/// How often each code had which title.
#[derive(Debug, Default)]
pub struct LearntTitles(FxHashMap<SsicCode, Vec<(String, u64)>>);

impl LearntTitles {
    /// Counts one more row with this title.
    pub fn saw(&mut self, code: SsicCode, title: &str) {
        let seen = self.0.entry(code).or_default();
        match seen.iter().position(|(held, _)| held == title) {
            Some(at) => seen[at].1 += 1,
            None if seen.len() < VARIANTS => seen.push((title.to_owned(), 1)),
            None => {}
        }
    }

    /// The most frequent title of each code, of equal ones the first in the alphabet.
    pub fn chosen(self) -> BTreeMap<SsicNode, String> {
        let most = |seen: Vec<(String, u64)>| {
            seen.into_iter().max_by(|(a, n), (b, m)| n.cmp(m).then_with(|| b.cmp(a))).map(|(title, _)| title)
        };
        let chosen =
            self.0.into_iter().filter_map(|(code, seen)| Some((code.at(SsicLevel::Subclass), most(seen)?)));
        chosen.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SsicEdition;

    #[test]
    fn the_most_frequent_title_wins_then_the_first() {
        let mut titles = LearntTitles::default();
        for (code, title) in [("01111", "B"), ("01111", "A"), ("01111", "B"), ("02222", "Z"), ("02222", "Y")]
        {
            titles.saw(SsicCode::new(code, SsicEdition::Y2025).unwrap(), title);
        }
        let chosen: Vec<(String, String)> =
            titles.chosen().into_iter().map(|(node, title)| (node.to_string(), title)).collect();
        assert_eq!(chosen, [("01111".to_owned(), "B".to_owned()), ("02222".to_owned(), "Y".to_owned())]);
    }
}
