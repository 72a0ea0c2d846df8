//! Addresses that a page declares for machines (JSON-LD).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use icp_core::model::{Block, Finding, Page, SignalKey, Zone};
use icp_core::site::text;

use super::address::overseas;
use super::places;
use crate::report::report;
use crate::word_list::{self, sound};

/// The country of a code.
static COUNTRIES: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| sound(word_list::COUNTRIES.map()));

/// Parts of a path under which an address is not the company's: a place served, a job, an event, a guest's review.
#[rustfmt::skip]
const OF_OTHERS: &[&str] = &[
    "areaserved", "serviceaddress", "jobposting", "joblocation", "event", "review", "author", "itemreviewed", "performer", "member", "sponsor",
    "customer", "birthplace", "alumniof", "shippingdestination", "eligibleregion", "contentlocation", "about", "mentions", "funder", "manufacturer",
];

/// The fields of one address, and the line it begins with.
struct Declared<'p> {
    path: &'p str,
    fields: Vec<(&'p Block, &'p str, &'p str, &'p str)>,
}

/// Finds the countries of the company's own addresses.
pub(super) fn find(page: &Page, out: &mut Vec<Finding>) {
    let mut addresses: Vec<Declared<'_>> = Vec::new();
    for (block, line) in page.zone(Zone::JsonLd) {
        let Some((path, value)) = line.split_once(": ") else { continue };
        let Some((parent, field)) = path.rsplit_once('.') else { continue };
        if !is_own(path) {
            continue;
        }
        let same = addresses
            .last_mut()
            .filter(|last| last.path == parent && !last.fields.iter().any(|(_, name, _, _)| *name == field));
        match same {
            Some(address) => address.fields.push((block, field, value.trim(), line)),
            None => {
                addresses.push(Declared { path: parent, fields: vec![(block, field, value.trim(), line)] });
            }
        }
    }
    for address in addresses {
        if let Some((block, line, value, country)) = country(&address) {
            let range = text::clip(line, 0..line.len(), &(line.len() - value.len()..line.len()));
            report(out, page, block, (SignalKey::Location, country), range, 0.9);
        }
    }
}

fn is_own(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let address = lower.contains("address") || lower.contains("location.");
    address && !OF_OTHERS.iter().any(|part| lower.contains(part)) && lower.matches('.').count() <= 4
}

/// The most exact place that an address declares: its area of Singapore, else its country.
fn country<'p>(address: &Declared<'p>) -> Option<(&'p Block, &'p str, &'p str, &'static str)> {
    let field = |wanted: &str| address.fields.iter().find(|(_, name, _, _)| *name == wanted);
    if let Some((block, _, value, line)) = field("postalCode")
        && value.len() == 5
        && let Some(island) = overseas(value)
        && field("addressCountry")
            .is_none_or(|(_, _, code, _)| matches!(*code, "FR" | "MF" | "GP" | "MQ" | "RE"))
    {
        return Some((block, line, value, island));
    }
    let mut best = None;
    for wanted in ["streetAddress", "addressLocality", "addressRegion"] {
        let Some((block, _, value, line)) = field(wanted) else { continue };
        let named = places(value).find(|place| place.value.ends_with("Singapore"));
        if let Some(place) = named {
            return Some((block, line, value, place.value));
        }
        if best.is_none() && wanted != "streetAddress" {
            best = places(value)
                .find(|place| !place.needs_address())
                .map(|place| (*block, *line, *value, place.value));
        }
    }
    let declared = ["addressCountry", "name"].iter().find_map(|wanted| {
        let (block, _, value, line) = field(wanted)?;
        if *wanted == "name" && !address.path.ends_with("addressCountry") {
            return None;
        }
        let code = value.to_ascii_uppercase();
        let country = COUNTRIES
            .get(code.as_str())
            .copied()
            .or_else(|| places(value).next().map(|place| place.value))?;
        Some((*block, *line, *value, country))
    });
    declared.or(best).or_else(|| {
        let (block, _, value, line) = field("address")?;
        let place = places(value).filter(|place| !place.needs_address()).last()?;
        Some((*block, *line, *value, place.value))
    })
}
