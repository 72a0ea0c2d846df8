//! A web page as evidence sees it: one clean text in which every byte has a place, with its links and declarations.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use super::personal::people::{People, without_name};
use super::personal::{CleanText, mask_after};
use super::time::Timestamp;
use super::validators::Validators;

/// The purpose of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names say it")]
pub enum PageKind {
    Home,
    About,
    Industries,
    Customers,
    Integrations,
    Partners,
    Pricing,
    Careers,
    Product,
    Locations,
    Legal,
    Blog,
    Other,
}

/// The part of a page a block is in. The zones after `Footer` are what machines read: one line each, at the text's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// The content.
    Main,
    /// Navigation.
    Nav,
    /// The page's head part, as a person sees it.
    Header,
    /// A side column.
    Aside,
    /// Labels and options of a form.
    Form,
    /// The foot part.
    Footer,
    /// The address of a script, style sheet or frame the page loads.
    Asset,
    /// A meta element: `name: content`.
    Meta,
    /// A value of a JSON-LD object: `Type.path: value`.
    JsonLd,
    /// A response header or cookie name that gives software away: `name: value`.
    HttpHeader,
}

impl Zone {
    /// Whether a person reads it.
    pub fn is_visible(self) -> bool {
        self <= Self::Footer
    }
}

/// The kind of text of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// `h1` to `h6`.
    Heading(u8),
    /// A list item.
    Item,
    /// A table cell.
    Cell,
    /// An image's alternative text.
    ImageText,
    /// Anything else.
    Text,
}

/// A run of text of one zone: bytes `start..end` of [`Page::text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Block {
    /// Its zone.
    pub zone: Zone,
    /// The kind of text.
    pub kind: BlockKind,
    /// First byte.
    pub start: u32,
    /// After the last byte.
    pub end: u32,
}

impl Block {
    /// A block of a text.
    pub fn new(zone: Zone, kind: BlockKind, start: u32, end: u32) -> Self {
        Self { zone, kind, start, end }
    }

