//! Text that machines read: one line each, after the visible text. Meta elements, JSON-LD, headers.

use std::collections::BTreeSet;

use icp_core::model::{BlockKind, PageBuilder, Zone};
use scraper::node::Element;
use scraper::{Html, Node};
use serde_json::Value;

/// The most lines of each kind.
pub(super) const MAX_LINES: usize = 300;
/// The most characters of a value.
const MAX_VALUE: usize = 500;

pub(super) fn elements(html: &Html) -> impl Iterator<Item = (ego_tree::NodeRef<'_, Node>, &Element)> {
    html.tree.root().descendants().filter_map(|node| Some((node, node.value().as_element()?)))
}

/// Adds a line; a value that is too long is cut.
pub(super) fn line(page: &mut PageBuilder, zone: Zone, name: &str, value: &str) {
    let value: String = value.chars().take(MAX_VALUE).collect();
    let text = if name.is_empty() { value } else { format!("{name}: {value}") };
    page.block(zone, BlockKind::Text, &text);
}

/// Meta elements that describe the site or its software.
const META: [&str; 17] = [
    "apple-mobile-web-app-title",
    "application-name",
    "description",
    "framework",
    "generator",
    "geo.placename",
    "geo.region",
    "keywords",
    "og:description",
    "og:locale",
    "og:site_name",
    "og:title",
    "og:type",
    "platform",
    "powered-by",
    "twitter:description",
    "twitter:title",
];

/// Meta elements that tell software by their presence; their values are keys.
const META_NAMES: [&str; 19] = [
    "ahrefs-site-verification",
    "baidu-site-verification",
    "csrf-param",
    "facebook-domain-verification",
    "google-site-verification",
    "google-translate-customization",
    "hubspot-domain-verification",
    "msvalidate.01",
    "naver-site-verification",
    "next-head-count",
    "next-size-adjust",
    "p:domain_verify",
    "shopify-checkout-api-token",
    "shopify-digital-wallet",
    "wix-dynamic-custom-elements",
    "wot-verification",
    "yandex-verification",
    "zoho-verification",
    "zohoverify",
];

/// Adds `name: content` of known meta elements.
pub(super) fn meta(html: &Html, page: &mut PageBuilder) {
    // The page's title is what it says of itself first, and only in the text can it be quoted.
    let title = elements(html).find(|(_, element)| element.name() == "title");
    let title = title.and_then(|(node, _)| node.first_child()).and_then(|text| text.value().as_text());
    if let Some(title) = title.map(|title| title.trim()).filter(|title| !title.is_empty()) {
        line(page, Zone::Meta, "title", title);
    }
    let mut seen = BTreeSet::new();
    for (_, element) in elements(html).filter(|(_, element)| element.name() == "meta") {
        let name =
            element.attr("name").or(element.attr("property")).unwrap_or_default().trim().to_ascii_lowercase();
        let content = element.attr("content").unwrap_or_default().trim();
        if name == "author" || name == "article:author" {
            page.person(content);
        }
        if META.binary_search(&name.as_str()).is_ok() && !content.is_empty() && seen.len() < MAX_LINES {
            let content: String = content.chars().take(MAX_VALUE).collect();
            if seen.insert((name.clone(), content.clone())) {
                line(page, Zone::Meta, &name, &content);
            }
        } else if META_NAMES.binary_search(&name.as_str()).is_ok()
            && seen.insert((name.clone(), String::new()))
        {
            line(page, Zone::Meta, &name, "present");
        }
    }
}

/// The deepest nesting of JSON-LD that is read.
const MAX_DEPTH: usize = 8;
/// The largest JSON-LD script that is read.
const MAX_SCRIPT: usize = 512 * 1024;

