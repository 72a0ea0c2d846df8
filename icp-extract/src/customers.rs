//! `customer_logo`: customers whom the site names: logos and names under a heading such as *Clients*, the company of
//! whoever is quoted, "our clients include A and B". No vocabulary: the place makes it a customer.

use std::ops::Range;
use std::sync::LazyLock;

use icp_core::model::{BlockKind, Finding, Page, PageKind, SignalKey, SiteRole, Zone};
use icp_core::site::text::{self, Line, has_word};
use regex::Regex;

use crate::industry::brand;
use crate::report::{MatchBudget, pattern, report};
use crate::subject::{self, Section, announces};

/// Words of an image's text that name nobody.
static NOISE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:logos?|logotype|icon|image|img|photo|picture|client|customer|brand|company|banner|slide|partner|thumbnail|thumb|portfolio|featured)(?:[\s_-]*\d+)?\b|\.(?:png|jpe?g|svg|webp|gif)\b|\b\d{2,4}\s?[x×]\s?\d{2,4}\b|\b(?:white|black|colou?r|transparent|grayscale|small|large|final|copy)\b\s*$",
    )
});
/// "Clients include A, B and C".
static LIST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:(?i:(?:our |whose )?(?:clients|customers) (?:include|including|are|such as|like)|trusted by|used by|(?:we have|we've|we’ve|we) worked (?:with|for)(?: clients| companies| brands)?(?: such as| like| including)?))[:\s]+(?P<names>[A-Z][^.!?]{2,200})",
    )
});
/// A word that says that a picture is a logo.
static LOGO: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(?:logo|logotype|wordmark)\b"));
/// A title, in an attribution: "Owner, Vamps", "CEO at Acme".
static TITLE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:ceo|cto|cfo|coo|cmo|cio|vp|president|founder|co-founder|owner|co-owner|director|manager|head|chief|officer|principal|partner|lead|leader|coordinator|supervisor|engineer|executive|chef|administrator|superintendent|proprietor|winemaker|publican|licensee|geschäftsführer(?:in)?|leiter(?:in)?|directrice|directeur|responsable|gérante?)\b",
    )
});

/// Names of things on such pages that are no customers.
#[rustfmt::skip]
const USELESS: &[&str] = &[
    "bbb", "better business bureau", "a+ rating",
    "home", "menu", "read more", "learn more", "view more", "see more", "view project", "view case study", "read case study", "case study", "case studies", "testimonials", "testimonial", "clients", "customers", "partners", "our clients",
    "our customers", "contact", "contact us", "about", "about us", "arrow", "quote", "quotes", "star", "stars", "previous", "next", "play", "video", "search", "close", "avatar", "profile", "user", "facebook", "twitter", "linkedin", "instagram",
    "youtube", "visa", "mastercard", "paypal", "american express", "amex", "apple pay", "google pay", "captioned image", "placeholder", "untitled", "spacer", "background", "hero", "portfolio", "projects", "our work", "services", "all", "trusted by",
    "results", "challenge", "the challenge", "solution", "the solution", "the result", "the results", "overview", "summary", "background", "project", "details", "share", "related", "get started", "get in touch", "download", "blog", "news", "careers", "five stars",
    "rating", "google", "trustpilot", "g2", "capterra", "clutch", "google reviews", "yelp", "app store", "google play", "anonymous", "verified customer", "website", "client", "customer", "outcome", "impact", "approach", "technologies", "industry", "category", "location", "saying", "experts", "professionals", "thousands", "millions", "leaders", "teams", "families", "guidelines",
];
/// Words that a name of a company does not end with: then it is a kind of work.
#[rustfmt::skip]
const KINDS: &[&str] = &[
    "design", "redesign", "development", "app", "website", "platform", "project", "projects", "installation", "maintenance", "story", "stories", "services", "solutions", "software", "integration", "implementation", "migration", "campaign", "branding", "reviews", "process",
    "experience", "results", "growth", "success", "team", "work", "more", "us", "you", "marketing", "management", "system", "review", "training", "support", "today", "clients", "customers", "businesses", "companies", "brands", "industries", "years", "users", "answers", "questions", "packaging", "designs", "guidelines", "experts", "saying",
];

