//! Tenants' data.

use std::sync::Arc;

use async_trait::async_trait;
use icp_core::Result;
use icp_core::model::TenantId;
use icp_core::ports::{Store, StoreHealth, TenantStore};

use crate::pool::Pools;

mod budget;
mod evidence;
mod health;
mod intake;
mod rules;
mod runs;
mod sites;
mod tenant;

use tenant::SqliteTenant;

/// The [`Store`] of a [`SqliteDb`](crate::SqliteDb).
#[derive(Clone, Debug)]
pub struct SqliteStore {
    db: Pools,
}

impl SqliteStore {
    pub(crate) fn new(db: Pools) -> Self {
        Self { db }
    }
}

#[async_trait]
impl Store for SqliteStore {
    fn tenant(&self, tenant: &TenantId) -> Arc<dyn TenantStore> {
        Arc::new(SqliteTenant::new(self.db.clone(), tenant.clone()))
    }

    async fn health(&self) -> Result<StoreHealth> {
        let schema_version = health::schema_version(&self.db).await?;
        Ok(StoreHealth::new("sqlite", schema_version))
    }
}
