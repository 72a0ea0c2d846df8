//! The index of names, in a file beside the database.
//!
//! Entities are numbered by the order of their UENs, so that of equally near names the same ones are found whatever
//! the order of import; the file holds the row id of each number. It belongs to one content of the register: a file of
//! another content, another version, or a damaged one is built again.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;

use futures_util::TryStreamExt;
use icp_core::ports::RegisterNotice;
use icp_core::resolve::{NameIndex, NameIndexBuilder};
use icp_core::{Error, ErrorKind, Result};
use sha2::{Digest, Sha256};

use super::{SqliteRegister, Stored};
use crate::error::{column, sql_error};
use crate::sql::register as sql;

const OPERATION: &str = "index the names";
const MAGIC: &[u8; 8] = b"icpRANK1";

/// The index this process holds, and what happened to it.
#[derive(Debug, Default)]
pub(super) struct Names {
    held: Option<(String, Arc<RankedNames>)>,
    notices: Vec<RegisterNotice>,
}

/// An index of names with the row id of each rank.
#[derive(Debug)]
pub(super) struct RankedNames {
    rows: Vec<u32>,
    index: NameIndex,
}

impl RankedNames {
    /// Row ids of entities with near names, the nearest first.
    pub(super) fn search(&self, name: &str, limit: usize) -> Vec<u32> {
        if limit == 0 {
            return Vec::new();
        }
        let hits = self.index.search(name, limit);
        hits.iter().filter_map(|hit| self.rows.get(hit.id as usize)).copied().take(limit).collect()
    }
}

impl SqliteRegister {
    /// Notices about the index of names since this was last asked.
    pub async fn take_notices(&self) -> Vec<RegisterNotice> {
        std::mem::take(&mut self.names.lock().await.notices)
    }

    /// The index for what is held: from memory, from the file, or built.
    pub(super) async fn names_of(&self, held: &Stored) -> Result<Arc<RankedNames>> {
        let mut names = self.names.lock().await;
        if let Some((_, index)) = names.held.as_ref().filter(|(stamp, _)| *stamp == held.names_stamp) {
            return Ok(Arc::clone(index));
        }
        let (path, stamp) = (self.db.beside(".names"), held.names_stamp.clone());
        let read = blocking(move || read(&path, &stamp)).await?;
        let index = match read {
            Ok(index) => Arc::new(index),
            Err(why) => {
                let mut notices = Vec::new();
                let index = self.build(&held.names_stamp, &why, &mut notices).await?;
                names.notices.extend(notices);
                index
            }
        };
        names.held = Some((held.names_stamp.clone(), Arc::clone(&index)));
        Ok(index)
    }

    /// Builds the index again and keeps it.
    pub(super) async fn rebuild_names(&self, why: &str, notices: &mut Vec<RegisterNotice>) -> Result<()> {
        let (_, held) = self.held(OPERATION).await?;
        let mut names = self.names.lock().await;
        names.held = None;
        let index = self.build(&held.names_stamp, why, notices).await?;
        names.held = Some((held.names_stamp, index));
        Ok(())
    }

    async fn build(
        &self,
        stamp: &str,
        why: &str,
        notices: &mut Vec<RegisterNotice>,
    ) -> Result<Arc<RankedNames>> {
        notices.push(RegisterNotice::NamesRebuilt(why.to_owned()));
        let mut builder = NameIndexBuilder::new();
        let rows = self.each_name(|rank, name| builder.push(rank, name)).await?;
        let (path, stamp) = (self.db.beside(".names"), stamp.to_owned());
        let (names, written) = blocking(move || {
            let names = RankedNames { rows, index: builder.finish() };
            let written = write(&path, &stamp, &names);
            (names, written)
        })
        .await?;
        if let Err(error) = written {
            notices.push(RegisterNotice::NamesNotKept(error.to_string()));
        }
        Ok(Arc::new(names))
    }

