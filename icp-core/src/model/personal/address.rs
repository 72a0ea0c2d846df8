//! Web addresses that lead to a person: a number to call or to write to, an encoded e-mail address, a profile.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::{EMAIL_MASK, NAME_MASK, PHONE_MASK};

/// Digits with what stands between them in an address.
const DIGITS: &str = r"(?:\+|%2B|%20)*\(?\d(?:(?:%20|%2D|[\-.() ]){0,3}\d)";

#[expect(clippy::expect_used, reason = "constant patterns, compiled by every test")]
static TARGETS: LazyLock<[(Regex, &str); 3]> = LazyLock::new(|| {
    let phones = format!(
        r#"(?xi)
          (?-u:\b) (?: tel | sms | smsto | mms | callto | fax | viber | whatsapp | facetime | facetime-audio | skype | sips? | tg )
            :(?://)? [a-z./]{{0,20}} (?: \?[a-z]{{1,12}}= )? (?P<n> {DIGITS}{{4,17}} )
        | (?-u:\b) (?: wa\.me/(?:[cp]/(?:\d+/)?)? | t\.me/ | zalo\.me/ | signal\.me/\#p/ ) (?P<m> {DIGITS}{{5,17}} )
        | [?&;] (?: phone | phone_?number | tel | telephone | mobile | msisdn | whatsapp | wa | hp | cell | sms )
            = (?P<o> {DIGITS}{{5,17}} )
        | [=/:] (?P<p> (?:\+|%2B) [1-9]\d{{7,14}} ) (?-u:\b)
        "#
    );
    let emails = r#"(?i)(?:email-protection#|data-cfemail=["']?)(?P<n>[0-9a-f]{6,})"#;
    // A profile's address is the person's name, or as good as it.
    let profiles = r#"(?i)(?:linkedin\.com/(?:in|pub)|xing\.com/profile)/(?P<n>[^/\s?#"'<>\[\]]+)"#;
    let compiled = |pattern: &str| Regex::new(pattern).expect("a valid pattern");
    [(compiled(&phones), PHONE_MASK), (compiled(emails), EMAIL_MASK), (compiled(profiles), NAME_MASK)]
});

/// Adds the byte ranges to mask in addresses, each with its mask.
pub(super) fn find(text: &str, mut found: impl FnMut(Range<usize>, &'static str)) {
    if !text.bytes().any(|b| matches!(b, b'/' | b':' | b'=' | b'#')) {
        return;
    }
    // Every target has a run of six digits or letters of a hash, or names the place of a profile.
    let numbered = text.bytes().filter(u8::is_ascii_digit).take(5).count() == 5 || !text.is_ascii();
    let placed =
        text.contains("in.com") || text.contains("ng.com") || text.bytes().any(|b| b.is_ascii_uppercase());
    for (pattern, mask) in TARGETS.iter() {
        let possible = match *mask {
            PHONE_MASK => numbered,
            NAME_MASK => placed,
            _ => true,
        };
        if !possible {
            continue;
        }
        for caps in pattern.captures_iter(text) {
            if let Some(target) = ["n", "m", "o", "p"].iter().find_map(|&name| caps.name(name)) {
                found(target.range(), mask);
            }
        }
    }
}

/// Whether the byte at `at` is in a web address, or in something else that only machines read, such as a query.
pub(super) fn is_inside(text: &str, at: usize) -> bool {
    /// How far is looked. A longer word is nothing that people write.
    const REACH: usize = 300;
    let breaks = |c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '|');
    let far = floor(text, at.saturating_sub(REACH));
    let start = text[far..at].rfind(breaks).map_or(far, |gap| far + gap);
    if start == far && far > 0 {
        return true;
    }
    let head = &text[start..at];
    let word = head.trim_start_matches(|c: char| breaks(c) || matches!(c, '(' | '[' | '\''));
    // `host.tld/`, a scheme, a query.
    let path = word.split_once('/').is_some_and(|(host, _)| {
        host.is_empty()
            || host
                .rsplit_once('.')
                .is_some_and(|(_, tld)| tld.len() >= 2 && tld.bytes().all(|b| b.is_ascii_alphabetic()))
    });
    path || word.contains("://") || word.contains(['=', '_', '?', '&', '\\']) || word.starts_with("www.")
}

/// The nearest border of a character at or before a byte.
pub(super) fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
