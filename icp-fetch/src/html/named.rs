//! Zones by what a site calls its parts: the words of identifiers and classes, where no element or role says it.
//!
//! A name alone is weak, since the frame of a page can be called anything. So what it says counts only for a part that
//! is small beside its page, and for a menu only where links are most of it.

use std::collections::HashMap;

use ego_tree::iter::Edge;
use ego_tree::{NodeId, NodeRef};
use icp_core::model::Zone;
use scraper::node::Element;
use scraper::{Html, Node};

/// What a part is called, by the words of one identifier or class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Name {
    /// Questions about cookies.
    Consent,
    /// Opens over the page.
    Overlay,
    /// The way to this page.
    Trail,
    /// Ways to share the page, and a copy that a carousel needs.
    Extra,
    Menu,
    Head,
    Foot,
    /// Other pages, and what is asked of readers.
    Beside,
}

#[rustfmt::skip]
const NAMES: &[(&str, Name)] = &[
    ("bclone", Name::Extra), ("breadcrumb", Name::Trail), ("breadcrumbs", Name::Trail), ("ccpa", Name::Consent), ("clone", Name::Extra),
    ("cloned", Name::Extra), ("cky", Name::Consent), ("cmplz", Name::Consent), ("colophon", Name::Foot), ("consent", Name::Consent),
    ("cookie", Name::Consent), ("cookiebanner", Name::Consent), ("cookiebar", Name::Consent), ("cookieconsent", Name::Consent),
    ("cookielaw", Name::Consent), ("cookies", Name::Consent), ("didomi", Name::Consent), ("duplicate", Name::Extra), ("footer", Name::Foot),
    ("gdpr", Name::Consent), ("header", Name::Head), ("lightbox", Name::Overlay), ("masthead", Name::Head), ("megamenu", Name::Menu),
    ("menu", Name::Menu), ("menus", Name::Menu), ("modal", Name::Overlay), ("modals", Name::Overlay), ("nav", Name::Menu),
    ("navbar", Name::Menu), ("navigation", Name::Menu), ("offcanvas", Name::Overlay), ("onetrust", Name::Consent), ("osano", Name::Consent),
    ("popup", Name::Overlay), ("popups", Name::Overlay), ("related", Name::Beside), ("share", Name::Extra), ("sharing", Name::Extra),
    ("sidebar", Name::Beside), ("social", Name::Extra), ("socials", Name::Extra), ("submenu", Name::Menu), ("subnav", Name::Menu),
    ("topbar", Name::Head), ("topnav", Name::Menu), ("usercentrics", Name::Consent),
];

/// Words that make a head or foot that of a part of the content.
const PARTS: &[&str] = &[
    "article", "block", "box", "card", "content", "dialog", "entry", "form", "hero", "item", "modal",
    "panel", "post", "price", "pricing", "product", "section", "slide", "table", "tile", "widget",
];

/// The most text of a head, a menu or a foot.
const LONG: usize = 12_000;
/// The most text of a row of links to share a page.
const SHORT: usize = 400;

/// The named parts of a page, each measured.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// How much text the page has.
    text: usize,
    parts: HashMap<NodeId, (Name, Measure)>,
}

impl Named {
    /// Reads and measures them in one walk, however deep they stand in each other.
    pub(super) fn of(html: &Html) -> Self {
        let mut named = Self::default();
        let mut open: Vec<Open> = vec![Open::default()];
        let mut unread = 0_usize;
        for edge in html.tree.root().traverse() {
            match edge {
                Edge::Open(node) => match node.value() {
                    Node::Element(element) => {
                        unread += usize::from(is_unread(element.name()));
                        open.push(Open { name: part_name(element), measure: Measure::default() });
                    }
                    Node::Text(text) if unread == 0 => {
                        if let Some(open) = open.last_mut() {
                            open.measure.text += text.trim().len();
                        }
                    }
                    _ => {}
                },
                Edge::Close(node) => {
                    let Node::Element(element) = node.value() else { continue };
                    unread -= usize::from(is_unread(element.name()));
                    let Some(Open { name, mut measure }) = open.pop() else { continue };
                    measure.end(element.name());
                    if let Some(name) = name {
                        named.parts.insert(node.id(), (name, measure));
                    }
                    if let Some(around) = open.last_mut() {
                        around.measure.add(measure);
                    }
                }
            }
        }
        named.text = open.first().map_or(0, |page| page.measure.text);
        named
    }

    /// The zone that the names of an element give it. `in_content` says that it stands inside the declared content.
    pub(super) fn zone(&self, id: NodeId, element: &Element, in_content: bool) -> Option<Zone> {
        let (name, measure) = self.parts.get(&id)?;
        let small = measure.is_part(self.text);
        match name {
            Name::Consent | Name::Overlay if small => Some(Zone::Aside),
            Name::Beside if small && !measure.title => Some(Zone::Aside),
            Name::Extra if small && (is_copy(element) || measure.text <= SHORT) => Some(Zone::Aside),
            Name::Trail if measure.text <= SHORT => Some(Zone::Nav),
            Name::Menu if small && measure.is_links() && !measure.title => Some(Zone::Nav),
            Name::Head
                if !in_content && !measure.heading && (measure.is_links() || measure.text <= SHORT) =>
            {
                Some(Zone::Header)
            }
            Name::Foot if small && !measure.title && measure.text <= LONG => Some(Zone::Footer),
            _ => None,
        }
    }
}