    /// Every name of every entity with its rank, and the row ids in the order of UENs.
    pub(super) async fn each_name(&self, mut push: impl FnMut(u32, &str)) -> Result<Vec<u32>> {
        let failed = sql_error(OPERATION);
        let mut reader = self.import_connection().await?;
        let mut rows: Vec<u32> = Vec::new();
        {
            let mut order = sqlx::query(sql::UEN_ORDER).fetch(&mut reader);
            while let Some(row) = order.try_next().await.map_err(&failed)? {
                rows.push(column(OPERATION, &row, 0)?);
            }
        }
        let last = rows.iter().max().map_or(0, |last| *last as usize);
        let mut ranks = vec![0u32; last + 1];
        for (rank, row) in (0u32..).zip(&rows) {
            ranks[*row as usize] = rank;
        }
        let mut names = sqlx::query(sql::NAME_ROWS).fetch(&mut reader);
        while let Some(row) = names.try_next().await.map_err(&failed)? {
            let id: u32 = column(OPERATION, &row, 0)?;
            // A row that came after the order was read belongs to the next index.
            let Some(rank) = ranks.get(id as usize).copied() else { continue };
            push(rank, column(OPERATION, &row, 1)?);
            let former: Option<&str> = column(OPERATION, &row, 2)?;
            former.unwrap_or_default().lines().for_each(|name| push(rank, name));
        }
        Ok(rows)
    }
}

pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        Error::new(ErrorKind::Internal, OPERATION, "the indexing thread stopped").with_source(error)
    })
}

/// The bytes before the index: what it belongs to, the row ids, and a checksum of both.
fn head(stamp: &str, rows: &[u32]) -> Vec<u8> {
    let mut head = Vec::with_capacity(64 + stamp.len() + rows.len() * 4);
    head.extend_from_slice(MAGIC);
    head.extend_from_slice(&(stamp.len() as u32).to_le_bytes());
    head.extend_from_slice(&(rows.len() as u32).to_le_bytes());
    head.extend_from_slice(stamp.as_bytes());
    rows.iter().for_each(|row| head.extend_from_slice(&row.to_le_bytes()));
    let sum = Sha256::digest(&head);
    head.extend_from_slice(&sum);
    head
}

/// Writes a new file and puts it in the place of the old one.
fn write(path: &Path, stamp: &str, names: &RankedNames) -> io::Result<()> {
    let mut new = path.as_os_str().to_owned();
    new.push(format!(".{}.new", std::process::id()));
    let kept = (|| {
        let mut file = io::BufWriter::new(fs::File::create(&new)?);
        file.write_all(&head(stamp, &names.rows))?;
        names.index.write_to(&mut file)?;
        file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        fs::rename(&new, path)
    })();
    if kept.is_err() {
        // Its remains must not fill the disk; a failed removal is not worth reporting.
        let _ = fs::remove_file(&new);
    }
    kept
}

/// Reads the file; or why it cannot be used.
fn read(path: &Path, stamp: &str) -> Result<RankedNames, String> {
    let bytes = fs::read(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "there was none".to_owned(),
        _ => format!("it could not be read: {error}"),
    })?;
    let number = |at: usize| {
        let four: Option<[u8; 4]> = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
        four.map(|four| u32::from_le_bytes(four) as usize)
    };
    let damaged = || "it was damaged".to_owned();
    if !bytes.starts_with(MAGIC) {
        return Err("it was of another version, or damaged".to_owned());
    }
    let (stamp_len, count) = number(8).zip(number(12)).ok_or_else(damaged)?;
    let (rows_at, end) = (16 + stamp_len, 16 + stamp_len + count * 4);
    let held = bytes.get(16..rows_at).ok_or_else(damaged)?;
    let sum = bytes.get(end..end + 32).ok_or_else(damaged)?;
    if Sha256::digest(&bytes[..end]).as_slice() != sum {
        return Err(damaged());
    }
    if held != stamp.as_bytes() {
        return Err("it was of another state of the register".to_owned());
    }
    let rows = (0..count).filter_map(|at| number(rows_at + at * 4)).map(|row| row as u32).collect();
    let index = NameIndex::from_bytes(Tail { bytes, from: end + 32 }).map_err(|error| error.to_string())?;
    Ok(RankedNames { rows, index })
}

/// The part of a file that is the index itself.
struct Tail {
    bytes: Vec<u8>,
    from: usize,
}

impl AsRef<[u8]> for Tail {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[self.from..]
    }
}
