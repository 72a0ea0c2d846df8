//! Who a site says it belongs to: UENs and legal names in the places where companies must print their own.
//!
//! Resolution needs this; it is not evidence. Names of others (auditors, customers, the web designer) are printed
//! on sites too, so only some places count, and what stands in them is ranked by how far the place can be trusted.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::legal_name::printed_names;
use super::text::{self, has_word};
use crate::model::{Block, Page, PageKind, Uen, Zone};
use crate::normalize::NameForms;

/// Where on a site a fact was printed, most trusted first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum IdentityPlace {
    /// A legal page that says who "we" are, or whose number it is.
    LegalStatement,
    /// The foot of a page, or what the page tells machines about its owner.
    Footer,
    /// The about or contact page.
    About,
    /// A legal page that merely names it.
    LegalMention,
    /// The home page's content.
    Home,
}

/// One fact about whose site it is, where it is best printed, and how often it is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdentityFact<T> {
    /// The fact.
    pub value: T,
    /// The most trusted place that prints it.
    pub place: IdentityPlace,
    /// That page.
    pub url: String,
    /// The words there, verbatim.
    pub quote: String,
    /// Their byte range in that page's text.
    pub range: Range<usize>,
    /// How many of the pages print it in a place that counts.
    pub pages: u32,
}

impl<T> IdentityFact<T> {
    /// A fact that one page prints in a range of its text; `None` when the text has no such range.
    pub fn new(value: T, place: IdentityPlace, page: &Page, range: Range<usize>) -> Option<Self> {
        let quote = page.text.as_str().get(range.clone())?.to_owned();
        Some(Self { value, place, url: page.url.clone(), quote, range, pages: 1 })
    }
}

/// The owner, as a site prints it. All lists: most trusted place first, then most pages, then by value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SiteIdentity {
    /// UENs.
    pub uens: Vec<IdentityFact<Uen>>,
    /// Names with a legal form.
    pub legal_names: Vec<IdentityFact<String>>,
    /// Postal codes of addresses, as six digits.
    pub postal_codes: Vec<IdentityFact<String>>,
}

/// Reads the owner from a site's pages. The order of the pages does not matter.
///
/// ```
/// use icp_core::site::identity;
/// use icp_core::model::{BlockKind, PageBuilder, Timestamp, Zone};
/// let mut page = PageBuilder::new("https://northpier.sg/", Timestamp::from_micros(0));
/// page.block(Zone::Footer, BlockKind::Text, "© 2026 Northpier Logistics Pte. Ltd. (UEN 201512345K)");
/// let found = identity(&[page.finish()]);
/// assert_eq!(found.legal_names[0].value, "Northpier Logistics Pte. Ltd.");
/// assert_eq!(found.uens[0].value.as_str(), "201512345K");
/// ```
pub fn identity(pages: &[Page]) -> SiteIdentity {
    let mut found = Found::default();
    for page in pages {
        for line in text::lines(page) {
            read_block(page, line.block, line.text, &mut found);
        }
        for (block, text) in page.zone(Zone::JsonLd) {
            read_json_ld(page, block, text, &mut found);
        }
    }
    SiteIdentity {
        uens: found.uens.sorted(),
        legal_names: found.names.sorted(),
        postal_codes: found.postal_codes.sorted(),
    }
}

/// The facts found so far.
#[derive(Debug, Default)]
struct Found {
    uens: Gathered<Uen>,
    names: Gathered<String>,
    postal_codes: Gathered<String>,
}

/// Facts by key, each with its best sighting and the pages that print it.
#[derive(Debug)]
struct Gathered<T>(BTreeMap<String, (IdentityFact<T>, BTreeSet<String>)>);

impl<T> Default for Gathered<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: Clone> Gathered<T> {
    fn add(&mut self, key: String, value: T, place: IdentityPlace, page: &Page, range: Range<usize>) {
        let Some(fact) = IdentityFact::new(value, place, page, range) else { return };
        let (best, urls) = self.0.entry(key).or_insert_with(|| (fact.clone(), BTreeSet::new()));
        urls.insert(page.url.clone());
        if (fact.place, &fact.url, fact.range.start) < (best.place, &best.url, best.range.start) {
            *best = fact;
        }
        best.pages = u32::try_from(urls.len()).unwrap_or(u32::MAX);
    }

    fn sorted(self) -> Vec<IdentityFact<T>> {
        let mut facts: Vec<_> = self.0.into_iter().map(|(key, (fact, _))| (key, fact)).collect();
        facts.sort_by(|(a_key, a), (b_key, b)| {
            (a.place, std::cmp::Reverse(a.pages), a_key).cmp(&(b.place, std::cmp::Reverse(b.pages), b_key))
        });
        facts.into_iter().map(|(_, fact)| fact).collect()
    }
}

