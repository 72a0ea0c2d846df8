//! Where a text prints a company's name with its legal form: the form is looked for, then the words before it.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::text::find_word;
use crate::normalize::NameForms;

#[expect(clippy::expect_used, reason = "a constant pattern, compiled by every test")]
static LEGAL_FORM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        \b (?: (?i: private \s limited | pte\.? ,? \s? (?: ltd\b | limited ) | \(? pte\.? \)? \s? (?: ltd\b | limited )
          | pvt\.? \s? (?: ltd\b | limited ) | pty\.? \s? (?: ltd\b | limited ) | sdn\.? \s? bhd \b | co\.? ,? \s? ltd \b | gmbh \b | llp \b
          | limited \b | ltd \b | llc \b | bhd \b )
          | Inc \b | Incorporated \b | Corp \b | Corporation \b | PLC \b | plc \b | AG \b | B\.?V \b | S\.A \b | SAS \b | K\.K \b | Tbk \b ) \.?",
    )
    .expect("a valid pattern")
});

/// The ranges of names that end in a legal form.
pub(super) fn printed_names(text: &str) -> Vec<Range<usize>> {
    LEGAL_FORM
        .find_iter(text)
        .filter_map(|form| {
            let mut start = name_start(text, form.start())?;
            start += text[start..form.start()].len()
                - text[start..form.start()].trim_start_matches(['(', '"', '\u{201c}', '\'']).len();
            let mut end = form.end();
            let name = &text[start..end];
            // The dot of "Ltd." belongs to the name unless it can only be the sentence's.
            if name.ends_with('.')
                && !name[..name.len() - 1].contains('.')
                && !text[end..].trim_start().is_empty()
                && name.ends_with("Limited.")
            {
                end -= 1;
            }
            let name = &text[start..end];
            let forms = NameForms::of(name);
            let letters = forms.core.chars().filter(char::is_ascii_alphanumeric).count();
            (forms.form.is_some() && forms.core != forms.light && letters >= 2 && name.len() <= 120)
                .then_some(start..end)
        })
        .collect()
}

/// Words that stand before a name and are not of it, though they may be capitalised.
#[rustfmt::skip]
const NOT_OF_NAME: &[&str] = &[
    "by", "copyright", "policy", "terms", "about", "welcome", "at", "contact", "conditions", "use", "notice", "statement", "reserved", "with",
    "between", "operator", "from", "to", "we", "that", "is", "are", "here", "our", "company", "visit", "name", "to", "in", "as", "when", "because",
    "since", "today", "while", "if", "address", "office", "headquarters",
];
/// Lower-case words that a name may hold inside.
#[rustfmt::skip]
const JOINTS: &[&str] = &[
    "and", "of", "the", "for", "de", "la", "van", "in", "n",
];

/// Walks back from a legal form over the words of the name.
fn name_start(text: &str, form_at: usize) -> Option<usize> {
    // "ACME (PTE.) LTD.": the form's own bracket is no word of the name.
    let head = text[..form_at].trim_end_matches('(');
    let window = head.ceil_char_boundary(head.len().saturating_sub(110));
    let area = &head[window..];
    let lower_allowed = {
        let lower = area.to_lowercase();
        lower.contains('©') || find_word(&lower, "copyright").is_some() || lower.contains("(c)")
    };
    let mut start = form_at;
    let mut first_solid = None;
    for (count, word) in words_backwards(area, window).enumerate() {
        let token = &text[word.clone()];
        let bare = token.trim_matches(|c: char| !c.is_alphanumeric());
        let lower = bare.to_lowercase();
        if count >= 9 || token.contains(['©', '|', '\u{2022}', '“', '”', '"']) && bare.is_empty() {
            break;
        }
        let ends_thought = count > 0
            && (token.ends_with([':', ';', '!', '?', '|', '”', '"', '\u{2022}'])
                || token.ends_with(',')
                || token.ends_with('.')
                    && !bare.contains('.')
                    && bare.chars().count() > 2
                    && !matches!(lower.as_str(), "bros" | "intl" | "int" | "eng"));
        if ends_thought || count == 0 && token.ends_with([';', '!', '?', '|']) {
            break;
        }
        let is_year =
            bare.len() == 4 && bare.starts_with(['1', '2']) && bare.bytes().all(|b| b.is_ascii_digit());
        let is_joint = JOINTS.contains(&lower.as_str()) || token == "&" || token == "-" || token == "+";
        let capital = bare
            .chars()
            .next()
            .is_some_and(|c| c.is_uppercase() || c.is_numeric() || (c.is_alphabetic() && !c.is_lowercase()));
        if is_year && (lower_allowed || first_solid.is_none())
            || NOT_OF_NAME.contains(&lower.as_str()) && !is_joint && first_solid.is_some()
        {
            break;
        }
        if is_joint && !bare.chars().next().is_some_and(char::is_uppercase) || token == "&" {
            if first_solid.is_none() {
                break;
            }
            start = word.start;
            continue;
        }
        if bare.is_empty()
            || !(capital
                || lower_allowed
                || token.starts_with('e')
                    && bare.len() > 1
                    && bare.chars().nth(1).is_some_and(char::is_uppercase))
        {
            break;
        }
        start = word.start;
        first_solid = Some(word.start);
        if token.contains('©') {
            break;
        }
    }
    // A joint at the very front is not of the name.
    let solid = first_solid?;
    let start = start.max(solid);
    let skip = text[start..form_at].find('©').map_or(0, |at| at + '©'.len_utf8());
    let name = &text[start + skip..form_at];
    Some(start + skip + (name.len() - name.trim_start().len()))
}

/// The words of a text from its end, as ranges moved by `offset`.
fn words_backwards(text: &str, offset: usize) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut end = text.len();
    std::iter::from_fn(move || {
        let head = text[..end].trim_end();
        if head.is_empty() {
            return None;
        }
        let start = head
            .rfind(char::is_whitespace)
            .map_or(0, |at| at + head[at..].chars().next().map_or(1, char::len_utf8));
        end = start;
        Some(offset + start..offset + head.len())
    })
}
