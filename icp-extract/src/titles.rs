//! `staff_title`, `job_opening_title` and `buyer_title`: roles, never people. The quotation is the title alone, so that
//! no name that stands beside it is ever kept.
//!
//! A title counts where a person holds it (a name stands beside it, or it is on a team page) or where a position is open.
//! Whose it is, the part of the page says, the company named behind it, and whether somebody is quoted before it.

mod declared;
mod grammar;
mod openings;
mod pairs;
mod parts;
mod person;
mod words;

use std::ops::Range;

use icp_core::model::{Block, Finding, Page, SignalKey, SiteRole};

use crate::report::{MatchBudget, report};
use grammar::Titles;

pub(crate) fn find(page: &Page, role: SiteRole, out: &mut Vec<Finding>) {
    let mut budget = MatchBudget::new();
    declared::find(page, out);
    let entries = parts::entries(page);
    let mut search = Search {
        page,
        role,
        own: own_name(page),
        careers: parts::base(page) == parts::Part::Jobs,
        out,
        budget: &mut budget,
    };
    openings::find(&mut search, &entries);
    pairs::find(&mut search, &entries);
}

/// What every part of the rule needs.
struct Search<'p, 'o> {
    page: &'p Page,
    role: SiteRole,
    /// The letters of the site's name: "northpier".
    own: String,
    /// Whether it is a page of open positions.
    careers: bool,
    out: &'o mut Vec<Finding>,
    budget: &'o mut MatchBudget,
}

impl Search<'_, '_> {
    /// Reports each of the titles; `at` is where the text they were found in begins in the block.
    fn report(&mut self, block: &Block, at: usize, titles: &Titles, key: SignalKey, sure: f64) {
        if key == SignalKey::BuyerTitle && self.role != SiteRole::Own || !self.budget.take() {
            return;
        }
        let span = titles.span.start + at..titles.span.end + at;
        for value in &titles.values {
            report(self.out, self.page, block, (key, value), span.clone(), sure);
        }
    }

    /// Whether a name of a company is that of this site.
    fn is_own(&self, name: &str) -> bool {
        let name: String = letters(name);
        let common = name.bytes().zip(self.own.bytes()).take_while(|(a, b)| a == b).count();
        common >= 5
            || self.own.len() >= 3
                && name.len() >= 3
                && (name.contains(&self.own) || self.own.contains(&name))
    }
}

/// The titles that a whole text is where titles are expected: not what is one beside a name only ("Partner").
pub(crate) fn whole_title(text: &str) -> Option<(Range<usize>, Vec<String>)> {
    let found = grammar::whole(text).filter(|titles| titles.plain > grammar::Plain::BesideName)?;
    Some((found.span, found.values))
}

/// The titles of a running text.
pub(crate) fn titles_in(text: &str) -> Vec<(Range<usize>, Vec<String>)> {
    grammar::running(text).into_iter().map(|found| (found.span, found.values)).collect()
}

/// The main label of the site's host, in letters.
fn own_name(page: &Page) -> String {
    let host = page.url.split_once("://").map_or(page.url.as_str(), |(_, rest)| rest);
    let host = host.split(['/', '?', ':']).next().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    letters(host.split('.').next().unwrap_or_default())
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
pub(crate) use words::word_count;

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod tests;