/// Finds customers that the page names.
pub(crate) fn find(page: &Page, _role: SiteRole, out: &mut Vec<Finding>) {
    if matches!(
        page.kind,
        PageKind::Blog | PageKind::Legal | PageKind::Careers | PageKind::Partners | PageKind::Integrations
    ) {
        return;
    }
    let brand = brand(page);
    let mut budget = MatchBudget::new();
    let lines: Vec<Line<'_>> =
        text::own_lines(page).filter(|line| matches!(line.block.zone, Zone::Main | Zone::Aside)).collect();
    // A short text above logos announces them as a heading does.
    let mut announced: Option<Section> = None;
    // "400,000 companies choose Acme": the pictures below are theirs, whatever button stands between.
    let mut counted = false;
    for (at, line) in lines.iter().enumerate() {
        if !budget.take() {
            return;
        }
        match line.block.kind {
            BlockKind::Heading(_) => {
                announced = None;
                counted = subject::counts_customers(line.text);
            }
            BlockKind::Text if line.text.len() <= 90 => {
                announced = announces(line.text).filter(|it| *it == Section::Customers)
            }
            BlockKind::Text => {
                announced = None;
                counted = false;
            }
            _ => {}
        }
        let section = announced.or_else(|| subject::section(line));
        let mut say = |span: Range<usize>, value: &str, sure: f64| {
            report(
                out,
                page,
                line.block,
                (SignalKey::CustomerLogo, value),
                text::quote(line.text, &span),
                sure,
            );
        };
        match (line.block.kind, section) {
            (BlockKind::ImageText, section)
                if section == Some(Section::Customers) || counted && section.is_none() =>
            {
                if let Some((span, name)) = logo(line.text, &brand) {
                    say(span, &name, 0.85);
                }
            }
            (BlockKind::Item, Some(Section::Customers)) if announced.is_none() => {
                if let Some((span, name)) = entry(line.text, &brand).filter(|_| is_client_list(line)) {
                    say(span, &name, 0.75);
                }
            }
            (BlockKind::Heading(level), Some(Section::Customers))
                if level >= 2 && !is_client_list(line) && !is_project_list(line) =>
            {
                if let Some((span, name)) = entry(line.text, &brand) {
                    say(span, &name, 0.7);
                }
            }
            // A logo beside the words of a customer.
            (BlockKind::ImageText, Some(Section::Voices)) if LOGO.is_match(line.text) => {
                if let Some((span, name)) = logo(line.text, &brand) {
                    say(span, &name, 0.7);
                }
            }
            // "Westbrook Logistics" over its story or its words.
            (BlockKind::Heading(2..), Some(Section::Voices) | None)
                if (section.is_some() || page.kind == PageKind::Customers) && !is_project_list(line) =>
            {
                if let Some((span, name)) = entry(line.text, &brand).filter(|(_, name)| is_company(name)) {
                    say(span, &name, 0.7);
                }
            }
            _ => {}
        }
        if line.block.kind == BlockKind::Text
            || line.block.kind == BlockKind::Item
            || matches!(line.block.kind, BlockKind::Heading(_))
        {
            for found in LIST.captures_iter(line.text).take(3) {
                for (span, name) in found
                    .name("names")
                    .map(|names| listed(line.text, names.range(), &brand))
                    .unwrap_or_default()
                {
                    say(span, &name, 0.8);
                }
            }
            let heading =
                matches!(line.block.kind, BlockKind::Heading(2..)) && page.kind == PageKind::Customers;
            let quoted = section == Some(Section::Voices)
                || heading
                || at > 0 && subject::is_quoted(lines[at - 1].text, &(4..5))
                || (at > 1 && subject::is_quoted(lines[at - 2].text, &(4..5)));
            if quoted && let Some((span, name)) = attributed(line.text, &brand) {
                say(span, &name, 0.75);
            }
        }
    }
}

/// Whether a line stands under a heading that says it is a list of clients, not of work.
fn is_client_list(line: &Line<'_>) -> bool {
    line.headings().any(|heading| {
        has_word(
            &heading.to_lowercase(),
            &[
                "clients",
                "customers",
                "clientele",
                "kunden",
                "trusted by",
                "client list",
                "used by",
                "worked with",
                "patrons",
                "references",
                "referenzen",
                "clients include",
            ],
        )
    })
}

/// Whether a line stands among projects: they have names of their own.
fn is_project_list(line: &Line<'_>) -> bool {
    line.headings().any(|heading| {
        has_word(
            &heading.to_lowercase(),
            &["projects", "project", "projekte", "réalisations", "portfolio", "references", "référence"],
        )
    })
}

