//! Which page of a site to read next. The same links give the same order, however they are written down.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use super::page_kind::link_kind;
use crate::model::{Domain, Page, PageKind, Zone, is_personal_address};

/// Kinds of pages by their worth to evidence; the first are read first.
const ORDER: &[PageKind] = &[
    PageKind::Home,
    PageKind::About,
    PageKind::Integrations,
    PageKind::Customers,
    PageKind::Careers,
    PageKind::Legal,
    PageKind::Product,
    PageKind::Industries,
    PageKind::Locations,
    PageKind::Partners,
    PageKind::Pricing,
    PageKind::Other,
    PageKind::Blog,
];

/// A page's place in the queue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place<'a> {
    /// How many pages of its kind are ahead of it or read already: kinds take turns.
    turn: usize,
    rank: usize,
    depth: u8,
    length: usize,
    key: &'a str,
}

/// A page to read next.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NextPage {
    /// Its address.
    pub url: Url,
    /// Its purpose, as far as its link says.
    pub kind: PageKind,
    /// How many links away from the home page it was found; the home page's own links are at 0.
    pub depth: u8,
}

/// The pages of one site that wait to be read. The queue grows while pages are read.
///
/// Kinds take turns, the most telling first; no kind is offered more than `per_kind` times, and no address twice,
/// however it is written. Pages off the site, files, forms, searches and pages
/// of single persons are never offered. Three links deep is the end.
///
/// ```
/// use icp_core::model::{PageBuilder, PageKind, Timestamp, Zone};
/// use icp_core::site::Frontier;
///
/// let mut home = PageBuilder::new("https://acme.sg/", Timestamp::from_micros(0));
/// home.link("https://acme.sg/blog/2024", "News", Zone::Nav);
/// home.link("https://acme.sg/about", "About us", Zone::Nav);
/// home.link("https://other.sg/", "A friend", Zone::Nav);
///
/// let mut frontier = Frontier::new("acme.sg".parse()?, 4);
/// frontier.mark_read(&"https://acme.sg/".parse()?);
/// frontier.add_links(&home.finish(), 0);
/// let next = frontier.next_page().unwrap();
/// assert_eq!((next.url.path(), next.kind, next.depth), ("/about", PageKind::About, 0));
/// assert_eq!(frontier.next_page().unwrap().kind, PageKind::Blog);
/// assert_eq!(frontier.next_page(), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Frontier {
    site: Domain,
    seen: BTreeSet<String>,
    waiting: BTreeMap<String, NextPage>,
    taken: BTreeMap<PageKind, usize>,
    per_kind: usize,
}

impl Frontier {
    /// An empty frontier of a site that offers each kind of page at most `per_kind` times.
    pub fn new(site: Domain, per_kind: usize) -> Self {
        Self { site, seen: BTreeSet::new(), waiting: BTreeMap::new(), taken: BTreeMap::new(), per_kind }
    }

    /// Counts an address as read, so that it is not offered again.
    pub fn mark_read(&mut self, url: &Url) {
        let key = key(url);
        self.waiting.remove(&key);
        self.seen.insert(key);
    }

    /// Takes in the links of a page that is `depth` links away from the home page.
    pub fn add_links(&mut self, page: &Page, depth: u8) {
        if depth >= 3 {
            return;
        }
        for link in &page.links {
            let Ok(url) = Url::parse(&link.url) else { continue };
            if !self.is_wanted(&url) {
                continue;
            }
            let key = key(&url);
            if self.seen.contains(&key) {
                continue;
            }
            let kind = link_kind(&url, &link.text);
            // A link in running text or navigation says more of a page's kind than one in a footer of many.
            let depth = depth + u8::from(link.zone == Zone::Footer && kind == PageKind::Other);
            let next = self.waiting.entry(key).or_insert(NextPage { url, kind, depth });
            if next.kind == PageKind::Other {
                next.kind = kind;
            }
        }
    }

