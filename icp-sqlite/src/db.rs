//! The database as a host holds it: a store and a register over one file.

use std::path::Path;
use std::sync::Arc;

use icp_core::Result;

use crate::pool::{Pools, SqliteOptions};
use crate::register::SqliteRegister;
use crate::store::SqliteStore;

/// One SQLite file that holds tenants' data and the company register.
///
/// ```
/// # async fn doc() -> icp_core::Result<()> {
/// let db = icp_sqlite::SqliteDb::open("icp.db").await?;
/// let (store, register) = (db.store(), db.register());
/// # let _ = (store, register); Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct SqliteDb {
    pools: Pools,
}

impl SqliteDb {
    /// Opens a file, makes it when it is not there, and brings its schema up to date. Processes that open one file at the
    /// same time do so one after the other: they wait for a lock on an empty file beside it, `NAME.lock`, which stays.
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
        Ok(Self { pools: Pools::open(path.as_ref(), options).await? })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.pools.path()
    }

    /// Tenants' data.
    pub fn store(&self) -> Arc<SqliteStore> {
        Arc::new(SqliteStore::new(self.pools.clone()))
    }

    /// The company register.
    pub fn register(&self) -> Arc<SqliteRegister> {
        Arc::new(SqliteRegister::new(self.pools.clone()))
    }

    /// Closes all connections: afterwards the file can be moved.
    pub async fn close(&self) {
        self.pools.close().await;
    }
}
