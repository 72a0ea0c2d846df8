//! `location`: where the company is. A place counts where the words say that the company stands there (office, warehouse,
//! based in ...) or in an address with a postal code; where it ships to, or where its customers are, does not.

mod address;
mod structured;

use std::collections::VecDeque;
use std::ops::Range;

use icp_core::model::{BlockKind, Finding, Page, PageKind, SignalKey, SiteRole, Zone};
use icp_core::site::text::{self, Line, find_word, has_stem, has_word};

use self::address::{Hints, addresses, has_street};
use crate::lexicon::{Hit, Lexicon, Spelling, Topic};
use crate::report::{MatchBudget, report};

#[rustfmt::skip]
const PRESENCE: &[&str] = &[
    "office", "offices", "warehouse", "warehouses", "branch", "branches", "outlet", "outlets", "headquarters", "headquartered", "hq", "based in", "located", "facility", "facilities",
    "factory", "factories", "plant", "plants", "depot", "depots", "showroom", "showrooms", "store", "stores", "premises", "operate from", "operates from", "operate out of", "hub",
    "hubs", "presence in", "operations in", "subsidiary", "subsidiaries", "head office", "workshop", "kitchen", "central kitchen", "distribution centre", "distribution center",
    "studio", "studios", "core team in", "core teams in", "our team in", "our teams in", "clinic in", "clinics in", "campus", "campuses", "branches in", "offices in", "standort", "standorte", "siège", "bureau", "bureaux", "büro", "büros", "yard", "our address", "registered address", "visit us", "find us", "production site", "sites in", "cold room", "cold store",
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

/// Words beside an address that make it another's: of a host, an insurer, an authority, a customer, an agent.
#[rustfmt::skip]
const OF_OTHERS: &[&str] = &[
    "hosting", "hosted by", "host", "hébergeur", "hébergement", "hébergé", "hoster", "versicherung", "haftpflichtversicherung", "berufshaftpflichtversicherung",
    "berufshaftpflicht", "insurer", "insurance", "amtsgericht", "registergericht", "handelsregister", "aufsichtsbehörde", "supervisory authority", "commissioner",
    "information commissioner's office", "cnil", "customer", "customers", "client", "clients", "agents", "agent", "dealer", "dealers", "distributor",
    "distributors", "partner", "partners", "venue", "event", "google", "facebook", "meta platforms", "linkedin", "github", "microsoft", "amazon",
    "cloudflare", "hubspot", "mailchimp", "case study", "testimonial", "testimonials", "shipping", "courts of", "laws of", "governed by", "jurisdiction",
    "gerichtsstand", "médiateur", "arbitration", "subscribers", "we deliver", "areas we serve", "service area", "service areas", "areas served", "villes",
    "hauptsitz in", "hersteller", "manufacturer", "place of birth", "incorporated in", "ombudsman", "flight", "flights", "tour", "tours", "worldwide delivery",
    "sold to", "exports to", "markets", "shipped", "project", "projects", "upcoming", "conference", "webinar",
];
/// Words of a heading that makes what follows an address of the company.
#[rustfmt::skip]
const ADDRESS_HEADINGS: &[&str] = &[
    "address", "addresses", "our office", "our offices", "offices", "office", "head office", "headquarters", "hq", "visit us", "find us", "where to find us", "where we are",
    "locations", "our locations", "location", "our branches", "branches", "global offices", "contact", "contact us", "get in touch", "contact info", "contact information", "reach us",
    "adresse", "anschrift", "standort", "standorte", "kontakt", "impressum", "nous trouver", "coordonnées", "contactez-nous", "nos bureaux", "nos agences", "dirección", "oficinas", "indirizzo",
    "地址", "联系我们", "showroom", "showrooms", "clinics", "campuses", "depots", "outlets", "stores", "our clinics", "registered office", "imprint",
];

/// Finds where the company is.
pub(crate) fn find(page: &Page, _role: SiteRole, out: &mut Vec<Finding>) {
    structured::find(page, out);
    if matches!(page.kind, PageKind::Blog | PageKind::Customers | PageKind::Integrations | PageKind::Partners)
    {
        return;
    }
    let speaks = matches!(
        page.kind,
        PageKind::Home | PageKind::About | PageKind::Locations | PageKind::Other | PageKind::Careers
    );
    let tld = tld(&page.url);
    let mut above: VecDeque<Above> = VecDeque::new();
    let mut budget = MatchBudget::new();
    for line in text::lines(page) {
        // A foot is read on every page, for a page may be all that is known of a site; but for its addresses alone.
        let foot = line.block.zone == Zone::Footer && page.kind != PageKind::Home;
        if line.block.zone == Zone::Form || line.is_boilerplate() && page.kind != PageKind::Home && !foot {
            continue;
        }
        if above.front().is_some_and(|last| last.zone != line.block.zone) {
            above.clear();
        }
        let lower = line.text.to_lowercase();
        let street = has_street(line.text) && line.text.len() <= 600;
        let near = above.iter().take(3).any(|it| it.street);
        let others = has_word(&lower, OF_OTHERS)
            || above.iter().take(3).any(|it| it.others)
            || line.headings().any(|heading| has_word(&heading.to_lowercase(), OF_OTHERS));
        above.push_front(Above {
            zone: line.block.zone,
            street,
            others: lower.len() <= 160 && has_word(&lower, OF_OTHERS),
        });
        above.truncate(4);
        let places: Vec<Hit> = places(line.text).collect();
        if singapore(page, &line, &places, out) {
            continue;
        }
        if page.kind == PageKind::Legal && !is_imprint(page) {
            continue;
        }
        let hints = Hints { language: page.language.as_deref(), tld, street: street || near };
        if !others {
            let found = addresses(line.text, &places, hints);
            for address in &found {
                if !budget.take() {
                    return;
                }
                let quoted = text::quote(line.text, &address.span());
                report(out, page, line.block, (SignalKey::Location, address.country), quoted, 0.9);
            }
            if !found.is_empty() {
                continue;
            }
        }
        if foot || !speaks && page.kind != PageKind::Legal {
            continue;
        }
        let in_address = !others && is_address_line(page, &line, &lower, street || near);
        for place in &places {
            if !budget.take() {
                return;
            }
            let Hit { span, value, .. } = place;
            let listed = page.kind == PageKind::Locations
                && !others
                && is_entry(&line, span)
                && !place.needs_address();
            let addressed = in_address && stands_in_address(line.text, span, place, &places);
            let told = speaks
                && !place.needs_address()
                && (stands_there(line.text, span) || leads_there(line.text, span));
            if listed || addressed || told {
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

/// What stood above a line.
struct Above {
    zone: Zone,
    street: bool,
    others: bool,
}

/// The last label of an address's host.
fn tld(url: &str) -> &str {
    let host = url.split("://").nth(1).unwrap_or(url).split(['/', '?', '#', ':']).next().unwrap_or_default();
    host.rsplit('.').next().unwrap_or_default()
}

/// Whether a page of the law says who the company is and where, as some countries ask.
fn is_imprint(page: &Page) -> bool {
    let title = format!("{} {}", page.url, page.title.as_str()).to_lowercase();
    [
        "impressum",
        "imprint",
        "mentions-legales",
        "mentions légales",
        "legal-notice",
        "legal notice",
        "aviso-legal",
    ]
    .iter()
    .any(|word| title.contains(word))
}

/// Whether a line is (a part of) an address: it names a street, stands below one, or below a heading that says so.
fn is_address_line(page: &Page, line: &Line<'_>, lower: &str, street: bool) -> bool {
    if line.text.len() > 240
        || has_word(lower, ELSEWHERE)
        || has_word(lower, DENIED)
        || lower.trim_end().ends_with('?')
    {
        return false;
    }
    let headed = line
        .headings()
        .any(|heading| heading.len() <= 60 && has_word(&heading.to_lowercase(), ADDRESS_HEADINGS));
    let list = line.text.len() <= 100
        && line.text.contains(',')
        && (line.block.zone == Zone::Footer || page.kind == PageKind::Locations);
    street || list || line.text.len() <= 100 && (headed && page.kind != PageKind::Legal || labelled(lower))
}

/// "Address: ...", "Head office - ..."
fn labelled(lower: &str) -> bool {
    lower
        .split_once([':', '–', '|'])
        .is_some_and(|(label, _)| label.len() <= 30 && ADDRESS_HEADINGS.contains(&label.trim()))
}

/// Whether a place stands as a part of its own between commas, as towns and countries do in an address. One that needs an
/// address must stand beside another place of the same country besides.
fn stands_in_address(text: &str, span: &Range<usize>, place: &Hit, places: &[Hit]) -> bool {
    let before =
        text[..span.start].trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ' || c == '-' || c == '(');
    let after =
        text[span.end..].trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ' || c == '-' || c == ')');
    let apart = |c: Option<char>| {
        c.is_none_or(|c| {
            matches!(c, ',' | '.' | ':' | ';' | '|' | '·' | '•' | '–' | '-' | '，' | '。' | '/' | '、')
        })
    };
    let begins = apart(before.chars().next_back());
    let ends = apart(after.chars().next());
    let together = || places.iter().any(|other| other.span != *span && other.value == place.value);
    let next_to = |other: &Hit| {
        other.value == place.value
            && other.span != *span
            && (other.span.end <= span.start && span.start - other.span.end <= 3
                || span.end <= other.span.start && other.span.start - span.end <= 3)
    };
    let (begins, ends) = (begins || places.iter().any(next_to), ends || places.iter().any(next_to));
    begins && ends && (!place.needs_address() || together())
}

/// "Vancouver's leading Rails agency"
fn leads_there(text: &str, span: &Range<usize>) -> bool {
    #[rustfmt::skip]
    const FIRST: &[&str] = &["leading", "premier", "largest", "oldest", "favourite", "favorite", "foremost", "trusted", "finest", "first", "best", "top", "most", "only"];
    let after = &text[span.end..text.floor_char_boundary(span.end + 20)];
    let Some(rest) = after.strip_prefix("'s ").or_else(|| after.strip_prefix("’s ")) else { return false };
    let next = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
    // "one of Japan's largest retailers" is a customer's.
    let head = text[..span.start].trim_end().to_lowercase();
    FIRST.contains(&next.as_str())
        && (head.is_empty()
            || head.ends_with("we are")
            || head.ends_with("is")
            || head.ends_with(['-', '–', '|', ':', '·']))
}

/// The places a text names. One that is a surname or an everyday word besides ("pioneer") is a place in a street's name.
fn places(text: &str) -> impl Iterator<Item = Hit> + '_ {
    Lexicon::own()
        .hits(Topic::Place, text)
        .filter(|place| place.spelling != Spelling::Everyday || begins_with_street(&text[place.span.end..]))
}

fn begins_with_street(after: &str) -> bool {
    let next = after.trim_start().split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    STREET.contains(&next.to_lowercase().as_str())
}

/// An address with a postal code of Singapore: its first named area, or Singapore. Reports whether the line was one.
fn singapore(page: &Page, line: &Line<'_>, places: &[Hit], out: &mut Vec<Finding>) -> bool {
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
            |cue| {
                !has_word(&before[cue.end..], ELSEWHERE)
                    && (before[..cue.end].ends_with(" in") || leads_to_place(&before[cue.end..]))
            },
        );
    let next = after.trim_start().split([',', '.', ';']).next().unwrap_or_default();
    // "Tuas office", "Tuas sales office"; not "California Governor's Office".
    let mut words = next.split_whitespace();
    let first = words.next().unwrap_or_default();
    let kind = [
        "head",
        "main",
        "sales",
        "regional",
        "branch",
        "central",
        "flagship",
        "city",
        "production",
        "and",
        "distribution",
    ];
    let next_word = if kind.contains(&first) { words.next().unwrap_or_default() } else { first };
    let cue_after = PRESENCE.iter().any(|cue| {
        !cue.contains(' ')
            && next_word == *cue
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
    fn addresses_of_the_world() {
        for (text, country) in [
            ("12 Duke Street, Reading RG1 3EU", "United Kingdom"),
            ("100 Main St, Portland, OR 97205", "United States"),
            ("4 Old Georgetown Road, Bethesda, MD 20817", "United States"),
            ("900 Bay Street, Toronto, ON M5S 2B4", "Canada"),
            ("12 Barkly Street, Footscray VIC 3011", "Australia"),
            ("Hafenstraße 4, 26721 Emden, Deutschland", "Germany"),
            ("Kerkstraat 12, 9934 PP Delfzijl", "Netherlands"),
            ("59200 Kuala Lumpur", "Malaysia"),
            ("Indore - 452001", "India"),
            ("Buenos Aires 1704", "Argentina"),
            ("Nishi-ku, Osaka 550-0021", "Japan"),
            (
                "9 Avenue du Port, Kinshasa, République Démocratique du Congo",
                "Democratic Republic of the Congo",
            ),
            ("Office 12, Jumeirah Lake Towers, Dubai", "United Arab Emirates"),
        ] {
            let got = values(find, &one(PageKind::Locations, text));
            assert!(!got.is_empty() && got.iter().all(|it| it == country), "{text}: {got:?}");
        }
        for text in [
            "Hosting: Webflow, Inc., 398 11th Street, San Francisco, CA 94103",
            "Our customer in 12 Duke Street, Reading RG1 3EU",
            "We sold 59200 tickets in Reading",
            "Berufshaftpflicht: Versicherung AG, 53287 Bonn",
        ] {
            assert_eq!(values(find, &one(PageKind::Locations, text)), [""; 0], "{text}");
        }
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
