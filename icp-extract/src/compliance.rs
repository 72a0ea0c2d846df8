//! `compliance`: standards, certificates and schemes the company says it meets; not the ones it works towards, asks of
//! suppliers, or helps others to get.

mod numbered;

use std::ops::Range;
use std::sync::LazyLock;

use icp_core::model::{Finding, Page, PageKind, SignalKey, SiteRole, Zone};
use icp_core::site::text::{self, Line, has_stem, has_word};
use regex::Regex;

use self::numbered::NUMBERED;
use crate::other_company;
use crate::report::{MatchBudget, pattern, report};
use crate::subject::is_quoted;
use crate::word_list::{self, ListError, ListProblem, Row, WordList, sound};

/// What must stand around the name of a standard before it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    /// Nothing: the name is no other word.
    Nothing,
    /// `certificate`: words of certification in the sentence or the heading.
    Certificate,
    /// `beside`: words of certification right beside the name.
    Beside,
    /// `law`: a page of the law, or words of compliance in the sentence.
    Law,
}

/// A standard, certificate or scheme of `standards.tsv`.
#[derive(Debug)]
pub(crate) struct Standard {
    /// The pattern of its names.
    pattern: &'static str,
    /// Its usual name.
    name: &'static str,
    /// Matches the whole of a text that names it.
    whole: Regex,
    /// What must stand around it.
    need: Need,
}

/// All standards, and a pattern that finds any of them.
struct Standards {
    any: Regex,
    each: Vec<Standard>,
}

static STANDARDS: LazyLock<Standards> = LazyLock::new(|| {
    let each = sound(standards(word_list::STANDARDS));
    let all: Vec<String> = each.iter().map(|standard| format!("(?:{})", standard.pattern)).collect();
    Standards { any: pattern(&format!(r"\b(?:{})(?:\b|$|\s|[).,;])", all.join("|"))), each }
});

/// Reads the list of standards.
pub(crate) fn standards(list: WordList) -> Result<Vec<Standard>, ListError> {
    let standard = |row: Row| {
        let whole =
            Regex::new(&format!("^(?:{})$", row.name)).map_err(|_| row.error(ListProblem::Pattern))?;
        let need = match row.how {
            None => Need::Nothing,
            Some("certificate") => Need::Certificate,
            Some("beside") => Need::Beside,
            Some("law") => Need::Law,
            Some(_) => return Err(row.error(ListProblem::UnknownWord)),
        };
        Ok(Standard { pattern: row.name, name: row.value, whole, need })
    };
    list.rows()?.into_iter().map(standard).collect()
}

#[rustfmt::skip]
const CERTIFICATE_STEMS: &[&str] = &["certif", "accredit", "complian", "comply", "complies", "licens", "licenc", "zertifiz", "akkredit", "zugelassen", "zulassung", "geprüft", "konform", "homolog", "agréé", "labellis", "qualifi", "norm", "prüfung", "accord", "registered", "regulated", "authoris", "authoriz", "audited", "approved", "attested"];
#[rustfmt::skip]
const CERTIFICATE_WORDS: &[&str] = &["works to", "work to", "tested to", "keep to", "built to", "made to", "zulassungen", "under", "spec", "specification", "grade", "rules","mark", "member", "muis", "who", "good distribution practice", "customs", "status", "awarded", "holder", "level", "accordance", "standard", "standards"];
#[rustfmt::skip]
const DENIED: &[&str] = &[
    "not", "non-halal", "isn't", "aren't", "working towards", "working toward", "in progress", "in the process", "pursuing", "aim to", "aiming", "plan to", "planning to", "planned",
    "will be", "applying for", "preparing for", "on track", "coming soon", "target", "expired", "lapsed", "previously", "pending", "underway", "roadmap", "seeking",
    "isn’t", "aren’t", "yet", "without", "once", "equivalent",
];
#[rustfmt::skip]
const OTHERS: &[&str] = &[
    "your", "you", "consultancy", "consulting", "consultants", "consultant", "course", "courses", "training", "clients", "customers", "suppliers", "supplier", "vendors", "knowledge of",
    "experience in", "experience with", "growth", "economy", "students", "neither", "for companies", "our manufacturers", "made in", "data centre provider", "hosted in",
];

/// What makes a law one that the company keeps.
#[rustfmt::skip]
const KEPT: &[&str] = &["compl", "conform", "konform", "adher", "accord", "abide", "respect", "protect", "gemäß", "aligned", "observ", "covered", "bound", "meet", "entspr", "vertraulich"];
/// What makes a law one that it does not.
#[rustfmt::skip]
const LAW_DENIED: &[&str] = &["does not apply", "do not apply", "does not bind", "not subject to", "not bound", "not covered", "not applicable", "are not", "is not a"];
/// Headings above standards that others hold, ask for or are taught.
#[rustfmt::skip]
const OTHERS_HEADING: &[&str] = &["clients", "client", "customer", "customers", "case study", "testimonials", "suppliers", "courses", "training", "course", "we help", "blog", "services for", "du client"];

