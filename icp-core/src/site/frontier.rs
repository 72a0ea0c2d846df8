//! Which page of a site to read next. The same links give the same order, however they are written down.

mod gain;

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use super::address::{in_any_language, is_list_of_pages, is_wanted, key, shape};
use super::page_kind::{link_kind, words_kind};
use crate::model::{Domain, LinkSource, Page, PageKind, Zone};
use crate::ports::Sitemap;
use gain::{Gains, KINDS};

/// From this many known siblings on a pattern of addresses is a repeated one: biographies, articles, products.
const REPEATED: usize = 4;
/// The most addresses that wait.
const MOST_WAITING: usize = 5_000;
/// The most sitemaps of an index that are worth a request.
const SITEMAPS: usize = 2;

/// Where the kinds of pages usually are that tell most and are easily left out of a home page's links.
const USUAL_PATHS: [(PageKind, &str); 5] = [
    (PageKind::About, "/about"),
    (PageKind::Locations, "/contact"),
    (PageKind::Careers, "/careers"),
    (PageKind::Customers, "/customers"),
    (PageKind::Integrations, "/integrations"),
];

/// A page's place in the queue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place<'a> {
    class: Class,
    /// Hundredths of facts that it is expected to lack.
    loss: u64,
    repeated: bool,
    depth: u8,
    standing: u8,
    length: usize,
    key: &'a str,
}

/// What comes first, whatever it promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    /// The first page of a linked kind.
    New,
    /// A usual path of a kind that is linked nowhere.
    Usual,
    /// Any further page.
    Further,
    /// A page that waits or was offered in another language.
    Translation,
    /// A page of a kind that has had its turns.
    Surplus,
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
    /// How it was found.
    pub source: LinkSource,
}

/// A page that waits.
#[derive(Clone, Debug)]
struct Waiting {
    page: NextPage,
    /// Where its best link stands: navigation first, a sitemap last.
    standing: u8,
}

/// The pages of one site that wait to be read. The queue grows while pages are read.
///
/// One page of each linked kind comes first, the most telling kind first. Then come the usual paths of kinds that are
/// linked nowhere, where they were asked for, and then the pages that promise most new facts, judging by what the site's
/// pages of the same kind or pattern have shown. Until then at most one legal page is offered, and one page of a repeated
/// pattern (biographies, articles, products).
///
/// A kind that was read `per_kind` times comes last of all. No address is offered twice, however it is written. Pages off the site,
/// files, forms, searches and pages of single persons are never offered.
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
/// frontier.mark_home(&"https://acme.sg/".parse()?);
/// frontier.add_links(&home.finish(), 0);
/// let next = frontier.next_page().unwrap();
/// assert_eq!((next.url.path(), next.kind, next.depth), ("/about", PageKind::About, 0));
/// frontier.learn(&next, 3);
/// assert_eq!(frontier.next_page().unwrap().kind, PageKind::Blog);
/// assert_eq!(frontier.next_page(), None);
/// assert!(frontier.unlinked().contains(&PageKind::Careers));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Frontier {
    site: Domain,
    /// The front page, once it is known.
    home: Option<Url>,
    seen: BTreeSet<String>,
    waiting: BTreeMap<String, Waiting>,
    /// The shortest address of each page in any language.
    languages: BTreeMap<String, String>,
    siblings: BTreeMap<(PageKind, String), usize>,
    linked: BTreeSet<PageKind>,
    tried: BTreeMap<PageKind, usize>,
    gains: Gains,
    per_kind: usize,
    max_depth: u8,
}

impl Frontier {
    /// An empty frontier of a site. A kind of page that was read `per_kind` times waits until nothing else is left.
    pub fn new(site: Domain, per_kind: usize) -> Self {
        Self {
            site,
            home: None,
            seen: BTreeSet::new(),
            waiting: BTreeMap::new(),
            languages: BTreeMap::new(),
            siblings: BTreeMap::new(),
            linked: BTreeSet::new(),
            tried: BTreeMap::new(),
            gains: Gains::default(),
            per_kind,
            max_depth: 3,
        }
    }

