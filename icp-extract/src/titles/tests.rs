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

#[test]
fn postings_of_words_that_no_list_has() {
    let careers = |blocks: &[(BlockKind, &str)]| {
        let blocks: Vec<_> = blocks.iter().map(|(kind, text)| (Zone::Main, *kind, *text)).collect();
        values(find, &page(PageKind::Careers, &blocks))
    };
    let list = (BlockKind::Heading(2), "Open positions");
    let title = |text| (BlockKind::Heading(3), text);
    let text = |text| (BlockKind::Text, text);
    // The mark for every gender is enough.
    for (written, value) in [
        ("Kantenbauerei-Profi (m/w/d)", "Kantenbauerei-Profi"),
        ("Wortfinderin [f/m/x]", "Wortfinderin"),
        ("Toiletteur H/F", "Toiletteur"),
    ] {
        assert_eq!(careers(&[list, title(written)]), [value], "{written}");
    }
    // So is what stands below a title.
    for below in ["Full-time", "Apply now", "Job Code: 47-X", "Jetzt bewerben", "Responsibilities:"] {
        assert_eq!(careers(&[list, title("Glyph Whisperer"), text(below)]), ["Glyph Whisperer"], "{below}");
    }
    assert_eq!(careers(&[list, title("DevOps Indore, India"), text("Apply now")]), ["DevOps"]);
    assert_eq!(careers(&[list, title("Glyph Whisperer"), text("Letters are our life.")]), [""; 0]);
    for heading in ["Our Benefits", "How To Apply", "Why Northpier", "Life At Northpier", "Open Roles"] {
        assert_eq!(careers(&[list, title(heading), text("Apply now")]), [""; 0], "{heading}");
    }
}

#[test]
fn short_titles_count_among_titles() {
    let list = |items: &[&str]| {
        let mut blocks = vec![(Zone::Main, BlockKind::Heading(2), "Open positions")];
        blocks.extend(items.iter().map(|item| (Zone::Main, BlockKind::Item, *item)));
        values(find, &page(PageKind::Careers, &blocks))
    };
    assert_eq!(list(&["Structural Engineer", "Architect"]), ["Structural Engineer", "Architect"]);
    assert_eq!(list(&["iOS Developer"]), ["iOS Developer"]);
    assert_eq!(list(&["Architect", "Free lunch"]), [""; 0]);
}

#[test]
fn pictures_and_notices_that_name_staff() {
    let staff = |kind, block, text| found(kind, SiteRole::Seed, "Standort", block, text);
    let picture = staff(PageKind::Other, BlockKind::ImageText, "Jane Doe, Sales Manager");
    assert_eq!(picture, [(SignalKey::StaffTitle, "Sales Manager".into(), "Sales Manager".into())]);
    assert_eq!(staff(PageKind::Customers, BlockKind::ImageText, "Jane Doe, Sales Manager"), []);
    assert_eq!(staff(PageKind::Other, BlockKind::ImageText, "Blue Harbour, Sales"), []);
    let notice = "Geschäftsführer: Jane Doe Gesellschaft mit beschränkter Haftung";
    assert_eq!(staff(PageKind::Legal, BlockKind::Text, notice).len(), 1);
}

#[test]
fn family_names_that_are_trades_are_no_titles() {
    for text in ["Markus Koch Vertrieb", "Anna Schneider", "Jonas Weber Technik"] {
        assert_eq!(whole_title(text), None, "{text}");
    }
}
