//! Bringing stored records to their newest version, where the newest holds less than an older one did.
//!
//! Intakes and suggestions of version 1 held a person's words as they were written; reading them masks personal data.
//! The masked text is stored in their place, so that the words stand only in the raw answers, which are kept apart.

use std::path::Path;

use icp_core::model::{IntakePayload, SuggestionSet};
use icp_core::record::{self, Recorded};
use icp_core::{ErrorKind, Result};
use sqlx::{SqliteConnection, SqlitePool};

use crate::error::sql_error;

const OPERATION: &str = "bring records to their newest version";

/// A column that holds records of one kind. The statements take rows of all tenants and change no row's tenant.
struct Column {
    older: &'static str,
    read: &'static str,
    write: &'static str,
}

const INTAKES: Column = Column {
    older: "SELECT rowid FROM icp_intakes \
        WHERE CASE WHEN json_valid(payload) THEN payload ->> '$.v' < ?1 END ORDER BY rowid",
    read: "SELECT payload FROM icp_intakes WHERE rowid = ?1",
    write: "UPDATE icp_intakes SET payload = ?2 WHERE rowid = ?1",
};

const SUGGESTIONS: Column = Column {
    older: "SELECT rowid FROM icp_suggestions \
        WHERE CASE WHEN json_valid(suggestions) THEN suggestions ->> '$.v' < ?1 END ORDER BY rowid",
    read: "SELECT suggestions FROM icp_suggestions WHERE rowid = ?1",
    write: "UPDATE icp_suggestions SET suggestions = ?2 WHERE rowid = ?1",
};

/// Raised when a kind of record below gets a version whose older ones must not stay.
const REVISION: i64 = 1;

const REACHED: &str = "SELECT revision FROM icp_record_revision";
const REACH: &str = "UPDATE icp_record_revision SET revision = ?1";

/// Rewrites every intake and every set of suggestions of an older version, all or none, once per revision.
pub(crate) async fn run(writer: &SqlitePool, path: &Path) -> Result<()> {
    let reached: i64 = sqlx::query_scalar(REACHED).fetch_one(writer).await.map_err(sql_error(OPERATION))?;
    if reached >= REVISION {
        return Ok(());
    }
    let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await.map_err(sql_error(OPERATION))?;
    rewrite::<IntakePayload>(&mut transaction, &INTAKES, path).await?;
    rewrite::<SuggestionSet>(&mut transaction, &SUGGESTIONS, path).await?;
    sqlx::query(REACH).bind(REVISION).execute(&mut *transaction).await.map_err(sql_error(OPERATION))?;
    transaction.commit().await.map_err(sql_error(OPERATION))
}

async fn older<T: Recorded>(connection: &mut SqliteConnection, column: &Column) -> Result<Vec<i64>> {
    let rows = sqlx::query_scalar(column.older).bind(T::VERSION).fetch_all(connection).await;
    rows.map_err(sql_error(OPERATION))
}

async fn rewrite<T: Recorded>(connection: &mut SqliteConnection, column: &Column, path: &Path) -> Result<()> {
    for row in older::<T>(connection, column).await? {
        let stored: String = sqlx::query_scalar(column.read)
            .bind(row)
            .fetch_one(&mut *connection)
            .await
            .map_err(sql_error(OPERATION))?;
        let value: T = match record::read(format_args!("row {row}"), &stored) {
            Ok(value) => value,
            // Whoever reads it hears of it; the rest of the file stays usable.
            Err(error) if error.kind() == ErrorKind::Corrupt => {
                tracing::warn!(path = %path.display(), %error, "a damaged record stays as it is");
                continue;
            }
            Err(error) => return Err(error),
        };
        sqlx::query(column.write)
            .bind(row)
            .bind(record::write(&value))
            .execute(&mut *connection)
            .await
            .map_err(sql_error(OPERATION))?;
    }
    Ok(())
}
