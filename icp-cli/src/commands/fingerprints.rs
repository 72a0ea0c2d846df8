//! The folder of fingerprints a person names with `--fingerprints`.

use std::path::Path;
use std::sync::Arc;

use icp::extract::{FingerprintExtractor, FingerprintReport, Fingerprints};
use icp::prelude::*;

use crate::fail::{Fail, Outcome};

/// The most patterns that are named one by one.
const NAMED: usize = 5;

/// The extractor over the named folder; none when no folder is named. What is left out is said on standard error,
/// unless `silent`.
pub(crate) fn extractor(folder: Option<&Path>, silent: bool) -> Outcome<Option<Arc<dyn Extractor>>> {
    let Some(folder) = folder else { return Ok(None) };
    let set = Fingerprints::read(folder).map_err(|error| Fail::input(format!("--fingerprints: {error}")))?;
    if !silent {
        notes(set.report()).iter().for_each(|note| eprintln!("note: fingerprints: {note}"));
    }
    Ok(Some(Arc::new(FingerprintExtractor::new(set))))
}

/// What was read and what was left out, as lines for a person.
fn notes(report: &FingerprintReport) -> Vec<String> {
    let mut notes = vec![format!(
        "{} patterns for {} of {} technologies",
        report.patterns, report.usable, report.technologies
    )];
    if !report.unsupported.is_empty() {
        let fields: Vec<String> =
            report.unsupported.iter().map(|(field, patterns)| format!("{field} {patterns}")).collect();
        notes.push(format!("left out, since a page does not keep what they look at: {}", fields.join(", ")));
    }
    notes.extend(report.unreadable.iter().map(|file| format!("`{file}` is not JSON")));
    for it in report.rejected.iter().take(NAMED) {
        notes.push(format!("{}: {}: {}: {}", it.file, it.technology, it.field, it.problem));
    }
    if report.rejected.len() > NAMED {
        notes.push(format!("{} more patterns cannot be used", report.rejected.len() - NAMED));
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_said() {
        let file = r#"{ "Alder": { "scriptSrc": ["alder\\.js", "alder(?!x)"], "js": { "Alder": "" } } }"#;
        let set = Fingerprints::from_files([
            ("a.json".to_owned(), file.to_owned()),
            ("b.json".to_owned(), String::new()),
        ]);
        let notes = notes(set.report());
        assert_eq!(notes[0], "1 patterns for 1 of 1 technologies");
        assert_eq!(notes[1], "left out, since a page does not keep what they look at: js 1");
        assert_eq!(notes[2], "`b.json` is not JSON");
        assert!(notes[3].starts_with("a.json: Alder: scriptSrc: look-around"), "{notes:?}");
    }
}
