//! Whose fact a text states: the company's own, a customer's, a partner's or the reader's.
//!
//! "A team of 30 in one SaaS start-up" under *Case studies* is a customer's team; "technology partner to hotels" makes
//! nobody a hotel; "your Shopify store" is the reader's. Three things tell: the headings above, quotation marks, and the
//! words before the place in its sentence. The nearest word decides: "our customers love our team of 85" is our team.

use std::ops::Range;

use icp_core::model::{Page, PageKind};
use icp_core::site::text::{self, Line, is_word};

/// Whose fact a text states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The company whose site it is.
    Company,
    /// A customer of it, or customers in general.
    Customer,
    /// A partner, vendor or association.
    Partner,
    /// Whoever reads the page.
    Reader,
}

/// What the headings above a line announce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// Words of customers: there "we" is the customer.
    Voices,
    /// Work for customers, or their names: there "we" is the company.
    Customers,
    /// Lines of business of customers.
    Served,
    /// Partners.
    Partners,
}

/// Headings with one of these are above words of customers.
#[rustfmt::skip]
const VOICES: &[&str] = &[
    "testimonial", "testimonials", "reviews", "customer reviews", "client reviews", "what our clients say", "what our customers say", "what clients say",
    "what customers say", "what people say", "what they say", "clients say", "customers say", "people are saying", "customers are saying",
    "clients are saying", "they say", "in their words", "in their own words", "kind words", "client feedback", "customer feedback", "kundenstimmen",
    "das sagen unsere kunden", "témoignages", "ils nous font confiance", "testimonios", "testimoni", "happy clients", "happy customers", "word on the street",
    "about us from", "loved by", "love for", "voices",
];
/// Headings with one of these are above names of customers or work done for them.
#[rustfmt::skip]
const CUSTOMERS: &[&str] = &[
    "our clients", "our customers", "our clientele", "clientele", "client list", "selected clients", "some of our clients", "some of our customers", "trusted by",
    "as used by", "used by", "chosen by", "case study", "case studies", "success story", "success stories", "customer stories", "client stories",
    "customer story", "our work", "selected work", "recent work", "featured work", "portfolio", "our projects", "selected projects", "recent projects",
    "featured projects", "project references", "they trust us", "who trust us", "who trusts us", "companies we've worked with", "brands we've worked with", "we have worked with", "we've worked with",
    "worked with", "in good company", "join the companies", "our users", "referenzen", "unsere kunden", "kundenprojekte", "nos clients", "nos références",
    "références", "réalisations", "nuestros clientes", "pelanggan kami", "klien kami", "clients include", "customers include", "powering", "our patrons",
    "companies trust us", "trust us", "trusts us", "vertrauen uns", "uns vertrauen", "font confiance à", "confían en nosotros", "si fidano di noi", "vertrouwen op ons", "companies we work with", "brands we work with", "clients we work with", "organisations we work with",
    "organizations we work with", "clients we've worked with", "proud to work with", "proudly working with", "proudly serving", "relied on by", "auszug unserer kunden", "unsere auftraggeber", "weitere auftraggeber",
];
/// Statements that begin so are above names of customers, however long they are.
const TRUSTED: &[&str] = &[
    "trusted by",
    "used by",
    "relied on by",
    "chosen by",
    "diese unternehmen vertrauen",
    "they trust us",
    "companies that trust",
];
/// Headings that are these words alone are above names of customers.
#[rustfmt::skip]
const CUSTOMERS_ALONE: &[&str] = &["clients", "customers", "references", "projects", "work", "kunden", "client", "customer", "client logos", "patrons", "klien", "clientes", "référence", "reference", "featured clients", "key clients", "major clients", "notable clients", "valued clients", "our valued clients", "our valued customers"];
/// Headings with one of these are above industries of customers.
#[rustfmt::skip]
const SERVED: &[&str] = &[
    "industries", "industry expertise", "sectors", "who we serve", "who we help", "who we work with", "markets we serve", "verticals", "markets served", "branchen",
    "secteurs", "who it's for", "who it is for", "who is it for", "built for", "made for", "designed for", "we serve", "solutions for", "solutions by industry", "by industry", "zielgruppen", "für wen",
];
/// Headings with one of these are above partners.
#[rustfmt::skip]
const PARTNERS: &[&str] = &[
    "partners", "our partners", "partner", "technology partners", "alliances", "our principals", "brands we carry", "brands we represent", "vendors", "suppliers",
    "sponsors", "unsere partner", "nos partenaires", "partenaires", "memberships", "member of", "associations", "affiliations", "as seen in", "as seen on", "featured in", "in the press",
];

