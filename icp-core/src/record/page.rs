//! Pages: the body once by its content, and a link for each run that read it.

use std::fmt::Display;

use super::shape::{Broken, shapes};
use super::{corrupt, read, recorded, write};
use crate::error::Result;
use crate::model::{
    Block, BlockKind, CleanText, ContentHash, Link, Page, PageKind, Timestamp, Validators, Zone,
};

/// A page as stores keep it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredPage {
    /// The record of this reading: address, kind, time.
    pub link: String,
    /// Names the body: the same content, the same key.
    pub body_key: String,
    /// The record of the content.
    pub body: String,
}

/// The reading of a page.
pub(super) struct PageLink {
    url: String,
    kind: PageKind,
    fetched_at: Timestamp,
    body_bytes: u64,
    content_hash: ContentHash,
    validators: Option<Validators>,
}

/// The content of a page.
pub(super) struct PageBody {
    title: CleanText,
    language: Option<String>,
    text: CleanText,
    blocks: Vec<Block>,
    links: Vec<Link>,
}

shapes! {
    PageLink as PageLinkShape {
        url: String,
        kind: PageKind,
        fetched_at: Timestamp,
        body_bytes: u64,
        content_hash: ContentHash,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        validators: Option<Validators>,
    }
    Validators as ValidatorsShape {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        etag: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_modified: Option<String>,
    }
    PageBody as PageBodyShape {
        title: CleanText,
        language: Option<String>,
        text: CleanText,
        blocks: Vec<Block>,
        links: Vec<Link>,
    }
    Block as BlockShape {
        zone: Zone,
        kind: BlockKind,
        start: u32,
        end: u32,
    }
    Link as LinkShape {
        url: String,
        text: String,
        zone: Zone,
    }
}

recorded! {
    PageLink = "page" v 1;
    PageBody = "page body" v 1;
}

/// A page as two records.
pub fn write_page(page: &Page) -> StoredPage {
    let link = write(&PageLink {
        url: page.url.clone(),
        kind: page.kind,
        fetched_at: page.fetched_at,
        body_bytes: page.body_bytes,
        content_hash: page.content_hash.clone(),
        validators: page.validators.clone(),
    });
    let body = write(&PageBody {
        title: page.title.clone(),
        language: page.language.clone(),
        text: page.text.clone(),
        blocks: page.blocks.clone(),
        links: page.links.clone(),
    });
    StoredPage { link, body_key: ContentHash::of(&body).as_str().to_owned(), body }
}

/// A page from its two records. `what` names the row, for the error.
///
/// # Errors
/// `Corrupt` when a record is damaged, the text has another hash than when it was read, or a block's range is not one of
/// the text.
pub fn read_page(what: impl Display, link: &str, body: &str) -> Result<Page> {
    let PageLink { url, kind, fetched_at, body_bytes, content_hash, validators } = read(&what, link)?;
    let what = format!("{what} ({url})");
    let PageBody { title, language, text, blocks, links } = read(&what, body)?;
    if ContentHash::of(text.as_str()) != content_hash {
        return Err(corrupt("page body", &what, &Broken::new("its text is not the one that was read")));
    }
    let mut end = 0;
    for block in &blocks {
        let range = block.range();
        if range.start < end || text.as_str().get(range.clone()).is_none() {
            let reason = format!("a block's range {} to {} is none of its text", range.start, range.end);
            return Err(corrupt("page body", &what, &Broken::new(reason)));
        }
        end = range.end;
    }
    Ok(Page {
        url,
        kind,
        title,
        language,
        text,
        blocks,
        links,
        content_hash,
        fetched_at,
        body_bytes,
        validators,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PageBuilder;

    fn page(validators: Option<Validators>) -> Page {
        let mut page = PageBuilder::new("https://acme.example/", Timestamp::from_micros(0));
        page.block(Zone::Main, BlockKind::Text, "Freight").validators(validators);
        page.finish()
    }

    #[test]
    fn validators_are_kept() {
        let marks = Validators::new(Some("W/\"v1\""), Some("Sun, 06 Nov 1994 08:49:37 GMT"));
        for page in [page(marks), page(Validators::new(Some("\"v2\""), None)), page(None)] {
            let stored = write_page(&page);
            assert_eq!(read_page("a page", &stored.link, &stored.body).unwrap(), page);
        }
    }

    /// A record of a program that knew no validators, as it wrote it.
    #[test]
    fn a_page_without_validators_reads_for_ever() {
        let old = concat!(
            r#"{"v":1,"body":{"url":"https://acme.example/","kind":"other","fetched_at":"1970-01-01T00:00:00Z","#,
            r#""body_bytes":0,"content_hash":"HASH"}}"#
        );
        let page = page(None);
        let old = old.replace("HASH", page.content_hash.as_str());
        let stored = write_page(&page);
        assert_eq!(read_page("a page", &old, &stored.body).unwrap(), page);
        assert_eq!(stored.link, old, "without validators the record is the same");
    }

    #[test]
    fn the_body_is_the_same_whatever_the_validators() {
        let marks = Validators::new(Some("\"v1\""), None);
        assert_eq!(write_page(&page(marks)).body_key, write_page(&page(None)).body_key);
    }
}
