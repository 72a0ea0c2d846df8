//! Titles that a page declares for machines: `JobPosting.title`, `Person.jobTitle`.

use icp_core::model::{Finding, Page, PageKind, SignalKey, Zone};

use super::grammar::{Plain, Titles, whole};
use crate::report::report;

/// Finds them. What a posting declares needs no grammar.
pub(super) fn find(page: &Page, out: &mut Vec<Finding>) {
    for (block, line) in page.zone(Zone::JsonLd) {
        let Some((path, value)) = line.split_once(": ") else { continue };
        let last = path.rsplit('.').next().unwrap_or_default();
        let of_others = ["author", "review", "publisher", "contributor", "itemReviewed", "creator"];
        let key = match last {
            "title" if path.contains("JobPosting") => SignalKey::JobOpeningTitle,
            "jobTitle" | "roleName"
                if page.kind != PageKind::Blog && !path.split('.').any(|part| of_others.contains(&part)) =>
            {
                SignalKey::StaffTitle
            }
            _ => continue,
        };
        let at = line.len() - value.len();
        let Some(titles) = whole(value).filter(|it| it.plain > Plain::BesideName).or_else(|| plain(value))
        else {
            continue;
        };
        for title in &titles.values {
            let span = titles.span.start + at..titles.span.end + at;
            report(out, page, block, (key, title), span, 0.95);
        }
    }
}

/// A value as it is written, up to a bracket.
fn plain(value: &str) -> Option<Titles> {
    let text = value.split(['(', '|', '–', '[']).next().unwrap_or_default().trim_end();
    let ok = (3..=60).contains(&text.len()) && !text.bytes().any(|b| b.is_ascii_digit());
    ok.then(|| Titles {
        span: 0..text.len(),
        values: vec![text.to_owned()],
        plain: Plain::InPlace,
        plural: false,
    })
}
