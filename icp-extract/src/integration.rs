//! `integration`: a product that the company says its own product or service connects to.
//!
//! A name alone proves nothing. It counts where the words around it speak of connecting: in its sentence, in a
//! short block, in the headings above, or on a page about integrations. What is denied, planned, replaced or asked does
//! not count, and neither do articles and job advertisements: "experience with SAP" says what a person should know.

use std::ops::Range;

use icp_core::model::{Finding, Page, PageKind, SignalKey, SiteRole};
use icp_core::site::text::{self, Line, find_word, has_stem, has_word, is_word};

use crate::lexicon::{Hit, Lexicon, Spelling, Topic};
use crate::report::{MatchBudget, is_own_product, report};

/// Words that begin so speak of connecting.
const STEMS: &[&str] =
    &["integrat", "connect", "synchroni", "interfac", "plug-in", "plugin", "add-on", "webhook"];
/// Words and phrases that speak of connecting. Words of using ("we use", "runs on") make a technology of the company.
#[rustfmt::skip]
const PHRASES: &[&str] = &[
    "sync", "syncs", "synced", "syncing", "works with", "work with your", "working with your", "api", "apis", "edi", "export to", "exports to",
    "exported to", "import from", "imports from", "links to", "linked to", "links with", "linked with", "link with", "compatible with",
    "compatibility with", "pushed to", "pushes to", "push to", "posts to", "posted to", "feeds into", "flows into", "flow into", "flows to",
    "sends to", "out of the box", "orders from", "two-way", "pulls from",
];
/// Words of work done for others, right before a name: "seamless integration of SAP solutions".
const FOR_OTHERS: &[&str] = &[
    "integration of",
    "integrating",
    "integrate your",
    "implementation of",
    "implementing",
    "deployment of",
    "deploying",
    "specialise in",
    "specialize in",
    "consultants for",
];
/// Words of a heading that make what stands below a list of connected products.
#[rustfmt::skip]
const HEADING_PHRASES: &[&str] = &["works with", "powered by", "apps", "ecosystem", "api", "extensions", "add-ons", "app marketplace"];

/// Denials that hold to the end of the sentence.
#[rustfmt::skip]
const DENIALS: &[&str] = &[
    "not", "doesn't", "don't", "won't", "can't", "cannot", "isn't", "aren't", "didn't", "doesn’t", "don’t", "won’t", "can’t", "isn’t", "aren’t",
    "didn’t", "no longer", "never", "no integration", "no integrations", "nor", "neither", "stopped using", "used to use", "previously used",
    "formerly", "discontinued", "goodbye to", "tired of",
];
/// Denials that hold for the words that follow them, to the next clause.
#[rustfmt::skip]
const CLAUSE_DENIALS: &[&str] = &[
    "without", "instead of", "unlike", "rather than", "alternative to", "alternatives to", "replace", "replaces", "replaced", "replacing",
    "migrate from", "migrates from", "migrated from", "migrating from", "migration from", "moved from", "moving from", "move from", "switch from",
    "switched from", "switching from", "outgrown", "compared to", "compared with", "versus", "vs", "better than", "away from", "competitors like",
    "competitors such as",
];
/// Words after a name which say that it is not so (yet).
#[rustfmt::skip]
const LATER: &[&str] = &[
    "coming soon", "not supported", "not yet", "no longer", "is planned", "are planned", "on our roadmap", "on the roadmap", "isn't", "is not",
    "are not", "aren't", "isn’t", "aren’t", "not required", "not available", "in development", "not included",
];
/// Whose tools these are when a sentence speaks of others, or what a job asks for.
#[rustfmt::skip]
const OTHERS: &[&str] = &[
    "expertise", "our client uses", "the client uses", "clients use", "customers use", "our client used", "experience with", "experience in", "experience of",
    "proficient", "proficiency", "knowledge of", "familiar with", "familiarity with", "hands-on", "candidate", "candidates", "years of",
    "certification in", "trademark", "trademarks", "registered trademarks",
];