/// The name in an image's text.
fn logo(text: &str, brand: &str) -> Option<(Range<usize>, String)> {
    let first = [" – ", " — ", " - ", " | ", ": "]
        .iter()
        .fold(text, |text, sign| text.split(sign).next().unwrap_or(text));
    let clean = NOISE.replace_all(first, " ").replace(['_', '/'], " ");
    let clean = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    let clean = clean.trim_matches(|c: char| !c.is_alphanumeric() && c != '.' && c != '!').trim();
    let clean = clean.strip_prefix("of ").or(clean.strip_prefix("for ")).unwrap_or(clean);
    // A file's name: "img-4711", "mv02", "screenshot_2021".
    let digits = clean.chars().filter(char::is_ascii_digit).count();
    let letters = clean.chars().filter(|c| c.is_alphabetic()).count();
    let one = !clean.contains(' ');
    if letters < 2
        || digits > letters
        || one
            && digits >= 2
            && clean.ends_with(|c: char| c.is_ascii_digit())
            && clean.starts_with(|c: char| c.is_lowercase())
    {
        return None;
    }
    // "Logo Design", "Brand Guidelines": a kind of work, without the word that is not a name.
    let kind = clean != first.trim() && KINDS.contains(&clean.to_lowercase().as_str());
    let fine = if one {
        !kind && is_allowed(clean, brand) && clean.len() >= 3 || is_name(clean, brand)
    } else {
        is_name(clean, brand)
    };
    fine.then(|| (0..text.len(), clean.to_owned()))
}

/// The name in an entry of a list or the heading of a story.
fn entry(text: &str, brand: &str) -> Option<(Range<usize>, String)> {
    let first = text.split([':', '|', '–', '—', '(', '·']).next()?;
    let first = first.split(" - ").next()?.trim().trim_end_matches(['.', ',']);
    let at = text.find(first)?;
    is_name(first, brand).then(|| (at..at + first.len(), first.to_owned()))
}

/// Names set apart by commas and "and".
fn listed(text: &str, range: Range<usize>, brand: &str) -> Vec<(Range<usize>, String)> {
    let mut out = Vec::new();
    let Some(part) = text.get(range.clone()) else { return out };
    for piece in part.split(", ").flat_map(|piece| piece.split(" and ")).flat_map(|piece| piece.split(" & "))
    {
        let name = piece.trim().trim_start_matches("and ").trim_start_matches("the ");
        if !is_name(name, brand) {
            break;
        }
        let at = name.as_ptr() as usize - text.as_ptr() as usize;
        out.push((at..at + name.len(), name.to_owned()));
    }
    out
}

/// The company in "Jane Doe, Operations Manager, Acme" or "CEO at Acme".
fn attributed(text: &str, brand: &str) -> Option<(Range<usize>, String)> {
    if text.len() > 140 || text.ends_with(['.', '!', '?']) && text.len() > 80 {
        return None;
    }
    // "Jane Doe - Owner, Acme, Owner": the last title that a company follows.
    let titles: Vec<usize> = TITLE.find_iter(text).map(|found| found.end()).collect();
    titles.into_iter().rev().find_map(|end| company_behind(text, end, brand))
}

/// The company behind a title that ends at `end`.
fn company_behind(text: &str, end: usize, brand: &str) -> Option<(Range<usize>, String)> {
    let rest = text.get(end..)?;
    let rest_at = text.len() - rest.len();
    // The words of the title go on to a comma, a dash or "at".
    let cut = [", ", " at ", " @ ", " – ", " — ", " - ", " · "]
        .iter()
        .filter_map(|sign| Some((rest.find(sign)?, sign.len())))
        .min();
    let cut = cut.or_else(|| Some((rest.find(" of ")?, 4)))?;
    if rest[..cut.0].split_whitespace().count() > 5 {
        return None;
    }
    let name = rest.get(cut.0 + cut.1..)?;
    let name = name.split([',', '|', '–', '—', '·', '(']).next()?;
    let name = name.split(" - ").next()?.trim().trim_end_matches(['"', '”']);
    let at = rest_at + (name.as_ptr() as usize - rest.as_ptr() as usize);
    let sane = is_name(name, brand)
        && !TITLE.is_match(name)
        && !has_word(
            &name.to_lowercase(),
            &[
                "sales",
                "operations",
                "marketing",
                "engineering",
                "product",
                "finance",
                "technology",
                "development",
                "human resources",
                "it",
                "studies",
            ],
        );
    sane.then(|| (at..at + name.len(), name.to_owned()))
}

