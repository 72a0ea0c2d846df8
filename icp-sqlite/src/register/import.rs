//! An import: one transaction, so that a stopped one leaves the register as it was.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use icp_core::normalize::NORMALISER_VERSION;
use icp_core::{Error, ErrorKind, Result};
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};
use tokio::sync::mpsc;

use super::parse::{BATCH, Message, NewWord, OPERATION, Parser, Row, Words};
use super::report::{ImportOptions, ImportProgress, ImportReport, ImportStage, RowCounts};
use super::titles::Titles;
use super::{SqliteRegister, aggregate, stored};
use crate::error::{column, sql_error};
use crate::sql::register as sql;

impl SqliteRegister {
    /// Reads files of the register, plain or gzip, into the database: new entities are added, known ones brought up to
    /// date. All or nothing: an import that is stopped or fails leaves the register as it was. Meanwhile others can
    /// read, but not write.
    ///
    /// Bad rows are left out, counted and named; they do not stop it.
    ///
    /// # Errors
    /// `Invalid` when a file cannot be read, is no register file, or holds no good row; otherwise when the database
    /// cannot be used.
    pub async fn import(
        &self,
        paths: &[PathBuf],
        options: &ImportOptions,
        progress: &mut (dyn FnMut(ImportProgress) + Send),
    ) -> Result<ImportReport> {
        if paths.is_empty() {
            return Err(Error::new(ErrorKind::Invalid, OPERATION, "no files were given"));
        }
        let mut connection = self.import_connection().await?;
        let mut progress = Progress::new(paths, progress);
        let (mut report, stale) = write(&mut connection, paths, options, &mut progress).await?;
        if stale {
            progress.stage(ImportStage::Names);
            self.rebuild_names("the register changed", &mut report.notices).await?;
        }
        // The log of a large transaction is as large as the register: give the space back.
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&mut connection)
            .await
            .map_err(sql_error(OPERATION))?;
        Ok(report)
    }

    /// A connection of its own: with a larger cache than the others, and a longer queue of rows, since going through
    /// millions of them costs mostly the changing of threads.
    pub(super) async fn import_connection(&self) -> Result<SqliteConnection> {
        let options = self.db.connect_options().pragma("cache_size", "-98304").row_buffer_size(8192);
        // Sorting (for indexes, for counts) may take a second core.
        let options = options.pragma("threads", "2").disable_statement_logging();
        options.connect().await.map_err(sql_error(OPERATION))
    }
}

/// Counts for the caller to show.
struct Progress<'a> {
    bytes: Arc<AtomicU64>,
    shown: ImportProgress,
    tell: &'a mut (dyn FnMut(ImportProgress) + Send),
}

impl<'a> Progress<'a> {
    fn new(paths: &[PathBuf], tell: &'a mut (dyn FnMut(ImportProgress) + Send)) -> Self {
        let bytes_total = paths.iter().filter_map(|path| path.metadata().ok()).map(|meta| meta.len()).sum();
        let shown = ImportProgress { stage: ImportStage::Rows, bytes: 0, bytes_total, rows: 0, bad_rows: 0 };
        Self { bytes: Arc::default(), shown, tell }
    }

    fn rows(&mut self, rows: u64, bad_rows: u64) {
        self.shown.rows += rows;
        self.shown.bad_rows = bad_rows;
        self.shown.bytes = self.bytes.load(Ordering::Relaxed);
        (self.tell)(self.shown);
    }

    fn stage(&mut self, stage: ImportStage) {
        self.shown.stage = stage;
        (self.tell)(self.shown);
    }
}

/// The transaction; also whether the index of names is out of date.
async fn write(
    connection: &mut SqliteConnection,
    paths: &[PathBuf],
    options: &ImportOptions,
    progress: &mut Progress<'_>,
) -> Result<(ImportReport, bool)> {
    let failed = sql_error(OPERATION);
    let mut tx = connection.begin_with("BEGIN IMMEDIATE").await.map_err(&failed)?;
    let before = stored(&mut tx, OPERATION).await?;
    if let Some(held) = before.as_ref().filter(|held| held.snapshot.edition != options.edition) {
        let message = format!(
            "the register holds codes of SSIC {}, and these files are said to be of SSIC {}: import them with the \
             same edition, or into a new database",
            held.snapshot.edition, options.edition
        );
        return Err(Error::new(ErrorKind::Invalid, OPERATION, message));
    }
    let fresh = before.is_none();
    if fresh {
        for statement in [sql::DROP_BY_NAME, sql::DROP_BY_PRIMARY, sql::DROP_BY_SECONDARY] {
            sqlx::query(statement).execute(&mut *tx).await.map_err(&failed)?;
        }
    }
    let words = known_words(&mut tx).await?;
    let (read, titles, written) = receive(&mut tx, parse(paths, options, words, progress), progress).await?;
    if read.rows == 0 {
        let first = read.bad.first().map_or("they hold only a header".to_owned(), ToString::to_string);
        let message = format!("no good row in the files; {} bad ones ({first})", read.bad_rows);
        return Err(Error::new(ErrorKind::Invalid, OPERATION, message));
    }
    progress.stage(ImportStage::Counts);
    for (code, title) in titles.chosen() {
        put_title(&mut tx, options.edition.as_str(), &code, 0, &title).await?;
    }
    if fresh {
        for statement in [sql::MAKE_BY_NAME, sql::MAKE_BY_PRIMARY, sql::MAKE_BY_SECONDARY] {
            sqlx::query(statement).execute(&mut *tx).await.map_err(&failed)?;
        }
    }
    let as_of = aggregate::as_of(&mut tx, options.as_of).await?;
    let same_keys = before.as_ref().is_none_or(|held| held.normaliser == i64::from(NORMALISER_VERSION));
    if !same_keys {
        aggregate::renew_keys(&mut tx).await?;
    }
    let after = match before.clone() {
        Some(held) if written == 0 && held.snapshot.as_of == as_of && same_keys => held,
        _ => aggregate::renew(&mut tx, as_of, options.edition).await?,
    };
    tx.commit().await.map_err(&failed)?;
    let held = before.as_ref().map_or(0, |held| held.snapshot.entities);
    let added = after.snapshot.entities - held;
    let stale = before.as_ref().is_none_or(|held| held.names_stamp != after.names_stamp || !same_keys);
    let report = ImportReport {
        changed: before.is_none_or(|held| held.snapshot.id != after.snapshot.id),
        read,
        added,
        updated: written.saturating_sub(added),
        snapshot: after.snapshot,
        notices: Vec::new(),
    };
    Ok((report, stale))
}

