//! `technology`: what the site was seen to run. A fact of this key is what a company runs, never what it writes about:
//! only loaded addresses, the generator, response headers, cookies and links to a service's pages count.

pub(crate) mod kinds;
mod line;
mod version;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use icp_core::model::{Block, Confidence, Domain, Finding, Page, SignalKey, SiteRole, Zone};
use icp_core::site::text;

use crate::libraries::libraries;
use crate::report::{is_own_product, report};
use crate::word_list::{self, ListError, Row, WordList, sound};

pub use kinds::{TECHNOLOGY_CATEGORIES, implied_technologies, technology_category};
pub(crate) use version::after as version_after;

use line::{At, Line, Reach, is_builder};

/// A technology that a page shows its site to run.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Technology {
    /// Its usual name.
    pub name: String,
    /// The kinds of software it is.
    pub categories: Vec<String>,
    /// The version that stands in the quotation.
    pub version: Option<String>,
    /// The byte range of the quotation in the page's text.
    pub range: Range<usize>,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// The technology that cannot run without this one, where this one itself left no mark. The quotation is of that one.
    pub implied_by: Option<String>,
}

/// The technologies of a page, each once, by name: what left a mark, and what that implies.
///
/// ```
/// use icp_core::model::{BlockKind, PageBuilder, Timestamp, Zone};
/// use icp_extract::technologies;
/// let mut page = PageBuilder::new("https://northpier.sg/", Timestamp::from_micros(0));
/// page.block(Zone::Meta, BlockKind::Text, "generator: Shopware 6.5");
/// let page = page.finish();
/// let found = technologies(&page);
/// let names: Vec<&str> = found.iter().map(|it| it.name.as_str()).collect();
/// assert_eq!(names, ["PHP", "Shopware", "Symfony"]);
/// assert_eq!(found[1].version.as_deref(), Some("6.5"));
/// assert_eq!(found[1].categories, ["ecommerce"]);
/// assert_eq!(found[0].implied_by.as_deref(), Some("Shopware"));
/// assert_eq!(&page.text.as_str()[found[0].range.clone()], "generator: Shopware 6.5");
/// ```
pub fn technologies(page: &Page) -> Vec<Technology> {
    let mut found: BTreeMap<&'static str, Seen<'_>> = BTreeMap::new();
    seen(page, |new| {
        let better = found
            .get(new.product)
            .is_none_or(|old| (new.version.is_some(), new.sure) > (old.version.is_some(), old.sure));
        if better {
            found.insert(new.product, new);
        }
    });
    let mut all: BTreeMap<&'static str, Technology> = BTreeMap::new();
    for (name, seen) in &found {
        all.insert(name, technology(name, seen, None));
    }
    for (name, seen) in &found {
        let mut open = vec![*name];
        while let Some(name) = open.pop() {
            for implied in implied_technologies(name) {
                if !all.contains_key(implied) {
                    all.insert(implied, technology(implied, seen, Some(name)));
                    open.push(implied);
                }
            }
        }
    }
    all.into_values().collect()
}

fn technology(name: &str, seen: &Seen<'_>, implied_by: Option<&str>) -> Technology {
    let start = seen.block.start as usize;
    let sure = if implied_by.is_some() { seen.sure * IMPLIED } else { seen.sure };
    Technology {
        name: name.to_owned(),
        categories: technology_category(name).map(str::to_owned).into_iter().collect(),
        version: seen.version.clone().filter(|_| implied_by.is_none()),
        range: start + seen.range.start..start + seen.range.end,
        confidence: Confidence::new(sure),
        implied_by: implied_by.map(str::to_owned),
    }
}

/// What an implied technology keeps of the sureness of the one that implies it.
const IMPLIED: f64 = 0.95;

/// A line of `technologies.tsv`. Every one has a literal: those that need a wide pattern cost as much as all others
/// together.
#[derive(Debug)]
pub(crate) struct Fingerprint {
    literal: &'static str,
    product: &'static str,
    at: At,
}

static FINGERPRINTS: LazyLock<Vec<Fingerprint>> =
    LazyLock::new(|| sound(fingerprints(word_list::TECHNOLOGIES)));

/// Reads the list of fingerprints.
pub(crate) fn fingerprints(list: WordList) -> Result<Vec<Fingerprint>, ListError> {
    let fingerprint =
        |row: Row| Ok(Fingerprint { literal: row.name, product: row.value, at: At::read(&row)? });
    list.rows()?.into_iter().map(fingerprint).collect()
}

