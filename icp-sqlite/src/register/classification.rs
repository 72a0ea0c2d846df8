//! Titles from a classification file.

use std::path::Path;
use std::sync::Arc;

use icp_core::model::{SsicEdition, SsicNode};
use icp_core::{Error, ErrorKind, Result};

use super::SqliteRegister;
use super::import::put_title;
use super::parse::{header, open};
use super::records::Next;
use crate::error::sql_error;

const OPERATION: &str = "import titles";

impl SqliteRegister {
    /// Reads titles of codes of any level from a CSV file with the columns `code` and `title`; they go before those of
    /// the register's own files. How many were read.
    ///
    /// # Errors
    /// `Invalid` when the file cannot be read, lacks a column, or has a line that is no code with a title.
    pub async fn import_titles(&self, path: &Path, edition: SsicEdition) -> Result<u64> {
        let titles = titles(path, edition)?;
        let mut tx = self.db.writer().begin_with("BEGIN IMMEDIATE").await.map_err(sql_error(OPERATION))?;
        for (node, title) in &titles {
            put_title(&mut tx, edition.as_str(), node.as_str(), 1, title).await?;
        }
        tx.commit().await.map_err(sql_error(OPERATION))?;
        Ok(titles.len() as u64)
    }
}

fn titles(path: &Path, edition: SsicEdition) -> Result<Vec<(SsicNode, String)>> {
    let file = path.display();
    let wrong = |message: String| Error::new(ErrorKind::Invalid, OPERATION, format!("{file}{message}"));
    let mut records = open(path, Arc::default())?;
    let header = header(&file.to_string(), &mut records)?;
    let find = |wanted: &str| {
        let at = header.iter().position(|name| name.eq_ignore_ascii_case(wanted));
        at.ok_or_else(|| wrong(format!(" lacks the column `{wanted}`; it has {}", header.join(", "))))
    };
    let (code_at, title_at) = (find("code")?, find("title")?);
    let mut titles = Vec::new();
    loop {
        let line =
            match records.next().map_err(|error| wrong(" cannot be read".to_owned()).with_source(error))? {
                Next::End => break,
                Next::BrokenQuotes { line } => {
                    return Err(wrong(format!(":{line}: a quote is opened and not closed")));
                }
                Next::Record { line } => line,
            };
        let text = |at: usize| {
            String::from_utf8_lossy(records.field(at)).split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let node =
            SsicNode::new(&text(code_at), edition).map_err(|error| wrong(format!(":{line}: {error}")))?;
        match text(title_at) {
            title if title.is_empty() => return Err(wrong(format!(":{line}: {node} has no title"))),
            title => titles.push((node, title)),
        }
    }
    if titles.is_empty() {
        return Err(wrong(" holds no title".to_owned()));
    }
    Ok(titles)
}
