//! Whether a finding says what a label says: by the words of their values, key by key.

mod aliases;

use std::collections::BTreeSet;

use icp_core::model::{HeadcountBand, SignalKey};
use icp_core::normalize::fold;

/// A fact that a person read on a site.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub(crate) struct Label {
    pub(crate) key: String,
    pub(crate) value: String,
    #[serde(default)]
    pub(crate) page: String,
    #[serde(default)]
    pub(crate) quote: String,
}

/// A fact that an extractor found on a site, each value once.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    pub(crate) key: SignalKey,
    pub(crate) value: String,
    pub(crate) quote: String,
    pub(crate) url: String,
    /// How sure it is, after consolidation.
    pub(crate) sure: f64,
}

/// How many findings are right, and how many labels were found.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Tally {
    pub(crate) right: usize,
    pub(crate) found: usize,
    pub(crate) hit: usize,
    pub(crate) labels: usize,
    /// How sure each finding was, and whether it was right.
    pub(crate) sure: Vec<(f64, bool)>,
    /// Findings that match no label, and labels that no finding matches.
    pub(crate) wrong: Vec<Found>,
    pub(crate) missed: Vec<Label>,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.right += other.right;
        self.found += other.found;
        self.hit += other.hit;
        self.labels += other.labels;
        self.sure.extend(other.sure);
        self.wrong.extend(other.wrong);
        self.missed.extend(other.missed);
    }
}

fn share(hits: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { hits as f64 / of as f64 }
}

/// What an analyst may write down or skip: a finding of one that is not labelled is neither right nor wrong.
const SOFT: [&str; 8] =
    ["google fonts", "youtube", "jsdelivr", "cdnjs", "unpkg", "google maps", "vimeo", "font awesome"];

/// Judges the findings of one key of one site.
pub(crate) fn judge(key: SignalKey, found: &[Found], labels: &[Label]) -> Tally {
    let labels: Vec<&Label> = distinct_labels(key, labels);
    let mut seen = BTreeSet::new();
    let found: Vec<&Found> =
        found.iter().filter(|it| it.key == key && seen.insert(distinct(key, &it.value))).collect();
    let mut tally = Tally::default();
    for it in &found {
        let right = labels.iter().any(|label| agree(key, it, label));
        if !right && SOFT.contains(&fold(&it.value).as_str()) {
            continue;
        }
        tally.found += 1;
        tally.sure.push((it.sure, right));
        if right {
            tally.right += 1;
        } else {
            tally.wrong.push((*it).clone());
        }
    }
    for label in labels {
        tally.labels += 1;
        if found.iter().any(|it| agree(key, it, label)) {
            tally.hit += 1;
        } else {
            tally.missed.push(label.clone());
        }
    }
    tally
}

/// Locations are judged by country, so each country of a site counts once; all else by value.
fn distinct(key: SignalKey, value: &str) -> String {
    if key == SignalKey::Location { country(value) } else { fold(value) }
}

fn distinct_labels(key: SignalKey, labels: &[Label]) -> Vec<&Label> {
    let mut seen = BTreeSet::new();
    labels
        .iter()
        .filter(|label| label.key == key.as_str() && seen.insert(distinct(key, &label.value)))
        .collect()
}

/// The country that a place is in, as labels write it: after the last comma, without a postcode or an address in brackets.
fn country(value: &str) -> String {
    let value = value.split('(').next().unwrap_or_default();
    let last = value.rsplit(',').next().unwrap_or_default();
    let words: Vec<&str> =
        last.split_whitespace().filter(|word| !word.chars().any(|c| c.is_ascii_digit())).collect();
    let country = fold(&words.join(" "));
    match country.as_str() {
        "usa" | "us" | "united states of america" => "united states".to_owned(),
        "uk" | "england" | "scotland" | "wales" | "great britain" | "northern ireland" => {
            "united kingdom".to_owned()
        }
        "uae" => "united arab emirates".to_owned(),
        "dr congo" | "drc" | "democratic republic of congo" | "congo democratic republic of the" => {
            "democratic republic of the congo".to_owned()
        }
        "korea" | "republic of korea" => "south korea".to_owned(),
        "czechia" => "czech republic".to_owned(),
        "hong kong sar" => "hong kong".to_owned(),
        _ => country,
    }
}

