//! What kind of software a technology is, and what else a site that runs it runs.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::libraries;
use crate::word_list::{self, ListError, ListProblem, WordList, sound};

/// The categories of technologies, in alphabetical order.
pub const TECHNOLOGY_CATEGORIES: &[&str] = &[
    "accessibility",
    "advertising",
    "analytics",
    "booking",
    "cms",
    "consent",
    "crm",
    "customer-data",
    "database",
    "ecommerce",
    "experimentation",
    "fonts",
    "forms",
    "framework",
    "hosting",
    "identity",
    "intent",
    "language",
    "learning",
    "library",
    "localisation",
    "marketing-automation",
    "media",
    "monitoring",
    "page-builder",
    "payments",
    "performance",
    "product-guidance",
    "recruiting",
    "reviews",
    "search",
    "security",
    "seo",
    "server",
    "support",
    "surveys",
    "tag-manager",
];

/// A line of `technology_kinds.tsv`.
#[derive(Debug)]
pub(crate) struct Kind {
    category: &'static str,
    implies: Vec<&'static str>,
}

/// Reads the list of kinds.
pub(crate) fn kinds(list: WordList) -> Result<BTreeMap<&'static str, Kind>, ListError> {
    let mut kinds = BTreeMap::new();
    for row in list.rows()? {
        let Some(category) = TECHNOLOGY_CATEGORIES.iter().copied().find(|known| *known == row.value) else {
            return Err(row.error(ListProblem::UnknownWord));
        };
        let implies = row.how.into_iter().flat_map(|names| names.split(", ")).collect();
        kinds.insert(row.name, Kind { category, implies });
    }
    Ok(kinds)
}

static KINDS: LazyLock<BTreeMap<&'static str, Kind>> =
    LazyLock::new(|| sound(kinds(word_list::TECHNOLOGY_KINDS)));

/// The category of a technology that this crate knows: one of [`TECHNOLOGY_CATEGORIES`].
///
/// ```
/// use icp_extract::technology_category;
/// assert_eq!(technology_category("Greenhouse"), Some("recruiting"));
/// assert_eq!(technology_category("Swiper"), Some("library"));
/// assert_eq!(technology_category("Homing pigeons"), None);
/// ```
pub fn technology_category(name: &str) -> Option<&'static str> {
    KINDS.get(name).map(|kind| kind.category).or_else(|| libraries::is_known(name).then_some("library"))
}

/// The technologies that a site runs as well when it runs this one, without what those imply in turn.
///
/// ```
/// assert_eq!(icp_extract::implied_technologies("Nuxt"), ["Vue", "Node.js"]);
/// ```
pub fn implied_technologies(name: &str) -> &'static [&'static str] {
    KINDS.get(name).map(|kind| kind.implies.as_slice()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn every_technology_has_a_category() {
        assert!(TECHNOLOGY_CATEGORIES.is_sorted());
        let rows = word_list::TECHNOLOGIES.rows().unwrap();
        let without: BTreeSet<&str> =
            rows.iter().map(|row| row.value).filter(|name| !KINDS.contains_key(name)).collect();
        assert!(without.is_empty(), "{without:?}");
        let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
        for row in rows.iter().map(|row| row.value).collect::<BTreeSet<_>>() {
            *sizes.entry(KINDS[row].category).or_default() += 1;
        }
        // What companies are chosen by: what they sell with, and run their work on.
        let telling = [
            "crm",
            "marketing-automation",
            "ecommerce",
            "analytics",
            "payments",
            "support",
            "recruiting",
            "cms",
            "hosting",
        ];
        for category in telling {
            assert!(sizes[category] >= 15, "{category}: {sizes:?}");
        }
        assert!(telling.iter().map(|category| sizes[category]).sum::<usize>() >= 200, "{sizes:?}");
    }

    #[test]
    fn what_is_implied_is_known_and_never_circular() {
        for (name, kind) in KINDS.iter() {
            for implied in &kind.implies {
                assert!(KINDS.contains_key(implied), "{name}: {implied}");
            }
            let (mut seen, mut open) = (BTreeSet::new(), kind.implies.clone());
            while let Some(next) = open.pop() {
                assert_ne!(next, *name, "{name} implies itself");
                if seen.insert(next) {
                    open.extend(implied_technologies(next));
                }
            }
        }
    }
}
