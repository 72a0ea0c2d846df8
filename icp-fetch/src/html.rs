//! Bytes to [`Page`]: what a person reads first, then what machines read. Pure: the same answer gives the same page.

mod assets;
mod build;
mod charset;
mod machine;
mod marks;
mod named;
mod panels;
mod quoting;
mod settle;
mod style;
mod walk;
mod zone;

use icp_core::model::{BlockKind, Page, PageBuilder, Refusal, Timestamp, Validators, Zone};
use scraper::{Html, Node};
use url::Url;

pub(crate) use charset::decode;

/// Reads a page from an answer's body.
///
/// `content_type` is the answer's media type as sent; without one, what does not look like HTML is plain text.
/// `headers` are the answer's headers; only those that name software are kept, of cookies only the names, and the marks
/// of the version as the page's validators.
///
/// A body that is a parser bomb (nesting, repeated formatting, attributes) is read up to the point where it becomes one.
///
/// ```
/// use icp_core::model::{Timestamp, Zone};
/// use icp_fetch::parse_html;
/// let url = "https://greenpack.example/".parse()?;
/// let html = b"<title>GreenPack</title><h1>Packaging</h1><p hidden>secret</p><footer>GreenPack Pte. Ltd.</footer>";
/// let page = parse_html(&url, html, Some("text/html"), &[("server", "nginx")], Timestamp::from_micros(0));
/// assert_eq!(page.text.as_str(), "Packaging\nGreenPack Pte. Ltd.\ntitle: GreenPack\nserver: nginx\n");
/// assert_eq!(page.zone(Zone::Footer).count(), 1);
/// # Ok::<(), url::ParseError>(())
/// ```
pub fn parse_html(
    url: &Url,
    body: &[u8],
    content_type: Option<&str>,
    headers: &[(&str, &str)],
    fetched_at: Timestamp,
) -> Page {
    parse(url, body, content_type, headers, fetched_at).0
}

/// Reads a page that may be quoted by the crawler that is named `token`; the site may forbid it.
pub(crate) fn read_page(
    url: &Url,
    body: &[u8],
    content_type: Option<&str>,
    headers: &[(&str, &str)],
    fetched_at: Timestamp,
    token: &str,
) -> Result<Page, Refusal> {
    let (page, marks) = parse(url, body, content_type, headers, fetched_at);
    quoting::check(&marks, headers, token)?;
    Ok(page)
}

/// A page, and the names and contents of its meta elements.
fn parse(
    url: &Url,
    body: &[u8],
    content_type: Option<&str>,
    headers: &[(&str, &str)],
    fetched_at: Timestamp,
) -> (Page, Vec<(String, String)>) {
    let text = decode(body, content_type);
    let mut metas = Vec::new();
    let mut page = PageBuilder::new(url.as_str(), fetched_at);
    page.body_bytes(body.len() as u64).validators(validators(headers));
    let plain = match content_type.map(media_type) {
        Some(kind) if !kind.is_empty() => kind == "text/plain",
        _ => !looks_like_html(&text),
    };
    if plain {
        for line in text.lines() {
            page.block(Zone::Main, BlockKind::Text, line);
        }
    } else {
        let html = build::tree(&text);
        let base = base(&html, url);
        walk::walk(&html, &base, &mut page);
        assets::assets(&html, &base, &mut page);
        machine::meta(&html, &mut page);
        machine::json_ld(&html, &mut page);
        metas = quoting::metas(&html);
    }
    machine::headers(headers, &mut page);
    (page.finish(), metas)
}

/// The marks of a version, from the headers of its answer.
pub(crate) fn validators(headers: &[(&str, &str)]) -> Option<Validators> {
    let value =
        |wanted: &str| headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|it| it.1);
    Validators::new(value("etag"), value("last-modified"))
}

/// The base of relative addresses: the first `base` element, or the page.
fn base(html: &Html, url: &Url) -> Url {
    let href = html.tree.nodes().find_map(|node| match node.value() {
        Node::Element(element) if element.name() == "base" => element.attr("href"),
        _ => None,
    });
    href.and_then(|href| url.join(href.trim()).ok())
        .filter(|base| matches!(base.scheme(), "http" | "https"))
        .unwrap_or_else(|| url.clone())
}

/// A link or asset: absolute, of the web, without fragment.
fn web_address(base: &Url, href: &str) -> Option<Url> {
    let mut url = base.join(href.trim()).ok()?;
    url.set_fragment(None);
    (matches!(url.scheme(), "http" | "https") && url.has_host() && url.as_str().len() <= MAX_ADDRESS)
        .then_some(url)
}

/// The longest address that is kept.
pub(crate) const MAX_ADDRESS: usize = 2048;

/// The media type without parameters, in lower case.
fn media_type(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether an answer of this media type is a page. A missing one may be.
#[cfg(feature = "http")]
pub(crate) fn is_page_type(content_type: Option<&str>) -> bool {
    let kind = content_type.map(media_type).unwrap_or_default();
    matches!(kind.as_str(), "" | "text/html" | "application/xhtml+xml" | "text/plain")
}

/// Whether bytes without a media type are text: none of the bytes that the WHATWG's MIME sniffing calls binary.
pub(crate) fn looks_like_text(body: &[u8]) -> bool {
    let head = &body[..body.len().min(1445)];
    encoding_rs::Encoding::for_bom(body).is_some()
        || (!head.starts_with(b"%PDF-")
            && !head.iter().any(|byte| matches!(byte, 0..=0x08 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f)))
}

fn looks_like_html(text: &str) -> bool {
    let head: String = text.trim_start().chars().take(1000).collect::<String>().to_ascii_lowercase();
    head.starts_with('<')
        && [
            "<!doctype",
            "<html",
            "<head",
            "<body",
            "<!--",
            "<script",
            "<title",
            "<meta",
            "<div",
            "<h1",
            "<p",
            "<table",
        ]
        .iter()
        .any(|tag| head.contains(tag))
}

#[cfg(test)]
mod tests;
