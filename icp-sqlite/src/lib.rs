//! The embedded adapters: tenants' data and the company register in one SQLite file. Nothing to install.

mod db;
mod error;
mod register;
mod sql;
mod store;
mod tenant;

pub use db::{SqliteDb, SqliteOptions};
pub use register::{
    BadRow, ColumnMap, ImportOptions, ImportProgress, ImportReport, ImportStage, RegisterNotice,
    RegisterStats, RowCounts, SqliteRegister, StatsBy, StatsRow,
};
pub use store::SqliteStore;
pub use tenant::TenantSql;
