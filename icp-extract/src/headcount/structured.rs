//! `numberOfEmployees` that a page declares for machines (JSON-LD).

use icp_core::model::{Block, Finding, HeadcountBand, Page, SignalKey, Zone};

use crate::report::report;

/// `numberOfEmployees` of JSON-LD: a number, or a `minValue` and a `maxValue` line that follow each other.
pub(super) fn find(page: &Page, out: &mut Vec<Finding>) {
    let lines: Vec<(&Block, &str, &str)> = page
        .zone(Zone::JsonLd)
        .filter_map(|(block, text)| {
            let (path, value) = text.split_once(": ")?;
            let (_, field) = path.split_once("numberOfEmployees")?;
            let owner = path.split("numberOfEmployees").next()?;
            let top = owner.matches('.').count() <= 1 || owner == "JobPosting.hiringOrganization.";
            top.then_some((block, field, value.trim()))
        })
        .collect();
    let mut at = 0;
    while let Some(&(block, field, text)) = lines.get(at) {
        at += 1;
        let mut end = block.end;
        let band = match field {
            "" | ".value" => text.parse::<HeadcountBand>().ok(),
            ".minValue" => {
                let max = lines
                    .get(at)
                    .filter(|(next, field, _)| *field == ".maxValue" && next.start <= block.end + 1);
                if let Some((next, _, _)) = max {
                    end = next.end;
                    at += 1;
                }
                let min = number(text);
                match max {
                    Some((_, _, max)) => {
                        min.zip(number(max)).and_then(|(min, max)| HeadcountBand::new(min, Some(max)))
                    }
                    None => min.and_then(|min| HeadcountBand::new(min, None)),
                }
            }
            _ => None,
        };
        if let Some(band) = band.filter(|band| (*band).max() != Some(0)) {
            let range = 0..(end - block.start) as usize;
            report(out, page, block, (SignalKey::HeadcountHint, &band.to_string()), range, 0.95);
        }
    }
}

fn number(text: &str) -> Option<u32> {
    text.parse::<HeadcountBand>().ok().map(HeadcountBand::min)
}
