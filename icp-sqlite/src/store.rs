//! Tenants' data.

use std::sync::Arc;

use async_trait::async_trait;
use icp_core::Result;
use icp_core::model::TenantId;
use icp_core::ports::{Store, StoreHealth, TenantStore};

use crate::db::SqliteDb;
use crate::error::sql_error;

mod evidence;
mod intake;
mod rules;
mod runs;
mod sites;
mod tenant;

use tenant::SqliteTenant;

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
        self.db.readers().acquire().await.map_err(sql_error(OPERATION))?;
        Ok(StoreHealth { adapter: "sqlite".to_owned(), schema_version: SqliteDb::schema_version() })
    }
}
