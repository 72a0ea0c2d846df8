//! The embedded adapters: tenants' data and the company register in one SQLite file. Nothing to install.
//!
//! ```
//! use icp_core::model::TenantId;
//! use icp_core::ports::{RunQuery, Store};
//! use icp_sqlite::SqliteDb;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! let db = SqliteDb::open(folder.path().join("icp.db")).await?; // made, or brought up to date
//! let tenant: TenantId = "our-customer".parse()?;
//! assert!(db.store().tenant(&tenant).runs(&RunQuery::newest(10)).await?.is_empty());
//! assert_eq!(db.store().health().await?.adapter, "sqlite");
//! // Both go to the engine: `EngineParts::new(db.store(), db.register(), ..)`.
//! # db.close().await;
//! # Ok(()) }
//! ```

mod db;
mod error;
mod migrations;
mod pool;
mod register;
mod rewrite;
mod sql;
mod store;
mod tenant;

pub use db::SqliteDb;
pub use pool::SqliteOptions;
pub use register::{RegisterStats, SqliteRegister, StatsBy, StatsRow};
pub use store::SqliteStore;