/// Words before a place which say whose it is. The nearest decides, and of two that end together the longer.
#[rustfmt::skip]
const CUES: &[(Subject, &[&str])] = &[
    (Subject::Company, &["we", "we're", "we’re", "our", "us", "ourselves", "our own", "our team", "the company is", "i am", "i'm", "my", "wir", "unser", "unsere", "nous", "notre", "nos", "kami"]),
    (Subject::Customer, &[
        "our client", "our clients", "our client's", "our clients'", "our clients’", "the client", "the client's", "a client", "one client", "their client", "clients",
        "our customer", "our customers", "our customers'", "our customers’", "the customer", "a customer", "customers", "customer's", "our users", "users", "helped", "help",
        "helps", "helping", "we help", "we helped", "helped them", "enabled", "enabling", "empower", "empowers", "empowering", "trusted by", "used by", "loved by", "chosen by", "serve", "serves",
        "serving", "we serve", "partner to", "partner to the", "partner for", "partner for the", "supplier to", "provider to", "for the", "built for", "designed for", "made for", "suited for", "ideal for",
        "unsere kunden", "unserer kunden", "nos clients", "on behalf of", "their", "his", "her", "they", "kunden", "solutions for", "services for", "software for", "solutions to", "services to", "supporting", "supports",
    ]),
    (Subject::Partner, &["our partner", "our partners", "partners", "in partnership with", "partnership with", "partnered with", "partnering with", "our vendor", "our vendors", "our supplier", "our suppliers", "together with our partner", "our reseller", "our resellers"]),
    (Subject::Reader, &["you", "your", "your own", "you're", "you’re", "are you", "if you", "ihr", "ihre", "ihren", "votre", "vos", "anda"]),
];

/// A quotation shorter than this many bytes is a name or an emphasis, not somebody's words.
const MIN_QUOTATION: usize = 40;

/// Whose fact stands at `span` of a line's text.
pub(crate) fn subject(page: &Page, line: &Line<'_>, span: &Range<usize>) -> Subject {
    let section = section(line);
    if section == Some(Section::Voices) || is_quoted(line.text, span) {
        return Subject::Customer;
    }
    let around = match section {
        Some(Section::Customers | Section::Served) => Subject::Customer,
        Some(Section::Partners) => Subject::Partner,
        _ => match page.kind {
            PageKind::Customers | PageKind::Industries => Subject::Customer,
            PageKind::Partners => Subject::Partner,
            _ => Subject::Company,
        },
    };
    of_sentence(line.text, span).unwrap_or(around)
}

/// What the headings above a line announce; the nearest that announces anything decides.
pub(crate) fn section(line: &Line<'_>) -> Option<Section> {
    line.headings().find_map(announces)
}

/// What a heading announces. Long headings are statements and announce nothing but voices.
pub(crate) fn announces(heading: &str) -> Option<Section> {
    let lower = heading.to_lowercase().replace('’', "'");
    let bare = lower.trim_matches(|c: char| !c.is_alphanumeric());
    let words = bare.split_whitespace().count();
    if words > 12 {
        return None;
    }
    if text::has_word(bare, VOICES) {
        return Some(Section::Voices);
    }
    if CUSTOMERS_ALONE.contains(&bare) {
        return Some(Section::Customers);
    }
    if words <= 8 && text::has_word(bare, CUSTOMERS) || TRUSTED.iter().any(|start| bare.starts_with(start)) {
        return Some(Section::Customers);
    }
    if words <= 6
        && text::has_word(bare, PARTNERS)
        && !text::has_word(bare, &["your partner", "become a partner", "a partner"])
    {
        return Some(Section::Partners);
    }
    (words <= 7 && text::has_word(bare, SERVED)).then_some(Section::Served)
}

/// Whether a heading says that companies chose the product, as those above a strip of their logos do: "400,000
/// companies choose Acme".
pub(crate) fn counts_customers(heading: &str) -> bool {
    const WHO: &[&str] = &[
        "companies",
        "businesses",
        "teams",
        "brands",
        "organisations",
        "organizations",
        "customers",
        "clients",
        "enterprises",
        "startups",
        "firms",
        "unternehmen",
        "entreprises",
    ];
    const CHOSE: &[&str] = &[
        "choose",
        "chose",
        "choosing",
        "trust",
        "trusting",
        "rely on",
        "relying on",
        "count on",
        "run on",
        "build with",
        "grow with",
        "love",
        "using",
        "vertrauen",
    ];
    let lower = heading.to_lowercase().replace('’', "'");
    lower.split_whitespace().count() <= 12
        && text::has_word(&lower, WHO)
        && text::has_word(&lower, CHOSE)
        && !text::has_word(&lower, &["you", "how", "what", "partner", "partners", "help", "we"])
}

