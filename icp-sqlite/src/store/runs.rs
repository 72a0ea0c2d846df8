//! Runs, their jobs, leases and events.

use icp_core::model::{Run, RunId, RunState, TenantId, Timestamp};
use icp_core::ports::{
    EventQuery, Fence, Lease, ProgressEvent, ProgressKind, RunAdvance, RunAdvanced, RunClaim, RunQuery,
};
use icp_core::{Error, ErrorKind, Result, record};
use sqlx::sqlite::SqliteRow;

use crate::error::{column, corrupt};
use crate::sql::tenants as sql;
use crate::tenant::TenantTx;

pub(super) async fn read(tx: &mut TenantTx, id: RunId) -> Result<Option<Run>> {
    let query = tx.query(&sql::RUN).bind(id.to_string());
    let operation = tx.operation();
    tx.one(query).await?.map(|row| run(operation, &row)).transpose()
}

pub(super) async fn list(tx: &mut TenantTx, query: &RunQuery) -> Result<Vec<Run>> {
    let operation = tx.operation();
    let select = tx
        .query(&sql::RUNS)
        .bind(query.after.map(|after| after.created_at.as_micros()))
        .bind(query.after.map(|after| after.id.to_string()))
        .bind(i64::try_from(query.limit).unwrap_or(i64::MAX));
    tx.all(select).await?.iter().map(|row| run(operation, row)).collect()
}

pub(super) async fn queued(tx: &mut TenantTx, at: Timestamp, limit: usize) -> Result<Vec<RunId>> {
    let query =
        tx.query(&sql::RUNS_QUEUED).bind(at.as_micros()).bind(i64::try_from(limit).unwrap_or(i64::MAX));
    let operation = tx.operation();
    tx.all(query).await?.iter().map(|row| parsed(operation, row, 0)).collect()
}

/// The number of a run's newest fence, and until when its lease holds; `NotFound` for an unknown run.
async fn lease(tx: &mut TenantTx, id: RunId) -> Result<(u64, Option<Timestamp>)> {
    let operation = tx.operation();
    let query = tx.query(&sql::RUN_LEASE).bind(id.to_string());
    let row = tx.one(query).await?;
    let row =
        row.ok_or_else(|| Error::new(ErrorKind::NotFound, operation, format!("there is no run {id}")))?;
    let token: i64 = column(operation, &row, 0)?;
    let until: Option<i64> = column(operation, &row, 1)?;
    Ok((token.cast_unsigned(), until.map(Timestamp::from_micros)))
}

/// Refuses a write of somebody who lost the run's lease.
pub(super) async fn check_fence(tx: &mut TenantTx, fence: Fence) -> Result<()> {
    let (token, _) = lease(tx, fence.run).await?;
    if token == fence.token {
        return Ok(());
    }
    let message = format!("the lease of {} went to somebody else: nothing was stored", fence.run);
    Err(Error::new(ErrorKind::LeaseLost, tx.operation(), message))
}

pub(super) async fn claim(tx: &mut TenantTx, claim: &RunClaim) -> Result<Lease> {
    let (token, until) = lease(tx, claim.run).await?;
    if let Some(until) = until.filter(|until| *until > claim.at) {
        let message = format!("somebody else works on {}, at least until {until}", claim.run);
        return Err(Error::new(ErrorKind::Leased, tx.operation(), message));
    }
    let update = tx
        .query(&sql::RUN_CLAIM)
        .bind(claim.run.to_string())
        .bind(claim.holder.clone())
        .bind(claim.until.as_micros());
    tx.execute(update).await?;
    Ok(Lease::new(Fence::new(claim.run, token + 1), &claim.holder, claim.until))
}

pub(super) async fn renew(tx: &mut TenantTx, lease: &Lease, until: Timestamp) -> Result<Lease> {
    check_fence(tx, lease.fence).await?;
    let update = tx
        .query(&sql::RUN_RENEW)
        .bind(lease.fence.run.to_string())
        .bind(lease.fence.token.cast_signed())
        .bind(until.as_micros());
    tx.execute(update).await?;
    Ok(Lease::new(lease.fence, &lease.holder, until))
}

pub(super) async fn release(tx: &mut TenantTx, lease: &Lease) -> Result<()> {
    let update =
        tx.query(&sql::RUN_RELEASE).bind(lease.fence.run.to_string()).bind(lease.fence.token.cast_signed());
    tx.execute(update).await.map(drop)
}

