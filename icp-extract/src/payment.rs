//! `integration`, by what a buyer pays with: names of cards, wallets and payment services where payment is spoken of.

use icp_core::model::{Finding, Page, PageKind, SignalKey, SiteRole};
use icp_core::site::text::{self, has_word};

use crate::integration::is_denied;
use crate::lexicon::{Hit, Lexicon, Spelling, Topic};
use crate::report::{MatchBudget, report};

/// Words that speak of paying.
#[rustfmt::skip]
const PAYING: &[&str] = &[
    "accept", "accepts", "accepted", "pay", "payment", "payments", "paid", "credit card", "credit cards", "debit", "card", "cards", "instalments", "installments", "checkout", "wallet",
    "e-wallet", "cash", "we take", "we also take", "takes rent", "by paynow", "zahlung", "paiement", "bayaran",
];

/// Products of `products.tsv` that buyers pay with.
#[rustfmt::skip]
const SERVICES: &[&str] = &["2C2P", "Adyen", "Airwallex", "Atome", "Braintree", "GrabPay", "HitPay", "NETS", "PayNow", "PayPal", "Razorpay", "Stripe"];

/// Finds what the company accepts.
pub(crate) fn find(page: &Page, _role: SiteRole, out: &mut Vec<Finding>) {
    if matches!(page.kind, PageKind::Blog | PageKind::Careers | PageKind::Legal | PageKind::Customers) {
        return;
    }
    let mut budget = MatchBudget::new();
    let lines: Vec<_> = text::own_lines(page).map(|line| (hits(line.text), line)).collect();
    // Pictures of cards in a row: each is a line of nothing but its name.
    let tiles =
        lines.iter().filter(|(hits, line)| hits.iter().any(|hit| hit.span.len() == line.text.trim().len()));
    let tiles = tiles.count() >= 3;
    for (hits, line) in &lines {
        for hit in hits {
            if !budget.take() {
                return;
            }
            let range = text::sentence(line.text, &hit.span);
            let lower = line.text[range.clone()].to_ascii_lowercase();
            let at = hit.span.start - range.start..hit.span.end - range.start;
            let rest = format!("{} {}", &lower[..at.start], &lower[at.end..]);
            let said = has_word(&rest, PAYING)
                || tiles && hit.span.len() == line.text.trim().len()
                || hits.len() >= 3 && line.text.len() <= 120
                || line.headings().any(|heading| has_word(&heading.to_ascii_lowercase(), PAYING));
            // "Discover our cards": an everyday word needs another name beside it.
            let alone = hit.spelling == Spelling::Everyday && hits.len() < 2 && hit.value == "Discover";
            if said
                && !alone
                && !lower.trim_end().ends_with('?')
                && !is_denied(&lower, &at)
                && !is_visa(hit.value, &lower)
            {
                let quote = text::quote(line.text, &hit.span);
                report(out, page, line.block, (SignalKey::Integration, hit.value), quote, 0.8);
            }
        }
    }
}

fn hits(text: &str) -> Vec<Hit> {
    let services = Lexicon::own().hits(Topic::Product, text).filter(|hit| SERVICES.contains(&hit.value));
    Lexicon::own().hits(Topic::Payment, text).chain(services).collect()
}

/// Whether a visa is a permit to enter a country.
fn is_visa(value: &str, lower: &str) -> bool {
    value == "Visa"
        && has_word(
            lower,
            &[
                "passport",
                "immigration",
                "work visa",
                "visa application",
                "visa sponsorship",
                "permit",
                "entry visa",
                "travel",
            ],
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{one, values};

    #[test]
    fn what_is_accepted() {
        for (text, names) in [
            (
                "Credit Cards (Visa, Mastercard, Amex, Discover)",
                vec!["Visa", "Mastercard", "American Express", "Discover"],
            ),
            ("We also take Touch 'n Go eWallet.", vec!["Touch 'n Go eWallet"]),
            ("Discover our gift cards.", vec![]),
            ("We help with your visa and work permit payments.", vec![]),
            ("We do not accept American Express.", vec![]),
            ("Apple Pay was launched in 2014.", vec![]),
        ] {
            assert_eq!(values(find, &one(PageKind::Pricing, text)), names, "{text}");
        }
    }
}