/// Finds all literals, also those that overlap. They are parts of addresses and not words, so the
/// [`Lexicon`](crate::lexicon::Lexicon) does not hold them.
#[expect(clippy::expect_used, reason = "a constant list, built by every test")]
static LITERALS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .ascii_case_insensitive(true)
        .build(FINGERPRINTS.iter().map(|row| row.literal))
        .expect("a list that fits an automaton")
});

/// Finds software by its fingerprints. What is only implied is no evidence: the words that show it are another's.
pub(crate) fn find(page: &Page, _role: SiteRole, out: &mut Vec<Finding>) {
    seen(page, |seen| {
        report(out, page, seen.block, (SignalKey::Technology, seen.product), seen.range.clone(), seen.sure);
    });
}

/// A mark of a technology.
#[derive(Clone, Debug)]
struct Seen<'p> {
    product: &'static str,
    block: &'p Block,
    /// Where in the block.
    range: Range<usize>,
    version: Option<String>,
    sure: f64,
}

/// Tells every mark of a page, each technology once a line.
fn seen<'p>(page: &'p Page, mut tell: impl FnMut(Seen<'p>)) {
    let own = page.url.parse::<Domain>().ok();
    for block in &page.blocks {
        if !matches!(block.zone, Zone::Asset | Zone::Meta | Zone::HttpHeader) {
            continue;
        }
        let text = page.block_text(block);
        let mut line = None;
        let mut named: Vec<&str> = Vec::new();
        let mut tell = |product, span: Range<usize>, version: Option<Range<usize>>, sure| {
            let span = span.start..version.as_ref().map_or(span.end, |version| span.end.max(version.end));
            let range = text::clip(text, 0..text.len(), &span);
            let version = version.filter(|version| version.end <= range.end);
            let version = version.and_then(|version| Some(text.get(version)?.to_owned()));
            tell(Seen { product, block, range, version, sure });
        };
        if block.zone == Zone::Asset {
            let line = line.get_or_insert_with(|| Line::new(block.zone, text, own.as_ref()));
            if let Some(host) =
                line.host.clone().filter(|host| line.reach == Reach::Load && !is_builder(&text[host.clone()]))
            {
                for library in libraries(text, &text[host.clone()], host.end..line.path_end) {
                    if !named.contains(&library.name) {
                        named.push(library.name);
                        tell(library.name, library.span, library.version, 0.9);
                    }
                }
            }
        }
        for found in LITERALS.find_overlapping_iter(text) {
            let Some(&Fingerprint { product, at, .. }) = FINGERPRINTS.get(found.pattern().as_usize()) else {
                continue;
            };
            let line = line.get_or_insert_with(|| Line::new(block.zone, text, own.as_ref()));
            // What the vendor's own site loads from itself is its product.
            if named.contains(&product)
                || !line.has(at, &found.range())
                || at == At::Host && line.host.is_some() && line.is_own
                || is_own_product(page, product)
            {
                continue;
            }
            named.push(product);
            let version = matches!(at, At::Generator | At::Header).then(|| version_after(text, found.end()));
            tell(product, found.range(), version.flatten(), confidence(at));
        }
    }
}

