//! `industry_served`, by where links lead: a site that keeps pages under `/industries/` says in their addresses what
//! the names of these pages are.

use std::collections::BTreeMap;

use icp_core::model::{Block, Domain, Finding, Page, SignalKey, SiteRole};
use icp_core::site::text::has_word;

use crate::report::{MatchBudget, report};
use crate::served::{USELESS, industries};

/// Folders of pages about industries of customers.
const INDUSTRIES: &[&str] =
    &["industries", "industry", "sectors", "sector", "verticals", "branchen", "secteurs", "industrias"];
/// Folders where only the name of an industry is one.
const SOLUTIONS: &[&str] = &["solutions", "solution", "for", "who-we-serve", "markets", "loesungen"];
/// Words of a product's name.
const PRODUCTS: &[&str] =
    &["software", "management", "system", "systems", "platform", "marketing", "services", "hardware", "app"];
/// Folders of what is written about, and of openings.
const WRITINGS: &[&str] =
    &["blog", "news", "insights", "resources", "careers", "jobs", "press", "events", "tag", "category"];

/// What a link's address says that its text names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    Industry,
    Solution,
}

/// Finds industries in the links of a page.
pub(crate) fn find(page: &Page, _role: SiteRole, out: &mut Vec<Finding>) {
    let Ok(own) = page.url.parse::<Domain>() else { return };
    let mut blocks: BTreeMap<&str, &Block> = BTreeMap::new();
    for block in page.blocks.iter().filter(|block| block.zone.is_visible()) {
        blocks.entry(page.block_text(block).trim()).or_insert(block);
    }
    let mut budget = MatchBudget::new();
    for link in &page.links {
        let text = link.text.trim();
        let Some(names) = leads_to(&link.url, &own).filter(|_| is_name(text)) else { continue };
        let Some(block) = blocks.get(text) else { continue };
        if !budget.take() {
            return;
        }
        let start = page.block_text(block).find(text).unwrap_or_default();
        let span = start..start + text.len();
        // "Property management software" is a product, though property is an industry.
        if names == Names::Solution && has_word(&text.to_lowercase(), PRODUCTS) {
            continue;
        }
        let hits: Vec<_> = industries(text).collect();
        let covered: usize = hits.iter().map(|(hit, _)| hit.len()).sum();
        if covered * 10 >= text.len() * 6 {
            for (_, label) in hits {
                report(out, page, block, (SignalKey::IndustryServed, label), span.clone(), 0.8);
            }
        } else if names == Names::Industry {
            report(out, page, block, (SignalKey::IndustryServed, &text.to_lowercase()), span, 0.75);
        }
    }
}

/// What an address on the site's own domain says of the page it leads to: its folder decides.
fn leads_to(address: &str, own: &Domain) -> Option<Names> {
    if !address.parse::<Domain>().is_ok_and(|domain| domain.same_site(own)) {
        return None;
    }
    let (_, path) = address.split_once("://")?.1.split_once('/')?;
    let path = path.split(['?', '#']).next()?.to_ascii_lowercase();
    let mut folders: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    folders.pop().filter(|page| !page.starts_with("index"))?;
    if folders.iter().any(|folder| WRITINGS.contains(folder)) {
        return None;
    }
    let folder = folders.last()?;
    let is_in = |list: &[&str], names| list.contains(folder).then_some(names);
    is_in(INDUSTRIES, Names::Industry).or_else(|| is_in(SOLUTIONS, Names::Solution))
}

/// Whether a link's text is a name and no call to read on.
fn is_name(text: &str) -> bool {
    let lower = text.to_lowercase();
    (3..=60).contains(&text.len())
        && text.split_whitespace().count() <= 6
        && !text.ends_with(['?', '!', '.', ':'])
        && !USELESS.contains(&lower.as_str())
        && !has_word(
            &lower,
            &["all", "more", "explore", "discover", "see", "view", "learn", "read", "our", "your"],
        )
        && text.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::values;
    use icp_core::model::{BlockKind, PageBuilder, Timestamp, Zone};

    fn linked(address: &str, text: &str) -> Vec<String> {
        let mut page = PageBuilder::new("https://northpier.example.sg/", Timestamp::from_micros(0));
        page.block(Zone::Nav, BlockKind::Item, text);
        page.link(address, text, Zone::Nav);
        values(find, &page.finish())
    }

    #[test]
    fn folders_say_what_links_name() {
        for (address, text, value) in [
            ("https://northpier.example.sg/industries/mining", "Metals & Mining", vec!["metals", "mining"]),
            ("https://www.northpier.example.sg/en/Industries/retail.html", "Retail", vec!["retail"]),
            ("https://northpier.example.sg/solutions/healthcare", "Healthcare", vec!["healthcare"]),
            ("https://northpier.example.sg/solutions/pms", "Property Management Software", vec![]),
            ("https://northpier.example.sg/solutions/alerts", "Alerts and reminders", vec![]),
            ("https://northpier.example.sg/industries/", "Industries", vec![]),
            ("https://northpier.example.sg/industries/retail", "Learn more", vec![]),
            ("https://northpier.example.sg/blog/industries/retail", "Retail", vec![]),
            ("https://other.example.com/industries/retail", "Retail", vec![]),
        ] {
            assert_eq!(linked(address, text), value, "{address} {text}");
        }
    }
}
