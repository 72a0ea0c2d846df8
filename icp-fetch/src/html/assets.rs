//! What a page loads, as lines of the asset zone: addresses, the hosts it reaches otherwise, and marks of its software.
//!
//! Scripts, comments and class names are never kept as they stand: of a script the addresses it loads, of everything
//! else only marks from the lists in [`super::marks`].

use std::collections::BTreeSet;

use icp_core::model::{PageBuilder, Zone};
use scraper::Html;
use scraper::node::Element;
use url::{Host, Url};

use super::machine::{MAX_LINES, elements, line};
use super::marks;
use super::web_address;

/// The most script text that is looked at.
const MAX_SCRIPT_TEXT: usize = 512 * 1024;
/// The most of an address inside a script.
const MAX_INLINE: usize = 80;

/// Adds the addresses of scripts, style sheets, preloads and frames, each once, then what else the page reaches, then
/// the marks of its software.
pub(super) fn assets(html: &Html, base: &Url, page: &mut PageBuilder) {
    let mut loaded = Lines::default();
    let mut reached = Lines::default();
    let mut marks = Lines::default();
    let mut inline = String::new();
    let mut loaders = Lines::default();
    let mut names = marks::Names::default();
    for (node, element) in elements(html) {
        let address = |names: &[&str]| {
            let value =
                names.iter().find_map(|name| element.attr(name).filter(|value| !value.trim().is_empty()));
            value.and_then(|value| web_address(base, value))
        };
        match element.name() {
            "script" => {
                if let Some(url) =
                    address(&["src", "data-src", "data-lazy-src", "data-rocket-src", "data-cookieblock-src"])
                {
                    loaded.add(url.into());
                } else if runs(element) && inline.len() < MAX_SCRIPT_TEXT {
                    for text in node.children().filter_map(|child| Some(&**child.value().as_text()?)) {
                        let text = &text[..text.floor_char_boundary(MAX_SCRIPT_TEXT)];
                        if LOADS.iter().any(|word| text.contains(word)) {
                            loaders.addresses(text);
                        }
                        inline.push_str(text);
                        inline.push('\n');
                    }
                }
            }
            "iframe" | "embed" => {
                let sources = [
                    "src",
                    "data-src",
                    "data-lazy-src",
                    "data-litespeed-src",
                    "data-cookieblock-src",
                    "data-src-cmplz",
                ];
                // A frame that is filled later starts as `about:blank`.
                sources.iter().filter_map(|name| address(&[name])).for_each(|url| loaded.add(url.into()));
            }
            "link" if is_loaded(element) => {
                address(&["href"]).into_iter().for_each(|url| loaded.add(url.into()))
            }
            "img" | "source" | "video" => {
                for url in [address(&["src"]), address(&["data-src", "data-lazy-src"])].into_iter().flatten()
                {
                    reached.reach("image", &url, base);
                }
            }
            "form" => address(&["action"]).iter().for_each(|url| reached.reach("form", url, base)),
            "a" => address(&["href"]).iter().for_each(|url| reached.reach("link", url, base)),
            "noscript" => {
                // Without scripts the content is elements; a parser that runs scripts would have it as text.
                for text in node.children().filter_map(|child| Some(&**child.value().as_text()?)) {
                    loaders.addresses(text);
                }
            }
            _ => {}
        }
        names.add(element);
    }
    names.marks().into_iter().for_each(|mark| marks.add(mark));
    marks::script(&inline).for_each(|mark| marks.add(mark));
    marks::comments(html).into_iter().for_each(|mark| marks.add(mark));
    for text in [loaded, reached, loaders, marks].iter().flat_map(|lines| &lines.lines) {
        line(page, Zone::Asset, "", text);
    }
}

/// Lines of one kind in document order, each once.
#[derive(Default)]
struct Lines {
    seen: BTreeSet<String>,
    lines: Vec<String>,
}

impl Lines {
    fn add(&mut self, line: String) {
        if self.lines.len() < MAX_LINES && self.seen.insert(line.clone()) {
            self.lines.push(line);
        }
    }

    /// Adds where an element of the page leads: the host, and the first words of the path where they name a service.
    /// The rest of the path may name a person or carry a telephone number.
    fn reach(&mut self, what: &str, url: &Url, base: &Url) {
        let Some(Host::Domain(host)) = url.host() else { return };
        if url.host() == base.host() {
            return;
        }
        let service = SERVICES.iter().find(|(at, path)| host == *at && url.path().starts_with(path));
        self.add(format!("{what} https://{host}{}", service.map_or("/", |(_, path)| path)));
    }

    /// Adds the addresses that a script's or an element's text has, without queries, and without the path where it is no
    /// program's: it may hold a key or a name.
    fn addresses(&mut self, text: &str) {
        for (at, _) in text.match_indices("//") {
            let scheme =
                text[..at].strip_suffix(':').map(|head| head.ends_with("https") || head.ends_with("http"));
            let quoted = text[..at].ends_with(['"', '\'', '`', '(', '=']);
            let rest = &text[at + 2..text.floor_char_boundary(at + 2 + MAX_INLINE)];
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/')));
            let address = &rest[..end.unwrap_or(rest.len())];
            let host = address.split('/').next().unwrap_or_default();
            if !(quoted || scheme == Some(true)) || !is_host(host) {
                continue;
            }
            let path = &address[host.len()..];
            let is_program = [".js", ".css", ".html", "/js", "/tr"].iter().any(|end| path.ends_with(end));
            let service = SERVICES.iter().find(|(at, start)| host == *at && path.starts_with(start));
            let path = if is_program { path } else { service.map_or("/", |(_, start)| start) };
            self.add(format!("inline https://{host}{path}"));
        }
    }
}

/// Words of scripts that load others. The addresses of other scripts are data: links, settings.
const LOADS: &[&str] =
    &["createElement", "getScript", "document.write", "import(", ".src=", ".src =", "sendBeacon", "fetch("];

/// Services that share a host with others, and the path that tells them apart.
const SERVICES: &[(&str, &str)] = &[
    ("docs.google.com", "/forms"),
    ("docs.google.com", "/presentation"),
    ("www.facebook.com", "/tr"),
    ("www.google.com", "/maps"),
    ("www.google.com", "/recaptcha"),
    ("cdn.jsdelivr.net", "/npm/"),
];

fn is_host(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    labels.len() >= 2
        && labels.iter().all(|label| !label.is_empty() && !label.starts_with('-'))
        && labels
            .last()
            .is_some_and(|top| top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// Whether a script's text is run, and is not data.
fn runs(script: &Element) -> bool {
    let kind = script.attr("type").unwrap_or_default().trim().to_ascii_lowercase();
    // Consent tools and speed-ups change the type until the script may run.
    kind.is_empty()
        || kind.contains("javascript")
        || matches!(kind.as_str(), "module" | "text/plain" | "text/partytown")
}

fn is_loaded(link: &Element) -> bool {
    link.attr("rel").unwrap_or_default().split_ascii_whitespace().any(|rel| {
        [
            "stylesheet",
            "preload",
            "prefetch",
            "modulepreload",
            "preconnect",
            "dns-prefetch",
            "https://api.w.org/",
        ]
        .iter()
        .any(|loaded| rel.eq_ignore_ascii_case(loaded))
    })
}
