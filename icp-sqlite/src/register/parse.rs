//! From files to rows, in a thread of its own.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use icp_core::model::{Date, EntityStatus, EntityType, SsicCode, SsicEdition, Uen};
use icp_core::normalize::core_key;
use icp_core::{Error, ErrorKind, Result};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::columns::{ColumnMap, Columns};
use super::records::{Next, Records};
use super::report::{BadRow, RowCounts};
use super::titles::Titles;
use super::values::date_number;

pub(super) const OPERATION: &str = "import the register";
/// Rows of one batch, and of one statement.
pub(super) const BATCH: usize = 500;
/// Bad rows that are named.
const NAMED: usize = 100;

/// A row, as the table has it.
pub(super) struct Row {
    pub(super) uen: String,
    pub(super) name: String,
    pub(super) former: Option<String>,
    pub(super) kind: Option<i64>,
    pub(super) status: i64,
    pub(super) live: bool,
    pub(super) registered: Option<i64>,
    pub(super) codes: [Option<i64>; 2],
    pub(super) postal: Option<String>,
    pub(super) content: i64,
    pub(super) name_key: i64,
}

/// A word that was not in the register yet: its id, kind and text.
pub(super) type NewWord = (i64, i64, String);

/// What the thread sends.
pub(super) enum Message {
    Rows { rows: Vec<Row>, words: Vec<NewWord>, bad_rows: u64 },
    Done { counts: RowCounts, titles: Titles },
    Failed(Error),
}

/// Words: entity types and statuses.
#[derive(Default)]
pub(super) struct Words {
    ids: [FxHashMap<String, i64>; 2],
    last: i64,
    fresh: Vec<NewWord>,
    /// What was read before, as it was written, so that it is read once.
    kinds: FxHashMap<String, Option<Word>>,
    statuses: FxHashMap<String, Word>,
}

/// A word with its id.
#[derive(Clone)]
struct Word {
    id: i64,
    text: Arc<str>,
    live: bool,
}

impl Words {
    pub(super) fn know(&mut self, id: i64, kind: i64, text: String) {
        self.last = self.last.max(id);
        self.ids[usize::from(kind != 0)].insert(text, id);
    }

    fn id(&mut self, kind: usize, text: &str) -> i64 {
        if let Some(id) = self.ids[kind].get(text) {
            return *id;
        }
        self.last += 1;
        self.ids[kind].insert(text.to_owned(), self.last);
        self.fresh.push((self.last, i64::from(kind == 1), text.to_owned()));
        self.last
    }

    fn kind(&mut self, written: &str) -> Option<Word> {
        if let Some(word) = self.kinds.get(written) {
            return word.clone();
        }
        let word = EntityType::new(written).map(|kind| Word {
            id: self.id(0, kind.as_str()),
            text: kind.as_str().into(),
            live: false,
        });
        self.kinds.insert(written.to_owned(), word.clone());
        word
    }

    fn status(&mut self, written: &str) -> Word {
        if let Some(word) = self.statuses.get(written) {
            return word.clone();
        }
        let EntityStatus { text, live } = EntityStatus::from_register(written);
        let word = Word { id: self.id(1, &text), text: text.into(), live };
        self.statuses.insert(written.to_owned(), word.clone());
        word
    }
}

/// Reads all files and hands on what they hold; stops when nobody listens any more.
pub(super) struct Parser {
    pub(super) columns: ColumnMap,
    pub(super) edition: SsicEdition,
    pub(super) words: Words,
    pub(super) bytes: Arc<AtomicU64>,
    pub(super) counts: RowCounts,
    pub(super) titles: Titles,
}