    /// The next page to read. More may follow after `None`, once links were added.
    pub fn next_page(&mut self) -> Option<NextPage> {
        let best = self.waiting.iter().filter_map(|(key, page)| self.place(key, page)).min()?;
        let key = best.key.to_owned();
        let page = self.waiting.remove(&key)?;
        self.seen.insert(key);
        *self.taken.entry(page.kind).or_default() += 1;
        Some(page)
    }

    /// The place of a waiting page in the queue; `None` when its kind has had its turns.
    fn place<'a>(&self, key: &'a str, page: &NextPage) -> Option<Place<'a>> {
        let turn = self.taken.get(&page.kind).copied().unwrap_or(0);
        let rank = ORDER.iter().position(|kind| *kind == page.kind).unwrap_or(ORDER.len());
        let length = page.url.path().len();
        (turn < self.per_kind).then_some(Place { turn, rank, depth: page.depth, length, key })
    }

    fn is_wanted(&self, url: &Url) -> bool {
        let same_site = Domain::of_url(url).is_ok_and(|domain| domain.same_site(&self.site));
        let path = url.path().to_ascii_lowercase();
        let last = path.rsplit('/').next().unwrap_or_default();
        let is_file = last
            .rsplit_once('.')
            .is_some_and(|(_, ending)| !matches!(ending, "html" | "htm" | "php" | "aspx" | "asp" | "jsp"));
        let is_private = [
            "/login",
            "/signin",
            "/sign-in",
            "/signup",
            "/cart",
            "/checkout",
            "/account",
            "/wp-admin",
            "/search",
        ]
        .iter()
        .any(|part| path.starts_with(part));
        let many_parameters = url.query().is_some_and(|query| query.len() > 60 || query.contains('&'));
        let is_private = is_private || is_personal_address(url.as_str());
        same_site && !is_file && !is_private && !many_parameters && path.len() <= 200
    }
}

/// One address for the ways it is written: no scheme, `www.`, trailing slash, `index.html` or fragment.
fn key(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let path = url.path().trim_end_matches("index.html").trim_end_matches("index.htm").trim_end_matches('/');
    match url.query() {
        Some(query) => format!("{host}{path}?{query}"),
        None => format!("{host}{path}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{PageBuilder, Timestamp};

    fn frontier(links: &[(&str, &str)]) -> Vec<String> {
        let mut page = PageBuilder::new("https://acme.sg/", Timestamp::from_micros(0));
        for (url, text) in links {
            page.link(*url, text, Zone::Nav);
        }
        let mut frontier = Frontier::new("acme.sg".parse().unwrap(), 2);
        frontier.mark_read(&Url::parse("https://www.acme.sg/index.html").unwrap());
        frontier.add_links(&page.finish(), 0);
        std::iter::from_fn(|| frontier.next_page().map(|next| next.url.to_string())).collect()
    }

    #[test]
    fn kinds_take_turns_and_nothing_is_read_twice() {
        let order = frontier(&[
            ("https://acme.sg/blog/one", "Blog"),
            ("https://acme.sg/about", "About us"),
            ("https://www.acme.sg/about/", "About"),
            ("https://acme.sg/careers", "Careers"),
            ("https://acme.sg/about/team", "Our team"),
            ("https://acme.sg/", "Home"),
            ("https://acme.sg/brochure.pdf", "Brochure"),
            ("https://other.sg/about", "Friends"),
            ("https://acme.sg/login", "Log in"),
        ]);
        assert_eq!(order[0], "https://acme.sg/about");
        assert_eq!(order.iter().filter(|url| url.contains("/about")).count(), 2);
        assert!(
            order.iter().all(|url| !url.contains("pdf") && !url.contains("other") && !url.contains("login"))
        );
        assert!(!order.contains(&"https://acme.sg/".to_owned()));
    }

    #[test]
    fn link_order_does_not_matter() {
        let links =
            [("https://acme.sg/b", "B"), ("https://acme.sg/a", "A"), ("https://acme.sg/about", "About")];
        let mut reversed = links;
        reversed.reverse();
        assert_eq!(frontier(&links), frontier(&reversed));
    }
}