/// Whether a finding and a label of one key say the same.
pub(crate) fn agree(key: SignalKey, found: &Found, label: &Label) -> bool {
    match key {
        SignalKey::Location => country(&found.value) == country(&label.value),
        SignalKey::HeadcountHint => same_headcount(&found.value, &label.value),
        SignalKey::Integration | SignalKey::Technology => {
            aliases::same(&found.value, &label.value, same_product)
                || names(&label.quote, &found.value) && names(&found.quote, &label.value)
        }
        SignalKey::Compliance => aliases::same(&found.value, &label.value, same_standard),
        SignalKey::CustomerLogo => same_name(&found.value, &label.value),
        SignalKey::IndustryLabel | SignalKey::IndustryServed => {
            overlap(&found.value, &label.value) > 0.0
                || names(&label.quote, &found.value)
                || names(&found.quote, &label.value)
        }
        SignalKey::StaffTitle | SignalKey::JobOpeningTitle | SignalKey::BuyerTitle => {
            overlap(&found.value, &label.value) >= 0.5
                || overlap(&found.quote, &label.quote) >= 0.99
                || overlap(&found.quote, &label.value) >= 0.99
        }
        _ => {
            overlap(&found.value, &label.value) >= 0.4
                || overlap(&found.quote, &label.quote) >= 0.5
                || names(&found.quote, &label.value)
        }
    }
}

/// The letters and digits of a name, without its version.
fn letters(name: &str) -> String {
    fold(name).chars().filter(|c| c.is_alphanumeric() || matches!(c, '+' | '#')).collect()
}

/// Whether two product names are one, without versions and whichever side of brackets has the usual name.
fn same_product(a: &str, b: &str) -> bool {
    let forms = |name: &str| -> BTreeSet<String> {
        let plain = |part: &str| {
            let mut words: Vec<&str> = part.split_whitespace().collect();
            while words.len() > 1
                && words.last().is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit()))
            {
                words.pop();
            }
            letters(&words.join(" "))
        };
        name.split(['(', ')']).map(plain).filter(|form| !form.is_empty()).collect()
    };
    !forms(a).is_disjoint(&forms(b))
}

/// Whether two names are one: equal, or one is the other with words before or after it ("ISO 13849-1").
fn same_name(a: &str, b: &str) -> bool {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    letters(a) == letters(b) || names(long, short)
}

/// Whether two standards are one: without the bodies that adopted it beside the ISO ("ISO/IEC 27001", "DIN EN ISO 9001").
fn same_standard(a: &str, b: &str) -> bool {
    let plain = |name: &str| -> String {
        let words = words(name);
        let adopted = words.iter().any(|word| word == "iso");
        let bodies = ["iec", "en", "din", "bs", "ss", "ms", "nf"];
        let kept: Vec<&str> =
            words.iter().map(String::as_str).filter(|word| !adopted || !bodies.contains(word)).collect();
        kept.join(" ")
    };
    same_name(&plain(a), &plain(b))
}

/// Whether a text has a name as whole words.
fn names(text: &str, name: &str) -> bool {
    let (text, name) = (words(text), words(name));
    !name.is_empty() && text.windows(name.len()).any(|window| window == name)
}