/// Finds products the text says are connected or used.
pub(crate) fn find(page: &Page, _role: SiteRole, out: &mut Vec<Finding>) {
    if matches!(page.kind, PageKind::Blog | PageKind::Careers | PageKind::Legal | PageKind::Customers) {
        return;
    }
    let mut budget = MatchBudget::new();
    for line in text::own_lines(page) {
        let mut sentences = SentenceMemory::default();
        for hit in Lexicon::own().hits(Topic::Product, line.text) {
            if !names_software(line.text, &hit) || is_own_product(page, hit.value) {
                continue;
            }
            if !budget.take() {
                return;
            }
            let sentence = sentences.of(line.text, &hit.span);
            let Some(confidence) = support(page, &line, &sentence, &hit.span) else { continue };
            let quote = text::quote(line.text, &hit.span);
            report(out, page, line.block, (SignalKey::Integration, hit.value), quote, confidence);
        }
    }
}

/// The last sentence looked at: many names stand in one.
#[derive(Default)]
struct SentenceMemory {
    last: Option<Sentence>,
}

#[derive(Clone)]
struct Sentence {
    range: Range<usize>,
    lower: String,
}

impl SentenceMemory {
    fn of(&mut self, text: &str, span: &Range<usize>) -> Sentence {
        match &self.last {
            Some(last) if last.range.start <= span.start && span.end <= last.range.end => last.clone(),
            _ => {
                let range = text::sentence(text, span);
                let sentence = Sentence { lower: text[range.clone()].to_ascii_lowercase(), range };
                self.last = Some(sentence.clone());
                sentence
            }
        }
    }
}

/// Whether a name that is an everyday word besides stands for the product.
pub(crate) fn names_software(text: &str, hit: &Hit) -> bool {
    if hit.spelling != Spelling::Everyday {
        return true;
    }
    let span = &hit.span;
    if &text[span.clone()] != hit.name {
        return false;
    }
    let rest = &text[span.end..];
    if rest.starts_with('-') {
        return false;
    }
    // "Square metres ...", "Deputy manager", "Slack is ...": an everyday word that only begins a sentence.
    let first =
        text[..span.start].trim_end().chars().next_back().is_none_or(|c| matches!(c, '.' | '!' | '?'));
    let next = rest.trim_start().split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let next_is_plain = rest.starts_with(' ') && next.chars().next().is_some_and(char::is_lowercase);
    let about_software = has_word(
        &next.to_lowercase(),
        &[
            "integration",
            "integrations",
            "connector",
            "sync",
            "plugin",
            "api",
            "app",
            "and",
            "or",
            "users",
            "accounting",
            "inventory",
            "via",
        ],
    );
    !matches!(
        next.to_lowercase().as_str(),
        "feet" | "foot" | "metre" | "metres" | "meter" | "meters" | "manager" | "director" | "managing"
    ) && (!first || !next_is_plain || about_software)
}

/// How sure it is that the words around a name speak of connecting or using it; `None` when they do not.
fn support(page: &Page, line: &Line<'_>, sentence: &Sentence, span: &Range<usize>) -> Option<f64> {
    let lower = sentence.lower.as_str();
    let at = span.start - sentence.range.start..span.end - sentence.range.start;
    if lower.trim_end().ends_with('?')
        || has_word(lower, OTHERS)
        || is_denied(lower, &at)
        || is_service(page, lower, &at)
    {
        return None;
    }
    // The name itself must not be the context: "Square Connect", "Zapier API" in a heading of its own are fine though.
    if speaks_of_connecting(lower, STEMS, PHRASES) {
        return Some(0.9);
    }
    let block = line.text;
    if block.len() <= 200 && speaks_of_connecting(&block.to_ascii_lowercase(), STEMS, PHRASES) {
        return Some(0.8);
    }
    let under = line.headings().any(|heading| {
        let heading = heading.to_ascii_lowercase();
        !heading.trim_end().ends_with('?')
            && !has_word(&heading, DENIALS)
            && !has_word(&heading, CLAUSE_DENIALS)
            && speaks_of_connecting(&heading, STEMS, HEADING_PHRASES)
    });
    if under {
        return Some(0.8);
    }
    (page.kind == PageKind::Integrations && !line.is_boilerplate()).then_some(0.75)
}

