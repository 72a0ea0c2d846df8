//! What a store gives back holds no way to reach a person, wherever on a page it stood.

use icp_core::model::{BlockKind, CleanText, PageBuilder, Zone};
use icp_core::ports::Store;

use crate::fixture::{self, must};
use crate::steps::with_run;

/// Ways to reach a person, made up.
const PERSONAL: [&str; 14] = [
    "jane.tan@acme.example",
    "jane (at) acme (dot) sg",
    "jane&#64;acme.sg",
    "+65 9123 4567",
    "Mobile 91234567",
    "Jane Tan 91234567",
    "91234567",
    "tel:+6591234567",
    "https://wa.me/6591234567",
    "https://api.whatsapp.com/send?phone=6591234567",
    "sms:91234567",
    "(555) 123-4567",
    "020 7946 0958",
    "https://acme.sg/cdn-cgi/l/email-protection#543e353a31143537393178273d",
];

/// No e-mail address, no telephone number and no person beside a title leaves in any field of a page or its records.
pub async fn pages_hold_no_personal_data(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let mut crawl = fixture::site("acme.sg", &[]);
    for (n, text) in PERSONAL.iter().enumerate() {
        let mut page = PageBuilder::new(format!("https://acme.sg/{n}?to={}", PERSONAL[0]), fixture::at(60));
        page.title(&format!("Contact {text}"));
        for zone in [Zone::Main, Zone::Form, Zone::Footer, Zone::Asset, Zone::Meta, Zone::JsonLd] {
            page.block(zone, BlockKind::Text, text);
            if zone != Zone::Asset {
                page.block(zone, BlockKind::Text, "Siti Rahim, Director");
            }
        }
        page.block(Zone::Main, BlockKind::Item, "WhatsApp").block(Zone::Main, BlockKind::Item, text);
        page.link(format!("https://acme.sg/{n}?from={}", PERSONAL[0]), text, Zone::Main);
        page.link(*text, "Siti Rahim", Zone::Main).link(
            "https://acme.sg/team/siti-rahim",
            "More",
            Zone::Main,
        );
        crawl.pages.push(page.finish());
    }
    must(tenant.record_site(fence, &crawl).await);
    let pages = must(tenant.pages(fence.run, &fixture::domain("acme.sg")).await);
    assert_eq!(pages.len(), PERSONAL.len());
    for page in &pages {
        let links = page.links.iter().flat_map(|link| [link.url.as_str(), link.text.as_str()]);
        for field in links.chain([page.url.as_str(), page.title.as_str(), page.text.as_str()]) {
            assert_eq!(CleanText::scrub(field).as_str(), field, "masking again changes what was stored");
            for part in ["9123", "4567", "jane", "Siti", "siti", "Rahim", "0958", "543e353a"] {
                assert!(!field.contains(part), "{part:?} is in {field:?}");
            }
        }
        for block in &page.blocks {
            assert!(page.has_quote(block.range(), page.block_text(block)), "ranges are those of the text");
        }
    }
}
