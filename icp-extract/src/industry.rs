//! `industry_label`: what business the company is in, one or two labels a page.
//!
//! A company says so in few places: the description it gives to machines, its title, its first heading, the sentence "we
//! are a ...". The places are ranked, and the best alone speak. Industries of customers are another rule's.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use icp_core::model::{Block, BlockKind, Finding, Page, PageKind, SignalKey, SiteRole, Zone};
use icp_core::site::text::{self, has_word};
use regex::Regex;

use crate::business::{self, Kind, Phrase};
use crate::lexicon::{Lexicon, Topic};
use crate::report::{pattern, report};
use crate::subject::{self, Subject, subject};
use crate::word_list::{self, sound};

/// The label of a type of schema.org.
static SCHEMA_TYPES: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| sound(word_list::SCHEMA_TYPES.map()));

/// "We are a", "Northpier Pte Ltd is Singapore's leading": up to the phrase that says what.
static STATEMENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:(?P<we>we are|we're|we’re|i am|i'm)|(?P<name>(?:[\p{L}\d&.,'’™®()-]+\s+){1,6}?)(?:is|are|was founded as|was established as))\s+(?:an?|the|one of the|one of|[\p{L}-]+['’]s|(?:your|not just an?|more than an?) )\s*",
    )
});
/// "We specialise in", "provides": what follows is done or sold.
static DOES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)\b(?:speciali[sz](?:es?|ed|ing) in|provid(?:es|er of)|offers)\s+(?:providing\s+)?")
});

#[rustfmt::skip]
const DENIED: &[&str] = &["not a", "not an", "unlike", "instead of", "without", "replaces", "not"];
/// At most so many texts of a page are looked at.
const MAX_TEXTS: usize = 25;
/// A second label needs to be this sure.
const SURE: f64 = 0.87;

/// What is less sure says nothing.
const LEAST: f64 = 0.62;

/// A label and where it stands.
#[derive(Clone, Debug)]
struct Candidate<'p> {
    block: &'p Block,
    text: &'p str,
    span: Range<usize>,
    label: String,
    score: f64,
}

/// Finds the company's line of business.
pub(crate) fn find(page: &Page, _role: SiteRole, out: &mut Vec<Finding>) {
    let brand = brand(page);
    let mut found: Vec<Candidate<'_>> = Vec::new();
    if matches!(page.kind, PageKind::Home | PageKind::About) {
        described(page, &brand, &mut found);
        shown(page, &brand, &mut found);
    }
    for (block, line) in page.zone(Zone::JsonLd) {
        typed(page, block, line, &brand, &mut found);
    }
    for found in best(found) {
        let quote = text::quote(found.text, &found.span);
        report(out, page, found.block, (SignalKey::IndustryLabel, &found.label), quote, found.score);
    }
}

/// The best candidate, and the next that is as good as certain and says something else.
fn best(mut found: Vec<Candidate<'_>>) -> Vec<Candidate<'_>> {
    found.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then(a.block.start.cmp(&b.block.start))
            .then(a.span.start.cmp(&b.span.start))
    });
    found.retain(|candidate| candidate.score >= LEAST);
    let mut out: Vec<Candidate<'_>> = Vec::new();
    for candidate in found {
        let new =
            out.iter().all(|it| it.label != candidate.label && !shares_word(&it.label, &candidate.label));
        if out.is_empty() || out.len() < 2 && candidate.score >= SURE && new {
            out.push(candidate);
        }
    }
    out
}

/// The first label of the site's domain, letters and digits only.
pub(crate) fn brand(page: &Page) -> String {
    let host = page.url.split("//").nth(1).unwrap_or_default().split('/').next().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    letters(host.split('.').next().unwrap_or_default())
}

