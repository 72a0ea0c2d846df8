//! `location`: where the company is. A place counts where the words say that the company stands there (office, warehouse,
//! based in ...) or in an address with a postal code; where it ships to, or where its customers are, does not.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use icp_core::model::{BlockKind, Finding, Page, PageKind, SignalKey, SiteRole, Zone};
use icp_core::site::text::{self, Line, find_word, has_stem, has_word};

use crate::lexicon::{Hit, Lexicon, Spelling, Topic};
use crate::report::{MatchBudget, report};
use crate::word_list::{self, sound};

/// The country of a code.
static COUNTRIES: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| sound(word_list::COUNTRIES.map()));

#[rustfmt::skip]
const PRESENCE: &[&str] = &[
    "office", "offices", "warehouse", "warehouses", "branch", "branches", "outlet", "outlets", "headquarters", "headquartered", "hq", "based in", "located", "facility", "facilities",
    "factory", "factories", "plant", "plants", "depot", "depots", "showroom", "showrooms", "store", "stores", "premises", "operate from", "operates from", "operate out of", "hub",
    "hubs", "presence in", "operations in", "subsidiary", "subsidiaries", "head office", "workshop", "kitchen", "central kitchen", "distribution centre", "distribution center",
    "yard", "our address", "registered address", "visit us", "find us", "production site", "sites in", "cold room", "cold store",
];
/// Words between the presence and the place (or before the place) that make it a place of something else.
#[rustfmt::skip]
const ELSEWHERE: &[&str] = &[
    "to", "customers", "clients", "deliver", "delivers", "delivery", "ship", "ships", "shipping", "export", "exports", "serve", "serves", "serving", "import", "imports", "imported",
    "destinations", "suppliers", "sourced", "principals", "partners", "partner", "agents", "customer", "client", "from our partner", "distributors", "their", "your", "across the causeway", "reach", "network",
];
#[rustfmt::skip]
const DENIED: &[&str] =
    &["no", "not", "opening soon", "coming soon", "planned", "will open", "plan to open", "former", "formerly", "closed", "moved from", "relocated from", "without"];

/// Words that follow the name of a street.
#[rustfmt::skip]
const STREET: &[&str] = &[
    "road", "rd", "ave", "avenue", "street", "st", "drive", "dr", "crescent", "cres", "way", "link", "lane", "sector", "circle", "walk", "place",
    "terrace", "hub", "industrial", "turn", "close",
];

/// Finds where the company is.
pub(crate) fn find(page: &Page, _role: SiteRole, out: &mut Vec<Finding>) {
    structured(page, out);
    if !matches!(
        page.kind,
        PageKind::Home
            | PageKind::About
            | PageKind::Locations
            | PageKind::Other
            | PageKind::Careers
            | PageKind::Legal
    ) {
        return;
    }
    let mut budget = MatchBudget::new();
    for line in text::own_lines(page) {
        let places: Vec<Hit> = places(line.text).collect();
        if address(page, &line, &places, out) || page.kind == PageKind::Legal {
            continue;
        }
        for Hit { span, value, .. } in &places {
            if !budget.take() {
                return;
            }
            let listed = page.kind == PageKind::Locations && is_entry(&line, span);
            if listed || stands_there(line.text, span) {
                let sure = if listed { 0.75 } else { 0.8 };
                report(
                    out,
                    page,
                    line.block,
                    (SignalKey::Location, value),
                    text::quote(line.text, span),
                    sure,
                );
            }
        }
    }
}

/// The places a text names. One that is a surname or an everyday word besides ("pioneer") is a place in a street's name.
fn places(text: &str) -> impl Iterator<Item = Hit> {
    Lexicon::own()
        .hits(Topic::Place, text)
        .filter(|place| place.spelling != Spelling::Everyday || begins_with_street(&text[place.span.end..]))
}

fn begins_with_street(after: &str) -> bool {
    let next = after.trim_start().split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    STREET.contains(&next.to_lowercase().as_str())
}

