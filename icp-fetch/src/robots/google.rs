//! Google's reading of robots.txt, as a rewriting of the file into one that means the same by the standard.

/// What counts of a line, in bytes.
const LINE: usize = 16_663;

/// The file, rewritten.
pub(super) fn file(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split(['\n', '\r']) {
        rewrite(cut(line), &mut out);
    }
    out
}

/// The path, so that its percent-encoding is compared as written.
pub(super) fn path(path: &str) -> String {
    path.replace('%', "%25")
}

fn cut(line: &str) -> &str {
    let mut end = line.len().min(LINE);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    &line[..end]
}

fn rewrite(line: &str, out: &mut String) {
    let plain = line.split('#').next().unwrap_or_default().trim();
    let Some((key, value)) = plain.split_once(':').or_else(|| plain.split_once([' ', '\t'])) else {
        out.push('\n');
        return;
    };
    let (key, value) = (key.trim(), value.trim());
    let mut push = |key: &str, value: &str| {
        for piece in [key, ": ", value, "\n"] {
            out.push_str(piece);
        }
    };
    match key.to_ascii_lowercase().as_str() {
        "user-agent" | "useragent" | "user agent" => push(key, agent(value)),
        "allow" => {
            push(key, &pattern(value));
            if let Some(at) = value.rfind('/').filter(|at| value[*at..].starts_with("/index.htm")) {
                push(key, &format!("{}$", pattern(&value[..=at])));
            }
        }
        "crawl-delay" | "crawldelay" | "sitemap" => push(key, value),
        _ => push(key, &pattern(value)),
    }
}

/// An agent's name: `*`, or letters, `-` and `_` up to the first other character.
fn agent(value: &str) -> &str {
    if let Some(rest) = value.strip_prefix('*')
        && (rest.is_empty() || rest.starts_with(char::is_whitespace))
    {
        return "*";
    }
    let end = value.find(|c: char| !(c.is_ascii_alphabetic() || c == '-' || c == '_'));
    &value[..end.unwrap_or(value.len())]
}

/// A pattern: other characters than ASCII become percent-encoded, digits of an encoding upper case; then `%` is a
/// character like any other.
fn pattern(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let bytes = value.as_bytes();
    let mut index = 0;
    while let Some(&byte) = bytes.get(index) {
        match (byte, bytes.get(index + 1..index + 3)) {
            (b'%', Some(digits)) if digits.iter().all(u8::is_ascii_hexdigit) => {
                out.push_str("%25");
                out.extend(digits.iter().map(|digit| char::from(digit.to_ascii_uppercase())));
                index += 2;
            }
            (b'%', _) => out.push_str("%25"),
            _ if byte.is_ascii() => out.push(char::from(byte)),
            _ => out.push_str(&format!("%25{byte:02X}")),
        }
        index += 1;
    }
    out
}
