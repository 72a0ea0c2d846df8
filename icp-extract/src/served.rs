//! `industry_served` and `use_case`: lines of business of customers, and jobs that a product does, as entries under a heading
//! that announces them, or named after "for", "serving".

use std::ops::Range;
use std::sync::LazyLock;

use icp_core::model::{BlockKind, Finding, Page, PageKind, SignalKey, SiteRole, Zone};
use icp_core::site::text::{self, Line, has_word};
use regex::Regex;

use crate::lexicon::{Lexicon, Topic};
use crate::report::{MatchBudget, pattern, report};
use crate::subject::{Section, announces, is_quoted, section};

/// Words after which the industries of customers are named.
static FOR: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:for(?: the)?|we serve(?: the)?|serving(?: the)?|serves(?: the)?|(?:work|worked|working|experience) (?:with|in|across|within)(?: the)?|(?:partner|supplier|provider|services|solutions) to(?: the)?|within the|across(?: the)?|trusted by|help(?:s|ing)?|(?:clients|customers|companies|businesses|industries|sectors) (?:in|from|across|such as|like|including)(?: the)?|in the)\s+",
    )
});
#[rustfmt::skip]
const DENIED: &[&str] = &["not", "don't", "don’t", "never", "except", "nicht", "pas", "without", "unlike"];
#[rustfmt::skip]
const USES: &[&str] = &["use cases", "use case", "what you can do with", "ways to use", "anwendungsfälle", "anwendungen", "einsatzbereiche", "cas d'usage", "wofür", "what people use it for", "put it to work"];
/// Entries that are no industry and no job.
#[rustfmt::skip]
pub(crate) const USELESS: &[&str] = &["learn more", "read more", "contact us", "get started", "see all", "view all", "all industries", "industries", "other", "others", "overview", "solutions", "services", "products", "home", "about", "about us", "book a demo", "faq", "pricing", "more", "features", "benefits", "testimonials", "our clients", "blog"];
/// At most so many jobs of a product.
const MAX_USES: usize = 5;

/// Finds industries of customers and uses of the product.
pub(crate) fn find(page: &Page, _role: SiteRole, out: &mut Vec<Finding>) {
    if matches!(page.kind, PageKind::Blog | PageKind::Careers | PageKind::Legal | PageKind::Partners) {
        return;
    }
    let mut budget = MatchBudget::new();
    let mut uses = 0;
    for line in text::own_lines(page).filter(|line| line.block.zone == Zone::Main) {
        if !budget.take() {
            return;
        }
        let entry = entry(&line);
        if let Some(span) = &entry
            && uses < MAX_USES
            && under_uses(page, &line)
        {
            uses += 1;
            report(out, page, line.block, (SignalKey::UseCase, &line.text[span.clone()]), span.clone(), 0.75);
            continue;
        }
        let listed = section(&line) == Some(Section::Served)
            || page.kind == PageKind::Industries && line.heading.is_some();
        if listed && let Some(span) = &entry {
            let mut hits: Vec<_> = industries(line.text).collect();
            // "Family farms" are more than farms.
            if hits.iter().map(|(hit, _)| hit.len()).sum::<usize>() * 10 < span.len() * 6 {
                hits.clear();
            }
            if hits.is_empty() && open(&line) && line.text.split_whitespace().count() <= 4 {
                let value = line.text[span.clone()].to_lowercase();
                report(out, page, line.block, (SignalKey::IndustryServed, &value), span.clone(), 0.7);
            }
            for (_, label) in hits {
                report(out, page, line.block, (SignalKey::IndustryServed, label), span.clone(), 0.8);
            }
        }
        said(page, &line, out);
    }
    described(page, out);
}

