//! Sites and pages, and what else is one record a row.

use icp_core::Result;
use icp_core::model::{Domain, Page, RunId, SiteCrawl};
use icp_core::record::{self, Recorded};
use icp_tenant_sql::TenantSql;

use crate::error::column;
use crate::sql::tenants as sql;
use crate::tenant::{TenantQuery, TenantTx};

/// Replaces a site's report and pages.
pub(super) async fn put(tx: &mut TenantTx, run: RunId, site: &SiteCrawl) -> Result<()> {
    let (run, domain) = (run.to_string(), site.report.domain.to_string());
    let drop = tx.query(&sql::SITE_PAGES_DROP).bind(run.clone()).bind(domain.clone());
    tx.execute(drop).await?;
    let report = record::write(&site.report);
    let report = tx.query(&sql::SITE_PUT).bind(run.clone()).bind(domain.clone()).bind(report);
    tx.execute(report).await?;
    for (position, page) in (0_i64..).zip(&site.pages) {
        let stored = record::write_page(page);
        let body = tx.query(&sql::BODY_INSERT).bind(stored.body_key.clone()).bind(stored.body);
        tx.execute(body).await?;
        let link = tx
            .query(&sql::LINK_INSERT)
            .bind(run.clone())
            .bind(domain.clone())
            .bind(position)
            .bind(stored.body_key)
            .bind(stored.link);
        tx.execute(link).await?;
    }
    Ok(())
}

pub(super) async fn pages(tx: &mut TenantTx, run: RunId, site: &Domain) -> Result<Vec<Page>> {
    let query = tx.query(&sql::PAGES).bind(run.to_string()).bind(site.to_string());
    let operation = tx.operation();
    let rows = tx.all(query).await?;
    let pages = (1..).zip(&rows).map(|(at, row)| {
        let (link, body) = (column(operation, row, 0)?, column(operation, row, 1)?);
        record::read_page(format_args!("page {at} of {site}"), link, body)
    });
    pages.collect()
}

/// Runs a statement whose parameters are a run and a record.
pub(super) async fn put_record<T: Recorded>(
    tx: &mut TenantTx,
    statement: &'static TenantSql,
    run: RunId,
    value: &T,
) -> Result<()> {
    let query = tx.query(statement).bind(run.to_string()).bind(record::write(value));
    tx.execute(query).await.map(drop)
}

/// The record of a run, if there is one.
pub(super) async fn record_of<T: Recorded>(
    tx: &mut TenantTx,
    statement: &'static TenantSql,
    run: RunId,
) -> Result<Option<T>> {
    let query = tx.query(statement).bind(run.to_string());
    Ok(records(tx, query).await?.pop())
}

/// The rows of a query whose first column names the row and whose second is its record.
pub(super) async fn records<T: Recorded>(tx: &mut TenantTx, query: TenantQuery) -> Result<Vec<T>> {
    let operation = tx.operation();
    let rows = tx.all(query).await?;
    rows.iter()
        .map(|row| {
            let name: &str = column(operation, row, 0)?;
            record::read(name, column(operation, row, 1)?)
        })
        .collect()
}
