//! Statements about tenants' rows, and the only way to run them.

use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Sqlite, Transaction};

use icp_core::Result;
use icp_core::model::TenantId;

use crate::db::SqliteDb;
use crate::error::sql_error;

/// A statement that touches tenants' rows. It can only be made of a text that binds the tenant to its first
/// parameter for every table it names; in a constant, any other text does not compile.
///
/// ```
/// use icp_sqlite::TenantSql;
/// const RUNS: TenantSql = TenantSql::new("SELECT state FROM icp_runs WHERE tenant_id = ?1");
/// ```
///
/// Without the tenant it does not compile:
///
/// ```compile_fail,E0080
/// use icp_sqlite::TenantSql;
/// const RUNS: TenantSql = TenantSql::new("SELECT state FROM icp_runs WHERE run_id = ?1");
/// ```
///
/// Nor does it when one of two tables is left open:
///
/// ```compile_fail,E0080
/// use icp_sqlite::TenantSql;
/// const RUNS: TenantSql = TenantSql::new(
///     "SELECT s.name FROM icp_runs r JOIN icp_seeds s ON s.intake_id = r.intake_id WHERE r.tenant_id = ?1",
/// );
/// ```
#[derive(Debug)]
pub struct TenantSql {
    text: &'static str,
}

impl TenantSql {
    /// Takes a statement.
    ///
    /// # Panics
    /// In constants: at compile time. When a table stands without `tenant_id = ?1`, or an `INSERT` does not begin
    /// its columns with `tenant_id` and its values with `?1`.
    pub const fn new(text: &'static str) -> Self {
        let bound = count(text, "tenant_id = ?1");
        let tables = count(text, "FROM ") + count(text, "JOIN ");
        if count(text, "INSERT ") > 0 {
            assert!(count(text, "INSERT ") == 1, "one INSERT a statement");
            assert!(
                count(text, "(tenant_id, ") >= 1 && count(text, "VALUES (?1, ") == 1,
                "an INSERT gives tenant_id first, as ?1"
            );
            assert!(bound >= tables, "every table needs its own `tenant_id = ?1`");
        } else {
            let tables = tables + count(text, "UPDATE ");
            assert!(tables >= 1 && bound >= tables, "every table needs its own `tenant_id = ?1`");
        }
        Self { text }
    }

    #[cfg(test)]
    pub(crate) const fn text(&self) -> &'static str {
        self.text
    }
}

/// How often `part` stands in `text`.
const fn count(text: &str, part: &str) -> usize {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    let (mut at, mut found) = (0, 0);
    while at + part.len() <= text.len() {
        let mut same = 0;
        while same < part.len() && text[at + same] == part[same] {
            same += 1;
        }
        if same == part.len() {
            found += 1;
        }
        at += 1;
    }
    found
}

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
    pub(crate) async fn read(db: &SqliteDb, tenant: &TenantId, operation: &'static str) -> Result<Self> {
        let transaction = db.readers().begin().await.map_err(sql_error(operation))?;
        Ok(Self { transaction, tenant: tenant.to_string(), operation })
    }

    /// A transaction that writes. It takes the write lock at once: a transaction that reads first and then wants to
    /// write fails without waiting when somebody else wrote in between.
    pub(crate) async fn write(db: &SqliteDb, tenant: &TenantId, operation: &'static str) -> Result<Self> {
        let transaction = db.writer().begin_with("BEGIN IMMEDIATE").await.map_err(sql_error(operation))?;
        Ok(Self { transaction, tenant: tenant.to_string(), operation })
    }

    /// Prepares a statement for this tenant.
    pub(crate) fn query(&self, sql: &'static TenantSql) -> TenantQuery {
        sqlx::query(sql.text).bind(self.tenant.clone())
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

    /// Makes it so.
    pub(crate) async fn commit(self) -> Result<()> {
        self.transaction.commit().await.map_err(sql_error(self.operation))
    }

    /// What is being done, for errors.
    pub(crate) fn operation(&self) -> &'static str {
        self.operation
    }
}
