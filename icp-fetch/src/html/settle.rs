//! A second look at what was read: what one element alone does not tell about its zone, the text around it does.
//! Nothing is dropped and nothing changes its place; runs only move to another zone.

use std::collections::HashSet;

use icp_core::model::{BlockKind, Zone};

/// A run of text as it was met.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) zone: Zone,
    pub(super) kind: BlockKind,
    pub(super) text: String,
    /// How much of it is in links.
    pub(super) linked: usize,
}

impl Run {
    fn is_linked(&self) -> bool {
        5 * self.linked >= 4 * self.text.trim().len()
    }

    fn is_content(&self) -> bool {
        self.zone == Zone::Main && self.kind != BlockKind::ImageText
    }
}

/// Moves runs of the main zone to where they belong.
pub(super) fn settle(runs: &mut [Run]) {
    foot(runs);
    head(runs);
    repeated(runs);
}

/// A foot part without a mark: the note of copyright near the end of a page, the little after it, and the links before it.
fn foot(runs: &mut [Run]) {
    /// The most runs of a foot.
    const MOST: usize = 120;
    let from = runs.len() - runs.len() / 3;
    let Some(note) =
        (from..runs.len()).rev().find(|&at| runs[at].zone == Zone::Main && is_copyright(&runs[at].text))
    else {
        return;
    };
    let first = (from.max(note.saturating_sub(MOST))..note)
        .rev()
        .take_while(|&at| {
            let run = &runs[at];
            run.zone != Zone::Main || run.kind == BlockKind::ImageText || run.is_linked()
        })
        .last()
        .unwrap_or(note);
    runs[first..].iter_mut().filter(|run| run.zone == Zone::Main).for_each(|run| run.zone = Zone::Footer);
}

fn is_copyright(text: &str) -> bool {
    const MAX: usize = 300;
    text.len() <= MAX && {
        let lower = text.to_lowercase();
        lower.contains('©') || lower.contains("all rights reserved") || lower.contains("copyright 20")
    }
}

/// Rows of links before the first heading of the page: its menus.
fn head(runs: &mut [Run]) {
    /// The fewest links of a menu.
    const FEWEST: usize = 5;
    let title =
        runs.iter().position(|run| matches!(run.kind, BlockKind::Heading(1)) && run.zone == Zone::Main);
    let end = title.unwrap_or(0);
    let mut at = 0;
    while at < end {
        let row = runs[at..end].iter().take_while(|run| run.zone == Zone::Main && run.is_linked()).count();
        if row >= FEWEST {
            runs[at..at + row].iter_mut().for_each(|run| run.zone = Zone::Nav);
        }
        at += row.max(1);
    }
}

/// What stands on the page already: copies for carousels and for small screens. The first one stays. Cells, headings
/// and short lines repeat for good reason.
fn repeated(runs: &mut [Run]) {
    /// The fewest words of a run that counts.
    const WORDS: usize = 8;
    let mut seen: HashSet<String> = HashSet::new();
    for run in runs
        .iter_mut()
        .filter(|run| run.is_content() && !matches!(run.kind, BlockKind::Cell | BlockKind::Heading(_)))
    {
        let words: Vec<&str> = run.text.split_whitespace().collect();
        if words.len() >= WORDS && !seen.insert(words.join(" ")) {
            run.zone = Zone::Aside;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(kind: BlockKind, text: &str, linked: bool) -> Run {
        Run { zone: Zone::Main, kind, text: text.to_owned(), linked: if linked { text.len() } else { 0 } }
    }

    fn zones(mut runs: Vec<Run>) -> Vec<Zone> {
        settle(&mut runs);
        runs.iter().map(|run| run.zone).collect()
    }

    #[test]
    fn a_foot_is_the_note_of_copyright_and_the_links_before_it() {
        let mut runs: Vec<Run> =
            (0..8).map(|at| run(BlockKind::Text, &format!("Line {at} of the page"), false)).collect();
        runs.push(run(BlockKind::Item, "Imprint", true));
        runs.push(run(BlockKind::Text, "© 2026 GreenPack Pte. Ltd.", false));
        runs.push(run(BlockKind::Text, "12 Tuas Link", false));
        let mut expected = vec![Zone::Main; 8];
        expected.extend([Zone::Footer; 3]);
        assert_eq!(zones(runs), expected);
    }

    #[test]
    fn rows_of_links_before_the_title_are_menus() {
        let mut runs: Vec<Run> =
            (0..5).map(|at| run(BlockKind::Item, &format!("Service {at}"), true)).collect();
        runs.push(run(BlockKind::Heading(1), "Packaging", false));
        runs.extend((0..5).map(|at| run(BlockKind::Item, &format!("Product {at}"), true)));
        let mut expected = vec![Zone::Nav; 5];
        expected.extend([Zone::Main; 6]);
        assert_eq!(zones(runs), expected);
    }

    #[test]
    fn a_second_copy_moves_aside() {
        let long = "We deliver cold goods to every market in the region";
        let text = || run(BlockKind::Text, long, false);
        assert_eq!(zones(vec![text(), text()]), [Zone::Main, Zone::Aside]);
        let cell = || run(BlockKind::Cell, long, false);
        assert_eq!(zones(vec![cell(), cell()]), [Zone::Main, Zone::Main]);
    }
}
