//! The schema: its versions, and bringing a file to the newest.

use std::borrow::Cow;
use std::path::Path;

use icp_core::{Error, ErrorKind, Result};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{SqlStr, SqliteConnection, SqlitePool};

use crate::error::{migrate_error, newer_schema, sql_error};

/// Version, name and text of every migration, oldest first. Embedded as text: the macro of the driver would build the
/// whole of SQLite a second time, for the build machine.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "tenants", include_str!("../migrations/0001_tenants.sql")),
    (2, "register", include_str!("../migrations/0002_register.sql")),
    (3, "records", include_str!("../migrations/0003_records.sql")),
    (4, "card_evidence", include_str!("../migrations/0004_card_evidence.sql")),
    (5, "budget", include_str!("../migrations/0005_budget.sql")),
];

/// The newest version that a file has, or 0.
const HELD: &str = "SELECT coalesce(max(version), 0) FROM _icp_migrations WHERE success";

/// The schema version this program makes.
fn newest() -> i64 {
    MIGRATIONS.iter().map(|(version, ..)| *version).max().unwrap_or(0)
}

/// Brings a file's schema up to date.
pub(crate) async fn run(writer: &SqlitePool, path: &Path) -> Result<()> {
    migrator().run(writer).await.map_err(|error| migrate_error(path, newest(), error))
}

/// Reads the schema version of a file; an error when it is not the one this program works with.
pub(crate) async fn current(
    connection: &mut SqliteConnection,
    path: &Path,
    operation: &'static str,
) -> Result<i64> {
    let held: i64 = sqlx::query_scalar(HELD).fetch_one(connection).await.map_err(sql_error(operation))?;
    let (path, newest) = (path.display(), newest());
    if held > newest {
        return Err(Error::new(ErrorKind::Unsupported, operation, newer_schema(&path, held, newest)));
    }
    if held < newest {
        let message =
            format!("{path} has schema version {held}, and this program works with {newest}: open it again");
        return Err(Error::new(ErrorKind::Unsupported, operation, message));
    }
    Ok(held)
}

/// Our migrations have a table of their own, so that a host may keep its tables, and its migrations, in the same file.
fn migrator() -> Migrator {
    let migrations = MIGRATIONS.iter().map(|(version, name, text)| {
        let sql = SqlStr::from_static(text);
        Migration::new(*version, Cow::Borrowed(*name), MigrationType::Simple, sql, false)
    });
    let mut migrator = Migrator::with_migrations(migrations.collect());
    migrator.dangerous_set_table_name("_icp_migrations");
    migrator
}
