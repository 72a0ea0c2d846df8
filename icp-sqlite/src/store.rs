//! Tenants' data.

use std::sync::Arc;

use async_trait::async_trait;
use icp_core::model::TenantId;
use icp_core::ports::{Store, StoreHealth, TenantStore};
use icp_core::{Error, ErrorKind, Result};

use crate::db::SqliteDb;
use crate::error::{column, sql_error};

mod evidence;
mod intake;
mod rules;
mod runs;
mod sites;
mod tenant;

use tenant::SqliteTenant;

/// The newest migration that ran, which also proves that the file can be read.
const HEALTH: &str = "SELECT coalesce(max(version), 0) FROM _icp_migrations";

/// The [`Store`] of a [`SqliteDb`].
#[derive(Clone, Debug)]
pub struct SqliteStore {
    db: SqliteDb,
}

impl SqliteStore {
    pub(crate) fn new(db: SqliteDb) -> Self {
        Self { db }
    }
}

#[async_trait]
impl Store for SqliteStore {
    fn tenant(&self, tenant: &TenantId) -> Arc<dyn TenantStore> {
        Arc::new(SqliteTenant::new(self.db.clone(), tenant.clone()))
    }

    async fn health(&self) -> Result<StoreHealth> {
        const OPERATION: &str = "check the store";
        let row = sqlx::query(HEALTH).fetch_one(self.db.readers()).await.map_err(sql_error(OPERATION))?;
        let version: i64 = column(OPERATION, &row, 0)?;
        let known = SqliteDb::schema_version();
        if version != known {
            let message = format!(
                "its schema has version {version}, and this program works with {known}: open it again"
            );
            return Err(Error::new(ErrorKind::Unsupported, OPERATION, message));
        }
        Ok(StoreHealth::new("sqlite", version))
    }
}
