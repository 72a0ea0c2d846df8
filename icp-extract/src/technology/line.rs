//! Where in a page's machine-readable lines a literal counts.

use std::ops::Range;

use icp_core::model::{Domain, Zone};

use crate::word_list::{ListError, ListProblem, Row};

/// Where a literal must stand to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// `host`: the host of a loaded address: this name, or one below it.
    Host,
    /// `own-path`: the path of an address on the site's own domain.
    OwnPath,
    /// `host-path`: host and path of any loaded address.
    HostPath,
    /// `generator`: the start of the `generator` meta element.
    Generator,
    /// `meta-name`: the name of a meta element.
    MetaName,
    /// `header`: the start of a response header's name; with `: ` in it, also the start of its value.
    Header,
    /// `cookie`: the start of a cookie's name.
    Cookie,
    /// `link`: the host, or host and path, that a link of the page leads to.
    Link,
    /// `tenant-link`: a name of a customer's below the host that a link leads to: `acme.bamboohr.com`, and not the
    /// vendor's own `www.bamboohr.com`.
    TenantLink,
    /// `mark`: a mark that the parser saw in the page's own markup or scripts, whole.
    Mark,
}

impl At {
    pub(super) fn read(row: &Row) -> Result<Self, ListError> {
        match row.how {
            Some("host") => Ok(Self::Host),
            Some("own-path") => Ok(Self::OwnPath),
            Some("host-path") => Ok(Self::HostPath),
            Some("generator") => Ok(Self::Generator),
            Some("meta-name") => Ok(Self::MetaName),
            Some("header") => Ok(Self::Header),
            Some("cookie") => Ok(Self::Cookie),
            Some("link") => Ok(Self::Link),
            Some("tenant-link") => Ok(Self::TenantLink),
            Some("mark") => Ok(Self::Mark),
            _ => Err(row.error(ListProblem::UnknownWord)),
        }
    }
}

/// How a page comes to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// It loads it.
    Load,
    /// It shows a picture from there, or sends a form there.
    Use,
    /// It links to it.
    Link,
}

/// A line, taken apart once for all literals in it: a line of nothing but literals costs no more than another.
#[derive(Debug)]
pub(super) struct Line<'p> {
    zone: Zone,
    text: &'p str,
    pub(super) reach: Reach,
    /// The host of the address it is.
    pub(super) host: Option<Range<usize>>,
    /// Where query or fragment begin.
    pub(super) path_end: usize,
    /// Whether it is an address on the site's own domain.
    pub(super) is_own: bool,
    /// The name before the first colon in lower case, and where the value begins.
    field: Option<(String, usize)>,
}

