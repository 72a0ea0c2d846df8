//! Bytes to text. Labels lie, so what the bytes can be comes before what they are said to be.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How far into a page its own label is looked for. HTML asks for 1,024 bytes; real pages put it later.
const PRESCAN: usize = 4096;

/// Decodes a body. In this order: a byte order mark; UTF-8 where the bytes beyond ASCII are valid UTF-8; the charsets of
/// the header and of the page, the first that fits; then the first that was named, or windows-1252.
pub(crate) fn decode<'b>(body: &'b [u8], content_type: Option<&str>) -> Cow<'b, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(body) {
        return encoding.decode_without_bom_handling(&body[mark..]).0;
    }
    let header = content_type.and_then(header_label);
    let named = [header, meta_label(body)];
    // UTF-16 has zero bytes in what is mostly ASCII; a page that is not does not become so by its label.
    if let Some(wide) = header.filter(|&label| label == UTF_16LE || label == UTF_16BE)
        && body.iter().take(PRESCAN).any(|&byte| byte == 0)
    {
        return wide.decode_without_bom_handling(body).0;
    }
    let mut named = named.into_iter().flatten().filter(|&label| label != UTF_16LE && label != UTF_16BE);
    // Escape-coded text is ASCII bytes that mean something else.
    let escaped = named.clone().find(|label| !label.is_ascii_compatible());
    if escaped.is_none()
        && let Ok(text) = std::str::from_utf8(body)
    {
        return Cow::Borrowed(text);
    }
    let fits = |label: &'static Encoding| label.decode_without_bom_handling_and_without_replacement(body);
    let fitting = named.clone().find_map(fits);
    fitting.unwrap_or_else(|| {
        let likely = named.next().filter(|&label| label != UTF_8 || mostly_utf8(body));
        let fallback = if mostly_utf8(body) { UTF_8 } else { WINDOWS_1252 };
        likely.unwrap_or(fallback).decode_without_bom_handling(body).0
    })
}

/// Whether only a few of the bytes beyond ASCII are not UTF-8: a page that was cut, or glued together.
fn mostly_utf8(body: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in body.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > bad * 4
}

fn header_label(content_type: &str) -> Option<&'static Encoding> {
    let lower = content_type.to_ascii_lowercase();
    let label = lower.split(';').skip(1).find_map(|part| part.trim().strip_prefix("charset"))?;
    let label = label.trim_start().strip_prefix('=')?.trim().trim_matches(['"', '\'']);
    Encoding::for_label(label.as_bytes())
}

/// The charset that the page's own `meta` names.
fn meta_label(body: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&body[..body.len().min(PRESCAN)]).to_ascii_lowercase();
    head.match_indices("<meta").find_map(|(at, _)| {
        let tag = head[at..].split('>').next()?;
        let (_, after) = tag.split_once("charset")?;
        let label = after.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
        let end = label
            .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '/'))
            .unwrap_or(label.len());
        Encoding::for_label(&label.as_bytes()[..end])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_lies() {
        let page = |label: &str, bytes: &[u8]| {
            let mut body = format!("<meta charset=\"{label}\"><p>").into_bytes();
            body.extend_from_slice(bytes);
            body
        };
        let text = "Größe €9 – 公司";
        let western = WINDOWS_1252.encode("Größe €9 – ok").0.into_owned();
        let chinese = encoding_rs::GBK.encode("中国公司 — 包装").0.into_owned();
        let japanese = encoding_rs::ISO_2022_JP.encode("会社").0.into_owned();
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut marked = b"\xff\xfe".to_vec();
        marked.extend(&utf16);
        let mut spoiled = text.repeat(20).into_bytes();
        spoiled.push(0xff);
        for (body, header, expected) in [
            (text.as_bytes().to_vec(), None, text),
            (text.as_bytes().to_vec(), Some("text/html; charset=iso-8859-1"), text),
            (page("utf-16", text.as_bytes()), None, text),
            (marked, Some("text/html; charset=utf-8"), text),
            (utf16, Some("text/html;charset=\"UTF-16LE\""), text),
            (page("windows-1252", &western), None, "Größe €9 – ok"),
            (page("utf-8", &western), None, "Größe €9 – ok"),
            (page("gb2312", &chinese), None, "中国公司 — 包装"),
            (page("utf-8", &chinese), Some("text/html; Charset = 'gbk'"), "中国公司 — 包装"),
            (page("iso-2022-jp", &japanese), None, "会社"),
            (western.clone(), Some("text/html; charset=no-such-thing"), "Größe €9 – ok"),
            (spoiled, Some("text/html; charset=utf-8"), text),
        ] {
            let decoded = decode(&body, header);
            assert!(decoded.contains(expected), "{header:?}: {decoded:?} has no {expected:?}");
        }
    }
}