/// How far a visible block can be trusted to speak of the site's owner; `None` when it may speak of anybody.
fn place(page: &Page, block: &Block, sentence: &str) -> Option<IdentityPlace> {
    if block.zone == Zone::Footer {
        return Some(IdentityPlace::Footer);
    }
    if block.zone != Zone::Main {
        return None;
    }
    let lower = sentence.to_lowercase();
    let owner = has_word(
        &lower,
        &[
            "operated by",
            "owned by",
            "refers to",
            "the company",
            "trading as",
            "\u{201c}we\u{201d}",
            "(\"we\"",
            "\"we\"",
            "\"us\"",
            "\u{201c}us\u{201d}",
            "\"our\"",
            "uen",
            "published by",
        ],
    ) || lower.contains("we\u{201d}")
        || lower.contains('©');
    match page.kind {
        PageKind::Legal if owner => Some(IdentityPlace::LegalStatement),
        PageKind::Legal => Some(IdentityPlace::LegalMention),
        PageKind::About | PageKind::Locations => Some(IdentityPlace::About),
        PageKind::Home if owner => Some(IdentityPlace::Home),
        _ => None,
    }
}

/// Words before a name or number that make it somebody else's.
#[rustfmt::skip]
const OTHERS: &[&str] = &[
    "developed by", "designed by", "design by", "website by", "web design", "site by", "powered by", "hosted by", "built by", "created by",
    "maintained by", "auditor", "auditors", "audited by", "bankers", "banker", "a member of", "member of", "part of", "subsidiary of", "a company of",
    "customer", "customers", "client", "clients", "supplier", "suppliers", "vendor", "vendors", "landlord", "acquired by", "provided by",
    "service provider", "service providers", "such as", "formerly known as", "previously known as", "like",
];

fn of_another(before: &str) -> bool {
    let from = before.floor_char_boundary(before.len().saturating_sub(60));
    let near = before[from..].to_lowercase();
    // A sign that ends a thought also ends what was said of others.
    let near = near.rsplit(['|', '©', '\u{2022}', ';']).next().unwrap_or_default();
    let near = near.rsplit(". ").next().unwrap_or_default();
    has_word(near, OTHERS)
}

/// How many numbers and names of one block are looked at closely.
const MAX_MATCHES: usize = 500;

fn read_block(page: &Page, block: &Block, text: &str, found: &mut Found) {
    if block.zone != Zone::Footer && block.zone != Zone::Main {
        return;
    }
    for (uen, span) in printed_uens(text).into_iter().take(MAX_MATCHES) {
        let sentence = text::sentence(text, &span);
        if let Some(place) = place(page, block, &text[sentence.clone()])
            && !of_another(&text[..span.start])
        {
            let range = text::clip(text, sentence, &span);
            found.uens.add(uen.to_string(), uen, place, page, absolute(block, &range));
        }
    }
    for postal in text::postal_codes(text).take(MAX_MATCHES) {
        let sentence = text::sentence(text, &postal);
        if let Some(place) = place(page, block, &text[sentence]) {
            let code: String = text[postal.clone()].chars().filter(char::is_ascii_digit).collect();
            found.postal_codes.add(code.clone(), code, place, page, absolute(block, &postal));
        }
    }
    for span in printed_names(text).into_iter().take(MAX_MATCHES) {
        let sentence = text::sentence(text, &span);
        let name = text[span.clone()].trim_end_matches([',', ';', ':']).to_owned();
        if let Some(place) = place(page, block, &text[sentence])
            && !of_another(&text[..span.start])
            && !is_processor(&name)
        {
            let forms = NameForms::of(&name);
            let end = span.start + name.len();
            found.names.add(forms.light, name, place, page, absolute(block, &(span.start..end)));
        }
    }
}

fn read_json_ld(page: &Page, block: &Block, text: &str, found: &mut Found) {
    let Some((path, value)) = text.split_once(": ") else { return };
    let at = block.end as usize - value.len();
    let field = path.rsplit('.').next().unwrap_or_default();
    // The owner describes itself at the top; a customer or an author is described deeper.
    if path.matches('.').count() > 1 && !path.contains("publisher") && !path.contains("identifier") {
        return;
    }
    match field {
        "taxID" | "vatID" | "identifier" | "value" => {
            if let Ok(uen) = value.parse::<Uen>() {
                found.uens.add(uen.to_string(), uen, IdentityPlace::Footer, page, block.range());
            }
        }
        "legalName" => {
            let forms = NameForms::of(value);
            if forms.form.is_some() && forms.core != forms.light {
                found.names.add(
                    forms.light,
                    value.to_owned(),
                    IdentityPlace::Footer,
                    page,
                    at..block.end as usize,
                );
            }
        }
        _ => {}
    }
}