/// An address with a postal code: its first named area, or Singapore. Reports whether the line was one.
fn address(page: &Page, line: &Line<'_>, places: &[Hit], out: &mut Vec<Finding>) -> bool {
    let mut any = false;
    for postal in text::postal_codes(line.text) {
        // The part that belongs to this address: at most 120 bytes before its postal code.
        let from = line.text.ceil_char_boundary(postal.start.saturating_sub(120));
        let before = &places[..places.partition_point(|place| place.span.end <= postal.start)];
        let area = before
            .iter()
            .rev()
            .take_while(|place| place.span.start >= from)
            .find(|place| place.value.ends_with(", Singapore"));
        let (start, value) = area.map_or((postal.start, "Singapore"), |area| (area.span.start, area.value));
        let quoted = text::clip(line.text, start.min(postal.start)..postal.end, &postal);
        report(out, page, line.block, (SignalKey::Location, value), quoted, 0.9);
        any = true;
    }
    any
}

/// Whether a line of a locations page is just a place, perhaps with what stands there: "Tuas Warehouse".
fn is_entry(line: &Line<'_>, span: &Range<usize>) -> bool {
    if !matches!(line.block.kind, BlockKind::Heading(_) | BlockKind::Item | BlockKind::Cell)
        || line.text.len() > 60
    {
        return false;
    }
    let rest = format!("{} {}", &line.text[..span.start], &line.text[span.end..]).to_lowercase();
    let rest = rest.trim_matches(|c: char| !c.is_alphanumeric());
    rest.is_empty() || PRESENCE.contains(&rest) || rest == "singapore"
}

fn stands_there(text: &str, span: &Range<usize>) -> bool {
    let sentence = text::sentence(text, span);
    let lower = text[sentence.clone()].to_ascii_lowercase();
    if lower.ends_with('?') {
        return false;
    }
    let (start, end) = (span.start - sentence.start, span.end - sentence.start);
    let before = &lower[lower.ceil_char_boundary(start.saturating_sub(90))..start];
    let after = &lower[end..lower.floor_char_boundary(end + 30)];
    let of_others = has_word(
        before,
        &["partner's", "partner’s", "partners'", "customer's", "customer’s", "client's", "client’s"],
    );
    if of_others
        || has_word(before, DENIED)
        || has_word(after, DENIED)
        || has_stem(before, &["import", "export", "deliver"])
    {
        return false;
    }
    let cue_before =
        PRESENCE.iter().filter_map(|cue| find_last(before, cue)).max_by_key(|cue| cue.end).is_some_and(
            |cue| !has_word(&before[cue.end..], ELSEWHERE) && leads_to_place(&before[cue.end..]),
        );
    let next = after.trim_start().split([',', '.', ';']).next().unwrap_or_default();
    let next_words: Vec<&str> = next.split_whitespace().take(2).collect();
    let cue_after = PRESENCE.iter().any(|cue| {
        !cue.contains(' ')
            && next_words.contains(cue)
            && !has_word(before, &["partner", "partner's", "customer", "client"])
    });
    cue_before || cue_after
}

/// Whether the words between a presence and a place lead from one to the other: "in", "at", a colon, or a list.
fn leads_to_place(between: &str) -> bool {
    has_word(between, &["in", "at", "throughout", "across", "near", "is", "are", "of"])
        || between.contains(':')
        || between.trim().is_empty()
        || between.trim() == "-"
}

fn find_last(text: &str, word: &str) -> Option<Range<usize>> {
    let mut from = 0;
    let mut last = None;
    while let Some(found) = text.get(from..).and_then(|rest| find_word(rest, word)) {
        last = Some(from + found.start..from + found.end);
        from += found.end;
    }
    last
}

