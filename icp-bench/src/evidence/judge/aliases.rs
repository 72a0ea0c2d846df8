//! Names that are one: `data/same_names.tsv`.

use std::sync::LazyLock;

/// All forms of each name.
static NAMES: LazyLock<Vec<Vec<&str>>> = LazyLock::new(|| {
    include_str!("../../../data/same_names.tsv")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
        .collect()
});

/// Whether two names are one, by a comparison or because a line of the table has a form of each.
pub(super) fn same(a: &str, b: &str, equal: fn(&str, &str) -> bool) -> bool {
    let has = |forms: &[&str], name: &str| forms.iter().any(|form| equal(form, name));
    equal(a, b) || NAMES.iter().any(|forms| has(forms, a) && has(forms, b))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_form_stands_once_in_the_table() {
        let mut seen = BTreeSet::new();
        for forms in NAMES.iter() {
            assert!(forms.len() >= 2, "{forms:?}");
            for form in forms {
                assert!(!form.is_empty() && form.trim() == *form, "{forms:?}");
                assert!(seen.insert(*form), "{form} stands twice");
            }
        }
    }
}