fn words(text: &str) -> Vec<String> {
    fold(text)
        .split(|c: char| !c.is_alphanumeric() && !matches!(c, '+' | '#'))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The share of the content words of both that both have (Jaccard), by their stems.
fn overlap(a: &str, b: &str) -> f64 {
    let (a, b) = (stems(a), stems(b));
    let common = a.intersection(&b).count();
    share(common, a.union(&b).count())
}

fn stems(text: &str) -> BTreeSet<String> {
    const EMPTY: [&str; 22] = [
        "a", "an", "and", "the", "of", "for", "in", "to", "with", "on", "at", "company", "firm", "agency",
        "provider", "service", "solution", "business", "industry", "sector", "de", "et",
    ];
    words(&titled(text))
        .into_iter()
        .map(|word| stem(&word).to_owned())
        .filter(|word| !EMPTY.contains(&word.as_str()))
        .collect()
}

/// The usual short forms of titles, opened up as the findings have them.
fn titled(text: &str) -> String {
    words(text)
        .iter()
        .map(|word| match word.as_str() {
            "ceo" => "chief executive officer",
            "cfo" => "chief financial officer",
            "cto" => "chief technology officer",
            "coo" => "chief operating officer",
            "cmo" => "chief marketing officer",
            "cio" => "chief information officer",
            "vp" => "vice president",
            "sr" => "senior",
            "jr" => "junior",
            "hr" => "human resources",
            "md" => "managing director",
            other => other,
        })
        .collect::<Vec<_>>()
        .join(" ")
}

fn stem(word: &str) -> &str {
    for ending in ["ings", "ing", "ies", "ment", "ers", "er", "es", "s", "y", "al"] {
        if let Some(rest) = word.strip_suffix(ending)
            && rest.chars().count() >= 4
        {
            return rest;
        }
    }
    word
}

fn same_headcount(found: &str, label: &str) -> bool {
    let number = |text: &str| -> Option<u32> {
        let digits: String = text.chars().filter(|c| *c != ',').collect();
        digits.split(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty())?.parse().ok()
    };
    match found.parse::<HeadcountBand>() {
        Ok(band) => number(label).is_some_and(|n| band.min() <= n && band.max().is_none_or(|max| n <= max)),
        Err(_) => number(found) == number(label),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(key: SignalKey, found: &str, label: &str) -> bool {
        let found = Found { key, value: found.into(), quote: found.into(), url: String::new(), sure: 1.0 };
        let label =
            Label { key: key.to_string(), value: label.into(), page: String::new(), quote: label.into() };
        agree(key, &found, &label)
    }

    #[test]
    fn what_says_the_same() {
        for (key, found, label, same) in [
            (SignalKey::Location, "Tuas, Singapore", "Singapore 289891 (19 Adam Road)", true),
            (SignalKey::Location, "United Kingdom", "Reading, UK", true),
            (SignalKey::Location, "Malaysia", "Singapore", false),
            (SignalKey::StaffTitle, "Chief Executive Officer", "CEO", true),
            (SignalKey::StaffTitle, "Director", "Medical Director, CSR", false),
            (SignalKey::StaffTitle, "Radiation Therapist", "Radiation Therapists", true),
            (SignalKey::Technology, "Node.js", "NodeJS", true),
            (SignalKey::Technology, "React", "React Native", false),
            (SignalKey::Technology, "Amazon Web Services", "AWS (Amazon Web Services)", true),
            (SignalKey::Technology, "Google Analytics", "Google Analytics 4", true),
            (SignalKey::Technology, "Java", "JavaScript", false),
            (SignalKey::Compliance, "ISO 13849", "ISO 13849-1", true),
            (SignalKey::Compliance, "ISO 27001", "ISO/IEC 27001:2022", true),
            (SignalKey::Compliance, "ISO 9001", "DIN EN ISO 9001", true),
            (SignalKey::Compliance, "ISO 9001", "ISO 14001", false),
            (SignalKey::Compliance, "GDPR", "DSGVO", true),
            (SignalKey::Compliance, "PDPA", "Personal Data Protection Act (Singapore)", true),
            (SignalKey::Compliance, "GDPR", "PDPA", false),
            (SignalKey::Integration, "American Express", "Amex", true),
            (SignalKey::Integration, "Microsoft 365", "Office 365", true),
            (SignalKey::Integration, "Microsoft 365", "Microsoft Teams", false),
            (SignalKey::Technology, "Meta Pixel", "Facebook Pixel", true),
            (SignalKey::Technology, "Adobe Fonts", "Typekit", true),
            (SignalKey::Technology, "Kubernetes", "k8s", true),
            (SignalKey::HeadcountHint, "11–50", "40 people", true),
            (SignalKey::HeadcountHint, "200+", "40", false),
            (SignalKey::IndustryLabel, "management consulting", "IT consulting firm", true),
            (SignalKey::IndustryLabel, "hotel", "ticketing software", false),
        ] {
            assert_eq!(says(key, found, label), same, "{found} / {label}");
        }
    }

    #[test]
    fn a_tally_counts_values_once() {
        let found = |value: &str| Found {
            key: SignalKey::Technology,
            value: value.into(),
            quote: value.into(),
            url: String::new(),
            sure: 1.0,
        };
        let label = |value: &str| Label {
            key: "technology".into(),
            value: value.into(),
            page: String::new(),
            quote: String::new(),
        };
        let tally = judge(
            SignalKey::Technology,
            &[found("Wix"), found("Wix"), found("SAP"), found("Google Fonts")],
            &[label("Wix"), label("Sentry")],
        );
        assert_eq!((tally.right, tally.found, tally.hit, tally.labels), (1, 2, 1, 2));
        assert_eq!(tally.missed[0].value, "Sentry");
        assert_eq!(tally.wrong[0].value, "SAP");
    }
}
