//! The file: opening it, bringing its schema up to date, and its connections.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use icp_core::Result;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{SqlStr, SqlitePool};

use crate::error::{migrate_error, open_error};
use crate::register::SqliteRegister;
use crate::store::SqliteStore;

/// How to open a database.
#[derive(Clone, Copy, Debug)]
pub struct SqliteOptions {
    /// How long a statement waits for another process's lock before it is an error.
    pub busy_timeout: Duration,
    /// Connections that read at the same time.
    pub readers: u32,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self { busy_timeout: Duration::from_secs(5), readers: 4 }
    }
}

/// One SQLite file that holds tenants' data and the company register.
///
/// ```
/// # async fn doc() -> icp_core::Result<()> {
/// let db = icp_sqlite::SqliteDb::open("icp.db").await?;
/// let (store, register) = (db.store(), db.register());
/// # let _ = (store, register); Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SqliteDb {
    path: Arc<Path>,
    options: SqliteConnectOptions,
    writer: SqlitePool,
    readers: SqlitePool,
}

impl fmt::Debug for SqliteDb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteDb").field("path", &self.path).finish_non_exhaustive()
    }
}

impl SqliteDb {
    /// Opens a file, makes it when it is not there, and brings its schema up to date.
    ///
    /// # Errors
    /// `Invalid` when it cannot be opened or written, `Corrupt` when it is not a database, `Unsupported` when a newer
    /// program made it, `Unavailable` when another process holds it.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::open_with(path, SqliteOptions::default()).await
    }

    /// As [`open`](Self::open), with options.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub async fn open_with(path: impl AsRef<Path>, options: SqliteOptions) -> Result<Self> {
        let path = path.as_ref();
        let connect = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(options.busy_timeout);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(connect.clone())
            .await
            .map_err(open_error(path))?;
        migrate(&writer, path).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(options.readers.max(1))
            .connect_lazy_with(connect.clone().create_if_missing(false));
        Ok(Self { path: path.into(), options: connect, writer, readers })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Tenants' data.
    pub fn store(&self) -> Arc<SqliteStore> {
        Arc::new(SqliteStore::new(self.clone()))
    }

    /// The company register.
    pub fn register(&self) -> Arc<SqliteRegister> {
        Arc::new(SqliteRegister::new(self.clone()))
    }

    /// Closes all connections: afterwards the file can be moved.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// The schema version this program makes.
    pub(crate) fn schema_version() -> i64 {
        migrator().iter().map(|migration| migration.version).max().unwrap_or(0)
    }

    pub(crate) fn writer(&self) -> &SqlitePool {
        &self.writer
    }

    pub(crate) fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    pub(crate) fn connect_options(&self) -> SqliteConnectOptions {
        self.options.clone()
    }

    /// A file beside the database: its name with an ending.
    pub(crate) fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.as_os_str().to_owned();
        name.push(ending);
        name.into()
    }
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

/// Version, name and text of every migration, oldest first. Embedded as text: the macro of the driver would build the
/// whole of SQLite a second time, for the build machine.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "tenants", include_str!("../migrations/0001_tenants.sql")),
    (2, "register", include_str!("../migrations/0002_register.sql")),
    (3, "records", include_str!("../migrations/0003_records.sql")),
];

async fn migrate(writer: &SqlitePool, path: &Path) -> Result<()> {
    let newest = SqliteDb::schema_version();
    migrator().run(writer).await.map_err(|error| migrate_error(path, newest, error))
}
