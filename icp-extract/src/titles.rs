//! `staff_title`, `job_opening_title` and `buyer_title`: roles, never people. The quotation is the title alone, so that
//! no name that stands beside it is ever kept.

use icp_core::model::{BlockKind, Finding, Page, PageKind, SignalKey, SiteRole, Zone};
use icp_core::site::text::{self, Line, has_stem, has_word};

use crate::report::{MatchBudget, report};
use crate::title_grammar::{Title, titles};

/// Headings of a part that presents the company's own people.
#[rustfmt::skip]
const TEAM: &[&str] = &[
    "team", "our team", "leadership", "management", "our people", "board", "directors", "board of directors", "founder", "founders", "who we are", "key personnel",
    "meet the team", "organisation", "organization",
];
/// Headings of a part in which others speak.
#[rustfmt::skip]
const VOICES: &[&str] = &[
    "testimonial", "testimonials", "what our clients say", "what our customers say", "clients", "customers", "reviews", "case study", "case studies", "partners",
    "what they say", "what people say",
];
/// Words that make a sentence speak of the reader's or a customer's people.
#[rustfmt::skip]
const OTHERS: &[&str] = &["your", "customer", "customers", "client", "clients", "you", "every", "any", "former", "previously", "worked as", "was a", "reports to", "reporting to"];
/// Words that may come before the title of an opening.
#[rustfmt::skip]
const OPENING_BEFORE: &[&str] = &["hiring", "position", "role", "job title", "vacancy", "opening", "a", "an", "now hiring", "we are hiring", "wanted", "join us as", "apply now"];
/// Words that may follow it.
#[rustfmt::skip]
const OPENING_AFTER: &[&str] = &["in", "based", "wanted", "needed", "position", "full", "part", "x", "at", "for", "vacancy", "job", "role", "tuas", "singapore", "jurong"];

/// Finds roles by where they are named.
pub(crate) fn find(page: &Page, role: SiteRole, out: &mut Vec<Finding>) {
    if page.kind == PageKind::Careers {
        openings(page, out);
    }
    posted(page, out);
    let mut budget = MatchBudget::new();
    for line in text::lines(page).filter(|line| line.block.zone == Zone::Main) {
        let voices = line.headings().any(|heading| has_word(&heading.to_lowercase(), VOICES));
        let (key, sure) = match (page.kind, role) {
            (PageKind::Customers, SiteRole::Own) => (SignalKey::BuyerTitle, 0.7),
            (PageKind::Home | PageKind::Product, SiteRole::Own) if voices => (SignalKey::BuyerTitle, 0.7),
            (PageKind::About, _) if !voices => (SignalKey::StaffTitle, 0.85),
            (PageKind::Home | PageKind::Other | PageKind::Locations, _)
                if !voices && line.headings().any(|heading| has_word(&heading.to_lowercase(), TEAM)) =>
            {
                (SignalKey::StaffTitle, 0.75)
            }
            _ => continue,
        };
        for title in titles(line.text) {
            if !budget.take() {
                return;
            }
            if is_held(&line, &title, key) {
                report(out, page, line.block, (key, &title.canonical), title.span, sure);
            }
        }
    }
}

/// Whether somebody of the company holds it: in running text it must be written as a title, and speak of nobody else.
fn is_held(line: &Line<'_>, title: &Title, key: SignalKey) -> bool {
    let word = &line.text[title.span.clone()];
    let short = line.text.len() <= 120;
    let capitals = word.chars().next().is_some_and(char::is_uppercase);
    let entry = short && line.block.kind != BlockKind::Text;
    if !capitals && !entry {
        return false;
    }
    // "Sales Director" may be all a line says; "Director" alone inside a sentence is too little.
    if !word.contains(char::is_whitespace) && !short && word.chars().any(char::is_lowercase) {
        return false;
    }
    if key == SignalKey::BuyerTitle {
        return true;
    }
    let range = text::sentence(line.text, &title.span);
    let sentence = line.text[range.clone()].to_lowercase();
    let rest = line.text[title.span.end..range.end.max(title.span.end)].to_lowercase();
    let of_others =
        rest.starts_with(" at ") || has_word(&rest, &["pte ltd", "pte. ltd", "sdn bhd", "sdn. bhd"]);
    !of_others && !has_word(&sentence, OTHERS) && !has_stem(&sentence, &["help"]) && !sentence.ends_with('?')
}

/// Headings, list items and cells of a careers page that are a title and little else.
fn openings(page: &Page, out: &mut Vec<Finding>) {
    for line in text::lines(page).filter(|line| line.block.zone == Zone::Main) {
        let kind = line.block.kind;
        if line.text.len() > 90 || !matches!(kind, BlockKind::Heading(_) | BlockKind::Item | BlockKind::Cell)
        {
            continue;
        }
        let Some(title) = titles(line.text).next() else { continue };
        let before = line.text[..title.span.start].to_lowercase();
        let before = before.trim_matches(|c: char| !c.is_alphabetic());
        let after = &line.text[title.span.end..];
        let next = after.trim_start();
        let next_word = next.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
        let opens = before.is_empty() || OPENING_BEFORE.contains(&before);
        let closes = next.is_empty() || next_word.is_empty() || OPENING_AFTER.contains(&next_word.as_str());
        if opens && closes && !after.starts_with("'s") && !after.starts_with("’s") {
            report(out, page, line.block, (SignalKey::JobOpeningTitle, &title.canonical), title.span, 0.85);
        }
    }
}

/// `JobPosting.title` of JSON-LD.
fn posted(page: &Page, out: &mut Vec<Finding>) {
    for (block, line) in page.zone(Zone::JsonLd) {
        let Some((path, value)) = line.split_once(": ") else { continue };
        if path.rsplit('.').next() != Some("title") || !path.contains("JobPosting") {
            continue;
        }
        let at = line.len() - value.len();
        let found = titles(value).next();
        let (canonical, span) = match found {
            Some(title) => (title.canonical, title.span.start + at..title.span.end + at),
            None => {
                let plain = value.split(['(', '|', '–', '[']).next().unwrap_or_default().trim_end();
                let ok = (3..=60).contains(&plain.len()) && !plain.bytes().any(|b| b.is_ascii_digit());
                if !ok {
                    continue;
                }
                (plain.to_owned(), at..at + plain.len())
            }
        };
        report(out, page, block, (SignalKey::JobOpeningTitle, &canonical), span, 0.95);
    }
}

#[cfg(test)]
mod tests {
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
        let home = |heading: &str| {
            found(PageKind::Home, SiteRole::Seed, heading, BlockKind::Item, "Head of Operations")
        };
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
        for kind in [PageKind::Blog, PageKind::Customers, PageKind::Legal] {
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
            ("SALES MANAGER, FOOD SERVICE", "Sales Manager"),
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
        assert_eq!(opening(BlockKind::Text, "Warehouse Supervisor"), [""; 0]);
        let posting =
            |line: &str| values(find, &page(PageKind::Careers, &[(Zone::JsonLd, BlockKind::Text, line)]));
        assert_eq!(posting("JobPosting.title: Cold Room Picker (Night)"), ["Cold Room Picker"]);
        assert_eq!(posting("JobPosting.title: Sr. Software Engineer"), ["Senior Software Engineer"]);
        assert_eq!(posting("WebPage.title: Software Engineer"), [""; 0]);
    }
}
