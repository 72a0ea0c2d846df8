//! Sums of money as sites print them: "S$49 / month", "2.850,00 €", "$90 to $140".

use std::fmt;
use std::sync::LazyLock;

use icp_core::model::Page;
use regex::{Captures, Regex};

use crate::report::pattern;

/// What something costs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Price {
    /// Whether it begins there.
    pub from: bool,
    /// The currency's code.
    pub currency: &'static str,
    /// The amount.
    pub amount: f64,
    /// The end of a range.
    pub to: Option<f64>,
    /// What it is for, each with its "per".
    pub per: Vec<String>,
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = if self.from { "from " } else { "" };
        write!(f, "{from}{} {}", self.currency, plain(self.amount))?;
        if let Some(to) = self.to {
            write!(f, "–{}", plain(to))?;
        }
        self.per.iter().try_for_each(|per| write!(f, " per {per}"))
    }
}

/// An amount with commas, and with cents where it has any.
fn plain(amount: f64) -> String {
    if amount > 0.0 && amount < 0.01 {
        return format!("{amount:.6}").trim_end_matches('0').to_owned();
    }
    let cents = (amount * 100.0).round();
    let whole = format!("{:.0}", (cents / 100.0).trunc());
    let mut out = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    let rest = cents % 100.0;
    if rest > 0.0 { format!("{out}.{rest:02.0}") } else { out }
}

const AMOUNT: &str = r"0[.,][0-9]{1,6}|[0-9]{1,3}(?:[,.'’\u{a0}\u{202f} ][0-9]{3})+(?:[.,][0-9]{2})?|[0-9]{1,7}(?:[.,][0-9]{1,2})?";
const SIGN: &str = r"(?:S|A|AU|US|HK|NZ|C|CA|CAD|NT|R|SGD|USD|AUD|NZD)\s?\$|\$|€|£|¥|₹|₱|฿|₫|₩|₪|₺|₦|RM|Rs\.?|Rp\.?|R|KSh|Ksh|Php|(?:SGD|USD|AUD|EUR|GBP|CHF|JPY|CNY|RMB|HKD|NZD|CAD|MYR|IDR|INR|THB|PHP|VND|KRW|ZAR|AED|SAR|QAR|KES|NGN|GHS|SEK|NOK|DKK|PLN|BRL|MXN|TWD)";
const AFTER: &str = r"€|EUR\b|[Ee]uros?\b|SGD\b|USD\b|CHF\b|AUD\b|GBP\b|MYR\b|AED\b|SAR\b|INR\b|HKD\b|NZD\b|CAD\b|zł|PLN\b|SEK\b|NOK\b|DKK\b|kr\b|円|元";
const PER: &str =
    r"(?:\s?/\s?|\s(?:per|an?|each|every|pro|je|par|por|al|und)\s)(?:\s?(?:per|je)\s)?[\p{L}]{1,14}";

/// "From", a sum or a range with its currency before or after it, what makes it too large for a price, and what it is for.
pub(super) static MONEY: LazyLock<Regex> = LazyLock::new(|| {
    let from = r"(?:(?P<from>\b(?:[Ff]rom|FROM|[Ss]tarting\s(?:at|from)|[Ss]tarts\s(?:at|from)|[Aa]s\slow\sas|[Aa]b|[ÀAàa]\spartir\sde|[Dd]esde|[Vv]anaf))\s(?:just\s|only\s)?)?";
    let before = format!(
        r"(?P<sign>{SIGN})\s?(?P<amount>{AMOUNT})(?:\s?(?:-|–|—|to|and|bis)\s?(?:{SIGN})?\s?(?P<to>{AMOUNT}))?"
    );
    let after =
        format!(r"(?P<amount2>{AMOUNT})(?:\s?(?:-|–|to|bis|à)\s?(?P<to2>{AMOUNT}))?\s?(?P<sign2>{AFTER})");
    let rest = r"(?P<rest>\+|k\b|K\b|[mM]\b|[bB]n?\b|\s?(?:million|billion|mn|Mio|Mrd|thousand|crore|lakh|trillion|millions)\b)?";
    let per = format!(
        r"(?P<per>(?:\s?\(?(?:USD|SGD|AUD|US|HT|TTC|excl\.?|incl\.?|GST|VAT|zzgl\.\sMwSt\.?|flat),?\)?){{0,2}}(?:{PER}){{1,2}}|\s?(?:monthly|annually|yearly|weekly|daily|hourly)\b)?"
    );
    pattern(&format!("{from}(?:{before}|{after}){rest}{per}"))
});

static PERIOD: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"^\s?(?:{PER}){{1,2}}")));

/// What a price is for, when a text is that and little else: "per user / month", "/mo".
pub(super) fn period(text: &str) -> Option<Vec<String>> {
    let spaced = format!(" {text}");
    let found = PERIOD.find(&spaced).filter(|_| text.len() <= 60)?;
    Some(periods(found.as_str())).filter(|per| !per.is_empty())
}

