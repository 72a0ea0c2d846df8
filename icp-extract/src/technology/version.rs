//! The version that stands right behind a technology's name.

use std::ops::Range;

/// The longest version.
const MAX_VERSION: usize = 20;
/// The most digits of one part: more are dates and hashes.
const MAX_DIGITS: usize = 5;

/// Where the version behind `end` stands: numbers with dots between them, after a space, `/`, `@`, `-` or `: `, and `v`
/// where it is written. A lone number counts after a space or `@` only.
pub(crate) fn after(text: &str, end: usize) -> Option<Range<usize>> {
    let rest = text.get(end..)?;
    let gap = if rest.starts_with(": ") { 2 } else { usize::from(rest.starts_with([' ', '/', '@', '-'])) };
    if gap == 0 {
        return None;
    }
    let gap = gap + usize::from(rest[gap..].starts_with(['v', 'V']));
    let number = &rest[gap..];
    let length = number.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(number.len());
    let version = number[..length].trim_end_matches('.');
    let follows = number[version.len()..].chars().next();
    let lone_ok = rest.starts_with([' ', '@']);
    (!version.is_empty()
        && version.len() <= MAX_VERSION
        && version.split('.').all(|part| !part.is_empty() && part.len() <= MAX_DIGITS)
        && (lone_ok || version.contains('.'))
        && !follows.is_some_and(char::is_alphanumeric))
    .then(|| end + gap..end + gap + version.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_behind_a_name() {
        for (text, version) in [
            ("x 6.8.1", Some("6.8.1")),
            ("x/1.25.3 (Ubuntu)", Some("1.25.3")),
            ("x@11/a.js", Some("11")),
            ("x-3.7.1.min.js", Some("3.7.1")),
            ("x v4.3", Some("4.3")),
            ("x: 4.0.30319", Some("4.0.30319")),
            ("x 10.", Some("10")),
            ("x/2", None),
            ("x-20240101.js", None),
            ("x 2nd", None),
            ("x.3", None),
            ("x 1..2", None),
            ("x", None),
        ] {
            assert_eq!(after(text, 1).map(|range| &text[range]), version, "{text}");
        }
    }
}