/// Words that only names of companies and institutions end with.
#[rustfmt::skip]
const COMPANIES: &[&str] = &[
    "ltd", "limited", "inc", "llc", "llp", "gmbh", "pte", "bhd", "pty", "corp", "corporation", "co", "plc", "ag", "kg", "sarl", "bv", "nv", "srl", "spa", "group", "gruppe", "holdings", "university", "hospital", "bank", "hotel",
    "logistics", "transport", "freight", "foods", "brewery", "brewing", "wines", "winery", "vineyards", "pharma", "airlines", "airways", "council", "institute", "museum", "authority", "ministry", "industries", "motors", "resorts", "sparkasse",
    "stadtwerke", "klinikum", "universität", "hotels", "restaurant", "airport", "flughafen", "football club", "golf club", "insurance", "pharmaceuticals", "aerospace", "electronics", "laboratories",
];

/// Whether a name of at least two words is plainly that of a company.
fn is_company(name: &str) -> bool {
    let lower = name.to_lowercase();
    let bare = lower.trim_end_matches('.');
    let ends = COMPANIES.iter().any(|end| bare.strip_suffix(end).is_some_and(|head| head.ends_with(' ')));
    let starts = [
        "hotel ",
        "restaurant ",
        "hospital ",
        "stadt ",
        "region ",
        "flughafen ",
        "université ",
        "universität ",
        "banque ",
    ];
    name.contains(' ') && (ends || starts.iter().any(|start| lower.starts_with(start)))
}

fn is_allowed(name: &str, brand: &str) -> bool {
    let lower = name.to_lowercase();
    let letters: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
    !USELESS.contains(&lower.as_str())
        && !letters.is_empty()
        && !(brand.len() >= 3
            && (letters.contains(brand) || letters.len() >= 4 && brand.starts_with(&letters)))
        && !name.contains('[')
        && !lower.contains("http")
}

