//! Imports into a register: rows from any source, and the outcome.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Error, ErrorKind};
use crate::model::{Date, Entity, RegisterSnapshot, SsicCode, SsicEdition, SsicNode};

/// How many bad rows are named.
const NAMED: usize = 100;

/// A good row of a register.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegisterRow {
    /// The entity.
    pub entity: Entity,
    /// Titles that the row gives for its codes.
    pub titles: Vec<(SsicCode, String)>,
    /// SSIC codes that are not five digits, and were left out.
    pub odd_codes: u64,
    /// Dates that are not valid, and were left out.
    pub odd_dates: u64,
}

impl From<Entity> for RegisterRow {
    fn from(entity: Entity) -> Self {
        Self { entity, titles: Vec::new(), odd_codes: 0, odd_dates: 0 }
    }
}

impl RegisterRow {
    /// With titles of its codes.
    #[must_use]
    pub fn with_titles(self, titles: Vec<(SsicCode, String)>) -> Self {
        Self { titles, ..self }
    }

    /// With how many of its codes and dates could not be read.
    #[must_use]
    pub fn with_odd(self, odd_codes: u64, odd_dates: u64) -> Self {
        Self { odd_codes, odd_dates, ..self }
    }
}

/// Why a source has no good row to give.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RowError {
    /// One row is bad; the source goes on.
    Bad(BadRow),
    /// The source cannot go on.
    Failed(Error),
}

/// A row that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BadRow {
    /// The file, or another name of the source.
    pub file: String,
    /// The line it begins on, from 1.
    pub line: u64,
    /// Why.
    pub reason: String,
}

impl BadRow {
    /// A row that was left out.
    pub fn new(file: impl Into<String>, line: u64, reason: impl Into<String>) -> Self {
        Self { file: file.into(), line, reason: reason.into() }
    }
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.reason)
    }
}

/// Good and bad rows of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowCounts {
    /// Good rows.
    pub rows: u64,
    /// Bad rows: a missing or invalid UEN, no name, a wrong number of fields, broken quotes.
    pub bad_rows: u64,
    /// The first hundred of them.
    pub bad: Vec<BadRow>,
    /// SSIC codes that are not five digits; their rows count as having no code.
    pub odd_codes: u64,
    /// Dates that are not valid; their rows count as having no date.
    pub odd_dates: u64,
}

impl RowCounts {
    /// Counts what a source gave; the good row, if it is one.
    ///
    /// # Errors
    /// When the source cannot go on.
    pub fn count(&mut self, row: Result<RegisterRow, RowError>) -> Result<Option<RegisterRow>, Error> {
        match row {
            Ok(row) => {
                self.rows += 1;
                self.odd_codes += row.odd_codes;
                self.odd_dates += row.odd_dates;
                Ok(Some(row))
            }
            Err(RowError::Bad(bad)) => {
                self.bad_rows += 1;
                if self.bad.len() < NAMED {
                    self.bad.push(bad);
                }
                Ok(None)
            }
            Err(RowError::Failed(error)) => Err(error),
        }
    }

    /// Checks that there was a good row.
    ///
    /// # Errors
    /// `Invalid` when there was none.
    pub fn require_good(&self) -> Result<(), Error> {
        let message = match (self.rows, self.bad.first()) {
            (0, None) => "there is no row: the source is empty, or holds only a header".to_owned(),
            (0, Some(first)) => format!("no good row; {} bad, the first one {first}", self.bad_rows),
            _ => return Ok(()),
        };
        Err(Error::new(ErrorKind::Invalid, "import the register", message))
    }
}

/// How much of its files a source has read. Clones share one meter.
#[derive(Clone, Debug, Default)]
pub struct ReadMeter {
    read: Arc<AtomicU64>,
    total: u64,
    files: u64,
}

impl ReadMeter {
    /// A meter of some files with `total` bytes in all.
    pub fn new(files: u64, total: u64) -> Self {
        Self { read: Arc::default(), total, files }
    }

    /// Notes that more bytes were read.
    pub fn add(&self, bytes: u64) {
        self.read.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Bytes read.
    pub fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Bytes of all files; 0 when that is not known.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Files; 0 when the source has none.
    pub fn files(&self) -> u64 {
        self.files
    }
}

/// The stage of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImportStage {
    /// Reading and writing rows.
    Rows,
    /// Making indexes and counts.
    Counts,
    /// Building the index of names.
    Names,
}

