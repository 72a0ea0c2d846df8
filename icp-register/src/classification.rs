//! Titles from a classification file.

use std::collections::BTreeMap;
use std::path::Path;

use icp_core::model::{SsicEdition, SsicNode};
use icp_core::ports::ReadMeter;
use icp_core::{Error, ErrorKind, Result};

use super::input::{header, open, text};
use super::records::Next;

const OPERATION: &str = "import titles";

/// Reads titles of codes of any level from a CSV file with the columns `code` and `title`, plain or gzip.
///
/// # Errors
/// `Invalid` when the file cannot be read, lacks a column, or has a line that is no code with a title.
pub fn read_titles(path: &Path, edition: SsicEdition) -> Result<BTreeMap<SsicNode, String>> {
    let file = path.display();
    let wrong = |message: String| Error::new(ErrorKind::Invalid, OPERATION, format!("{file}{message}"));
    let mut records = open(path, &ReadMeter::default())?;
    let header = header(&file.to_string(), &mut records)?;
    let find = |wanted: &str| {
        let at = header.iter().position(|name| name.eq_ignore_ascii_case(wanted));
        at.ok_or_else(|| wrong(format!(" lacks the column `{wanted}`; it has {}", header.join(", "))))
    };
    let (code_at, title_at) = (find("code")?, find("title")?);
    let mut titles = BTreeMap::new();
    loop {
        let line =
            match records.next().map_err(|error| wrong(" cannot be read".to_owned()).with_source(error))? {
                Next::End => break,
                Next::BrokenQuotes { line } => {
                    return Err(wrong(format!(":{line}: a quote is opened and not closed")));
                }
                Next::Record { line } => line,
            };
        let code = text(records.field(code_at)).unwrap_or_default();
        let node = SsicNode::new(&code, edition).map_err(|error| wrong(format!(":{line}: {error}")))?;
        let title = text(records.field(title_at));
        titles.insert(node, title.ok_or_else(|| wrong(format!(":{line}: {node} has no title")))?);
    }
    if titles.is_empty() {
        return Err(wrong(" holds no title".to_owned()));
    }
    Ok(titles)
}
