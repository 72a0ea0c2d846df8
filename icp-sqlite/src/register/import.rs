//! An import: one transaction, so that a stopped one leaves the register as it was.

use std::collections::BTreeMap;

use icp_core::model::{Date, SsicEdition, SsicNode};
use icp_core::normalize::NORMALISER_VERSION;
use icp_core::ports::{
    ImportListener, ImportOutcome, ImportProgress, ImportRequest, ImportStage, ReadMeter, RegisterRows,
    RowCounts,
};
use icp_core::titles::LearntTitles;
use icp_core::{Error, ErrorKind, Result};
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};
use tokio::sync::mpsc;
use tracing::Instrument as _;

use super::encode::{BATCH, Message, NewWord, TableRow, Words, encode};
use super::{IMPORT as OPERATION, SqliteRegister, aggregate, stored};
use crate::error::{column, sql_error};
use crate::sql::register as sql;

/// Where a title comes from, as its table says: rows of the register, or a classification, which goes first.
const LEARNT: i64 = 0;
const CLASSIFICATION: i64 = 1;

impl SqliteRegister {
    /// One transaction; meanwhile others can read, but not write.
    pub(super) async fn import_rows(&self, request: ImportRequest<'_>) -> Result<ImportOutcome> {
        let files = request.meter.files();
        let span = tracing::info_span!(
            "register_import",
            files,
            rows = tracing::field::Empty,
            bad_rows = tracing::field::Empty
        );
        let import = async {
            let outcome = self.import_in_span(request).await?;
            let here = tracing::Span::current();
            here.record("rows", outcome.read.rows);
            here.record("bad_rows", outcome.read.bad_rows);
            Ok(outcome)
        };
        import.instrument(span).await
    }

    async fn import_in_span(&self, request: ImportRequest<'_>) -> Result<ImportOutcome> {
        let mut connection = self.import_connection().await?;
        let ImportRequest { rows, edition, as_of, titles, meter, progress, .. } = request;
        let mut progress = Progress { meter, rows: 0, bad_rows: 0, tell: progress };
        let source = Source { rows, edition, as_of, titles };
        let (outcome, stale) = write(&mut connection, source, &mut progress).await?;
        let mut notices = Vec::new();
        if stale {
            progress.stage(ImportStage::Names);
            self.rebuild_names("the register changed", &mut notices).await?;
        }
        // The log of a large transaction is as large as the register: give the space back.
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&mut connection)
            .await
            .map_err(sql_error(OPERATION))?;
        Ok(outcome.with_notices(notices))
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

/// The source of an import.
struct Source {
    rows: RegisterRows,
    edition: SsicEdition,
    as_of: Option<Date>,
    titles: BTreeMap<SsicNode, String>,
}

/// Counts for the caller to show.
struct Progress<'a> {
    meter: ReadMeter,
    rows: u64,
    bad_rows: u64,
    tell: Option<ImportListener<'a>>,
}

impl Progress<'_> {
    fn rows(&mut self, rows: u64, bad_rows: u64) {
        self.rows += rows;
        self.bad_rows = bad_rows;
        self.stage(ImportStage::Rows);
    }

    fn stage(&mut self, stage: ImportStage) {
        if let Some(tell) = &mut self.tell {
            tell(ImportProgress::new(stage, &self.meter, self.rows, self.bad_rows));
        }
    }
}

/// The transaction; also whether the index of names is out of date.
async fn write(
    connection: &mut SqliteConnection,
    source: Source,
    progress: &mut Progress<'_>,
) -> Result<(ImportOutcome, bool)> {
    let failed = sql_error(OPERATION);
    let Source { rows, edition, as_of, titles: classification } = source;
    let invalid = |message: String| Error::new(ErrorKind::Invalid, OPERATION, message);
    let mut tx = connection.begin_with("BEGIN IMMEDIATE").await.map_err(&failed)?;
    let before = stored(&mut tx, OPERATION).await?;
    if let Some(held) = before.as_ref().filter(|held| held.snapshot.edition != edition) {
        return Err(invalid(format!(
            "the register holds codes of SSIC {}, and these rows are said to be of SSIC {edition}: import them with \
             the same edition, or into a new database",
            held.snapshot.edition
        )));
    }
    let fresh = before.is_none();
    if fresh {
        for statement in [sql::DROP_BY_NAME, sql::DROP_BY_PRIMARY, sql::DROP_BY_SECONDARY] {
            sqlx::query(statement).execute(&mut *tx).await.map_err(&failed)?;
        }
    }
    let words = known_words(&mut tx).await?;
    let (read, learnt, written) = receive(&mut tx, start_encoding(rows, words), progress).await?;
    if fresh || classification.is_empty() {
        read.require_good()?;
    }
    progress.stage(ImportStage::Counts);
    for (titles, origin) in [(learnt.chosen(), LEARNT), (classification, CLASSIFICATION)] {
        for (node, title) in titles {
            put_title(&mut tx, node, origin, title).await?;
        }
    }
    if fresh {
        for statement in [sql::MAKE_BY_NAME, sql::MAKE_BY_PRIMARY, sql::MAKE_BY_SECONDARY] {
            sqlx::query(statement).execute(&mut *tx).await.map_err(&failed)?;
        }
    }
    let as_of = aggregate::as_of(&mut tx, as_of).await?;
    let same_keys = before.as_ref().is_none_or(|held| held.normaliser == i64::from(NORMALISER_VERSION));
    if !same_keys {
        aggregate::renew_keys(&mut tx).await?;
    }
    let after = match before.clone() {
        Some(held) if written == 0 && held.snapshot.as_of == as_of && same_keys => held,
        _ => aggregate::renew(&mut tx, as_of, edition).await?,
    };
    tx.commit().await.map_err(&failed)?;
    let held = before.as_ref().map_or(0, |held| held.snapshot.entities);
    let added = after.snapshot.entities - held;
    let stale = before.as_ref().is_none_or(|held| held.names_stamp != after.names_stamp || !same_keys);
    let changed = before.is_none_or(|held| held.snapshot.id != after.snapshot.id);
    Ok((ImportOutcome::new(read, added, written.saturating_sub(added), after.snapshot, changed), stale))
}

/// Starts the thread that goes through the rows.
fn start_encoding(rows: RegisterRows, words: Words) -> mpsc::Receiver<Message> {
    let (sender, receiver) = mpsc::channel(8);
    std::thread::spawn(move || encode(rows, words, &mut |message| sender.blocking_send(message).is_ok()));
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

/// Writes what the thread hands on; also how many rows were added or changed.
async fn receive(
    tx: &mut SqliteConnection,
    mut messages: mpsc::Receiver<Message>,
    progress: &mut Progress<'_>,
) -> Result<(RowCounts, LearntTitles, u64)> {
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
        let insert = sqlx::query(sql::WORD_INSERT).bind(id).bind(kind).bind(text.to_string());
        insert.execute(&mut *tx).await.map_err(sql_error(OPERATION))?;
    }
    Ok(())
}

async fn put_rows(tx: &mut SqliteConnection, text: String, rows: Vec<TableRow>) -> Result<u64> {
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

fn bind(values: &mut SqliteArguments, row: TableRow) -> Result<(), sqlx::error::BoxDynError> {
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

async fn put_title(tx: &mut SqliteConnection, node: SsicNode, origin: i64, title: String) -> Result<()> {
    let put = sqlx::query(sql::TITLE_PUT)
        .bind(node.edition().as_str())
        .bind(node.as_str().to_owned())
        .bind(origin)
        .bind(title);
    put.execute(tx).await.map(drop).map_err(sql_error(OPERATION))
}