    /// Sets how many links away from the home page the links of a page still count; 3 without it.
    #[must_use]
    pub fn with_max_depth(mut self, depth: u8) -> Self {
        self.max_depth = depth;
        self
    }

    /// Counts the front page as read, so that it is not offered again; sitemap and usual paths are asked of its host.
    pub fn mark_home(&mut self, url: &Url) {
        self.mark_read(url);
        if url.path() == "/" || self.home.is_none() {
            self.home = Some(url.clone());
        }
    }

    /// Counts an address as read, so that it is not offered again.
    pub fn mark_read(&mut self, url: &Url) {
        let key = key(url);
        self.waiting.remove(&key);
        self.seen.insert(key);
    }

    /// Takes in the links of a page that is `depth` links away from the home page.
    pub fn add_links(&mut self, page: &Page, depth: u8) {
        if depth >= self.max_depth {
            return;
        }
        for link in &page.links {
            let Ok(url) = Url::parse(&link.url) else { continue };
            if !Domain::of_url(&url).is_ok_and(|domain| domain.same_site(&self.site)) {
                // Openings are often kept on another site. It is not read, but they are not unlinked either.
                self.linked.extend(words_kind(&link.text));
                continue;
            }
            let kind = link_kind(&url, &link.text);
            let standing = match link.zone {
                Zone::Nav | Zone::Header => 0,
                Zone::Footer => 2,
                _ => 1,
            };
            // A link in running text or navigation says more of a page's kind than one in a footer of many.
            let depth = depth + u8::from(link.zone == Zone::Footer && kind == PageKind::Other);
            self.add(NextPage { url, kind, depth, source: LinkSource::Link }, standing);
        }
    }

    /// Takes in the pages that a sitemap lists.
    pub fn add_sitemap(&mut self, sitemap: &Sitemap) {
        for entry in &sitemap.entries {
            let (url, source) = (entry.url.clone(), LinkSource::Sitemap);
            let kind = link_kind(&url, "");
            self.add(NextPage { url, kind, depth: 1, source }, 3);
        }
    }

    /// The site's sitemap, when the links so far leave out a kind of page that tells much.
    pub fn sitemap(&self) -> Option<Url> {
        self.missing_usual().next()?;
        self.home.as_ref()?.join("/sitemap.xml").ok()
    }

