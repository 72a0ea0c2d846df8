//! Sites, and other things that are one JSON text a row.

use icp_core::Result;
use icp_core::model::{RunId, SiteCrawl};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{column, from_json, to_json};
use crate::sql::tenants as sql;
use crate::tenant::{TenantQuery, TenantSql, TenantTx};

/// Replaces a site's report and pages.
pub(super) async fn put(tx: &mut TenantTx, run: RunId, site: &SiteCrawl) -> Result<()> {
    let (run, domain, operation) = (run.to_string(), site.report.domain.to_string(), tx.operation());
    let drop = tx.query(&sql::SITE_PAGES_DROP).bind(run.clone()).bind(domain.clone());
    tx.execute(drop).await?;
    let report = to_json(operation, &site.report)?;
    let report = tx.query(&sql::SITE_PUT).bind(run.clone()).bind(domain.clone()).bind(report);
    tx.execute(report).await?;
    for (position, page) in (0_i64..).zip(&site.pages) {
        let page = to_json(operation, page)?;
        let page =
            tx.query(&sql::PAGE_INSERT).bind(run.clone()).bind(domain.clone()).bind(position).bind(page);
        tx.execute(page).await?;
    }
    Ok(())
}

/// Runs a statement whose parameters are a run and a JSON text.
pub(super) async fn put_json<T: Serialize>(
    tx: &mut TenantTx,
    statement: &'static TenantSql,
    run: RunId,
    value: &T,
) -> Result<()> {
    let text = to_json(tx.operation(), value)?;
    let query = tx.query(statement).bind(run.to_string()).bind(text);
    tx.execute(query).await.map(drop)
}

/// The rows of a query of which the first column is JSON.
pub(super) async fn json_rows<T: DeserializeOwned>(tx: &mut TenantTx, query: TenantQuery) -> Result<Vec<T>> {
    let operation = tx.operation();
    let rows = tx.all(query).await?;
    rows.iter().map(|row| from_json(operation, column(operation, row, 0)?)).collect()
}
