//! Panels that open on a click: answers below questions, tabs. A page hides them until then, and names who opens them.

use std::collections::HashSet;

use scraper::node::Element;
use scraper::{Html, Node};

/// The identifiers that name who opens what.
#[derive(Debug, Default)]
pub(super) struct Panels<'h> {
    /// Identifiers that a control says it opens.
    opened: HashSet<&'h str>,
    /// Identifiers of controls.
    controls: HashSet<&'h str>,
}

impl<'h> Panels<'h> {
    /// Reads them off a page.
    pub(super) fn of(html: &'h Html) -> Self {
        let mut panels = Self::default();
        for element in html.tree.values().filter_map(Node::as_element) {
            let control = matches!(element.name(), "button" | "a" | "summary")
                || matches!(element.attr("role"), Some("tab" | "button"));
            if !control {
                continue;
            }
            panels.controls.extend(element.attr("id"));
            panels
                .opened
                .extend(element.attr("aria-controls").into_iter().flat_map(str::split_ascii_whitespace));
        }
        panels
    }

    /// Whether an element is such a panel, and no menu or dialogue.
    pub(super) fn has(&self, element: &Element) -> bool {
        if matches!(element.attr("role"), Some("menu" | "dialog" | "alertdialog"))
            || element.name() == "dialog"
        {
            return false;
        }
        element.attr("id").is_some_and(|id| self.opened.contains(id))
            || element.attr("aria-labelledby").is_some_and(|id| self.controls.contains(id.trim()))
    }
}
