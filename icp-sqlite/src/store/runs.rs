//! Runs and their jobs.

use icp_core::model::{Run, RunId, RunState, Timestamp};
use icp_core::ports::RunAdvance;
use icp_core::{Error, ErrorKind, Result};
use sqlx::sqlite::SqliteRow;

use crate::error::{column, corrupt};
use crate::sql::tenants as sql;
use crate::tenant::TenantTx;

pub(super) async fn read(tx: &mut TenantTx, id: RunId) -> Result<Option<Run>> {
    let query = tx.query(&sql::RUN).bind(id.to_string());
    let operation = tx.operation();
    tx.one(query).await?.map(|row| run(operation, &row)).transpose()
}

pub(super) async fn list(tx: &mut TenantTx, limit: usize) -> Result<Vec<Run>> {
    let query = tx.query(&sql::RUNS).bind(i64::try_from(limit).unwrap_or(i64::MAX));
    let operation = tx.operation();
    tx.all(query).await?.iter().map(|row| run(operation, row)).collect()
}

pub(super) async fn queued(tx: &mut TenantTx) -> Result<Vec<RunId>> {
    let query = tx.query(&sql::RUNS_QUEUED);
    let operation = tx.operation();
    tx.all(query).await?.iter().map(|row| parsed(operation, row, 0)).collect()
}

/// The run itself, or `NotFound`.
pub(super) async fn must_exist(tx: &mut TenantTx, id: RunId) -> Result<Run> {
    let found = read(tx, id).await?;
    found.ok_or_else(|| Error::new(ErrorKind::NotFound, tx.operation(), format!("there is no run {id}")))
}

/// Compare-and-set; a run that ended has no waiting job, one that is taken up again has.
pub(super) async fn advance(tx: &mut TenantTx, advance: &RunAdvance) -> Result<Run> {
    let RunAdvance { run, from, to, at, failure } = advance;
    let operation = tx.operation();
    if !from.may_become(*to) {
        let message = format!("a run cannot go from {from} to {to}");
        return Err(Error::new(ErrorKind::Invalid, operation, message));
    }
    let held = must_exist(tx, *run).await?;
    let conflict = || {
        let message = format!("{run} is in {}, not in {from}: read it again", held.state);
        Error::new(ErrorKind::Conflict, operation, message)
    };
    let failure = failure.clone().filter(|_| *to == RunState::Failed);
    let change = tx
        .query(&sql::RUN_ADVANCE)
        .bind(run.to_string())
        .bind(from.as_str())
        .bind(to.as_str())
        .bind(at.as_micros())
        .bind(failure.clone());
    if tx.execute(change).await? == 0 {
        return Err(conflict());
    }
    let job = if to.is_terminal() { "done" } else { "ready" };
    let jobs = tx.query(&sql::JOBS_SET).bind(run.to_string()).bind(job);
    tx.execute(jobs).await?;
    Ok(Run { state: *to, updated_at: *at, failure, ..held })
}

fn run(operation: &'static str, row: &SqliteRow) -> Result<Run> {
    Ok(Run {
        id: parsed(operation, row, 0)?,
        intake: parsed(operation, row, 1)?,
        state: parsed(operation, row, 2)?,
        created_at: Timestamp::from_micros(column(operation, row, 3)?),
        updated_at: Timestamp::from_micros(column(operation, row, 4)?),
        failure: column(operation, row, 5)?,
    })
}

/// A text column as what it stands for.
pub(super) fn parsed<T>(operation: &'static str, row: &SqliteRow, index: usize) -> Result<T>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text: &str = column(operation, row, index)?;
    text.parse().map_err(|error| corrupt(operation, error))
}
