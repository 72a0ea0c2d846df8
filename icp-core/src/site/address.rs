//! Addresses of a site: one for all the ways it is written, those that are never pages of a company, and their patterns.

use url::Url;

use super::page_kind::is_article;
use crate::model::{Domain, PageKind, is_personal_address};

/// Beginnings of paths that are for the site's own users.
const PRIVATE: [&str; 9] =
    ["/login", "/signin", "/sign-in", "/signup", "/cart", "/checkout", "/account", "/wp-admin", "/search"];

/// First segments that name a language or a country of readers.
#[rustfmt::skip]
const LANGUAGES: [&str; 30] = [
    "ar", "bm", "cn", "cs", "da", "de", "en", "es", "fr", "hi", "hk", "id", "it", "ja", "jp", "ko", "ms", "my", "nl", "pl", "pt", "ru",
    "sg", "sv", "ta", "th", "tr", "tw", "vi", "zh",
];

/// One address for the ways it is written: no scheme, `www.`, trailing slash, `index.html` or fragment.
pub(super) fn key(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let path = url.path().trim_end_matches("index.html").trim_end_matches("index.htm").trim_end_matches('/');
    match url.query() {
        Some(query) => format!("{host}{path}?{query}"),
        None => format!("{host}{path}"),
    }
}

/// The address without the language it begins with: the same for a page and its translations. None for a front page.
pub(super) fn in_any_language(url: &Url) -> Option<String> {
    let path = key(url);
    let (host, path) = path.split_once('/')?;
    let rest = match path.split_once('/') {
        Some((first, rest)) if is_language(first) => rest,
        _ => path,
    };
    (!rest.is_empty() && !is_language(rest)).then(|| format!("{host}/{rest}"))
}

/// Whether a first segment is a language, such as `zh` or `en-SG`.
fn is_language(segment: &str) -> bool {
    let segment = segment.to_ascii_lowercase();
    let (code, country) = segment.split_once(['-', '_']).unwrap_or((&segment, "sg"));
    country.len() == 2 && LANGUAGES.contains(&code)
}

/// The pattern that an address shares with its siblings: the pages below one folder, behind one script, or with
/// one first word, as far as they are of one kind. None where an address stands for itself.
pub(super) fn shape(url: &Url, kind: PageKind) -> Option<(PageKind, String)> {
    let path = in_any_language(url)?;
    let (path, query) = path.split_once('?').map_or((path.as_str(), false), |(path, _)| (path, true));
    let (folder, name) = path.rsplit_once('/')?;
    if query {
        return Some((kind, format!("{path}?")));
    }
    if folder.contains('/') {
        return Some((kind, format!("{folder}/")));
    }
    let (first, _) = name.split_once(['-', '_'])?;
    Some((kind, format!("{folder}/{first}-")))
}

/// Whether an address may be a page that tells of the company: of its site, for everybody, and no file.
pub(super) fn is_wanted(url: &Url, site: &Domain) -> bool {
    let same_site = Domain::of_url(url).is_ok_and(|domain| domain.same_site(site));
    let path = url.path().to_ascii_lowercase();
    let last = path.rsplit('/').next().unwrap_or_default();
    let is_file = last
        .rsplit_once('.')
        .is_some_and(|(_, ending)| !matches!(ending, "html" | "htm" | "php" | "aspx" | "asp" | "jsp"));
    let is_private = PRIVATE.iter().any(|part| path.starts_with(part)) || is_personal_address(url.as_str());
    let many_parameters = url.query().is_some_and(|query| query.len() > 60 || query.contains('&'));
    same_site && !is_file && !is_private && !many_parameters && path.len() <= 200
}

/// Whether a sitemap is likely to list the pages of a company, and not its articles or goods.
pub(super) fn is_list_of_pages(url: &Url) -> bool {
    let name = url.path().to_ascii_lowercase();
    !name
        .split(|c: char| !c.is_ascii_alphabetic())
        .any(|word| is_article(word) || is_article(word.strip_suffix('s').unwrap_or(word)) || is_goods(word))
}

fn is_goods(word: &str) -> bool {
    matches!(
        word,
        "post"
            | "posts"
            | "product"
            | "products"
            | "image"
            | "images"
            | "video"
            | "videos"
            | "collections"
            | "taxonomies"
            | "users"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(path: &str) -> Url {
        Url::parse(&format!("https://acme.sg{path}")).unwrap()
    }

    #[test]
    fn a_translation_is_the_same_page() {
        for (path, expected) in [
            ("/about", Some("acme.sg/about")),
            ("/zh/about", Some("acme.sg/about")),
            ("/en-SG/about/", Some("acme.sg/about")),
            ("/zh/", None),
            ("/", None),
            ("/it-services/cloud", Some("acme.sg/it-services/cloud")),
            ("/my-team", Some("acme.sg/my-team")),
        ] {
            assert_eq!(in_any_language(&url(path)).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn siblings_share_a_shape() {
        let shape = |path| shape(&url(path), PageKind::Other).map(|(_, shape)| shape);
        assert_eq!(shape("/our-doctors/lim"), shape("/zh/our-doctors/tan"));
        assert_eq!(shape("/dr-lim"), shape("/dr-tan.html"));
        assert_eq!(shape("/page.php?id=1"), shape("/page.php?id=2"));
        assert_eq!(shape("/about"), None);
        assert_ne!(shape("/dr-lim"), shape("/for-clinicians"));
    }

    #[test]
    fn lists_of_pages_are_told_from_lists_of_articles() {
        for (path, expected) in [
            ("/page-sitemap.xml", true),
            ("/sitemap-0.xml", true),
            ("/post-sitemap.xml", false),
            ("/sitemap_products_1.xml", false),
            ("/sitemap-blog.xml", false),
            ("/category-sitemap.xml", false),
        ] {
            assert_eq!(is_list_of_pages(&url(path)), expected, "{path}");
        }
    }
}
