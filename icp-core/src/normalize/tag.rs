//! Titles and tags: the same one however it is capitalised or spaced.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

/// The form under which two tags are the same: NFKC, lower case, white space collapsed.
pub fn fold(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Trims, drops the empty and keeps the first spelling of each tag, in order.
///
/// ```
/// use icp_core::normalize::dedupe_folded;
/// assert_eq!(dedupe_folded(["HubSpot", " hubspot", "", "Xero"]), ["HubSpot", "Xero"]);
/// ```
pub fn dedupe_folded<S: AsRef<str>>(tags: impl IntoIterator<Item = S>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    tags.into_iter()
        .map(|tag| tag.as_ref().split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|tag| !tag.is_empty() && seen.insert(fold(tag)))
        .collect()
}
