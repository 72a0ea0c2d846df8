//! The rules of the ports, on SQLite.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use std::sync::Arc;

use async_trait::async_trait;
use icp_core::ports::{Register, Store};
use icp_sqlite::SqliteDb;
use icp_testkit::register::RegisterBuilder;
use icp_testkit::store::{Guard, StoreBuilder};

struct Sqlite;

#[async_trait]
impl StoreBuilder for Sqlite {
    async fn build(&self) -> (Guard, Arc<dyn Store>) {
        let folder = tempfile::tempdir().unwrap();
        let db = SqliteDb::open(folder.path().join("icp.db")).await.unwrap();
        (Box::new(folder), db.store())
    }
}

mod store {
    use super::Sqlite;
    icp_testkit::store_conformance!(Sqlite);
}

#[async_trait]
impl RegisterBuilder for Sqlite {
    async fn build(&self) -> (Guard, Arc<dyn Register>) {
        let folder = tempfile::tempdir().unwrap();
        let db = SqliteDb::open(folder.path().join("icp.db")).await.unwrap();
        (Box::new(folder), db.register())
    }
}

mod register {
    use super::Sqlite;
    icp_testkit::register_conformance!(Sqlite);
}
