//! `compliance`: standards, certificates and schemes the company says it meets; not the ones it works towards, asks of
//! suppliers, or helps others to get.

use std::sync::LazyLock;

use icp_core::model::{Finding, Page, PageKind, SignalKey, SiteRole};
use icp_core::site::text::{self, has_stem, has_word};
use regex::Regex;

use crate::report::{MatchBudget, pattern, report};
use crate::word_list::{self, ListError, ListProblem, Row, WordList, sound};

/// A standard, certificate or scheme of `standards.tsv`.
#[derive(Debug)]
pub(crate) struct Standard {
    /// The pattern of its names.
    pattern: &'static str,
    /// Its usual name.
    name: &'static str,
    /// Matches the whole of a text that names it.
    whole: Regex,
    /// Whether its words mean something else besides, so that the sentence must speak of certification.
    needs_certificate: bool,
}

/// All standards, and a pattern that finds any of them.
struct Standards {
    any: Regex,
    each: Vec<Standard>,
}

static STANDARDS: LazyLock<Standards> = LazyLock::new(|| {
    let each = sound(standards(word_list::STANDARDS));
    let all: Vec<String> = each.iter().map(|standard| format!("(?:{})", standard.pattern)).collect();
    Standards { any: pattern(&format!(r"\b(?:{})\b", all.join("|"))), each }
});

/// Reads the list of standards.
pub(crate) fn standards(list: WordList) -> Result<Vec<Standard>, ListError> {
    let standard = |row: Row| {
        let whole =
            Regex::new(&format!("^(?:{})$", row.name)).map_err(|_| row.error(ListProblem::Pattern))?;
        let needs_certificate = match row.how {
            None => false,
            Some("certificate") => true,
            Some(_) => return Err(row.error(ListProblem::UnknownWord)),
        };
        Ok(Standard { pattern: row.name, name: row.value, whole, needs_certificate })
    };
    list.rows()?.into_iter().map(standard).collect()
}

#[rustfmt::skip]
const CERTIFICATE_STEMS: &[&str] = &["certif", "accredit", "complian", "comply", "complies", "licens", "licenc", "audited", "approved", "registered", "attested"];
#[rustfmt::skip]
const CERTIFICATE_WORDS: &[&str] = &["mark", "member", "muis", "who", "good distribution practice", "customs", "status", "awarded", "holder", "level", "accordance", "standard", "standards"];
#[rustfmt::skip]
const DENIED: &[&str] = &[
    "not", "no", "non-halal", "isn't", "aren't", "working towards", "working toward", "in progress", "in the process", "pursuing", "aim to", "aiming", "plan to", "planning to", "planned",
    "will be", "applying for", "preparing for", "on track", "coming soon", "target", "expired", "lapsed", "previously", "pending", "underway", "roadmap", "seeking",
    "isn’t", "aren’t", "yet", "without", "once", "equivalent",
];
#[rustfmt::skip]
const OTHERS: &[&str] = &[
    "your", "you", "consultancy", "consulting", "consultants", "consultant", "course", "courses", "training", "clients", "customers", "suppliers", "supplier", "vendors", "knowledge of",
    "experience in", "experience with", "growth", "economy", "for companies", "our manufacturers", "made in", "data centre provider", "hosted in",
];

/// Finds standards the company says it meets.
pub(crate) fn find(page: &Page, _role: SiteRole, out: &mut Vec<Finding>) {
    if matches!(page.kind, PageKind::Blog | PageKind::Careers | PageKind::Customers | PageKind::Legal) {
        return;
    }
    let Standards { any, each } = &*STANDARDS;
    let mut budget = MatchBudget::new();
    for line in text::own_lines(page) {
        for found in any.find_iter(line.text) {
            let Some(standard) = each.iter().find(|one| one.whole.is_match(found.as_str())) else { continue };
            if !budget.take() {
                return;
            }
            let sentence = line.text[text::sentence(line.text, &found.range())].to_lowercase();
            let heading = line.heading.unwrap_or_default().to_lowercase();
            let certified =
                |text: &str| has_stem(text, CERTIFICATE_STEMS) || has_word(text, CERTIFICATE_WORDS);
            let denied = has_word(&sentence, DENIED)
                || has_word(&heading, DENIED)
                || sentence.trim_end().ends_with('?');
            let of_others = has_word(&sentence, OTHERS) || has_stem(&sentence, &["help"]);
            if denied
                || of_others
                || standard.needs_certificate && !certified(&sentence) && !certified(&heading)
            {
                continue;
            }
            let sure = if certified(&sentence) || certified(&heading) { 0.9 } else { 0.75 };
            report(
                out,
                page,
                line.block,
                (SignalKey::Compliance, standard.name),
                text::quote(line.text, &found.range()),
                sure,
            );
        }
    }
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
            ("Our kitchen is halal-certified by MUIS.", vec!["Halal (MUIS)", "Halal (MUIS)"]),
            ("GDP-certified warehouse", vec!["GDP"]),
            ("AS9100D certified machine shop", vec!["AS9100"]),
            ("HACCP and FSSC 22000", vec!["HACCP", "FSSC 22000"]),
            ("SOC 2 Type II", vec!["SOC 2"]),
            ("We hold the CSA Cyber Essentials mark.", vec!["CSA Cyber Essentials"]),
            ("A licensed AEO since 2019.", vec!["AEO"]),
            ("TAPA FSR-A", vec!["TAPA"]),
        ] {
            assert_eq!(about(text), names, "{text}");
        }
        let footer = page(PageKind::Home, &[(Zone::Footer, BlockKind::ImageText, "ISO 9001:2015")]);
        assert_eq!(values(find, &footer), ["ISO 9001"]);
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
