//! A run as one HTML file: everything inside, nothing fetched, no scripts. A pure function of what the run found.
//!
//! Every value goes through [`html::Html`], which escapes it; only markup written in this module is markup.

mod card;
mod chart;
mod html;
mod tables;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use icp::model::{
    CompanyId, ContentHash, Decision, Domain, Grade, Outcome, RegisterSnapshot, Run, Seed, SeedRole,
    SiteReport, SiteStatus, SuggestionSet,
};

use crate::number::{bytes, counted, grouped, percent};
use crate::print::failures;
use chart::Step;
use html::{Html, html};

const STYLE: &str = include_str!("style.css");

/// The input of a report.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReportInput<'a> {
    /// The user's own website.
    pub(crate) website: &'a Domain,
    /// The run.
    pub(crate) run: &'a Run,
    /// The register the run was held against.
    pub(crate) register: Option<&'a RegisterSnapshot>,
    /// Its cards, themes to avoid and notes.
    pub(crate) suggestions: &'a SuggestionSet,
    /// The companies named, in the order to show them.
    pub(crate) seeds: &'a [ReportSeed<'a>],
    /// How the reading of each site went.
    pub(crate) sites: &'a [SiteReport],
    /// The counts.
    pub(crate) ledger: Ledger,
}

/// A seed, and what it was found to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReportSeed<'a> {
    /// The seed.
    pub(crate) seed: &'a Seed,
    /// The decision; absent when the run did not come so far.
    pub(crate) decision: Option<&'a Decision>,
}

/// The counts of a run.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ledger {
    /// Evidence items admitted.
    pub(crate) evidence: u64,
    /// Companies named that have at least one item; the user's own is not counted.
    pub(crate) companies_with_evidence: u64,
    /// Findings refused because their quotation did not stand, or held personal data.
    pub(crate) quarantined: u64,
    /// Pages that an extractor could not read.
    pub(crate) extraction_failures: u64,
    /// Patterns mined.
    pub(crate) patterns: u64,
    /// How long the run took.
    pub(crate) elapsed_ms: Option<u64>,
}

/// The report as one HTML document.
pub(crate) fn render(report: &ReportInput<'_>) -> String {
    let mut page = Html::default();
    let out = &mut page;
    out.raw("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    // Nothing may be loaded, sent or run: the one style sheet is allowed by its hash.
    html!(out; "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-" (style_hash()) "'; base-uri 'none'; form-action 'none'\">");
    out.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\"><meta name=\"referrer\" content=\"no-referrer\">");
    html!(out; "<title>Ideal customers of " (report.website) "</title><style>");
    out.raw(STYLE);
    out.raw("</style></head><body><a class=\"skip\" href=\"#cards\">Skip to the segments</a>");
    header(out, report);
    out.raw("<main>");
    summary(out, report);
    cards(out, report);
    tables::negative(out, &report.suggestions.negative);
    tables::seeds(out, report.seeds);
    tables::sites(out, report.sites, &company_names(report));
    out.raw("</main>");
    footer(out, report);
    out.raw("</body></html>\n");
    page.finish()
}

