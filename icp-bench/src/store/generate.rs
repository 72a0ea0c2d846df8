//! A register file of the ACRA format, the same each time.

use std::fs::File;
use std::io::{BufWriter, Read as _, Write as _};
use std::path::Path;

use crate::rng::Rng;

const WORDS: [&str; 24] = [
    "ACME",
    "HARBOUR",
    "SUNRISE",
    "LION",
    "ORCHID",
    "MERIDIAN",
    "PACIFIC",
    "GOLDEN",
    "EAST",
    "UNITED",
    "GLOBAL",
    "NEW",
    "TRADING",
    "LOGISTICS",
    "FOODS",
    "SYSTEMS",
    "MARINE",
    "CAPITAL",
    "DESIGN",
    "HOLDINGS",
    "ENGINEERING",
    "VENTURES",
    "MEDIA",
    "SERVICES",
];
const FORMS: [(&str, u32); 7] = [
    (" PTE. LTD.", 46),
    ("", 43),
    (" PRIVATE LIMITED", 5),
    (" LLP", 3),
    (" LIMITED", 1),
    (" SDN BHD", 1),
    (" LP", 1),
];
const TYPES: [(&str, u32); 4] = [
    ("Local Company", 40),
    ("Sole Proprietorship/ Partnership", 55),
    ("Limited Liability Partnership", 4),
    ("Public Accounting Firm", 1),
];
const STATUSES: [(&str, u32); 5] = [
    ("Live Company", 22),
    ("Live", 8),
    ("Ceased Registration", 48),
    ("Struck Off", 19),
    ("Dissolved - Members' Voluntary Winding Up", 3),
];
const CODES: [&str; 8] = ["46900", "47191", "52292", "41001", "56111", "62011", "68201", "70201"];

/// Writes the file; what is in it, in words.
pub(super) fn write(path: &Path, rows: usize, data: &Path) -> Result<String, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let (names, codes) = (real_names(data), real_codes(data));
    let words: Vec<&str> = names.iter().flat_map(|name| name.split_whitespace()).collect();
    let words = if words.is_empty() { WORDS.to_vec() } else { words };
    let mut rng = Rng::new(20_261_101);
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path).map_err(failed)?);
    out.write_all(header().as_bytes()).map_err(failed)?;
    for n in 0..rows {
        let name = match names.get(n) {
            Some(name) => name.clone(),
            None => recombined(&words, &mut rng),
        };
        out.write_all(line(n, &name, &words, &codes, &mut rng).as_bytes()).map_err(failed)?;
    }
    out.flush().map_err(failed)?;
    Ok(format!(
        "{rows} rows: {} real names (GLEIF), the rest 2-4 words of them drawn at random with legal forms {FORMS:?} %; \
         codes of {} by the cube of an even draw, a second one 30 %; former names 8 %; types {TYPES:?} %; statuses {STATUSES:?} %; years \
         evenly 1975-2026; seed 20261101",
        names.len().min(rows),
        codes.len()
    ))
}

fn recombined(words: &[&str], rng: &mut Rng) -> String {
    let count = 2 + rng.below(3);
    let chosen: Vec<&str> = (0..count).map(|_| *rng.pick(words)).collect();
    format!("{}{}", chosen.join(" "), weighted(&FORMS, rng))
}

fn weighted<'a>(choices: &[(&'a str, u32)], rng: &mut Rng) -> &'a str {
    let total: u32 = choices.iter().map(|(_, weight)| weight).sum();
    let mut at = rng.below(total as usize) as u32;
    for (choice, weight) in choices {
        if at < *weight {
            return choice;
        }
        at -= weight;
    }
    ""
}

fn header() -> String {
    let mut header = "uen,issuance_agency_id,entity_name,entity_type_description,business_constitution_description,\
        company_type_description,paf_constitution_description,entity_status_description,\
        registration_incorporation_date,uen_issue_date,address_type,block,street_name,level_no,unit_no,building_name,\
        postal_code,other_address_line1,other_address_line2,account_due_date,annual_return_date,primary_ssic_code,\
        primary_ssic_description,primary_user_described_activity,secondary_ssic_code,secondary_ssic_description,\
        secondary_user_described_activity,no_of_officers"
        .to_owned();
    (1..=15).for_each(|n| header += &format!(",former_entity_name{n}"));
    (1..=5).for_each(|n| header += &format!(",uen_of_audit_firm{n},name_of_audit_firm{n}"));
    header + "\n"
}

fn line(n: usize, name: &str, words: &[&str], codes: &[(String, String)], rng: &mut Rng) -> String {
    let (year, month, day) = (1975 + rng.below(52), 1 + rng.below(12), 1 + rng.below(28));
    let date = format!("{year:04}-{month:02}-{day:02}");
    // Spread over years, so that UENs come in no order, and each once.
    let uen = format!("{}{:05}{}", 1975 + n % 52, n / 52, char::from(b'A' + (n % 26) as u8));
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let code = |rng: &mut Rng| {
        // The cube of an even draw: few codes are frequent, most are rare.
        let even = rng.below(1_000_000) as f64 / 1e6;
        let (code, title) = &codes[(even.powi(3) * codes.len() as f64) as usize];
        format!("{code},{},na", quoted(title))
    };
    let first = code(rng);
    let second = if rng.chance(0.3) { code(rng) } else { "na,na,na".to_owned() };
    let former = if rng.chance(0.08) { quoted(&recombined(words, rng)) } else { "na".to_owned() };
    format!(
        "{uen},ACRA,{},{},na,na,na,{},{date},{date},LOCAL,{},SOME STREET,na,na,na,{:06},na,na,na,na,{first},{second},2,\
         {former}{}{}\n",
        quoted(name),
        weighted(&TYPES, rng),
        weighted(&STATUSES, rng),
        1 + rng.below(900),
        rng.below(900_000),
        ",na".repeat(14),
        ",na".repeat(10),
    )
}

/// Legal names of the GLEIF file, upper case, as far as they are there.
fn real_names(data: &Path) -> Vec<String> {
    let Ok(file) = File::open(data.join("gleif_legal_names.csv.gz")) else { return Vec::new() };
    let mut reader = csv::Reader::from_reader(flate2::read::MultiGzDecoder::new(file));
    reader
        .records()
        .filter_map(|record| Some(record.ok()?.get(1)?.trim().to_uppercase()))
        .filter(|name| !name.is_empty() && name != "NA")
        .collect()
}

/// The subclasses of the classification, as far as it is there.
fn real_codes(data: &Path) -> Vec<(String, String)> {
    let mut text = String::new();
    let read = File::open(data.join("ssic_2025.csv")).and_then(|mut file| file.read_to_string(&mut text));
    let some = CODES.iter().map(|code| ((*code).to_owned(), format!("ACTIVITY {code}"))).collect();
    if read.is_err() {
        return some;
    }
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let codes: Vec<(String, String)> = reader
        .records()
        .filter_map(|record| record.ok())
        .filter_map(|record| Some((record.get(0)?.to_owned(), record.get(1)?.to_owned())))
        .filter(|(code, _)| code.len() == 5)
        .collect();
    if codes.is_empty() { some } else { codes }
}