/// Adds `Type.path: value` for the values of JSON-LD objects. People, and what reaches them, are left out.
pub(super) fn json_ld(html: &Html, page: &mut PageBuilder) {
    let mut lines = Vec::new();
    for (node, element) in elements(html) {
        let is_json_ld = element.name() == "script"
            && element.attr("type").is_some_and(|kind| {
                kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/ld+json")
            });
        if !is_json_ld {
            continue;
        }
        let text: String = node.children().filter_map(|child| Some(&**child.value().as_text()?)).collect();
        if text.len() <= MAX_SCRIPT
            && let Ok(value) = serde_json::from_str::<Value>(&text)
        {
            object(&value, 0, &mut lines);
            people(&value, 0, page);
        }
    }
    let mut seen = BTreeSet::new();
    for (path, value) in lines {
        if seen.insert((path.clone(), value.clone())) {
            line(page, Zone::JsonLd, &path, &value);
        }
    }
}

/// Types about people, or about the page rather than the company.
const SKIPPED_TYPES: [&str; 20] = [
    "Article",
    "BlogPosting",
    "BreadcrumbList",
    "CollectionPage",
    "Comment",
    "ContactPoint",
    "EntryPoint",
    "ImageObject",
    "ItemPage",
    "ListItem",
    "NewsArticle",
    "Person",
    "ProfilePage",
    "Rating",
    "ReadAction",
    "Review",
    "SearchAction",
    "SearchResultsPage",
    "SiteNavigationElement",
    "WebPage",
];

/// Keys whose values are people, ways to reach them, or pictures.
const SKIPPED_KEYS: [&str; 50] = [
    "accountablePerson",
    "actor",
    "actors",
    "additionalName",
    "alumni",
    "applicationContact",
    "artist",
    "attendee",
    "author",
    "children",
    "colleague",
    "colleagues",
    "contactPoint",
    "contactPoints",
    "contributor",
    "copyrightHolder",
    "creator",
    "director",
    "editor",
    "email",
    "employee",
    "employees",
    "familyName",
    "faxNumber",
    "founder",
    "founders",
    "funder",
    "givenName",
    "image",
    "knows",
    "logo",
    "member",
    "members",
    "mobile",
    "organizer",
    "performer",
    "person",
    "phone",
    "photo",
    "potentialAction",
    "relatedTo",
    "review",
    "reviewedBy",
    "reviews",
    "screenshot",
    "speaker",
    "sponsor",
    "telephone",
    "thumbnailUrl",
    "video",
];

/// Words inside keys that sites make up: `contactPhone`, `emailAddress`.
const PERSONAL_PARTS: [&str; 6] = ["email", "fax", "mobile", "phone", "whatsapp", "contactnumber"];

/// Whether a key's value is a person, a way to reach one, or a picture.
fn is_personal(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    SKIPPED_KEYS.binary_search(&key).is_ok() || PERSONAL_PARTS.iter().any(|part| lower.contains(part))
}

/// Keys whose values are people when they are plain text.
const PEOPLE_KEYS: [&str; 8] =
    ["author", "creator", "editor", "employee", "employees", "founder", "founders", "reviewedBy"];

/// Tells the names of people, so that they are masked in the text too.
fn people(value: &Value, depth: usize, page: &mut PageBuilder) {
    if depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::Array(values) => values.iter().for_each(|value| people(value, depth + 1, page)),
        Value::Object(map) => {
            if type_of(map) == Some("Person")
                && let Some(name) = map.get("name").and_then(Value::as_str)
            {
                page.person(name);
            }
            for (key, value) in map {
                if let (true, Some(name)) = (PEOPLE_KEYS.contains(&key.as_str()), value.as_str()) {
                    page.person(name);
                }
                people(value, depth + 1, page);
            }
        }
        _ => {}
    }
}

/// The type of an object, without its vocabulary.
fn type_of(object: &serde_json::Map<String, Value>) -> Option<&str> {
    let kind = match object.get("@type")? {
        Value::String(kind) => kind,
        Value::Array(kinds) => kinds.iter().find_map(Value::as_str)?,
        _ => return None,
    };
    kind.rsplit(['/', '#', ':']).next().filter(|kind| !kind.is_empty())
}

/// Finds typed objects at the top: alone, in an array, or in a graph.
fn object(value: &Value, depth: usize, lines: &mut Vec<(String, String)>) {
    if depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::Array(values) => values.iter().for_each(|value| object(value, depth + 1, lines)),
        Value::Object(map) => {
            if let Some(graph) = map.get("@graph") {
                object(graph, depth + 1, lines);
            }
            if let Some(kind) = type_of(map) {
                flatten(kind, value, depth, lines);
            }
        }
        _ => {}
    }
}

