//! E-mail addresses in a text, also those spelt so that a program should not see them.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

fn compiled(pattern: &str) -> Regex {
    #[expect(clippy::expect_used, reason = "constant patterns, compiled by every test")]
    Regex::new(pattern).expect("a valid pattern")
}

/// What stands between the two parts: the sign, full width, as an entity, percent-encoded or spelt.
static SIGN: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?xi) [\x20\u{a0}]? (?: @ | \u{ff20} | \u{fe6b} | &\#0*64; | &\#x0*40; | &commat; | %40 ) \x20?
        | \s? [(\[{<] \s* (?: at | @ | ät | arroba ) \s* [)\]}>] \s?",
    )
});

/// A host's name; its dots may be spelt.
static HOST: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?xi) ^ [\p{L}\p{N}-]+
          (?: (?: \. | \u{ff0e} | \s? [(\[{<] \s* (?: dot | \. | punkt | punto | point ) \s* [)\]}>] \s? | \sdot\s ) [\p{L}\p{N}-]+ )+",
    )
});

/// All in words: "jane at acme dot com".
static SPELT: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?xi) [\p{L}\p{N}._-]+ \s at \s [a-z0-9-]+ (?: \s dot \s [a-z]+ )*? \s dot \s
          (?: com | net | org | edu | gov | info | biz | io | co | ai | sg | my | id | hk | cn | tw | jp | in | au | nz | uk
            | de | fr | it | es | nl | ch | at | us | ca | br | eu ) \b (?: \s dot \s [a-z]{2} \b )?",
    )
});

/// Endings of files that stand behind an `@` in addresses of packages and pictures: `logo@2x.png`, `vue@3.min.js`.
const FILES: &[&str] = &[
    "avif", "cjs", "css", "eot", "gif", "gz", "htm", "html", "ico", "jpeg", "jpg", "js", "json", "jsx",
    "map", "mjs", "mp3", "mp4", "otf", "pdf", "php", "png", "svg", "tgz", "ts", "tsx", "ttf", "txt", "vue",
    "wasm", "webm", "webp", "woff", "xml",
];

/// Adds the byte ranges of e-mail addresses.
pub(super) fn find(text: &str, mut found: impl FnMut(Range<usize>)) {
    if text.as_bytes().windows(5).any(|five| five.eq_ignore_ascii_case(b" dot ")) {
        SPELT.find_iter(text).for_each(|spelt| found(spelt.range()));
    }
    if !text.bytes().any(|b| matches!(b, b'@' | b'%' | b'&' | b'(' | b'[' | b'{' | b'<' | 0xef)) {
        return;
    }
    for sign in SIGN.find_iter(text) {
        // A handle has a space before its sign, and none behind it.
        let handle = sign.as_str().starts_with([' ', '\u{a0}']) && sign.as_str().ends_with('@');
        let local = local_start(text, sign.start());
        if handle || local == sign.start() || is_key(&text[local..sign.start()]) {
            continue;
        }
        let host = HOST.find(&text[sign.end()..]).and_then(|host| host_end(host.as_str()));
        if let Some(end) = host {
            found(local..sign.end() + end);
        }
    }
}

/// Where the part before a sign begins.
fn local_start(text: &str, end: usize) -> usize {
    /// The longest local part that is looked for.
    const LONGEST: usize = 80;
    let held = text[..end].char_indices().rev().take(LONGEST);
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '\'' | '’' | '-');
    held.take_while(|&(_, c)| is_part(c)).last().map_or(end, |(at, _)| at)
}

/// Where the host name in `host` ends; `None` when it is a version, a file or no name of a host.
fn host_end(host: &str) -> Option<usize> {
    let is_dot = |c: char| matches!(c, '.' | '\u{ff0e}' | ' ' | '\u{a0}' | ')' | ']' | '}' | '>');
    let mut labels = host.split('.');
    let is_number = |label: Option<&str>| {
        label.is_some_and(|l| l.bytes().next().is_some_and(|b| b.is_ascii_digit()))
            && label.is_some_and(|l| l.bytes().all(|b| b.is_ascii_digit() || b == b'-'))
    };
    if is_number(labels.next()) && labels.next().is_some_and(|l| l.starts_with(|c: char| c.is_ascii_digit()))
    {
        return None;
    }
    let mut end = host.len();
    loop {
        let start =
            host[..end].rfind(is_dot).map(|at| at + host[at..].chars().next().map_or(1, char::len_utf8))?;
        let last = &host[start..end];
        if FILES.contains(&last.to_ascii_lowercase().as_str()) {
            return None;
        }
        if last.starts_with("xn--") || (last.chars().count() >= 2 && last.chars().all(char::is_alphabetic)) {
            return Some(end);
        }
        end = host[..start].trim_end_matches(|c: char| !c.is_alphanumeric()).len();
    }
}

/// The public key of an error tracker stands where a name would: `https://<32 digits>@o1.ingest.example/2`.
fn is_key(local: &str) -> bool {
    local.len() >= 32 && local.bytes().all(|b| b.is_ascii_hexdigit())
}
