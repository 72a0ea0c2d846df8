//! What is sent of a page: the words of its content, in parts that fit a question. Never HTML, never what machines read.

use icp_core::model::{Block, BlockKind, CleanText, Page, PageKind, Zone};

use crate::guard;

/// The most bytes of text in one question: three bytes a token is more tokens than any tokeniser makes of plain text.
pub(crate) const MAX_CHUNK: usize = 9_000;
/// An image's text is shown only when it is as short as a name: nobody sees it on the page.
const MAX_IMAGE_TEXT: usize = 60;

/// A part of a page to ask about.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    /// The text, a line for each block.
    pub(crate) text: String,
}

/// What is sent of a page.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    /// The parts, in order.
    pub(crate) chunks: Vec<Chunk>,
    /// By block of the page: whether it was cut, since it reads like an instruction.
    pub(crate) cut: Vec<bool>,
}

impl Sent {
    /// How many blocks were cut.
    pub(crate) fn cuts(&self) -> usize {
        self.cut.iter().filter(|cut| **cut).count()
    }
}

/// Whether a block's zone is sent. Companies print addresses and certificates at the foot of a page.
fn is_sent(kind: PageKind, zone: Zone) -> bool {
    match zone {
        Zone::Main => true,
        Zone::Footer => matches!(kind, PageKind::Home | PageKind::Locations),
        _ => false,
    }
}

/// Whether a block is shown to the model. What it was not shown it cannot have read, so it may not quote it either.
pub(crate) fn is_shown(page: &Page, block: &Block) -> bool {
    is_sent(page.kind, block.zone)
        && (block.kind != BlockKind::ImageText || block.range().len() <= MAX_IMAGE_TEXT)
}

/// Chooses what to send. Personal data was masked when the page was made; every part is masked once more.
pub(crate) fn choose(page: &Page) -> Sent {
    let texts: Vec<&str> = page.blocks.iter().map(|block| page.block_text(block)).collect();
    let visible: Vec<bool> = page.blocks.iter().map(|block| block.zone.is_visible()).collect();
    let cut = guard::cut(page, &texts, &visible);
    let mut chunks: Vec<String> = vec![String::new()];
    let mut heading = "";
    for (n, block) in page.blocks.iter().enumerate() {
        let text = texts[n];
        if cut[n] || !is_shown(page, block) || !text.chars().any(char::is_alphanumeric) {
            continue;
        }
        let is_heading = matches!(block.kind, BlockKind::Heading(_));
        let mark = match block.kind {
            BlockKind::Heading(_) => "# ",
            BlockKind::Item => "- ",
            _ => "",
        };
        for part in pieces(text) {
            let full = chunks.last().map_or(0, String::len);
            // A section that would be divided near its beginning begins the next part.
            let too_long = full + mark.len() + part.len() + 1 > MAX_CHUNK;
            if full > 0 && (too_long || (is_heading && full > MAX_CHUNK * 3 / 4)) {
                let again = if is_heading {
                    String::new()
                } else {
                    format!("# {}\n", pieces(heading).next().unwrap_or(""))
                };
                chunks.push(if heading.is_empty() || again.len() > 200 { String::new() } else { again });
            }
            if let Some(chunk) = chunks.last_mut() {
                chunk.push_str(mark);
                chunk.push_str(part);
                chunk.push('\n');
            }
        }
        if is_heading {
            heading = text;
        }
    }
    let chunks = chunks.into_iter().filter(|text| !text.trim().is_empty());
    Sent { chunks: chunks.map(|text| Chunk { text: CleanText::scrub(&text).into_string() }).collect(), cut }
}

/// A long text in pieces that fit, cut between words where it has any.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut end = rest.floor_char_boundary(MAX_CHUNK - 210);
        if end < rest.len() {
            end = rest[..end].rfind(' ').filter(|at| *at > 0).unwrap_or(end);
        }
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(piece)
    })
}

/// The most tokens that some bytes of text are.
pub(crate) fn tokens(bytes: usize) -> u64 {
    bytes.div_ceil(3) as u64
}

#[cfg(test)]
mod tests {
    use icp_core::model::{PageBuilder, Timestamp};

    use super::*;

    #[test]
    fn only_what_a_person_reads_is_sent_in_parts_that_fit() {
        let mut page = PageBuilder::new("https://a.sg/", Timestamp::from_micros(0));
        page.block(Zone::Main, BlockKind::Heading(1), "Freight")
            .block(Zone::Nav, BlockKind::Text, "menu words")
            .block(Zone::Main, BlockKind::ImageText, &"a long alternative text ".repeat(5))
            .block(Zone::Main, BlockKind::Text, &"one line of it without end ".repeat(2000))
            .block(Zone::Footer, BlockKind::Text, "12 Tuas Road")
            .block(Zone::Meta, BlockKind::Text, "description: meta words");
        let mut page = page.finish();
        let sent = choose(&page);
        assert!(sent.chunks.len() > 5);
        for chunk in &sent.chunks {
            assert!(chunk.text.len() <= MAX_CHUNK, "{}", chunk.text.len());
            assert!(chunk.text.starts_with("# Freight\n"), "each part says what it is about");
        }
        let all: String = sent.chunks.iter().map(|it| it.text.as_str()).collect();
        for absent in ["menu", "alternative", "meta", "Tuas"] {
            assert!(!all.contains(absent), "{absent}");
        }
        page.kind = PageKind::Locations;
        assert!(choose(&page).chunks.last().unwrap().text.contains("Tuas"));
    }
}