/// What the page says of itself to machines.
fn described<'p>(page: &'p Page, brand: &str, found: &mut Vec<Candidate<'p>>) {
    for (block, line) in page.zone(Zone::Meta) {
        let Some((name, value)) = line.split_once(": ") else { continue };
        let at = line.len() - value.len();
        match name.trim().to_ascii_lowercase().as_str() {
            "description" | "og:description" | "twitter:description" => {
                sentences(block, line, at, brand, true, found);
                if let Some(phrase) = business::opening(value, brand) {
                    push(block, line, at, phrase, 0.86, found);
                }
            }
            "title" | "og:title" | "twitter:title" => {
                let parts = segments(value);
                let several = parts.len() > 1;
                for part in parts {
                    let score = if page.kind == PageKind::Home { 0.84 } else { 0.6 };
                    // The name of the company itself says less than what stands beside it.
                    let named = is_named(&value[part.clone()], brand);
                    let score = if named && several {
                        score - 0.2
                    } else if named {
                        score - 0.1
                    } else {
                        score
                    };
                    if let Some(phrase) = business::opening(&value[part.clone()], brand) {
                        push(block, line, at + part.start, phrase, score, found);
                    }
                }
            }
            _ => {}
        }
    }
}

/// The parts of a title.
fn segments(title: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    for (at, sign) in title.char_indices() {
        let spaced = title[..at].ends_with(' ') || sign == ':' || sign == ',';
        if matches!(sign, '|' | '–' | '—' | '·' | '•')
            || matches!(sign, '-' | ':' | ',') && spaced && title[at + sign.len_utf8()..].starts_with(' ')
        {
            out.push(text::trim(title, start..at));
            start = at + sign.len_utf8();
        }
    }
    out.push(text::trim(title, start..title.len()));
    out.retain(|part| !part.is_empty());
    out
}

/// Whether a text is the company's name: its first word is in the domain's.
fn is_named(text: &str, brand: &str) -> bool {
    let first = letters(text.split_whitespace().next().unwrap_or_default());
    first.chars().count() >= 2 && brand.starts_with(&first)
}

/// Letters and digits of a text, in lower case.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase()
}

/// What a reader sees first, and sentences of the form "we are a ...".
fn shown<'p>(page: &'p Page, brand: &str, found: &mut Vec<Candidate<'p>>) {
    let mut texts = 0;
    let mut leads = 0;
    let mut titles = 0;
    for line in text::own_lines(page) {
        match (line.block.zone, line.block.kind) {
            (Zone::Main | Zone::Header, BlockKind::Heading(1))
                if subject::announces(line.text).is_none() && titles < 2 =>
            {
                titles += 1;
                if let Some(phrase) = business::opening(line.text, brand) {
                    let score = if page.kind == PageKind::Home { 0.8 } else { 0.6 };
                    push(line.block, line.text, 0, phrase, score, found);
                }
            }
            (Zone::Main, BlockKind::Text | BlockKind::Heading(_)) if texts < MAX_TEXTS => {
                texts += 1;
                // The first paragraph begins with the company's name, whether or not the domain has it.
                let lead = line.text.len() >= 40 && leads < 2;
                leads += usize::from(lead);
                if subject(page, &line, &(0..0)) == Subject::Company {
                    sentences(line.block, line.text, 0, brand, lead && begins_with_name(line.text), found);
                }
                if texts <= 3
                    && line.text.len() <= 70
                    && page.kind == PageKind::Home
                    && let Some(phrase) = business::opening(line.text, brand)
                {
                    push(line.block, line.text, 0, phrase, 0.68, found);
                }
            }
            _ => {}
        }
    }
}

