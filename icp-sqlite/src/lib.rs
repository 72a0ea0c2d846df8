//! The embedded adapters: tenants' data and the company register in one SQLite file. Nothing to install.

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