impl Parser {
    pub(super) fn run(mut self, files: &[PathBuf], send: &mut dyn FnMut(Message) -> bool) {
        for file in files {
            match self.file(file, send) {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    send(Message::Failed(error));
                    return;
                }
            }
        }
        send(Message::Done { counts: self.counts, titles: self.titles });
    }

    /// Reads one file; `false` when nobody listens any more.
    fn file(&mut self, path: &Path, send: &mut dyn FnMut(Message) -> bool) -> Result<bool> {
        let name = path.display().to_string();
        let failed = |error| read_error(&name, error);
        let mut records = open(path, Arc::clone(&self.bytes))?;
        let header = header(&name, &mut records)?;
        let columns = self.columns.locate(&name, &header)?;
        let mut rows = Vec::with_capacity(BATCH);
        loop {
            match records.next().map_err(failed)? {
                Next::End => break,
                Next::BrokenQuotes { line } => {
                    self.bad(&name, line, "a quote is opened and not closed".to_owned());
                }
                Next::Record { line } => match self.row(&records, &columns) {
                    Ok(row) => rows.push(row),
                    Err(reason) => self.bad(&name, line, reason),
                },
            }
            if rows.len() == BATCH {
                let full = std::mem::replace(&mut rows, Vec::with_capacity(BATCH));
                if !self.hand_on(full, send) {
                    return Ok(false);
                }
            }
        }
        Ok(self.hand_on(rows, send))
    }

    fn hand_on(&mut self, rows: Vec<Row>, send: &mut dyn FnMut(Message) -> bool) -> bool {
        self.counts.rows += rows.len() as u64;
        let words = std::mem::take(&mut self.words.fresh);
        send(Message::Rows { rows, words, bad_rows: self.counts.bad_rows })
    }

    fn bad(&mut self, file: &str, line: u64, reason: String) {
        self.counts.bad_rows += 1;
        if self.counts.bad.len() < NAMED {
            self.counts.bad.push(BadRow { file: file.to_owned(), line, reason });
        }
    }

    fn row<R: BufRead>(&mut self, record: &Records<R>, columns: &Columns) -> Result<Row, String> {
        let extra = (columns.width..record.len()).any(|at| !record.field(at).is_empty());
        if record.len() < columns.width || extra {
            return Err(format!("{} fields where the header has {}", record.len(), columns.width));
        }
        let raw = text(record.field(columns.uen));
        let uen: Uen = match &raw {
            Some(raw) => raw.parse().map_err(|error| format!("{error}"))?,
            None => return Err("no UEN".to_owned()),
        };
        let name = text(record.field(columns.name)).ok_or_else(|| format!("{uen} has no name"))?;
        let at = |column: Option<usize>| column.and_then(|column| text(record.field(column)));
        let mut former: Vec<String> = Vec::new();
        for old in columns.former.iter().filter_map(|at| text(record.field(*at))) {
            if !former.contains(&old) {
                former.push(old);
            }
        }
        let former = (!former.is_empty()).then(|| former.join("\n"));
        let kind = at(columns.kind).and_then(|kind| self.words.kind(&kind));
        // A file that says nothing of status lists what is there.
        let status = match columns.status {
            Some(column) => self.words.status(text(record.field(column)).as_deref().unwrap_or_default()),
            None => self.words.status("Live (not stated)"),
        };
        let date = at(columns.registered).or_else(|| at(columns.issued));
        let registered = date.and_then(|date| match date.parse::<Date>() {
            Ok(date) => Some(date_number(date)),
            Err(_) => {
                self.counts.odd_dates += 1;
                None
            }
        });
        let mut codes = [None; 2];
        for (which, code) in codes.iter_mut().enumerate() {
            let Some(digits) = at(columns.ssic[which]) else { continue };
            match SsicCode::new(&digits, self.edition) {
                Ok(_) => *code = digits.parse::<i64>().ok(),
                Err(_) => self.counts.odd_codes += 1,
            }
            if let (Some(code), Some(title)) = (*code, at(columns.ssic_titles[which])) {
                self.titles.saw(code, &title);
            }
        }
        if codes[0].is_none() {
            codes = [codes[1], None];
        }
        let mut row = Row {
            uen: uen.to_string(),
            name_key: name_key(&core_key(&name)),
            name,
            former,
            kind: kind.as_ref().map(|kind| kind.id),
            status: status.id,
            live: status.live,
            registered,
            codes,
            postal: at(columns.postal),
            content: 0,
        };
        row.content = content(&row, kind.as_ref().map_or("", |kind| &kind.text), &status.text);
        Ok(row)
    }
}

