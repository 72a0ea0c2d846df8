//! From a match to a finding.

use std::ops::Range;

use icp_core::model::{Block, Confidence, Finding, Page, SignalKey};
use regex::Regex;

/// The number of matches that a rule may still look at closely on one page. No honest page comes near its start, and a
/// hostile one costs no more.
#[derive(Debug)]
pub(crate) struct MatchBudget(u32);

impl MatchBudget {
    /// The budget of one page.
    pub(crate) fn new() -> Self {
        Self(2000)
    }

    /// Takes one; `false` when there is none left.
    pub(crate) fn take(&mut self) -> bool {
        let left = self.0 > 0;
        self.0 = self.0.saturating_sub(1);
        left
    }
}

/// Reports a finding whose quotation is a range of a block's text. An empty quotation is no finding.
pub(crate) fn report(
    out: &mut Vec<Finding>,
    page: &Page,
    block: &Block,
    (key, value): (SignalKey, &str),
    range: Range<usize>,
    confidence: f64,
) {
    let start = block.start as usize;
    let range = start + range.start..start + range.end;
    if let Some(quote) = page.text.as_str().get(range.clone())
        && !quote.trim().is_empty()
    {
        out.push(Finding::new(key, value, quote, range, Confidence::new(confidence)));
    }
}

/// Whether a product is the site's own: "HubSpot" on hubspot.com connects to others, and does not connect to HubSpot.
pub(crate) fn is_own_product(page: &Page, product: &str) -> bool {
    let host = page.url.split('/').nth(2).unwrap_or_default().trim_start_matches("www.");
    let letters = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
    };
    let name = letters(product);
    let mut labels = host.split('.').rev().skip(1).map(letters);
    name.len() >= 3 && labels.any(|label| label == name)
}

/// Compiles a constant pattern.
#[expect(clippy::expect_used, reason = "constant patterns, compiled by every test")]
pub(crate) fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a valid pattern")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_s_own_product() {
        for (url, product, own) in [
            ("https://www.hubspot.com/products", "HubSpot", true),
            ("https://docs.monday.com/x", "monday", true),
            ("https://hubspotters.example/", "HubSpot", false),
            ("https://acme.io/zoom", "Zoom", false),
        ] {
            let page =
                icp_core::model::PageBuilder::new(url, icp_core::model::Timestamp::from_micros(0)).finish();
            assert_eq!(is_own_product(&page, product), own, "{url}");
        }
    }

    #[test]
    fn a_budget_ends() {
        let mut budget = MatchBudget::new();
        assert_eq!(std::iter::from_fn(|| budget.take().then_some(())).count(), 2000);
        assert!(!budget.take());
    }
}
