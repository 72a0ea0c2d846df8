//! Intakes, their seeds, and what the seeds are known to be.

use icp_core::model::{
    CompanyId, Confidence, IntakeId, IntakeReceipt, ManualMatch, Method, NewIntake, Outcome, RunId, RunState,
    SeedResolution, StoredIntake, Timestamp,
};
use icp_core::ports::{CompanyDecision, KnownCompany, KnownQuery};
use icp_core::{Error, ErrorKind, Result, record};
use serde_json::Value;

use super::rules::add_audit;
use super::runs::parsed;
use super::sites::records;
use crate::error::{column, from_json, to_json};
use crate::sql::tenants as sql;
use crate::tenant::TenantTx;

pub(super) async fn submit(tx: &mut TenantTx, new: &NewIntake) -> Result<IntakeReceipt> {
    let operation = tx.operation();
    if let Some(key) = &new.idempotency_key {
        let first = tx.query(&sql::INTAKE_BY_KEY).bind(key.clone());
        if let Some(row) = tx.one(first).await? {
            return Ok(IntakeReceipt::new(
                parsed(operation, &row, 0)?,
                parsed(operation, &row, 1)?,
                parsed(operation, &row, 2)?,
            ));
        }
    }
    insert(tx, new).await.map_err(|error| match error.kind() {
        ErrorKind::Conflict => {
            let message =
                format!("{}, its run or its job is stored already: submit it under new ids", new.id);
            Error::new(ErrorKind::Conflict, operation, message).with_source(error)
        }
        _ => error,
    })?;
    Ok(IntakeReceipt::new(new.id, new.run, new.job))
}

async fn insert(tx: &mut TenantTx, new: &NewIntake) -> Result<()> {
    let (operation, id, at) = (tx.operation(), new.id.to_string(), new.submitted_at.as_micros());
    let intake = tx
        .query(&sql::INTAKE_INSERT)
        .bind(id.clone())
        .bind(new.idempotency_key.clone())
        .bind(new.submitted_by.clone())
        .bind(at)
        .bind(to_json(operation, &new.answers)?)
        .bind(record::write(&new.payload));
    tx.execute(intake).await?;
    for seed in &new.payload.seeds {
        let seed = tx
            .query(&sql::SEED_INSERT)
            .bind(id.clone())
            .bind(seed.id.to_string())
            .bind(seed.company.to_string())
            .bind(seed.role.as_str())
            .bind(seed.name.clone())
            .bind(seed.domain.as_ref().map(ToString::to_string));
        tx.execute(seed).await?;
    }
    let run = tx
        .query(&sql::RUN_INSERT)
        .bind(new.run.to_string())
        .bind(id)
        .bind(RunState::IntakeSaved.as_str())
        .bind(at);
    tx.execute(run).await?;
    let job = tx.query(&sql::JOB_INSERT).bind(new.job.to_string()).bind(new.run.to_string()).bind(at);
    tx.execute(job).await.map(drop)
}

pub(super) async fn read(tx: &mut TenantTx, id: IntakeId) -> Result<Option<StoredIntake>> {
    let query = tx.query(&sql::INTAKE).bind(id.to_string());
    let operation = tx.operation();
    let Some(row) = tx.one(query).await? else { return Ok(None) };
    let submitted_at = Timestamp::from_micros(column(operation, &row, 1)?);
    let payload = record::read(id, column(operation, &row, 2)?)?;
    let submitted_by: String = column(operation, &row, 0)?;
    Ok(Some(StoredIntake::new(id, submitted_by, submitted_at, payload)))
}

pub(super) async fn answers(tx: &mut TenantTx, id: IntakeId) -> Result<Option<Value>> {
    let query = tx.query(&sql::ANSWERS).bind(id.to_string());
    let operation = tx.operation();
    let Some(row) = tx.one(query).await? else { return Ok(None) };
    from_json(operation, column(operation, &row, 0)?).map(Some)
}

pub(super) async fn put_resolutions(
    tx: &mut TenantTx,
    run: RunId,
    resolutions: &[SeedResolution],
) -> Result<()> {
    for resolution in resolutions {
        let decision = &resolution.decision;
        let put = tx
            .query(&sql::RESOLUTION_PUT)
            .bind(run.to_string())
            .bind(resolution.seed.to_string())
            .bind(decision.outcome.as_str())
            .bind(decision.entity.as_ref().map(|entity| entity.uen.to_string()))
            .bind(resolution.decided_at.as_micros())
            .bind(record::write(resolution))
            .bind(decision.method.as_str())
            .bind(decision.probability.get());
        tx.execute(put).await?;
    }
    Ok(())
}

pub(super) async fn resolutions(tx: &mut TenantTx, run: RunId) -> Result<Vec<SeedResolution>> {
    let query = tx.query(&sql::RESOLUTIONS).bind(run.to_string());
    records(tx, query).await
}

pub(super) async fn decide(tx: &mut TenantTx, decision: &CompanyDecision) -> Result<()> {
    add_audit(tx, &decision.audit).await?;
    let choice = record::write(&decision.choice);
    let put = tx.query(&sql::CHOICE_PUT).bind(decision.company.to_string()).bind(choice);
    tx.execute(put).await.map(drop)
}

pub(super) async fn known(tx: &mut TenantTx, query: &KnownQuery) -> Result<Vec<Option<KnownCompany>>> {
    let mut known = Vec::with_capacity(query.companies.len());
    for company in &query.companies {
        known.push(known_one(tx, *company, query.other_than).await?);
    }
    Ok(known)
}

async fn known_one(tx: &mut TenantTx, company: CompanyId, other_than: RunId) -> Result<Option<KnownCompany>> {
    let operation = tx.operation();
    let choice = tx.query(&sql::CHOICE).bind(company.to_string());
    if let Some(row) = tx.one(choice).await? {
        let choice: ManualMatch = record::read(company, column(operation, &row, 0)?)?;
        return Ok(Some(KnownCompany::by_person(company, choice)));
    }
    let methods = Method::ALL.iter().filter(|method| KnownCompany::is_made_by(**method));
    let methods: String = methods.map(|method| format!(" {method} ")).collect();
    let before = tx
        .query(&sql::RESOLVED_BEFORE)
        .bind(company.to_string())
        .bind(other_than.to_string())
        .bind(Outcome::Matched.as_str())
        .bind(methods);
    let Some(row) = tx.one(before).await? else { return Ok(None) };
    let method: Method = parsed(operation, &row, 1)?;
    let probability = Confidence::new(column(operation, &row, 2)?);
    Ok(Some(KnownCompany::by_run(company, parsed(operation, &row, 0)?, method, probability)))
}
