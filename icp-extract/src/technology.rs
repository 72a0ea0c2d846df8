//! `technology`: what the site was seen to run. A fact of this key is what a company runs, never what it writes about:
//! only loaded addresses, the generator, response headers and cookies count.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use icp_core::model::{Domain, Finding, Page, SignalKey, SiteRole, Zone};
use icp_core::site::text;

use crate::libraries::libraries;
use crate::report::{is_own_product, report};
use crate::word_list::{self, ListError, ListProblem, Row, WordList, sound};

/// Where a literal must stand to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// `host`: the host of a loaded address: this name, or one below it.
    Host,
    /// `own-path`: the path of an address on the site's own domain.
    OwnPath,
    /// `host-path`: host and path of any loaded address.
    HostPath,
    /// `generator`: the start of the `generator` meta element.
    Generator,
    /// `meta-name`: the name of a meta element.
    MetaName,
    /// `header`: the start of a response header's name; with `: ` in it, also the start of its value.
    Header,
    /// `cookie`: the start of a cookie's name.
    Cookie,
    /// `link`: the host, or host and path, that a link of the page leads to.
    Link,
    /// `mark`: a mark that the parser saw in the page's own markup or scripts, whole.
    Mark,
}

impl At {
    fn read(row: &Row) -> Result<Self, ListError> {
        match row.how {
            Some("host") => Ok(Self::Host),
            Some("own-path") => Ok(Self::OwnPath),
            Some("host-path") => Ok(Self::HostPath),
            Some("generator") => Ok(Self::Generator),
            Some("meta-name") => Ok(Self::MetaName),
            Some("header") => Ok(Self::Header),
            Some("cookie") => Ok(Self::Cookie),
            Some("link") => Ok(Self::Link),
            Some("mark") => Ok(Self::Mark),
            _ => Err(row.error(ListProblem::UnknownWord)),
        }
    }
}

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

