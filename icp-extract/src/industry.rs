//! `industry_label`: the industry of the company; on the user's own site also the industries it says it serves.
//!
//! A company's industry is in the first things it says: the description it gives to machines, its first heading, its
//! first paragraph. "Software for restaurants" is software, not a restaurant.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use icp_core::model::{Block, BlockKind, Finding, Page, PageKind, SignalKey, SiteRole, Zone};
use icp_core::site::text::{self, find_word, has_word};

use crate::lexicon::{Lexicon, Topic};
use crate::report::{MatchBudget, report};
use crate::subject::{Subject, subject};
use crate::word_list::{self, sound};

/// The label of a type of schema.org.
static SCHEMA_TYPES: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| sound(word_list::SCHEMA_TYPES.map()));

/// Words after which industries are those of customers.
#[rustfmt::skip]
const SERVED: &[&str] = &[
    "for", "services to", "solutions to", "software to", "serve", "serves", "serving", "help", "helps", "helping", "trusted by", "used by", "loved by", "empower", "empowers", "empowering", "built for", "designed for",
    "customers", "clients", "connects", "connecting", "industries", "sectors", "enable", "enables", "supporting", "supports", "among", "such as", "supplier to",
];
#[rustfmt::skip]
const DENIED: &[&str] = &["not a", "not an", "unlike", "instead of", "without", "replaces", "not"];
/// Headings above a list of the industries served.
#[rustfmt::skip]
const SERVED_HEADINGS: &[&str] =
    &["industries", "industries we serve", "sectors", "who we serve", "sectors we serve", "who we help", "markets we serve", "industries served", "built for", "our customers"];

/// Finds the company's industry and, on the user's own site, the industries it serves.
pub(crate) fn find(page: &Page, role: SiteRole, out: &mut Vec<Finding>) {
    if matches!(page.kind, PageKind::Home | PageKind::About) {
        own(page, role, out);
    }
    if role == SiteRole::Own && !matches!(page.kind, PageKind::Blog | PageKind::Careers | PageKind::Legal) {
        served(page, out);
    }
    for (block, line) in page.zone(Zone::JsonLd) {
        described(page, block, line, out);
    }
}

/// The places in which a company says what it is.
fn own(page: &Page, role: SiteRole, out: &mut Vec<Finding>) {
    let mut lead = false;
    let mut budget = MatchBudget::new();
    for block in &page.blocks {
        let text = page.block_text(block);
        let sure = match (block.zone, block.kind) {
            (Zone::Meta, _) if is_description(text) => 0.85,
            (Zone::Main | Zone::Header, BlockKind::Heading(1)) => 0.85,
            (Zone::Main, BlockKind::Text) if !lead && text.len() >= 40 => {
                lead = true;
                0.75
            }
            _ => continue,
        };
        for (span, label) in industries(text) {
            if !budget.take() {
                return;
            }
            let sentence = text::sentence(text, &span);
            let clause = text[sentence.start..span.start].to_ascii_lowercase();
            if has_word(&clause, DENIED) || text[sentence].trim_end().ends_with('?') {
                continue;
            }
            let is_served = SERVED.iter().any(|cue| find_word(&clause, cue).is_some());
            if is_served && role != SiteRole::Own {
                continue;
            }
            let sure = if is_served { 0.7 } else { sure };
            report(out, page, block, (SignalKey::IndustryLabel, label), text::quote(text, &span), sure);
        }
    }
}

fn is_description(line: &str) -> bool {
    line.split_once(':').is_some_and(|(name, _)| {
        matches!(
            name.trim().to_ascii_lowercase().as_str(),
            "description"
                | "og:description"
                | "twitter:description"
                | "og:title"
                | "og"
                | "title"
                | "twitter"
        )
    })
}

/// Lists of industries on the user's own site.
fn served(page: &Page, out: &mut Vec<Finding>) {
    let mut budget = MatchBudget::new();
    for line in text::own_lines(page).filter(|line| line.block.zone == Zone::Main) {
        let under = line.headings().any(|heading| {
            let heading = heading.to_lowercase();
            SERVED_HEADINGS.contains(&heading.trim_matches(|c: char| !c.is_alphanumeric()))
                || has_word(&heading, &["industries", "who we serve", "sectors we serve"])
        });
        let entry = matches!(
            line.block.kind,
            BlockKind::Heading(_) | BlockKind::Item | BlockKind::Cell | BlockKind::ImageText
        ) && line.text.len() <= 80;
        let listed = entry && (under || page.kind == PageKind::Industries);
        for (span, label) in industries(line.text) {
            if !budget.take() {
                return;
            }
            let sentence = line.text[text::sentence(line.text, &span)].to_ascii_lowercase();
            let said = has_word(
                &sentence,
                &[
                    "we serve",
                    "we help",
                    "serving",
                    "built for",
                    "our customers are",
                    "our clients are",
                    "trusted by",
                ],
            );
            let denied =
                has_word(&sentence, &["not", "don't", "don’t", "never", "except"]) || sentence.ends_with('?');
            let partners = subject(page, &line, &span) == Subject::Partner;
            if (listed || said) && !denied && !partners {
                report(
                    out,
                    page,
                    line.block,
                    (SignalKey::IndustryLabel, label),
                    text::quote(line.text, &span),
                    0.7,
                );
            }
        }
    }
}

