//! Small pages for the tests of rules.

use icp_core::model::{BlockKind, Finding, Page, PageBuilder, PageKind, SiteRole, Timestamp, Zone};
use icp_core::site::text::MAX_QUOTE;

/// A page of one kind.
pub(crate) fn page(kind: PageKind, blocks: &[(Zone, BlockKind, &str)]) -> Page {
    let mut page = PageBuilder::new("https://northpier.example.sg/", Timestamp::from_micros(0));
    for (zone, kind, text) in blocks {
        page.block(*zone, *kind, text);
    }
    let mut page = page.finish();
    page.kind = kind;
    page
}

/// A page of one block of content.
pub(crate) fn one(kind: PageKind, text: &str) -> Page {
    page(kind, &[(Zone::Main, BlockKind::Text, text)])
}

/// The values a rule finds, each with a check that the quotation stands.
pub(crate) fn values(rule: fn(&Page, SiteRole, &mut Vec<Finding>), page: &Page) -> Vec<String> {
    let mut out = Vec::new();
    rule(page, SiteRole::Seed, &mut out);
    for finding in &out {
        assert!(page.has_quote(finding.range.clone(), &finding.quote), "{finding:?}");
        assert!(finding.quote.len() <= MAX_QUOTE, "{finding:?}");
    }
    out.into_iter().map(|finding| finding.value).collect()
}