/// `address` of the top object of JSON-LD.
fn structured(page: &Page, out: &mut Vec<Finding>) {
    for (block, line) in page.zone(Zone::JsonLd) {
        let Some((path, value)) = line.split_once(": ") else { continue };
        let mut parts = path.rsplit('.');
        let field = parts.next().unwrap_or_default();
        if !path.contains("address")
            || path.matches('.').count() > 2
            || path.contains("JobPosting")
            || path.contains("Event")
        {
            continue;
        }
        let named = match field {
            "addressCountry" => COUNTRIES
                .get(value.trim().to_ascii_uppercase().as_str())
                .copied()
                .or_else(|| first_place(value)),
            "addressLocality" | "streetAddress" | "addressRegion" => first_place(value),
            _ => None,
        };
        if let Some(named) = named {
            let range = text::clip(line, 0..line.len(), &(line.len() - value.len()..line.len()));
            report(out, page, block, (SignalKey::Location, named), range, 0.9);
        }
    }
}

fn first_place(text: &str) -> Option<&'static str> {
    places(text).next().map(|place| place.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{one, page, values};

    fn about(text: &str) -> Vec<String> {
        values(find, &one(PageKind::About, text))
    }

    #[test]
    fn where_companies_are() {
        for (text, places) in [
            ("Our warehouse in Tuas runs day and night.", vec!["Tuas, Singapore"]),
            (
                "We have offices in Singapore, Malaysia and Ho Chi Minh City.",
                vec!["Singapore", "Malaysia", "Vietnam"],
            ),
            ("Headquartered in Singapore.", vec!["Singapore"]),
            ("Visit our Kaki Bukit showroom.", vec!["Kaki Bukit, Singapore"]),
            ("10 Tuas Avenue 3, Singapore 639407", vec!["Tuas, Singapore"]),
            ("8 Kallang Way 4 #03-02 Singapore (349250)", vec!["Kallang, Singapore"]),
            ("21 Science Centre Road S(609082)", vec!["Singapore"]),
            ("Northpier is based in Jurong East.", vec!["Jurong, Singapore"]),
            ("5 Pioneer Sector 1, Singapore 628414", vec!["Pioneer, Singapore"]),
        ] {
            let got = about(text);
            assert_eq!(got, places, "{text}");
        }
        let footer =
            page(PageKind::Home, &[(Zone::Footer, BlockKind::Text, "2 Senoko Drive, Singapore 758200")]);
        assert_eq!(values(find, &footer), ["Senoko, Singapore"]);
        let entry = page(PageKind::Locations, &[(Zone::Main, BlockKind::Heading(3), "Penang Office")]);
        assert_eq!(values(find, &entry), ["Malaysia"]);
    }

    #[test]
    fn where_they_are_not() {
        for text in [
            "We ship to Malaysia and Thailand.",
            "From our warehouse in Tuas",
            "Our warehouse delivers to Malaysia.",
            "Customers in Japan love our store.",
            "We import fruit from Australia.",
            "We have no office in Malaysia.",
            "Our partner's office in Japan helps.",
            "A pioneer in warehouses",
            "Do you have an office in Tuas?",
            "Tuas Mega Port opened.",
            "Our Bangkok office is opening soon.",
        ] {
            let expected: &[&str] = if text.starts_with("From") { &["Tuas, Singapore"] } else { &[] };
            assert_eq!(about(text), expected, "{text}");
        }
        assert_eq!(values(find, &one(PageKind::Blog, "Our office in Tuas")), [""; 0]);
    }

    #[test]
    fn addresses_for_machines() {
        let found =
            |line: &str| values(find, &page(PageKind::Home, &[(Zone::JsonLd, BlockKind::Text, line)]));
        assert_eq!(found("Organization.address.addressCountry: SG"), ["Singapore"]);
        assert_eq!(found("Organization.address.streetAddress: 10 Tuas Avenue 3"), ["Tuas, Singapore"]);
        assert_eq!(found("JobPosting.jobLocation.address.addressCountry: MY"), [""; 0]);
        assert_eq!(found("Organization.name: Tuas Foods"), [""; 0]);
    }
}