fn absolute(block: &Block, range: &Range<usize>) -> Range<usize> {
    block.start as usize + range.start..block.start as usize + range.end
}

#[expect(clippy::expect_used, reason = "a constant pattern, compiled by every test")]
static UEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?xi)
        (?P<label> (?: \b UEN (?: \s (?:no|number) )?
          | unique \s entity \s (?: no | number )
          | (?: company | co | business | corporate ) \.? \s? (?: reg | registration ) \.? (?: \s? (?: no | number | n[o°] ) )?
          | \b (?: reg | registration ) \.? \s? (?: no | number )
          | \b roc \s? (?: no )?
          | \b rcb \s? (?: no )?
          | gst \s? (?: reg | registration )? \.? \s? (?: no | number ) )
          [\s.:\#()\-–]{0,6} )?
        \b (?P<uen> (?: [0-9]{8} | (?:18|19|20)[0-9]{7} | [TSR][0-9]{2}[A-Z][A-Z0-9][0-9]{4} ) -? [A-Z] ) \b",
    )
    .expect("a valid pattern")
});

/// UENs with a label before them, or right after a legal form.
fn printed_uens(text: &str) -> Vec<(Uen, Range<usize>)> {
    UEN.captures_iter(text)
        .filter_map(|found| {
            let number = found.name("uen")?;
            let uen: Uen = number.as_str().replace('-', "").parse().ok()?;
            let labelled = found.name("label").is_some();
            (labelled || follows_legal_form(&text[..number.start()])).then(|| (uen, number.range()))
        })
        .collect()
}

fn follows_legal_form(before: &str) -> bool {
    let before = before.trim_end_matches(|c: char| !c.is_alphanumeric());
    let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    matches!(word.to_ascii_lowercase().as_str(), "ltd" | "limited" | "llp" | "lp")
}

/// Companies that privacy policies name because they process data for everybody.
fn is_processor(name: &str) -> bool {
    let lower = name.to_lowercase();
    let first = lower.split_whitespace().next().unwrap_or_default();
    matches!(
        first.trim_matches(|c: char| !c.is_alphanumeric()),
        "google"
            | "meta"
            | "facebook"
            | "microsoft"
            | "amazon"
            | "stripe"
            | "paypal"
            | "cloudflare"
            | "twitter"
            | "linkedin"
            | "apple"
            | "hubspot"
            | "automattic"
            | "salesforce"
            | "intuit"
            | "mailchimp"
            | "zendesk"
            | "hotjar"
            | "adobe"
            | "oracle"
            | "x"
    )
}

#[cfg(test)]
mod tests {
    use super::super::text::testing::{one, page};
    use super::*;
    use crate::model::BlockKind;

    fn footer(text: &str) -> SiteIdentity {
        identity(&[page(PageKind::Home, &[(Zone::Footer, BlockKind::Text, text)])])
    }

    fn names(found: &SiteIdentity) -> Vec<&str> {
        found.legal_names.iter().map(|fact| fact.value.as_str()).collect()
    }

    fn uens(found: &SiteIdentity) -> Vec<&str> {
        found.uens.iter().map(|fact| fact.value.as_str()).collect()
    }

    #[test]
    fn legal_names_as_footers_print_them() {
        for (text, name) in [
            ("© 2026 Northpier Logistics Pte. Ltd. All rights reserved.", "Northpier Logistics Pte. Ltd."),
            ("Copyright © 2019-2026 by GREEN & PACK (S) PTE LTD", "GREEN & PACK (S) PTE LTD"),
            (
                "Copyright 2026 Lian Hup Metal Works (Singapore) Private Limited. All rights reserved",
                "Lian Hup Metal Works (Singapore) Private Limited",
            ),
            ("©2026 northpier logistics pte ltd", "northpier logistics pte ltd"),
            ("All Rights Reserved. Supply59 Pte Ltd | Privacy Policy", "Supply59 Pte Ltd"),
            ("Privacy Policy of Harbour Foods Sdn. Bhd.", "Harbour Foods Sdn. Bhd."),
            ("© 2026 The Bread of Life Bakery Pte Ltd", "The Bread of Life Bakery Pte Ltd"),
            ("S.E.A. Freight Pte Ltd, 12 Tuas Ave 3", "S.E.A. Freight Pte Ltd"),
            ("© Müller Tooling GmbH", "Müller Tooling GmbH"),
            ("© 2026 3D Print Lab Pte. Ltd.", "3D Print Lab Pte. Ltd."),
            ("(c) 2026 ACME (PTE.) LTD.", "ACME (PTE.) LTD."),
            ("Tan & Lim LLP", "Tan & Lim LLP"),
        ] {
            assert_eq!(names(&footer(text)), [name], "{text}");
        }
    }

