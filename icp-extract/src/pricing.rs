//! `pricing_hint`: what the company's own offers cost, as it says itself: an amount, a currency and what for, or that one
//! must ask.
//!
//! Most sums of money on a page are no prices: savings, salaries, funding, a customer's revenue. So an amount counts on a
//! pricing page, with a period or a unit ("per month"), or beside a word of price, and never beside a word of another use.
//! Value: `SGD 49 per month`, `from USD 1,200`, `contact sales`.

mod money;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use icp_core::model::{Block, Finding, Page, PageKind, SignalKey, SiteRole, Zone};
use icp_core::site::text::{self, Line, has_stem, has_word};
use regex::Regex;

use self::money::{MONEY, Price};
use crate::report::{MatchBudget, pattern, report};
use crate::{other_company, subject};

/// More single prices than this on a page are a menu or a catalogue: only where they begin is told.
const MAX_PRICES: usize = 16;

/// Words beside a sum that make it a price.
#[rustfmt::skip]
const PRICED: &[&str] = &[
    "price", "prices", "priced", "pricing", "cost", "costs", "fee", "fees", "rate", "rates", "from", "starting at", "starts at", "starting from", "starts from", "only", "just", "flat", "plan", "plans",
    "package", "packages", "subscription", "tuition", "billed", "buy", "order", "preis", "preise", "ab", "kostet", "kosten", "gebühr", "tarif", "tarifs", "prix", "à partir de", "coûte", "forfait",
    "precio", "desde", "prezzo", "add to cart", "menu", "quote", "excl", "incl", "gst", "vat", "mwst", "ht", "ttc", "ticket", "tickets", "admission", "entry", "setup", "one-time", "nett", "each", "apiece", "la pièce", "pro stück",
];
/// Words beside a sum that make it something else.
#[rustfmt::skip]
const NO_PRICE: &[&str] = &[
    "saving", "savings", "save", "saves", "saved", "revenue", "revenues", "turnover", "sales of", "raised", "funding", "fund", "funds", "invested", "investment", "investors", "valuation", "salary", "salaries",
    "wage", "wages", "earn", "earns", "earned", "earning", "income", "bonus", "bounty", "we pay", "grant", "grants", "subsidy", "subsidies", "subsidised", "donation", "donate", "donations", "refund", "refunds", "cash back",
    "cashback", "discount", "rebate", "off", "loan", "loans", "credit line", "budget", "budgets", "worth", "won", "verdict", "settlement", "fine of", "penalty", "lost", "loses", "losing", "cost of living",
    "share capital", "capital", "stammkapital", "gehalt", "chiffre d'affaires", "umsatz", "profit", "profits", "recovered", "generated", "increase", "increased", "reduced", "assets", "portfolio of", "market", "gdp", "liability",
    "insured", "coverage", "reward", "rewards", "prize", "prizes", "used to", "deductible", "average order", "spend", "spent", "spending", "in sales", "minimum order", "if you", "they paid", "last year", "was", "were", "stood at", "coûtait", "kostete", "client", "clients", "customer", "customers", "credit", "you pay to", "average", "itself costs", "rent", "we saw", "not ours", "limit", "line", "coupon", "coupons", "forget", "copay", "value", "minimum", "typically", "principal", "sold in", "do not ask", "deductibles", "fined", "cost us", "avoided", "capped", "allowance", "less", "compensation", "free shipping", "free delivery", "orders over", "orders above",
];

/// Words that say that a price is told to who asks, and offers without one.
static ASK: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    [
        (r"(?i)\bcontact\s(?:our\s)?sales\b", "contact sales"),
        (r"(?i)\b(?:contact|call|email|talk\sto)\sus\sfor\s(?:(?:a|our|custom)\s)?(?:price|prices|pricing|quote|quotation|rates)\b|\bcontact\sfor\s(?:pric\w+|a\squote)\b|\benquire\sfor\spric\w+", "contact sales"),
        (r"(?i)\bpric(?:e|es|ing)\s(?:is\s|are\s)?(?:up)?on\s(?:request|application|enquiry)\b|\bpreise?\sauf\sanfrage\b|\banfrage\sfür\spreis\b|\bprix\ssur\sdemande\b|\bsur\sdevis\b|\bprecio\sa\sconsultar\b|\bprezzo\ssu\srichiesta\b|\bquoted\sby\s(?:\w+\s)?(?:size|project|volume|scope|request|case)\b|\bprijs\sop\saanvraag\b", "price on request"),
        (r"(?i)\bdevis\sgratuit\b|\bfree,?\s(?:no[\s-]obligation\s)?(?:quote|quotation|estimate)s?\b|\bkostenloses\sangebot\b|\bkostenlose[rns]?\skostenvoranschlag\b", "free quote"),
        (r"(?i)\b(?:[0-9]{1,3})[\s-]days?,?\sfree\strial\b|\bfree\s(?:[0-9]{1,3})[\s-]days?\strial\b|\bfree\strial\b|\bkostenlose?r?\stestphase\b|\bessai\sgratuit\b", "free trial"),
        (r"(?i)\bfree\s(?:plan|tier|forever)\b|\bforever\sfree\b|\bfree\sfor\s(?:individual|personal)\b", "free plan"),
    ]
    .map(|(text, value)| (pattern(text), value))
    .into()
});
static DAYS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)([0-9]{1,3})[\s-]days?"));