/// A field: UTF-8, or else windows-1252 (which Latin-1 files are read as); white space collapsed; empty and `na` are none.
fn text(field: &[u8]) -> Option<String> {
    let text = match std::str::from_utf8(field) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(field).0,
    };
    let trimmed = text.trim();
    if trimmed.is_empty() || trimmed.eq_ignore_ascii_case("na") {
        return None;
    }
    let untidy = trimmed.contains("  ") || trimmed.contains(|c: char| c.is_whitespace() && c != ' ');
    Some(if untidy { trimmed.split_whitespace().collect::<Vec<_>>().join(" ") } else { trimmed.to_owned() })
}

/// A hash of a core key that stays the same from version to version (FNV-1a); equal hashes are compared by their names.
pub(super) fn name_key(core: &str) -> i64 {
    let hash = core.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    hash.cast_signed()
}

/// A hash of everything an entity is.
fn content(row: &Row, kind: &str, status: &str) -> i64 {
    let mut hash = Sha256::new();
    for part in [row.uen.as_str(), &row.name, row.former.as_deref().unwrap_or_default(), kind, status] {
        hash.update(part);
        hash.update([0x1f]);
    }
    for number in [row.registered, row.codes[0], row.codes[1]] {
        hash.update(number.unwrap_or(-1).to_le_bytes());
    }
    hash.update(row.postal.as_deref().unwrap_or_default());
    let mut first = [0; 8];
    first.copy_from_slice(&hash.finalize()[..8]);
    i64::from_le_bytes(first)
}

/// Opens a file, plain or gzip (by its first bytes), and counts what is read of it.
pub(super) fn open(path: &Path, bytes: Arc<AtomicU64>) -> Result<Records<Box<dyn BufRead + Send>>> {
    let failed = |error| read_error(&path.display().to_string(), error);
    let file = File::open(path).map_err(failed)?;
    let mut file = BufReader::with_capacity(1 << 18, Counting { file, bytes });
    let start = file.fill_buf().map_err(failed)?;
    let input: Box<dyn BufRead + Send> = if start.starts_with(&[0x1f, 0x8b]) {
        Box::new(BufReader::with_capacity(1 << 18, MultiGzDecoder::new(file)))
    } else {
        Box::new(file)
    };
    Ok(Records::new(input))
}

/// The first record as column names.
pub(super) fn header<R: BufRead>(file: &str, records: &mut Records<R>) -> Result<Vec<String>> {
    let wrong = |message: &str| Error::new(ErrorKind::Invalid, OPERATION, format!("{file} {message}"));
    match records.next().map_err(|error| read_error(file, error))? {
        Next::End => return Err(wrong("is empty")),
        Next::BrokenQuotes { .. } => {
            return Err(wrong("is no CSV file: its first line opens a quote and does not close it"));
        }
        Next::Record { .. } => {}
    }
    if records.field(0).starts_with(&[0xff, 0xfe]) || records.field(0).starts_with(&[0xfe, 0xff]) {
        return Err(wrong("is in UTF-16: save it as UTF-8"));
    }
    let name =
        |at| String::from_utf8_lossy(records.field(at)).trim_start_matches('\u{feff}').trim().to_owned();
    // A byte order mark before a quote makes the quote part of the name.
    Ok((0..records.len()).map(name).map(|name| name.trim_matches('"').to_owned()).collect())
}

fn read_error(file: &str, error: io::Error) -> Error {
    let (kind, what) = match error.kind() {
        io::ErrorKind::NotFound => (ErrorKind::Invalid, "does not exist: check the path"),
        io::ErrorKind::IsADirectory => (ErrorKind::Invalid, "is a folder: give its files"),
        io::ErrorKind::PermissionDenied => (ErrorKind::Invalid, "may not be read: check its permissions"),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
            (ErrorKind::Invalid, "is cut short or damaged (gzip): fetch it again; nothing was changed")
        }
        _ => (ErrorKind::Unavailable, "cannot be read to its end; nothing was changed"),
    };
    Error::new(kind, OPERATION, format!("{file} {what}")).with_source(error)
}

struct Counting {
    file: File,
    bytes: Arc<AtomicU64>,
}

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
