//! Technologies of real pages: what our own rules cost, what a loaded folder costs, and how far both agree.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use icp_core::model::Page;
use icp_extract::{Fingerprints, Technology, technologies, technology_category};

use super::text::half;
use crate::evidence::wcxb;
use crate::resolve::cpu;
use crate::table::{Options, Row};

/// How often all pages are looked at; the best time counts.
const PASSES: usize = 5;

/// Rows of the technology measure. Without the data there are none.
pub(super) fn rows(options: &Options, fingerprints: Option<&Path>, show: bool) -> Result<Vec<Row>, String> {
    let folder = options.data.join("wcxb_service_dev");
    let pages: Vec<(String, Page)> = wcxb::ids(&folder)
        .into_iter()
        .filter_map(|id| Some((id.clone(), wcxb::page(&folder, &id)?)))
        .collect();
    if pages.is_empty() {
        eprintln!("icp-bench: `{}` is not there, so technologies are left out", folder.display());
        return Ok(Vec::new());
    }
    let (ours, ms) = timed(&pages, technologies);
    let marks = |found: &[Vec<Technology>]| {
        let seen =
            found.iter().map(|it| it.iter().filter(|it| it.implied_by.is_none()).count()).sum::<usize>();
        seen as f64 / found.len() as f64
    };
    let mut rows = vec![Row::new("technologies, own rules: a page", ms, "ms").at_most(1.0).note(format!(
        "{} pages, {:.1} technologies a page",
        pages.len(),
        marks(&ours)
    ))];
    let Some(folder) = fingerprints else { return Ok(rows) };
    let before = cpu();
    let set = Fingerprints::read(folder).map_err(|error| error.to_string())?;
    let load = (cpu() - before) as f64 / 1e9;
    let report = set.report().clone();
    let (theirs, ms) = timed(&pages, |page| set.technologies(page));
    rows.push(Row::new("technologies, loaded folder: a page", ms, "ms").note(format!(
        "{} patterns of {} technologies, {} addresses' patterns without a literal, {:.1} technologies a page",
        report.patterns,
        report.usable,
        report.without_literal,
        marks(&theirs)
    )));
    let left_out: Vec<String> =
        report.unsupported.iter().map(|(field, patterns)| format!("{field} {patterns}")).collect();
    rows.push(Row::new("technologies, loaded folder: to load", load, "s").note(format!(
        "{} patterns refused by the regex crate; not kept by a page: {}",
        report.rejected.len(),
        left_out.join(", ")
    )));
    let both: BTreeSet<&str> = set.names().filter(|name| technology_category(name).is_some()).collect();
    for half_name in ["dev", "unseen"] {
        let (mut shared, mut only_ours, mut only_theirs) = (0, 0, 0);
        let mut differs: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for ((_, ours), theirs) in pages
            .iter()
            .zip(&ours)
            .zip(&theirs)
            .filter(|(((id, _), _), _)| half(id) == half_name)
            .map(|(((id, _), ours), theirs)| ((id, ours), theirs))
        {
            let names = |found: &'_ [Technology]| -> BTreeSet<&str> {
                let seen = found.iter().filter(|it| it.implied_by.is_none());
                seen.filter_map(|it| both.get(it.name.as_str()).copied()).collect()
            };
            let (ours, theirs) = (names(ours), names(theirs));
            shared += ours.intersection(&theirs).count();
            only_ours += ours.difference(&theirs).count();
            only_theirs += theirs.difference(&ours).count();
            ours.difference(&theirs).for_each(|name| *differs.entry((name, "only ours")).or_default() += 1);
            theirs.difference(&ours).for_each(|name| *differs.entry((name, "only loaded")).or_default() += 1);
        }
        let all = shared + only_ours + only_theirs;
        rows.push(
            Row::share(format!("technologies known to both, {half_name}: seen by both"), shared, all)
                .note(format!("only ours {only_ours}, only loaded {only_theirs}")),
        );
        rows.push(Row::share(
            format!("technologies known to both, {half_name}: of the loaded set's, also ours"),
            shared,
            shared + only_theirs,
        ));
        if show && half_name == "dev" {
            for ((name, who), pages) in &differs {
                eprintln!("{pages}\t{who}\t{name}");
            }
        }
    }
    rows.push(Row::new("technologies known to both by name", both.len() as f64, ""));
    Ok(rows)
}

/// What is found on each page, and milliseconds of this thread's processor time a page.
fn timed(pages: &[(String, Page)], find: impl Fn(&Page) -> Vec<Technology>) -> (Vec<Vec<Technology>>, f64) {
    let (mut found, mut best) = (Vec::new(), f64::INFINITY);
    for _ in 0..PASSES {
        let before = cpu();
        found = pages.iter().map(|(_, page)| find(page)).collect();
        best = best.min((cpu() - before) as f64 / 1e6 / pages.len() as f64);
    }
    (found, best)
}