/// Whether a sentence speaks of connecting as work for others: "the seamless integration of SAP into your business".
fn is_service(page: &Page, lower: &str, at: &Range<usize>) -> bool {
    let before = &lower[..at.start];
    let near = &before[before.ceil_char_boundary(before.len().saturating_sub(60))..];
    page.kind != PageKind::Integrations
        && has_word(near, FOR_OTHERS)
        && !has_word(near, &["our product", "our platform", "our app", "our software", "our system"])
        && !near.contains(['.', ':', ';'])
}

/// Whether a lower-case sentence speaks of connecting, and not only of using.
pub(crate) fn connects(lower: &str) -> bool {
    has_stem(lower, STEMS)
        || has_word(
            lower,
            &[
                "sync",
                "syncs",
                "synced",
                "works with",
                "compatible with",
                "export to",
                "import from",
                "two-way",
            ],
        )
}

fn speaks_of_connecting(lower: &str, stems: &[&str], phrases: &[&str]) -> bool {
    has_stem(lower, stems) || has_word(lower, phrases)
}

/// Whether a lower-case sentence denies the name at a place of it.
pub(crate) fn is_denied(lower: &str, at: &Range<usize>) -> bool {
    let before = &lower[..at.start];
    let after = &lower[at.end..];
    let denied =
        DENIALS.iter().any(|cue| last_word(before, cue).is_some_and(|cue| !is_turned(&before[cue.end..])))
            || CLAUSE_DENIALS.iter().any(|cue| {
                last_word(before, cue).is_some_and(|place| {
                    let between = &before[place.end..];
                    let arrived = cue.ends_with("from") && find_word(between, "to").is_some();
                    !arrived && !ends_clause(between)
                })
            });
    denied || says_later(after)
}

/// The last place of a word in a text.
fn last_word(text: &str, word: &str) -> Option<Range<usize>> {
    text.rmatch_indices(word).map(|(at, found)| at..at + found.len()).find(|span| is_word(text, span))
}

/// Whether what follows a denial turns it: "not only ...", "..., but we do sync with ...".
fn is_turned(between: &str) -> bool {
    let next = between.trim_start();
    next.starts_with("only")
        || next.starts_with("just")
        || next.starts_with("to mention")
        || has_word(between, &["but", "however", "instead"])
        || between.contains([';', '\u{2014}'])
}

/// Whether a clause ends in these words: a comma that is followed by a new statement, or a stronger sign.
fn ends_clause(between: &str) -> bool {
    if between.contains([';', ':', '\u{2014}', '('])
        || between.contains(" - ")
        || between.contains(" \u{2013} ")
    {
        return true;
    }
    between.split_once(',').is_some_and(|(_, rest)| {
        has_word(rest, &["we", "you", "it", "our", "your", "they", "which", "that"])
            || speaks_of_connecting(rest, STEMS, PHRASES)
    }) || has_word(between, &["and we", "so we", "and our"])
}