/// Sentences that say what the company is. In a description every name is the company's.
fn sentences<'p>(
    block: &'p Block,
    line: &'p str,
    from: usize,
    brand: &str,
    trusted: bool,
    found: &mut Vec<Candidate<'p>>,
) {
    let value = &line[from..];
    for statement in STATEMENT.captures_iter(value).take(8) {
        let Some(whole) = statement.get(0) else { continue };
        let sentence = text::sentence(value, &whole.range());
        let own = statement.name("we").is_some()
            || trusted && whole.start() == sentence.start
            || statement.name("name").is_some_and(|name| is_own_name(name.as_str(), brand));
        // "What we are is a ..." begins no statement; neither does a question.
        if !own || value[sentence.clone()].trim_end().ends_with('?') {
            continue;
        }
        if let Some(phrase) = business::predicate(&value[whole.end()..sentence.end], brand)
            && !(statement.name("we").is_none() && phrase.kind == Some(Kind::Field) && !trusted)
        {
            let near = phrase.span.start <= 90;
            if near {
                push(block, line, from + whole.end(), phrase, if trusted { 0.9 } else { 0.88 }, found);
            }
        }
    }
    for does in DOES.find_iter(value).take(4) {
        let before = value[text::sentence(value, &does.range()).start..does.start()].trim();
        let own = trusted || has_word(&before.to_lowercase(), &["we"]) || is_own_name(before, brand);
        if own
            && before.split_whitespace().count() <= 8
            && let Some(phrase) = business::opening(&value[does.end()..], brand)
        {
            push(block, line, from + does.end(), phrase, 0.72, found);
        }
    }
}

/// Whether a text begins with a name.
fn begins_with_name(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    first.starts_with(char::is_uppercase)
        && ![
            "this", "that", "it", "there", "here", "what", "our", "your", "the", "a", "an", "every", "each",
            "in", "if", "when", "life", "time", "data",
        ]
        .contains(&first.to_lowercase().as_str())
}

/// Whether words before "is a" are the company: they share a word with its domain.
fn is_own_name(name: &str, brand: &str) -> bool {
    let all = letters(name);
    let first = letters(name.split_whitespace().next().unwrap_or_default());
    brand.len() >= 3
        && (all.starts_with(brand)
            || first.len() >= 3 && brand.starts_with(&first)
            || all.len() >= 4 && brand.starts_with(&all))
}

fn push<'p>(
    block: &'p Block,
    text: &'p str,
    offset: usize,
    phrase: Phrase,
    score: f64,
    found: &mut Vec<Candidate<'p>>,
) {
    let span = offset + phrase.span.start..offset + phrase.span.end;
    let sentence = text::sentence(text, &span);
    let clause =
        text.get(sentence.start.max(offset.min(span.start))..span.start).unwrap_or_default().to_lowercase();
    if has_word(&clause, DENIED) || text.get(sentence).is_some_and(|it| it.trim_end().ends_with('?')) {
        return;
    }
    if phrase.label.split_whitespace().count() > 7 || phrase.label.chars().count() < 3 {
        return;
    }
    let score = match phrase.kind {
        Some(Kind::Field) => score - 0.06,
        _ => score,
    };
    found.push(Candidate { block, text, span, label: usual(&phrase.label), score });
}

/// The usual name of an industry where a phrase is hardly more than one: "freight forwarders" becomes "freight forwarding",
/// "Rails web development agency" stays what it is.
fn usual(phrase: &str) -> String {
    let hits: Vec<_> = industries(phrase).collect();
    let covered: usize = hits.iter().map(|(span, _)| span.len()).sum();
    match hits.first() {
        Some((_, label)) if covered + 12 >= phrase.len() && phrase.split_whitespace().count() <= 4 => {
            (*label).to_owned()
        }
        _ => phrase.to_owned(),
    }
}

fn shares_word(a: &str, b: &str) -> bool {
    let stem = |word: &str| word.chars().take(6).collect::<String>();
    a.split_whitespace()
        .filter(|word| word.len() >= 4)
        .any(|word| b.split_whitespace().any(|other| stem(word) == stem(other)))
}

