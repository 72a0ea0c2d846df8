//! From a path to records: plain or gzip, counted; and from a field to text.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use icp_core::ports::ReadMeter;
use icp_core::{Error, ErrorKind, Result};

use super::OPERATION;
use super::records::{Next, Records};

/// Records of a file.
pub(crate) type FileRecords = Records<Box<dyn BufRead + Send>>;

/// Opens a file, plain or gzip (by its first bytes), and counts what is read of it.
pub(crate) fn open(path: &Path, meter: &ReadMeter) -> Result<FileRecords> {
    let failed = |error| read_error(&path.display().to_string(), error);
    let file = File::open(path).map_err(failed)?;
    let mut file = BufReader::with_capacity(1 << 18, Counting { file, meter: meter.clone() });
    let start = file.fill_buf().map_err(failed)?;
    let input: Box<dyn BufRead + Send> = if start.starts_with(&[0x1f, 0x8b]) {
        Box::new(BufReader::with_capacity(1 << 18, MultiGzDecoder::new(file)))
    } else {
        Box::new(file)
    };
    Ok(Records::new(input))
}

/// The first record as column names.
pub(crate) fn header<R: BufRead>(file: &str, records: &mut Records<R>) -> Result<Vec<String>> {
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

/// A field: UTF-8, or else windows-1252 (which Latin-1 files are read as); white space collapsed; empty and `na` are none.
pub(crate) fn text(field: &[u8]) -> Option<String> {
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

/// The error of a file that cannot be read.
pub(crate) fn read_error(file: &str, error: io::Error) -> Error {
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
    meter: ReadMeter,
}

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.meter.add(read as u64);
        Ok(read)
    }
}