    /// The byte range.
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A link, resolved against the page. Only `http` and `https` ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Link {
    /// The absolute address, without fragment.
    pub url: String,
    /// The text a person clicks, without personal data.
    pub text: String,
    /// Its zone.
    pub zone: Zone,
}

impl Link {
    /// A link; personal data in its address and text is masked.
    pub fn new(url: impl Into<String>, text: &str, zone: Zone) -> Self {
        let url = CleanText::scrub(&url.into()).into_string();
        Self { url, text: CleanText::scrub(&normalise(text)).into_string(), zone }
    }
}

/// A text is not the hexadecimal form of a SHA-256 hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not 64 hexadecimal digits in lower case")]
pub struct HashError;

/// SHA-256 of a page's text, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ContentHash(String);

impl<'de> Deserialize<'de> for ContentHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_hex(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl ContentHash {
    /// The hash of a text.
    pub fn of(text: &str) -> Self {
        use std::fmt::Write as _;
        let mut hex = String::with_capacity(64);
        for byte in Sha256::digest(text.as_bytes()) {
            let _ = write!(hex, "{byte:02x}");
        }
        Self(hex)
    }

    /// A hash by its digits.
    ///
    /// # Errors
    /// When the text is not 64 hexadecimal digits in lower case.
    pub fn from_hex(digits: &str) -> Result<Self, HashError> {
        let valid = digits.len() == 64 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if valid { Ok(Self(digits.to_owned())) } else { Err(HashError) }
    }

    /// The hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A fetched page, cleaned. Build one with [`PageBuilder`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Page {
    /// The address it was served at, after redirects.
    pub url: String,
    /// Its purpose; [`PageKind::Other`] until the crawl says.
    pub kind: PageKind,
    /// The title element.
    pub title: CleanText,
    /// The language it declares, such as `en`.
    pub language: Option<String>,
    /// All blocks' text, a newline after each. Quotes are byte ranges of it.
    pub text: CleanText,
    /// The blocks, in order, not overlapping.
    pub blocks: Vec<Block>,
    /// Links in document order, each address once.
    pub links: Vec<Link>,
    /// Hash of the text.
    pub content_hash: ContentHash,
    /// When it was fetched.
    pub fetched_at: Timestamp,
    /// Bytes of the body after decompression.
    pub body_bytes: u64,
    /// Marks of this version, to ask later whether it has changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validators: Option<Validators>,
}

impl Page {
    /// A block's text.
    pub fn block_text(&self, block: &Block) -> &str {
        self.text.as_str().get(block.range()).unwrap_or_default()
    }

    /// The blocks a person reads.
    pub fn visible(&self) -> impl Iterator<Item = (&Block, &str)> {
        self.blocks
            .iter()
            .filter(|block| block.zone.is_visible())
            .map(|block| (block, self.block_text(block)))
    }

    /// The blocks of one zone.
    pub fn zone(&self, zone: Zone) -> impl Iterator<Item = (&Block, &str)> {
        self.blocks
            .iter()
            .filter(move |block| block.zone == zone)
            .map(|block| (block, self.block_text(block)))
    }

    /// The zone of the block that a byte range begins in.
    pub fn zone_at(&self, range: &Range<usize>) -> Option<Zone> {
        let after = self.blocks.partition_point(|block| block.start as usize <= range.start);
        let block = self.blocks.get(after.checked_sub(1)?)?;
        (range.start < block.end as usize).then_some(block.zone)
    }

    /// Whether `quote` is at exactly `range` of the text.
    pub fn has_quote(&self, range: Range<usize>, quote: &str) -> bool {
        self.text.as_str().get(range) == Some(quote)
    }
}

/// Puts a [`Page`] together from an HTML walk: normalises and scrubs each block, and keeps the offsets.
///
/// ```
/// use icp_core::model::{BlockKind, PageBuilder, Timestamp, Zone};
/// let mut page = PageBuilder::new("https://acme.sg/", Timestamp::from_micros(0));
/// page.block(Zone::Main, BlockKind::Heading(1), "  Freight,\n simplified ");
/// page.block(Zone::Asset, BlockKind::Text, "https://js.hs-scripts.com/1.js");
/// let page = page.finish();
/// assert_eq!(page.text.as_str(), "Freight, simplified\nhttps://js.hs-scripts.com/1.js\n");
/// assert!(page.has_quote(0..7, "Freight"));
/// ```
#[derive(Debug)]
pub struct PageBuilder {
    url: String,
    fetched_at: Timestamp,
    title: CleanText,
    language: Option<String>,
    text: String,
    blocks: Vec<Block>,
    links: BTreeMap<String, usize>,
    link_list: Vec<Link>,
    body_bytes: u64,
    validators: Option<Validators>,
    max_text: usize,
    declared: Vec<String>,
}

impl PageBuilder {
    /// The maximum number of bytes of text a page keeps.
    pub const MAX_TEXT: usize = 512 * 1024;
    /// The maximum number of links a page keeps.
    pub const MAX_LINKS: usize = 2000;

    /// Starts a page. Personal data in its address is masked.
    pub fn new(url: impl Into<String>, fetched_at: Timestamp) -> Self {
        Self {
            url: CleanText::scrub(&url.into()).into_string(),
            fetched_at,
            title: CleanText::default(),
            language: None,
            text: String::new(),
            blocks: Vec::new(),
            links: BTreeMap::new(),
            link_list: Vec::new(),
            body_bytes: 0,
            validators: None,
            max_text: Self::MAX_TEXT,
            declared: Vec::new(),
        }
    }

    /// Sets the title.
    pub fn title(&mut self, title: &str) -> &mut Self {
        self.title = CleanText::scrub(&normalise(title));
        self
    }

    /// Sets the declared language; only its primary subtag is kept.
    pub fn language(&mut self, tag: &str) -> &mut Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().trim().to_ascii_lowercase();
        self.language =
            (primary.len() >= 2 && primary.bytes().all(|b| b.is_ascii_alphabetic())).then_some(primary);
        self
    }

    /// Sets the body's size.
    pub fn body_bytes(&mut self, bytes: u64) -> &mut Self {
        self.body_bytes = bytes;
        self
    }

    /// Sets the marks of this version.
    pub fn validators(&mut self, validators: Option<Validators>) -> &mut Self {
        self.validators = validators;
        self
    }

    /// Adds a block: white space collapsed, Unicode composed (NFC), personal data masked. Empty blocks, and what is past
    /// [`MAX_TEXT`](Self::MAX_TEXT), are left out.
    pub fn block(&mut self, zone: Zone, kind: BlockKind, raw: &str) -> &mut Self {
        let mut clean = CleanText::scrub(&normalise(raw)).into_string();
        let before = self.blocks.last().filter(|last| last.zone == zone && zone.is_visible());
        if let Some(masked) = before.and_then(|last| mask_after(&self.text[last.range()], &clean)) {
            clean = CleanText::scrub(&masked).into_string();
        }
        let start = self.text.len();
        if clean.is_empty() || start + clean.len() >= self.max_text {
            return self;
        }
        self.text.push_str(&clean);
        let end = self.text.len();
        self.text.push('\n');
        self.blocks.push(Block::new(zone, kind, start as u32, end as u32));
        self
    }

    /// Adds a link; a second one to the same address is dropped, unless the first had no text.
    pub fn link(&mut self, url: impl Into<String>, text: &str, zone: Zone) -> &mut Self {
        let link = Link::new(url, text, zone);
        if let Some(&at) = self.links.get(&link.url) {
            let held = &mut self.link_list[at];
            if held.text.is_empty() {
                held.text = link.text;
            }
        } else if self.link_list.len() < Self::MAX_LINKS {
            self.links.insert(link.url.clone(), self.link_list.len());
            self.link_list.push(link);
        }
        self
    }

    /// Tells the name of a person whom the page's markup declares, such as an author. It is not kept: it is masked
    /// wherever it stands on the page.
    pub fn person(&mut self, name: &str) -> &mut Self {
        const MOST: usize = 500;
        if self.declared.len() < MOST {
            self.declared.push(normalise(name));
        }
        self
    }

    /// Masks the names of people, and drops links to their pages.
    fn without_people(&mut self) {
        let parts: Vec<&str> =
            self.blocks.iter().filter(|b| b.zone.is_visible()).map(|b| &self.text[b.range()]).collect();
        let people = People::of(&parts, &self.declared);
        let (mut text, mut blocks) =
            (String::with_capacity(self.text.len()), Vec::with_capacity(self.blocks.len()));
        for block in &self.blocks {
            let part = &self.text[block.range()];
            let named = matches!(block.zone, Zone::Asset | Zone::HttpHeader);
            let masked = if named { None } else { people.mask(part) };
            let start = text.len();
            text.push_str(masked.as_deref().unwrap_or(part));
            blocks.push(Block { start: start as u32, end: text.len() as u32, ..*block });
            text.push('\n');
        }
        (self.text, self.blocks) = (text, blocks);
        let clean = |text: &str| people.mask(text).map(|masked| CleanText::scrub(&masked));
        if let Some(title) = clean(self.title.as_str()) {
            self.title = title;
        }
        self.link_list.retain(|link| !people.has_page_at(&link.url));
        for link in &mut self.link_list {
            if let Some(text) = clean(&link.text) {
                link.text = text.into_string();
            }
        }
        if people.has_page_at(&self.url) {
            self.url = without_name(&self.url);
        }
    }

    /// The page.
    pub fn finish(mut self) -> Page {
        self.without_people();
        // Every block was scrubbed on its own, and no pattern spans a newline that follows a whole block unless the
        // blocks together read as a number; scrubbing again would move offsets, so such a page loses those blocks.
        let scrubbed = CleanText::scrub(&self.text);
        let (text, blocks) = if scrubbed.as_str() == self.text {
            (scrubbed, self.blocks)
        } else {
            rescrub(&self.text, &self.blocks)
        };
        Page {
            url: self.url,
            kind: PageKind::Other,
            title: self.title,
            language: self.language,
            content_hash: ContentHash::of(text.as_str()),
            text,
            blocks,
            links: self.link_list,
            fetched_at: self.fetched_at,
            body_bytes: self.body_bytes,
            validators: self.validators,
        }
    }
}

/// Rebuilds the text block by block, leaving out each block that together with what precedes it reads as personal data.
fn rescrub(text: &str, blocks: &[Block]) -> (CleanText, Vec<Block>) {
    let mut kept = String::with_capacity(text.len());
    let mut kept_blocks: Vec<Block> = Vec::with_capacity(blocks.len());
    for block in blocks {
        let part = &text[block.range()];
        let window_from = kept_blocks.len().saturating_sub(3);
        let window_start = kept_blocks.get(window_from).map_or(kept.len(), |first| first.start as usize);
        let window = format!("{}{part}\n", &kept[window_start..]);
        if CleanText::scrub(&window).as_str() != window {
            continue;
        }
        let start = kept.len();
        kept.push_str(part);
        let end = kept.len();
        kept.push('\n');
        kept_blocks.push(Block { start: start as u32, end: end as u32, ..*block });
    }
    let clean = CleanText::scrub(&kept);
    if clean.as_str() == kept { (clean, kept_blocks) } else { (CleanText::default(), Vec::new()) }
}

/// NFC, control and invisible characters dropped, runs of white space as one space, trimmed.
fn normalise(raw: &str) -> String {
    // ASCII is composed already.
    if raw.is_ascii() { collapse(raw.chars(), raw.len()) } else { collapse(raw.nfc(), raw.len()) }
}

/// White space collapsed, signs without a width left out.
fn collapse(chars: impl Iterator<Item = char>, len: usize) -> String {
    let mut text = String::with_capacity(len);
    let mut space = false;
    for c in chars {
        if c.is_whitespace() {
            space = !text.is_empty();
        } else if c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
        {
        } else {
            if std::mem::take(&mut space) {
                text.push(' ');
            }
            text.push(c);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hashes_are_read_as_they_are_written() {
        let hash = ContentHash::of("text");
        assert_eq!(ContentHash::from_hex(hash.as_str()), Ok(hash.clone()));
        for wrong in ["", "abc", &hash.as_str().to_uppercase(), &format!("{}g", &hash.as_str()[1..])] {
            assert_eq!(ContentHash::from_hex(wrong), Err(HashError), "{wrong}");
        }
        assert!(serde_json::from_str::<ContentHash>("\"abc\"").is_err());
    }

    #[test]
    fn a_link_holds_no_personal_data() {
        assert_eq!(Link::new("https://a.sg/", " Reach us:  9123 4567", Zone::Nav).text, "Reach us: [phone]");
    }

    #[test]
    fn addresses_of_links_and_pages_hold_no_personal_data() {
        let mut page = PageBuilder::new("https://a.sg/?e=jane@acme.sg", Timestamp::from_micros(0));
        page.link("https://wa.me/6591234567?text=Hi", "WhatsApp", Zone::Main);
        let page = page.finish();
        assert_eq!(page.url, "https://a.sg/?e=[e-mail]");
        assert_eq!(page.links[0].url, "https://wa.me/[phone]?text=Hi");
    }

    #[test]
    fn a_label_reaches_into_the_next_block() {
        let mut page = PageBuilder::new("https://a.sg/", Timestamp::from_micros(0));
        for part in ["Mobile", "812345678", "Weight", "812345678"] {
            page.block(Zone::Main, BlockKind::Cell, part);
        }
        assert_eq!(page.finish().text.as_str(), "Mobile\n[phone]\nWeight\n812345678\n");
    }

    #[test]
    fn personal_data_across_blocks_is_kept_out() {
        let mut page = PageBuilder::new("https://a.sg/", Timestamp::from_micros(0));
        for part in ["Call us", "+65 6123", "4567", "Monday to Friday"] {
            page.block(Zone::Main, BlockKind::Text, part);
        }
        let page = page.finish();
        assert_eq!(CleanText::scrub(page.text.as_str()), page.text);
        assert!(page.text.as_str().contains("Monday"));
        for block in &page.blocks {
            assert!(page.text.as_str().is_char_boundary(block.range().end));
        }
    }

    proptest! {
        #[test]
        fn offsets_hold_for_any_text(parts in proptest::collection::vec("(\\PC|[0-9 @.+-]){0,30}", 0..12)) {
            let mut page = PageBuilder::new("https://a.sg/", Timestamp::from_micros(0));
            for part in &parts {
                page.block(Zone::Main, BlockKind::Text, part);
            }
            let page = page.finish();
            for block in &page.blocks {
                let text = page.block_text(block);
                prop_assert!(!text.is_empty());
                prop_assert!(page.has_quote(block.range(), text));
            }
            prop_assert_eq!(CleanText::scrub(page.text.as_str()), page.text);
        }
    }
}
