//! `trigger`: what a company lately did or does: hires, opens, buys, raises, wins, moves to a system, launches.
//!
//! A year in the words, or in a short block beside them, dates it. What is dated three years before the page was read is
//! history, and no trigger.

use std::ops::Range;
use std::sync::LazyLock;

use icp_core::model::{BlockKind, Finding, Page, PageKind, SignalKey, SiteRole, Zone};
use icp_core::site::text::{self, Line, has_word};
use regex::Regex;

use crate::report::{MatchBudget, pattern, report};
use crate::subject::{Section, section};

static HIRING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:we(?:'re|’re| are)(?: currently| now| always| actively)? (?:hiring|recruiting)|(?:\d+|two|three|four|five|six|seven|eight|nine|ten) (?:open )?(?:positions|roles|vacancies|posts|jobs) (?:are )?(?:open|available)|(?:\d+|two|three|four|five|six|seven|eight|nine|ten) open (?:positions|roles|vacancies|posts|jobs)|open (?:positions|roles) \(\d+\)|(?:\d+|drei|vier|fünf|sechs|zwei) (?:offene )?stellen(?: sind)? (?:offen|frei)?|now hiring|nous recrutons|on recrute|wir stellen ein|kami mencari (?:\d+|dua|tiga|empat|lima|enam) orang|(?:look|looking) for (?:\d+|two|three|four|five|six) (?:people|colleagues|new)|we have (?:\d+|two|three|four|five|six|seven|eight|nine|ten) (?:open )?(?:vacancies|openings|positions|roles|posts))",
    )
});
/// Headings above what is open, on a page for applicants.
static OPENINGS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^\W*(?:see |view |check out |explore |our |all |unsere |aktuelle |nos )*(?:(?:current|open|available|latest|active)\s(?:job\s)?(?:openings?|positions?|roles?|vacanc(?:y|ies)|jobs?|opportunities)|job\s(?:openings?|vacancies)|(?:aktuelle\s)?offene[nr]?\s(?:stellen|positionen)|stellenangebote|(?:les\s)?postes?\s(?:ouverts?|disponibles?|à\spourvoir|que\snous\srecrutons)|offres\sd[’']emploi|jawatan\skosong|vacantes)(?:\s(?:below|here|today))?\W*(?:\(\d+\))?\W*$",
    )
});
/// Words that say that nothing is open.
#[rustfmt::skip]
const NOTHING_OPEN: &[&str] = &[
    "no open", "no current", "no vacancies", "no openings", "no positions", "no jobs", "not hiring", "no longer hiring", "currently no", "don't have any", "do not have any", "don’t have any",
    "keine offenen", "keine stellen", "derzeit keine", "aucun poste", "pas de poste", "tiada jawatan", "not have any", "aren't any", "there are no",
];
/// The event's name and the words that tell it; what follows is its object.
#[rustfmt::skip]
static EVENTS: LazyLock<[(&str, Regex); 8]> = LazyLock::new(|| [
    ("opening", pattern(r"(?i)\b(?:opens|opened|is opening|are opening|will open|have opened|has opened|to open|opening of|ouvre|eröffnet)\s+(?P<what>(?:\S+\s+){0,4}?(?:office|branch|outlet|plant|store|clinic|warehouse|factory|showroom|facility|location|depot|campus|restaurant|shop|kitchen|bureau|hub)\b(?:\s+(?:in|at|on)\s+(?-i:\p{Lu}\p{L}+(?:\s\p{Lu}\p{L}+)*))?)")),
    ("opening", pattern(r"(?i)\b(?P<what>(?:new|second|third|fourth|fifth|our|a|neues|neue)\s+(?:\S+\s+){0,2}?(?:office|branch|outlet|plant|store|clinic|warehouse|factory|showroom|facility|depot|campus|floor|werk|filiale|niederlassung)(?:\s+in\s+(?-i:\p{Lu}\p{L}+))?)\s+(?:opens|opened|is open|eröffnet|will open)")),
    ("acquisition", pattern(r"(?i)\b(?:has acquired|have acquired|acquires|acquired|acquisition of|merged with|merges with|merger with)\s+(?P<what>(?-i:[\p{Lu}])[^.;,!?|]{2,60})")),
    ("funding", pattern(r"(?i)\b(?P<what>(?:raises|raised|secures|secured|closes|closed|attracts|attracted)\s+(?:(?:[^.;!?|]|\.\d){0,40}?)(?:million|billion|series [a-e]\d?|seed|funding|investment)[^.;!?|]{0,40})")),
    ("award", pattern(r"(?i)\b(?:wins|won|awarded|receives|received|named|honou?red with)\s+(?P<what>[^.;!?|]{0,60}?\b(?:award|awards|prize|of the year|medal)\b[^.;!?|]{0,30})")),
    ("award", pattern(r"(?P<what>(?:Winner|Gewinner|Lauréat|Finalist)\b[,:]?\s[^.;!?|]{3,60}\b20[12]\d|(?:\p{Lu}[\p{L}&'’-]*\s(?:of\s|the\s|for\s)*){1,5}(?:Awards?|Prize|Preis)\b(?:\s\p{Lu}[\p{L}]*){0,2},?\s20[12]\d|\b20[12]\d\s(?:\p{Lu}[\p{L}&'’-]*\s(?:of\s|the\s|for\s)*){1,5}(?:Award|Prize)\b)")),
    ("moving to a system", pattern(r"(?i)\b(?:(?:moved|moves|migrated|migrates|switched)\s(?:its|our|all|their|the)\s(?:\S+\s){1,4}?to|migrated to|migrating to|migrates to|went live on|moving to|rolled out|umstellung auf|switched to)\s+(?P<what>(?-i:[\p{Lu}])[^.;,!?|]{1,50})")),
    ("launch", pattern(r"(?i)\b(?:launches|launched|is launching|launch of|unveils|unveiled|introduces)\s+(?P<what>(?:its |our |the |a )?(?:new )?(?-i:[\p{Lu}])[^.;,!?|]{2,50})")),
]);
static YEAR: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(20[0-4]\d)\b"));
static MONTH: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:\s+\d{1,2},?)?\s+(?P<year>20[0-4]\d)|(?P<year2>20[0-4]\d)-(?P<month2>[01]\d)|\d{1,2}\.(?P<month3>[01]\d)\.(?P<year3>20[0-4]\d))",
    )
});
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
#[rustfmt::skip]
const DENIED: &[&str] = &["not", "no", "never", "n't", "if", "could", "would", "client", "clients", "customer", "customers", "keine", "aucun", "currently no"];