fn flatten(path: &str, value: &Value, depth: usize, lines: &mut Vec<(String, String)>) {
    if depth > MAX_DEPTH || lines.len() >= MAX_LINES {
        return;
    }
    match value {
        Value::Object(map) => {
            if type_of(map).is_some_and(|kind| SKIPPED_TYPES.binary_search(&kind).is_ok()) {
                return;
            }
            for (key, value) in map {
                if !key.starts_with('@') && !is_personal(key) {
                    flatten(&format!("{path}.{key}"), value, depth + 1, lines);
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| flatten(path, value, depth + 1, lines)),
        Value::String(text) if !text.trim().is_empty() => {
            lines.push((path.to_owned(), text.chars().take(MAX_VALUE).collect()));
        }
        Value::Number(number) => lines.push((path.to_owned(), number.to_string())),
        Value::Bool(flag) => lines.push((path.to_owned(), flag.to_string())),
        _ => {}
    }
}

/// Headers whose values name software.
const HEADERS: [&str; 15] = [
    "powered-by",
    "server",
    "via",
    "x-aspnet-version",
    "x-aspnetmvc-version",
    "x-cms",
    "x-drupal-cache",
    "x-framework",
    "x-generator",
    "x-pingback",
    "x-powered-by",
    "x-powered-cms",
    "x-redirect-by",
    "x-shopify-stage",
    "x-turbo-charged-by",
];

/// Headers that reveal software by their presence; their values change with every answer.
const HEADER_NAMES: [&str; 25] = [
    "cf-ray",
    "fly-request-id",
    "sw-context-token",
    "x-amz-cf-id",
    "x-amz-request-id",
    "x-azure-ref",
    "x-cloud-trace-context",
    "x-cms-powered-by",
    "x-drupal-dynamic-cache",
    "x-episerver-version",
    "x-fastly-request-id",
    "x-github-request-id",
    "x-hs-hub-id",
    "x-iinfo",
    "x-kinsta-cache",
    "x-litespeed-cache",
    "x-magento-cache-id",
    "x-ms-request-id",
    "x-nf-request-id",
    "x-render-origin-server",
    "x-shopid",
    "x-sucuri-id",
    "x-varnish",
    "x-vercel-id",
    "x-wix-request-id",
];

/// What headers of one software begin with; their values change with every answer.
#[rustfmt::skip]
const HEADER_STARTS: [&str; 17] = [
    "x-acquia-", "x-akamai-", "x-craft-", "x-duda-", "x-fw-", "x-ghost-", "x-jimdo-", "x-oracle-dms-", "x-oss-", "x-pantheon-",
    "x-pressable-", "x-railway-", "x-sap-", "x-shopware-", "x-sitecore-", "x-wpe-", "x-wix-",
];

/// Adds headers that reveal software, and the names of cookies, in alphabetical order.
pub(super) fn headers(headers: &[(&str, &str)], page: &mut PageBuilder) {
    let mut lines = BTreeSet::new();
    for (name, value) in headers {
        let name = name.to_ascii_lowercase();
        if HEADERS.binary_search(&name.as_str()).is_ok() {
            lines.insert((name, (*value).to_owned()));
        } else if HEADER_NAMES.binary_search(&name.as_str()).is_ok()
            || HEADER_STARTS.iter().any(|start| name.starts_with(start))
        {
            lines.insert((name, "present".to_owned()));
        } else if name == "set-cookie" {
            let cookie = value.split(['=', ';']).next().unwrap_or_default().trim();
            if !cookie.is_empty() {
                lines.insert((name, cookie.to_owned()));
            }
        }
    }
    for (name, value) in lines.into_iter().take(MAX_LINES) {
        line(page, Zone::HttpHeader, &name, &value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted() {
        assert!(
            META.is_sorted()
                && META_NAMES.is_sorted()
                && SKIPPED_TYPES.is_sorted()
                && SKIPPED_KEYS.is_sorted()
        );
        assert!(HEADERS.is_sorted() && HEADER_NAMES.is_sorted());
    }
}
