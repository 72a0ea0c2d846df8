//! The walk over what a person reads: in document order, without recursion, block by block.

use ego_tree::NodeId;
use ego_tree::iter::Edge;
use icp_core::model::{BlockKind, PageBuilder, Zone};
use scraper::node::Element;
use scraper::{Html, Node};
use url::Url;

use super::named::Named;
use super::panels::Panels;
use super::settle::{Run, settle};
use super::style::is_unseen;
use super::web_address;
use super::zone::{Place, is_block};

/// The most text of a link.
const MAX_LINK_TEXT: usize = 300;

/// Adds title, language, visible blocks and links.
pub(super) fn walk<'a>(html: &'a Html, base: &'a Url, page: &'a mut PageBuilder) {
    let mut walk = Walk {
        base,
        page,
        named: Named::of(html),
        panels: Panels::of(html),
        runs: Vec::new(),
        text: String::new(),
        linked: 0,
        images: Vec::new(),
        place: Place::ROOT,
        outer: Vec::new(),
        unseen: None,
        link: None,
        link_ended_at: None,
        titled: false,
    };
    for edge in html.tree.root().traverse() {
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Element(element) => walk.open(node, element),
                Node::Text(text) => walk.text(text),
                _ => {}
            },
            Edge::Close(node) => {
                if let Node::Element(element) = node.value() {
                    walk.close(node.id(), element);
                }
            }
        }
    }
    walk.flush();
    let Walk { page, mut runs, .. } = walk;
    settle(&mut runs);
    for run in &runs {
        page.block(run.zone, run.kind, &run.text);
    }
}

struct Walk<'a> {
    base: &'a Url,
    page: &'a mut PageBuilder,
    named: Named,
    panels: Panels<'a>,
    /// What was read so far.
    runs: Vec<Run>,
    /// The run of text so far.
    text: String,
    /// How much of it is in links.
    linked: usize,
    /// Alternative texts met inside the run; they follow it.
    images: Vec<String>,
    place: Place,
    /// The places around, one for each open element that changed it.
    outer: Vec<(NodeId, Place)>,
    /// The element that hides what is in it.
    unseen: Option<NodeId>,
    link: Option<OpenLink>,
    /// Where in the run the last link ended.
    link_ended_at: Option<usize>,
    titled: bool,
}

struct OpenLink {
    id: NodeId,
    href: String,
    text: String,
    /// Its name where it has no text.
    label: String,
    zone: Zone,
}

impl Walk<'_> {
    fn open(&mut self, node: ego_tree::NodeRef<'_, Node>, element: &Element) {
        let name = element.name();
        if name == "title" && !self.titled && element.name.ns == html5ever::ns!(html) {
            self.titled = true;
            let title: String =
                node.children().filter_map(|child| Some(&**child.value().as_text()?)).collect();
            self.page.title(&title);
        }
        if name == "html"
            && let Some(language) = element.attr("lang")
        {
            self.page.language(language);
        }
        if self.unseen.is_some() {
            return;
        }
        if is_unseen(element, || self.place.zone == Zone::Main && self.panels.has(element)) {
            self.unseen = Some(node.id());
            return;
        }
        if is_block(name) {
            self.flush();
        }
        let inside = self.place.inside(node, element, &self.named);
        if inside.zone != self.place.zone {
            self.flush();
        }
        self.outer.push((node.id(), self.place));
        self.place = inside;
        match name {
            "a" => self.open_link(node.id(), element),
            "br" | "wbr" => self.text.push_str(if name == "br" { "\n" } else { "" }),
            "img" => self.image(element.attr("alt")),
            "svg" => {
                self.unseen = Some(node.id());
                self.outer.pop().into_iter().for_each(|(_, place)| self.place = place);
                let title = node
                    .descendants()
                    .take(200)
                    .find(|node| node.value().as_element().is_some_and(|element| element.name() == "title"));
                let title =
                    title.and_then(|title| title.first_child()).and_then(|text| text.value().as_text());
                self.image(element.attr("aria-label").or(title.map(|text| &**text)));
            }
            "input" => {
                let kind = element.attr("type").unwrap_or_default().to_ascii_lowercase();
                match kind.as_str() {
                    "submit" | "button" | "reset" => {
                        self.flush();
                        self.text(element.attr("value").unwrap_or_default());
                        self.flush();
                    }
                    "image" => self.image(element.attr("alt")),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, id: NodeId, element: &Element) {
        if let Some(unseen) = self.unseen {
            if unseen == id {
                self.unseen = None;
            }
            return;
        }
        if self.link.as_ref().is_some_and(|link| link.id == id) {
            self.close_link();
        }
        if element.name() == "a" {
            self.link_ended_at = Some(self.text.len()).filter(|&at| at > 0);
        }
        let outer = match self.outer.last() {
            Some(&(last, place)) if last == id => place,
            _ => return,
        };
        if is_block(element.name()) || outer.zone != self.place.zone {
            self.flush();
        }
        self.outer.pop();
        self.place = outer;
    }

    fn text(&mut self, text: &str) {
        if self.unseen.is_some() {
            return;
        }
        self.text.push_str(text);
        if let Some(link) = &mut self.link {
            self.linked += text.len();
            link.push(text);
        }
    }

    fn image(&mut self, alt: Option<&str>) {
        let Some(alt) = alt.map(str::trim).filter(|alt| !alt.is_empty()) else {
            return;
        };
        self.images.push(alt.to_owned());
        if let Some(link) = &mut self.link {
            link.push(" ");
            link.push(alt);
            link.push(" ");
        }
    }

    fn open_link(&mut self, id: NodeId, element: &Element) {
        // Menus are links without space between; in running text a link belongs to its sentence.
        if self.place.zone != Zone::Main {
            self.flush();
        } else if self.link_ended_at == Some(self.text.len()) {
            self.text.push(' ');
        }
        let Some(href) = element.attr("href") else {
            return;
        };
        // An encoded e-mail address is a link to the place that decodes it.
        if let Some(url) = web_address(self.base, href)
            && !url.path().ends_with("/cdn-cgi/l/email-protection")
        {
            // Booked at once, so that links stand in document order even when one is never closed.
            self.page.link(url.as_str(), "", self.place.zone);
            let label = element.attr("aria-label").or(element.attr("title")).unwrap_or_default().to_owned();
            self.link =
                Some(OpenLink { id, href: url.into(), text: String::new(), label, zone: self.place.zone });
        }
    }

    fn close_link(&mut self) {
        if let Some(link) = self.link.take() {
            let text = if link.text.trim().is_empty() { &link.label } else { &link.text };
            self.page.link(link.href, text, link.zone);
        }
        if self.place.zone != Zone::Main {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let Place { zone, kind, .. } = self.place;
        let linked = std::mem::take(&mut self.linked);
        let text = std::mem::take(&mut self.text);
        if !text.trim().is_empty() {
            self.runs.push(Run { zone, kind, linked: linked.min(text.len()), text });
        }
        for text in self.images.drain(..) {
            self.runs.push(Run { zone, kind: BlockKind::ImageText, linked: 0, text });
        }
        self.link_ended_at = None;
    }
}

impl OpenLink {
    fn push(&mut self, text: &str) {
        if self.text.len() < MAX_LINK_TEXT {
            self.text.extend(text.chars().take(MAX_LINK_TEXT));
        }
    }
}
