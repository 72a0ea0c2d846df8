//! From a page's machine-readable lines to the technologies whose fingerprints are on them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use icp_core::model::{Block, Confidence, Page, Zone};

use super::layout::Reach;
use super::{Fingerprints, Rule};
use crate::technology::Technology;

/// How sure a whole match is.
const SURE: f64 = 0.9;
/// The longest quotation; a longer match is cut.
const MAX_QUOTE: usize = 240;

/// What was seen of one technology.
#[derive(Debug)]
struct Seen {
    sure: f64,
    version: Option<String>,
    range: Range<usize>,
    implied_by: Option<String>,
}

/// The technologies of a page, by name.
pub(super) fn technologies(set: &Fingerprints, page: &Page) -> Vec<Technology> {
    let mut found = seen(set, page);
    settle(set, &mut found);
    found
        .into_iter()
        .map(|(at, seen)| Technology {
            name: set.technologies[at].name.clone(),
            categories: set.technologies[at].categories.clone(),
            version: seen.version,
            range: seen.range,
            confidence: Confidence::new(seen.sure.min(1.0) * SURE),
            implied_by: seen.implied_by,
        })
        .collect()
}

/// What left a mark.
fn seen(set: &Fingerprints, page: &Page) -> BTreeMap<usize, Seen> {
    let mut found: BTreeMap<usize, Seen> = BTreeMap::new();
    // Each rule counts once a page, however often it matches.
    let mut counted: BTreeSet<usize> = BTreeSet::new();
    for block in &page.blocks {
        let text = page.block_text(block);
        let mut tell = |rules: &[usize], place: Place<'_>| {
            for at in rules {
                let Some(rule) = set.rules.get(*at) else { continue };
                if !counted.contains(at) && take(rule, block, &place, &mut found) {
                    counted.insert(*at);
                }
            }
        };
        match block.zone {
            Zone::Asset => {
                let Some((reach, start)) = address(text) else { continue };
                let Some(rules) = set.addresses(reach) else { continue };
                let place = Place { name: start..text.len(), value: &text[start..], value_at: start };
                tell(&rules.candidates(&text[start..]), place);
            }
            Zone::Meta | Zone::HttpHeader => {
                let Some(colon) = text.find(": ") else { continue };
                let (name, value) = (text[..colon].to_ascii_lowercase(), &text[colon + 2..]);
                if block.zone == Zone::HttpHeader && name == "set-cookie" {
                    let place = Place { name: colon + 2..text.len(), value: "", value_at: text.len() };
                    tell(set.cookies.get(&value.to_ascii_lowercase()).map_or(&[], Vec::as_slice), place);
                } else {
                    let by_name = if block.zone == Zone::Meta { &set.meta } else { &set.headers };
                    let place = Place { name: 0..colon, value, value_at: colon + 2 };
                    tell(by_name.get(&name).map_or(&[], Vec::as_slice), place);
                }
            }
            _ => {}
        }
    }
    found
}

/// A name and a value inside a line.
struct Place<'p> {
    name: Range<usize>,
    value: &'p str,
    value_at: usize,
}

/// Counts a rule when it matches.
fn take(rule: &Rule, block: &Block, place: &Place<'_>, found: &mut BTreeMap<usize, Seen>) -> bool {
    let Some((span, version)) = rule.pattern.find(place.value) else { return false };
    let range = if span.is_empty() {
        place.name.clone()
    } else {
        let end = span.start + place.value[span.clone()].floor_char_boundary(MAX_QUOTE);
        place.value_at + span.start..place.value_at + end
    };
    let start = block.start as usize;
    let range = start + range.start..start + range.end;
    let seen = found.entry(rule.technology).or_insert_with(|| Seen {
        sure: 0.0,
        version: None,
        range: range.clone(),
        implied_by: None,
    });
    seen.sure += rule.pattern.sure;
    if seen.version.is_none() && version.is_some() {
        (seen.version, seen.range) = (version, range);
    }
    true
}

/// Adds what is implied, and takes away what misses a technology that it requires, until nothing changes.
fn settle(set: &Fingerprints, found: &mut BTreeMap<usize, Seen>) {
    let by_name = |name: &String| set.by_name.get(name).copied();
    let mut open: Vec<usize> = found.keys().copied().collect();
    while let Some(at) = open.pop() {
        for (name, share) in &set.technologies[at].implies {
            let Some(implied) = by_name(name).filter(|implied| !found.contains_key(implied)) else {
                continue;
            };
            let Some(seen) = found.get(&at) else { continue };
            let (sure, range) = (seen.sure.min(1.0) * share, seen.range.clone());
            let implied_by = Some(set.technologies[at].name.clone());
            found.insert(implied, Seen { sure, version: None, range, implied_by });
            open.push(implied);
        }
    }
    loop {
        let categories: BTreeSet<u64> =
            found.keys().flat_map(|at| set.technologies[*at].category_ids.iter().copied()).collect();
        let here: BTreeSet<&str> = found.keys().map(|at| set.technologies[*at].name.as_str()).collect();
        let lost: Vec<usize> = found
            .iter()
            .filter(|(at, seen)| {
                let technology = &set.technologies[**at];
                !technology.requires.iter().all(|name| here.contains(name.as_str()))
                    || !technology.requires_category.iter().all(|id| categories.contains(id))
                    || seen.implied_by.as_deref().is_some_and(|by| !here.contains(by))
            })
            .map(|(at, _)| *at)
            .collect();
        if lost.is_empty() {
            break;
        }
        lost.iter().for_each(|at| drop(found.remove(at)));
    }
    let excluded: Vec<usize> =
        found.keys().flat_map(|at| set.technologies[*at].excludes.iter().filter_map(by_name)).collect();
    excluded.iter().for_each(|at| drop(found.remove(at)));
}

/// How a line of the asset zone reaches an address, and where that begins.
fn address(line: &str) -> Option<(Reach, usize)> {
    let at = line.find("http")?;
    let reach = match &line[..at] {
        "" | "inline " => Reach::Load,
        "image " | "form " => Reach::Use,
        "link " => Reach::Link,
        _ => return None,
    };
    Some((reach, at))
}
