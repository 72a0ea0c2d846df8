//! What an import is asked to do, how far it is, and what it did.

use std::fmt;

use icp_core::model::{Date, RegisterSnapshot, SsicEdition};

use super::columns::ColumnMap;

/// How to read register files.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// The date ages are counted at; without it the newest registration in the register.
    pub as_of: Option<Date>,
    /// The edition of the files' codes. One register has one edition.
    pub edition: SsicEdition,
    /// Which columns to read.
    pub columns: ColumnMap,
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self { as_of: None, edition: SsicEdition::Y2025, columns: ColumnMap::default() }
    }
}

/// What an import is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImportStage {
    /// Reading files and writing rows.
    Rows,
    /// Making indexes and counts.
    Counts,
    /// Building the index of names.
    Names,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportProgress {
    /// What it is doing.
    pub stage: ImportStage,
    /// Bytes read of the files, as they are on disk.
    pub bytes: u64,
    /// Bytes of all files.
    pub bytes_total: u64,
    /// Good rows so far.
    pub rows: u64,
    /// Bad rows so far.
    pub bad_rows: u64,
}

/// A row that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// The file.
    pub file: String,
    /// The line it begins on, from 1.
    pub line: u64,
    /// Why.
    pub reason: String,
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.reason)
    }
}

/// What reading the files gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// Good rows.
    pub rows: u64,
    /// Bad rows: no or no valid UEN, no name, a wrong number of fields, broken quotes.
    pub bad_rows: u64,
    /// The first hundred of them.
    pub bad: Vec<BadRow>,
    /// SSIC codes that are not five digits; their rows count as without code.
    pub odd_codes: u64,
    /// Dates that are none; their rows count as without date.
    pub odd_dates: u64,
}

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportReport {
    /// What was read.
    pub read: RowCounts,
    /// Entities that are new.
    pub added: u64,
    /// Entities whose content changed.
    pub updated: u64,
    /// The register afterwards.
    pub snapshot: RegisterSnapshot,
    /// Whether the import changed it.
    pub changed: bool,
    /// What a person should know.
    pub notices: Vec<RegisterNotice>,
}

/// Something that was put right, or could not be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegisterNotice {
    /// The index of names was built again, and why.
    NamesRebuilt(String),
    /// The index of names could not be kept beside the database, and why: every process builds its own.
    NamesNotKept(String),
}

impl fmt::Display for RegisterNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NamesRebuilt(why) => write!(f, "the index of names was built again: {why}"),
            Self::NamesNotKept(why) => {
                write!(f, "the index of names cannot be kept, so that every start builds it again: {why}")
            }
        }
    }
}
