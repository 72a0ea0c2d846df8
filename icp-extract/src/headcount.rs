//! `headcount_hint`: how many people the company says work there.
//!
//! Most numbers beside "people" are something else: customers, seats, years, a project team, the companies somebody
//! helps. So a number counts only with a noun of employment or in a phrase about the whole team, and never in a
//! sentence about others. Value: [`HeadcountBand`] as it prints itself.

mod counter;
mod number;
mod patterns;
mod structured;

use std::ops::Range;

use icp_core::model::{Finding, HeadcountBand, Page, PageKind, SignalKey, SiteRole};
use icp_core::site::text::{self, Line, find_word, has_stem, has_word};
use regex::Captures;

use self::number::{han, value};
use self::patterns::{COUNTED, EMPLOY, HAN, OF_US, STATED, STRONG, TEAM};
use crate::report::{MatchBudget, report};
use crate::{other_company, subject};

/// Words before a number that make it count other people, or people of a time gone by.
#[rustfmt::skip]
const OTHERS: &[&str] = &[
    "companies with", "businesses with", "organisations with", "organizations with", "firms with", "smes with", "employers with", "teams of",
    "companies of", "businesses of", "firms of", "customers", "clients", "client", "customer", "users", "subscribers", "members", "students",
    "graduates", "alumni", "trained", "attended", "attendees", "participants", "guests", "visitors", "delegates", "audience", "seats", "seat",
    "accommodate", "accommodates", "your", "up to", "minimum", "started with", "began with", "founded with", "established with", "set up with",
    "beginning with", "starting with", "parent", "group with", "retrenched", "laid off", "former", "lead a team", "leading a team", "manage a team",
    "managing a team", "leads a team", "manages a team", "supervise", "reporting to", "lives of", "suppliers", "followers", "volunteers", "families",
    "for teams", "for companies", "for businesses", "in the year", "part of the", "not", "never", "hire", "hiring", "recruit", "look for", "looking for", "search for", "enterprise", "enterprises", "organizations", "organisations", "managing", "adding", "regulations", "applies", "apply", "benefits to",
    "designed for", "built for", "for businesses", "mid-market", "brands", "companies", "businesses", "agencies", "solutions with",
];
/// Words anywhere in a sentence that do the same.
#[rustfmt::skip]
const OTHERS_ANYWHERE: &[&str] =
    &[
    "if you", "your", "capacity", "case study", "for each", "per project", "each project", "per shift", "per month", "can use", "attended",
    "each month",
];
/// Words after a number that make it one of a product's users, of an offer, or of a part.
#[rustfmt::skip]
const COUNTED_BY_PRODUCT: &[&str] = &[
    "onboarded", "or more", "and up", "or fewer", "or less", "using", "trust", "surveyed", "placed", "discount", "managed", "plan", "plans", "per shift", "licenses", "seats", "were trained", "specialists were", "braucht", "needs", "each",
];
/// Stems before a number of people that make them those who are served.
const SERVED: &[&str] = &["help", "serv", "benefit", "reach", "train", "feed", "deliver"];
/// Words that make a sentence speak of the company's own people.
const OWN: &[&str] =
    &["we", "our", "us", "team", "workforce", "employ", "employs", "company", "staff", "office", "offices"];
/// Words that may stand before "team": with another one, it is a part of the company.
#[rustfmt::skip]
const WHOLE_TEAM: &[&str] = &[
    "a", "our", "the", "whole", "entire", "global", "local", "growing", "strong", "small", "lean", "passionate", "experienced", "skilled",
    "committed", "diverse", "talented", "current", "total", "international", "multinational", "professional", "full-time", "close-knit", "tight-knit",
    "friendly", "tight", "dynamic", "young", "with", "dedicated", "combined", "an", "and", "is", "now", "full", "regional", "multicultural",
    "hardworking", "big", "large", "great", "one", "happy", "singapore", "company", "s", "of", "by", "has", "to", "are", "its", "their", "trained",
    "capable", "qualified", "cohesive", "close", "nimble",
];
/// Nouns after a team's number that still mean everybody.
#[rustfmt::skip]
const WHOLE_NOUNS: &[&str] = &[
    "people", "employees", "staff", "professionals", "experts", "specialists", "members", "colleagues", "persons", "talents", "full-time",
    "dedicated", "experienced", "in", "across", "based", "at", "who", "that", "and", "strong", "to", "with", "serving", "working", "today", "skilled",
    "passionate", "trained", "highly", "from", "committed", "talented", "individuals", "workers", "operating", "we", "out", "spread", "over",
    "handling", "running", "behind", "moving", "qualified", "now",
];

