//! Whether a short text is the name of a person. It is only asked where a title stands beside it.

use icp_core::model::NAME_MASK;

use super::grammar::{Plain, whole};
use super::words::tokens;

/// Words before a name.
#[rustfmt::skip]
const HONORIFICS: &[&str] = &[
    "mr", "mrs", "ms", "miss", "mdm", "madam", "dr", "prof", "professor", "sir", "dame", "dato", "dato'", "datuk", "tan sri", "ir", "ing", "dipl", "herr", "frau", "m", "mme", "monsieur", "madame",
    "sr", "sra", "don", "doña", "dott", "ar", "er", "rev", "capt", "captain", "chef", "encik", "puan", "cik", "haji", "hajah", "tuan", "bapak", "ibu", "adv", "engr", "hon", "lt", "col",
];
/// Small words inside a name.
#[rustfmt::skip]
const PARTICLES: &[&str] = &["van", "de", "der", "den", "von", "zu", "bin", "binte", "binti", "ibn", "al", "el", "da", "dos", "di", "la", "le", "s/o", "d/o", "a/l", "a/p", "y", "ter", "af"];
/// Words that names do not have, and headings, menus and companies do.
#[rustfmt::skip]
const NO_NAMES: &[&str] = &[
    "the", "our", "your", "my", "we", "us", "you", "and", "or", "of", "in", "on", "at", "by", "to", "for", "with", "is", "are", "a", "an", "more", "read", "view", "profile", "learn", "contact", "about",
    "home", "menu", "team", "company", "group", "ltd", "limited", "inc", "llc", "llp", "gmbh", "pte", "sdn", "bhd", "pty", "corp", "corporation", "co", "services", "service", "solutions", "solution",
    "systems", "technologies", "technology", "industries", "industry", "university", "school", "college", "academy", "hospital", "clinic", "centre", "center", "bank", "hotel", "restaurant", "studio",
    "agency", "partners", "partner", "foundation", "institute", "international", "global", "leadership", "management", "board", "meet", "join", "get", "find", "see", "all", "news", "blog", "events",
    "careers", "jobs", "apply", "now", "new", "what", "why", "how", "who", "when", "where", "full", "time", "part", "remote", "hybrid", "location", "department", "email", "phone", "call", "book", "free",
    "privacy", "policy", "terms", "copyright", "linkedin", "facebook", "twitter", "instagram", "share", "download", "send", "message", "select", "close", "next", "previous", "back", "open", "customer",
    "customers", "client", "clients", "testimonials", "case", "study", "studies", "project", "projects", "product", "products", "address", "office", "head", "street", "road", "avenue", "singapore", "malaysia",
    "london", "india", "australia", "usa", "germany", "france", "north", "south", "east", "west", "republic", "united", "states", "kingdom", "day", "week", "year", "years", "experience", "skills", "requirements",
    "responsibilities", "benefits", "job", "description", "overview", "summary", "sales", "marketing", "finance", "engineering", "design", "software", "data", "digital", "web", "mobile", "development", "support",
    "technical", "medical", "dental", "legal", "law", "health", "care", "quality", "safety", "training", "education", "consulting", "logistics", "construction", "energy", "food", "image", "picture", "photo", "logo",
    "verified", "google", "review", "reviews", "star", "stars", "rating", "quick", "links", "follow", "posted", "days", "ago", "salary", "type", "category", "die", "das", "und", "wir", "unser", "unsere", "les", "des", "nos",
    "notre", "votre", "et", "pour", "une", "un", "est", "con", "para", "kami", "dan", "untuk", "core", "values", "vision", "mission", "our", "start", "submit", "search", "show", "hide", "expand",
];

/// Whether a text reads as a person's name: two to four capitalised words, or one behind an honorific.
pub(super) fn is_name(text: &str) -> bool {
    name_words(text).is_some_and(|(words, honorific)| words >= 2 || honorific && words >= 1)
}

/// The same, or a first name alone.
pub(super) fn is_first_name(text: &str) -> bool {
    name_words(text).is_some_and(|(words, _)| words >= 1)
}

fn name_words(text: &str) -> Option<(usize, bool)> {
    // A name that was masked when the page was read, with "Dr." before it or "CPA" behind it.
    if text.contains(NAME_MASK) {
        let rest = text.replacen(NAME_MASK, " ", 1);
        let bare =
            rest.split_whitespace().count() <= 3 && !tokens(&rest).iter().any(|token| token.role().is_some());
        return bare.then_some((2, false));
    }
    // "Jane Tan, PhD", "Jane Tan (Lead)", "Jane – portrait".
    let text = text.split(['(', ',', '–', '—', '|']).next()?.trim().trim_end_matches(['.', ':']);
    if text.is_empty() || text.len() > 48 {
        return None;
    }
    if text.chars().all(|c| c > '\u{2e7f}' && c.is_alphabetic()) {
        return Some((
            if (2..=5).contains(&text.chars().count()) && whole(text).is_none() { 2 } else { 0 },
            false,
        ));
    }
    if text
        .chars()
        .any(|c| c.is_ascii_digit() || matches!(c, '?' | '!' | '@' | '&' | ':' | ';' | '“' | '"' | '+'))
    {
        return None;
    }
    let mut words = 0;
    let mut honorific = false;
    for word in text.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '/').to_lowercase();
        if bare.is_empty() {
            continue;
        }
        if words == 0 && HONORIFICS.contains(&bare.as_str()) {
            honorific = true;
            continue;
        }
        if NO_NAMES.contains(&bare.as_str()) {
            return None;
        }
        if words > 0 && PARTICLES.contains(&bare.as_str()) {
            continue;
        }
        if !word.trim_start_matches(|c: char| !c.is_alphanumeric()).starts_with(char::is_uppercase) {
            return None;
        }
        words += 1;
    }
    let title = whole(text).is_some_and(|titles| titles.plain > Plain::BesideName);
    let list = tokens(text);
    // "Recruiting Operations": words of titles are no names, though a first name may be one ("Art", "Asia").
    let areas = list.iter().skip(1).any(|token| token.is_known() && token.key.len() > 3);
    let role = list.iter().any(|token| token.role().is_some() && !HONORIFICS.contains(&token.key.as_str()));
    (words <= 5 && !title && !role && !areas).then_some((words, honorific))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_what_is_none() {
        for text in [
            "Jane Tan",
            "Dr. Uwe Brandhorst",
            "R. Kumar",
            "Lim Mei Ling",
            "Ludwig van der Berg",
            "Mr Tan",
            "Ahmad bin Ali",
            "陈美玲",
            "Anne O’Hara, PhD",
        ] {
            assert!(is_name(text), "{text}");
        }
        for text in [
            "Our Team",
            "Read More",
            "Acme Pte Ltd",
            "Jane",
            "Operations Manager",
            "We love boats",
            "Tan 2",
            "jane tan",
            "总经理",
            "Ang Mo Kio Road",
        ] {
            assert!(!is_name(text), "{text}");
        }
        assert!(is_first_name("Jane"));
        for (text, name) in [("[name]", true), ("Dr. [name], CPA", true), ("CEO [name]", false)] {
            assert_eq!(is_name(text), name, "{text}");
        }
    }
}
