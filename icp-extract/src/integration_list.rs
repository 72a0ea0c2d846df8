//! `integration`, without a vocabulary: what a heading about integrations lists. "Solution Integrations", and below it
//! "Qubica AMF (Bowling)", "Club Speed (Karting)": short capitalised names, each a line of its own.

use icp_core::model::{BlockKind, Finding, Page, PageKind, SignalKey, SiteRole};
use icp_core::site::text::{self, Line, has_stem, has_word};

use crate::report::report;

/// Headings that list products the company's own product connects to.
#[rustfmt::skip]
const HEADINGS: &[&str] = &[
    "integrations", "integration partners", "works with", "connects to", "connects with", "connected apps", "integrates with", "connectors", "supported integrations", "plugs into",
    "app marketplace",
];
/// Words that are no product's name: of buttons, of headings, of everyday lists.
#[rustfmt::skip]
const PLAIN: &[&str] = &[
    "learn", "more", "view", "all", "see", "read", "book", "demo", "contact", "us", "our", "your", "we", "get", "started", "coming", "soon", "request", "request an integration", "integration",
    "integrations", "api", "apis", "accounting", "payments", "payment", "crm", "erp", "hr", "payroll", "open", "custom", "become", "partner", "partners", "features", "pricing", "home",
    "overview", "how", "why", "what", "the", "and", "for", "with", "sync", "data", "real-time", "webhooks", "security", "support", "documentation", "docs", "free", "new", "other",
    "others", "telematics", "point of sale", "pos", "marketing", "sales", "analytics", "e-commerce", "ecommerce", "shipping", "inventory", "communication", "productivity", "calendar",
    "automation", "system", "systems", "services", "solutions", "management", "software", "platform", "platforms", "tools", "cloud", "custom integrations", "from", "to", "in", "of", "every", "no",
    "about", "products", "product", "testimonials", "videos", "video", "restaurants", "financing", "blog", "news", "careers", "team", "faq", "login", "menu", "industries", "company", "resources",
    "customers", "clients", "privacy", "terms", "bar", "cafés", "pubs", "education", "training", "location", "locations", "email", "phone", "sign", "start", "talk", "ask", "live",
];

/// The most names of one page.
const MAX_NAMES: usize = 80;

/// Finds the names below such headings.
pub(crate) fn find(page: &Page, _role: SiteRole, out: &mut Vec<Finding>) {
    if matches!(page.kind, PageKind::Blog | PageKind::Careers | PageKind::Legal | PageKind::Customers) {
        return;
    }
    let lines: Vec<Line<'_>> = text::own_lines(page).filter(|line| !line.is_boilerplate()).collect();
    let mut names: Vec<(usize, &str)> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        // A page about nothing else lists them under headings of its own.
        let card =
            page.kind == PageKind::Integrations && !matches!(line.block.kind, BlockKind::Heading(..=2));
        let listed = card
            || line.heading.is_some_and(is_list_heading)
            || line.section.is_some_and(is_list_heading) && line.block.kind != BlockKind::Text;
        if listed
            && let Some(name) = name(line)
            && !is_menu(page, line.text)
        {
            names.push((at, name));
        }
    }
    let names = cards(&names);
    // One or two lines are a text and its button; three are a list.
    if names.len() < 3 {
        return;
    }
    for (at, name) in names.into_iter().take(MAX_NAMES) {
        if let Some(line) = lines.get(at) {
            let span = text::trim(line.text, 0..line.text.len());
            report(out, page, line.block, (SignalKey::Integration, name), span, 0.75);
        }
    }
}

/// The names of cards of two lines, when two or more of the second lines give the whole of the name above ("Apex", "Apex
/// Capital"): then the second line of each card is such a name, or words about the first ("QuickBooks", "Online & Desktop").
fn cards<'t>(names: &[(usize, &'t str)]) -> Vec<(usize, &'t str)> {
    let pair = |at: usize| match (names.get(at), names.get(at + 1)) {
        (Some((line, _)), Some((next, long))) if line + 1 == *next => Some((*next, *long)),
        _ => None,
    };
    let whole = |at: usize| {
        let (_, short) = names.get(at)?;
        pair(at).filter(|(_, long)| {
            long.len() > short.len() && has_word(&long.to_lowercase(), &[&short.to_lowercase()])
        })
    };
    if (0..names.len()).filter(|at| whole(*at).is_some()).count() < 2 {
        return names.to_vec();
    }
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(name) = names.get(at) {
        out.push(whole(at).unwrap_or(*name));
        at += if pair(at).is_some() { 2 } else { 1 };
    }
    out
}

