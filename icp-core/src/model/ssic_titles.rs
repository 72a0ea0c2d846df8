//! Titles and sections of the classification, built in as facts. The files list each section, then its divisions with
//! all below them.
//!
//! Codes and titles: Singapore Standard Industrial Classification 2025, Department of Statistics, Singapore.
//! The sections and divisions of the editions 2010 to 2020 are those of ISIC Rev. 4.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::ssic::{SsicEdition, SsicNode};

static Y2025: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("ssic_2025.tsv")));
static OLDER: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("ssic_2010.tsv")));

/// The nodes of an edition.
struct Table {
    /// The section letter of each division; 0 for none.
    sections: [u8; 100],
    titles: BTreeMap<&'static str, &'static str>,
}

impl Table {
    fn read(text: &'static str) -> Self {
        let mut table = Self { sections: [0; 100], titles: BTreeMap::new() };
        let mut section = 0;
        for (code, title) in text.lines().filter_map(|line| line.split_once('\t')) {
            match (code.as_bytes(), code.parse::<usize>()) {
                ([letter], Err(_)) => section = *letter,
                ([_, _], Ok(division)) => table.sections[division] = section,
                _ => {}
            }
            // The register has codes of divisions that no edition describes.
            if !title.is_empty() {
                table.titles.insert(code, title);
            }
        }
        table
    }

    fn of(edition: SsicEdition) -> &'static Self {
        if edition == SsicEdition::Y2025 { &Y2025 } else { &OLDER }
    }
}

pub(super) fn section_of(edition: SsicEdition, division: &[u8]) -> Option<u8> {
    let number = std::str::from_utf8(division).ok()?.parse::<usize>().ok()?;
    Table::of(edition).sections.get(number).copied().filter(|letter| *letter != 0)
}

pub(super) fn title(edition: SsicEdition, code: &str) -> Option<&'static str> {
    Table::of(edition).titles.get(code).copied()
}

pub(super) fn all(edition: SsicEdition) -> impl Iterator<Item = (SsicNode, &'static str)> {
    let titles = &Table::of(edition).titles;
    titles.iter().filter_map(move |(code, title)| Some((SsicNode::new(code, edition).ok()?, *title)))
}