/// The style sheet's SHA-256 in base 64, as a content security policy names it.
fn style_hash() -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let hash = ContentHash::of(STYLE);
    let hash: Vec<u32> = hash
        .as_str()
        .as_bytes()
        .chunks(2)
        .filter_map(|pair| u32::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let mut text = String::with_capacity(44);
    for part in hash.chunks(3) {
        let bits = part.iter().chain(&[0, 0]).take(3).fold(0, |bits, byte| bits << 8 | byte);
        for place in 0..4 {
            if place <= part.len() {
                text.push(char::from(DIGITS[(bits >> (18 - 6 * place) & 63) as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

fn header(out: &mut Html, report: &ReportInput<'_>) {
    let cards = report.suggestions.cards.len() as u64;
    out.raw("<header class=\"top\"><p class=\"eyebrow\">Ideal customer profile</p>");
    html!(out; "<h1>Who buys from <span>" (report.website) "</span>, and who is next</h1>");
    let best = report.seeds.iter().filter(|row| row.seed.role == SeedRole::Best).count() as u64;
    let lost = report.seeds.iter().filter(|row| row.seed.role == SeedRole::Lost).count() as u64;
    html!(out; "<p class=\"lead\">" (counted(cards, "segment", "segments")) " proposed from " (counted(best, "best customer", "best customers")));
    if lost > 0 {
        html!(out; " and " (grouped(lost)) " lost");
    }
    if let Some(register) = report.register {
        html!(out; ", held against " (grouped(register.live)) " live companies of the register as of " (register.as_of));
    }
    html!(out; ".</p><p class=\"meta\">Run <code>" (report.run.id) "</code> · " (report.run.state.as_str().replace('_', " ")) " · " (report.run.updated_at) "</p></header>");
}

fn summary(out: &mut Html, report: &ReportInput<'_>) {
    out.raw("<section aria-labelledby=\"summary\"><h2 id=\"summary\">From names to segments</h2>");
    let seeds = report.seeds.len() as u64;
    let found = report
        .seeds
        .iter()
        .filter(|row| row.decision.is_some_and(|decision| decision.outcome == Outcome::Matched))
        .count() as u64;
    let abroad = report
        .seeds
        .iter()
        .filter(|row| row.decision.is_some_and(|decision| decision.outcome == Outcome::NotInRegister))
        .count() as u64;
    let companies: std::collections::BTreeSet<CompanyId> =
        report.seeds.iter().map(|row| row.seed.company).collect();
    let read: Vec<&SiteReport> =
        report.sites.iter().filter(|site| companies.contains(&site.company)).collect();
    let whole = read.iter().filter(|site| site.status == SiteStatus::Read).count() as u64;
    let some = read.iter().filter(|site| site.status != SiteStatus::Unread).count() as u64;
    let reduced = some - whole;
    let pages: u64 = report.sites.iter().map(|site| u64::from(site.pages)).sum();
    let size: u64 = report.sites.iter().map(|site| site.bytes).sum();
    let mut found_note = String::new();
    if seeds > abroad {
        found_note = format!("{} of those it can hold", percent(found as f64 / (seeds - abroad) as f64));
    }
    if abroad > 0 {
        found_note.push_str(&format!("; {abroad} from elsewhere"));
    }
    let steps = [
        Step { label: "Companies named", count: seeds, note: String::new() },
        Step { label: "Found in the register", count: found, note: found_note },
        Step {
            label: "Websites read",
            count: some,
            note: if reduced > 0 { format!("{reduced} of them in part") } else { String::new() },
        },
        Step {
            label: "With evidence",
            count: report.ledger.companies_with_evidence,
            note: "from a website or the register; your own site is not among them".to_owned(),
        },
    ];
    chart::funnel(out, &steps);
    out.raw("<dl class=\"tiles\">");
    for (label, value, note) in [
        (
            "Evidence items",
            grouped(report.ledger.evidence),
            format!("{} set aside", grouped(report.ledger.quarantined)),
        ),
        ("Pages read", grouped(pages), bytes(size)),
        ("Patterns", grouped(report.ledger.patterns), "tested against the register".to_owned()),
        ("Segments", grouped(report.suggestions.cards.len() as u64), grades(report.suggestions)),
    ] {
        html!(out; "<div><dt>" (label) "</dt><dd><b>" (value) "</b><span>" (note) "</span></dd></div>");
    }
    out.raw("</dl>");
    let failures = failures(report.ledger.extraction_failures);
    if failures.is_some() || !report.suggestions.notes.is_empty() {
        out.raw("<ul class=\"notes\">");
        for note in failures.iter().chain(&report.suggestions.notes) {
            html!(out; "<li>" (note) "</li>");
        }
        out.raw("</ul>");
    }
    out.raw("</section>");
}

fn grades(suggestions: &SuggestionSet) -> String {
    Grade::ALL
        .iter()
        .filter_map(|grade| {
            let count = suggestions.cards.iter().filter(|card| card.grade == *grade).count();
            (count > 0).then(|| format!("{count} {grade}"))
        })
        .collect::<Vec<_>>()
        .join(", ")
}

fn cards(out: &mut Html, report: &ReportInput<'_>) {
    out.raw("<section aria-labelledby=\"cards\"><h2 id=\"cards\">Segments</h2>");
    if report.suggestions.cards.is_empty() {
        out.raw(
            "<p class=\"empty\">The evidence carries no segment. The notes above say what would help.</p>",
        );
    }
    if report.suggestions.cards.len() > 1 {
        out.raw("<nav aria-label=\"Segments\"><ol class=\"toc\">");
        for (at, card) in report.suggestions.cards.iter().enumerate() {
            html!(out; "<li><a href=\"#card-" (at + 1) "\">" (card.title) "</a> ");
            card::badge(out, card.grade);
            out.raw("</li>");
        }
        out.raw("</ol></nav>");
    }
    for (at, card) in report.suggestions.cards.iter().enumerate() {
        card::card(out, at + 1, card);
    }
    out.raw("</section>");
}

/// Names for the companies that sites belong to.
fn company_names<'a>(report: &ReportInput<'a>) -> BTreeMap<CompanyId, &'a str> {
    report.seeds.iter().map(|row| (row.seed.company, row.seed.name.as_str())).collect()
}

fn footer(out: &mut Html, report: &ReportInput<'_>) {
    out.raw("<footer><h2>How to read this</h2><dl class=\"glossary\">");
    for (term, meaning) in [
        (
            "Lift",
            "How much more often the trait occurs among your best customers than among all live companies of the register, shrunk for small numbers. 1 means no difference. The bar is the interval.",
        ),
        ("Base rate", "The share of live companies of the register that have the trait."),
        (
            "Back-test",
            "Each best customer was hidden in turn and the segments were found again without it: was it caught?",
        ),
        (
            "Supported, tentative, exploratory",
            "How far a segment can be trusted. Supported needs enough customers and leaves chance a poor explanation.",
        ),
        ("Unknown", "Not seen. It never counts as a no."),
    ] {
        html!(out; "<div><dt>" (term) "</dt><dd>" (meaning) "</dd></div>");
    }
    out.raw("</dl><p class=\"meta\">");
    if let Some(register) = report.register {
        html!(out; "Register " (register.id) ": " (grouped(register.entities)) " entities, " (grouped(register.live)) " of them live, SSIC " (register.edition) ". ");
    }
    if let Some(elapsed) = report.ledger.elapsed_ms {
        html!(out; "The run took " (format!("{:.1} s", elapsed as f64 / 1000.0)) ". ");
    }
    out.raw("Every quotation stands word for word on the page it links to, as it was when read. This file loads nothing and sends nothing.</p></footer>");
}