/// `@type` and `industry` of JSON-LD.
fn described(page: &Page, block: &Block, line: &str, out: &mut Vec<Finding>) {
    let Some((path, value)) = line.split_once(": ") else { return };
    let (top, field) = path.split_once('.').unwrap_or(("", path));
    let named = match field {
        "@type" | "additionalType" => SCHEMA_TYPES.get(value.trim()).copied(),
        "industry" | "knowsAbout" | "description" | "slogan" if is_company(top) && field == "industry" => {
            industries(value).next().map(|(_, label)| label)
        }
        _ if is_company(top) => None,
        // `Bakery.name: ...` tells the type as well.
        "name" => SCHEMA_TYPES.get(top).copied(),
        _ => None,
    };
    if let Some(label) = named {
        let range = text::clip(line, 0..line.len(), &(0..1.min(line.len())));
        report(out, page, block, (SignalKey::IndustryLabel, label), range, 0.9);
    }
}

fn is_company(name: &str) -> bool {
    matches!(name, "Organization" | "Corporation" | "LocalBusiness" | "ProfessionalService" | "")
}

fn industries(text: &str) -> impl Iterator<Item = (Range<usize>, &'static str)> {
    Lexicon::own().hits(Topic::Industry, text).map(|hit| (hit.span, hit.value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{page, values};

    fn home(zone: Zone, kind: BlockKind, text: &str) -> Page {
        page(PageKind::Home, &[(zone, kind, text)])
    }

    fn as_own(page: &Page) -> Vec<String> {
        let mut out = Vec::new();
        find(page, SiteRole::Own, &mut out);
        out.into_iter().map(|finding| finding.value).collect()
    }

    #[test]
    fn what_companies_are() {
        for (text, labels) in [
            ("Freight forwarding, simplified", vec!["freight forwarding"]),
            ("Food wholesaler for hotels and restaurants", vec!["food wholesale"]),
            ("Precision engineering since 1988", vec!["precision engineering"]),
            ("Software for restaurants", vec!["software"]),
            ("We are Singapore's cold chain specialist.", vec!["cold chain"]),
        ] {
            assert_eq!(values(find, &home(Zone::Main, BlockKind::Heading(1), text)), labels, "{text}");
        }
        let meta = home(Zone::Meta, BlockKind::Text, "description: Noodle manufacturer in Senoko");
        assert_eq!(values(find, &meta), ["food manufacturing"]);
        let types = home(Zone::JsonLd, BlockKind::Text, "Bakery.name: Golden Crumb");
        assert_eq!(values(find, &types), ["bakery"]);
        let lead = page(
            PageKind::About,
            &[
                (
                    Zone::Main,
                    BlockKind::Text,
                    "Northpier is a customs broker and freight forwarder in Changi.",
                ),
                (
                    Zone::Main,
                    BlockKind::Text,
                    "Later in life some of us opened a bakery for the neighbourhood.",
                ),
            ],
        );
        assert_eq!(values(find, &lead), ["customs brokerage", "freight forwarding"]);
    }

    #[test]
    fn what_they_are_not() {
        for text in [
            "Trusted by restaurants and hotels",
            "We help manufacturers grow",
            "Not a bank",
            "Are you a retailer?",
            "Spain on a plate",
            "Schooling the trade",
        ] {
            assert_eq!(values(find, &home(Zone::Main, BlockKind::Heading(1), text)), [""; 0], "{text}");
        }
        assert_eq!(values(find, &home(Zone::Meta, BlockKind::Text, "keywords: bakery, logistics")), [""; 0]);
        assert_eq!(
            values(find, &page(PageKind::Blog, &[(Zone::Main, BlockKind::Heading(1), "Freight forwarding")])),
            [""; 0]
        );
    }

    #[test]
    fn industries_served_count_on_the_users_own_site_only() {
        let list = page(
            PageKind::Industries,
            &[
                (Zone::Main, BlockKind::Heading(3), "Freight forwarders"),
                (Zone::Main, BlockKind::Item, "Food wholesale"),
            ],
        );
        assert_eq!(as_own(&list), ["freight forwarding", "food wholesale"]);
        assert_eq!(values(find, &list), [""; 0]);
        let said =
            page(PageKind::Product, &[(Zone::Main, BlockKind::Text, "We serve bakeries and caterers.")]);
        assert_eq!(as_own(&said), ["bakery", "catering"]);
        let not =
            page(PageKind::Product, &[(Zone::Main, BlockKind::Text, "We serve anybody but not bakeries.")]);
        assert_eq!(as_own(&not), [""; 0]);
    }

    #[test]
    fn types_have_labels_that_phrases_have() {
        let labels: Vec<&str> = word_list::INDUSTRIES.map().unwrap().into_values().collect();
        for (name, label) in SCHEMA_TYPES.iter() {
            assert!(labels.contains(label), "{name} is a {label}, which no phrase is");
        }
    }
}
