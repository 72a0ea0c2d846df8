//! Adopted rules and the audit trail.

use icp_core::model::{AdoptedRule, Timestamp};
use icp_core::ports::{AcceptCommand, AcceptReceipt, AuditEntry, AuditQuery, RejectCommand, Rejection};
use icp_core::{Error, ErrorKind, Result, record};

use super::runs::{must_exist, parsed};
use super::sites::records;
use crate::error::column;
use crate::sql::tenants as sql;
use crate::tenant::TenantTx;

pub(super) async fn accept(tx: &mut TenantTx, command: &AcceptCommand) -> Result<AcceptReceipt> {
    let rule = &command.rule;
    let held = tx.query(&sql::RULE).bind(rule.id.to_string());
    let mut held: Vec<AdoptedRule> = records(tx, held).await?;
    if let Some(rule) = held.pop() {
        return Ok(AcceptReceipt::new(rule, false));
    }
    add_audit(tx, &command.audit_entry()).await?;
    let insert = tx
        .query(&sql::RULE_INSERT)
        .bind(rule.id.to_string())
        .bind(rule.accepted_at.as_micros())
        .bind(record::write(rule));
    tx.execute(insert).await?;
    Ok(AcceptReceipt::new(rule.clone(), true))
}

pub(super) async fn reject(tx: &mut TenantTx, command: &RejectCommand) -> Result<Rejection> {
    let rejection = &command.rejection;
    must_exist(tx, rejection.run).await?;
    let (run, card) = (rejection.run.to_string(), rejection.suggestion.to_string());
    let held = tx.query(&sql::REJECTION).bind(run.clone()).bind(card.clone());
    let mut held: Vec<Rejection> = records(tx, held).await?;
    if let Some(first) = held.pop() {
        return Ok(first);
    }
    add_audit(tx, &command.audit_entry()).await?;
    let insert = tx
        .query(&sql::REJECTION_INSERT)
        .bind(run)
        .bind(card)
        .bind(rejection.rejected_at.as_micros())
        .bind(record::write(rejection));
    tx.execute(insert).await?;
    Ok(rejection.clone())
}

pub(super) async fn add_audit(tx: &mut TenantTx, entry: &AuditEntry) -> Result<()> {
    let operation = tx.operation();
    let insert = tx
        .query(&sql::AUDIT_INSERT)
        .bind(entry.id.to_string())
        .bind(entry.at.as_micros())
        .bind(entry.actor.clone())
        .bind(entry.action.clone())
        .bind(entry.subject.clone());
    tx.execute(insert).await.map(drop).map_err(|error| match error.kind() {
        ErrorKind::Conflict => {
            let message = format!("{} is an audit entry already: use a new id", entry.id);
            Error::new(ErrorKind::Conflict, operation, message).with_source(error)
        }
        _ => error,
    })
}

pub(super) async fn audit(tx: &mut TenantTx, query: &AuditQuery) -> Result<Vec<AuditEntry>> {
    let operation = tx.operation();
    let select = tx
        .query(&sql::AUDIT)
        .bind(query.after.map(|after| after.at.as_micros()))
        .bind(query.after.map(|after| after.id.to_string()))
        .bind(i64::try_from(query.limit).unwrap_or(i64::MAX));
    let entry = |row: &sqlx::sqlite::SqliteRow| {
        let id = parsed(operation, row, 0)?;
        let at = Timestamp::from_micros(column(operation, row, 1)?);
        let text = |at: usize| column::<String, _>(operation, row, at);
        Ok(AuditEntry::new(id, at, text(2)?, text(3)?, text(4)?))
    };
    tx.all(select).await?.iter().map(entry).collect()
}