/// Finds events that the page tells of the company.
pub(crate) fn find(page: &Page, _role: SiteRole, out: &mut Vec<Finding>) {
    if page.kind == PageKind::Legal {
        return;
    }
    let now = year_of(page);
    let mut budget = MatchBudget::new();
    let lines: Vec<Line<'_>> = text::own_lines(page).filter(|line| line.block.zone == Zone::Main).collect();
    openings(page, &lines, out);
    for (at, line) in lines.iter().enumerate() {
        if !budget.take() {
            return;
        }
        if matches!(section(line), Some(Section::Voices | Section::Customers | Section::Partners))
            || page.kind == PageKind::Customers
        {
            continue;
        }
        if let Some(found) = HIRING.find(line.text)
            && is_said(line.text, &found.range())
            && page.kind != PageKind::Blog
        {
            let value = if found.as_str().chars().any(|c| c.is_ascii_digit())
                || has_word(&found.as_str().to_lowercase(), &["open", "available"])
            {
                format!("hiring: {}", found.as_str().to_lowercase())
            } else {
                "hiring".to_owned()
            };
            report(
                out,
                page,
                line.block,
                (SignalKey::Trigger, &value),
                text::quote(line.text, &found.range()),
                0.75,
            );
        }
        if line.text.len() > 500 {
            continue;
        }
        for (name, event) in EVENTS.iter() {
            let Some(found) = event.captures(line.text) else { continue };
            let (Some(whole), Some(what)) = (found.get(0), found.name("what")) else { continue };
            if !is_said(line.text, &whole.range()) || what.as_str().split_whitespace().count() > 12 {
                continue;
            }
            let near = [at.checked_sub(1), at.checked_sub(2), Some(at + 1)]
                .into_iter()
                .flatten()
                .filter_map(|at| lines.get(at))
                .filter(|near| near.text.len() <= 40 && !matches!(near.block.kind, BlockKind::ImageText))
                .find_map(|near| date(near.text));
            let dated = date(line.text).or(near);
            let year = dated.as_deref().and_then(|date| date.get(..4)?.parse::<i32>().ok());
            // An article, a dated line or the home page is news; elsewhere an undated sentence is history.
            let told = text::sentence(line.text, &whole.range()).len();
            let news = year.is_some() || page.kind == PageKind::Home && told <= 160;
            if !news || now.zip(year).is_some_and(|(now, year)| year + 2 < now) {
                continue;
            }
            let what = what.as_str().trim();
            let value =
                dated.map_or_else(|| format!("{name}: {what}"), |date| format!("{name}: {what} ({date})"));
            report(
                out,
                page,
                line.block,
                (SignalKey::Trigger, &value),
                text::quote(line.text, &whole.range()),
                0.7,
            );
            break;
        }
    }
}

