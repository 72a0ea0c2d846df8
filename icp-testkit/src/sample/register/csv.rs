//! The rows as ACRA's CSV files have them.

use std::io::{self, Write};

use icp_core::model::SsicCode;

use super::codes::CODES;
use super::{Kind, ROWS, Row};

const PLAIN: [&str; 28] = [
    "uen",
    "issuance_agency_id",
    "entity_name",
    "entity_type_description",
    "business_constitution_description",
    "company_type_description",
    "paf_constitution_description",
    "entity_status_description",
    "registration_incorporation_date",
    "uen_issue_date",
    "address_type",
    "block",
    "street_name",
    "level_no",
    "unit_no",
    "building_name",
    "postal_code",
    "other_address_line1",
    "other_address_line2",
    "account_due_date",
    "annual_return_date",
    "primary_ssic_code",
    "primary_ssic_description",
    "primary_user_described_activity",
    "secondary_ssic_code",
    "secondary_ssic_description",
    "secondary_user_described_activity",
    "no_of_officers",
];
const FORMER_NAMES: usize = 15;
const AUDIT_FIRMS: usize = 5;

/// Writes the register as one CSV file: a header and a row for each entity; `na` where a value is missing.
///
/// # Errors
/// The error of writing.
pub fn write_csv(out: &mut impl Write) -> io::Result<()> {
    let mut header: Vec<String> = PLAIN.iter().map(|&name| name.to_owned()).collect();
    header.extend((1..=FORMER_NAMES).map(|i| format!("former_entity_name{i}")));
    header.extend(
        (1..=AUDIT_FIRMS).flat_map(|i| [format!("uen_of_audit_firm{i}"), format!("name_of_audit_firm{i}")]),
    );
    writeln!(out, "{}", header.join(","))?;
    let mut line = String::new();
    for row in ROWS.iter() {
        line.clear();
        write_row(&mut line, row);
        writeln!(out, "{line}")?;
    }
    out.flush()
}

fn write_row(line: &mut String, row: &Row) {
    let registered = row.registered.to_string();
    // ACRA issues UENs since 2009; what is older got its own on 2008-09-09.
    let issued = if row.registered.year() < 2009 { "2008-09-09" } else { &registered };
    let (level, unit) = match row.unit {
        Some((level, unit)) => (format!("{level:02}"), format!("{unit:02}")),
        None => ("na".to_owned(), "na".to_owned()),
    };
    let paf = if row.kind == Kind::AccountingFirm { "Partnership" } else { "na" };
    let fields: [&str; PLAIN.len()] = [
        &row.uen,
        "ACRA",
        &row.name,
        row.kind.description(),
        row.constitution,
        row.company_type,
        paf,
        row.status,
        &registered,
        issued,
        "LOCAL",
        &row.block.to_string(),
        row.street,
        &level,
        &unit,
        "na",
        row.postal.as_deref().unwrap_or("na"),
        "na",
        "na",
        "na",
        "na",
        row.primary.as_ref().map_or("na", SsicCode::as_str),
        row.primary.as_ref().map_or("na", title),
        "na",
        row.secondary.as_ref().map_or("na", SsicCode::as_str),
        row.secondary.as_ref().map_or("na", title),
        "na",
        &row.officers.to_string(),
    ];
    for field in fields {
        push(line, field);
    }
    for i in 0..FORMER_NAMES {
        push(line, row.former.get(i).map_or("na", String::as_str));
    }
    for _ in 0..2 * AUDIT_FIRMS {
        push(line, "na");
    }
}

fn title(code: &SsicCode) -> &'static str {
    CODES.binary_search_by(|known| known.0.cmp(code.as_str())).map_or("na", |at| CODES[at].2)
}

/// Appends a field, quoted as RFC 4180 asks where it holds a comma or a quote.
fn push(line: &mut String, field: &str) {
    if !line.is_empty() {
        line.push(',');
    }
    if field.contains([',', '"', '\n']) {
        line.push('"');
        line.push_str(&field.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(field);
    }
}
