//! Records of the WARC format, version 1.1 ([ISO 28500](https://iipc.github.io/warc-specifications/)), as far as a recorded
//! crawl needs them: each record plain or a gzip member of its own.
//!
//! A file that ends within a record is one whose writer died: what is before counts. Any other damage is an error, found by
//! the digest that every record carries.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use icp_core::model::Timestamp;
use sha2::{Digest as _, Sha256};

/// The first line of every record.
const VERSION: &str = "WARC/1.1";
/// The most bytes of a record's header.
const MAX_HEADER: u64 = 64 * 1024;
/// The most bytes of a record: the largest sitemap and room for its headers.
const MAX_RECORD: u64 = 128 * 1024 * 1024;

/// A record: named fields and a block of bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Record {
    fields: Vec<(String, String)>,
    pub(crate) block: Vec<u8>,
}

impl Record {
    /// A record of a type (`response`, `metadata`), with its time, the media type of its block, and the block. `serial`
    /// tells equal records of a file apart.
    pub(crate) fn new(kind: &str, at: Timestamp, content_type: &str, block: Vec<u8>, serial: u64) -> Self {
        let digest = Sha256::digest(&block);
        let mut name = Sha256::new();
        name.update(format!("{kind}\n{at}\n{serial}\n"));
        name.update(digest);
        let record = Self { fields: Vec::new(), block };
        record
            .with("WARC-Type", kind)
            .with("WARC-Record-ID", &urn(&name.finalize()))
            .with("WARC-Date", &at.to_string())
            .with("WARC-Block-Digest", &format!("sha256:{}", hex(&digest)))
            .with("Content-Type", content_type)
    }

    /// Adds a named field. Line breaks in its value become spaces.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), one_line(value)));
        self
    }

    /// A named field.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(field, _)| field.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The record's own name.
    pub(crate) fn id(&self) -> &str {
        self.get("WARC-Record-ID").unwrap_or_default()
    }

    /// The record's time.
    pub(crate) fn at(&self) -> Option<Timestamp> {
        self.get("WARC-Date")?.parse().ok()
    }

    /// The record that the bytes are.
    pub(crate) fn parse(mut bytes: &[u8]) -> Option<Self> {
        parse(&mut bytes).ok()
    }

    /// The bytes of the record in a file.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{VERSION}\r\n").into_bytes();
        for (name, value) in &self.fields {
            bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        bytes.extend_from_slice(format!("Content-Length: {}\r\n\r\n", self.block.len()).as_bytes());
        bytes.extend_from_slice(&self.block);
        bytes.extend_from_slice(b"\r\n\r\n");
        bytes
    }
}

/// Lines `name: value`, the media type `application/warc-fields`.
pub(crate) fn fields(lines: &[(&str, &str)]) -> Vec<u8> {
    lines.iter().map(|(name, value)| format!("{name}: {}\r\n", one_line(value))).collect::<String>().into()
}

/// The value of a line of `application/warc-fields`.
pub(crate) fn field<'b>(block: &'b [u8], name: &str) -> Option<&'b str> {
    let text = std::str::from_utf8(block).ok()?;
    text.lines().filter_map(|line| line.split_once(':')).find(|it| it.0 == name).map(|it| it.1.trim())
}