/// Whether a line stands directly under a heading that speaks of industries: then any short entry is one.
fn open(line: &Line<'_>) -> bool {
    let heading = line.heading.unwrap_or_default().to_lowercase();
    let lower = line.text.to_lowercase();
    !matches!(line.block.kind, BlockKind::Cell)
        && ["industr", "sector", "we serve", "we help", "branchen", "secteur", "vertical", "markets"]
            .iter()
            .any(|it| heading.contains(it))
        && !has_word(
            &lower,
            &[
                "our", "from", "your", "wer", "ihnen", "we", "how", "why", "what", "sector", "typical",
                "notre", "wir", "with",
            ],
        )
}

/// A short block under a heading: its words without signs around them.
fn entry(line: &Line<'_>) -> Option<Range<usize>> {
    let kind = matches!(line.block.kind, BlockKind::Item | BlockKind::Cell)
        || matches!(line.block.kind, BlockKind::Heading(level) if level >= 2);
    let span = text::trim(line.text, 0..line.text.len());
    let bare = line.text.get(span.clone())?;
    let lower = bare.to_lowercase();
    let fine = bare.len() >= 3
        && bare.len() <= 60
        && bare.split_whitespace().count() <= 7
        && !bare.ends_with(['?', '!', '.', ':'])
        && !USELESS.contains(&lower.as_str())
        && !bare.contains(['@', '©'])
        && announces(bare).is_none()
        && bare.chars().any(char::is_alphabetic)
        && !has_word(&lower, DENIED);
    (kind && fine).then_some(span)
}

/// Whether a line is an entry of a list of uses: directly below its heading.
fn under_uses(page: &Page, line: &Line<'_>) -> bool {
    let says = |text: &str| {
        text.split_whitespace().count() <= 7 && has_word(&text.to_lowercase().replace('’', "'"), USES)
    };
    let address = page.url.rsplit('/').next().unwrap_or_default();
    let by_address = address.contains("use-case") || address.contains("usecase");
    match line.block.kind {
        BlockKind::Heading(_) => {
            line.headings().any(says)
                || by_address && line.heading.is_some() && !line.headings().any(|it| announces(it).is_some())
        }
        _ => line.heading.is_some_and(says),
    }
}

/// Industries in a sentence, after words that make them customers'.
fn said(page: &Page, line: &Line<'_>, out: &mut Vec<Finding>) {
    if section(line) == Some(Section::Voices) {
        return;
    }
    for (span, label) in after_for(line.text, 0) {
        if is_quoted(line.text, &span) {
            continue;
        }
        report(
            out,
            page,
            line.block,
            (SignalKey::IndustryServed, label),
            text::quote(line.text, &span),
            0.75,
        );
    }
}

fn described(page: &Page, out: &mut Vec<Finding>) {
    if page.kind != PageKind::Home {
        return;
    }
    for (block, line) in page.zone(Zone::Meta) {
        let Some((name, value)) = line.split_once(": ") else { continue };
        if matches!(name, "description" | "og:description" | "title") {
            for (span, label) in after_for(line, line.len() - value.len()) {
                report(out, page, block, (SignalKey::IndustryServed, label), text::quote(line, &span), 0.75);
            }
        }
    }
}

