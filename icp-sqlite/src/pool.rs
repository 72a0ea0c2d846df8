//! The file and its connections: one that writes, several that read.

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use icp_core::Result;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::error::open_error;
use crate::{migrations, rewrite};

/// How to open a database.
///
/// ```
/// use std::time::Duration;
/// let patient = icp_sqlite::SqliteOptions::default().with_busy_timeout(Duration::from_secs(30));
/// assert_eq!(patient.readers, 4);
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
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

impl SqliteOptions {
    /// Waits this long for another process's lock.
    #[must_use]
    pub fn with_busy_timeout(self, busy_timeout: Duration) -> Self {
        Self { busy_timeout, ..self }
    }

    /// Reads over this many connections at the same time; at least one.
    #[must_use]
    pub fn with_readers(self, readers: u32) -> Self {
        Self { readers, ..self }
    }
}

/// The connections of one file, shared by all that read and write it.
#[derive(Clone)]
pub(crate) struct Pools {
    path: Arc<Path>,
    options: SqliteConnectOptions,
    writer: SqlitePool,
    readers: SqlitePool,
}

impl fmt::Debug for Pools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pools").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Pools {
    /// Opens a file, makes it when it is not there, and brings its schema up to date.
    pub(crate) async fn open(path: &Path, options: SqliteOptions) -> Result<Self> {
        let connect = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(options.busy_timeout);
        let writer = {
            let _alone = alone(path).await;
            let pool = SqlitePoolOptions::new().max_connections(1);
            let writer = pool.connect_with(connect.clone()).await.map_err(open_error(path))?;
            migrations::run(&writer, path).await?;
            rewrite::run(&writer, path).await?;
            writer
        };
        let options_of_readers = connect.create_if_missing(false);
        let readers = SqlitePoolOptions::new()
            .max_connections(options.readers.max(1))
            .connect_lazy_with(options_of_readers.clone());
        Ok(Self { path: path.into(), options: options_of_readers, writer, readers })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn writer(&self) -> &SqlitePool {
        &self.writer
    }

    pub(crate) fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    /// For a connection of its own. It does not make the file.
    pub(crate) fn connect_options(&self) -> SqliteConnectOptions {
        self.options.clone()
    }

    /// A file beside the database: its name with an ending.
    pub(crate) fn beside(&self, ending: &str) -> PathBuf {
        beside(&self.path, ending)
    }

    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Waits until no other opener, in this process or another, prepares the file: the driver's migrations take no lock, and
/// switching to WAL does not wait for one. The lock is on a file beside the database, since a lock on the database itself
/// would get in the way of SQLite's own, and ends when the value is dropped. That file stays: whoever removed it would
/// take it from those who wait.
///
/// Without a lock file (the folder is not there, or must not be written) opening goes on, and SQLite names the cause.
async fn alone(path: &Path) -> Option<File> {
    let path = path.to_owned();
    let locked = tokio::task::spawn_blocking(move || lock(&path)).await;
    match locked.map_err(std::io::Error::other).flatten() {
        Ok(file) => Some(file),
        Err(error) => {
            tracing::debug!(%error, "opening without a lock file");
            None
        }
    }
}

fn lock(path: &Path) -> std::io::Result<File> {
    // One file by several names has one lock.
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let path = beside(&path, ".lock");
    // Of a lock file that another user made, reading is enough.
    let file = File::options().create(true).append(true).open(&path).or_else(|_| File::open(&path))?;
    while let Err(error) = file.lock() {
        if error.kind() != std::io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
    Ok(file)
}