/// Finds headcounts in the words and in what the page tells machines.
pub(crate) fn find(page: &Page, _role: SiteRole, out: &mut Vec<Finding>) {
    structured::find(page, out);
    if !matches!(
        page.kind,
        PageKind::Home
            | PageKind::About
            | PageKind::Careers
            | PageKind::Locations
            | PageKind::Other
            | PageKind::Partners
    ) {
        return;
    }
    if other_company::is_its_page(page) {
        return;
    }
    let sure = if page.kind == PageKind::About { 0.9 } else { 0.8 };
    let mut budget = MatchBudget::new();
    let lines: Vec<Line<'_>> = text::own_lines(page).collect();
    counter::find(page, &lines, sure, out);
    for line in lines {
        if matches!(
            subject::section(&line),
            Some(subject::Section::Voices | subject::Section::Customers | subject::Section::Partners)
        ) {
            continue;
        }
        if !in_han(page, &line, sure, &mut budget, out) || !in_words(page, &line, sure, &mut budget, out) {
            return;
        }
    }
}

/// Numbers of people in Chinese and Japanese. `false` when the budget is spent.
fn in_han(page: &Page, line: &Line<'_>, sure: f64, budget: &mut MatchBudget, out: &mut Vec<Finding>) -> bool {
    for found in HAN.captures_iter(line.text) {
        let Some(number) = found.name("n").or_else(|| found.name("n2")) else { continue };
        if !budget.take() {
            return false;
        }
        let open = found.name("plus").or_else(|| found.name("plus2")).is_some();
        let Some(n) = han(number.as_str()).filter(|n| *n >= 2) else { continue };
        let others = ["客户", "客戶", "学员", "球员", "培训", "集团有"]
            .iter()
            .any(|word| line.text[text::sentence(line.text, &number.range())].contains(word));
        if let Some(band) = HeadcountBand::new(n, (!open).then_some(n)).filter(|_| !others) {
            let quote = text::quote(line.text, &number.range());
            report(out, page, line.block, (SignalKey::HeadcountHint, &band.to_string()), quote, sure);
        }
    }
    true
}

/// Numbers of people in languages of words. `false` when the budget is spent.
fn in_words(
    page: &Page,
    line: &Line<'_>,
    sure: f64,
    budget: &mut MatchBudget,
    out: &mut Vec<Finding>,
) -> bool {
    let mut taken: Vec<Range<usize>> = Vec::new();
    for (rule, reading) in [
        (&*TEAM, Reading::Team),
        (&*EMPLOY, Reading::Employ),
        (&*STRONG, Reading::Strong),
        (&*STATED, Reading::Stated),
        (&*OF_US, Reading::OfUs),
        (&*COUNTED, Reading::Counted),
    ] {
        for found in rule.captures_iter(line.text) {
            let (Some(whole), Some(number)) = (found.get(0), found.name("n")) else { continue };
            if taken.iter().any(|other| other.start < number.end() && number.start() < other.end) {
                continue;
            }
            if !budget.take() {
                return false;
            }
            let sentence = text::sentence(line.text, &number.range());
            let own = &line.text[sentence.clone()];
            let Some(band) = read(&found, reading, own, number.start() - sentence.start, line.text) else {
                continue;
            };
            if other_company::is_subject(page, own) || subject::is_quoted(line.text, &number.range()) {
                continue;
            }
            taken.push(whole.range());
            let quote = text::quote(line.text, &number.range());
            report(out, page, line.block, (SignalKey::HeadcountHint, &band.to_string()), quote, sure);
        }
    }
    true
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// "a team of 120"
    Team,
    /// "we employ 120"
    Employ,
    /// "200-strong"
    Strong,
    /// "Headcount: 120"
    Stated,
    /// "forty of us"
    OfUs,
    /// "120 employees"
    Counted,
}

