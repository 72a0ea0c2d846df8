//! Statements about tenants' rows, and the only way to run them.

use icp_tenant_sql::TenantSql;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Sqlite, Transaction};

use icp_core::Result;
use icp_core::model::TenantId;

use crate::error::sql_error;
use crate::pool::Pools;

/// A statement with the tenant bound, ready for its other parameters.
pub(crate) type TenantQuery = Query<'static, Sqlite, SqliteArguments>;

/// A transaction of one tenant. Dropped without [`commit`](Self::commit), it never happened.
pub(crate) struct TenantTx {
    transaction: Transaction<'static, Sqlite>,
    tenant: String,
    operation: &'static str,
}

impl TenantTx {
    /// A transaction that only reads.
    pub(crate) async fn read(db: &Pools, tenant: &TenantId, operation: &'static str) -> Result<Self> {
        let transaction = db.readers().begin().await.map_err(sql_error(operation))?;
        Ok(Self { transaction, tenant: tenant.to_string(), operation })
    }

    /// A transaction that writes. It takes the write lock at once: a transaction that reads first and then wants to
    /// write fails without waiting when somebody else wrote in between.
    pub(crate) async fn write(db: &Pools, tenant: &TenantId, operation: &'static str) -> Result<Self> {
        let transaction = db.writer().begin_with("BEGIN IMMEDIATE").await.map_err(sql_error(operation))?;
        Ok(Self { transaction, tenant: tenant.to_string(), operation })
    }

    /// Prepares a statement for this tenant.
    pub(crate) fn query(&self, sql: &'static TenantSql) -> TenantQuery {
        sqlx::query(sql.text()).bind(self.tenant.clone())
    }

    /// Runs a statement; how many rows it changed.
    pub(crate) async fn execute(&mut self, query: TenantQuery) -> Result<u64> {
        let done = query.execute(&mut *self.transaction).await.map_err(sql_error(self.operation))?;
        Ok(done.rows_affected())
    }

    /// All rows of a query.
    pub(crate) async fn all(&mut self, query: TenantQuery) -> Result<Vec<SqliteRow>> {
        query.fetch_all(&mut *self.transaction).await.map_err(sql_error(self.operation))
    }

    /// The row of a query, if there is one.
    pub(crate) async fn one(&mut self, query: TenantQuery) -> Result<Option<SqliteRow>> {
        query.fetch_optional(&mut *self.transaction).await.map_err(sql_error(self.operation))
    }

    /// Commits the transaction.
    pub(crate) async fn commit(self) -> Result<()> {
        self.transaction.commit().await.map_err(sql_error(self.operation))
    }

    /// The operation, for errors.
    pub(crate) fn operation(&self) -> &'static str {
        self.operation
    }
}
