//! All rules in a fixed order, as one extractor.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use icp_core::model::{ExtractorId, Finding, Page, SignalKey, SiteRole};
use icp_core::ports::{ExtractRequest, Extraction, Extractor, ExtractorClass};

use crate::lexicon::{Lexicon, Topic};
use crate::{
    channel, compliance, customers, events, headcount, industry, integration, integration_list, location,
    mention, menu, payment, pricing, served, technology, titles,
};

/// The most quotations one page gives for one value: more of them prove nothing more.
const MAX_QUOTES: u32 = 3;

type Rule = fn(&Page, SiteRole, &mut Vec<Finding>);

const RULES: &[Rule] = &[
    technology::find,
    integration::find,
    integration_list::find,
    payment::find,
    channel::find,
    mention::find,
    headcount::find,
    titles::find,
    location::find,
    industry::find,
    compliance::find,
    customers::find,
    events::find,
    pricing::find,
    served::find,
    menu::find,
];

/// The extractor that needs nothing: rules over words, addresses and headers.
#[derive(Clone, Copy, Debug, Default)]
pub struct RuleExtractor;

impl RuleExtractor {
    /// The findings of one page, in rule order and then by place. Total: any page gives an answer.
    pub fn findings(&self, page: &Page, role: SiteRole) -> Vec<Finding> {
        let mut out = Vec::new();
        for rule in RULES {
            let from = out.len();
            rule(page, role, &mut out);
            out[from..].sort_by(|a, b| {
                (a.range.start, a.range.end, a.key, &a.value).cmp(&(
                    b.range.start,
                    b.range.end,
                    b.key,
                    &b.value,
                ))
            });
        }
        one_role_for_a_logo(&mut out);
        let mut seen: BTreeSet<(SignalKey, String, usize, usize)> = BTreeSet::new();
        let mut quotes: BTreeMap<(SignalKey, String), u32> = BTreeMap::new();
        out.retain(|finding| {
            let new =
                seen.insert((finding.key, finding.value.clone(), finding.range.start, finding.range.end));
            if !new {
                return false;
            }
            let count = quotes.entry((finding.key, finding.value.clone())).or_default();
            *count += 1;
            *count <= MAX_QUOTES
        });
        out
    }
}

/// Strips of logos run into each other. A name that reads as a customer and as an integration on one page is an
/// integration when it is a known product, else a customer.
fn one_role_for_a_logo(findings: &mut Vec<Finding>) {
    let of = |key: SignalKey| -> BTreeSet<String> {
        findings.iter().filter(|it| it.key == key).map(|it| it.value.to_lowercase()).collect()
    };
    let (customers, integrations) = (of(SignalKey::CustomerLogo), of(SignalKey::Integration));
    findings.retain(|it| {
        let value = it.value.to_lowercase();
        match it.key {
            SignalKey::CustomerLogo => !integrations.contains(&value) || !is_product(&it.value),
            SignalKey::Integration => !customers.contains(&value) || is_product(&it.value),
            _ => true,
        }
    });
}

/// Whether a whole text is the name of a known product.
fn is_product(text: &str) -> bool {
    [Topic::Product, Topic::Software]
        .iter()
        .any(|topic| Lexicon::own().hits(*topic, text).any(|hit| hit.span == (0..text.len())))
}

#[async_trait]
impl Extractor for RuleExtractor {
    fn id(&self) -> ExtractorId {
        ExtractorId::new("rules", 3)
    }

    fn class(&self) -> ExtractorClass {
        ExtractorClass::Rules
    }

    async fn extract(&self, request: ExtractRequest<'_>) -> Extraction {
        let findings = self.findings(request.page, request.role);
        tracing::debug!(blocks = request.page.blocks.len(), findings = findings.len(), "page extracted");
        Extraction::found(findings)
    }
}

#[cfg(test)]
mod tests {
    use icp_core::model::{
        BlockKind, CompanyId, EvidenceSource, PageBuilder, PageKind, QuarantineReason, Timestamp, Zone, admit,
    };
    use icp_core::site::identity;
    use proptest::prelude::*;

    use super::*;

    /// Scraps of what sites say: rules must meet their own words in every wrong order.
    #[rustfmt::skip]
    const SCRAPS: &[&str] = &[
        "integrate with", "Xero", "SAP", "Sage", "not", "without", "a team of", "between", "from", "50", "1,200", "80+", "employees", "people",
        "ISO 9001:2015", "certified", "working towards", "UEN", "201512345K", "Co. Reg. No.:", "© 2026", "Northpier", "Pte. Ltd.", "(", ")", "&", "and",
        "Head of Operations", "CFO", "Managing Director", "Tuas", "Singapore 638888", "Malaysia", "offices in", "headquartered in", "freight forwarding",
        "we serve", "https://", "js.stripe.com", "/wp-content/", "generator: ", "WordPress", "set-cookie: _ga", "numberOfEmployees.minValue: 50",
        "Organization.", "legalName: ", "JobPosting.title: ", "PostalAddress.addressLocality: ", "é", "中文", "ß", "\u{301}", "🙂", ".", "?", ",", "\u{2022}", "“we”",
    ];