impl<'p> Line<'p> {
    pub(super) fn new(zone: Zone, text: &'p str, own: Option<&Domain>) -> Self {
        let host = host(text);
        let is_own = match (&host, own) {
            (None, _) => true,
            (Some(host), Some(own)) => {
                text[host.clone()].parse::<Domain>().is_ok_and(|asset| asset.same_site(own))
            }
            (Some(_), None) => false,
        };
        let reach = match text.split_once(" https://").map(|(word, _)| word) {
            Some("link") => Reach::Link,
            Some("image" | "form") => Reach::Use,
            _ => Reach::Load,
        };
        let field = text
            .split_once(':')
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), text.len() - value.trim_start().len()));
        Self { zone, text, reach, host, path_end: text.find(['?', '#']).unwrap_or(text.len()), is_own, field }
    }

    /// Whether a literal found at `span` stands where its row says.
    pub(super) fn has(&self, at: At, span: &Range<usize>) -> bool {
        match (at, self.zone) {
            (At::Mark, Zone::Asset) => {
                let rest = &self.text[span.end..];
                span.start == 0 && (rest.is_empty() || self.text[span.clone()].ends_with(':'))
            }
            (At::Link, Zone::Asset) => {
                self.reach == Reach::Link
                    && self
                        .host
                        .as_ref()
                        .is_some_and(|host| self.begins_label(host, span) && span.end >= host.end)
            }
            (At::TenantLink, Zone::Asset) => {
                self.reach == Reach::Link && self.host.as_ref().is_some_and(|host| self.is_below(host, span))
            }
            (_, Zone::Asset) if self.reach == Reach::Link => false,
            (At::Host, Zone::Asset) => {
                self.host.as_ref().is_some_and(|host| self.begins_label(host, span) && span.end == host.end)
            }
            (At::HostPath, Zone::Asset) => self.host.as_ref().is_some_and(|host| {
                self.begins_label(host, span)
                    && span.start < host.end
                    && self.text.as_bytes().get(host.end) == Some(&b'/')
            }),
            (At::OwnPath, Zone::Asset) => {
                let path = self.host.as_ref().map_or(0, |host| host.end);
                let starts = span.start == 0 || self.text.as_bytes().get(span.start - 1) == Some(&b'/');
                self.is_own && starts && span.start >= path && span.end <= self.path_end
            }
            (At::Generator, Zone::Meta) => self.field.as_ref().is_some_and(|(name, value_at)| {
                name == "generator" && span.start == *value_at && ends_word(self.text, span.end)
            }),
            (At::MetaName, Zone::Meta) => {
                span.start == 0 && self.text[span.end..].trim_start().starts_with(':')
            }
            (At::Header, Zone::HttpHeader) => span.start == 0,
            (At::Cookie, Zone::HttpHeader) => self.field.as_ref().is_some_and(|(name, _)| {
                let before = self.text[..span.start].chars().next_back();
                matches!(name.as_str(), "set-cookie" | "cookie" | "cookies")
                    && span.start > name.len()
                    && matches!(before, Some(' ' | ':' | ';' | ','))
            }),
            _ => false,
        }
    }

    /// Whether a host is one label or more below a literal, and that label is a customer's.
    fn is_below(&self, host: &Range<usize>, span: &Range<usize>) -> bool {
        span.end == host.end
            && span.start > host.start + 1
            && self.begins_label(host, span)
            && !VENDOR_NAMES
                .iter()
                .any(|name| self.text[host.start..span.start - 1].eq_ignore_ascii_case(name))
    }

    fn begins_label(&self, host: &Range<usize>, span: &Range<usize>) -> bool {
        span.start == host.start
            || span.start > host.start && self.text.as_bytes().get(span.start - 1) == Some(&b'.')
    }
}

/// Whether a host is of a site builder's own machinery: what it loads there is the builder's choice, not the company's.
pub(super) fn is_builder(host: &str) -> bool {
    ["parastorage.com", "squarespace.com", "editmysite.com", "wsimg.com"]
        .iter()
        .any(|builder| host.ends_with(builder))
}

/// Names that vendors give their own hosts.
#[rustfmt::skip]
const VENDOR_NAMES: &[&str] = &[
    "about", "academy", "api", "app", "blog", "cdn", "community", "dev", "developer", "developers", "docs", "forum", "get", "go",
    "help", "info", "investors", "learn", "login", "marketplace", "partner", "partners", "resources", "signup", "status", "support",
    "try", "www", "www2",
];

/// Where a scheme ends at the latest: `inline https`.
const MAX_SCHEME: usize = 12;

/// The host of an absolute or scheme-relative address, without user information and port.
fn host(line: &str) -> Option<Range<usize>> {
    let start = if line.starts_with("//") { 2 } else { line.find("://").filter(|at| *at <= MAX_SCHEME)? + 3 };
    let end = line[start..].find(['/', '?', '#']).map_or(line.len(), |at| start + at);
    let start = line[start..end].rfind('@').map_or(start, |at| start + at + 1);
    let end = line[start..end].find(':').map_or(end, |at| start + at);
    Some(start..end)
}

fn ends_word(line: &str, at: usize) -> bool {
    !line[at..].chars().next().is_some_and(char::is_alphanumeric)
}
