//! Whether a page may be quoted: robots in meta elements and in the `X-Robots-Tag` header.
//!
//! Evidence is a stored quote, so a page that asks to be neither indexed nor quoted gives none: it is refused whole, and
//! nothing of it is kept.

use icp_core::model::{Refusal, RefusalCause};
use scraper::{Html, Node};

/// The most meta elements that are read.
const MAX_METAS: usize = 256;

/// Names, in lower case, and contents of meta elements that may be meant for crawlers.
pub(super) fn metas(html: &Html) -> Vec<(String, String)> {
    let elements = html.tree.nodes().filter_map(|node| match node.value() {
        Node::Element(element) if element.name() == "meta" => Some(element),
        _ => None,
    });
    elements
        .filter_map(|element| Some((element.attr("name")?, element.attr("content")?)))
        .map(|(name, content)| (name.trim().to_ascii_lowercase(), content.to_ascii_lowercase()))
        .filter(|(_, content)| words(content).any(forbids))
        .take(MAX_METAS)
        .collect()
}

/// Refuses a page that forbids quoting to every crawler, or to the one named `token`.
pub(super) fn check(
    metas: &[(String, String)],
    headers: &[(&str, &str)],
    token: &str,
) -> Result<(), Refusal> {
    let token = token.to_ascii_lowercase();
    let meta = metas.iter().filter(|(name, _)| *name == "robots" || *name == token);
    let meta = meta.flat_map(|(_, content)| words(content)).find(|word| forbids(word));
    if let Some(word) = meta {
        return Err(refusal("its robots meta element", word));
    }
    for (_, value) in headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("x-robots-tag")) {
        let value = value.to_ascii_lowercase();
        if let Some(word) = for_us(&value, &token).find(|word| forbids(word)) {
            return Err(refusal("its X-Robots-Tag header", word));
        }
    }
    Ok(())
}

fn refusal(place: &str, word: &str) -> Refusal {
    Refusal::new(RefusalCause::NotQuotable, format!("{place} says `{word}`"))
}

fn words(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim)
}

/// The directives of a header that are for every crawler or for us. A name before a colon begins the directives of one
/// crawler; a directive with a value of its own (`max-snippet: 0`) is no name.
fn for_us<'v>(value: &'v str, token: &str) -> impl Iterator<Item = &'v str> {
    let mut ours = true;
    words(value).filter_map(move |word| {
        let mut word = word;
        if let Some((name, rest)) = word.split_once(':')
            && !matches!(
                name.trim(),
                "max-snippet" | "max-image-preview" | "max-video-preview" | "unavailable_after"
            )
        {
            ours = name.trim() == token;
            word = rest.trim();
        }
        ours.then_some(word)
    })
}

/// Whether a directive forbids to keep the page or words of it.
fn forbids(word: &str) -> bool {
    matches!(word, "noindex" | "nosnippet" | "none")
        || word
            .split_once(':')
            .is_some_and(|(name, value)| name.trim() == "max-snippet" && value.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(html: &str, header: Option<&str>) -> bool {
        let headers: Vec<_> = header.map(|value| ("X-Robots-Tag", value)).into_iter().collect();
        check(&metas(&Html::parse_document(html)), &headers, "icpbot").is_ok()
    }

    #[test]
    fn who_may_be_quoted() {
        for (content, may) in [
            ("noindex", false),
            ("NOINDEX, follow", false),
            ("index, nosnippet", false),
            ("none", false),
            ("max-snippet:0", false),
            ("max-snippet: 0", false),
            ("index, follow, max-snippet:-1, max-image-preview:large", true),
            ("nofollow", true),
            ("noarchive", true),
            ("", true),
        ] {
            for name in ["robots", "ROBOTS", "icpbot"] {
                let html = format!("<meta name=\"{name}\" content=\"{content}\"><p>Words</p>");
                assert_eq!(allowed(&html, None), may, "{name}: {content}");
            }
            assert!(allowed(&format!("<meta name=googlebot content=\"{content}\">"), None));
            assert_eq!(allowed("<p>Words</p>", Some(content)), may, "header: {content}");
            assert_eq!(allowed("<p>", Some(&format!("icpbot: {content}"))), may, "header for us: {content}");
            assert!(allowed("<p>", Some(&format!("googlebot: {content}"))), "header for another: {content}");
        }
        assert!(!allowed("<p>", Some("googlebot: nofollow, icpbot: nosnippet")));
        assert!(allowed("<p>", Some("unavailable_after: 25 Jun 2030 15:00:00 PST")));
        assert!(allowed("<p>noindex</p>", None));
    }
}