    #[test]
    fn a_logo_is_a_customer_or_an_integration() {
        let finding = |key, value: &str| {
            Finding::new(key, value, value, 0..value.len(), icp_core::model::Confidence::new(0.5))
        };
        let mut found: Vec<Finding> = ["Shopify", "Siemens"]
            .iter()
            .flat_map(|name| [finding(SignalKey::CustomerLogo, name), finding(SignalKey::Integration, name)])
            .collect();
        one_role_for_a_logo(&mut found);
        let left: Vec<_> = found.iter().map(|it| (it.key, it.value.as_str())).collect();
        assert_eq!(left, [(SignalKey::Integration, "Shopify"), (SignalKey::CustomerLogo, "Siemens")]);
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            4 => proptest::collection::vec((proptest::sample::select(SCRAPS), prop_oneof![Just(" "), Just("")]), 0..40)
                .prop_map(|parts| parts.into_iter().flat_map(|(word, gap)| [word, gap]).collect()),
            1 => "\\PC{0,400}",
        ]
    }

    fn zone() -> impl Strategy<Value = Zone> {
        proptest::sample::select(vec![
            Zone::Main,
            Zone::Main,
            Zone::Nav,
            Zone::Header,
            Zone::Aside,
            Zone::Form,
            Zone::Footer,
            Zone::Asset,
            Zone::Meta,
            Zone::JsonLd,
            Zone::HttpHeader,
        ])
    }

    fn kind() -> impl Strategy<Value = BlockKind> {
        prop_oneof![
            (0u8..9).prop_map(BlockKind::Heading),
            Just(BlockKind::Item),
            Just(BlockKind::Cell),
            Just(BlockKind::ImageText),
            Just(BlockKind::Text),
        ]
    }

    fn page_kind() -> impl Strategy<Value = PageKind> {
        proptest::sample::select(vec![
            PageKind::Home,
            PageKind::About,
            PageKind::Industries,
            PageKind::Customers,
            PageKind::Integrations,
            PageKind::Partners,
            PageKind::Pricing,
            PageKind::Careers,
            PageKind::Product,
            PageKind::Locations,
            PageKind::Legal,
            PageKind::Blog,
            PageKind::Other,
        ])
    }

    fn page() -> impl Strategy<Value = Page> {
        (text(), page_kind(), proptest::collection::vec((zone(), kind(), text()), 0..12)).prop_map(
            |(title, page_kind, blocks)| {
                let mut page = PageBuilder::new("https://www.northpier.sg/", Timestamp::from_micros(0));
                page.title(&title);
                for (zone, kind, text) in &blocks {
                    page.block(*zone, *kind, text);
                }
                let mut page = page.finish();
                page.kind = page_kind;
                page
            },
        )
    }

    #[test]
    fn a_hostile_page_has_its_matches_looked_at_2000_times_a_rule() {
        // One block of a kind that each rule reads, and more matches in it than the budget allows.
        for (rule, kind, line) in [
            (RULES[1], PageKind::Integrations, "Orders sync with Xero. "),
            (RULES[6], PageKind::About, "We are a team of 50 employees. "),
            (RULES[8], PageKind::About, "Our office in Tuas. "),
            (RULES[10], PageKind::About, "We are ISO 9001 certified. "),
        ] {
            let mut page = PageBuilder::new("https://www.northpier.sg/", Timestamp::from_micros(0));
            for _ in 0..25 {
                page.block(Zone::Main, BlockKind::Text, &line.repeat(100));
            }
            let mut page = page.finish();
            page.kind = kind;
            let mut out = Vec::new();
            rule(&page, SiteRole::Seed, &mut out);
            assert_eq!(out.len(), 2000, "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_page_gives_the_same_verbatim_findings(page in page(), own in any::<bool>()) {
            let role = if own { SiteRole::Own } else { SiteRole::Seed };
            let found = RuleExtractor.findings(&page, role);
            prop_assert_eq!(&found, &RuleExtractor.findings(&page, role));
            for finding in &found {
                prop_assert!(page.has_quote(finding.range.clone(), &finding.quote), "{:?}", finding);
                let admitted =
                    admit(finding, &page, CompanyId::from_u128(1), EvidenceSource::SeedSite, &RuleExtractor.id());
                if let Err(refused) = admitted {
                    // A cut can make digits read as a number that did not read so in the whole text.
                    prop_assert_eq!(refused.reason, QuarantineReason::PersonalData, "{:?}", finding);
                }
            }
            let who = identity(std::slice::from_ref(&page));
            prop_assert_eq!(&who, &identity(&[page.clone(), page.clone()]));
            for fact in &who.legal_names {
                prop_assert!(page.has_quote(fact.range.clone(), &fact.quote), "{:?}", fact);
            }
            for fact in &who.uens {
                prop_assert!(page.has_quote(fact.range.clone(), &fact.quote), "{:?}", fact);
            }
        }
    }
}
