//! Calls of models, and what each scope holds.

use std::collections::BTreeMap;

use icp_core::model::{CompanyId, RunId};
use icp_core::ports::{BudgetScope, Cost, ReservationId, ReserveRequest, Reserved, Spending, Usage};
use icp_core::{Error, ErrorKind, Result};
use sqlx::sqlite::SqliteRow;

use super::runs::parsed;
use crate::error::column;
use crate::sql::tenants as sql;
use crate::tenant::TenantTx;

/// A call and the things whose totals it is part of.
struct Subjects {
    run: RunId,
    company: CompanyId,
    page: String,
    day: i64,
}

impl Subjects {
    /// The name of a scope's total.
    fn of(&self, scope: BudgetScope) -> String {
        let Self { run, company, page, day } = self;
        match scope {
            BudgetScope::Page => format!("{run} {company} {page}"),
            BudgetScope::Site => format!("{run} {company}"),
            BudgetScope::Run => run.to_string(),
            BudgetScope::Day => day.to_string(),
            _ => String::new(),
        }
    }
}

/// A number as it is stored. One too great for the database is as good as the greatest: adding to it fails, and then
/// nothing is granted.
fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) async fn reserve(tx: &mut TenantTx, run: RunId, request: &ReserveRequest) -> Result<Reserved> {
    let subjects = Subjects {
        run,
        company: request.company,
        page: request.page.as_str().to_owned(),
        day: request.day(),
    };
    let mut held: BTreeMap<BudgetScope, Cost> = BTreeMap::new();
    for &scope in BudgetScope::ALL {
        held.insert(scope, total(tx, scope, &subjects).await?);
    }
    let company = request.company.to_string();
    let held = |scope| held.get(&scope).copied().unwrap_or_default();
    if let Err(refusal) = request.caps.admit(request.most, held) {
        let count = tx
            .query(&sql::REFUSED_CALL_COUNT)
            .bind(run.to_string())
            .bind(company)
            .bind(refusal.scope.as_str());
        tx.execute(count).await?;
        return Ok(Reserved::Refused(refusal));
    }
    let operation = tx.operation();
    let last = tx.query(&sql::CALL_LAST);
    let last: i64 = match tx.one(last).await? {
        Some(row) => column(operation, &row, 0)?,
        None => 0,
    };
    let insert = tx
        .query(&sql::CALL_INSERT)
        .bind(last + 1)
        .bind(run.to_string())
        .bind(company)
        .bind(request.page.as_str().to_owned())
        .bind(request.day())
        .bind(number(request.most.tokens))
        .bind(number(request.most.micro_usd));
    tx.execute(insert).await?;
    add(tx, &subjects, number(request.most.tokens), number(request.most.micro_usd)).await?;
    Ok(Reserved::Granted(ReservationId::new((last + 1).cast_unsigned())))
}

/// What a scope holds.
async fn total(tx: &mut TenantTx, scope: BudgetScope, subjects: &Subjects) -> Result<Cost> {
    let operation = tx.operation();
    let query = tx.query(&sql::BUDGET_TOTAL).bind(scope.as_str()).bind(subjects.of(scope));
    match tx.one(query).await? {
        Some(row) => cost(operation, &row, 0),
        None => Ok(Cost::default()),
    }
}

/// Adds to the totals of every scope, or takes away.
async fn add(tx: &mut TenantTx, subjects: &Subjects, tokens: i64, micro_usd: i64) -> Result<()> {
    for &scope in BudgetScope::ALL {
        let add = tx
            .query(&sql::BUDGET_TOTAL_ADD)
            .bind(scope.as_str())
            .bind(subjects.of(scope))
            .bind(tokens)
            .bind(micro_usd);
        tx.execute(add).await?;
    }
    Ok(())
}

pub(super) async fn settle(tx: &mut TenantTx, reservation: ReservationId, usage: Usage) -> Result<()> {
    let operation = tx.operation();
    let query = tx.query(&sql::CALL).bind(number(reservation.number()));
    let row = tx
        .one(query)
        .await?
        .ok_or_else(|| Error::new(ErrorKind::NotFound, operation, format!("there is no {reservation}")))?;
    if column::<i64, _>(operation, &row, 6)? == 1 {
        return Ok(());
    }
    let subjects = Subjects {
        run: parsed(operation, &row, 0)?,
        company: parsed(operation, &row, 1)?,
        page: column(operation, &row, 2)?,
        day: column(operation, &row, 3)?,
    };
    let (most, cost) = (cost(operation, &row, 4)?, Cost::from(usage));
    let settle = tx
        .query(&sql::CALL_SETTLE)
        .bind(number(reservation.number()))
        .bind(number(usage.requests))
        .bind(number(usage.tokens_in))
        .bind(number(usage.tokens_out))
        .bind(number(usage.micro_usd));
    tx.execute(settle).await?;
    let tokens = number(cost.tokens) - number(most.tokens);
    add(tx, &subjects, tokens, number(cost.micro_usd) - number(most.micro_usd)).await
}

pub(super) async fn spending(tx: &mut TenantTx, run: RunId) -> Result<Vec<Spending>> {
    let operation = tx.operation();
    let mut of: BTreeMap<CompanyId, Spending> = BTreeMap::new();
    let calls = tx.query(&sql::SPENDING).bind(run.to_string());
    for row in tx.all(calls).await? {
        let company: CompanyId = parsed(operation, &row, 0)?;
        let spending = of.entry(company).or_insert_with(|| Spending::new(company));
        spending.unsettled_calls = unsigned(operation, &row, 1)?;
        spending.unsettled = cost(operation, &row, 2)?;
        spending.usage.requests = unsigned(operation, &row, 4)?;
        spending.usage.tokens_in = unsigned(operation, &row, 5)?;
        spending.usage.tokens_out = unsigned(operation, &row, 6)?;
        spending.usage.micro_usd = unsigned(operation, &row, 7)?;
    }
    let refusals = tx.query(&sql::REFUSED_CALLS).bind(run.to_string());
    for row in tx.all(refusals).await? {
        let company: CompanyId = parsed(operation, &row, 0)?;
        let spending = of.entry(company).or_insert_with(|| Spending::new(company));
        spending.refused.insert(parsed(operation, &row, 1)?, unsigned(operation, &row, 2)?);
    }
    Ok(of.into_values().collect())
}

/// Two columns, of tokens and of money.
fn cost(operation: &'static str, row: &SqliteRow, first: usize) -> Result<Cost> {
    Ok(Cost::new(unsigned(operation, row, first)?, unsigned(operation, row, first + 1)?))
}

fn unsigned(operation: &'static str, row: &SqliteRow, index: usize) -> Result<u64> {
    Ok(column::<i64, _>(operation, row, index)?.cast_unsigned())
}
