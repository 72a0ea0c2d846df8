//! `integration`, by the channel that visitors reach the company on: a link to WhatsApp, or words that offer it.

use icp_core::model::{Finding, Page, SignalKey, SiteRole, Zone};
use icp_core::site::text::{self, has_word};

use crate::report::report;

/// Lines of the asset zone that lead to a conversation.
const LINKS: &[&str] = &["link https://wa.me/", "link https://api.whatsapp.com/"];
/// Words that offer one.
const WORDS: &[&str] = &[
    "whatsapp us",
    "chat on whatsapp",
    "chat with us on whatsapp",
    "via whatsapp",
    "by whatsapp",
    "message us on whatsapp",
];

/// Finds the channel.
pub(crate) fn find(page: &Page, _role: SiteRole, out: &mut Vec<Finding>) {
    for block in page.blocks.iter().filter(|block| block.zone == Zone::Asset) {
        let line = page.block_text(block);
        if LINKS.contains(&line.trim()) {
            report(out, page, block, (SignalKey::Integration, "WhatsApp"), 0..line.len(), 0.8);
        }
    }
    for line in text::own_lines(page) {
        if line.text.len() <= 160 && has_word(&line.text.to_ascii_lowercase(), WORDS) {
            let span = text::trim(line.text, 0..line.text.len());
            report(out, page, line.block, (SignalKey::Integration, "WhatsApp"), span, 0.75);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{page, values};
    use icp_core::model::{BlockKind, PageKind};

    #[test]
    fn a_conversation_is_offered() {
        for (zone, line, found) in [
            (Zone::Asset, "link https://wa.me/", true),
            (Zone::Main, "WhatsApp us", true),
            (Zone::Main, "WhatsApp was bought in 2014", false),
            (Zone::Asset, "link https://wa.me.example/", false),
        ] {
            let page = page(PageKind::Home, &[(zone, BlockKind::Text, line)]);
            assert_eq!(!values(find, &page).is_empty(), found, "{line}");
        }
    }
}