    /// The few sitemaps of an index that are worth a request: those of pages, not of articles or goods.
    pub fn sitemaps_of<'a>(&self, index: &'a Sitemap) -> impl Iterator<Item = &'a Url> + use<'a> {
        index.sitemaps.iter().filter(|url| is_list_of_pages(url)).take(SITEMAPS)
    }

    /// Adds the usual paths of at most so many kinds that are linked nowhere. They come once a page of every linked kind
    /// was offered; nothing behind one of them is no failure.
    pub fn add_usual_paths(&mut self, most: usize) {
        let Some(home) = self.home.clone() else { return };
        let missing: Vec<(PageKind, &str)> = self.missing_usual().take(most).collect();
        for (kind, path) in missing {
            if let Ok(url) = home.join(path) {
                let source = LinkSource::UsualPath;
                self.add(NextPage { url, kind, depth: 1, source }, 4);
            }
        }
    }

    fn missing_usual(&self) -> impl Iterator<Item = (PageKind, &'static str)> + '_ {
        USUAL_PATHS
            .into_iter()
            .filter(|(kind, _)| !self.linked.contains(kind) && self.gains.pages(*kind) == 0)
    }

    fn add(&mut self, page: NextPage, standing: u8) {
        if !is_wanted(&page.url, &self.site) {
            return;
        }
        let key = key(&page.url);
        if page.source != LinkSource::UsualPath {
            self.linked.insert(page.kind);
        }
        if self.seen.contains(&key) {
            return;
        }
        if let Some(known) = self.waiting.get_mut(&key) {
            let known_as = known.page.kind;
            known.standing = known.standing.min(standing);
            known.page.depth = known.page.depth.min(page.depth);
            known.page.source = known.page.source.min(page.source);
            if known_as == PageKind::Other && page.kind != PageKind::Other {
                let url = known.page.url.clone();
                known.page.kind = page.kind;
                self.count_sibling(&url, page.kind);
            }
            return;
        }
        if self.waiting.len() >= MOST_WAITING {
            return;
        }
        self.count_sibling(&page.url, page.kind);
        if let Some(plain) = in_any_language(&page.url) {
            let shortest = self.languages.entry(plain).or_insert_with(|| key.clone());
            if (key.len(), &key) < (shortest.len(), shortest) {
                shortest.clone_from(&key);
            }
        }
        self.waiting.insert(key, Waiting { page, standing });
    }

    fn count_sibling(&mut self, url: &Url, kind: PageKind) {
        if let Some(shape) = shape(url, kind) {
            *self.siblings.entry(shape).or_default() += 1;
        }
    }

    /// The next page to read. More may follow after `None`, once links were added.
    pub fn next_page(&mut self) -> Option<NextPage> {
        let best = self.waiting.iter().map(|(key, waiting)| self.place(key, waiting)).min()?;
        let key = best.key.to_owned();
        let page = self.waiting.remove(&key)?.page;
        self.seen.insert(key);
        *self.tried.entry(page.kind).or_default() += 1;
        Some(page)
    }

    /// Learns that a page that was offered could be read, and how many facts it showed that were not known.
    pub fn learn(&mut self, page: &NextPage, new_facts: usize) {
        self.gains.learn(page.kind, shape(&page.url, page.kind), new_facts);
    }

    /// Whether a page of every linked kind was read or tried for; pages of no kind do not count.
    pub fn is_covered(&self) -> bool {
        !self.waiting.iter().any(|(key, waiting)| {
            waiting.page.kind != PageKind::Other && self.place(key, waiting).class == Class::New
        })
    }

    /// The kinds of pages that nothing led to: no link, no sitemap, and no usual path with a page behind it. That is not
    /// to say that the company has no such thing.
    pub fn unlinked(&self) -> Vec<PageKind> {
        let known = |kind: &PageKind| self.linked.contains(kind) || self.gains.pages(*kind) > 0;
        KINDS.into_iter().filter(|kind| !known(kind)).collect()
    }

    /// The place of a waiting page in the queue.
    fn place<'a>(&self, key: &'a str, waiting: &Waiting) -> Place<'a> {
        let page = &waiting.page;
        let (tried, read) = (self.tried.get(&page.kind).copied().unwrap_or(0), self.gains.pages(page.kind));
        let has_had_its_turns = read >= self.per_kind || tried >= 2 * self.per_kind;
        let shape = shape(&page.url, page.kind);
        let repeated =
            shape.as_ref().is_some_and(|shape| self.siblings.get(shape).is_some_and(|n| *n >= REPEATED));
        let translated = in_any_language(&page.url)
            .is_some_and(|plain| self.languages.get(&plain).is_some_and(|shortest| shortest != key));
        let class = match page.source {
            LinkSource::UsualPath => Class::Usual,
            _ if has_had_its_turns => Class::Surplus,
            _ if translated => Class::Translation,
            _ if read == 0 => Class::New,
            _ => Class::Further,
        };
        let expected = self.gains.expected(page.kind, shape.filter(|_| repeated).as_ref());
        Place {
            class,
            loss: u64::MAX - expected,
            repeated,
            depth: page.depth,
            standing: waiting.standing,
            length: page.url.path().len(),
            key,
        }
    }
}

#[cfg(test)]
mod tests;