/// An element that has not ended.
#[derive(Debug, Default)]
struct Open {
    name: Option<Name>,
    measure: Measure,
}

/// What a part of a page is called.
fn part_name(element: &Element) -> Option<Name> {
    let parts = ["div", "section", "ul", "ol", "aside", "dialog", "li", "dl", "table", "span"];
    if !parts.contains(&element.name()) {
        return None;
    }
    if matches!(element.attr("role"), Some("dialog" | "alertdialog"))
        || element.attr("aria-modal") == Some("true")
    {
        return Some(Name::Overlay);
    }
    let found = element.attr("id").into_iter().chain(element.classes()).filter_map(name).min()?;
    (!matches!(element.name(), "span" | "li") || found == Name::Extra).then_some(found)
}

/// Whether an element leads past the menus, as pages say to those who hear them.
pub(super) fn is_skip_link(node: NodeRef<'_, Node>, element: &Element) -> bool {
    element.name() == "a"
        && element.attr("href").is_some_and(|href| href.contains('#'))
        && node
            .descendants()
            .take(8)
            .find_map(|node| node.value().as_text().map(|text| text.trim()).filter(|text| !text.is_empty()))
            .is_some_and(|text| {
                text.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("skip ")) && text.len() < 60
            })
}

/// Whether an element is a copy of a slide, which a carousel shows beside the last one.
fn is_copy(element: &Element) -> bool {
    element.classes().any(|class| {
        let class = class.to_ascii_lowercase();
        class.ends_with("clone") || class.ends_with("cloned") || class.ends_with("slide-duplicate")
    })
}

/// Elements whose text nobody reads.
fn is_unread(name: &str) -> bool {
    matches!(name, "script" | "style" | "template" | "noscript" | "textarea" | "title")
}

/// What one name says.
fn name(text: &str) -> Option<Name> {
    let words = words(text);
    let said = |wanted: Name| words.iter().any(|word| look_up(word) == Some(wanted));
    let found = words.iter().filter_map(|word| look_up(word)).min()?;
    // `has-sidebar`, `no-header`: what a frame holds, or does not.
    if words.iter().any(|word| matches!(word.as_str(), "has" | "no" | "with" | "without")) {
        return None;
    }
    match found {
        // `modal-trigger`, `has-popup`, `open-modal`: what opens it, or what it opens over.
        Name::Overlay
            if words.iter().any(|word| {
                matches!(word.as_str(), "trigger" | "open" | "has" | "btn" | "button" | "link")
            }) =>
        {
            None
        }
        Name::Head | Name::Foot
            if !said(Name::Consent) && words.iter().any(|word| PARTS.contains(&word.as_str())) =>
        {
            None
        }
        Name::Consent if words.iter().any(|word| word == "policy") => None,
        _ => Some(found),
    }
}

fn look_up(word: &str) -> Option<Name> {
    NAMES.iter().find(|(known, _)| *known == word).map(|(_, name)| *name)
}

/// The words of a name in lower case: `siteFooter-nav` is "site", "footer", "nav".
fn words(name: &str) -> Vec<String> {
    const LONGEST: usize = 80;
    let mut words = vec![String::new()];
    let mut lower = false;
    for c in name.chars().take(LONGEST) {
        let camel = lower && c.is_ascii_uppercase();
        if (!c.is_ascii_alphanumeric() || camel) && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if c.is_ascii_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.push(c.to_ascii_lowercase());
        }
        lower = c.is_ascii_lowercase();
    }
    words
}

/// What a part consists of.
#[derive(Clone, Copy, Debug, Default)]
struct Measure {
    text: usize,
    linked: usize,
    links: usize,
    /// An `h1` or the declared content is in it.
    title: bool,
    heading: bool,
}

impl Measure {
    /// What an element of this name makes of what is in it.
    fn end(&mut self, name: &str) {
        match name {
            "a" | "button" => {
                self.links += 1;
                self.linked = self.text;
            }
            "h1" | "main" => (self.title, self.heading) = (true, true),
            "h2" | "h3" | "h4" | "h5" | "h6" => self.heading = true,
            _ => {}
        }
    }

    fn add(&mut self, inside: Self) {
        self.text += inside.text;
        self.linked += inside.linked;
        self.links += inside.links;
        self.title |= inside.title;
        self.heading |= inside.heading;
    }

    /// Whether it is a part of a page and neither its frame nor its content.
    fn is_part(&self, page: usize) -> bool {
        4 * self.text <= page || self.text <= SHORT
    }

    fn is_links(&self) -> bool {
        self.links >= 2 && 5 * self.linked >= 3 * self.text && self.text <= self.links * 80
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_word_by_word() {
        for (text, expected) in [
            ("site-footer", Some(Name::Foot)),
            ("siteFooter", Some(Name::Foot)),
            ("card-footer", None),
            ("navbar", Some(Name::Menu)),
            ("canvas", None),
            ("cookie-banner__modal", Some(Name::Consent)),
            ("cookie-policy", None),
            ("modal-trigger", None),
            ("swiper-slide-duplicate", Some(Name::Extra)),
            ("", None),
        ] {
            assert_eq!(name(text), expected, "{text}");
        }
    }
}
