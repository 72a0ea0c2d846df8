//! Websites where companies are listed, never one company's own.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use icp_core::model::Domain;
use icp_core::{Error, ErrorKind, Result};

static BUILT_IN: LazyLock<Aggregators> = LazyLock::new(|| {
    let mut list = Aggregators { names: Arc::default() };
    // A test reads the file strictly. A line that says nothing lists nothing.
    for line in lines(include_str!("../data/aggregators.tsv")) {
        if let Some((name, kind)) = entry(line) {
            Arc::make_mut(&mut list.names).insert(name, kind);
        }
    }
    list
});

/// A list of directories, social networks, marketplaces, link shorteners and the like, by registrable domain
/// (`clutch.co`) or by a brand under any ending (`linkedin.*`). The default is the list that comes with this crate.
///
/// ```
/// use icp_fetch::Aggregators;
/// let list = Aggregators::default().with_list("# ours\nlocal-guide.example\tdirectory\n!medium.com\n")?;
/// assert_eq!(list.kind(&"www.local-guide.example".parse()?), Some("directory"));
/// assert_eq!(list.kind(&"sg.linkedin.com".parse()?), Some("network"));
/// assert_eq!(list.kind(&"medium.com".parse()?), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aggregators {
    names: Arc<BTreeMap<String, String>>,
}

impl Default for Aggregators {
    fn default() -> Self {
        BUILT_IN.clone()
    }
}

impl Aggregators {
    /// An empty list.
    pub fn none() -> Self {
        Self { names: Arc::default() }
    }

    /// Adds lines to the list: a name, a tab and what it is; `!` before a name takes it off; `#` begins a comment.
    ///
    /// # Errors
    /// `Invalid` for a line that is none of these, with its number.
    pub fn with_list(mut self, text: &str) -> Result<Self> {
        let names = Arc::make_mut(&mut self.names);
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let wrong = || {
                let reason = format!(
                    "line {}: `{line}` is no registrable domain and its kind, as in `clutch.co<tab>directory`",
                    number + 1
                );
                Error::new(ErrorKind::Invalid, "read a list of aggregators", reason)
            };
            match line.strip_prefix('!') {
                Some(name) => {
                    let name = checked(name.trim()).ok_or_else(wrong)?;
                    names.remove(&name);
                }
                None => {
                    let (name, kind) = entry(line).ok_or_else(wrong)?;
                    names.insert(name, kind);
                }
            }
        }
        Ok(self)
    }

    /// What a site is by its registrable domain: a `directory`, `network`, `marketplace`, `shortener` or `jobs` site.
    /// None for a site that may be one company's own.
    pub fn kind(&self, site: &Domain) -> Option<&str> {
        let by_brand = || self.names.get(&format!("{}.*", site.brand()));
        self.names.get(site.registrable()).or_else(by_brand).map(String::as_str)
    }
}

/// Whether a site is a directory, marketplace or network rather than one company's own, by the list that comes with this
/// crate.
///
/// ```
/// assert!(icp_fetch::is_aggregator(&"sg.linkedin.com".parse()?));
/// assert!(icp_fetch::is_aggregator(&"shopee.sg".parse()?));
/// assert!(!icp_fetch::is_aggregator(&"greenpack.example".parse()?));
/// # Ok::<(), icp_core::model::DomainError>(())
/// ```
pub fn is_aggregator(site: &Domain) -> bool {
    BUILT_IN.kind(site).is_some()
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// A line's name and kind. Spaces do for a tab.
fn entry(line: &str) -> Option<(String, String)> {
    let (name, kind) = line.split_once(char::is_whitespace)?;
    let kind = kind.trim();
    (!kind.is_empty()).then_some((checked(name)?, kind.to_owned()))
}

/// A registrable domain or a brand, in lower case.
fn checked(name: &str) -> Option<String> {
    let name = name.to_ascii_lowercase();
    let is_name = match name.strip_suffix(".*") {
        Some(brand) => !brand.is_empty() && !brand.contains(['.', '*']),
        None => name.parse::<Domain>().is_ok_and(|domain| domain.registrable() == name),
    };
    is_name.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sound() {
        let text = include_str!("../data/aggregators.tsv");
        let list = Aggregators::none().with_list(text).unwrap();
        assert_eq!(list.names.len(), lines(text).count(), "each name once");
        assert_eq!(list, Aggregators::default());
        for kind in list.names.values() {
            assert!(
                ["directory", "network", "marketplace", "shortener", "jobs"].contains(&kind.as_str()),
                "{kind}"
            );
        }
    }

    #[test]
    fn a_line_that_says_nothing_is_an_error_with_its_number() {
        for line in
            ["clutch.co", "www.clutch.co\tdirectory", "com\tdirectory", "!", "a.b.*\tnetwork", "!www.x.com"]
        {
            let error = Aggregators::default().with_list(&format!("# list\n{line}")).unwrap_err();
            assert!(error.to_string().contains("line 2"), "{line}: {error}");
        }
    }
}
