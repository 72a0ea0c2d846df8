//! Standards that are a body's name and a number: "ISO/IEC 27001:2022", "DIN EN 61331", "NIST SP 800-53".

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::report::pattern;

/// A numbered standard in a text.
pub(super) struct Numbered {
    /// Its usual name: one body and the number, without edition and part.
    pub name: String,
    /// Whether its body's letters mean other things too, so that the sentence must speak of certification.
    pub needs_certificate: bool,
}

pub(super) static NUMBERED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?P<bodies>(?:ISO|IEC|EN|DIN|BS|ANSI|ASTM|IEEE|NIST|AS|GB|SS|MS|JIS|NF|UNI|ÖNORM|ÖVE|AAMI|SANS|UL|NFPA|API|IPC|OHSAS|VDI|VDE|MIL|CSA|SN|NEN|UNE|PAS|TS|NSF)(?:[\s/-](?:ISO|IEC|EN|DIN|TS|TR|NZS|SP|STD|ASQ|VDE|T|B|IEEE|MSS|BS|ASCA))*)[\s\u{a0}-]{0,2}(?P<number>[A-Z]?[0-9]{2,6}(?:-[0-9]{1,4})*)(?:[:/][0-9]{4}(?:[+-][A-Z0-9:]+)*)?\b",
    )
});

/// Numbers after "ISO" that are the speed of a film, or a list of codes that anybody uses.
const NO_CERTIFICATE: &[u32] =
    &[100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 639, 3166, 4217, 8601, 8859, 10646];

/// Standards that `standards.tsv` lists, under the names that are usual for them.
const LISTED: &[(&str, &str)] =
    &[("AS", "9100"), ("EN", "9100"), ("AS", "9120"), ("SS", "584"), ("SS", "590"), ("SS", "620")];

/// Reads a match. `None` when the letters and the number are something else.
pub(super) fn read(found: &Captures<'_>) -> Option<Numbered> {
    let bodies = found.name("bodies")?.as_str();
    let number = found.name("number")?.as_str();
    let parts: Vec<&str> = bodies.split([' ', '/', '-']).collect();
    let main = number.split('-').next()?;
    let value: u32 = main.trim_start_matches(|c: char| c.is_ascii_uppercase()).parse().ok()?;
    let first = *parts.first()?;
    // The body that gives the number: a national or European edition of an international standard is that standard.
    let body = ["ISO", "IEC", "EN"].into_iter().find(|body| parts.contains(body)).unwrap_or(first);
    if LISTED.contains(&(first, main)) || matches!(first, "OHSAS" | "TS") {
        return None;
    }
    // The highest number that the organisation has given.
    if first == "ISO" && value > 90_003 {
        return None;
    }
    let letters = main.starts_with(|c: char| c.is_ascii_uppercase());
    let year = (1900..=2099).contains(&value);
    if letters && !matches!(body, "ASTM" | "ANSI" | "JIS" | "NF" | "AAMI" | "CSA") {
        return None;
    }
    let strong = matches!(body, "ISO" | "IEC" | "OHSAS");
    if body == "EN" && value < 1000 || body == "NIST" && !number.contains('-') {
        return None;
    }
    let weak = !strong
        && !matches!(
            body,
            "EN" | "DIN" | "ASTM" | "NIST" | "ANSI" | "ÖNORM" | "NFPA" | "VDI" | "VDE" | "JIS"
        );
    let long = value >= 1000
        || matches!(body, "VDE" | "NIST" | "NFPA" | "ASTM" | "DIN" | "ANSI" | "UL" | "PAS" | "MIL");
    if NO_CERTIFICATE.contains(&value) && strong
        || year && body != "PAS" && body != "SANS"
        || !letters && !long && value < 200
    {
        return None;
    }
    if weak
        && !letters
        && value < 1000
        && !matches!(body, "UL" | "SS" | "PAS" | "IPC" | "NSF" | "MIL" | "SANS" | "API")
    {
        return None;
    }
    let number = if matches!(body, "NIST" | "MIL" | "UL") { number } else { main };
    let body = match body {
        "NIST" if parts.contains(&"SP") => "NIST SP",
        "MIL" => "MIL-STD",
        body => body,
    };
    Some(Numbered { name: format!("{body} {number}"), needs_certificate: weak })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Option<String> {
        NUMBERED.captures(text).and_then(|found| read(&found)).map(|it| it.name)
    }

    #[test]
    fn bodies_and_numbers() {
        for (text, expected) in [
            ("ISO 9001:2015", "ISO 9001"),
            ("ISO9001", "ISO 9001"),
            ("ISO/IEC 27001:2022", "ISO 27001"),
            ("EN ISO 13849-1", "ISO 13849"),
            ("IEC 62061", "IEC 62061"),
            ("DIN EN 61331-1", "EN 61331"),
            ("BS EN 13060", "EN 13060"),
            ("NIST SP 800-53", "NIST SP 800-53"),
            ("VDI 6022", "VDI 6022"),
            ("DIN 4108", "DIN 4108"),
            ("ASTM D4169", "ASTM D4169"),
            ("MIL-STD-810", "MIL-STD 810"),
        ] {
            assert_eq!(name(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "ISO 400",
            "MS 365",
            "AS 2024",
            "GB 16",
            "EN 2024",
            "ISO 8601",
            "BS 12",
            "UNI 150",
            "ISO 90012345",
        ] {
            assert_eq!(name(text), None, "{text}");
        }
    }
}
