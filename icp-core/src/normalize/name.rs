//! Company names in two forms: a *light* one that is scored, and a *core* one (legal form off) that is looked up.

use std::borrow::Cow;

use any_ascii::any_ascii_char;
use unicode_normalization::UnicodeNormalization;

use super::abbreviation::expand;
use super::legal::{self, LegalForm};

/// How much of a name is read. The register's longest names have about 300 characters.
const MAX_CHARS: usize = 400;

/// Changes whenever a name may come out differently: an index built under another version is stale.
pub const NORMALISER_VERSION: u32 = 1;

/// A name in both forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameForms {
    /// Light form: lower case, folded, legal form and abbreviations kept as written.
    pub light: String,
    /// Core form: abbreviations written out, initials joined, the legal form off; never empty unless `light` is.
    pub core: String,
    /// The legal form, when one was found.
    pub form: Option<LegalForm>,
    /// The country the legal form belongs to (two letters), when it is one country's.
    pub country: Option<&'static str>,
}

impl NameForms {
    /// Both forms of a name.
    ///
    /// Total. Idempotent in both forms: the light form of a light form, and the core form of a core form, are
    /// themselves.
    pub fn of(name: &str) -> Self {
        Self::of_light(light_key(name))
    }

    /// Whether a name in this legal form may be that of an entity in the other's: people leave forms out, and write
    /// "Ltd" for "Pte Ltd"; they do not write "GmbH" or "LLP" for it.
    pub fn form_agrees(&self, other: &Self) -> bool {
        use LegalForm::{Foreign, Limited, PrivateLimited};
        match (self.form, other.form) {
            (Some(Foreign), Some(Foreign)) => self.country == other.country,
            (Some(a), Some(b)) => {
                a == b || matches!((a, b), (Limited, PrivateLimited) | (PrivateLimited, Limited))
            }
            _ => true,
        }
    }

    fn of_light(light: String) -> Self {
        let joined = join_initials(&light);
        let tokens: Vec<&str> = joined.split(' ').filter(|token| !token.is_empty()).collect();
        let cut = cut_forms(&tokens);
        let mut core = String::with_capacity(joined.len() + 8);
        for token in cut.rest {
            if !core.is_empty() {
                core.push(' ');
            }
            core.push_str(expand(token));
        }
        Self { core, form: cut.form, country: cut.country, light }
    }
}

/// The light form: NFKC, lower case, other scripts than Latin and Han transliterated, `&` as `and`, dots of initials
/// closed, other signs as spaces. Han characters are kept: their readings collide.
///
/// ```
/// use icp_core::normalize::{core_key, light_key};
/// assert_eq!(light_key("GREEN & PACK (S) PTE. LTD."), "green and pack s pte ltd");
/// assert_eq!(core_key("GREEN & PACK (S) PTE. LTD."), "green and pack s");
/// assert_eq!(core_key("Princeton Inclined"), "princeton inclined");
/// assert_eq!(core_key("中国银行股份有限公司"), "中国银行");
/// ```
pub fn light_key(name: &str) -> String {
    let mut light = Tokens { out: String::with_capacity(name.len().min(512) + 8), ..Tokens::default() };
    if name.is_ascii() {
        name.chars().take(MAX_CHARS).for_each(|c| light.push(c));
    } else {
        name.nfkc().take(MAX_CHARS).for_each(|c| light.push(c));
    }
    light.end_word();
    light.out
}

/// The core form: the light one without legal forms and a leading "the" (whole tokens at its ends only), abbreviations
/// written out.
pub fn core_key(name: &str) -> String {
    NameForms::of(name).core
}

/// The legal form of a name.
pub fn legal_form(name: &str) -> Option<LegalForm> {
    NameForms::of(name).form
}

/// Whether a character is a Han ideograph.
pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '々' | '〇')
}

