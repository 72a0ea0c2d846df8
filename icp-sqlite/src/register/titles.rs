//! Titles of codes, learnt from what the files say beside them.

use rustc_hash::FxHashMap;

/// Different titles of one code that are remembered; a file with more is odd, and the first ones decide.
const VARIANTS: usize = 16;

/// How often each code had which title.
#[derive(Default)]
pub(super) struct Titles(FxHashMap<i64, Vec<(String, u64)>>);

impl Titles {
    pub(super) fn saw(&mut self, code: i64, title: &str) {
        let seen = self.0.entry(code).or_default();
        match seen.iter().position(|(held, _)| held == title) {
            Some(at) => seen[at].1 += 1,
            None if seen.len() < VARIANTS => seen.push((title.to_owned(), 1)),
            None => {}
        }
    }

    /// The most frequent title of each code, of equal ones the first in the alphabet; by code.
    pub(super) fn chosen(self) -> Vec<(String, String)> {
        let mut chosen: Vec<(String, String)> = self
            .0
            .into_iter()
            .filter_map(|(code, seen)| {
                let (title, _) = seen.into_iter().max_by(|(a, n), (b, m)| n.cmp(m).then_with(|| b.cmp(a)))?;
                Some((format!("{code:05}"), title))
            })
            .collect();
        chosen.sort();
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_title_wins_then_the_first() {
        let mut titles = Titles::default();
        for (code, title) in [(1111, "B"), (1111, "A"), (1111, "B"), (2222, "Z"), (2222, "Y")] {
            titles.saw(code, title);
        }
        let chosen = titles.chosen();
        assert_eq!(chosen, [("01111".to_owned(), "B".to_owned()), ("02222".to_owned(), "Y".to_owned())]);
    }
}
