//! The embedded adapters: tenants' data and the company register in one SQLite file. Nothing to install.

mod db;
mod error;
mod register;
mod sql;
mod store;
mod tenant;

pub use db::{SqliteDb, SqliteOptions};
pub use register::SqliteRegister;
pub use store::SqliteStore;
pub use tenant::TenantSql;