    #[test]
    fn names_of_others_are_not_the_owner() {
        for text in [
            "Website by Pixel Studio Pte Ltd",
            "Designed & developed by Web Wizards Pte. Ltd.",
            "A member of Orient Holdings Limited",
            "We build for a limited time only",
            "Limited Edition",
            "Pte Ltd",
            "Audited by Tan and Partners LLP",
            "Incline your seat",
        ] {
            assert_eq!(names(&footer(text)), [""; 0], "{text}");
        }
        let customers = one(PageKind::Customers, "Harbour Foods Pte Ltd (UEN 201512345K) is our customer.");
        assert_eq!(identity(&[customers]), SiteIdentity::default());
        let home = one(PageKind::Home, "We deliver for Harbour Foods Pte Ltd every day.");
        assert_eq!(identity(&[home]), SiteIdentity::default());
    }

    #[test]
    fn uens_as_sites_print_them() {
        for (text, uen) in [
            ("UEN 201512345K", "201512345K"),
            ("UEN: 53012345X", "53012345X"),
            ("Co. Reg. No.: 199901234n", "199901234N"),
            ("Company Registration No. 200012345-Z", "200012345Z"),
            ("Business Registration Number: T09LL0001B", "T09LL0001B"),
            ("Northpier Logistics Pte. Ltd. (201512345K)", "201512345K"),
            ("GST Reg No: 201512345K", "201512345K"),
            ("(Reg. No. 201512345K)", "201512345K"),
        ] {
            assert_eq!(uens(&footer(text)), [uen], "{text}");
        }
        for text in [
            "Order 201512345K",
            "Auditor: Tan LLP, UEN 201512345K",
            "UEN 2015123456K",
            "Part 53012345X fits",
            "UEN pending",
        ] {
            assert_eq!(uens(&footer(text)), [""; 0], "{text}");
        }
    }

    #[test]
    fn the_most_trusted_place_comes_first_and_differences_are_all_reported() {
        let mut legal = one(
            PageKind::Legal,
            "This site is operated by Northpier Logistics Pte Ltd (“we”), UEN 201512345K. Google LLC measures visits.",
        );
        legal.url = "https://n.sg/privacy".into();
        let mut home = page(
            PageKind::Home,
            &[(Zone::Footer, BlockKind::Text, "© 2026 Northpier Holdings Pte. Ltd. UEN 200011111A")],
        );
        home.url = "https://n.sg/".into();
        let mut about = page(
            PageKind::About,
            &[
                (Zone::Main, BlockKind::Text, "Northpier Holdings Pte Ltd was founded in Tuas."),
                (Zone::Footer, BlockKind::Text, "© 2026 Northpier Holdings Pte. Ltd. UEN 200011111A"),
            ],
        );
        about.url = "https://n.sg/about".into();
        let found = identity(&[home.clone(), about.clone(), legal.clone()]);
        assert_eq!(names(&found), ["Northpier Logistics Pte Ltd", "Northpier Holdings Pte. Ltd."]);
        assert_eq!(uens(&found), ["201512345K", "200011111A"]);
        assert_eq!(found.uens[1].pages, 2);
        assert_eq!(found.legal_names[1].place, IdentityPlace::Footer);
        assert_eq!(
            identity(&[legal.clone(), about.clone(), home.clone()]),
            found,
            "page order does not matter"
        );
        for fact in &found.legal_names {
            let at = [&home, &about, &legal].into_iter().find(|page| page.url == fact.url).unwrap();
            assert!(at.has_quote(fact.range.clone(), &fact.quote));
        }
    }

    #[test]
    fn machines_are_told_too() {
        let found = identity(&[page(
            PageKind::Home,
            &[
                (Zone::JsonLd, BlockKind::Text, "Organization.legalName: Northpier Logistics Pte. Ltd."),
                (Zone::JsonLd, BlockKind::Text, "Organization.taxID: 201512345K"),
                (Zone::JsonLd, BlockKind::Text, "Review.author.worksFor.legalName: Harbour Foods Pte Ltd"),
            ],
        )]);
        assert_eq!(
            (names(&found), uens(&found)),
            (vec!["Northpier Logistics Pte. Ltd."], vec!["201512345K"])
        );
        assert_eq!(found.legal_names[0].quote, "Northpier Logistics Pte. Ltd.");
    }
}