/// The progress of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportProgress {
    /// The stage.
    pub stage: ImportStage,
    /// Bytes read of the files, as they are on disk; 0 for a source without files.
    pub bytes: u64,
    /// Bytes of all files.
    pub bytes_total: u64,
    /// Good rows so far.
    pub rows: u64,
    /// Bad rows so far.
    pub bad_rows: u64,
}

impl ImportProgress {
    /// The progress of a source.
    pub fn new(stage: ImportStage, meter: &ReadMeter, rows: u64, bad_rows: u64) -> Self {
        Self { stage, bytes: meter.read(), bytes_total: meter.total(), rows, bad_rows }
    }
}

/// A source of rows.
pub type RegisterRows = Box<dyn Iterator<Item = Result<RegisterRow, RowError>> + Send>;

/// Where an import reports to.
pub type ImportListener<'a> = &'a mut (dyn FnMut(ImportProgress) + Send);

/// An import.
#[non_exhaustive]
pub struct ImportRequest<'a> {
    /// The rows.
    pub rows: RegisterRows,
    /// The edition of their codes. One register has one edition.
    pub edition: SsicEdition,
    /// The date ages are counted at; without it the newest registration in the register.
    pub as_of: Option<Date>,
    /// Titles of a classification, which take precedence over those of the rows.
    pub titles: BTreeMap<SsicNode, String>,
    /// How much of its files the source has read.
    pub meter: ReadMeter,
    /// Where to report to.
    pub progress: Option<ImportListener<'a>>,
}

impl ImportRequest<'_> {
    /// An import of rows whose codes are of one edition.
    pub fn new(
        rows: impl Iterator<Item = Result<RegisterRow, RowError>> + Send + 'static,
        edition: SsicEdition,
    ) -> Self {
        Self {
            rows: Box::new(rows),
            edition,
            as_of: None,
            titles: BTreeMap::new(),
            meter: ReadMeter::default(),
            progress: None,
        }
    }

    /// An import of entities that are at hand.
    pub fn of_entities(entities: Vec<Entity>, edition: SsicEdition) -> Self {
        Self::new(entities.into_iter().map(|entity| Ok(entity.into())), edition)
    }

    /// With the date ages are counted at.
    #[must_use]
    pub fn with_as_of(self, as_of: Option<Date>) -> Self {
        Self { as_of, ..self }
    }

    /// With titles of a classification.
    #[must_use]
    pub fn with_titles(self, titles: BTreeMap<SsicNode, String>) -> Self {
        Self { titles, ..self }
    }

    /// With the meter of the source.
    #[must_use]
    pub fn with_meter(self, meter: ReadMeter) -> Self {
        Self { meter, ..self }
    }

    /// With a listener.
    #[must_use]
    pub fn with_progress(self, progress: ImportListener<'_>) -> ImportRequest<'_> {
        let Self { rows, edition, as_of, titles, meter, .. } = self;
        ImportRequest { rows, edition, as_of, titles, meter, progress: Some(progress) }
    }
}

impl fmt::Debug for ImportRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImportRequest")
            .field("edition", &self.edition)
            .field("as_of", &self.as_of)
            .field("titles", &self.titles.len())
            .finish_non_exhaustive()
    }
}

/// The outcome of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportOutcome {
    /// Good and bad rows.
    pub read: RowCounts,
    /// Entities that are new.
    pub added: u64,
    /// Entities whose content changed.
    pub updated: u64,
    /// The register afterwards.
    pub snapshot: RegisterSnapshot,
    /// Whether the import changed it.
    pub changed: bool,
    /// Things a person should know.
    pub notices: Vec<RegisterNotice>,
}

impl ImportOutcome {
    /// The outcome of an import that left the register with this snapshot.
    pub fn new(read: RowCounts, added: u64, updated: u64, snapshot: RegisterSnapshot, changed: bool) -> Self {
        Self { read, added, updated, snapshot, changed, notices: Vec::new() }
    }

    /// With things a person should know.
    #[must_use]
    pub fn with_notices(self, notices: Vec<RegisterNotice>) -> Self {
        Self { notices, ..self }
    }
}

/// Something that was put right, or could not be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegisterNotice {
    /// The index of names was built again, and why.
    NamesRebuilt(String),
    /// The index of names could not be kept, and why: every process builds its own.
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