/// Finds software by its fingerprints.
pub(crate) fn find(page: &Page, _role: SiteRole, out: &mut Vec<Finding>) {
    let own = page.url.parse::<Domain>().ok();
    for block in &page.blocks {
        if !matches!(block.zone, Zone::Asset | Zone::Meta | Zone::HttpHeader) {
            continue;
        }
        let text = page.block_text(block);
        let mut line = None;
        let mut named: Vec<&str> = Vec::new();
        if block.zone == Zone::Asset {
            let line = line.get_or_insert_with(|| Line::new(block.zone, text, own.as_ref()));
            if let Some(host) =
                line.host.clone().filter(|host| line.reach == Reach::Load && !is_builder(&text[host.clone()]))
            {
                for (library, span) in libraries(text, &text[host.clone()], host.end..line.path_end) {
                    if !named.contains(&library) {
                        named.push(library);
                        let range = text::clip(text, 0..text.len(), &span);
                        report(out, page, block, (SignalKey::Technology, library), range, 0.9);
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
            let range = text::clip(text, 0..text.len(), &found.range());
            report(out, page, block, (SignalKey::Technology, product), range, confidence(at));
        }
    }
}

fn confidence(at: At) -> f64 {
    match at {
        At::Host | At::HostPath | At::Generator | At::MetaName => 0.95,
        At::Header | At::Cookie => 0.9,
        At::OwnPath | At::Mark => 0.85,
        At::Link => 0.8,
    }
}

/// How a page comes to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// It loads it.
    Load,
    /// It shows a picture from there, or sends a form there.
    Use,
    /// It links to it.
    Link,
}

/// A line, taken apart once for all literals in it: a line of nothing but literals costs no more than another.
#[derive(Debug)]
struct Line<'p> {
    zone: Zone,
    text: &'p str,
    reach: Reach,
    /// The host of the address it is.
    host: Option<Range<usize>>,
    /// Where query or fragment begin.
    path_end: usize,
    /// Whether it is an address on the site's own domain.
    is_own: bool,
    /// The name before the first colon in lower case, and where the value begins.
    field: Option<(String, usize)>,
}

impl<'p> Line<'p> {
    fn new(zone: Zone, text: &'p str, own: Option<&Domain>) -> Self {
        let host = host(text);
        let is_own = match (&host, own) {
            (None, _) => true,
            (Some(host), Some(own)) => {
                text[host.clone()].parse::<Domain>().is_ok_and(|asset| asset.same_site(own))
            }
            (Some(_), None) => false,
        };
        let reach = match text.split_once(" https://").map(|(word, _)| word) {
            Some("link") => Reach::Link,
            Some("image" | "form") => Reach::Use,
            _ => Reach::Load,
        };
        let field = text
            .split_once(':')
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), text.len() - value.trim_start().len()));
        Self { zone, text, reach, host, path_end: text.find(['?', '#']).unwrap_or(text.len()), is_own, field }
    }

    /// Whether a literal found at `span` stands where its row says.
    fn has(&self, at: At, span: &Range<usize>) -> bool {
        match (at, self.zone) {
            (At::Mark, Zone::Asset) => {
                let rest = &self.text[span.end..];
                span.start == 0 && (rest.is_empty() || self.text[span.clone()].ends_with(':'))
            }
            (At::Link, Zone::Asset) => {
                self.reach == Reach::Link
                    && self
                        .host
                        .as_ref()
                        .is_some_and(|host| self.begins_label(host, span) && span.end >= host.end)
            }
            (_, Zone::Asset) if self.reach == Reach::Link => false,
            (At::Host, Zone::Asset) => {
                self.host.as_ref().is_some_and(|host| self.begins_label(host, span) && span.end == host.end)
            }
            (At::HostPath, Zone::Asset) => self.host.as_ref().is_some_and(|host| {
                self.begins_label(host, span)
                    && span.start < host.end
                    && self.text.as_bytes().get(host.end) == Some(&b'/')
            }),
            (At::OwnPath, Zone::Asset) => {
                let path = self.host.as_ref().map_or(0, |host| host.end);
                let starts = span.start == 0 || self.text.as_bytes().get(span.start - 1) == Some(&b'/');
                self.is_own && starts && span.start >= path && span.end <= self.path_end
            }
            (At::Generator, Zone::Meta) => self.field.as_ref().is_some_and(|(name, value_at)| {
                name == "generator" && span.start == *value_at && ends_word(self.text, span.end)
            }),
            (At::MetaName, Zone::Meta) => {
                span.start == 0 && self.text[span.end..].trim_start().starts_with(':')
            }
            (At::Header, Zone::HttpHeader) => span.start == 0,
            (At::Cookie, Zone::HttpHeader) => self.field.as_ref().is_some_and(|(name, _)| {
                let before = self.text[..span.start].chars().next_back();
                matches!(name.as_str(), "set-cookie" | "cookie" | "cookies")
                    && span.start > name.len()
                    && matches!(before, Some(' ' | ':' | ';' | ','))
            }),
            _ => false,
        }
    }

    fn begins_label(&self, host: &Range<usize>, span: &Range<usize>) -> bool {
        span.start == host.start
            || span.start > host.start && self.text.as_bytes().get(span.start - 1) == Some(&b'.')
    }
}

/// Whether a host is of a site builder's own machinery: what it loads there is the builder's choice, not the company's.
fn is_builder(host: &str) -> bool {
    ["parastorage.com", "squarespace.com", "editmysite.com", "wsimg.com"]
        .iter()
        .any(|builder| host.ends_with(builder))
}

/// Where a scheme ends at the latest: `inline https`.
const MAX_SCHEME: usize = 12;

/// The host of an absolute or scheme-relative address, without user information and port.
fn host(line: &str) -> Option<Range<usize>> {
    let start = if line.starts_with("//") { 2 } else { line.find("://").filter(|at| *at <= MAX_SCHEME)? + 3 };
    let end = line[start..].find(['/', '?', '#']).map_or(line.len(), |at| start + at);
    let start = line[start..end].rfind('@').map_or(start, |at| start + at + 1);
    let end = line[start..end].find(':').map_or(end, |at| start + at);
    Some(start..end)
}

fn ends_word(line: &str, at: usize) -> bool {
    !line[at..].chars().next().is_some_and(char::is_alphanumeric)
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
    fn literals_are_lower_case_and_reachable() {
        for row in FINGERPRINTS.iter() {
            assert_eq!(row.literal, row.literal.to_ascii_lowercase());
            assert!(row.literal.len() >= 3, "{row:?}");
            let above = FINGERPRINTS.iter().find(|other| {
                other.at == At::Host
                    && other.product == row.product
                    && row.literal.ends_with(&format!(".{}", other.literal))
            });
            assert!(above.is_none(), "{row:?} can never be the first to match: {above:?}");
        }
    }
}