/// Whether a line is a link to another part of the site: a menu's entry and no product.
fn is_menu(page: &Page, text: &str) -> bool {
    let host = |url: &str| url.split('/').nth(2).map(|host| host.trim_start_matches("www.").to_owned());
    page.links.iter().any(|link| {
        link.text.trim() == text.trim()
            && host(&link.url) == host(&page.url)
            && !has_stem(
                &link.url.to_ascii_lowercase(),
                &["integrat", "partner", "app", "connect", "plugin", "market"],
            )
    })
}

fn is_list_heading(heading: &str) -> bool {
    let lower = heading.to_ascii_lowercase();
    lower.len() <= 60 && !lower.ends_with('?') && has_word(&lower, HEADINGS)
}

/// The name that a line is: without what is in brackets behind it and without "logo".
fn name<'t>(line: &Line<'t>) -> Option<&'t str> {
    let text = line.text.trim();
    let text = text.split(" (").next().unwrap_or(text);
    let text = ["logo", "Logo", "LOGO", "icon", "Icon"]
        .iter()
        .fold(text, |text, word| text.trim().trim_end_matches(word))
        .trim();
    let words: Vec<&str> = text.split_whitespace().collect();
    let capital = text.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
    let named = words.iter().all(|word| {
        word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || c == '&' || c == '+')
            || word.contains('.')
    });
    let plain = words.iter().any(|word| has_word(&word.to_ascii_lowercase(), PLAIN));
    let listed = matches!(
        line.block.kind,
        BlockKind::Item | BlockKind::Cell | BlockKind::ImageText | BlockKind::Heading(_) | BlockKind::Text
    );
    (capital
        && named
        && listed
        && !plain
        && (1..=3).contains(&words.len())
        && (2..=32).contains(&text.len())
        && !text.ends_with(['.', ':', '!', '?', ','])
        && text.chars().any(char::is_alphabetic))
    .then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{page, values};
    use icp_core::model::Zone::Main;

    #[test]
    fn a_list_under_its_heading() {
        let lines = [
            (Main, BlockKind::Heading(1), "An ecosystem"),
            (Main, BlockKind::Heading(2), "Distributors"),
            (Main, BlockKind::Text, "Alpha Omega Sales"),
            (Main, BlockKind::Heading(2), "Solution Integrations"),
            (Main, BlockKind::Text, "(20)"),
            (Main, BlockKind::Text, "Qubica AMF (Bowling)"),
            (Main, BlockKind::Text, "Club Speed (Karting)"),
            (Main, BlockKind::ImageText, "Kount logo"),
            (Main, BlockKind::Text, "Learn more"),
            (Main, BlockKind::Text, "Talk to us about others."),
            (Main, BlockKind::Heading(2), "News"),
            (Main, BlockKind::Text, "Team Trip"),
        ];
        assert_eq!(values(find, &page(PageKind::Partners, &lines)), ["Qubica AMF", "Club Speed", "Kount"]);
        assert_eq!(values(find, &page(PageKind::Blog, &lines)), [""; 0]);
        assert_eq!(values(find, &page(PageKind::Partners, &lines[..6])), [""; 0], "one line is no list");
    }

    #[test]
    fn a_card_of_two_lines_is_one_product() {
        let lines = [
            (Main, BlockKind::Heading(2), "Works with"),
            (Main, BlockKind::Text, "Apex"),
            (Main, BlockKind::Text, "Apex Capital"),
            (Main, BlockKind::Text, "Quillbook"),
            (Main, BlockKind::Text, "Web & Mobile"),
            (Main, BlockKind::Text, "Haul"),
            (Main, BlockKind::Text, "Haul TMS"),
            (Main, BlockKind::Text, "Motiva"),
            (Main, BlockKind::Text, "Formerly Truckin"),
        ];
        let names = ["Apex Capital", "Quillbook", "Haul TMS", "Motiva"];
        assert_eq!(values(find, &page(PageKind::Integrations, &lines)), names);
    }
}
