//! `technology`: what the site was seen to run. A fact of this key is what a company runs, never what it writes about:
//! only loaded addresses, the generator, response headers and cookies count.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::technology_table::{At, FINGERPRINTS};
use super::text;
use crate::model::{Block, Domain, Finding, Page, SignalKey, SiteRole, Zone};

#[expect(clippy::expect_used, reason = "a constant table, built by every test")]
static LITERALS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .ascii_case_insensitive(true)
        .build(FINGERPRINTS.iter().map(|(literal, _, _)| literal))
        .expect("the table fits an automaton")
});

/// Finds software by its fingerprints.
pub(super) fn find(page: &Page, _role: SiteRole, out: &mut Vec<Finding>) {
    let own = page.url.parse::<Domain>().ok();
    for block in &page.blocks {
        if !matches!(block.zone, Zone::Asset | Zone::Meta | Zone::HttpHeader) {
            continue;
        }
        let line = page.block_text(block);
        let mut named: Vec<&str> = Vec::new();
        for found in LITERALS.find_overlapping_iter(line) {
            let (_, at, product) = FINGERPRINTS[found.pattern().as_usize()];
            if named.contains(&product) || !stands(at, block, line, &found.range(), own.as_ref()) {
                continue;
            }
            named.push(product);
            let range = text::clip(line, 0..line.len(), &found.range());
            text::report(out, page, block, (SignalKey::Technology, product), range, confidence(at));
        }
    }
}

fn confidence(at: At) -> f64 {
    match at {
        At::Host | At::HostPath | At::Generator | At::MetaName => 0.95,
        At::Header | At::Cookie => 0.9,
        At::OwnPath => 0.85,
    }
}

/// Whether a literal found at `span` stands where its row says.
fn stands(at: At, block: &Block, line: &str, span: &Range<usize>, own: Option<&Domain>) -> bool {
    match (at, block.zone) {
        (At::Host, Zone::Asset) => host(line).is_some_and(|host| {
            host.start <= span.start && span.end == host.end && begins_label(line, span.start, host.start)
        }),
        (At::HostPath, Zone::Asset) => host(line).is_some_and(|host| {
            host.start <= span.start
                && span.start < host.end
                && begins_label(line, span.start, host.start)
                && line[span.start..].find('/').is_some_and(|at| span.start + at == host.end)
        }),
        (At::OwnPath, Zone::Asset) => {
            let path = host(line).map_or(0, |host| host.end);
            let end = line.find(['?', '#']).unwrap_or(line.len());
            let is_own = match (host(line).and_then(|host| line[host].parse::<Domain>().ok()), own) {
                (Some(asset), Some(own)) => asset.same_site(own),
                (None, _) => host(line).is_none(),
                (Some(_), None) => false,
            };
            let starts = span.start == 0 || line.as_bytes().get(span.start - 1) == Some(&b'/');
            is_own && starts && span.start >= path && span.end <= end
        }
        (At::Generator, Zone::Meta) => line.split_once(':').is_some_and(|(name, value)| {
            let value_at = line.len() - value.trim_start().len();
            name.trim().eq_ignore_ascii_case("generator")
                && span.start == value_at
                && ends_word(line, span.end)
        }),
        (At::MetaName, Zone::Meta) => span.start == 0 && line[span.end..].trim_start().starts_with(':'),
        (At::Header, Zone::HttpHeader) => span.start == 0,
        (At::Cookie, Zone::HttpHeader) => line.split_once(':').is_some_and(|(name, _)| {
            let name = name.trim().to_ascii_lowercase();
            let before = line[..span.start].chars().next_back();
            matches!(name.as_str(), "set-cookie" | "cookie" | "cookies")
                && span.start > name.len()
                && matches!(before, Some(' ' | ':' | ';' | ','))
        }),
        _ => false,
    }
}

/// The host of an absolute or scheme-relative address, without user information and port.
fn host(line: &str) -> Option<Range<usize>> {
    let start = if line.starts_with("//") { 2 } else { line.find("://").filter(|at| *at <= 5)? + 3 };
    let end = line[start..].find(['/', '?', '#']).map_or(line.len(), |at| start + at);
    let start = line[start..end].rfind('@').map_or(start, |at| start + at + 1);
    let end = line[start..end].find(':').map_or(end, |at| start + at);
    Some(start..end)
}

fn begins_label(line: &str, at: usize, host: usize) -> bool {
    at == host || line.as_bytes().get(at - 1) == Some(&b'.')
}

fn ends_word(line: &str, at: usize) -> bool {
    !line[at..].chars().next().is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::super::text::testing::{page, values};
    use super::*;
    use crate::model::{BlockKind, PageKind};

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
    fn rows_are_lower_case_and_listed_once() {
        let mut seen = std::collections::BTreeSet::new();
        for (literal, at, product) in FINGERPRINTS {
            assert_eq!(*literal, literal.to_ascii_lowercase());
            assert!(literal.len() >= 3 && !product.is_empty());
            assert!(seen.insert((literal, format!("{at:?}"))), "{literal} is listed twice");
            let above = |(other, at, product2): &&(&str, At, &str)| {
                *at == At::Host && product == product2 && literal.ends_with(&format!(".{other}"))
            };
            assert_eq!(FINGERPRINTS.iter().find(above), None, "{literal} can never be the first to match");
        }
    }
}