fn one_line(value: &str) -> String {
    value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

/// The name of a record: a UUID of version 8, whose bits are those of a digest.
fn urn(digest: &[u8]) -> String {
    let mut bits = [0_u8; 16];
    bits.copy_from_slice(&digest[..16]);
    bits[6] = bits[6] & 0x0f | 0x80;
    bits[8] = bits[8] & 0x3f | 0x80;
    let text = hex(&bits);
    format!("<urn:uuid:{}-{}-{}-{}-{}>", &text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..])
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes records that belong together at once, so that a writer that dies leaves all of them or a torn end.
pub(crate) fn write(file: &mut File, records: &[Record], gzip: bool) -> io::Result<()> {
    let mut bytes = Vec::new();
    for record in records {
        if gzip {
            let mut member = GzEncoder::new(&mut bytes, Compression::default());
            member.write_all(&record.bytes())?;
            member.finish()?;
        } else {
            bytes.extend_from_slice(&record.bytes());
        }
    }
    file.write_all(&bytes)
}

/// Whether records of a file of this name are compressed.
pub(crate) fn is_gzip(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gz"))
}

/// Reads the records of a file, one after the other or at a place.
#[derive(Debug)]
pub(crate) struct Reader {
    file: BufReader<File>,
    gzip: bool,
}

impl Reader {
    /// Opens a file; its first bytes say whether records are compressed.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut file = BufReader::new(File::open(path)?);
        let gzip = file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
        Ok(Self { file, gzip })
    }

    /// The next record and the place where it begins; `None` at the end and at a torn end.
    pub(crate) fn next(&mut self) -> io::Result<Option<(u64, Record)>> {
        let place = self.file.stream_position()?;
        if self.file.fill_buf()?.is_empty() {
            return Ok(None);
        }
        match self.record() {
            Ok(record) => Ok(Some((place, record))),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The record that begins at a place.
    pub(crate) fn at(&mut self, place: u64) -> io::Result<Record> {
        self.file.seek(SeekFrom::Start(place))?;
        self.record()
    }

    fn record(&mut self) -> io::Result<Record> {
        if !self.gzip {
            return parse(&mut self.file);
        }
        let mut bytes = Vec::new();
        GzDecoder::new(&mut self.file).take(MAX_RECORD + MAX_HEADER).read_to_end(&mut bytes)?;
        parse(&mut bytes.as_slice())
    }
}

fn parse(from: &mut impl io::BufRead) -> io::Result<Record> {
    let mut head = from.by_ref().take(MAX_HEADER);
    let version = line(&mut head)?;
    if !version.starts_with("WARC/1.") {
        return Err(damaged(format!(
            "a record begins with `{}`",
            version.chars().take(40).collect::<String>()
        )));
    }
    let mut record = Record::default();
    loop {
        let line = line(&mut head)?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| damaged("a field without a colon"))?;
        record.fields.push((name.to_owned(), value.trim().to_owned()));
    }
    let length = record.get("Content-Length").and_then(|length| length.parse::<u64>().ok());
    let length =
        length.filter(|length| *length <= MAX_RECORD).ok_or_else(|| damaged("no length that can be"))?;
    from.by_ref().take(length).read_to_end(&mut record.block)?;
    let mut end = [0; 4];
    from.read_exact(&mut end)?;
    if &end != b"\r\n\r\n" {
        return Err(damaged("a record does not end where it should"));
    }
    let told = record.get("WARC-Block-Digest").and_then(|digest| digest.strip_prefix("sha256:"));
    if told.is_some_and(|told| told != hex(&Sha256::digest(&record.block))) {
        return Err(damaged(format!("the bytes of {} have changed", record.id())));
    }
    Ok(record)
}

/// A line without its end.
fn line(from: &mut impl io::BufRead) -> io::Result<String> {
    let mut bytes = Vec::new();
    from.read_until(b'\n', &mut bytes)?;
    if bytes.pop() != Some(b'\n') {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    String::from_utf8(bytes).map_err(|_| damaged("a header that is not text"))
}

fn damaged(why: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records() -> Vec<Record> {
        let at = "2026-11-25T08:00:00.000001Z".parse().unwrap();
        (0..3_u8)
            .map(|n| Record::new("resource", at, "text/plain", vec![n; 1000 * usize::from(n)], n.into()))
            .map(|record| record.with("WARC-Target-URI", "https://a.example/\r\nX-Injected: 1"))
            .collect()
    }

    fn read(path: &Path) -> io::Result<Vec<(u64, Record)>> {
        let mut reader = Reader::open(path)?;
        std::iter::from_fn(|| reader.next().transpose()).collect()
    }

    #[test]
    fn what_is_written_is_read() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a.warc", "a.warc.gz"] {
            let path = dir.path().join(name);
            write(&mut File::create(&path).unwrap(), &records(), is_gzip(&path)).unwrap();
            let read = read(&path).unwrap();
            assert_eq!(read.len(), 3);
            for ((place, read), written) in read.iter().zip(records()) {
                assert_eq!(read.block, written.block);
                assert_eq!(read.at(), written.at());
                assert_eq!(read.get("warc-target-uri"), Some("https://a.example/  X-Injected: 1"));
                assert_eq!(&Reader::open(&path).unwrap().at(*place).unwrap(), read);
            }
            assert!(read.iter().all(|(_, a)| read.iter().filter(|(_, b)| a.id() == b.id()).count() == 1));
        }
    }

    #[test]
    fn a_torn_end_is_an_end_and_damage_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a.warc", "a.warc.gz"] {
            let path = dir.path().join(name);
            write(&mut File::create(&path).unwrap(), &records(), is_gzip(&path)).unwrap();
            let whole = std::fs::read(&path).unwrap();
            let ends: Vec<usize> = read(&path).unwrap().iter().skip(1).map(|(at, _)| *at as usize).collect();
            for cut in (1..whole.len()).step_by(7).chain(ends.iter().copied()) {
                std::fs::write(&path, &whole[..cut]).unwrap();
                let whole_ones = ends.iter().filter(|end| **end <= cut).count();
                assert_eq!(read(&path).unwrap().len(), whole_ones, "{name} cut at {cut}");
            }
            // A byte of the second record's block.
            let mut other = whole.clone();
            other[ends[1] - 40] ^= 1;
            std::fs::write(&path, &other).unwrap();
            assert!(read(&path).is_err(), "{name}");
        }
        std::fs::write(dir.path().join("b"), "no recording\r\n\r\n").unwrap();
        assert!(read(&dir.path().join("b")).is_err());
    }
}
