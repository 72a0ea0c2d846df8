//! HTML to a tree by html5ever, with an end to bombs: the parser's work grows with nesting, with repeated formatting and
//! with attributes faster than with bytes, so it is fed tag by tag and stopped when a limit is passed.

use std::borrow::Cow;

use html5ever::driver::{self, ParseOpts};
use html5ever::tendril::{StrTendril, TendrilSink as _};
use scraper::{Html, HtmlTreeSink};

/// The most nodes of a tree. The largest real page seen had about 100,000.
const MAX_NODES: usize = 400_000;
/// The deepest nesting. Browsers flatten from 512 on.
const MAX_DEPTH: usize = 1_000;
/// The most work on open elements: tags times the nesting at that place. Real pages need some millions.
const MAX_WORK: usize = 60_000_000;
/// How many tags are fed between two looks at the tree.
const STRIDE: usize = 16;
/// From this length on a tag's attributes are counted.
const LONG_TAG: usize = 16 * 1024;
/// The most attributes of a tag.
const MAX_ATTRIBUTES: usize = 1_000;

/// Parses a document, as far as it goes.
pub(super) fn tree(text: &str) -> Html {
    let sink = HtmlTreeSink::new(Html::new_document());
    let mut parser = driver::parse_document(sink, ParseOpts::default());
    let mut work = 0;
    for (at, piece) in pieces(text).enumerate() {
        parser.process(StrTendril::from_slice(&trimmed(piece)));
        if at % STRIDE == 0 {
            let html = parser.tokenizer.sink.sink.0.borrow();
            let depth = depth(&html);
            work += depth * STRIDE;
            if depth > MAX_DEPTH || work > MAX_WORK || html.tree.values().len() > MAX_NODES {
                break;
            }
        }
    }
    parser.finish()
}

/// The text cut behind each `<`, so that every piece but the first begins with at most one tag's name.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive('<')
}

/// How deep the newest node lies; what is past the limit is not counted.
fn depth(html: &Html) -> usize {
    html.tree.nodes().next_back().map_or(0, |newest| newest.ancestors().take(MAX_DEPTH + 1).count())
}

/// A piece whose tag lost the attributes past the limit.
fn trimmed(piece: &str) -> Cow<'_, str> {
    if piece.len() < LONG_TAG {
        return Cow::Borrowed(piece);
    }
    let (mut attributes, mut quote, mut between) = (0, None, true);
    let mut cut = None;
    for (at, byte) in piece.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) => {
                if byte == open {
                    (quote, between) = (None, true);
                }
            }
            (None, b'>') => {
                return match cut {
                    Some(cut) => Cow::Owned(format!("{}{}", &piece[..cut], &piece[at..])),
                    None => Cow::Borrowed(piece),
                };
            }
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'/') => between = true,
            (None, _) => {
                if std::mem::take(&mut between) {
                    attributes += 1;
                    if attributes > MAX_ATTRIBUTES && cut.is_none() {
                        cut = Some(at);
                    }
                }
            }
        }
    }
    // No end: either a tag that never closes, or text between scripts, where nothing counts attributes.
    Cow::Borrowed(cut.map_or(piece, |cut| &piece[..cut]))
}