/// Reads a match. `None` when the sum is too large or too odd for a price.
pub(super) fn read(found: &Captures<'_>, text: &str, page: &Page) -> Option<Price> {
    if found.name("rest").is_some() {
        return None;
    }
    let sign = found.name("sign").or_else(|| found.name("sign2"))?.as_str();
    // "$12.80 SGD" says which dollar it is.
    let amount_end = found.name("to").or_else(|| found.name("amount")).map_or(0, |it| it.end());
    let behind = text.get(amount_end..).unwrap_or_default().trim_start_matches([' ', '(']);
    let named = ["SGD", "USD", "AUD", "NZD", "CAD", "HKD"].into_iter().find(|code| behind.starts_with(code));
    let currency = match named {
        Some(named) if sign == "$" => named,
        _ => currency(sign, page)?,
    };
    // A sign that ends a word, or digits that go on before the sum, are something else.
    let start = found.name("sign").or_else(|| found.name("amount2"))?.start();
    if text[..start].chars().next_back().is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | ',' | '$'))
    {
        return None;
    }
    let amount = number(found.name("amount").or_else(|| found.name("amount2"))?.as_str())?;
    let to = found.name("to").or_else(|| found.name("to2")).and_then(|to| number(to.as_str()));
    let after = &text[found.get(0)?.end()..];
    if amount > 500_000.0 && !matches!(currency, "IDR" | "VND" | "KRW" | "JPY") || after.starts_with('%') {
        return None;
    }
    let to = to.filter(|to| *to > amount);
    Some(Price {
        from: found.name("from").is_some(),
        currency,
        amount,
        to,
        per: found.name("per").map(|per| periods(per.as_str())).unwrap_or_default(),
    })
}

/// The currency that a sign stands for; a bare dollar is that of the page's country.
fn currency(sign: &str, page: &Page) -> Option<&'static str> {
    let host = page.url.split("://").nth(1).unwrap_or_default().split(['/', ':']).next().unwrap_or_default();
    let tld = host.rsplit('.').next().unwrap_or_default();
    let sign: String = sign.chars().filter(|c| !c.is_whitespace()).collect();
    Some(match sign.as_str() {
        "$" => match tld {
            "sg" => "SGD",
            "au" => "AUD",
            "nz" => "NZD",
            "ca" => "CAD",
            "hk" => "HKD",
            _ => "USD",
        },
        "S$" | "SGD$" | "SGD" => "SGD",
        "A$" | "AU$" | "AUD$" | "AUD" => "AUD",
        "US$" | "USD$" | "USD" => "USD",
        "HK$" | "HKD" => "HKD",
        "NZ$" | "NZD$" | "NZD" => "NZD",
        "C$" | "CA$" | "CAD$" | "CAD" => "CAD",
        "NT$" | "TWD" => "TWD",
        "R$" | "BRL" => "BRL",
        "€" | "EUR" | "Euro" | "Euros" | "euro" | "euros" => "EUR",
        "£" | "GBP" => "GBP",
        "¥" if tld == "cn" => "CNY",
        "¥" | "円" | "JPY" => "JPY",
        "元" | "CNY" | "RMB" => "CNY",
        "₹" | "INR" => "INR",
        "Rs" | "Rs." => match tld {
            "pk" => "PKR",
            "lk" => "LKR",
            _ => "INR",
        },
        "₱" | "PHP" | "Php" => "PHP",
        "฿" | "THB" => "THB",
        "₫" | "VND" => "VND",
        "₩" | "KRW" => "KRW",
        "₪" => "ILS",
        "₺" => "TRY",
        "₦" | "NGN" => "NGN",
        "RM" | "MYR" => "MYR",
        "Rp" | "Rp." | "IDR" => "IDR",
        // A letter that is a currency only in its country.
        "R" => (tld == "za" || page.text.as_str().contains("South Africa")).then_some("ZAR")?,
        "ZAR" => "ZAR",
        "KSh" | "Ksh" | "KES" => "KES",
        "CHF" => "CHF",
        "AED" => "AED",
        "SAR" => "SAR",
        "QAR" => "QAR",
        "GHS" => "GHS",
        "SEK" => "SEK",
        "NOK" => "NOK",
        "DKK" => "DKK",
        "kr" => match tld {
            "dk" => "DKK",
            "no" => "NOK",
            _ => "SEK",
        },
        "zł" | "PLN" => "PLN",
        "MXN" => "MXN",
        _ => return None,
    })
}

/// A number with the separators of any country: the last mark with one or two digits after it is the decimal one.
fn number(text: &str) -> Option<f64> {
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    if let Some(cents) = text.strip_prefix("0.").or_else(|| text.strip_prefix("0,")) {
        return format!("0.{cents}").parse().ok();
    }
    match text.rfind(['.', ',']).map(|at| text.split_at(at)) {
        Some((whole, cents)) if cents.len() <= 3 => {
            format!("{}.{}", digits(whole), digits(cents)).parse().ok()
        }
        _ => digits(text).parse().ok(),
    }
}

/// "/ user / month" as "user" and "month".
fn periods(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let mut out = Vec::new();
    for word in lower.split(|c: char| !c.is_alphabetic()) {
        let word = match word {
            "" | "per" | "a" | "an" | "each" | "every" | "pro" | "je" | "par" | "por" | "al" | "und"
            | "usd" | "sgd" | "aud" | "us" | "ht" | "ttc" | "excl" | "incl" | "gst" | "vat" | "zzgl"
            | "mwst" | "flat" => continue,
            "mo" | "mth" | "monthly" | "mois" | "monat" | "mes" | "mese" | "months" => "month",
            "yr" | "yearly" | "annually" | "annum" | "jahr" | "année" | "año" | "anno" | "years" => "year",
            "wk" | "weekly" | "woche" | "semaine" => "week",
            "daily" | "tag" | "jour" => "day",
            "hr" | "h" | "hourly" | "stunde" | "heure" => "hour",
            "pax" => "person",
            other => other,
        };
        out.push(word.to_owned());
    }
    out
}
