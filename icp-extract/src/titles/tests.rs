//! Pages and what they say of titles.

use icp_core::model::{BlockKind, PageKind, SignalKey, SiteRole, Zone};

use super::*;
use crate::testing::{one, page, values};

fn found(
    kind: PageKind,
    role: SiteRole,
    heading: &str,
    block: BlockKind,
    text: &str,
) -> Vec<(SignalKey, String, String)> {
    let page = page(kind, &[(Zone::Main, BlockKind::Heading(2), heading), (Zone::Main, block, text)]);
    let mut out = Vec::new();
    find(&page, role, &mut out);
    out.into_iter().map(|finding| (finding.key, finding.value, finding.quote)).collect()
}

#[test]
fn staff_without_their_names() {
    let got = found(PageKind::About, SiteRole::Seed, "Our team", BlockKind::Text, "Jane Tan, CFO");
    assert_eq!(got, [(SignalKey::StaffTitle, "Chief Financial Officer".into(), "CFO".into())]);
    for text in [
        "Mr Tan Ah Kow - Managing Director",
        "Our Managing Director, Mr Tan, has led Northpier for a long time.",
    ] {
        let got = found(PageKind::About, SiteRole::Seed, "Story", BlockKind::Text, text);
        assert_eq!(
            got,
            [(SignalKey::StaffTitle, "Managing Director".into(), "Managing Director".into())],
            "{text}"
        );
    }
    let home =
        |heading: &str| found(PageKind::Home, SiteRole::Seed, heading, BlockKind::Item, "Head of Operations");
    assert_eq!(home("Meet the team").len(), 1);
    assert_eq!(home("Services").len(), 0);
    assert_eq!(home("What our clients say").len(), 0);
}

#[test]
fn people_of_others_are_no_staff() {
    for text in [
        "We help your CFO sleep.",
        "Jane, Operations Manager at Harbour Foods",
        "Jane, Operations Manager, Harbour Foods Pte Ltd",
        "A directory of suppliers",
        "the managing director of every importer",
        "She reports to the Managing Director.",
    ] {
        assert_eq!(found(PageKind::About, SiteRole::Seed, "Story", BlockKind::Text, text), [], "{text}");
    }
    for kind in [PageKind::Blog, PageKind::Customers] {
        assert_eq!(values(find, &one(kind, "Jane Tan, CFO")), [""; 0]);
    }
}

#[test]
fn buyers_only_from_the_users_own_site() {
    let quote = "“It just works.” Jane Tan, Warehouse Manager, Harbour Foods Pte Ltd";
    let got = found(PageKind::Customers, SiteRole::Own, "Harbour Foods", BlockKind::Text, quote);
    assert_eq!(got, [(SignalKey::BuyerTitle, "Warehouse Manager".into(), "Warehouse Manager".into())]);
    assert_eq!(found(PageKind::Customers, SiteRole::Seed, "Harbour Foods", BlockKind::Text, quote), []);
}

#[test]
fn openings_are_titles_and_little_else() {
    let opening = |block, text: &str| {
        found(PageKind::Careers, SiteRole::Seed, "Open positions", block, text)
            .into_iter()
            .map(|(_, value, _)| value)
            .collect::<Vec<_>>()
    };
    for (text, title) in [
        ("Warehouse Supervisor", "Warehouse Supervisor"),
        ("Software Engineer (Backend)", "Software Engineer"),
        ("1. Operations Executive - Tuas", "Operations Executive"),
        ("Hiring: Forklift Driver", "Forklift Driver"),
        ("SALES MANAGER, FOOD SERVICE", "Sales Manager, Food Service"),
    ] {
        assert_eq!(opening(BlockKind::Heading(3), text), [title], "{text}");
    }
    for text in [
        "Report to the Operations Manager",
        "Operations Manager will train you",
        "Work with the Finance Director",
        "Five years as Sales Manager",
        "Our benefits",
    ] {
        assert_eq!(opening(BlockKind::Item, text), [""; 0], "{text}");
    }
    assert_eq!(opening(BlockKind::Text, "Warehouse Supervisor"), ["Warehouse Supervisor"]);
    assert_eq!(
        opening(BlockKind::Text, "We are looking for a React Developer to join us."),
        ["React Developer"]
    );
    assert_eq!(opening(BlockKind::Text, "Hotel Larrikin is looking for a Pastry Cook."), [""; 0]);
    let posting =
        |line: &str| values(find, &page(PageKind::Careers, &[(Zone::JsonLd, BlockKind::Text, line)]));
    assert_eq!(posting("JobPosting.title: Cold Room Picker (Night)"), ["Cold Room Picker"]);
    assert_eq!(posting("JobPosting.title: Sr. Software Engineer"), ["Senior Software Engineer"]);
    assert_eq!(posting("WebPage.title: Software Engineer"), [""; 0]);
}
