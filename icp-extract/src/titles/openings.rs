//! Positions that the company has open: lists and cards of a careers page, and sentences that look for somebody.

use std::sync::LazyLock;

use icp_core::model::{BlockKind, PageKind, SignalKey};
use regex::Regex;

use super::Search;
use super::grammar::{Plain, Titles, leading, whole};
use super::parts::{Entry, Part};
use super::person::is_name;
use crate::report::pattern;

/// Words before the title of an opening, in the same short text.
static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix)^(?:\d+[.)]\s*)?(?: (?:now\s|we(?:'re|’re|\sare)\s)?(?:hiring|recruiting) | (?:open\s)?position | role | job\stitle | job | vacancy | opening | wanted | apply\s(?:now|for|as) | join\sus\sas | als | postuler | poste
          | alternance | stage | position\stitle | jawatan | 职位 | 现招聘 | 招聘 | 诚聘 | recruiting | we\sneed | looking\sfor | urgently\shiring )\s*(?:[:：\-–]\s*|\s+|(?:\ban?\s))(?:an?\s)?",
    )
});
/// Words of a sentence in which the company looks for somebody.
static SEEKS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix)\b(?P<who> we | we're | we’re | us | wir | nous | kami | (?:[\w.&-]+\s){0,2}[\w.&-]+ )\s (?:(?:is|are|am)\s)?(?:(?:currently|now|always|also|actively|urgently)\s)? (?: looking\s(?:for|to\shire) | seeking | hiring | recruiting | suchen | sucht | cherchons | recherchons | recrutons | recherche | mencari )
          \s (?:an?\s|one\s|two\s|three\s|four\s|our\s(?:next|first)\s|un\s|une\s|eine?n?\s|experienced\s|motivated\s|talented\s|passionate\s|skilled\s|for\s)*",
    )
});
/// Words that say a position is no longer open.
const GONE: &[&str] = &[
    "position is filled",
    "filled",
    "closed",
    "no longer",
    "expired",
    "position filled",
    "pourvu",
    "besetzt",
];

pub(super) fn find(search: &mut Search<'_, '_>, entries: &[Entry<'_>]) {
    let careers = search.careers;
    for (at, entry) in entries.iter().enumerate() {
        if careers || entry.part == Part::Jobs {
            listed(search, entries, at);
        }
        if search.page.kind != PageKind::Blog
            && search.page.kind != PageKind::Customers
            && entry.part != Part::Voices
        {
            sought(search, entry);
        }
    }
}

/// A short text of a careers page that is a title and little else.
fn listed(search: &mut Search<'_, '_>, entries: &[Entry<'_>], at: usize) {
    let entry = &entries[at];
    let heading = matches!(entry.block.kind, BlockKind::Heading(2..));
    let fits = match entry.part {
        Part::Jobs => entry.block.kind != BlockKind::ImageText,
        Part::Other => heading,
        Part::Team | Part::Voices => false,
    };
    if !fits || matches!(entry.block.kind, BlockKind::Heading(1)) && entry.text.contains(['|', '?']) {
        return;
    }
    let from = BEFORE.find(entry.text).map_or(0, |found| found.end());
    let found = whole(&entry.text[from..])
        .map(|titles| (titles, from))
        .or_else(|| whole(entry.text).map(|titles| (titles, 0)));
    let found = found.or_else(|| leading(entry.text).filter(|_| careers(search)).map(|titles| (titles, 0)));
    let Some((titles, from)) = found else { return };
    // A name beside it: somebody who works here already.
    let near = |step: isize| {
        at.checked_add_signed(step).and_then(|at| entries.get(at)).map_or("", |entry| entry.text)
    };
    let held = is_name(near(-1)) && !near(-1).contains(',') && !is_title_before(entries, at);
    let gone = (1..=2).any(|step| {
        let next = near(step).to_lowercase();
        next.len() < 60 && GONE.iter().any(|word| next.contains(word))
    });
    let least = if from > 0 { Plain::BesideName } else { Plain::InPlace };
    let lone_weak =
        titles.plain == Plain::BesideName && heading && at + 1 < entries.len() && near(1).len() > 40;
    if held || gone || titles.plain < least && !lone_weak {
        return;
    }
    let titles = with_bracket(&entry.text[from..], titles);
    search.report(entry.block, from, &titles, SignalKey::JobOpeningTitle, if heading { 0.85 } else { 0.8 });
}

fn careers(search: &Search<'_, '_>) -> bool {
    search.careers
}

/// Whether the words before are behind another title of the list: a place, a department.
fn is_title_before(entries: &[Entry<'_>], at: usize) -> bool {
    (2..=4).filter_map(|step| entries.get(at.checked_sub(step)?)).any(|entry| whole(entry.text).is_some())
}

/// A title with the bracket behind it: "Technician (m/w/d)", "Engineer (Payroll)".
fn with_bracket(text: &str, titles: Titles) -> Titles {
    let rest = &text[titles.span.end..];
    match rest.find(')') {
        Some(close) if rest.trim_start().starts_with('(') && close <= 40 => {
            Titles { span: titles.span.start..titles.span.end + close + 1, ..titles }
        }
        _ => titles,
    }
}

/// "We are looking for a React Developer".
fn sought(search: &mut Search<'_, '_>, entry: &Entry<'_>) {
    let seeks: Vec<(usize, bool)> = SEEKS
        .captures_iter(entry.text)
        .filter_map(|found| {
            let who = found.name("who")?.as_str().to_lowercase();
            let ours = ["we", "we're", "we’re", "us", "wir", "nous", "kami"]
                .contains(&who.rsplit(' ').next().unwrap_or_default());
            Some((found.get(0)?.end(), ours || search.is_own(&who)))
        })
        .collect();
    for (from, ours) in seeks {
        if !ours {
            continue;
        }
        let rest = &entry.text[from..];
        let to = rest
            .find([',', '.', ';', '!', '('])
            .into_iter()
            .chain(
                [
                    " who ",
                    " to ",
                    " with ",
                    " for ",
                    " that ",
                    " in ",
                    " at ",
                    " für ",
                    " mit ",
                    " pour ",
                    " and have",
                    " responsible",
                ]
                .iter()
                .filter_map(|word| rest.find(word)),
            )
            .min()
            .unwrap_or(rest.len());
        if let Some(titles) = whole(rest[..to].trim_end()).filter(|titles| titles.plain > Plain::BesideName) {
            search.report(entry.block, from, &titles, SignalKey::JobOpeningTitle, 0.8);
        }
    }
}
