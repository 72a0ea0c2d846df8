//! `technology`, *mentioned*: what the company says in its own words that it uses, works with, builds on or asks of
//! applicants. Visible text only; what the site was seen to run is the business of [`technology`](crate::technology).
//!
//! A name alone proves nothing: it counts under a heading or label about tools, in a sentence that says "we use", before
//! a word that makes it the company's trade ("Shopify development"), in a row of names of tools, and on a page for
//! applicants. What customers run, what is denied, asked or compared does not count, and articles never do.

use std::ops::Range;

use icp_core::model::{BlockKind, Finding, Page, PageKind, SignalKey, SiteRole, Zone};
use icp_core::site::text::{self, Line, find_word, has_stem, has_word};

use crate::integration::{self, is_denied, names_software};
use crate::lexicon::{Hit, Lexicon, Spelling, Topic};
use crate::report::{MatchBudget, is_own_product, report};
use crate::subject::{Section, section};

/// Words of a heading, or of the label before a colon, which say that tools follow.
#[rustfmt::skip]
const TOOLS: &[&str] = &[
    "tech stack", "technology stack", "stack", "technologies", "tools", "languages", "programming languages", "frameworks", "platforms", "software we use",
    "what we work with", "we work with", "built with", "backend", "back end", "back-end", "frontend", "front end", "front-end", "infrastructure", "databases", "database",
    "architecture", "tech", "our technology", "technical skills", "software", "code", "hosting", "design tools", "devops", "ai layer", "models", "libraries", "toolkit",
    "technologien", "werkzeuge", "technologies utilisées", "outils", "logiciels", "teknologi",
];
/// Words of a heading under which applicants read what they should know.
#[rustfmt::skip]
const SKILLS: &[&str] = &[
    "requirements", "qualifications", "skills", "what you bring", "what you'll need", "you have", "you bring", "who you are", "must have", "nice to have", "experience",
    "your profile", "ihr profil", "dein profil", "profil", "anforderungen", "compétences", "job description", "responsibilities", "requisitos",
];
/// Words before a name which say that the company uses it.
#[rustfmt::skip]
const USES: &[&str] = &[
    "we use", "uses", "running on", "our team uses", "tracked on", "we run", "we work with", "we work in", "we write", "we build in", "we build with", "we build on", "we develop in", "we develop with", "we code in",
    "we design in", "we deploy", "we deployed", "we chose", "we are using", "we're using", "we have used", "we used", "we scan with", "we sign by", "meet on",
    "built with", "built on", "built in", "built using", "written in", "developed in", "developed with", "developed using", "powered by", "runs on", "run on", "hosted on",
    "hosted by", "hosted with", "deployed on", "deployed to", "our stack", "our systems", "our system", "utilizes", "utilises", "leverages", "leveraging",
    "leveraged", "expertise in", "expertise includes", "expertise with", "experience in", "experience with", "proficient in", "proficient with", "specialise in",
    "specialize in", "skilled in", "certified in", "live in", "kept in", "managed in", "managed on", "tracked in", "switched to", "moved to", "migrated to",
    "implemented", "rolled out", "went live on", "you will learn", "taught", "watches the service in", "tooling like", "tools like", "tools such as", "frameworks like",
    "reviewing", "plan in", "sit in", "integrating", "wireframe using",
    "wir arbeiten mit", "wir nutzen", "wir verwenden", "wir setzen auf", "setzen auf", "wir zeichnen in", "kenntnisse", "umgang mit", "umstellung auf", "läuft über", "läuft auf",
    "nous travaillons avec", "nous utilisons", "développé avec", "développé en", "un peu de", "full-stack", "full stack", "we keep time in", "we pack with", "is done in",
    "calculate in", "we still use",
    "mahir guna", "kami guna", "menggunakan",
];
/// The same, in statements about where data goes: the only ones of a legal page that are about tools.
#[rustfmt::skip]
const PROCESSORS: &[&str] = &[
    "hosted by", "hosted on", "hosted with", "hosted at", "hébergé par", "hébergeur", "hébergé chez", "stehen bei", "gehostet bei", "läuft über", "part de", "pass through", "passes through",
    "go out through", "sent through", "sent with", "kept in", "we use", "bill through",
];
/// Products of `products.tsv` that technical people work with.
#[rustfmt::skip]
const TECHNICAL: &[&str] = &[
    "AWS", "Azure", "Autodesk", "BigQuery", "Databricks", "GitHub", "Google Analytics", "Google Cloud", "Jira", "Looker", "Magento", "Mastercam", "MuleSoft",
    "Oracle", "Power BI", "PrestaShop", "SAP", "SAP S/4HANA", "Salesforce", "Segment", "Shopify", "Snowflake", "SolidWorks", "Tableau", "Trello", "Twilio", "WooCommerce", "n8n",
];
/// Words after a name which make it the company's trade.
#[rustfmt::skip]
const TRADE: &[&str] = &[
    "development", "developer", "developers", "engineer", "engineers", "engineering", "programming", "consulting", "consultants", "implementation", "migration", "experts", "specialists",
    "design system", "framework", "workflows", "apps", "entwickler", "entwicklung", "front",
];
/// Whose tools these are where a sentence speaks of others.
#[rustfmt::skip]
const OTHERS: &[&str] = &[
    "our client uses", "the client uses", "clients use", "customers use", "client used", "your", "you use", "trademark", "trademarks", "customer's", "client's", "their", "they",
    "competitor", "competitors", "such as a customer", "before us", "kunden", "leur", "leurs", "follow us", "subscribe", "download", "available on", "get it on", "other tools",
];
/// What a product offers to those who build on it, and what a course teaches.
const OFFERED: &[&str] = &[
    "native support",
    "built-in support",
    "empowers you",
    "supports",
    "sdk",
    "sdks",
    "api in",
    "apis in",
    "client libraries",
    "code samples",
    "extension",
    "extensions",
    "api reference",
    "quickstart",
    "learn the",
];
/// Words of a heading under which others speak or the reader follows links.
#[rustfmt::skip]
const VOICES: &[&str] = &[
    "testimonial", "testimonials", "reviews", "what our clients say", "what our customers say", "news", "blog", "articles", "insights", "follow us", "social", "trusted by",
    "our clients", "clients", "customers",
];

