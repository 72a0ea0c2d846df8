//! One pattern of a fingerprint: a regular expression, what it is worth, and where a version stands in its match.

use std::ops::Range;

use regex::{Captures, Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Hir, HirKind};

/// The most memory that one compiled pattern may take.
const MAX_SIZE: usize = 1 << 20;
/// The shortest literal worth looking for.
const MIN_LITERAL: usize = 3;
/// The most literals of one pattern.
const MAX_LITERALS: usize = 32;

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Pattern {
    /// Nothing where being there is enough.
    regex: Option<Regex>,
    /// In lower case: every match has at least one of them. Empty where there are none to rely on.
    pub(super) literals: Vec<String>,
    /// From 0 to 1.
    pub(super) sure: f64,
    version: Option<String>,
}

/// Why a pattern cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rejected(pub(super) String);

impl Pattern {
    /// Reads `EXPRESSION\;confidence:50\;version:\1`.
    pub(super) fn read(text: &str) -> Result<Self, Rejected> {
        let mut parts = text.split("\\;");
        let expression = parts.next().unwrap_or_default();
        let (mut sure, mut version) = (1.0, None);
        for tag in parts {
            match tag.split_once(':') {
                Some(("confidence", percent)) => sure = percentage(percent),
                Some(("version", template)) => version = Some(template.to_owned()),
                _ => {}
            }
        }
        if expression.is_empty() {
            return Ok(Self { regex: None, literals: Vec::new(), sure, version: None });
        }
        let regex = RegexBuilder::new(expression).case_insensitive(true).size_limit(MAX_SIZE).build();
        let regex = regex.map_err(|error| {
            let said = error.to_string();
            Rejected(said.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned())
        })?;
        // Without the flag for case, letters stay letters: what looks for the literals ignores case itself.
        let hir = ParserBuilder::new().build().parse(expression).ok();
        let literals = hir.and_then(|hir| required(&hir)).unwrap_or_default();
        Ok(Self { regex: Some(regex), literals, sure, version })
    }

    /// The first match, and the version it tells.
    pub(super) fn find(&self, text: &str) -> Option<(Range<usize>, Option<String>)> {
        let Some(regex) = &self.regex else { return Some((0..0, None)) };
        if self.version.is_none() {
            return regex.find(text).map(|found| (found.range(), None));
        }
        let found = regex.captures(text)?;
        let whole = found.get(0)?.range();
        Some((whole, self.version.as_deref().and_then(|template| fill(template, &found))))
    }
}

/// A share of one, from a number of per cent.
pub(super) fn percentage(text: &str) -> f64 {
    text.trim().parse::<f64>().map_or(1.0, |percent| (percent / 100.0).clamp(0.0, 1.0))
}

/// The longest version.
const MAX_VERSION: usize = 20;

/// Fills `\1` in a template with what the group matched; `\1?a:b` is `a` where it matched anything, or else `b`.
fn fill(template: &str, found: &Captures<'_>) -> Option<String> {
    let group = |digit: char| digit.to_digit(10).and_then(|at| found.get(at as usize)).map(|it| it.as_str());
    let mut out = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let Some(digit) = rest[at + 1..].chars().next().filter(char::is_ascii_digit) else {
            rest = &rest[at + 1..];
            continue;
        };
        let value = group(digit).unwrap_or_default();
        rest = &rest[at + 2..];
        match rest.strip_prefix('?') {
            Some(choice) => {
                let (yes, no) = choice.split_once(':').unwrap_or((choice, ""));
                if value.is_empty() {
                    // What stands for "nothing" may be another group.
                    rest = no;
                } else {
                    out.push_str(&yes.replace(&format!("\\{digit}"), value));
                    rest = "";
                }
            }
            None => out.push_str(value),
        }
    }
    out.push_str(rest);
    let out = out.trim();
    (!out.is_empty() && out.len() <= MAX_VERSION).then(|| out.to_owned())
}

/// Literals of which every match has at least one: the most telling set that the expression has.
fn required(hir: &Hir) -> Option<Vec<String>> {
    let usable = |set: &Vec<String>| {
        set.len() <= MAX_LITERALS && set.iter().all(|literal| literal.len() >= MIN_LITERAL)
    };
    match hir.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?.to_ascii_lowercase();
            Some(vec![text]).filter(usable)
        }
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min >= 1 => required(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().filter_map(required).max_by_key(|set| {
            (set.iter().map(String::len).min().unwrap_or_default(), std::cmp::Reverse(set.len()))
        }),
        HirKind::Alternation(parts) => {
            let sets: Option<Vec<Vec<String>>> = parts.iter().map(required).collect();
            Some(sets?.concat()).filter(usable)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literals(text: &str) -> Vec<String> {
        Pattern::read(text).unwrap().literals
    }

    #[test]
    fn tags_behind_the_expression() {
        let pattern = Pattern::read(r"/acme-([\d.]+)\.js\;version:\1\;confidence:50").unwrap();
        assert!((pattern.sure - 0.5).abs() < 1e-9);
        let found = pattern.find("https://x.example/ACME-1.2.js").unwrap();
        assert_eq!(found, (17..29, Some("1.2".to_owned())));
        assert!(pattern.find("https://x.example/acme.js").is_none());
        assert_eq!(Pattern::read("").unwrap().find("x"), Some((0..0, None)));
    }

    #[test]
    fn versions_by_choice() {
        for (text, line, version) in [
            (r"acme(-two)?\;version:\1?2:1", "acme-two", Some("2")),
            (r"acme(-two)?\;version:\1?2:1", "acme", Some("1")),
            (r"acme(-two)?\;version:\1?2:", "acme", None),
            (r"acme-(\d)(?:-(\d))?\;version:\1.\2", "acme-3-4", Some("3.4")),
            (r"acme-(a)?(\d)?\;version:\1?\1:\2", "acme-7", Some("7")),
        ] {
            let found = Pattern::read(text).unwrap().find(line).unwrap();
            assert_eq!(found.1.as_deref(), version, "{text} on {line}");
        }
    }

    #[test]
    fn every_match_has_a_literal() {
        assert_eq!(literals(r"cdn\.acme\.example/(?:v\d/)?app"), ["cdn.acme.example/"]);
        assert_eq!(literals(r"(?:alpha|beta2)\.js"), ["alpha", "beta2"]);
        assert_eq!(literals(r"/[\d.]+/Widget\.min\.js"), ["/widget.min.js"]);
        assert_eq!(literals(r"(?:widget)?-\d"), [""; 0]);
        assert_eq!(literals(r"(?:ab|widget)"), [""; 0]);
    }

    #[test]
    fn what_needs_look_around_is_rejected() {
        for text in ["acme(?!-free)", "(?<=x)acme", r"(a)\1", "["] {
            assert!(!Pattern::read(text).unwrap_err().0.is_empty(), "{text}");
        }
    }
}
