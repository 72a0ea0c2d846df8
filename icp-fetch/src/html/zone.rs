//! Which zone and kind of text an element begins.

use icp_core::model::{BlockKind, Zone};
use scraper::Node;
use scraper::node::Element;

use super::named::{Named, is_skip_link};

/// The changes an element makes for its content.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) zone: Zone,
    pub(super) kind: BlockKind,
    /// Inside `main` or `article`, whose own header and footer are content.
    pub(super) in_content: bool,
}

impl Place {
    pub(super) const ROOT: Self = Self { zone: Zone::Main, kind: BlockKind::Text, in_content: false };

    /// The place inside an element.
    pub(super) fn inside(self, node: ego_tree::NodeRef<'_, Node>, element: &Element, named: &Named) -> Self {
        let name = element.name();
        let role =
            element.attr("role").and_then(|role| role.split_ascii_whitespace().next()).unwrap_or_default();
        let mut place = self;
        match (name, role) {
            ("main", _) | (_, "main") => {
                place.zone = Zone::Main;
                place.in_content = true;
            }
            // The foot part is one: menus and columns in it stay in it.
            ("form", _) if self.zone == Zone::Footer => place.zone = Zone::Form,
            _ if self.zone == Zone::Footer => {}
            (_, "banner") => place.zone = Zone::Header,
            (_, "contentinfo") => place.zone = Zone::Footer,
            ("nav", _) | (_, "navigation" | "menubar") => place.zone = Zone::Nav,
            ("aside", _) | (_, "complementary") => place.zone = Zone::Aside,
            ("header", _) if !self.in_content => place.zone = Zone::Header,
            ("footer", _) if !self.in_content => place.zone = Zone::Footer,
            ("form", _) if !wraps_page(node) => place.zone = Zone::Form,
            (_, "form" | "search") => place.zone = Zone::Form,
            ("article", _) | (_, "article") => place.in_content = true,
            _ if self.zone == Zone::Main => {
                if is_skip_link(node, element) {
                    place.zone = Zone::Nav;
                } else if let Some(zone) = named.zone(node.id(), element, self.in_content) {
                    place.zone = zone;
                }
            }
            _ => {}
        }
        place.kind = match name {
            "h1" => BlockKind::Heading(1),
            "h2" => BlockKind::Heading(2),
            "h3" => BlockKind::Heading(3),
            "h4" => BlockKind::Heading(4),
            "h5" => BlockKind::Heading(5),
            "h6" => BlockKind::Heading(6),
            _ if role == "heading" => {
                let level = element.attr("aria-level").and_then(|level| level.trim().parse().ok());
                BlockKind::Heading(level.unwrap_or(2_u8).clamp(1, 6))
            }
            "li" | "dt" | "dd" | "option" => BlockKind::Item,
            "td" | "th" => BlockKind::Cell,
            _ => self.kind,
        };
        place
    }
}

/// The most text of a form that is no page: labels, options left out, are short.
const FORM_TEXT: usize = 2_000;
/// How many nodes are looked at.
const FORM_LOOK: usize = 20_000;

/// Whether a form is the frame of a whole page, as some servers' tools make it: page parts or much text are in it.
fn wraps_page(form: ego_tree::NodeRef<'_, Node>) -> bool {
    let mut text = 0;
    form.descendants().take(FORM_LOOK).any(|node| match node.value() {
        Node::Element(element) => {
            matches!(element.name(), "main" | "nav" | "header" | "footer" | "article" | "h1")
        }
        Node::Text(part) => {
            let around = node.parent().and_then(|parent| Some(parent.value().as_element()?.name()));
            if !matches!(around, Some("option" | "script" | "style" | "template" | "textarea" | "noscript")) {
                text += part.trim().len();
            }
            text > FORM_TEXT
        }
        _ => false,
    })
}

/// Elements that end a run of text before and after.
const BLOCKS: [&str; 54] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "button",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "html",
    "label",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "optgroup",
    "option",
    "p",
    "pre",
    "search",
    "section",
    "select",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
    "xmp",
];

/// Whether an element ends a run of text before and after it.
pub(super) fn is_block(name: &str) -> bool {
    BLOCKS.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn blocks_are_sorted() {
        assert!(super::BLOCKS.is_sorted());
    }
}