/// A key with its Han characters spelled in Latin letters, one token per syllable, so that "Zhongguo Shiyou" and
/// "中国石油" can meet.
pub(crate) fn romanised(key: &str) -> Cow<'_, str> {
    if key.is_ascii() {
        return Cow::Borrowed(key);
    }
    let mut out = String::with_capacity(key.len() * 2);
    for c in key.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            out.push(' ');
            out.extend(
                any_ascii_char(c).chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()),
            );
            out.push(' ');
        }
    }
    Cow::Owned(out.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The light form while it is written: words, each of parts that dots divide.
#[derive(Default)]
struct Tokens {
    out: String,
    /// Where the current word begins in `out`; its parts are divided by dots until it ends.
    word_at: usize,
    /// Whether the current word is of Han characters.
    han: bool,
}

impl Tokens {
    fn push(&mut self, c: char) {
        match c {
            'a'..='z' | '0'..='9' => self.letter(c, false),
            'A'..='Z' => self.letter(c.to_ascii_lowercase(), false),
            '.' | '·' => {
                if self.in_word() {
                    self.out.push('.');
                }
            }
            '\'' | '`' | '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{b4}' => {}
            '&' | '+' => {
                self.end_word();
                for c in "and".chars() {
                    self.letter(c, false);
                }
                self.end_word();
            }
            // Invisible signs (joiners, direction marks, soft hyphen) divide nothing.
            '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}' => {}
            c if is_han(c) => self.letter(c, true),
            c if c.is_alphanumeric() => {
                for c in any_ascii_char(c).chars().filter(char::is_ascii_alphanumeric) {
                    self.letter(c.to_ascii_lowercase(), false);
                }
            }
            // A combining mark that NFKC left over belongs to the letter before it.
            c if unicode_normalization::char::is_combining_mark(c) => {}
            _ => self.end_word(),
        }
    }

    fn in_word(&self) -> bool {
        self.out.len() > self.word_at
    }

    fn letter(&mut self, c: char, han: bool) {
        if self.in_word() && self.han != han {
            self.end_word();
        }
        if !self.in_word() {
            if !self.out.is_empty() {
                self.out.push(' ');
            }
            self.word_at = self.out.len();
            self.han = han;
        }
        self.out.push(c);
    }

    /// Ends the word. Dots inside initials close up ("s.e.a." is "sea"); after a longer part they divide.
    fn end_word(&mut self) {
        if !self.in_word() {
            return;
        }
        if self.out[self.word_at..].contains('.') {
            let word = self.out.split_off(self.word_at);
            let parts = || word.split('.').filter(|part| !part.is_empty());
            if parts().all(|part| part.chars().count() == 1) {
                self.out.extend(parts());
            } else {
                for (at, part) in parts().enumerate() {
                    if at > 0 {
                        self.out.push(' ');
                    }
                    self.out.push_str(part);
                }
            }
        }
        self.word_at = self.out.len() + 1;
    }
}

/// Joins runs of two or more single letters into one token: "j b hunt" is "jb hunt".
fn join_initials(light: &str) -> Cow<'_, str> {
    let single = |token: &str| token.len() == 1 && token.as_bytes()[0].is_ascii_alphabetic();
    let mut before = false;
    let any = light.split(' ').any(|token| {
        let now = single(token);
        let run = now && before;
        before = now;
        run
    });
    if !any {
        return Cow::Borrowed(light);
    }
    let mut out = String::with_capacity(light.len());
    let mut before = false;
    for token in light.split(' ') {
        let now = single(token);
        let joined = now && before;
        if !out.is_empty() && !joined {
            out.push(' ');
        }
        out.push_str(token);
        before = now;
    }
    Cow::Owned(out)
}

struct Cut<'a> {
    rest: Vec<&'a str>,
    form: Option<LegalForm>,
    country: Option<&'static str>,
}

