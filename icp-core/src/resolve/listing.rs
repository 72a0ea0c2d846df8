//! Names as stock exchanges and data vendors list them: the company's name, then what the security is.
//!
//! "OPTHEA LTD (SP.ADR/8)", "ALNYLAM PHARMACE.DL-,0001", "PAION AG O.N.", "THAI OIL PCL -FGN-": a par value, a class of
//! shares or a receipt is no part of the company's name, and no register has it.

use crate::normalize::legal_form;

/// Currencies as par values are written with: "DL-,01" is one US cent.
const CURRENCIES: [&str; 26] = [
    "AD", "CD", "DK", "DL", "EO", "FF", "HD", "IR", "IS", "KC", "LS", "MR", "ND", "NK", "PF", "PP", "RB",
    "RC", "RP", "SD", "SF", "SK", "TB", "YC", "YN", "ZY",
];

/// Endings that only listings have.
const ENDINGS: [&str; 23] = [
    "O.N.",
    "O.N",
    "INH.",
    "INH",
    "VZO",
    "SP.ADR",
    "SP.ADRS",
    "SPONS",
    "SPON",
    "SPONS.ADR",
    "ADR",
    "ADRS",
    "GDR",
    "REGS",
    "NVDR",
    "-FGN-",
    "-FGN.-",
    "-FOR-",
    "CL.A",
    "CL.B",
    "CL.C",
    "SB.VTG",
    "WH.ISS",
];

/// Endings that names have too: cut only after one of the others, or after a legal form.
const WEAK_ENDINGS: [&str; 14] =
    ["NA", "ST", "STA", "A", "B", "C", "D", "H", "I", "N", "V", "NEW", "ORD", "ADS"];

/// The company's name in a listing: everything before what describes the security. Other names come back whole.
pub(super) fn company_part(name: &str) -> &str {
    let mut rest = name.trim_end();
    let mut listed = false;
    while let Some((kept, strong)) = cut(rest, listed) {
        // Something must be left, and it must be a name.
        if kept.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
            break;
        }
        rest = kept;
        listed |= strong;
    }
    rest
}

/// Cuts one ending off; says whether it is one only listings have.
fn cut(name: &str, listed: bool) -> Option<(&str, bool)> {
    if let Some(kept) = receipt(name).or_else(|| par_value(name)) {
        return Some((kept.trim_end(), true));
    }
    let at = name.rfind(' ').map_or(0, |at| at + 1);
    let (before, last) = (name[..at].trim_end(), &name[at..]);
    // "CORP.ADR", "TECH.O.N": glued to an abbreviation.
    for ending in ENDINGS {
        if same(last, ending) && !before.is_empty() {
            return Some((before, true));
        }
        let glued = last.len().checked_sub(ending.len()).and_then(|at| last.split_at_checked(at));
        if let Some((stem, end)) = glued
            && stem.ends_with(['.', ')'])
            && same(end, ending)
        {
            return Some((&name[..name.len() - ending.len()], true));
        }
    }
    // Bangkok's boards: "-FGN- BA1".
    let board = last.get(..2).is_some_and(|start| same(start, "BA")) && digits(&last[2..]);
    let weak = WEAK_ENDINGS.iter().any(|ending| same(last, ending)) && (listed || ends_in_form(before));
    (!before.is_empty() && (weak || board && before.ends_with('-'))).then_some((before, false))
}

/// "(SP.ADR/8)", "(SP.ADRS)/1": depositary receipts, and how many make a share.
fn receipt(name: &str) -> Option<&str> {
    let open = name.rfind('(')?;
    let inside = name[open + 1..].trim_end_matches(|c: char| c.is_ascii_digit() || "/,)".contains(c));
    ["ADR", "ADRS", "GDR", "GDRS", "SP.ADR", "SP.ADRS", "SPONS.ADR", "ADS", "REGS"]
        .iter()
        .any(|word| same(inside, word))
        .then(|| name[..open].trim_end())
}

/// "DL-,0001", "EO-,01", ".RP100": glued to the name or after it.
fn par_value(name: &str) -> Option<&str> {
    let kept = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == ',');
    let number = &name[kept.len()..];
    if number.is_empty() || !number.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let dashed = kept.strip_suffix('-');
    let kept = dashed.unwrap_or(kept);
    let at = kept.len().checked_sub(2).filter(|at| kept.is_char_boundary(*at))?;
    let (before, code) = kept.split_at(at);
    let divided = before.ends_with([' ', '.', ')']);
    // Without the dash it might be a name ("SG 50"): only a large sum after a sign that cannot be one.
    let sure = dashed.is_some() || (before.ends_with(['.', ')']) && number.len() >= 2);
    (divided && sure && CURRENCIES.iter().any(|currency| same(code, currency))).then_some(before)
}

fn ends_in_form(name: &str) -> bool {
    let last = name.rsplit(' ').next().unwrap_or_default().trim_end_matches('.');
    same(last, "co") || legal_form(&format!("x {name}")).is_some()
}

fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

fn digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn securities_are_no_part_of_the_name() {
        for (listing, company) in [
            ("OPTHEA LTD (SP.ADR/8)", "OPTHEA LTD"),
            ("ACME BIO ADR (SP.ADRS)/1", "ACME BIO"),
            ("ALNYLAM PHARMACE.DL-,0001", "ALNYLAM PHARMACE."),
            ("CYBERARK SOFTWARE  IS-,01", "CYBERARK SOFTWARE"),
            ("PT WIJAYA KARYA (P.)RP100", "PT WIJAYA KARYA (P.)"),
            ("PAION AG O.N.", "PAION AG"),
            ("PFEIFFER VACUUM TECH.O.N", "PFEIFFER VACUUM TECH."),
            ("AMARIN CORP.ADR", "AMARIN CORP."),
            ("AMERESCO INC.CL.A", "AMERESCO INC."),
            ("THAI OIL PCL -FGN-  BA", "THAI OIL PCL"),
            ("PTT EXPL.+PROD. -FGN.- BA1", "PTT EXPL.+PROD."),
            ("WEICHAI POWER CO. H", "WEICHAI POWER CO."),
            ("CLIMEON AB  B", "CLIMEON AB"),
            ("INUVO INC. NEW", "INUVO INC."),
        ] {
            assert_eq!(company_part(listing), company, "{listing}");
        }
    }

    #[test]
    fn names_that_look_like_listings_stay_whole() {
        for name in [
            "ACME PTE. LTD.",
            "SG 50 PTE LTD",
            "AREA 51",
            "FUND IV A",
            "VITAMIN C",
            "SOMETHING NEW",
            "MAGIC ADS",
            "ADR",
            "B.A. 12 LLP",
            "PLAN B",
            "CLASS A",
            "中国银行",
            "",
            "O.N.",
            "DL-,01",
        ] {
            assert_eq!(company_part(name), name, "{name}");
        }
    }

    proptest! {
        #[test]
        fn total_and_idempotent(name in "\\PC{0,30}|([A-Z]{1,4}[ .]){0,4}(DL-,01|O\\.N\\.|ADR|H|BA1| )?") {
            let once = company_part(&name);
            prop_assert_eq!(company_part(once), once);
            prop_assert!(name.starts_with(once));
        }
    }
}