/// Finds tools that the company says it uses.
pub(crate) fn find(page: &Page, _role: SiteRole, out: &mut Vec<Finding>) {
    if page.kind == PageKind::Blog {
        return;
    }
    let lines: Vec<Line<'_>> = text::own_lines(page).filter(|line| line.block.zone != Zone::Nav).collect();
    let found: Vec<Vec<Named>> = lines.iter().map(|line| named(line.text)).collect();
    let mut budget = MatchBudget::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(names) = found.get(at).filter(|names| !names.is_empty()) else { continue };
        let chips = is_chip(line.text, names) && neighbours(&lines, &found, at) >= 2;
        for (place, name) in names.iter().enumerate() {
            if !budget.take() {
                return;
            }
            if !is_own_product(page, name.hit.value)
                && let Some(confidence) = support(page, line, names, place, chips)
            {
                let quote = text::quote(line.text, &name.hit.span);
                report(out, page, line.block, (SignalKey::Technology, name.hit.value), quote, confidence);
            }
        }
    }
}

/// A name in a line.
struct Named {
    hit: Hit,
    /// Whether it is a technical tool and not a product of business.
    technical: bool,
}

fn named(text: &str) -> Vec<Named> {
    let mut names: Vec<Named> = Lexicon::own()
        .hits(Topic::Software, text)
        .map(|hit| Named { hit, technical: true })
        .chain(
            Lexicon::own()
                .hits(Topic::Product, text)
                .map(|hit| Named { technical: TECHNICAL.contains(&hit.value), hit }),
        )
        .collect();
    names.sort_by_key(|name| (name.hit.span.start, std::cmp::Reverse(name.hit.span.end)));
    let mut free = 0;
    names.retain(|name| {
        let chosen = name.hit.span.start >= free;
        if chosen {
            free = name.hit.span.end;
        }
        chosen
    });
    names
}

/// Whether a line is little more than names, as the tiles of a stack are.
fn is_chip(line: &str, names: &[Named]) -> bool {
    let covered: usize = names.iter().map(|name| name.hit.span.len()).sum();
    line.len() <= 60 && covered * 2 >= line.len() && names.iter().any(|name| name.technical)
}