/// A page for applicants with a heading above what is open.
fn openings(page: &Page, lines: &[Line<'_>], out: &mut Vec<Finding>) {
    if page.kind != PageKind::Careers
        || lines.iter().any(|line| has_word(&line.text.to_lowercase(), NOTHING_OPEN))
    {
        return;
    }
    let heads = |line: &&Line<'_>| {
        line.text.len() <= 60 && OPENINGS.is_match(line.text) && !HIRING.is_match(line.text)
    };
    // A heading with nothing below it lists nothing.
    let found = lines.iter().enumerate().find(|(at, line)| heads(line) && at + 2 < lines.len());
    if let Some((_, line)) = found {
        let span = text::trim(line.text, 0..line.text.len());
        report(out, page, line.block, (SignalKey::Trigger, "hiring"), span, 0.7);
    }
}

/// The year in which the page was read, when a clock says so.
fn year_of(page: &Page) -> Option<i32> {
    let text = page.fetched_at.to_string();
    let year: i32 = YEAR.find(&text)?.as_str().parse().ok()?;
    (year >= 2015).then_some(year)
}

fn is_said(text: &str, span: &Range<usize>) -> bool {
    let sentence = text::sentence(text, span);
    let whole = text.get(sentence.clone()).unwrap_or_default().to_lowercase();
    let before = text.get(sentence.start..span.start).unwrap_or_default().to_lowercase();
    !whole.ends_with('?') && !has_word(&before, DENIED) && !has_word(&whole, &["not hiring", "no longer"])
}

/// A month or year in a text, as ISO has it.
fn date(text: &str) -> Option<String> {
    if let Some(found) = MONTH.captures(text) {
        let year = found.name("year").or(found.name("year2")).or(found.name("year3"))?.as_str();
        let month = match found.name("name") {
            Some(name) => MONTHS
                .iter()
                .position(|it| name.as_str().eq_ignore_ascii_case(it))
                .map(|at| format!("{:02}", at + 1)),
            None => found.name("month2").or(found.name("month3")).map(|it| it.as_str().to_owned()),
        }?;
        return Some(format!("{year}-{month}"));
    }
    YEAR.find_iter(text).last().map(|year| year.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{one, page, values};

    #[test]
    fn what_happened() {
        for (text, value) in [
            ("We are hiring for the Tampines clinic.", "hiring"),
            ("Four roles are open today.", "hiring: four roles are open"),
            (
                "We have opened an office in Johor Bahru in March 2026.",
                "opening: an office in Johor Bahru (2026-03)",
            ),
            (
                "12 May 2026: Kestrel has acquired Brackwater Haulage of Immingham.",
                "acquisition: Brackwater Haulage of Immingham",
            ),
            ("Our second watch floor opens in Pune, India", "opening: Our second watch floor"),
            ("Tallowork raises US$4.2 million seed round", "funding: raises US$4.2 million"),
            ("Winner, Little Red Dot Retail Prize 2024", "award: Winner, Little Red Dot Retail Prize 2024"),
            ("NextRise Awards 2024", "award: NextRise Awards 2024"),
            (
                "Marina Dunes has moved its 5,400 leases to Yardi Voyager.",
                "moving to a system: Yardi Voyager",
            ),
            ("Kami mencari enam orang untuk cawangan Melaka", "hiring"),
        ] {
            let found = values(find, &one(PageKind::Home, text));
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert!(found[0].starts_with(value), "{text}: {found:?}");
        }
    }

    #[test]
    fn a_heading_above_open_positions() {
        let careers = |heading: &str, below: &str| {
            let lines = [
                (Zone::Main, BlockKind::Heading(2), heading),
                (Zone::Main, BlockKind::Item, "Welder"),
                (Zone::Main, BlockKind::Item, below),
            ];
            values(find, &page(PageKind::Careers, &lines))
        };
        for heading in ["Current Openings", "Aktuelle offene Stellen", "Les postes que nous recrutons"] {
            assert_eq!(careers(heading, "Fitter"), ["hiring"], "{heading}");
        }
        assert_eq!(careers("Our values", "Fitter"), [""; 0]);
        assert_eq!(careers("Current Openings", "There are no open positions today."), [""; 0]);
    }

    #[test]
    fn what_did_not() {
        for text in [
            "We are not hiring at the moment.",
            "Our client opened an office in Oslo in 2026.",
            "Are we hiring?",
            "The shop opens at nine.",
        ] {
            assert_eq!(values(find, &one(PageKind::Home, text)), [""; 0], "{text}");
        }
    }
}