/// Whether words look like the name of a company: short, most words with a capital, no sentence.
fn is_name(name: &str, brand: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    if words.is_empty()
        || words.len() > 8
        || name.chars().count() < 2
        || name.chars().count() > 60
        || !is_allowed(name, brand)
    {
        return false;
    }
    if name.contains(['?', '!', '%', '$', '“', '”', '"', '…'])
        || name.ends_with('.') && !name.ends_with("Co.") && !name.ends_with("Inc.") && !name.ends_with("Ltd.")
    {
        return false;
    }
    let capital = |word: &&&str| {
        word.chars().next().is_some_and(char::is_uppercase) || word.chars().any(char::is_uppercase)
    };
    let joins = |word: &&&str| {
        matches!(
            **word,
            "of" | "and"
                | "&"
                | "the"
                | "de"
                | "du"
                | "da"
                | "la"
                | "le"
                | "+"
                | "für"
                | "des"
                | "et"
                | "for"
                | "und"
                | "à"
                | "der"
                | "dan"
                | "-"
        )
    };
    let first = words.first().is_some_and(|word| {
        word.chars().any(|c| c.is_uppercase()) || word.starts_with(|c: char| c.is_ascii_digit())
    });
    let last = words.last().map(|word| word.to_lowercase()).unwrap_or_default();
    let lower = name.to_lowercase();
    let sentence = has_word(
        &lower,
        &[
            "we",
            "our",
            "your",
            "you",
            "how",
            "what",
            "why",
            "is",
            "are",
            "was",
            "with",
            "to",
            "from",
            "by",
            "in",
            "on",
            "their",
            "more",
            "this",
            "i",
            "my",
            "new",
            "about",
            "top",
            "leading",
            "across",
            "all",
            "strategic",
            "best",
        ],
    );
    let digits = name.chars().filter(char::is_ascii_digit).count();
    first
        && !sentence
        && digits * 2 < name.len()
        && !KINDS.contains(&last.as_str())
        && words.iter().filter(|w| capital(w) || joins(w)).count() == words.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{page, values};

    fn under(heading: &str, kind: BlockKind, texts: &[&str]) -> Vec<String> {
        let mut blocks = vec![(Zone::Main, BlockKind::Heading(2), heading)];
        blocks.extend(texts.iter().map(|text| (Zone::Main, kind, *text)));
        values(find, &page(PageKind::Home, &blocks))
    }

    #[test]
    fn logos_and_names_under_a_heading() {
        assert_eq!(
            under(
                "Trusted by",
                BlockKind::ImageText,
                &[
                    "Acme Foods logo",
                    "lsquared",
                    "logo1",
                    "img_4711.jpg",
                    "Rooikrans Platinum – read the story",
                    "Northpier"
                ]
            ),
            ["Acme Foods", "lsquared", "Rooikrans Platinum"]
        );
        assert_eq!(
            under(
                "Our clients",
                BlockKind::Item,
                &["Hospital Seri Nibong", "Learn more", "Fast delivery to every door"]
            ),
            ["Hospital Seri Nibong"]
        );
        assert_eq!(
            under(
                "Case studies",
                BlockKind::Heading(3),
                &["Acme Foods: half the waste", "How we work", "Website redesign"]
            ),
            ["Acme Foods"]
        );
        assert_eq!(under("Our partners", BlockKind::ImageText, &["Acme Foods logo"]), [""; 0]);
    }

    #[test]
    fn logos_under_statements_and_beside_voices() {
        let long = "Trusted by Top Government Institutions and Legal Firms Across Kenya";
        assert_eq!(under(long, BlockKind::ImageText, &["Cedar Revenue Office"]), ["Cedar Revenue Office"]);
        let german = "Diese Unternehmen vertrauen uns in Deutschland und weltweit";
        assert_eq!(under(german, BlockKind::ImageText, &["Borealis"]), ["Borealis"]);
        assert_eq!(
            under("Testimonials", BlockKind::ImageText, &["Acme Foods logo", "Jane Doe"]),
            ["Acme Foods"]
        );
    }

    #[test]
    fn logos_under_a_count_of_customers() {
        let count = "Millions of people across 400,000 companies choose Northpier";
        assert_eq!(
            under(count, BlockKind::ImageText, &["Acme Foods", "Borealis"]),
            ["Acme Foods", "Borealis"]
        );
        for heading in ["How companies choose", "We help companies grow with confidence", "Companies"] {
            assert_eq!(
                under(heading, BlockKind::ImageText, &["Acme Foods", "Borealis"]),
                [""; 0],
                "{heading}"
            );
        }
    }

    #[test]
    fn kinds_of_work_and_of_people_are_no_customers() {
        let pictures = ["Logo Design", "Brand Guidelines", "Portfolio Aquarius", "Cedar Bank Thumbnail"];
        assert_eq!(under("Our work", BlockKind::ImageText, &pictures), ["Aquarius", "Cedar Bank"]);
        for heading in ["What Our Customers Are Saying", "Trusted by Experts. Committed to Excellence."] {
            assert_eq!(under("About", BlockKind::Heading(3), &[heading]), [""; 0], "{heading}");
        }
    }

    #[test]
    fn companies_over_their_stories() {
        let over = |heading: &str| {
            values(find, &page(PageKind::Customers, &[(Zone::Main, BlockKind::Heading(2), heading)]))
        };
        assert_eq!(over("Westmoor Logistics"), ["Westmoor Logistics"]);
        assert_eq!(over("Hotel Larrikin"), ["Hotel Larrikin"]);
        assert_eq!(over("Jane Doe - Owner, Levy Foods, Owner"), ["Levy Foods"]);
        for heading in ["Midsize Fleet", "From First Call To Live", "Logistics", "Jane Doe"] {
            assert_eq!(over(heading), [""; 0], "{heading}");
        }
        assert_eq!(
            under("What our clients say", BlockKind::Text, &["Fleet Manager, Webber Haulage - 42 trucks"]),
            ["Webber Haulage"]
        );
    }

    #[test]
    fn customers_in_sentences_and_attributions() {
        assert_eq!(
            under("About", BlockKind::Text, &["Our clients include Acme Foods, Borealis and Cedar Bank."]),
            ["Acme Foods", "Borealis", "Cedar Bank"]
        );
        assert_eq!(
            under(
                "What our clients say",
                BlockKind::Text,
                &["Jane Doe, Operations Manager, Acme Foods", "CEO at Borealis", "Head of Sales"]
            ),
            ["Acme Foods", "Borealis"]
        );
        assert_eq!(
            under("Our team", BlockKind::Text, &["Jane Doe, Operations Manager, Northern Region"]),
            [""; 0]
        );
    }
}
