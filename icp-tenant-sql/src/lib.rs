//! SQL statements that do not compile unless they are limited to one tenant.
//!
//! The first parameter of every statement is the tenant. A statement is read token by token at compile time:
//!
//! - Every table needs its own `tenant_id = ?1` (`$1` in PostgreSQL), joined by `AND` to the rest of its `WHERE`, or
//!   of the `ON` that brings it in. With several tables each comparison names its table: `r.tenant_id = ?1`.
//! - An `INSERT` lists `tenant_id` first and gives it `?1`, in every row and in every `SELECT`.
//! - No statement changes `tenant_id`, and a conflict that updates a row has a key that begins with `tenant_id`.
//!
//! Subqueries and common table expressions are held to the same rules, each by itself. A statement that this crate
//! cannot follow (a `FULL JOIN`, an unknown function in a `FROM`) is refused, never passed.
//!
//! ```
//! use icp_tenant_sql::TenantSql;
//!
//! const RUNS: TenantSql = TenantSql::sqlite("SELECT state FROM icp_runs WHERE tenant_id = ?1 AND run_id = ?2");
//! const STOP: TenantSql = TenantSql::postgres("UPDATE icp_runs SET state = $2 WHERE tenant_id = $1");
//!
//! assert!(RUNS.text().starts_with("SELECT"));
//! # let _ = STOP;
//! ```
//!
//! Without the tenant it does not compile:
//!
//! ```compile_fail,E0080
//! use icp_tenant_sql::TenantSql;
//! const RUNS: TenantSql = TenantSql::sqlite("SELECT state FROM icp_runs WHERE run_id = ?1");
//! ```
//!
//! Nor with another parameter that begins alike:
//!
//! ```compile_fail,E0080
//! use icp_tenant_sql::TenantSql;
//! const RUNS: TenantSql = TenantSql::sqlite("SELECT state FROM icp_runs WHERE tenant_id = ?10");
//! ```
//!
//! Nor when one of two tables is left open:
//!
//! ```compile_fail,E0080
//! use icp_tenant_sql::TenantSql;
//! const SEEDS: TenantSql = TenantSql::sqlite(
//!     "select s.name from icp_runs r, icp_seeds s where r.tenant_id = ?1 and s.intake_id = r.intake_id",
//! );
//! ```
//!
//! Nor when an `OR` goes around the tenant:
//!
//! ```compile_fail,E0080
//! use icp_tenant_sql::TenantSql;
//! const RUNS: TenantSql = TenantSql::postgres("DELETE FROM icp_runs WHERE tenant_id = $1 OR state = 'done'");
//! ```
//!
//! Nor when the tenant only stands in a comment:
//!
//! ```compile_fail,E0080
//! use icp_tenant_sql::TenantSql;
//! const RUNS: TenantSql = TenantSql::sqlite("DELETE FROM icp_runs /* WHERE tenant_id = ?1 */");
//! ```
//!
//! Nor when an `INSERT` gives the tenant as another parameter:
//!
//! ```compile_fail,E0080
//! use icp_tenant_sql::TenantSql;
//! const RUN: TenantSql = TenantSql::sqlite("INSERT INTO icp_runs (tenant_id, run_id) VALUES (?2, ?1)");
//! ```
//!
//! Outside constants, [`check`] says what is wrong:
//!
//! ```
//! use icp_tenant_sql::{Dialect, Problem, check};
//! assert_eq!(check("SELECT state FROM icp_runs", Dialect::Sqlite), Err(Problem::Unbound));
//! ```

/// The value of a `Result`, or out with its problem: constant functions have no `?`.
macro_rules! ok {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(problem) => return Err(problem),
        }
    };
}

mod problem;
mod query;
mod scope;
mod sources;
mod statement;
mod tokens;

pub use problem::Problem;

use tokens::Tokens;

/// The SQL that a statement is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// SQLite: the tenant is `?1`.
    Sqlite,
    /// PostgreSQL: the tenant is `$1`.
    Postgres,
}

/// A statement that is limited to the tenant in its first parameter.
///
/// Make it in a constant: then a statement that is not limited does not compile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TenantSql {
    text: &'static str,
}

impl TenantSql {
    /// Takes a statement of SQLite.
    ///
    /// # Panics
    /// In a constant: at compile time. When [`check`] finds a problem.
    #[must_use]
    pub const fn sqlite(text: &'static str) -> Self {
        Self::checked(text, Dialect::Sqlite)
    }

    /// Takes a statement of PostgreSQL.
    ///
    /// # Panics
    /// As for [`sqlite`](Self::sqlite).
    #[must_use]
    pub const fn postgres(text: &'static str) -> Self {
        Self::checked(text, Dialect::Postgres)
    }

    const fn checked(text: &'static str, dialect: Dialect) -> Self {
        match check(text, dialect) {
            Ok(()) => Self { text },
            Err(problem) => panic!("{}", problem.message()),
        }
    }

    /// The statement.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        self.text
    }
}

/// Checks that a statement is limited to the tenant in its first parameter.
///
/// # Errors
/// The first problem found.
pub const fn check(text: &str, dialect: Dialect) -> Result<(), Problem> {
    let tokens = ok!(Tokens::read(text, dialect));
    match ok!(statement::statement(&tokens, tokens.all(), scope::Names::none())) {
        0 => Err(Problem::NoTable),
        _ => Ok(()),
    }
}
