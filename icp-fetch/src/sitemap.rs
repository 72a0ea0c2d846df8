//! Bytes to [`Sitemap`]: the XML forms of the [sitemap protocol](https://www.sitemaps.org/protocol.html) and its plain
//! text form, plain or gzipped. Pure, and bounded in bytes and addresses.

use std::collections::HashSet;
use std::io::Read as _;

use flate2::read::MultiGzDecoder;
use icp_core::model::{Domain, Refusal, RefusalCause, Timestamp};
use icp_core::ports::{Sitemap, SitemapEntry};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};
use url::Url;

use crate::FetchConfig;
use crate::html::{MAX_ADDRESS, decode};

/// Reads a sitemap from an answer's body, whatever its media type.
///
/// Only addresses of the site are kept. `cut` says that the body is not whole. A list that goes on past a limit of
/// `config`, or breaks off, is marked as truncated.
///
/// # Errors
/// `NotSitemap` for anything else, and for XML with a document type declaration.
pub(crate) fn parse(
    site: &Domain,
    body: &[u8],
    content_type: Option<&str>,
    cut: bool,
    config: &FetchConfig,
) -> Result<Sitemap, Refusal> {
    let mut list =
        Listing { site, seen: HashSet::new(), limit: config.max_sitemap_urls, sitemap: Sitemap::default() };
    list.sitemap.truncated = cut;
    let unpacked;
    let body = if body.starts_with(b"\x1f\x8b") {
        let (bytes, whole) = unpack(body, config.max_sitemap);
        list.sitemap.truncated |= !whole;
        unpacked = bytes;
        &unpacked
    } else {
        body
    };
    let text = decode(body, content_type);
    let text = text.trim_start();
    if text.starts_with('<') {
        list.read_xml(text)?
    } else {
        list.read_lines(text)?
    }
    Ok(list.sitemap)
}

fn not_a_sitemap(detail: &str) -> Refusal {
    Refusal::new(RefusalCause::NotSitemap, detail)
}

/// At most `limit` bytes, and whether they are all.
fn unpack(body: &[u8], limit: usize) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    let end = MultiGzDecoder::new(body).take(limit as u64 + 1).read_to_end(&mut bytes);
    let whole = end.is_ok() && bytes.len() <= limit;
    bytes.truncate(limit);
    (bytes, whole)
}

/// A list in the making.
struct Listing<'a> {
    site: &'a Domain,
    seen: HashSet<Url>,
    limit: usize,
    sitemap: Sitemap,
}

/// The two forms of XML.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Pages,
    Sitemaps,
}

/// The element being read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Location,
    LastModified,
    Other,
}

impl Listing<'_> {
    /// Reads root, entries and their fields; what lies deeper, such as an image's address, is passed over.
    fn read_xml(&mut self, text: &str) -> Result<(), Refusal> {
        let mut reader = Reader::from_str(text);
        let (mut form, mut depth, mut field) = (None, 0_usize, Field::Other);
        let (mut location, mut modified) = (String::new(), String::new());
        loop {
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(_) if form.is_some() => break self.sitemap.truncated = true,
                Err(_) => return Err(not_a_sitemap("it is not XML")),
            };
            let piece = match event {
                Event::Start(start) => {
                    depth += 1;
                    let name = start.local_name();
                    match depth {
                        1 => form = Some(form_of(name.as_ref())?),
                        2 => {
                            location.clear();
                            modified.clear();
                        }
                        _ => field = if depth == 3 { field_of(name.as_ref()) } else { Field::Other },
                    }
                    continue;
                }
                Event::End(_) => {
                    depth = depth.saturating_sub(1);
                    field = Field::Other;
                    match (depth, form) {
                        (0, _) => break,
                        (1, Some(form)) if !self.add(form, location.trim(), modified.trim()) => break,
                        _ => continue,
                    }
                }
                Event::Empty(empty) if depth == 0 => {
                    form = Some(form_of(empty.local_name().as_ref())?);
                    break;
                }
                Event::DocType(_) => return Err(not_a_sitemap("it has a document type declaration")),
                Event::Text(text) => Some(text.into_inner()),
                Event::CData(text) => Some(text.into_inner()),
                Event::GeneralRef(reference) => character(&reference).map(|it| it.to_string().into()),
                Event::Eof => {
                    self.sitemap.truncated |= depth > 0;
                    break;
                }
                _ => continue,
            };
            match (field, piece) {
                (Field::Location, Some(piece)) => push(&mut location, &piece),
                // A reference that stands for nothing we know spoils the address.
                (Field::Location, None) => location.push('\0'),
                (Field::LastModified, Some(piece)) => push(&mut modified, &piece),
                _ => {}
            }
        }
        if form.is_some() { Ok(()) } else { Err(not_a_sitemap("it has no list")) }
    }

    /// Reads one address a line.
    fn read_lines(&mut self, text: &str) -> Result<(), Refusal> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
        if lines.peek().is_none_or(|first| web_address(first).is_none()) {
            return Err(not_a_sitemap("it is neither XML nor a list of addresses"));
        }
        for line in lines {
            if !self.add(Form::Pages, line, "") {
                break;
            }
        }
        Ok(())
    }

    /// Adds an address of the site; `false` when there is no room for it.
    fn add(&mut self, form: Form, location: &str, modified: &str) -> bool {
        let Some(url) = web_address(location) else { return true };
        if !Domain::of_url(&url).is_ok_and(|domain| domain.same_site(self.site)) || self.seen.contains(&url) {
            return true;
        }
        if self.seen.len() >= self.limit {
            self.sitemap.truncated = true;
            return false;
        }
        self.seen.insert(url.clone());
        match form {
            Form::Pages => {
                self.sitemap.entries.push(SitemapEntry::new(url).with_last_modified(time(modified)));
            }
            Form::Sitemaps => self.sitemap.sitemaps.push(url),
        }
        true
    }
}

fn form_of(root: &str) -> Result<Form, Refusal> {
    match root {
        "urlset" => Ok(Form::Pages),
        "sitemapindex" => Ok(Form::Sitemaps),
        _ => Err(not_a_sitemap("its root is neither `urlset` nor `sitemapindex`")),
    }
}

fn field_of(name: &str) -> Field {
    match name {
        "loc" => Field::Location,
        "lastmod" => Field::LastModified,
        _ => Field::Other,
    }
}

/// Adds text up to a little more than the longest address: a longer one is dropped later.
fn push(text: &mut String, piece: &str) {
    if text.len() <= MAX_ADDRESS {
        text.push_str(piece);
    }
}

/// A character reference or one of XML's five names; there are no others without a document type.
fn character(reference: &BytesRef<'_>) -> Option<char> {
    match &**reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => reference.resolve_char_ref().ok().flatten(),
    }
}

fn web_address(text: &str) -> Option<Url> {
    if text.len() > MAX_ADDRESS || text.contains('\0') {
        return None;
    }
    let mut url = Url::parse(text).ok()?;
    url.set_fragment(None);
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

/// A time as the [W3C writes it](https://www.w3.org/TR/NOTE-datetime): a year, month, day or moment.
fn time(text: &str) -> Option<Timestamp> {
    let whole = match text.len() {
        4 => format!("{text}-01-01T00:00:00Z"),
        7 => format!("{text}-01T00:00:00Z"),
        10 => format!("{text}T00:00:00Z"),
        _ => text.to_owned(),
    };
    whole.parse().ok()
}

#[cfg(test)]
mod tests;
