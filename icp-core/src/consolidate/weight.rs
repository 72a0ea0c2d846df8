//! How much one item says, by where it was read; and how long that lasts.

use crate::model::{Confidence, EvidenceItem, EvidenceSource, PageKind, SignalKey, Timestamp, Zone};

/// How much a single item says: the prior of its rule, times what its source, its part of the page and the kind of page
/// are worth for its key.
///
/// | | factor |
/// |---|---|
/// | read by a language model | 0.7 |
/// | in a side column, a form, or navigation | 0.8, 0.8, 0.6 |
/// | in the head or foot of a page, except places, standards and what only machines read there | 0.9 |
/// | a page that is meant to say it, such as titles on a team page | 1 |
/// | an article, or a page about customers, for a key that is not about customers | 0.7 |
/// | any other page | 0.9 |
pub fn weight(item: &EvidenceItem) -> Confidence {
    let source = if item.source == EvidenceSource::Llm { 0.7 } else { 1.0 };
    let place = item.citation.as_ref().map_or(1.0, |citation| {
        citation.zone.map_or(1.0, |zone| zone_factor(item.key, zone))
            * page_factor(item.key, citation.page_kind)
    });
    Confidence::new(item.confidence.get() * source * place)
}

fn zone_factor(key: SignalKey, zone: Zone) -> f64 {
    match zone {
        Zone::Aside | Zone::Form => 0.8,
        Zone::Nav => 0.6,
        Zone::Header | Zone::Footer
            if !matches!(key, SignalKey::Location | SignalKey::Compliance | SignalKey::Technology) =>
        {
            0.9
        }
        _ => 1.0,
    }
}

fn page_factor(key: SignalKey, page: PageKind) -> f64 {
    let meant: &[PageKind] = match key {
        SignalKey::StaffTitle => &[PageKind::About, PageKind::Home],
        SignalKey::JobOpeningTitle => &[PageKind::Careers],
        SignalKey::Integration => {
            &[PageKind::Integrations, PageKind::Partners, PageKind::Product, PageKind::Home]
        }
        SignalKey::Location => {
            &[PageKind::Locations, PageKind::About, PageKind::Home, PageKind::Legal, PageKind::Careers]
        }
        SignalKey::HeadcountHint => &[PageKind::About, PageKind::Careers, PageKind::Home],
        SignalKey::IndustryLabel => &[PageKind::Home, PageKind::About, PageKind::Product],
        SignalKey::IndustryServed => {
            &[PageKind::Industries, PageKind::Home, PageKind::Product, PageKind::Customers]
        }
        SignalKey::CustomerLogo | SignalKey::BuyerTitle => &[PageKind::Customers, PageKind::Home],
        SignalKey::PricingHint => &[PageKind::Pricing],
        SignalKey::UseCase => &[PageKind::Product, PageKind::Industries, PageKind::Home],
        SignalKey::Compliance => &[PageKind::About, PageKind::Home, PageKind::Legal, PageKind::Product],
        // What a page runs, it runs whatever it is for.
        SignalKey::Technology => return 1.0,
        _ => &[PageKind::Home, PageKind::About],
    };
    if meant.contains(&page) {
        1.0
    } else if matches!(page, PageKind::Blog | PageKind::Customers) {
        0.7
    } else {
        0.9
    }
}

/// The days after which a fact of this kind is worth half: openings are filled within weeks, offices stay for years.
/// Chosen by us from how long such facts usually hold; not measured.
pub fn half_life_days(key: SignalKey) -> u32 {
    match key {
        SignalKey::JobOpeningTitle => 45,
        SignalKey::Trigger | SignalKey::PricingHint => 180,
        SignalKey::Location | SignalKey::IndustryLabel | SignalKey::IndustryServed => 1460,
        SignalKey::Ssic | SignalKey::EntityType | SignalKey::CompanyAge | SignalKey::Compliance => 730,
        _ => 365,
    }
}

/// The share of a fact's worth that is left at a time: 1 when it was seen then or later, half after each half-life.
pub fn freshness(key: SignalKey, seen: Timestamp, now: Timestamp) -> f64 {
    const MILLIS_A_DAY: f64 = 86_400_000.0;
    let days = now.millis_since(seen) as f64 / MILLIS_A_DAY;
    0.5f64.powf(days.max(0.0) / f64::from(half_life_days(key)))
}
