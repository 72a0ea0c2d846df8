//! Adopted rules and the audit trail.

use icp_core::model::{AdoptedRule, Timestamp};
use icp_core::ports::{AcceptCommand, AcceptReceipt, AuditEntry};
use icp_core::{Error, ErrorKind, Result};

use super::runs::parsed;
use super::sites;
use crate::error::{column, to_json};
use crate::sql::tenants as sql;
use crate::tenant::TenantTx;

pub(super) async fn accept(tx: &mut TenantTx, command: &AcceptCommand) -> Result<AcceptReceipt> {
    let rule = &command.rule;
    let held = tx.query(&sql::RULE).bind(rule.id.to_string());
    let mut held: Vec<AdoptedRule> = sites::json_rows(tx, held).await?;
    if let Some(rule) = held.pop() {
        return Ok(AcceptReceipt { rule, added: false });
    }
    let insert = tx
        .query(&sql::RULE_INSERT)
        .bind(rule.id.to_string())
        .bind(rule.accepted_at.as_micros())
        .bind(to_json(tx.operation(), rule)?);
    tx.execute(insert).await?;
    let entry = AuditEntry {
        id: command.audit,
        at: rule.accepted_at,
        actor: rule.accepted_by.clone(),
        action: "accept_rule".to_owned(),
        subject: rule.id.to_string(),
    };
    add_audit(tx, &entry).await?;
    Ok(AcceptReceipt { rule: rule.clone(), added: true })
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

pub(super) async fn audit(tx: &mut TenantTx) -> Result<Vec<AuditEntry>> {
    let (operation, query) = (tx.operation(), tx.query(&sql::AUDIT));
    let entry = |row: &sqlx::sqlite::SqliteRow| {
        Ok(AuditEntry {
            id: parsed(operation, row, 0)?,
            at: Timestamp::from_micros(column(operation, row, 1)?),
            actor: column(operation, row, 2)?,
            action: column(operation, row, 3)?,
            subject: column(operation, row, 4)?,
        })
    };
    tx.all(query).await?.iter().map(entry).collect()
}
