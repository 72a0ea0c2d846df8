//! `compliance`: standards, certificates and schemes the company says it meets; not the ones it works towards, asks of
//! suppliers, or helps others to get.

use std::sync::LazyLock;

use regex::Regex;

use super::text::{self, has_stem, has_word, pattern};
use crate::model::{Finding, Page, PageKind, SignalKey, SiteRole};

/// When a name alone is enough.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// It means nothing else.
    Nothing,
    /// It also is an everyday word or another short form: its sentence must speak of certification.
    Certificate,
}

use Needs::{Certificate, Nothing};

/// The usual name and the pattern, case-sensitive unless it says otherwise.
#[rustfmt::skip]
const STANDARDS: &[(&str, &str, Needs)] = &[
    ("ISO 9001", r"ISO[\s-]?9001", Nothing),
    ("ISO 14001", r"ISO[\s-]?14001", Nothing),
    ("ISO 27001", r"ISO(?:/IEC)?[\s-]?27001", Nothing),
    ("ISO 27701", r"ISO(?:/IEC)?[\s-]?27701", Nothing),
    ("ISO 13485", r"ISO[\s-]?13485", Nothing),
    ("ISO 28000", r"ISO[\s-]?28000", Nothing),
    ("ISO 22000", r"ISO[\s-]?22000", Nothing),
    ("ISO 22301", r"ISO[\s-]?22301", Nothing),
    ("ISO 45001", r"ISO[\s-]?45001|OHSAS[\s-]?18001", Nothing),
    ("ISO 50001", r"ISO[\s-]?50001", Nothing),
    ("ISO 37001", r"ISO[\s-]?37001", Nothing),
    ("ISO 17025", r"ISO(?:/IEC)?[\s-]?17025", Nothing),
    ("ISO 14064", r"ISO[\s-]?14064", Nothing),
    ("IATF 16949", r"IATF[\s-]?16949|ISO/TS[\s-]?16949", Nothing),
    ("AS9100", r"AS[\s-]?9100[A-D]?|EN[\s-]?9100", Nothing),
    ("AS9120", r"AS[\s-]?9120[A-D]?", Nothing),
    ("NADCAP", r"(?i:nadcap)", Nothing),
    ("HACCP", r"HACCP|SS[\s-]?590", Nothing),
    ("FSSC 22000", r"FSSC[\s-]?22000", Nothing),
    ("BRCGS", r"BRC(?:GS)?", Nothing),
    ("SQF", r"SQF", Certificate),
    ("Halal (MUIS)", r"(?i:halal)|MUIS", Certificate),
    ("GDP", r"GDP|Good\sDistribution\sPractices?", Certificate),
    ("GMP", r"c?GMP|Good\sManufacturing\sPractices?", Certificate),
    ("GDPMDS", r"GDPMDS|SS[\s-]?620", Nothing),
    ("SOC 2", r"SOC[\s-]?2|SOC\s?II", Nothing),
    ("SOC 1", r"SOC[\s-]?1", Nothing),
    ("PCI DSS", r"PCI[\s-]?DSS", Nothing),
    ("PDPA", r"PDPA|Personal\sData\sProtection\sAct", Certificate),
    ("GDPR", r"GDPR", Certificate),
    ("HIPAA", r"HIPAA", Certificate),
    ("Data Protection Trustmark", r"Data\sProtection\sTrustmark|DPTM", Nothing),
    ("bizSAFE", r"(?i:biz\s?safe)", Nothing),
    ("MTCS", r"MTCS|SS[\s-]?584", Nothing),
    ("CSA Cyber Trust", r"(?i:cyber\strust(?:\smark)?)", Certificate),
    ("CSA Cyber Essentials", r"(?i:cyber\sessentials(?:\smark)?)", Nothing),
    ("TAPA", r"TAPA", Nothing),
    ("AEO", r"AEO|Authori[sz]ed\sEconomic\sOperator", Certificate),
    ("STP", r"STP(?:-Plus)?|Secure\sTrade\sPartnership", Certificate),
    ("C-TPAT", r"C-?TPAT", Nothing),
    ("IATA agent", r"IATA", Certificate),
    ("Regulated Air Cargo Agent", r"Regulated\sAir\sCargo\sAgent|RCAR", Certificate),
    ("FSC", r"FSC", Certificate),
    ("BCA Green Mark", r"(?i:green\smark)", Certificate),
    ("Singapore Green Label", r"(?i:green\slabel)", Certificate),
    ("EcoVadis", r"(?i:ecovadis)", Nothing),
    ("Sedex SMETA", r"SMETA|(?i:sedex)", Nothing),
    ("RSPO", r"RSPO", Nothing),
    ("MSC", r"MSC\sChain\sof\sCustody", Nothing),
    ("CE marking", r"CE[\s-]mark(?:ed|ing)", Nothing),
    ("HSA licence", r"HSA", Certificate),
    ("SFA licence", r"SFA", Certificate),
    ("MAS licence", r"(?:licen[sc]ed|regulated)\sby\s(?:the\s)?(?:MAS|Monetary\sAuthority\sof\sSingapore)", Nothing),
    ("SGQR", r"SGQR", Certificate),
    ("B Corp", r"B\sCorp(?:oration)?", Certificate),
];

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

static ANY: LazyLock<(Regex, Vec<Regex>)> = LazyLock::new(|| {
    let all: Vec<String> = STANDARDS.iter().map(|(_, text, _)| format!("(?:{text})")).collect();
    let each = STANDARDS.iter().map(|(_, text, _)| pattern(&format!(r"^(?:{text})$"))).collect();
    (pattern(&format!(r"\b(?:{})\b", all.join("|"))), each)
});

/// Finds standards the company says it meets.
pub(super) fn find(page: &Page, _role: SiteRole, out: &mut Vec<Finding>) {
    if matches!(page.kind, PageKind::Blog | PageKind::Careers | PageKind::Customers | PageKind::Legal) {
        return;
    }
    let (any, each) = &*ANY;
    let mut looks = text::Looks::new();
    for line in text::own_lines(page) {
        for found in any.find_iter(line.text) {
            let Some(at) = each.iter().position(|one| one.is_match(found.as_str())) else { continue };
            if !looks.take() {
                return;
            }
            let (name, _, needs) = STANDARDS[at];
            let sentence = line.text[text::sentence(line.text, &found.range())].to_lowercase();
            let heading = line.heading.unwrap_or_default().to_lowercase();
            let certified =
                |text: &str| has_stem(text, CERTIFICATE_STEMS) || has_word(text, CERTIFICATE_WORDS);
            let denied = has_word(&sentence, DENIED)
                || has_word(&heading, DENIED)
                || sentence.trim_end().ends_with('?');
            let of_others = has_word(&sentence, OTHERS) || has_stem(&sentence, &["help"]);
            if denied || of_others || needs == Certificate && !certified(&sentence) && !certified(&heading) {
                continue;
            }
            let sure = if certified(&sentence) || certified(&heading) { 0.9 } else { 0.75 };
            text::report(
                out,
                page,
                line.block,
                (SignalKey::Compliance, name),
                text::quote(line.text, &found.range()),
                sure,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::text::testing::{one, page, values};
    use super::*;
    use crate::model::{BlockKind, Zone};

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
