//! The parts of a page by what they speak of: the company's people, positions it has open, customers' voices.

use icp_core::model::{BlockKind, Page, PageKind, Zone};
use icp_core::site::text::{self, has_word};

use super::grammar::{Plain, whole};
use super::person::is_name;

/// What a part of a page speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The company's own people.
    Team,
    /// Positions that it has open.
    Jobs,
    /// Customers, in their words.
    Voices,
    /// Anything else.
    Other,
}

/// Headings of a part that presents the company's own people.
#[rustfmt::skip]
const TEAM: &[&str] = &[
    "team", "teams", "leadership", "management", "our people", "the people", "people behind", "board", "directors", "founders", "co-founders", "who we are", "key personnel", "organisation", "organization",
    "our staff", "meet the staff", "our specialists", "our doctors", "our dentists", "our lawyers", "our attorneys", "attorneys", "our experts", "our leaders", "our trainers", "our teachers", "our consultants", "our coaches",
    "our physicians", "our therapists", "our crew", "our partners and", "faculty", "executives", "advisors", "advisory board", "meet our", "meet the", "attorneys and staff", "people", "staff", "équipe", "l’équipe", "l'équipe", "notre équipe",
    "direction", "dirigeants", "unser team", "das team", "ansprechpartner", "geschäftsleitung", "geschäftsführung", "vorstand", "équipes", "equipo", "nuestro equipo", "il team", "squadra", "equipe", "ons team", "团队", "管理层", "我们的团队",
    "pasukan", "pasukan kami", "tim kami", "pengurusan", "mitarbeiter", "unsere mitarbeiter",
];
/// Headings of a part in which others speak.
#[rustfmt::skip]
const VOICES: &[&str] = &[
    "testimonial", "testimonials", "clients say", "customers say", "customers have to say", "clients have to say", "clients", "customers", "reviews", "case study", "case studies", "what they say", "what people say", "people are saying",
    "are saying", "kind words", "success stories", "customer stories", "feedback", "happy clients", "loved by", "trusted by", "they trust us", "partners", "kundenstimmen", "referenzen", "stimmen", "témoignages", "avis clients", "ils nous font confiance",
    "références", "testimonios", "testimonianze", "depoimentos", "客户评价", "testimoni", "patients say", "patient stories", "parents say", "students say", "guests say", "hear from", "said about us", "say about us", "ervaringen",
];
/// Headings of a part that lists open positions, and words of a careers page.
#[rustfmt::skip]
const JOBS: &[&str] = &[
    "open positions", "open position", "openings", "opening", "vacancies", "vacancy", "career", "careers", "join us", "join our team", "join the team", "we're hiring", "we’re hiring", "now hiring", "we are hiring", "hiring", "job opportunities",
    "open roles", "jobs", "job", "positions", "work with us", "work for us", "work here", "job listings", "career opportunities", "employment", "stellenangebote", "offene stellen", "stellen", "karriere", "on recrute", "recrutement", "nous recrutons", "nos offres",
    "rejoignez-nous", "offres d'emploi", "que nous recrutons", "empleo", "trabaja con nosotros", "vacatures", "werken bij", "jawatan kosong", "kerjaya", "lowongan", "karir", "招聘", "加入我们", "lavora con noi", "posizioni aperte", "vagas", "wir suchen", "current opportunities",
    "roles we are", "join the firm", "join the", "come work", "internship", "internships", "recruitment", "now recruiting",
];
/// Headings on a careers page under which no positions stand.
#[rustfmt::skip]
const NO_JOBS: &[&str] = &[
    "why", "benefits", "perks", "about", "requirements", "responsibilities", "qualifications", "how we hire", "how to apply", "process", "values", "culture", "life at", "faq", "what you", "what we offer", "who you", "skills", "duties", "services", "training",
    "news", "blog", "pourquoi", "warum", "vorteile", "your role", "the role", "your team", "testimonials", "we do not have", "unfortunately", "what we look for",
];

/// A visible block with the part it is in.
#[derive(Clone, Debug)]
pub(super) struct Entry<'p> {
    pub(super) block: &'p icp_core::model::Block,
    pub(super) text: &'p str,
    pub(super) part: Part,
    /// Whether the page or a plain heading presents the people one by one.
    pub(super) people: bool,
}