/// The industries of a list that follows "for" or the like.
fn after_for(text: &str, from: usize) -> Vec<(Range<usize>, &'static str)> {
    let mut out = Vec::new();
    let hits: Vec<_> = industries(text).filter(|(span, _)| span.start >= from).collect();
    if hits.is_empty() {
        return out;
    }
    for cue in FOR.find_iter(text.get(from..).unwrap_or_default()).take(10) {
        let end = from + cue.end();
        let sentence = text::sentence(text, &(end.saturating_sub(1)..end));
        let clause = text.get(sentence.start..end).unwrap_or_default().to_lowercase();
        let whole = text.get(sentence.clone()).unwrap_or_default();
        if has_word(&clause, DENIED) || whole.trim_end().ends_with('?') {
            continue;
        }
        let needs_noun = cue.as_str().trim().to_lowercase();
        let weak = matches!(
            needs_noun.as_str(),
            "in the" | "across" | "across the" | "help" | "helping" | "helps" | "for the" | "within the"
        );
        let mut at = end;
        for (span, label) in hits.iter().filter(|(span, _)| span.start >= end && span.end <= sentence.end) {
            let between = text.get(at..span.start).unwrap_or("x");
            // Words between members of the list: connectors, and at most three others.
            let others = between
                .split(|c: char| !c.is_alphanumeric())
                .filter(|word| {
                    !word.is_empty()
                        && !matches!(
                            word.to_lowercase().as_str(),
                            "and" | "or" | "the" | "und" | "et" | "both" | "in"
                        )
                })
                .count();
            if others > 1 || between.contains(['(', ';']) {
                break;
            }
            let next = text.get(span.end..).unwrap_or_default().to_lowercase();
            let next = next.trim_start();
            // "for the hospitality industry" is said; "in the retail price" is not, and "for marketing managers" neither.
            let industry = [
                "industry",
                "industries",
                "sector",
                "sectors",
                "companies",
                "businesses",
                "market",
                "clients",
                "customers",
                "firms",
                "brands",
                "operators",
                "providers",
                "organisations",
                "organizations",
                "groups",
                "teams",
            ]
            .iter()
            .any(|noun| next.starts_with(noun));
            let ends = next.is_empty()
                || next.starts_with([',', '.', ';', ':', '|', ')', '–', '—', '&'])
                || next.starts_with("and ")
                || next.starts_with("or ");
            let plural = text[span.clone()].ends_with('s');
            if industry
                || !weak && (ends || plural)
                || weak
                    && text.get(span.end..sentence.end).is_some_and(|rest| {
                        ["industry", "industries", "sector", "sectors"]
                            .iter()
                            .any(|noun| rest.to_lowercase().contains(noun))
                            && rest.len() < 90
                    })
            {
                out.push((span.clone(), *label));
            }
            at = span.end;
        }
    }
    out.sort_by_key(|(span, _)| span.start);
    out.dedup();
    out
}

pub(crate) fn industries(text: &str) -> impl Iterator<Item = (Range<usize>, &'static str)> {
    let mut hits: Vec<_> = [Topic::Industry, Topic::Sector]
        .into_iter()
        .flat_map(|topic| Lexicon::own().hits(topic, text))
        .map(|hit| (hit.span, hit.value))
        .collect();
    hits.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
    let mut free = 0;
    hits.retain(|(span, _)| {
        let first = span.start >= free;
        if first {
            free = span.end;
        }
        first
    });
    hits.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{one, page, values};

    #[test]
    fn industries_of_customers() {
        for (text, labels) in [
            (
                "Built for retail, food & beverage and aged care teams.",
                vec!["retail", "food and beverage", "aged care"],
            ),
            ("We serve bakeries and caterers.", vec!["bakery", "catering"]),
            ("A technology partner to the hospitality industry.", vec!["hospitality"]),
            ("We serve anybody but not bakeries.", vec![]),
            ("Do you work in the retail industry?", vec![]),
            ("We keep records for tax and marketing purposes.", vec![]),
        ] {
            assert_eq!(values(find, &one(PageKind::Product, text)), labels, "{text}");
        }
    }

    #[test]
    fn entries_under_a_heading() {
        let under = |heading: &str, texts: &[&str]| {
            let mut blocks = vec![(Zone::Main, BlockKind::Heading(2), heading)];
            blocks.extend(texts.iter().map(|text| (Zone::Main, BlockKind::Item, *text)));
            values(find, &page(PageKind::Home, &blocks))
        };
        assert_eq!(
            under("Industries we serve", &["Breweries", "Family farms", "Learn more"]),
            ["breweries", "family farms"]
        );
        assert_eq!(
            under("Use cases", &["Shift swapping", "Overtime control"]),
            ["Shift swapping", "Overtime control"]
        );
        assert_eq!(under("Our values", &["Breweries", "Family farms"]), [""; 0]);
    }
}
