//! What stands beside digits and tells whether they are a telephone number.

use std::sync::LazyLock;

use regex::Regex;

use super::address::floor;
use super::names;

/// How far is looked to each side, in bytes.
const REACH: usize = 64;

fn compiled(pattern: &str) -> Regex {
    #[expect(clippy::expect_used, reason = "constant patterns, compiled by every test")]
    Regex::new(pattern).expect("a valid pattern")
}

/// Words that announce a number, in the languages of the pages seen.
const LABELS: &str = r"tel[ée]?phones?|t[ée]l|tels|tlf|telf|ph|phones?|mobiles?|mob|cell(?:ular|phone|ulare)?|h/?p|hand\s?phones?|fax|faks|telefax|whats\s?app|hotlines?|helpline|sms|
    viber|telegram|wechat|signal|did|direct(?:\sline)?|main\sline|landline|switchboard|call|calling|dial|ring|text|contacts?|enquir(?:y|ies)|inquiries|reach|reservations?|bookings?|
    tele[fp]+on[oiae]?|tel[ée]fono|telefone|fon|fono|handy|m[óo]vil|celular|cel|portable|gsm|puhelin|hubungi|telpon|talian|тел|телефон|моб|факс|電話|电话|手机|手機|联系电话|聯絡電話|
    傳真|传真|携帯|전화|휴대폰|팩스|โทร|โทรศัพท์|điện\sthoại|đt|sđt|هاتف|טלפון";

static LABEL_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    compiled(&format!(
        r#"(?xi)
        (?: (?: ^ | [^\p{{L}}\p{{N}}_] | [\p{{Han}}] ) (?: {LABELS} )
            (?: \s | \. | \b | $ )
            (?: [\s.:()/,&|–-]* \b (?: us|me|now|today|on|at|directly|no|nos|num|numbers?|nr|lines?|office|mobile|tel|fax|hp|or|and|is|local|toll|free|sg|singapore|via|whatsapp|here|
                support|sales|service|us\sat|o|m|h ) \b ){{0,4}}
          | (?: ^ | [\s|,;(/•·] ) [tmpfdohcw] \s? [.:|)]
          | \[phone\] \s* (?: [,/&|;•·-] | or | and )?
        )
        [\s.:：;,|/()\-–—\#=>*•·"'\[]* $"#
    ))
});

static LABEL_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?xi) ^ \s* (?:
            [(\[] \s* (?: tel | telephone | mobile | mob | m | phone | hp | h/p | fax | f | whatsapp | office | o | home | h | cell | hotline | main | direct | did | sms | t | 24\s?(?:hrs?|hours?|/7) ) \s* [)\]]
          | [-–|/,]? \s* (?: mobile | phone | hp | handphone | whatsapp | tel | fax | hotline ) \b )",
    )
});

/// Words before what is counted, registered or sold under a number.
static IDENTIFIER: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?xi) (?: ^ | [^\p{L}] ) (?: uen | acra | gst | vat | abn | acn | tin | siren | siret | hrb | hra | eori | duns | d-u-n-s | iban | swift | bic | isbn | issn | ean | gtin | upc | asin
            | reg | regn | registration | registered | no | nos | num | number | nr | id | ids | ref | reference | licen[cs]es? | permit | code | codes | sku | part | model | serial | s/n | order | invoice
            | patents? | pat | company | account | acct | a/c | postal | postcode | zip | pin | version | ver | build | rev | item | ssic | naics | sic | nace | hs | case | ticket | certificate | cert
            | charity | fca | frn | npi | policy | product | art | article | artikel | ust | steuernummer | cin | llpin | udyam | rn | crn | block | blk | unit | lot | page | chapter | \# )
          [\s.:\#()'’-]* $ | \b iban \b",
    )
});

static PRICE_OR_STANDARD: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?x) (?: [$€£¥₹₩₱฿₫₽] | \b (?: RM | Rp | Rs | USD | SGD | EUR | GBP | MYR | IDR | INR | AUD | HKD | JPY | CNY | THB | VND | PHP | CHF | AED )
            | \b (?: ISO | IEC | EN | BS | DIN | SS | ASTM | AS | NZS | GB | JIS | NF | UL | ANSI | API | IEEE | CEI | UNI | ONORM | ISO/IEC | ISO/TS | IATF | OHSAS | HACCP | RFC ) [\s/:-]? (?: [A-Z]{1,4} [\s/-]? )? )
          \s? $",
    )
});

static UNIT: LazyLock<Regex> = LazyLock::new(|| {
    compiled(
        r"(?xi) ^ \s* (?: [%°$€£¥+] | (?: sq | sqft | sqm | m2 | m² | ft | mm | cm | km | kg | tons? | tonnes? | words | units? | pcs | pieces | employees | people | users | customers | clients
            | members | companies | businesses | projects | orders | rpm | kw | kwh | mah | lumens | psi | bar | hours? | hrs | usd | sgd | eur | gbp | dollars | euros? | views | downloads
            | students | rows | items | sku | skus | installs | volts? | watts? | psf | gsm | dpi | px | mhz | ghz ) \b )",
    )
});

/// The text before a number.
pub(super) struct Context<'a> {
    text: &'a str,
    line: &'a str,
    whole_line: bool,
}

/// The text after a number.
pub(super) struct After<'a> {
    line: &'a str,
    whole_line: bool,
}

impl<'a> Context<'a> {
    /// What stands before `start`, on its line.
    pub(super) fn new(text: &'a str, start: usize) -> Self {
        let far = floor(text, start.saturating_sub(REACH));
        let reach = &text[far..start];
        let (line, whole_line) = match reach.rfind('\n') {
            Some(at) => (&reach[at + 1..], true),
            None => (reach, far == 0),
        };
        Self { text, line, whole_line }
    }

