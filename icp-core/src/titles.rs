//! Search over titles of the classification, and titles learnt from register rows: pure, the same for every register.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::model::SsicNode;
use crate::normalize::fold;
use crate::ports::TitleHit;

mod learnt;

pub use learnt::LearntTitles;

/// Words that say nothing about an industry.
const STOP_WORDS: [&str; 14] =
    ["a", "an", "and", "as", "by", "for", "in", "n", "nec", "of", "on", "or", "the", "to"];
/// How well another word of the same beginning matches, such as "accountancy" and "accounting".
const SAME_START: f64 = 0.6;
/// How well a word of the title matches that [`EVERYDAY`] gives for the word asked for.
const EVERYDAY_MATCH: f64 = 0.5;
/// How much of a score is how well the words asked for are covered; the rest is how little else the title says.
const COVERAGE: f64 = 0.8;

/// Everyday words, with stems of the words that titles use for them.
static EVERYDAY: LazyLock<FxHashMap<String, Vec<String>>> = LazyLock::new(|| {
    include_str!("titles/everyday.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .map(|(word, titles)| (stem(word), stems(titles)))
        .collect()
});

/// The nodes whose titles are nearest to some words, the nearest first.
///
/// A title scores 0 to 1. Each word asked for weighs as much as it is rare among the titles: ln(1 + titles / titles with
/// it). It counts in full when the title has it in singular or plural, by 0.6 when the title has a word of the same
/// beginning (five letters at least), and by 0.5 when it is an everyday word for one of the title's. Four fifths of the
/// score are the share of the weight found, one fifth the share of the title's own weight that was asked for. Of equal
/// scores the narrower node comes first, then the lower code. Case and the order of the words do not matter.
pub fn search_titles(titles: &BTreeMap<SsicNode, String>, words: &str, limit: usize) -> Vec<TitleHit> {
    let asked: BTreeSet<String> = stems(words).into_iter().collect();
    let stemmed: Vec<(&SsicNode, &String, BTreeSet<String>)> =
        titles.iter().map(|(node, title)| (node, title, stems(title).into_iter().collect())).collect();
    let mut frequency: FxHashMap<&str, usize> = FxHashMap::default();
    for stem in stemmed.iter().flat_map(|(.., stems)| stems) {
        *frequency.entry(stem).or_default() += 1;
    }
    let weight = |stem: &str| {
        // A word that no title has says the most, and is not found.
        let with = frequency.get(stem).copied().unwrap_or(1);
        (1.0 + stemmed.len() as f64 / with as f64).ln()
    };
    let whole: f64 = asked.iter().map(|stem| weight(stem)).sum();
    let mut hits: Vec<TitleHit> = Vec::new();
    for (node, title, stems) in &stemmed {
        let found: f64 = asked.iter().map(|stem| weight(stem) * best_match(stem, stems)).sum();
        if found == 0.0 {
            continue;
        }
        let own: f64 = stems.iter().map(|stem| weight(stem)).sum();
        let wanted: f64 = stems
            .iter()
            .map(|stem| weight(stem) * asked.iter().map(|asked| matching(asked, stem)).fold(0.0, f64::max))
            .sum();
        let score = COVERAGE * found / whole + (1.0 - COVERAGE) * wanted / own;
        hits.push(TitleHit::new(**node, title.as_str(), score));
    }
    hits.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| b.node.level().cmp(&a.node.level()))
            .then_with(|| a.node.cmp(&b.node))
    });
    hits.truncate(limit);
    hits
}

fn best_match(asked: &str, title: &BTreeSet<String>) -> f64 {
    if title.contains(asked) {
        return 1.0;
    }
    title.iter().map(|stem| matching(asked, stem)).fold(0.0, f64::max)
}

/// How well a word asked for matches a word of a title.
fn matching(asked: &str, title: &str) -> f64 {
    if asked == title {
        return 1.0;
    }
    if same_start(asked, title) {
        return SAME_START;
    }
    let everyday = EVERYDAY.get(asked).is_some_and(|stems| stems.iter().any(|stem| stem == title));
    if everyday { EVERYDAY_MATCH } else { 0.0 }
}