/// Whether what follows the name denies it or puts it off, before a new thought begins.
fn says_later(after: &str) -> bool {
    let near = &after[..after.floor_char_boundary(70)];
    let near = near.split([',', ';']).next().unwrap_or_default();
    let near = near.split(" but ").next().unwrap_or_default();
    LATER.iter().any(|cue| {
        find_word(near, cue).is_some_and(|found| {
            // "Xero, which is not only ..." turns it as well.
            !near[found.end..].trim_start().starts_with("only")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{one, page, values};
    use icp_core::model::{BlockKind, Zone};

    fn in_sentence(text: &str) -> Vec<String> {
        values(find, &one(PageKind::Product, text))
    }

    #[test]
    fn products_in_words_of_connecting() {
        for (text, products) in [
            ("We integrate with Xero and QuickBooks Online.", vec!["Xero", "QuickBooks"]),
            ("Orders sync to Shopify, Lazada and Shopee every hour.", vec!["Shopify", "Lazada", "Shopee"]),
            ("Our plug-in for SAP Business One posts invoices.", vec!["SAP Business One"]),
            ("Works with Sage.", vec!["Sage"]),
            ("Instead of spreadsheets, orders sync with Xero.", vec!["Xero"]),
            ("Export to NetSuite with one click.", vec!["Oracle NetSuite"]),
            ("Without any setup, connect HubSpot in minutes.", vec!["HubSpot"]),
            ("We integrate not only with Xero but also with Zapier.", vec!["Xero", "Zapier"]),
            ("We do not sell software, but we connect to Slack.", vec!["Slack"]),
            ("Connect Xero without writing code.", vec!["Xero"]),
            ("Two-way integration with monday.com", vec!["monday.com"]),
            ("接入 Xero API，自动对账。", vec!["Xero"]),
        ] {
            assert_eq!(in_sentence(text), products, "{text}");
        }
    }

    #[test]
    fn names_that_are_not_connected() {
        for text in [
            "Xero is an accounting package.",
            "We do not integrate with Xero.",
            "We don't connect to Xero, QuickBooks or Sage.",
            "Connect your bank without Xero.",
            "Use our API instead of Zapier.",
            "An integrated alternative to Salesforce.",
            "Migrate from QuickBooks, Xero or MYOB with our import API.",
            "Our integrated suite replaces HubSpot.",
            "We no longer use Salesforce for our integrations.",
            "Xero integration is coming soon.",
            "The Xero API is not supported.",
            "Do you integrate with Xero?",
            "Sage advice on systems integration.",
            "We connect 5,000 Square feet of warehouse.",
            "Square metres connect us.",
            "we cut the slack with our API",
            "Integrations for xeroxed forms",
            "We connect the notion of quality with service.",
            "You bring experience with SAP and its API.",
            "Our API keeps its naws.",
            "We use CargoWise for every shipment.",
            "Our systems run on SAP Business One.",
            "We facilitate the seamless integration of SAP solutions into your business framework.",
        ] {
            assert_eq!(in_sentence(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn headings_and_pages_give_context() {
        let under = |heading: &str, kind: BlockKind, text: &str| {
            values(
                find,
                &page(
                    PageKind::Home,
                    &[(Zone::Main, BlockKind::Heading(2), heading), (Zone::Main, kind, text)],
                ),
            )
        };
        assert_eq!(under("Integrations", BlockKind::Item, "Xero"), ["Xero"]);
        assert_eq!(under("Our technology partners", BlockKind::ImageText, "Salesforce logo"), [""; 0]);
        assert_eq!(under("Our news", BlockKind::Item, "Xero"), [""; 0]);
        assert_eq!(under("Do you integrate with these?", BlockKind::Text, "Xero"), [""; 0]);
        assert_eq!(values(find, &one(PageKind::Integrations, "Xero")), ["Xero"]);
        for kind in [PageKind::Blog, PageKind::Careers, PageKind::Customers] {
            assert_eq!(values(find, &one(kind, "We integrate with Xero.")), [""; 0]);
        }
        let footer = |kind| page(kind, &[(Zone::Footer, BlockKind::Text, "Powered by Shopify")]);
        assert_eq!(values(find, &footer(PageKind::Home)), [""; 0], "it is what the site runs on");
    }

    #[test]
    fn the_quotation_is_the_sentence() {
        let text = "Northpier moves freight for food importers across the whole of Southeast Asia since 1998. \
                    Every booking syncs with Xero, so that nobody types an invoice twice. Ask us how it is done today.";
        let page = one(PageKind::Product, text);
        let mut out = Vec::new();
        find(&page, SiteRole::Seed, &mut out);
        assert_eq!(out[0].quote, "Every booking syncs with Xero, so that nobody types an invoice twice.");
    }
}