    /// What stands after `end`, on its line.
    pub(super) fn after(&self, end: usize) -> After<'a> {
        let far = floor(self.text, (end + REACH).min(self.text.len())).max(end);
        let reach = &self.text[end..far];
        let (line, whole_line) = match reach.find('\n') {
            Some(at) => (&reach[..at], true),
            None => (reach, far == self.text.len()),
        };
        After { line, whole_line }
    }

    pub(super) fn is_labelled(&self) -> bool {
        LABEL_BEFORE.is_match(self.line)
    }

    pub(super) fn is_identifier(&self) -> bool {
        IDENTIFIER.is_match(self.line)
    }

    pub(super) fn is_price_or_standard(&self) -> bool {
        PRICE_OR_STANDARD.is_match(self.line)
    }

    /// Whether the number is the end of something longer: `AB-9123`, `#9123`, `3.9123`.
    pub(super) fn is_glued(&self) -> bool {
        let mut before = self.line.chars().rev();
        match before.next() {
            Some(c) if c.is_alphanumeric() => true,
            Some('_' | '#' | '=' | '&' | '%' | '@' | '$' | '~' | '^' | '<') => true,
            Some('.' | ',' | '-' | '/' | ':' | '\\' | '\'') => {
                before.next().is_some_and(char::is_alphanumeric)
            }
            _ => false,
        }
    }

    pub(super) fn starts_line(&self) -> bool {
        self.whole_line
            && !self.line.chars().any(char::is_alphanumeric)
            && !self.line.contains(['$', '#', '€', '£'])
    }

    /// A person's name is the last word, or the word before a comma, a dash or a bracket.
    pub(super) fn follows_name(&self) -> bool {
        let mut words = self.line.split(|c: char| !c.is_alphabetic()).rev().filter(|word| !word.is_empty());
        let near = self.line.trim_end_matches(|c: char| !c.is_alphabetic()).len() + 5 > self.line.len();
        near && words.by_ref().take(3).any(names::is_given_name)
    }
}

impl After<'_> {
    pub(super) fn is_labelled(&self) -> bool {
        LABEL_AFTER.is_match(self.line)
    }

    pub(super) fn is_unit(&self) -> bool {
        UNIT.is_match(self.line)
    }

    /// Whether the number goes on: `53012345X`, `9123-4567-AB`, `9123.4567`, `9123,45`.
    pub(super) fn is_glued(&self) -> bool {
        let mut after = self.line.chars();
        match after.next() {
            Some('x' | 'X') => after.next().is_some_and(|c| c.is_alphabetic()),
            Some(c) if c.is_alphanumeric() => !self.line.starts_with("ext") && c.is_ascii(),
            Some('_' | '%' | '=' | '&' | '@' | '\\') => true,
            Some('-' | '.' | '/' | ',' | ':') => match after.next() {
                Some(c) if c.is_ascii_digit() => true,
                Some(c) => c.is_alphanumeric() && !self.line.starts_with('/') && !self.line.starts_with(','),
                None => false,
            },
            _ => false,
        }
    }

    pub(super) fn ends_line(&self) -> bool {
        self.whole_line && !self.line.chars().any(char::is_alphanumeric)
    }

    /// A bracket or dash and then a person's name.
    pub(super) fn precedes_name(&self) -> bool {
        let rest = self
            .line
            .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '(' | '-' | '–' | '[' | ':'));
        let word = rest.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        rest.len() < self.line.len() && self.line.len() - rest.len() <= 6 && names::is_given_name(word)
    }
}

/// The most digits of a number with its country's code.
const LONGEST: usize = 15;

/// Digits of a country's code with the fewest and the most digits of numbers behind it.
const COUNTRIES: &[(&[u8], usize, usize)] = &[
    (&[1], 10, 10),
    (&[2, 0], 8, 10),
    (&[3, 0], 10, 10),
    (&[3, 1], 9, 9),
    (&[3, 2], 8, 9),
    (&[3, 3], 9, 9),
    (&[3, 4], 9, 9),
    (&[3, 9], 6, 11),
    (&[4, 1], 9, 9),
    (&[4, 4], 9, 10),
    (&[4, 5], 8, 8),
    (&[4, 7], 8, 8),
    (&[4, 8], 9, 9),
    (&[6, 0], 8, 10),
    (&[6, 1], 9, 9),
    (&[6, 2], 7, 12),
    (&[6, 3], 8, 10),
    (&[6, 4], 8, 10),
    (&[6, 5], 8, 8),
    (&[6, 6], 8, 9),
    (&[8, 1], 9, 10),
    (&[8, 2], 8, 10),
    (&[8, 4], 8, 10),
    (&[8, 5, 2], 8, 8),
    (&[8, 5, 3], 8, 8),
    (&[8, 6], 9, 12),
    (&[9, 1], 10, 10),
    (&[9, 7, 1], 8, 9),
];

/// A trunk zero that people write though it is not dialled makes a number one longer.
fn lengths(digits: &[u8]) -> (usize, usize) {
    match COUNTRIES.iter().find(|(code, ..)| digits.starts_with(code)) {
        Some((code, min, max)) => {
            let trunk = usize::from(digits.get(code.len()) == Some(&0));
            (code.len() + min, code.len() + max + trunk)
        }
        None if digits.starts_with(&[0]) => (9, LONGEST),
        None => (8, LONGEST),
    }
}

/// Whether the digits after a plus are as many as the country has.
pub(super) fn is_intl_length(digits: &[u8]) -> bool {
    let (min, max) = lengths(digits);
    (min..=max).contains(&digits.len())
}

/// The most digits a number of this beginning has.
pub(super) fn longest_intl(digits: &[u8]) -> usize {
    lengths(digits).1
}
