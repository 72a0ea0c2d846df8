//! From the driver's errors to the one error of the ports. No type of the driver leaves this crate.

use std::path::Path;

use icp_core::{Error, ErrorKind};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::migrate::MigrateError;
use sqlx::sqlite::SqliteRow;
use sqlx::{ColumnIndex, Decode, Row, Sqlite, Type};

/// Primary result codes: <https://www.sqlite.org/rescode.html>.
fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let code: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}

/// The error of a statement.
pub(crate) fn sql_error(operation: &'static str) -> impl Fn(sqlx::Error) -> Error {
    move |error| {
        let (kind, message) = match (primary_code(&error), &error) {
            (Some(5 | 6), _) => (
                ErrorKind::Unavailable,
                "the database is locked: another process is writing to it (an import, a backup); try again shortly",
            ),
            (Some(8), _) => (
                ErrorKind::Invalid,
                "the database cannot be written: check the permissions of the file and its folder",
            ),
            (Some(10), _) => {
                (ErrorKind::Unavailable, "the disk reports an error while reading or writing the database")
            }
            (Some(11), _) => (
                ErrorKind::Corrupt,
                "the database file is damaged: restore it from a backup, or import the register again into a new file",
            ),
            (Some(13), _) => (ErrorKind::Unavailable, "the disk is full: make room, then try again"),
            (Some(14), _) => (
                ErrorKind::Invalid,
                "the database file cannot be opened: check that its folder exists and may be written",
            ),
            (Some(19), _) => (ErrorKind::Conflict, "something with the same id is stored already"),
            (Some(26), _) => (ErrorKind::Corrupt, "the file is not a SQLite database: give another path"),
            (_, sqlx::Error::PoolTimedOut) => {
                (ErrorKind::Timeout, "all connections to the database are in use: try again shortly")
            }
            (_, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)) => {
                (ErrorKind::Corrupt, "a stored row cannot be read back: restore the database from a backup")
            }
            (_, sqlx::Error::Io(_)) => (ErrorKind::Unavailable, "the database file cannot be reached"),
            _ => (ErrorKind::Internal, "the database refused a statement; the log has its words"),
        };
        Error::new(kind, operation, message).with_source(error)
    }
}

/// The error of opening a file.
pub(crate) fn open_error(path: &Path) -> impl Fn(sqlx::Error) -> Error + '_ {
    const OPERATION: &str = "open the database";
    move |error| {
        let plain = sql_error(OPERATION)(error);
        let message = format!("{}: {}", path.display(), plain.message());
        Error::new(plain.kind(), OPERATION, message).with_source(plain)
    }
}

/// The error of bringing the schema up to date.
pub(crate) fn migrate_error(path: &Path, newest: i64, error: MigrateError) -> Error {
    const OPERATION: &str = "prepare the database";
    let path = path.display();
    let (kind, message) = match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            let plain = sql_error(OPERATION)(error);
            let message = format!("{path}: {}", plain.message());
            return Error::new(plain.kind(), OPERATION, message).with_source(plain);
        }
        MigrateError::VersionMissing(found) => (ErrorKind::Unsupported, newer_schema(&path, found, newest)),
        MigrateError::VersionMismatch(found) => (
            ErrorKind::Unsupported,
            format!(
                "{path} was made by another build (schema version {found} differs): use that build, or a new file"
            ),
        ),
        _ => (
            ErrorKind::Internal,
            format!("{path}: its schema cannot be brought up to date; the log has the cause"),
        ),
    };
    Error::new(kind, OPERATION, message).with_source(error)
}

/// The message about a file that a newer program made.
pub(crate) fn newer_schema(path: &std::path::Display<'_>, found: i64, newest: i64) -> String {
    format!("{path} has schema version {found}, and this program knows only {newest}: update the program")
}

/// A column of a row.
pub(crate) fn column<'r, T, I>(operation: &'static str, row: &'r SqliteRow, index: I) -> Result<T, Error>
where
    T: Decode<'r, Sqlite> + Type<Sqlite>,
    I: ColumnIndex<SqliteRow>,
{
    row.try_get(index).map_err(sql_error(operation))
}

/// A value as JSON text.
pub(crate) fn to_json<T: Serialize + ?Sized>(operation: &'static str, value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| {
        Error::new(ErrorKind::Internal, operation, "a value cannot be written as JSON").with_source(error)
    })
}

/// A value of stored JSON text.
pub(crate) fn from_json<T: DeserializeOwned>(operation: &'static str, text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| corrupt(operation, error))
}

/// Stored data that cannot be read back.
pub(crate) fn corrupt(
    operation: &'static str,
    cause: impl std::error::Error + Send + Sync + 'static,
) -> Error {
    let message = "a stored value cannot be read back: restore the database from a backup";
    Error::new(ErrorKind::Corrupt, operation, message).with_source(cause)
}
