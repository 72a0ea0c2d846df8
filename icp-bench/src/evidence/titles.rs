//! The corpus of titles and traps that lies beside the extractor.

use icp_extract::internal::{TITLE_CORPUS, whole_title};

use crate::table::Row;

/// How many titles are read to their form, and how many traps are refused.
pub(crate) fn rows() -> Vec<Row> {
    let (mut read, mut titles, mut refused, mut traps) = (0, 0, 0, 0);
    let lines = TITLE_CORPUS.lines().filter(|line| !line.starts_with('#'));
    for (text, form) in lines.filter_map(|line| line.split_once('\t')) {
        let found = whole_title(text).map(|(_, values)| values.join(" + "));
        if form == "-" {
            traps += 1;
            refused += usize::from(found.is_none());
        } else {
            titles += 1;
            read += usize::from(found.as_deref() == Some(form));
        }
    }
    vec![
        Row::share("title matching: titles read to their one form", read, titles).at_least(1.0),
        Row::share("title matching: traps refused", refused, traps).at_least(1.0),
    ]
}