/// Takes legal forms off both ends, repeatedly, but never the whole name.
fn cut_forms<'a>(tokens: &[&'a str]) -> Cut<'a> {
    let mut rest = tokens.to_vec();
    let mut form = None;
    let mut country = None;
    let mut note = |class: LegalForm, home: &'static str| {
        form.get_or_insert(class);
        if !home.is_empty() {
            country.get_or_insert(home);
        }
    };
    loop {
        if let Some(found) = legal::trailing(&rest).filter(|found| found.tokens.len() < rest.len()) {
            note(found.class, found.country);
            rest.truncate(rest.len() - found.tokens.len());
        } else if let Some(found) = legal::leading(&rest).filter(|found| found.tokens.len() < rest.len()) {
            note(found.class, found.country);
            rest.drain(..found.tokens.len());
        } else if let Some((kept, class, home)) = rest.last().and_then(|token| legal::cut_han(token))
            && (!kept.is_empty() || rest.len() > 1)
        {
            note(class, home);
            rest.pop();
            if !kept.is_empty() {
                rest.push(kept);
            }
        } else if let Some(("", class, home @ "JP")) = rest.first().and_then(|token| legal::cut_han(token))
            && rest.len() > 1
        {
            note(class, home);
            rest.remove(0);
        } else if rest.len() > 1 && rest[0] == "the" {
            rest.remove(0);
        } else if matches!(rest.as_slice(), [.., before, "co" | "company"] if *before != "and") {
            rest.pop();
        } else {
            return Cut { rest, form, country };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_whole_tokens_at_the_ends_are_legal_forms() {
        for (name, core) in [
            ("ACME PTE. LTD.", "acme"),
            ("Acme Private Limited", "acme"),
            ("ACME (PTE.) LIMITED", "acme"),
            ("ACME(PTE)LTD", "acme"),
            ("ACME CO., LTD.", "acme"),
            ("ACME CO PTE LTD", "acme"),
            ("Tan & Company Pte Ltd", "tan and co"),
            ("Tan & Co", "tan and co"),
            ("Acme Company", "acme"),
            ("The Acme Company", "acme"),
            ("INCLINE PTE LTD", "incline"),
            ("LIMITED EDITIONS", "limited editions"),
            ("PTE LTD", "pte ltd"),
            ("S.E.A. FREIGHT", "sea freight"),
            ("J. B. Hunt", "jb hunt"),
            ("McDonald's Restaurants Pte Ltd", "mcdonalds restaurants"),
            ("L\u{2019}Oréal Singapore Pte Ltd", "loreal singapore"),
            ("BMW AG", "bmw"),
            ("Müller GmbH & Co. KG", "muller"),
            ("Maju Jaya Sdn. Bhd.", "maju jaya"),
            ("PT Bank Central Asia Tbk", "bank central asia"),
            ("CÔNG TY TNHH Hoa Sen", "hoa sen"),
            ("Novo A/S", "novo"),
            ("Foo Sp. z o.o.", "foo"),
            ("ООО Ромашка", "romashka"),
            ("Wellness Spa", "wellness spa"),
            ("ACME HLDGS INTL PTE LTD", "acme holdings international"),
            ("星展银行有限公司", "星展银行"),
            ("株式会社リコー", "riko"),
            ("ABC貿易私人有限公司", "abc 貿易"),
            ("", ""),
            ("🙂", ""),
            ("\u{202e}ACME\u{200f} PTE LTD", "acme"),
        ] {
            assert_eq!(core_key(name), core, "{name}");
        }
    }

    #[test]
    fn forms_have_a_class_and_a_country() {
        for (name, form, country) in [
            ("Acme Pte Ltd", Some(LegalForm::PrivateLimited), Some("SG")),
            ("Acme Private Limited", Some(LegalForm::PrivateLimited), None),
            ("Acme Ltd", Some(LegalForm::Limited), None),
            ("Acme LLP", Some(LegalForm::Llp), None),
            ("Acme GmbH", Some(LegalForm::Foreign), Some("DE")),
            ("Acme Sdn Bhd", Some(LegalForm::Foreign), Some("MY")),
            ("PT Acme Tbk", Some(LegalForm::Foreign), Some("ID")),
            ("Acme Inc.", Some(LegalForm::Foreign), Some("US")),
            ("Acme S.A.", Some(LegalForm::Foreign), None),
            ("Acme", None, None),
        ] {
            let forms = NameForms::of(name);
            assert_eq!((forms.form, forms.country), (form, country), "{name}");
        }
    }

    #[test]
    fn other_scripts_are_kept_apart_and_can_be_read_aloud() {
        assert_ne!(light_key("中国银行"), light_key("中国石油"));
        assert!(!light_key("中国银行").is_empty());
        assert_eq!(light_key("Газпром"), "gazprom");
        assert_eq!(romanised("中国石油"), "zhong guo shi you");
        assert!(!light_key("שלום עולם").is_empty());
    }

    #[test]
    fn long_names_are_cut_not_refused() {
        assert!(light_key(&"ab ".repeat(10_000)).len() <= 400);
        assert!(light_key(&"ﷺ".repeat(10_000)).len() <= 4_000);
    }

    proptest! {
        #[test]
        fn normalising_is_total_and_idempotent(name in "\\PC{0,60}") {
            let forms = NameForms::of(&name);
            prop_assert_eq!(light_key(&forms.light), forms.light.as_str());
            prop_assert_eq!(core_key(&forms.core), forms.core.as_str());
            prop_assert_eq!(forms.core.is_empty(), forms.light.is_empty());
        }

        #[test]
        fn names_of_company_words_too(words in proptest::collection::vec(
            proptest::sample::select(vec!["acme", "a", "B.", "co", "& co", "company", "pte", "ltd", "LIMITED", "PT", "sp",
                "z", "o.o.", "有限公司", "公司", "株式会社", "intl", "inc", "s", "n", "of", "sdn bhd", "gmbh", "l", "t", "d"]), 0..7)) {
            let name = words.join(" ");
            let forms = NameForms::of(&name);
            prop_assert_eq!(light_key(&forms.light), forms.light.as_str());
            prop_assert_eq!(core_key(&forms.core), forms.core.as_str());
        }
    }
}
