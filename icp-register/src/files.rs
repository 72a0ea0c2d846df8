//! Register files as one stream of rows.

use std::collections::VecDeque;
use std::io::BufRead;
use std::path::{Path, PathBuf};

use icp_core::model::{Date, Entity, EntityStatus, EntityType, SsicCode, SsicEdition, Uen};
use icp_core::ports::{BadRow, ImportRequest, ReadMeter, RegisterRow, RowError};
use icp_core::{Error, ErrorKind, Result};
use rustc_hash::FxHashMap;

use super::OPERATION;
use super::columns::{ColumnMap, Columns};
use super::input::{FileRecords, header, open, read_error, text};
use super::records::{Next, Records};

/// How to read register files.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FileOptions {
    /// The edition of the files' codes.
    pub edition: SsicEdition,
    /// Which columns to read.
    pub columns: ColumnMap,
}

impl FileOptions {
    /// ACRA's columns, with codes of one edition.
    pub fn new(edition: SsicEdition) -> Self {
        Self { edition, columns: ColumnMap::default() }
    }

    /// With other columns.
    #[must_use]
    pub fn with_columns(self, columns: ColumnMap) -> Self {
        Self { columns, ..self }
    }
}

impl Default for FileOptions {
    /// ACRA's columns and SSIC 2025.
    fn default() -> Self {
        Self::new(SsicEdition::Y2025)
    }
}

/// The rows of register files, one file after another. A file that cannot be read ends the stream with its error.
#[derive(Debug)]
pub struct RegisterFiles {
    options: FileOptions,
    /// Those that were not opened yet.
    paths: VecDeque<PathBuf>,
    current: Option<OpenFile>,
    meter: ReadMeter,
    words: Words,
}

#[derive(Debug)]
struct OpenFile {
    name: String,
    records: FileRecords,
    columns: Columns,
}

impl RegisterFiles {
    /// Files to be read in this order.
    ///
    /// # Errors
    /// `Invalid` when no files are given, or one of them does not exist or is a folder.
    pub fn open(paths: &[PathBuf], options: &FileOptions) -> Result<Self> {
        if paths.is_empty() {
            return Err(Error::new(ErrorKind::Invalid, OPERATION, "no files were given"));
        }
        let mut bytes = 0;
        for path in paths {
            let failed = |error| read_error(&path.display().to_string(), error);
            let meta = path.metadata().map_err(failed)?;
            if meta.is_dir() {
                return Err(failed(std::io::ErrorKind::IsADirectory.into()));
            }
            bytes += meta.len();
        }
        Ok(Self {
            options: options.clone(),
            paths: paths.iter().cloned().collect(),
            current: None,
            meter: ReadMeter::new(paths.len() as u64, bytes),
            words: Words::default(),
        })
    }

    /// How much was read.
    pub fn meter(&self) -> ReadMeter {
        self.meter.clone()
    }

    /// An import of all rows.
    pub fn into_request(self) -> ImportRequest<'static> {
        let (edition, meter) = (self.options.edition, self.meter());
        ImportRequest::new(self, edition).with_meter(meter)
    }

    fn open_next(&mut self, path: &Path) -> Result<OpenFile> {
        let name = path.display().to_string();
        let mut records = open(path, &self.meter)?;
        let header = header(&name, &mut records)?;
        let columns = self.options.columns.locate(&name, &header)?;
        Ok(OpenFile { name, records, columns })
    }

    /// Nothing comes after an error.
    fn fail(&mut self, error: Error) -> RowError {
        self.paths.clear();
        self.current = None;
        RowError::Failed(error)
    }
}

impl Iterator for RegisterFiles {
    type Item = Result<RegisterRow, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some(file) = &mut self.current else {
                let path = self.paths.pop_front()?;
                match self.open_next(&path) {
                    Ok(file) => self.current = Some(file),
                    Err(error) => return Some(Err(self.fail(error))),
                }
                continue;
            };
            let (line, row) = match file.records.next() {
                Ok(Next::End) => {
                    self.current = None;
                    continue;
                }
                Ok(Next::BrokenQuotes { line }) => (line, Err("a quote is opened and not closed".to_owned())),
                Ok(Next::Record { line }) => {
                    (line, self.words.row(&file.records, &file.columns, self.options.edition))
                }
                Err(error) => {
                    let error = read_error(&file.name, error);
                    return Some(Err(self.fail(error)));
                }
            };
            return Some(row.map_err(|reason| RowError::Bad(BadRow::new(file.name.as_str(), line, reason))));
        }
    }
}

/// Types and statuses as they were written, each read once.
#[derive(Debug, Default)]
struct Words {
    kinds: FxHashMap<String, Option<EntityType>>,
    statuses: FxHashMap<String, EntityStatus>,
}

impl Words {
    fn kind(&mut self, written: &str) -> Option<EntityType> {
        if let Some(kind) = self.kinds.get(written) {
            return kind.clone();
        }
        let kind = EntityType::new(written);
        self.kinds.insert(written.to_owned(), kind.clone());
        kind
    }

    fn status(&mut self, written: &str) -> EntityStatus {
        if let Some(status) = self.statuses.get(written) {
            return status.clone();
        }
        let status = EntityStatus::from_register(written);
        self.statuses.insert(written.to_owned(), status.clone());
        status
    }

    /// The row of a record; or why it is bad.
    fn row<R: BufRead>(
        &mut self,
        record: &Records<R>,
        columns: &Columns,
        edition: SsicEdition,
    ) -> Result<RegisterRow, String> {
        let extra = (columns.width..record.len()).any(|at| !record.field(at).is_empty());
        if record.len() < columns.width || extra {
            return Err(format!("{} fields where the header has {}", record.len(), columns.width));
        }
        let raw = text(record.field(columns.uen)).ok_or("no UEN")?;
        let uen: Uen = raw.parse().map_err(|error| format!("{error}"))?;
        let name = text(record.field(columns.name)).ok_or_else(|| format!("{uen} has no name"))?;
        let at = |column: Option<usize>| column.and_then(|column| text(record.field(column)));
        // A file that says nothing of status lists what is there.
        let status = match columns.status {
            Some(column) => self.status(text(record.field(column)).as_deref().unwrap_or_default()),
            None => self.status("Live (not stated)"),
        };
        let mut former: Vec<String> = Vec::new();
        for old in columns.former.iter().filter_map(|at| text(record.field(*at))) {
            if !former.contains(&old) {
                former.push(old);
            }
        }
        let (mut odd_codes, mut odd_dates) = (0, 0);
        let date = at(columns.registered).or_else(|| at(columns.issued));
        let registered = date.and_then(|date| date.parse::<Date>().map_err(|_| odd_dates += 1).ok());
        let (mut codes, mut titles) = ([None; 2], Vec::new());
        for (which, code) in codes.iter_mut().enumerate() {
            let Some(digits) = at(columns.ssic[which]) else { continue };
            match SsicCode::new(&digits, edition) {
                Ok(read) => {
                    *code = Some(read);
                    titles.extend(at(columns.ssic_titles[which]).map(|title| (read, title)));
                }
                Err(_) => odd_codes += 1,
            }
        }
        if codes[0].is_none() {
            codes = [codes[1], None];
        }
        let entity = Entity::new(uen, name, status)
            .with_former_names(former)
            .with_entity_type(at(columns.kind).and_then(|kind| self.kind(&kind)))
            .with_registered_on(registered)
            .with_ssic(codes[0], codes[1])
            .with_postal_code(at(columns.postal));
        Ok(RegisterRow::from(entity).with_titles(titles).with_odd(odd_codes, odd_dates))
    }
}