/// Starts the thread that reads the files.
fn parse(
    paths: &[PathBuf],
    options: &ImportOptions,
    words: Words,
    progress: &Progress<'_>,
) -> mpsc::Receiver<Message> {
    let (sender, receiver) = mpsc::channel(8);
    let parser = Parser {
        columns: options.columns.clone(),
        edition: options.edition,
        words,
        bytes: Arc::clone(&progress.bytes),
        counts: RowCounts::default(),
        titles: Titles::default(),
    };
    let paths = paths.to_vec();
    std::thread::spawn(move || parser.run(&paths, &mut |message| sender.blocking_send(message).is_ok()));
    receiver
}

async fn known_words(tx: &mut SqliteConnection) -> Result<Words> {
    let rows = sqlx::query(sql::WORDS).fetch_all(tx).await.map_err(sql_error(OPERATION))?;
    let mut words = Words::default();
    for row in &rows {
        words.know(column(OPERATION, row, 0)?, column(OPERATION, row, 1)?, column(OPERATION, row, 2)?);
    }
    Ok(words)
}

/// Writes what the thread reads; also how many rows were added or changed.
async fn receive(
    tx: &mut SqliteConnection,
    mut messages: mpsc::Receiver<Message>,
    progress: &mut Progress<'_>,
) -> Result<(RowCounts, Titles, u64)> {
    let whole = sql::entities_put(BATCH);
    let mut written = 0;
    while let Some(message) = messages.recv().await {
        match message {
            Message::Rows { rows, words, bad_rows } => {
                put_words(tx, words).await?;
                let count = rows.len() as u64;
                let text = if rows.len() == BATCH { whole.clone() } else { sql::entities_put(rows.len()) };
                if count > 0 {
                    written += put_rows(tx, text, rows).await?;
                }
                progress.rows(count, bad_rows);
            }
            Message::Done { counts, titles } => return Ok((counts, titles, written)),
            Message::Failed(error) => return Err(error),
        }
    }
    Err(Error::new(ErrorKind::Internal, OPERATION, "the reading thread stopped; nothing was changed"))
}

async fn put_words(tx: &mut SqliteConnection, words: Vec<NewWord>) -> Result<()> {
    for (id, kind, text) in words {
        let insert = sqlx::query(sql::WORD_INSERT).bind(id).bind(kind).bind(text);
        insert.execute(&mut *tx).await.map_err(sql_error(OPERATION))?;
    }
    Ok(())
}

async fn put_rows(tx: &mut SqliteConnection, text: String, rows: Vec<Row>) -> Result<u64> {
    let mut values = SqliteArguments::default();
    values.reserve(rows.len() * 12, 0);
    for row in rows {
        bind(&mut values, row).map_err(|error| sql_error(OPERATION)(sqlx::Error::Encode(error)))?;
    }
    // The text is made of constants and a number of rows.
    let put = sqlx::query_with(AssertSqlSafe(text), values);
    let done = put.execute(tx).await.map_err(sql_error(OPERATION))?;
    Ok(done.rows_affected())
}

fn bind(values: &mut SqliteArguments, row: Row) -> Result<(), sqlx::error::BoxDynError> {
    values.add(row.uen)?;
    values.add(row.name)?;
    values.add(row.former)?;
    values.add(row.kind)?;
    values.add(row.status)?;
    values.add(row.live)?;
    values.add(row.registered)?;
    values.add(row.codes[0])?;
    values.add(row.codes[1])?;
    values.add(row.postal)?;
    values.add(row.content)?;
    values.add(row.name_key)
}

pub(super) async fn put_title(
    tx: &mut SqliteConnection,
    edition: &'static str,
    code: &str,
    source: i64,
    title: &str,
) -> Result<()> {
    let put =
        sqlx::query(sql::TITLE_PUT).bind(edition).bind(code.to_owned()).bind(source).bind(title.to_owned());
    put.execute(tx).await.map(drop).map_err(sql_error(OPERATION))
}