/// Finds standards the company says it meets.
pub(crate) fn find(page: &Page, _role: SiteRole, out: &mut Vec<Finding>) {
    if matches!(page.kind, PageKind::Blog | PageKind::Careers | PageKind::Customers) {
        return;
    }
    let Standards { any, each } = &*STANDARDS;
    let mut budget = MatchBudget::new();
    let lines: Vec<Line<'_>> = text::own_lines(page).collect();
    for (at, line) in lines.iter().enumerate() {
        if line.block.zone == Zone::Form {
            continue;
        }
        let mut taken = 0;
        for found in NUMBERED.captures_iter(line.text) {
            let (Some(whole), Some(standard)) = (found.get(0), numbered::read(&found)) else { continue };
            if !budget.take() {
                return;
            }
            let need = if standard.needs_certificate { Need::Certificate } else { Need::Nothing };
            if let Some(sure) = holds(page, line, whole.range(), need) {
                let quote = text::quote(line.text, &whole.range());
                report(out, page, line.block, (SignalKey::Compliance, &standard.name), quote, sure);
            }
        }
        while let Some(found) = any.find_at(line.text, taken) {
            let name = found.as_str().trim_end_matches([' ', '.', ',', ';', '\u{a0}']);
            let bare = name.strip_suffix(')').filter(|bare| !bare.contains('('));
            let name = bare.unwrap_or(name);
            let span = found.start()..found.start() + name.len();
            taken = span.end.max(found.start() + 1);
            taken = line.text.ceil_char_boundary(taken);
            let Some(standard) = each.iter().find(|one| one.whole.is_match(name)) else { continue };
            if !budget.take() {
                return;
            }
            // A row of badges: each is a line of little more than the name of a standard.
            let need = match standard.need {
                Need::Certificate if is_badge(any, line) && has_badge_near(any, &lines, at) => Need::Nothing,
                need => need,
            };
            if let Some(sure) = holds(page, line, span.clone(), need) {
                let quote = text::quote(line.text, &span);
                report(out, page, line.block, (SignalKey::Compliance, standard.name), quote, sure);
            }
        }
    }
}

/// Whether a line is a standard and little else.
fn is_badge(any: &Regex, line: &Line<'_>) -> bool {
    let text = line.text.trim();
    text.len() <= 40
        && !line.is_boilerplate()
        && (NUMBERED.is_match(text)
            || any.find(text).is_some_and(|found| found.start() == 0 && found.len() * 2 >= text.len()))
}