/// Adds events to a run that exists.
pub(super) async fn append(
    tx: &mut TenantTx,
    tenant: &TenantId,
    run: RunId,
    at: Timestamp,
    kinds: &[ProgressKind],
) -> Result<Vec<ProgressEvent>> {
    let operation = tx.operation();
    let last = tx.query(&sql::EVENT_LAST).bind(run.to_string());
    let mut seq: i64 = match tx.one(last).await? {
        Some(row) => column(operation, &row, 0)?,
        None => 0,
    };
    let mut events = Vec::with_capacity(kinds.len());
    for kind in kinds {
        seq += 1;
        let insert = tx
            .query(&sql::EVENT_INSERT)
            .bind(run.to_string())
            .bind(seq)
            .bind(at.as_micros())
            .bind(record::write(kind));
        tx.execute(insert).await?;
        events.push(ProgressEvent::new(seq.cast_unsigned(), at, tenant.clone(), run, kind.clone()));
    }
    Ok(events)
}

pub(super) async fn events(
    tx: &mut TenantTx,
    tenant: &TenantId,
    query: &EventQuery,
) -> Result<Vec<ProgressEvent>> {
    let operation = tx.operation();
    let select = tx
        .query(&sql::EVENTS)
        .bind(query.run.to_string())
        .bind(i64::try_from(query.after).unwrap_or(i64::MAX))
        .bind(i64::try_from(query.limit).unwrap_or(i64::MAX));
    let rows = tx.all(select).await?;
    rows.iter()
        .map(|row| {
            let seq: i64 = column(operation, row, 0)?;
            let at = Timestamp::from_micros(column(operation, row, 1)?);
            let kind =
                record::read(format_args!("event {seq} of {}", query.run), column(operation, row, 2)?)?;
            Ok(ProgressEvent::new(seq.cast_unsigned(), at, tenant.clone(), query.run, kind))
        })
        .collect()
}

/// The run itself, or `NotFound`.
pub(super) async fn must_exist(tx: &mut TenantTx, id: RunId) -> Result<Run> {
    let found = read(tx, id).await?;
    found.ok_or_else(|| Error::new(ErrorKind::NotFound, tx.operation(), format!("there is no run {id}")))
}

/// Compare-and-set; a run that ended has no waiting job, one that is taken up again has.
pub(super) async fn advance(
    tx: &mut TenantTx,
    tenant: &TenantId,
    advance: &RunAdvance,
) -> Result<RunAdvanced> {
    let RunAdvance { run, from, to, at, fence, .. } = advance;
    let operation = tx.operation();
    let invalid = |message: String| Error::new(ErrorKind::Invalid, operation, message);
    if !from.may_become(*to) {
        return Err(invalid(format!("a run cannot go from {from} to {to}")));
    }
    match fence {
        Some(fence) => check_fence(tx, Fence::new(*run, fence.token)).await?,
        None if *to == RunState::Cancelled => {}
        None => return Err(invalid(format!("only the holder of its lease brings {run} to {to}"))),
    }
    let held = must_exist(tx, *run).await?;
    let failure = advance.failure.clone().filter(|_| *to == RunState::Failed);
    let change = tx
        .query(&sql::RUN_ADVANCE)
        .bind(run.to_string())
        .bind(from.as_str())
        .bind(to.as_str())
        .bind(at.as_micros())
        .bind(failure.clone());
    if tx.execute(change).await? == 0 {
        let message = format!("{run} is in {}, not in {from}: read it again", held.state);
        return Err(Error::new(ErrorKind::Conflict, operation, message));
    }
    if fence.is_none() {
        let revoke = tx.query(&sql::RUN_REVOKE).bind(run.to_string());
        tx.execute(revoke).await?;
    }
    let job = if to.is_terminal() { "done" } else { "ready" };
    let jobs = tx.query(&sql::JOBS_SET).bind(run.to_string()).bind(job);
    tx.execute(jobs).await?;
    let kind = ProgressKind::StateChanged { state: *to };
    let mut events = append(tx, tenant, *run, *at, std::slice::from_ref(&kind)).await?;
    let event = events.pop().unwrap_or_else(|| ProgressEvent::new(0, *at, tenant.clone(), *run, kind));
    let mut advanced = held.with_updated_at(*at).with_failure(failure);
    advanced.state = *to;
    Ok(RunAdvanced::new(advanced, event))
}

fn run(operation: &'static str, row: &SqliteRow) -> Result<Run> {
    let created_at = Timestamp::from_micros(column(operation, row, 3)?);
    let run = Run::new(
        parsed(operation, row, 0)?,
        parsed(operation, row, 1)?,
        parsed(operation, row, 2)?,
        created_at,
    );
    Ok(run.with_updated_at(Timestamp::from_micros(column(operation, row, 4)?)).with_failure(column::<
        Option<String>,
        _,
    >(
        operation, row, 5,
    )?))
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