/// What the words before a place in its sentence say; `None` when they say nothing.
pub(crate) fn of_sentence(text: &str, span: &Range<usize>) -> Option<Subject> {
    let sentence = text::sentence(text, span);
    let before = text.get(sentence.start..span.start)?.to_ascii_lowercase();
    CUES.iter()
        .flat_map(|(subject, cues)| cues.iter().map(move |cue| (*subject, *cue)))
        .filter_map(|(subject, cue)| {
            let at = before
                .rmatch_indices(cue)
                .map(|(at, _)| at..at + cue.len())
                .find(|at| is_word(&before, at))?;
            Some((at.end, cue.len(), subject))
        })
        .max_by_key(|(end, length, _)| (*end, *length))
        .map(|(_, _, subject)| subject)
}

/// Whether a place is inside quotation marks that hold somebody's words.
pub(crate) fn is_quoted(text: &str, span: &Range<usize>) -> bool {
    [('“', '”'), ('«', '»'), ('„', '“'), ('"', '"'), ('「', '」')].iter().any(|(open, close)| {
        let Some(head) = text.get(..span.start) else { return false };
        let start = head.rfind(*open).map(|at| at + open.len_utf8());
        let Some(start) = start else { return false };
        let unclosed = if open == close {
            head.matches(*open).count() % 2 == 1
        } else {
            !text[start..span.start].contains(*close)
        };
        // Words that begin with a mark and never end are a quotation too: the end stands in another block.
        let end = text[start..].find(*close).map_or(text.len(), |at| start + at);
        unclosed && end >= span.end && end - start >= MIN_QUOTATION
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::page;
    use icp_core::model::{BlockKind, Zone};

    fn says(kind: PageKind, heading: &str, text: &str, mark: &str) -> Subject {
        let page =
            page(kind, &[(Zone::Main, BlockKind::Heading(2), heading), (Zone::Main, BlockKind::Text, text)]);
        let line = text::lines(&page).nth(1).unwrap();
        let at = line.text.find(mark).unwrap();
        subject(&page, &line, &(at..at + mark.len()))
    }

    #[test]
    fn sentences_say_whose() {
        use Subject::{Company, Customer, Partner, Reader};
        for (text, mark, whose) in [
            ("Northpier is a freight forwarder.", "freight", Company),
            ("We are a technology partner to the hospitality industry.", "hospitality", Customer),
            ("Our customers love our team of 85 people.", "85", Company),
            ("Our client runs SAP in nine plants.", "SAP", Customer),
            ("We helped Acme to move to AWS.", "AWS", Customer),
            ("We build on AWS.", "AWS", Company),
            ("Connect your Shopify store.", "Shopify", Reader),
            ("Our partner Xero was there.", "Xero", Partner),
            ("He said: \"They rang before our own alarm did, and the team of 30 came.\"", "30", Customer),
            ("We call it \"the box\" of 30 things.", "30", Company),
        ] {
            assert_eq!(says(PageKind::About, "What we do", text, mark), whose, "{text}");
        }
    }

    #[test]
    fn headings_and_pages_say_whose() {
        use Subject::{Company, Customer, Partner};
        let scale = "A SaaS start-up with 30 employees.";
        assert_eq!(says(PageKind::Home, "Case studies", scale, "30"), Customer);
        assert_eq!(says(PageKind::Customers, "Yodel", scale, "30"), Customer);
        assert_eq!(says(PageKind::Home, "About us", scale, "30"), Company);
        assert_eq!(says(PageKind::Home, "Our partners", "A team of 40.", "40"), Partner);
        assert_eq!(says(PageKind::Home, "Case studies", "We used React.", "React"), Company);
        assert_eq!(says(PageKind::Home, "What our clients say", "We used React.", "React"), Customer);
    }

    #[test]
    fn headings_announce() {
        for (heading, section) in [
            ("Testimonials", Some(Section::Voices)),
            ("Trusted by leading brands", Some(Section::Customers)),
            ("CLIENTS", Some(Section::Customers)),
            ("Industries we serve", Some(Section::Served)),
            ("Technology Partners", Some(Section::Partners)),
            ("Your partner in growth", None),
            ("We put customers first", None),
            ("Our story", None),
        ] {
            assert_eq!(announces(heading), section, "{heading}");
        }
    }
}