fn confidence(at: At) -> f64 {
    match at {
        At::Host | At::HostPath | At::Generator | At::MetaName => 0.95,
        At::Header | At::Cookie => 0.9,
        At::OwnPath | At::Mark => 0.85,
        At::Link | At::TenantLink => 0.8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{page, values};
    use icp_core::model::{BlockKind, PageKind};

    fn found(zone: Zone, line: &str) -> Vec<String> {
        values(find, &page(PageKind::Home, &[(zone, BlockKind::Text, line)]))
    }

    #[test]
    fn what_a_site_runs() {
        for (zone, line, product) in [
            (Zone::Asset, "https://js.hs-scripts.com/123.js", "HubSpot"),
            (Zone::Asset, "//js.hs-scripts.com/123.js", "HubSpot"),
            (Zone::Asset, "HTTPS://JS.Stripe.com/v3/", "Stripe"),
            (Zone::Asset, "https://cdn.shopify.com/s/files/theme.js?v=1", "Shopify"),
            (Zone::Asset, "https://www.northpier.example.sg/wp-includes/js/x.js", "WordPress"),
            (Zone::Asset, "/wp-includes/js/x.js", "WordPress"),
            (Zone::Asset, "https://www.googletagmanager.com/gtm.js?id=GTM-1", "Google Tag Manager"),
            (Zone::Asset, "https://www.googletagmanager.com/gtag/js?id=G-1", "Google Analytics"),
            (Zone::Asset, "https://embed.tawk.to/abc/default", "tawk.to"),
            (Zone::Asset, "https://boards.greenhouse.io/embed/job_board?for=x", "Greenhouse"),
            (Zone::Asset, "https://assets.calendly.com/assets/external/widget.js", "Calendly"),
            (Zone::Meta, "generator: WordPress 6.8", "WordPress"),
            (Zone::Meta, "generator: Wix.com Website Builder", "Wix"),
            (Zone::Meta, "generator: HubSpot", "HubSpot CMS"),
            (Zone::Meta, "shopify-checkout-api-token: abc", "Shopify"),
            (Zone::HttpHeader, "x-wix-request-id: 17", "Wix"),
            (Zone::HttpHeader, "Server: cloudflare", "Cloudflare"),
            (Zone::HttpHeader, "set-cookie: _shopify_y", "Shopify"),
            (Zone::HttpHeader, "server: nginx/1.25.3", "nginx"),
            (Zone::HttpHeader, "sw-context-token: present", "Shopware"),
            (Zone::Asset, "link https://northpier.bamboohr.com/", "BambooHR"),
            (Zone::Asset, "link https://jobs.lever.co/", "Lever"),
            (Zone::HttpHeader, "set-cookie: a; hubspotutk", "HubSpot"),
        ] {
            assert_eq!(found(zone, line), [product], "{line}");
        }
        assert_eq!(
            found(Zone::Asset, "/wp-content/plugins/woocommerce/assets/a.js"),
            ["WordPress", "WooCommerce"]
        );
    }

    #[test]
    fn what_it_does_not_run() {
        for (zone, line) in [
            (Zone::Asset, "https://notshopify.com/theme.js"),
            (Zone::Asset, "https://cdn.notmyshopify.com/theme.js"),
            (Zone::Asset, "https://cdn.shopify.com.evil.sg/theme.js"),
            (Zone::Asset, "https://acme.sg/?next=https://js.stripe.com/v3/"),
            (Zone::Asset, "https://acme.sg/js.stripe.com/v3.js"),
            (Zone::Asset, "https://js.stripe.com@acme.sg/v3.js"),
            (Zone::Asset, "link https://www.bamboohr.com/"),
            (Zone::Asset, "link https://bamboohr.com/"),
            (Zone::Asset, "link https://northpierbamboohr.com/"),
            (Zone::Asset, "https://other.example.com/wp-content/x.js"),
            (Zone::Asset, "https://www.northpier.example.sg/x.js?from=/wp-content/"),
            (Zone::Asset, "https://www.northpier.example.sg/my-wp-content/x.js"),
            (Zone::Meta, "description: Built with WordPress and Shopify"),
            (Zone::Meta, "generator: Not WordPress"),
            (Zone::Meta, "generator: Ghostwriter 1"),
            (Zone::HttpHeader, "x-note: cf-ray"),
            (Zone::HttpHeader, "x-note: _shopify_y"),
            (Zone::Main, "https://js.stripe.com/v3/"),
            (Zone::Main, "Our shop runs on Shopify"),
        ] {
            assert_eq!(found(zone, line), [""; 0], "{line}");
        }
    }

    #[test]
    fn marks_of_forms_and_elements() {
        for (line, product) in [
            ("field: csrfmiddlewaretoken", "Django"),
            ("field: __VIEWSTATE", "ASP.NET"),
            ("element: lottie-player", "Lottie"),
            ("https://www.northpier.example.sg/676569/gtm.js", "Google Tag Manager"),
        ] {
            assert_eq!(found(Zone::Asset, line), [product], "{line}");
        }
    }

    #[test]
    fn a_vendor_s_own_site_is_its_product() {
        let on = |url: &str, line: &str| {
            let mut page = page(PageKind::Home, &[(Zone::Asset, BlockKind::Text, line)]);
            page.url = url.into();
            values(find, &page)
        };
        assert_eq!(on("https://www.contentstack.com/", "https://images.contentstack.io/x.js"), [""; 0]);
        assert_eq!(on("https://www.bynder.com/", "https://dam.bynder.com/x.js"), [""; 0]);
        assert_eq!(on("https://acme.sg/", "https://images.contentstack.io/x.js"), ["Contentstack"]);
    }

    #[test]
    fn every_rule_finds_its_product_by_its_literal() {
        for row in FINGERPRINTS.iter() {
            let literal = row.literal;
            let (zone, line) = match row.at {
                At::Host => (Zone::Asset, format!("https://{literal}/x")),
                At::HostPath => (Zone::Asset, format!("https://{literal}")),
                At::OwnPath => (Zone::Asset, format!("/{literal}")),
                At::Link => (Zone::Asset, format!("link https://{literal}")),
                At::TenantLink => (Zone::Asset, format!("link https://northpier.{literal}/")),
                At::Mark => {
                    (Zone::Asset, format!("{literal} {}", if literal.ends_with(':') { "x" } else { "" }))
                }
                At::Generator => (Zone::Meta, format!("generator: {literal} 1.2")),
                At::MetaName => (Zone::Meta, format!("{literal}: x")),
                At::Header => (Zone::HttpHeader, literal.to_owned()),
                At::Cookie => (Zone::HttpHeader, format!("set-cookie: {literal}")),
            };
            let found = found(zone, line.trim_end());
            assert!(found.iter().any(|it| it == row.product), "{row:?}: {line} gives {found:?}");
        }
    }

    #[test]
    fn versions_stand_in_the_quotation() {
        for (zone, line, name, version) in [
            (Zone::Meta, "generator: WordPress 6.8.1", "WordPress", "6.8.1"),
            (Zone::Meta, "generator: Elementor 3.21.8; features: x", "Elementor", "3.21.8"),
            (Zone::HttpHeader, "server: Apache/2.4.57 (Debian)", "Apache", "2.4.57"),
            (Zone::HttpHeader, "x-aspnet-version: 4.0.30319", "ASP.NET", "4.0.30319"),
            (Zone::Asset, "https://unpkg.com/react@18.3.1/umd/react.production.min.js", "React", "18.3.1"),
            (Zone::Asset, "https://cdn.jsdelivr.net/npm/swiper@11/swiper-bundle.min.css", "Swiper", "11"),
            (Zone::Asset, "https://code.jquery.com/jquery-3.7.1.min.js", "jQuery", "3.7.1"),
            (Zone::Asset, "https://cdnjs.cloudflare.com/ajax/libs/gsap/3.12.2/gsap.min.js", "GSAP", "3.12.2"),
        ] {
            let page = page(PageKind::Home, &[(zone, BlockKind::Text, line)]);
            let found = technologies(&page);
            let found = found.iter().find(|it| it.name == name).unwrap();
            assert_eq!(found.version.as_deref(), Some(version), "{line}");
            assert!(page.text.as_str()[found.range.clone()].contains(version), "{line}: {found:?}");
        }
        for line in ["generator: WordPress.com", "generator: WordPress", "generator: Hugo 2nd"] {
            let page = page(PageKind::Home, &[(Zone::Meta, BlockKind::Text, line)]);
            assert!(technologies(&page).iter().all(|it| it.version.is_none()), "{line}");
        }
    }

    #[test]
    fn what_is_implied_is_told_and_is_no_evidence() {
        let lines = [(Zone::Asset, BlockKind::Text, "/wp-content/plugins/woocommerce/assets/a.js")];
        let page = page(PageKind::Home, &lines);
        let found = technologies(&page);
        let told: Vec<(&str, Option<&str>)> =
            found.iter().map(|it| (it.name.as_str(), it.implied_by.as_deref())).collect();
        let implied = Some("WordPress");
        assert_eq!(told, [("MySQL", implied), ("PHP", implied), ("WooCommerce", None), ("WordPress", None)]);
        assert_eq!(values(find, &page), ["WordPress", "WooCommerce"]);
    }

    #[test]
    fn literals_are_lower_case_and_reachable() {
        for row in FINGERPRINTS.iter() {
            assert_eq!(row.literal, row.literal.to_ascii_lowercase());
            assert!(row.literal.len() >= 3, "{row:?}");
            let above = FINGERPRINTS.iter().find(|other| {
                other.at == At::Host
                    && !matches!(row.at, At::Link | At::TenantLink)
                    && other.product == row.product
                    && row.literal.ends_with(&format!(".{}", other.literal))
            });
            assert!(above.is_none(), "{row:?} can never be the first to match: {above:?}");
        }
    }
}