/// Whether a line beside one is such a badge of another standard.
fn has_badge_near(any: &Regex, lines: &[Line<'_>], at: usize) -> bool {
    let own = lines.get(at).map(|line| line.text.trim());
    (at.saturating_sub(3)..lines.len().min(at + 4))
        .filter_map(|near| lines.get(near))
        .any(|near| Some(near.text.trim()) != own && is_badge(any, near))
}

/// How sure it is that the company meets what a span of a line names; `None` when it does not say so.
fn holds(page: &Page, line: &Line<'_>, span: Range<usize>, need: Need) -> Option<f64> {
    let range = text::sentence(line.text, &span);
    let own = &line.text[range.clone()];
    let sentence = own.to_lowercase();
    let heading = line.heading.unwrap_or_default().to_lowercase();
    let legal = page.kind == PageKind::Legal;
    if need == Need::Law {
        let kept = has_stem(&sentence, KEPT)
            || has_word(&sentence, &["under", "keep to", "nach der", "nach dem", "law", "act"]);
        let denied = has_word(&sentence, LAW_DENIED)
            || sentence.trim_end().ends_with('?')
            || has_word(
                &sentence,
                &["such as", "support", "consulting", "clients on", "help", "advise", "course", "training"],
            );
        let of_reader = !legal && has_word(&sentence, OTHERS);
        return ((legal || kept) && !denied && !of_reader).then_some(if legal { 0.85 } else { 0.75 });
    }
    if legal && need != Need::Nothing {
        return None;
    }
    let certified = |text: &str| has_stem(text, CERTIFICATE_STEMS) || has_word(text, CERTIFICATE_WORDS);
    let beside = || {
        let from = line.text.ceil_char_boundary(span.start.saturating_sub(30));
        let to = line.text.floor_char_boundary(span.end + 30);
        certified(&line.text[from..span.start].to_lowercase())
            || certified(&line.text[span.end..to].to_lowercase())
    };
    let sure = certified(&sentence) || certified(&heading);
    let speaks =
        !legal || has_word(&sentence, &["we", "our", "us", "wir", "unser", "unsere", "nous", "notre"]);
    let enough = speaks
        && match need {
            Need::Nothing | Need::Law => true,
            Need::Certificate => sure,
            Need::Beside => beside(),
        };
    // What comes after the clause says what the standard is good for.
    let clause = clause(line.text, &range, &span).to_lowercase();
    let denied = has_word(&clause, DENIED)
        || is_none(line.text, &span)
        || has_word(&heading, DENIED)
        || sentence.trim_end().ends_with('?');
    let of_others = has_word(&clause, OTHERS)
        || has_stem(&clause, &["help"])
        || line.headings().any(|heading| has_word(&heading.to_lowercase(), OTHERS_HEADING))
        || other_company::is_subject(page, own)
        || other_company::is_its_page(page)
        || is_quoted(line.text, &span);
    (enough && !denied && !of_others).then_some(if sure { 0.9 } else { 0.75 })
}

/// "No ISO 9001 certificate": "no" denies what stands right behind it, and not the rest of the sentence.
fn is_none(text: &str, span: &Range<usize>) -> bool {
    let from = text.ceil_char_boundary(span.start.saturating_sub(24));
    let near = text.get(from..span.start).unwrap_or_default().to_lowercase();
    let near = near.rsplit([',', ';', '.']).next().unwrap_or_default();
    has_word(near, &["no"])
}

/// A sentence up to the end of the clause that holds a span.
fn clause<'t>(text: &'t str, sentence: &Range<usize>, span: &Range<usize>) -> &'t str {
    let rest = text.get(span.end..sentence.end).unwrap_or_default();
    let end = rest.find([',', ';', '(', '–', '—']).map_or(sentence.end, |at| span.end + at);
    text.get(sentence.start..end).unwrap_or_default()
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
    fn what_companies_meet() {
        for (text, names) in [
            ("We are ISO 9001:2015 and ISO 14001 certified.", vec!["ISO 9001", "ISO 14001"]),
            ("ISO9001", vec!["ISO 9001"]),
            ("ISO/IEC 27001:2022", vec!["ISO 27001"]),
            ("bizSAFE STAR", vec!["bizSAFE"]),
            ("Our kitchen is halal-certified by MUIS.", vec!["Halal", "Halal"]),
            ("GDP-certified warehouse", vec!["GDP"]),
            ("AS9100D certified machine shop", vec!["AS9100"]),
            ("HACCP and FSSC 22000", vec!["HACCP", "FSSC 22000"]),
            ("SOC 2 Type II", vec!["SOC 2"]),
            ("We hold the CSA Cyber Essentials mark.", vec!["Cyber Essentials"]),
            ("A licensed AEO since 2019.", vec!["AEO"]),
            ("TAPA FSR-A", vec!["TAPA"]),
            (
                "It is air-gapped, ensuring no analytics collection and meeting compliance standards like SOC2, and PCI.",
                vec!["SOC 2", "PCI DSS"],
            ),
            ("Our hosts are in compliance with PCI vulnerability standards.", vec!["PCI DSS"]),
            ("Wir arbeiten nach der DSGVO.", vec!["GDPR"]),
        ] {
            assert_eq!(about(text), names, "{text}");
        }
        let footer = page(PageKind::Home, &[(Zone::Footer, BlockKind::ImageText, "ISO 9001:2015")]);
        assert_eq!(values(find, &footer), ["ISO 9001"]);
        let badges = |second: &str| {
            let lines = [(Zone::Main, BlockKind::Item, "TÜV Süd"), (Zone::Main, BlockKind::Item, second)];
            values(find, &page(PageKind::Home, &lines))
        };
        assert_eq!(badges("CE / EU MDR"), ["TÜV", "EU MDR"]);
        assert_eq!(badges("Workshops"), [""; 0]);
    }

    #[test]
    fn what_they_do_not_meet() {
        for text in [
            "We are not certified to ISO 9001.",
            "We are working towards ISO 9001.",
            "ISO 27001 certification is in progress.",
            "We help companies get ISO 9001 certified.",
            "Our suppliers are ISO 9001 certified.",
            "Singapore's GDP grew.",
            "Halal snacks from Malaysia",
            "Is it HACCP certified?",
            "PISO 9001",
            "We have no ISO 9001 certificate.",
            "ISO 90012",
            "This dish is non-halal, our certified kitchen says.",
            "ISO 9001 training courses",
        ] {
            assert_eq!(about(text), [""; 0], "{text}");
        }
        for kind in [PageKind::Blog, PageKind::Careers] {
            assert_eq!(values(find, &one(kind, "ISO 9001 certified")), [""; 0]);
        }
    }
}