/// What a sum is for, right after it.
static FOR_ONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^\s(?:for|für|pour)\s(?:one|1|two|2|three|3|an?|eine?n?|une?)\s(?:full\s|single\s)?(?:day|night|week|month|year|hour|person|adult|child|session|lesson|class|visit|guest|seat|tag|nacht|person|jour|nuit|personne)s?\b",
    )
});
/// A sum with its sign before it and its currency behind it, and nothing else.
static CODE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:[Ff]rom\s)?\$\s?[0-9][0-9,]*\.[0-9]{2}\s(?:SGD|USD|AUD|NZD|CAD|HKD)$"));

/// A price where it stands.
struct Told<'p> {
    block: &'p Block,
    range: Range<usize>,
    price: Price,
}

/// Finds prices and what stands for them.
pub(crate) fn find(page: &Page, _role: SiteRole, out: &mut Vec<Finding>) {
    if matches!(
        page.kind,
        PageKind::Blog | PageKind::Customers | PageKind::Careers | PageKind::Legal | PageKind::Partners
    ) {
        return;
    }
    let mut budget = MatchBudget::new();
    if other_company::is_its_page(page) {
        return;
    }
    let mut told: Vec<Told<'_>> = Vec::new();
    let lines: Vec<Line<'_>> = text::lines(page).collect();
    for (at, line) in lines.iter().enumerate() {
        if line.is_boilerplate() {
            continue;
        }
        if !has_money(line.text) {
            continue;
        }
        if is_of_others(line) {
            continue;
        }
        for (rule, value) in &*ASK {
            let Some(found) = rule.find(line.text) else { continue };
            if !budget.take() {
                return;
            }
            let asks = matches!(*value, "contact sales" | "free quote");
            if asks && page.kind != PageKind::Pricing && (*value == "free quote" || !near_price(line)) {
                continue;
            }
            let days = DAYS.captures(found.as_str()).filter(|_| *value == "free trial");
            let value =
                days.map_or_else(|| (*value).to_owned(), |days| format!("{}-day free trial", &days[1]));
            let quote = text::quote(line.text, &found.range());
            report(out, page, line.block, (SignalKey::PricingHint, &value), quote, 0.7);
        }
        for found in MONEY.captures_iter(line.text) {
            if !budget.take() {
                return;
            }
            let Some(whole) = found.get(0) else { continue };
            let Some(mut price) = money::read(&found, line.text, page) else { continue };
            let mut range = text::quote(line.text, &whole.range());
            // A card has the period in a block of its own: "$4", "per user / month".
            if price.per.is_empty()
                && whole.end() == line.text.len()
                && let Some(next) = lines.get(at + 1).filter(|next| next.block.zone == line.block.zone)
                && let Some(period) = money::period(next.text)
            {
                price.per = period;
                if next.block.start == line.block.end + 1 {
                    range.end = (next.block.end - line.block.start) as usize;
                }
            }
            if is_price(page, line, &whole.range(), &price) {
                told.push(Told { block: line.block, range, price });
            }
        }
    }
    let distinct: BTreeSet<String> = told.iter().map(|it| it.price.to_string()).collect();
    if distinct.len() > MAX_PRICES {
        let lowest = told
            .iter()
            .filter(|it| it.price.amount > 0.0)
            .min_by(|a, b| a.price.amount.total_cmp(&b.price.amount));
        if let Some(Told { block, range, price }) = lowest {
            let value = Price { from: true, to: None, ..price.clone() }.to_string();
            report(out, page, block, (SignalKey::PricingHint, &value), range.clone(), 0.7);
        }
        return;
    }
    let sure = if page.kind == PageKind::Pricing { 0.9 } else { 0.8 };
    for Told { block, range, price } in told {
        report(out, page, block, (SignalKey::PricingHint, &price.to_string()), range, sure);
    }
}

/// A cheap look before the patterns.
fn has_money(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit())
        || has_stem(
            &text.to_lowercase(),
            &[
                "contact",
                "price",
                "pricing",
                "preis",
                "prix",
                "free",
                "devis",
                "kostenlos",
                "quote",
                "essai",
                "custom",
            ],
        )
}

fn is_of_others(line: &Line<'_>) -> bool {
    matches!(
        subject::section(line),
        Some(subject::Section::Voices | subject::Section::Customers | subject::Section::Partners)
    )
}

fn near_price(line: &Line<'_>) -> bool {
    let price = |text: &str| {
        has_stem(
            &text.to_lowercase(),
            &["pric", "quot", "plan", "rate", "fee", "preis", "tarif", "prix", "enterprise"],
        )
    };
    price(line.text) || line.headings().any(|heading| heading.len() <= 60 && price(heading))
}