/// `@type`, `industry` and `description` of JSON-LD.
fn typed<'p>(page: &Page, block: &'p Block, line: &'p str, brand: &str, found: &mut Vec<Candidate<'p>>) {
    let Some((path, value)) = line.split_once(": ") else { return };
    let (top, field) = path.split_once('.').unwrap_or(("", path));
    let start = line.len() - value.len();
    let kind = |named: &str| SCHEMA_TYPES.get(named.trim()).map(|label| (*label).to_owned());
    let label = match field {
        "@type" | "additionalType" => kind(value),
        "industry" if is_company(top) => Some(
            industries(value)
                .next()
                .map_or_else(|| value.trim().to_lowercase(), |(_, label)| label.to_owned()),
        ),
        "description" | "slogan"
            if (is_company(top) || SCHEMA_TYPES.contains_key(top))
                && matches!(page.kind, PageKind::Home | PageKind::About) =>
        {
            sentences(block, line, start, brand, true, found);
            if let Some(phrase) = business::opening(value, brand) {
                push(block, line, start, phrase, 0.87, found);
            }
            return;
        }
        // `Bakery.name: ...` tells the type as well.
        "name" => kind(top),
        _ => None,
    };
    if let Some(label) = label
        && label.len() <= 60
    {
        found.push(Candidate { block, text: line, span: 0..1.min(line.len()), label, score: 0.8 });
    }
}

fn is_company(name: &str) -> bool {
    matches!(
        name,
        "Organization" | "Corporation" | "LocalBusiness" | "ProfessionalService" | "SoftwareApplication" | ""
    )
}

fn industries(text: &str) -> impl Iterator<Item = (Range<usize>, &'static str)> {
    Lexicon::own().hits(Topic::Industry, text).map(|hit| (hit.span, hit.value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{page, values};

    fn home(zone: Zone, kind: BlockKind, text: &str) -> Page {
        page(PageKind::Home, &[(zone, kind, text)])
    }

    #[test]
    fn what_companies_are() {
        for (text, labels) in [
            ("Freight forwarding, simplified", vec!["freight forwarding"]),
            ("Food wholesaler for hotels and restaurants", vec!["food wholesale"]),
            ("Precision engineering since 1988", vec!["precision engineering"]),
            ("Software for restaurants", vec!["software"]),
            ("We are Singapore's cold chain specialist.", vec!["cold chain"]),
        ] {
            assert_eq!(values(find, &home(Zone::Main, BlockKind::Heading(1), text)), labels, "{text}");
        }
        let meta = home(Zone::Meta, BlockKind::Text, "description: Noodle manufacturer in Senoko");
        assert_eq!(values(find, &meta), ["food manufacturing"]);
        let types = home(Zone::JsonLd, BlockKind::Text, "Bakery.name: Golden Crumb");
        assert_eq!(values(find, &types), ["bakery"]);
        let lead = page(
            PageKind::About,
            &[
                (
                    Zone::Main,
                    BlockKind::Text,
                    "Northpier is a customs broker and freight forwarder in Changi.",
                ),
                (
                    Zone::Main,
                    BlockKind::Text,
                    "Later in life some of us opened a bakery for the neighbourhood.",
                ),
            ],
        );
        assert_eq!(values(find, &lead), ["customs brokerage"]);
    }

    #[test]
    fn what_they_are_not() {
        for text in [
            "Trusted by restaurants and hotels",
            "We help manufacturers grow",
            "Not a bank",
            "Are you a retailer?",
            "Spain on a plate",
            "Schooling the trade",
        ] {
            assert_eq!(values(find, &home(Zone::Main, BlockKind::Heading(1), text)), [""; 0], "{text}");
        }
        assert_eq!(values(find, &home(Zone::Meta, BlockKind::Text, "keywords: bakery, logistics")), [""; 0]);
        assert_eq!(
            values(find, &page(PageKind::Blog, &[(Zone::Main, BlockKind::Heading(1), "Freight forwarding")])),
            [""; 0]
        );
    }

    #[test]
    fn types_have_labels_that_phrases_have() {
        let labels: Vec<&str> = word_list::INDUSTRIES.map().unwrap().into_values().collect();
        for (name, label) in SCHEMA_TYPES.iter() {
            assert!(labels.contains(label), "{name} is a {label}, which no phrase is");
        }
    }
}