/// The band a match states; `None` when the sentence is about something else.
fn read(
    found: &Captures<'_>,
    reading: Reading,
    sentence: &str,
    number_at: usize,
    line: &str,
) -> Option<HeadcountBand> {
    let lower = sentence.to_lowercase();
    let before = sentence.get(..number_at).unwrap_or_default().to_lowercase();
    if found.name("from").is_some() && found.name("m").is_none()
        || found.name("no").is_some()
        || lower.trim_end().ends_with('?')
        || has_word(&lower, OTHERS_ANYWHERE)
        || has_word(&before, OTHERS)
        || has_word(
            before.rsplit(',').next().unwrap_or_default(),
            &["founded", "started", "began", "established", "set up"],
        )
        || has_stem(&before, &["help"])
        || found.name("people").is_some() && has_stem(&before, SERVED)
    {
        return None;
    }
    let number = found.name("n")?;
    // "twenty-six attorneys and nineteen staff: forty-five people in all" counts parts first.
    let after = lower.get(number_at..).unwrap_or_default();
    if found.name("all").is_none() && has_word(after, &["in all", "altogether", "in total"]) {
        return None;
    }
    // "10,000 employees onboarded": people that a product counts.
    if has_word(after.get(..after.floor_char_boundary(90)).unwrap_or_default(), COUNTED_BY_PRODUCT) {
        return None;
    }
    let n = value(number.as_str())?;
    let plain = number.as_str().bytes().all(|b| b.is_ascii_digit());
    if plain && (1900..=2099).contains(&n) && {
        let word = before.split_whitespace().next_back().unwrap_or_default();
        matches!(word, "in" | "since" | "from" | "until" | "by" | "of" | "year" | "©")
            || word.chars().any(|c| c.is_ascii_digit())
    } {
        return None;
    }
    // "1.5 employees", "S$50 staff", "24/7 staff", "#08-12 people"
    let sign = line.get(..number.start()).and_then(|head| head.chars().next_back());
    if matches!(sign, Some('.' | '$' | '€' | '£' | '/' | '#' | ':' | '-' | '–')) && reading != Reading::Stated
    {
        return None;
    }
    match reading {
        Reading::Team => {
            let words = ["word", "word2"].into_iter().rev().find_map(|name| found.name(name));
            if words.is_some_and(|word| {
                !WHOLE_TEAM.contains(
                    &word.as_str().trim().to_lowercase().trim_end_matches("'s").trim_end_matches("’s"),
                )
            }) {
                return None;
            }
            if found
                .name("noun")
                .is_some_and(|noun| !WHOLE_NOUNS.contains(&noun.as_str().trim().to_lowercase().as_str()))
            {
                return None;
            }
        }
        Reading::Employ => {
            if found
                .name("noun")
                .is_some_and(|noun| !WHOLE_NOUNS.contains(&noun.as_str().trim().to_lowercase().as_str()))
            {
                return None;
            }
        }
        Reading::Strong => {
            if !has_word(&lower, &["team", "workforce", "staff", "crew", "company", "we", "family", "outfit"])
            {
                return None;
            }
        }
        Reading::Counted => {
            if found.name("people").is_some() && found.name("all").is_none() && !has_word(&lower, OWN) {
                return None;
            }
            // "our support team of 12 people" is a part.
            if before.trim_end().ends_with("team of")
                || before.trim_end().ends_with("teams of")
                || find_word(&before, "of the").is_some()
            {
                return None;
            }
        }
        Reading::Stated | Reading::OfUs => {}
    }
    let plus = found.name("plus").is_some() || found.name("plus2").is_some();
    let band = match found.name("m").and_then(|m| value(m.as_str())) {
        Some(_) if found.name("from").is_some() => {
            // "from 5 to 120 employees": it grew to that.
            let m = value(found.name("m")?.as_str())?;
            HeadcountBand::new(m, (!plus).then_some(m))?
        }
        Some(m) => HeadcountBand::new(n, (!plus).then_some(m))?,
        None if found.name("m").is_some() || found.name("between").is_some() => return None,
        None if plus || found.name("more").is_some() => HeadcountBand::new(n, None)?,
        None if found.name("less").is_some() => HeadcountBand::new(1, Some(n.checked_sub(1)?))?,
        None => HeadcountBand::new(n, Some(n))?,
    };
    (band.max().is_none_or(|max| max >= 2) && band.min() >= 1 && (band.min() >= 2 || band.max() != Some(1)))
        .then_some(band)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{one, page, values};
    use icp_core::model::{BlockKind, Zone};

    fn about(text: &str) -> Vec<String> {
        values(find, &one(PageKind::About, text))
    }

    #[test]
    fn how_companies_say_how_many_they_are() {
        for (text, band) in [
            ("We are a team of 120 in Tuas.", "120"),
            ("A growing team of more than 60 people.", "60+"),
            ("Northpier has 85 employees.", "85"),
            ("With over 1,200 staff across Asia, we deliver.", "1200+"),
            ("Our 200-strong workforce is trained.", "200"),
            ("Our 85 team members serve 2,000 customers.", "85"),
            ("We have 50+ employees.", "50+"),
            ("The company has between 50 and 80 employees.", "50–80"),
            ("Today we employ 45 people.", "45"),
            ("Northpier employs around 300 staff.", "300"),
            ("Company size: 51-200 employees", "51–200"),
            ("Headcount: 95", "95"),
            ("No. of employees: 80", "80"),
            ("We are a team of twelve.", "12"),
            ("Our people: 40 dedicated full-time staff.", "40"),
            ("We grew from 5 to 120 employees.", "120"),
            ("With fewer than 50 employees, we stay close to our work.", "1–49"),
            ("2,000 employees", "2000"),
            ("Founded in 1998, our team has grown to 75 employees.", "75"),
            ("A 30-person team", "30"),
        ] {
            assert_eq!(about(text), [band], "{text}");
        }
    }

    #[test]
    fn numbers_that_are_something_else() {
        for text in [
            "We help companies with 50 employees.",
            "Perfect for teams of 10.",
            "More than 200 customers trust our team.",
            "A team of 3 for each project.",
            "Our support team of 12 engineers is here.",
            "We started with a team of 5.",
            "In 2019 employees moved to Tuas.",
            "Since 2015 employees enjoy it.",
            "Our 40 engineers build it.",
            "We trained 500 people.",
            "Our alumni: 300 people.",
            "The hall seats 400 people; our team cooks.",
            "Up to 50 employees can use our app.",
            "Do you have 50 employees?",
            "You will lead a team of 8.",
            "We are not 50 employees yet.",
            "Part of the Orient Group with 12,000 employees.",
            "We are hiring 20 staff.",
            "Your 20 employees will love our team.",
            "85 warehouse staff",
            "24/7 staff",
            "5 million people",
            "We serve 500 people a day, says our team.",
        ] {
            assert_eq!(about(text), [""; 0], "{text}");
        }
        for kind in [PageKind::Customers, PageKind::Blog, PageKind::Pricing] {
            assert_eq!(values(find, &one(kind, "Harbour Foods has 85 employees.")), [""; 0]);
        }
    }

    #[test]
    fn counters() {
        let counted = |number: &str, label: &str| {
            values(
                find,
                &page(
                    PageKind::Home,
                    &[(Zone::Main, BlockKind::Heading(3), number), (Zone::Main, BlockKind::Text, label)],
                ),
            )
        };
        assert_eq!(counted("120+", "Employees"), ["120+"]);
        assert_eq!(counted("95", "teachers and staff."), ["95"]);
        assert_eq!(counted("150 to 180", "workers of our own, by season"), ["150–180"]);
        for label in ["Projects delivered", "employees onboarded", "staff hours saved", "Clients"] {
            assert_eq!(counted("120+", label), [""; 0], "{label}");
        }
        for (text, band) in [
            ("现有员工十二人。", "12"),
            ("本公司共有员工120余人", "120+"),
            ("Wir beschäftigen über 120 Mitarbeiter.", "120+"),
            ("L’agence compte aujourd’hui 22 collaborateurs.", "22"),
            ("A team of forty in Tuas.", "40"),
            ("We have 5people and more than 12employees.", "12+"),
            ("A hundred and forty of us cook.", "140"),
        ] {
            assert_eq!(about(text).last().map(String::as_str), Some(band), "{text}");
        }
    }

    #[test]
    fn what_machines_are_told() {
        let found = |lines: &[&str]| {
            let blocks: Vec<_> = lines.iter().map(|line| (Zone::JsonLd, BlockKind::Text, *line)).collect();
            values(find, &page(PageKind::Home, &blocks))
        };
        assert_eq!(found(&["Organization.numberOfEmployees: 85"]), ["85"]);
        assert_eq!(found(&["Organization.numberOfEmployees.value: 85"]), ["85"]);
        assert_eq!(
            found(&[
                "Organization.numberOfEmployees.minValue: 50",
                "Organization.numberOfEmployees.maxValue: 80"
            ]),
            ["50–80"]
        );
        assert_eq!(found(&["Organization.numberOfEmployees.minValue: 50"]), ["50+"]);
        assert_eq!(found(&["Organization.numberOfEmployees: many"]), [""; 0]);
        assert_eq!(found(&["Organization.numberOfEmployees: 0"]), [""; 0]);
        assert_eq!(found(&["Review.itemReviewed.brand.numberOfEmployees: 85"]), [""; 0]);
    }
}