/// Whether a sum of money in a line is what an offer of the company costs.
fn is_price(page: &Page, line: &Line<'_>, span: &Range<usize>, price: &Price) -> bool {
    let range = text::sentence(line.text, span);
    let own = &line.text[range];
    let lower = own.to_lowercase();
    if line.block.zone == Zone::Form
        || has_word(&lower, NO_PRICE)
        || line.headings().any(|heading| {
            heading.len() <= 80
                && has_word(
                    &heading.to_lowercase(),
                    &[
                        "salary",
                        "pay",
                        "benefits",
                        "funding",
                        "case study",
                        "savings",
                        "revenue",
                        "grants",
                        "capital",
                        "benefit",
                    ],
                )
        })
        || lower.trim_end().ends_with('?')
        || subject::is_quoted(line.text, span)
        || other_company::is_subject(page, own)
    {
        return false;
    }
    // "Up to $5,000 per truck" is a limit.
    let before = line.text.get(..span.start).unwrap_or_default().trim_end().to_lowercase();
    if ["up to", "bis zu", "jusqu'à", "jusqu’à", "maximum of"].iter().any(|most| before.ends_with(most)) {
        return false;
    }
    let short = line.text.len() <= 60;
    let after = line.text.get(span.end..).unwrap_or_default();
    match page.kind {
        PageKind::Pricing => true,
        // "£129 for one day", "$12.80 SGD": what is sold, or how shops print it.
        _ if FOR_ONE.is_match(after) => own.len() <= 160,
        _ if line.text.len() <= 40 && CODE.is_match(line.text) => true,
        _ if price.per.is_empty() => {
            // A sum alone: beside a word of price, or alone on its line under a heading or in a table of prices.
            let headed = line
                .headings()
                .any(|heading| heading.len() <= 60 && has_word(&heading.to_lowercase(), PRICED));
            has_word(&lower, PRICED) && own.len() <= 160 || short && headed
        }
        _ => own.len() <= 300,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{one, page, values};
    use icp_core::model::BlockKind;

    fn found(kind: PageKind, text: &str) -> Vec<String> {
        values(find, &one(kind, text))
    }

    #[test]
    fn prices_as_sites_print_them() {
        for (text, value) in [
            ("S$49 / month", "SGD 49 per month"),
            ("From $1,200", "from SGD 1,200"),
            ("£3.20 per pallet per week", "GBP 3.20 per pallet per week"),
            ("À partir de 6 500 € HT", "from EUR 6,500"),
            ("90 € / mois", "EUR 90 per month"),
            ("RM 14.90", "MYR 14.90"),
            ("JPY 4,800 / kg", "JPY 4,800 per kg"),
            ("$325 to $540 an hour", "SGD 325–540 per hour"),
            ("14 € je Pumpe und Monat", "EUR 14 per pumpe per month"),
            ("2.850,00 €", "EUR 2,850"),
            ("A$2,150 per day", "AUD 2,150 per day"),
            ("$0 for individual use", "SGD 0"),
            ("$0.0005/event", "SGD 0.0005 per event"),
            ("Contact sales", "contact sales"),
            ("Preis auf Anfrage", "price on request"),
            ("Start your 14-day free trial", "14-day free trial"),
            ("Custom, quoted by fleet size", "price on request"),
        ] {
            assert_eq!(found(PageKind::Pricing, text), [value], "{text}");
        }
        assert_eq!(
            found(PageKind::Product, "Plans start from US$29 per user per month."),
            ["from USD 29 per user per month"]
        );
        for (text, value) in [
            ("One pump, USD 395 each", "USD 395"),
            ("£129 for one day or £149 for two days", "GBP 129"),
            ("$12.80 USD", "USD 12.80"),
        ] {
            assert_eq!(found(PageKind::Product, text).first().map(String::as_str), Some(value), "{text}");
        }
        let cell = page(
            PageKind::Product,
            &[(Zone::Main, BlockKind::Heading(2), "Fees"), (Zone::Main, BlockKind::Cell, "$35")],
        );
        assert_eq!(values(find, &cell), ["SGD 35"]);
    }

    #[test]
    fn sums_that_are_no_price() {
        for text in [
            "up to $5,000 per truck / per week",
            "Quoted by a real person",
            "We saved them $4,000 a month.",
            "Raised $5 million from investors",
            "A typical outlet saves S$1,900 a month in overtime.",
            "A salary of $4,500 per month",
            "Up to $5,000 off your order",
            "$1.2M per year",
            "Gumnut Homes is billed $40 per month.",
        ] {
            assert_eq!(found(PageKind::Product, text), [""; 0], "{text}");
        }
        for kind in [PageKind::Blog, PageKind::Customers, PageKind::Careers] {
            assert_eq!(found(kind, "S$49 / month"), [""; 0]);
        }
        assert_eq!(found(PageKind::Product, "The tower was sold with $300 cheques."), [""; 0]);
    }

    #[test]
    fn a_menu_is_told_by_where_it_begins() {
        let lines: Vec<String> = (3..30).map(|n| format!("RM {n}.50")).collect();
        let blocks: Vec<_> = lines.iter().map(|line| (Zone::Main, BlockKind::Cell, line.as_str())).collect();
        assert_eq!(values(find, &page(PageKind::Pricing, &blocks)), ["from MYR 3.50"]);
    }
}
