//! The company register.
use crate::db::SqliteDb;
/// The register of a [`SqliteDb`].
#[derive(Clone, Debug)]
pub struct SqliteRegister {
    db: SqliteDb,
}
impl SqliteRegister {
    pub(crate) fn new(db: SqliteDb) -> Self {
        Self { db }
    }
}
