//! The corpus of titles and traps, each read as the rule reads it.

use icp_core::model::{BlockKind, PageKind, SiteRole, Zone};

use super::{find, whole_title};
use crate::internal::TITLE_CORPUS;
use crate::testing::page;

#[test]
fn every_title_is_read_and_every_trap_refused() {
    let (mut titles, mut traps) = (0, 0);
    for line in TITLE_CORPUS.lines().filter(|line| !line.starts_with('#')) {
        let (text, form) = line.split_once('\t').unwrap();
        let read = whole_title(text).map(|(_, values)| values.join(" + "));
        if form != "-" {
            titles += 1;
            assert_eq!(read.as_deref(), Some(form), "title {text:?}");
            continue;
        }
        traps += 1;
        assert_eq!(read, None, "trap {text:?}");
        // Where titles are expected most: on a team page and in a list of open positions.
        for (kind, heading) in [(PageKind::About, "Our team"), (PageKind::Careers, "Open positions")] {
            let blocks = [(Zone::Main, BlockKind::Heading(2), heading), (Zone::Main, BlockKind::Item, text)];
            let mut out = Vec::new();
            find(&page(kind, &blocks), SiteRole::Own, &mut out);
            assert_eq!(out, [], "trap {text:?} under {heading:?}");
        }
    }
    assert!(titles >= 300 && traps >= 300, "{titles} titles, {traps} traps");
}