/// Headings that present people one by one.
#[rustfmt::skip]
const PEOPLE: &[&str] = &[
    "our team", "the team", "our people", "leadership", "leadership team", "management team", "board of directors", "our specialists", "our doctors", "our dentists", "our staff", "clinical team", "executive team", "our experts", "unser team", "notre équipe",
];

/// What a short text announces, if it is a heading of parts.
fn announces(text: &str) -> Option<Part> {
    if text.len() > 70 || text.split_whitespace().count() > 8 {
        return None;
    }
    // "Chris R. - Co-Founder", "Jane Tan, Management": entries, not headings.
    if text.contains([',']) || text.contains(" - ") || text.contains(" – ") {
        return None;
    }
    let lower = text.to_lowercase();
    let jobs = has_word(&lower, JOBS);
    if jobs && !has_word(&lower, &["why", "customers", "clients"]) {
        return Some(Part::Jobs);
    }
    if has_word(&lower, VOICES) {
        return Some(Part::Voices);
    }
    // "260 people on our staff" is no heading: a word alone is one only in few words.
    let few = text.split_whitespace().count() <= 3;
    if TEAM.iter().any(|word| (few || word.contains([' ', '’', '\''])) && has_word(&lower, &[word]))
        && !has_word(&lower, &["management software", "your team", "your teams", "for teams", "for your"])
    {
        return Some(Part::Team);
    }
    None
}

/// What the whole page is about, by its kind, address and headings.
pub(super) fn base(page: &Page) -> Part {
    if matches!(page.kind, PageKind::Blog | PageKind::Customers) {
        return if page.kind == PageKind::Customers { Part::Voices } else { Part::Other };
    }
    if page.kind == PageKind::Careers {
        return Part::Jobs;
    }
    if !matches!(page.kind, PageKind::About | PageKind::Other | PageKind::Locations) {
        return Part::Other;
    }
    let path =
        page.url.split_once("://").map_or("", |(_, rest)| rest).split_once('/').map_or("", |(_, path)| path);
    let path = path.to_lowercase().replace(['-', '_', '/', '.', '?', '='], " ");
    let heading =
        page.visible().find(|(block, _)| block.kind == BlockKind::Heading(1)).map_or("", |(_, text)| text);
    [path.trim(), heading, page.title.as_str().split(['|', '–', '—']).next().unwrap_or_default()]
        .into_iter()
        .find_map(announces)
        .filter(|part| *part != Part::Voices || page.kind == PageKind::Other)
        .unwrap_or(Part::Other)
}

/// The blocks that can name a person's or a position's title, each with its part.
pub(super) fn entries(page: &Page) -> Vec<Entry<'_>> {
    let base = base(page);
    let mut part = base;
    let mut level = 0;
    let mut people = false;
    let mut out = Vec::new();
    for line in text::lines(page) {
        let (kind, zone) = (line.block.kind, line.block.zone);
        if matches!(zone, Zone::Nav | Zone::Form | Zone::Footer) {
            continue;
        }
        // A short line of its own can be a heading that is not marked as one.
        let depth = match kind {
            BlockKind::Heading(depth) => Some(depth),
            BlockKind::Text if line.text.len() <= 50 && !line.text.ends_with(['.', ',']) => Some(3),
            _ => None,
        };
        if let Some(depth) = depth {
            let is_title = || whole(line.text).is_some_and(|titles| titles.plain > Plain::BesideName);
            if let Some(new) = announces(line.text).filter(|_| !is_title() && !is_name(line.text)) {
                let inner = matches!(kind, BlockKind::Text) && new == Part::Voices && base == Part::Team;
                if !inner {
                    part = if base == Part::Voices && new == Part::Team { Part::Voices } else { new };
                    level = depth;
                    people = has_word(&line.text.to_lowercase(), PEOPLE);
                }
            } else if matches!(kind, BlockKind::Heading(_)) && !is_title() && !is_name(line.text) {
                let lower = line.text.to_lowercase();
                if part == Part::Jobs && has_word(&lower, NO_JOBS) {
                    part = Part::Other;
                    level = depth;
                } else if depth <= level.max(2) && depth > 1 && part != base {
                    part = base;
                    level = depth;
                }
            }
        }
        out.push(Entry {
            block: line.block,
            text: line.text,
            part,
            people: part == Part::Team && (people || base == Part::Team),
        });
    }
    out
}
