//! Counters: a number alone in one block, and what it counts in the block just after or before it.

use icp_core::model::{BlockKind, Finding, HeadcountBand, Page, SignalKey};
use icp_core::site::text::{Line, has_word};
use regex::Captures;

use super::number::value;
use super::patterns::ALONE;
use crate::report::report;
use crate::subject;

/// What a counter of the company's own people says it counts.
#[rustfmt::skip]
const LABELS: &[&str] = &[
    "employees", "employees worldwide", "team members", "staff", "staff members", "full-time employees", "number of employees", "no. of employees", "headcount", "team size", "company size",
    "our people", "colleagues", "employees globally", "professionals", "team strength", "staff strength", "number of staff", "workforce", "dedicated employees", "dedicated staff", "happy employees", "global employees", "skilled employees",
    "mitarbeiter", "mitarbeitende", "mitarbeiterinnen und mitarbeiter", "mitarbeiter:innen", "beschäftigte", "anzahl mitarbeiter", "collaborateurs", "salariés", "employés", "effectif", "empleados", "dipendenti",
    "medewerkers", "员工", "员工人数", "員工人數", "従業員数", "社員数", "従業員", "karyawan", "in-house experts", "employees across the globe", "people employed",
];

/// Words that say it with others beside them: "employees in six depots", "teachers and staff", "engineers on our own payroll".
#[rustfmt::skip]
const STAFF: &[&str] = &[
    "employees", "staff", "team members", "workers", "on our payroll", "on our own payroll", "of our own", "colleagues", "mitarbeiter", "mitarbeiterinnen", "mitarbeitende", "beschäftigte",
    "collaborateurs", "salariés", "empleados", "dipendenti", "medewerkers",
];
/// Words that make them people of others, or a part.
#[rustfmt::skip]
const OTHERS: &[&str] = &[
    "onboarded", "trained", "served", "managed", "supported", "paid", "customers", "clients", "users", "insured", "placed", "hired", "reached", "covered", "helped", "using", "per", "hours", "engaged", "engagement", "turnover", "companies",
    "impacted", "scheduled", "satisfaction", "retention", "years", "nationalities", "data", "empowered", "surveyed", "connected", "students", "your",
];

fn counts_staff(text: &str) -> bool {
    let lower = text.to_lowercase();
    LABELS.contains(&lower.trim_matches(|c: char| !c.is_alphanumeric()))
        || lower.len() <= 60 && has_word(&lower, STAFF) && !has_word(&lower, OTHERS)
}

/// Finds counters in lines that follow each other.
pub(super) fn find(page: &Page, lines: &[Line<'_>], sure: f64, out: &mut Vec<Finding>) {
    for (at, line) in lines.iter().enumerate() {
        let Some(band) = ALONE.captures(line.text).and_then(|found| band(&found)) else { continue };
        let next = lines.get(at + 1).filter(|next| next.block.zone == line.block.zone);
        let last =
            at.checked_sub(1).and_then(|at| lines.get(at)).filter(|last| last.block.zone == line.block.zone);
        // A counter comes before its label; a table's cell after it. A number before a label that has one already is not it.
        let after = next.is_some_and(|next| counts_staff(next.text));
        let before = line.block.kind == BlockKind::Cell
            && last.is_some_and(|last| counts_staff(last.text))
            && !at.checked_sub(2).and_then(|at| lines.get(at)).is_some_and(|line| ALONE.is_match(line.text));
        let others = matches!(
            subject::section(line),
            Some(subject::Section::Voices | subject::Section::Customers | subject::Section::Partners)
        );
        if (after || before) && !others {
            report(
                out,
                page,
                line.block,
                (SignalKey::HeadcountHint, &band.to_string()),
                0..line.text.len(),
                sure,
            );
        }
    }
}

fn band(found: &Captures<'_>) -> Option<HeadcountBand> {
    let n = value(found.name("n")?.as_str()).filter(|n| *n >= 2)?;
    let open = found.name("plus").is_some() || found.name("more").is_some();
    match found.name("m") {
        Some(m) => HeadcountBand::new(n, Some(value(m.as_str())?)),
        None => HeadcountBand::new(n, (!open).then_some(n)),
    }
}