/// Whether two words begin alike: at least five letters, and all but three of the shorter one.
fn same_start(a: &str, b: &str) -> bool {
    let shared = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let shorter = a.chars().count().min(b.chars().count());
    shared >= 5 && shared + 3 >= shorter
}

/// The stems of a text's words that say something.
fn stems(text: &str) -> Vec<String> {
    fold(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !STOP_WORDS.contains(word))
        .map(stem)
        .collect()
}

/// A word without the ending of the plural.
fn stem(word: &str) -> String {
    if let Some(start) = word.strip_suffix("ies").filter(|start| start.len() >= 3) {
        return format!("{start}y");
    }
    for ending in ["sses", "shes", "ches", "xes"] {
        if word.ends_with(ending) {
            return word[..word.len() - 2].to_owned();
        }
    }
    let plural = word.len() >= 4 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us");
    if plural { word[..word.len() - 1].to_owned() } else { word.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{SsicEdition, SsicLevel};

    fn built_in() -> BTreeMap<SsicNode, String> {
        SsicEdition::Y2025.built_in_titles().map(|(node, title)| (node, title.to_owned())).collect()
    }

    fn codes(words: &str) -> Vec<String> {
        search_titles(&built_in(), words, 10).iter().map(|hit| hit.node.to_string()).collect()
    }

    #[test]
    fn plain_words_find_their_industry() {
        for (words, expected) in [
            ("freight forwarding", "52292"),
            ("software", "5820"),
            ("software publishing", "5820"),
            ("restaurants", "5611"),
            ("clinic", "86201"),
            ("dentist", "86204"),
            ("legal", "6910"),
            ("accountancy", "6920"),
            ("bakeries", "10719"),
            ("warehouse", "5210"),
        ] {
            let found = codes(words);
            assert!(found.iter().take(3).any(|code| code == expected), "{words}: {found:?}");
        }
        assert_eq!(codes("freight forwarding")[0], "52292");
        assert_eq!(codes("software publishing")[0], "5820");
    }

    #[test]
    fn case_order_and_plural_do_not_matter() {
        let one = search_titles(&built_in(), "freight transport", 20);
        assert_eq!(one.len(), 20);
        for same in ["TRANSPORT freight", "  freights, Transports!", "the freight of transport"] {
            assert_eq!(search_titles(&built_in(), same, 20), one, "{same}");
        }
    }

    #[test]
    fn nonsense_finds_nothing() {
        for words in ["", "   ", "xyzzy qwrt", "of and the", "-- /"] {
            assert_eq!(search_titles(&built_in(), words, 10), [], "{words}");
        }
    }

    #[test]
    fn scores_lie_between_0_and_1_and_a_whole_title_has_1() {
        for (node, title) in built_in().iter().step_by(97) {
            let hits = search_titles(&built_in(), title, 5);
            assert!((hits[0].score - 1.0).abs() < 1e-9, "{title}: {hits:?}");
            assert!(hits.iter().any(|hit| hit.node == *node || hit.title == *title), "{node}");
            assert!(hits.iter().all(|hit| (0.0..=1.0 + 1e-9).contains(&hit.score)));
        }
    }

    #[test]
    fn equal_titles_come_narrowest_first() {
        let levels: Vec<SsicLevel> = search_titles(&built_in(), "warehousing and storage", 2)
            .iter()
            .map(|hit| hit.node.level())
            .collect();
        assert_eq!(levels, [SsicLevel::Class, SsicLevel::Group]);
    }

    #[test]
    fn every_everyday_word_leads_to_a_title() {
        let titles: BTreeSet<String> = built_in().values().flat_map(|title| stems(title)).collect();
        for (word, stems) in EVERYDAY.iter() {
            for stem in stems {
                assert!(titles.contains(stem), "{word}: no title has `{stem}`");
            }
        }
    }
}