/// How many of the lines around one are tiles as well, of another name.
fn neighbours(lines: &[Line<'_>], found: &[Vec<Named>], at: usize) -> usize {
    (at.saturating_sub(4)..lines.len().min(at + 5))
        .filter(|other| *other != at)
        .filter(|other| match (lines.get(*other), found.get(*other)) {
            (Some(line), Some(names)) => is_chip(line.text, names) && !same(names, found.get(at)),
            _ => false,
        })
        .count()
}

fn same(names: &[Named], others: Option<&Vec<Named>>) -> bool {
    let first = |names: &[Named]| names.first().map(|name| name.hit.value);
    others.is_some_and(|others| first(names) == first(others))
}

/// How sure it is that a name is one of the company's tools; `None` when it is not said.
fn support(page: &Page, line: &Line<'_>, names: &[Named], place: usize, chips: bool) -> Option<f64> {
    let name = names.get(place)?;
    let span = &name.hit.span;
    let range = text::sentence(line.text, span);
    let lower = line.text[range.clone()].to_ascii_lowercase();
    let at = span.start - range.start..span.end - range.start;
    let heading =
        |words: &[&str]| line.headings().any(|heading| has_word(&heading.to_ascii_lowercase(), words));
    if lower.trim_end().ends_with('?') || is_denied(&lower, &at) || heading(VOICES) {
        return None;
    }
    let (before, after) = (&lower[..at.start], &lower[at.end..]);
    let careers = page.kind == PageKind::Careers || heading(SKILLS) || is_advert(page);
    let in_row = in_row(line.text, names, place);
    let everyday = name.hit.spelling == Spelling::Everyday;
    if everyday && !(in_row || stands_alone(line.text, span) || names_software(line.text, &name.hit)) {
        return None;
    }
    if page.kind == PageKind::Legal {
        return near(before, PROCESSORS, 60).then_some(0.7);
    }
    if careers {
        // An everyday word needs more than a capital letter: other names beside it, or a line of its own.
        let safe = !everyday || in_row || near(before, USES, 40) || stands_alone(line.text, span);
        return (safe && !has_word(&lower, &["trademark", "customers use"])).then_some(0.8);
    }
    if has_word(before, OTHERS) || integration::connects(&lower) {
        return None;
    }
    if has_word(&lower, OFFERED) && !has_word(&lower, &["we use", "we support", "our stack"]) {
        return None;
    }
    let customers = page.kind == PageKind::Customers;
    let own = has_word(&lower, &["we", "our", "us", "wir", "nous", "kami"]);
    if near(before, USES, 120) && (own || !customers) && (!everyday || in_row || near(before, USES, 30)) {
        return Some(if own { 0.85 } else { 0.75 });
    }
    if matches!(page.kind, PageKind::Integrations | PageKind::Partners)
        || connected(line)
        || section(line) == Some(Section::Partners)
    {
        return None;
    }
    let short = line.text.len() <= 160;
    if name.technical
        && short
        && (heading(TOOLS) || label(line.text))
        && (!everyday || in_row || stands_alone(line.text, span))
    {
        return Some(0.8);
    }
    if !name.technical && short && !customers && label(line.text) && in_row {
        return Some(0.7);
    }
    if name.technical && chips && !everyday {
        return Some(0.7);
    }
    let trade =
        TRADE.iter().any(|word| after.trim_start().starts_with(word) && after.starts_with([' ', '-']));
    let title = matches!(line.block.kind, BlockKind::Heading(_)) || line.text.len() <= 90;
    if trade && title && !customers && (!everyday || in_row) {
        return Some(0.7);
    }
    let rows = names
        .iter()
        .enumerate()
        .filter(|(at, it)| it.technical && self::in_row(line.text, names, *at))
        .count();
    (name.technical && in_row && rows >= 3).then_some(0.7)
}

/// Whether the headings above a line speak of connecting.
fn connected(line: &Line<'_>) -> bool {
    line.headings().any(|heading| {
        let heading = heading.to_ascii_lowercase();
        integration::connects(&heading) || has_word(&heading, &["extensions", "add-ons", "marketplace"])
    })
}

/// Whether another name stands right beside it: "Java, Python / C#".
fn in_row(line: &str, names: &[Named], place: usize) -> bool {
    let beside = |a: Option<&Named>, b: Option<&Named>| match (a, b) {
        (Some(a), Some(b)) => {
            let gap = line.get(a.hit.span.end..b.hit.span.start).unwrap_or("....................");
            let words = gap.trim_matches(|c: char| !c.is_alphanumeric());
            gap.len() <= 7
                && matches!(words, "" | "and" | "or" | "und" | "et" | "dan" | "with" | "on")
                && (gap.contains([',', '/', '&', '+', '|', '\u{b7}', ';', '\u{2022}']) || !words.is_empty())
        }
        _ => false,
    };
    beside(place.checked_sub(1).and_then(|at| names.get(at)), names.get(place))
        || beside(names.get(place), names.get(place + 1))
}

/// Whether a line is the name and nothing else of weight.
fn stands_alone(line: &str, span: &Range<usize>) -> bool {
    let rest = line.trim().len().saturating_sub(span.len());
    rest <= 3
}

/// Whether one of the phrases stands before a name, not far from it.
fn near(before: &str, phrases: &[&str], reach: usize) -> bool {
    let tail = &before[before.ceil_char_boundary(before.len().saturating_sub(reach))..];
    phrases.iter().any(|phrase| find_word(tail, phrase).is_some())
}

/// Whether a line begins with a word about tools and a colon or bracket: "Stack: ...", "Backend (...".
fn label(line: &str) -> bool {
    let end = line.find([':', '(']).filter(|end| *end <= 40);
    end.is_some_and(|end| has_word(&line[..end].to_ascii_lowercase(), TOOLS))
}

/// Whether a page is an advertisement of one post, wherever it stands.
fn is_advert(page: &Page) -> bool {
    let address = page.url.to_ascii_lowercase();
    has_stem(&address, &["career", "job", "vacanc", "hiring", "karriere", "recrut", "stellen", "kerjaya"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{one, page, values};

    fn said(kind: PageKind, text: &str) -> Vec<String> {
        values(find, &one(kind, text))
    }

    #[test]
    fn the_company_s_own_tools() {
        for (text, tools) in [
            ("We use Rails today and deploy to Heroku.", vec!["Ruby on Rails", "Heroku"]),
            ("Stack: TypeScript, Node.js", vec!["TypeScript", "Node.js"]),
            ("Backend (.NET / SQL)", vec![".NET", "SQL"]),
            ("Our platform is built with Remix and LangChain.", vec!["Remix", "LangChain"]),
            ("We run CargoWise from end to end.", vec!["CargoWise"]),
            ("Shopify development", vec!["Shopify"]),
            ("Wir arbeiten mit SolidWorks.", vec!["SolidWorks"]),
            ("Nous travaillons avec Webflow et PrestaShop.", vec!["Webflow", "PrestaShop"]),
        ] {
            assert_eq!(said(PageKind::Product, text), tools, "{text}");
        }
        for (text, tools) in [
            ("Experience with Adobe tools", vec!["Adobe"]),
            ("Knowledge of Hadoop/Hive/Pig", vec!["Hadoop", "Hive", "Pig"]),
            ("bash/perl/python", vec!["Bash", "Perl"]),
            ("Develop full-stack Ruby on Rails code", vec!["Ruby on Rails"]),
        ] {
            assert_eq!(said(PageKind::Careers, text), tools, "{text}");
        }
        let under = page(
            PageKind::About,
            &[
                (Zone::Main, BlockKind::Heading(3), "Tools & Languages"),
                (Zone::Main, BlockKind::Item, "SolidWorks"),
                (Zone::Main, BlockKind::Item, "Python"),
            ],
        );
        assert_eq!(values(find, &under), ["SolidWorks", "Python"]);
    }

    #[test]
    fn what_others_run_and_what_is_no_tool() {
        for text in [
            "Their accounts run on Oracle.",
            "Does your shop run on Shopify?",
            "We do not use Google Analytics.",
            "Go with us and express your style.",
            "We react in a swift and rusty way.",
            "Follow us on YouTube.",
            "Orders sync with Xero.",
            "Whether you use Java or not, call us.",
            "Our client uses Docker.",
            "Functions provides native support for developing in Python and Java.",
            "Learn the software that powers the industry: InDesign and Figma.",
            "A powerful API in REST, JavaScript, Java and PHP for our widgets.",
            "We visited Java and Ruby Falls.",
        ] {
            assert_eq!(said(PageKind::Product, text), [""; 0], "{text}");
        }
        assert_eq!(said(PageKind::Blog, "We use Docker."), [""; 0]);
        let under = |heading: &str| {
            let lines = [
                (Zone::Main, BlockKind::Heading(2), heading),
                (Zone::Main, BlockKind::ImageText, "AWS"),
                (Zone::Main, BlockKind::ImageText, "Docker"),
                (Zone::Main, BlockKind::ImageText, "Python"),
            ];
            values(find, &page(PageKind::Home, &lines)).len()
        };
        assert_eq!((under("Our partners"), under("Extensions"), under("Our stack")), (0, 0, 3));
        assert_eq!(said(PageKind::Legal, "You can switch cookies off in Android and iOS."), [""; 0]);
        assert_eq!(said(PageKind::Legal, "Our site is hosted by Hetzner."), ["Hetzner"]);
        assert_eq!(said(PageKind::Customers, "The dairy keeps its books, powered by Oracle Cloud."), [""; 0]);
    }
}
