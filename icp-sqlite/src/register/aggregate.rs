//! What is counted once, at the end of an import: cells, counts by node, keys of former names, the snapshot.

use std::collections::{BTreeMap, BTreeSet};

use icp_core::Result;
use icp_core::model::{Date, DistinctValues, RegisterSnapshot, SsicCode, SsicEdition};
use icp_core::normalize::{NORMALISER_VERSION, core_key};
use sha2::{Digest, Sha256};
use sqlx::{Executor, SqliteConnection};

use super::Stored;
use super::parse::{OPERATION, name_key};
use super::values::{code_of, date_number, date_of, nothing_imported, unsigned};
use crate::error::{column, sql_error};
use crate::sql::register as sql;

/// The date asked for, or the newest registration in the register.
pub(super) async fn as_of(tx: &mut SqliteConnection, asked: Option<Date>) -> Result<Date> {
    if let Some(date) = asked {
        return Ok(date);
    }
    let row = tx.fetch_one(sqlx::query(sql::NEWEST_DATE)).await.map_err(sql_error(OPERATION))?;
    match column::<Option<i64>, _>(OPERATION, &row, 0)? {
        Some(number) => date_of(OPERATION, number),
        None => Err(icp_core::Error::new(
            icp_core::ErrorKind::Invalid,
            OPERATION,
            "no row has a registration date, so that ages have no date to be counted at: say one (as of YYYY-MM-DD)",
        )),
    }
}

/// Counts everything again.
pub(super) async fn renew(tx: &mut SqliteConnection, as_of: Date, edition: SsicEdition) -> Result<Stored> {
    let failed = sql_error(OPERATION);
    tx.execute(sqlx::query(sql::CELLS_DROP)).await.map_err(&failed)?;
    tx.execute(sqlx::query(sql::CELLS_FILL).bind(date_number(as_of))).await.map_err(&failed)?;
    let distinct = renew_counts(tx, edition).await?;
    renew_former(tx).await?;
    let stored = summarise(tx, as_of, edition, distinct).await?;
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let snapshot = &stored.snapshot;
    let put = sqlx::query(sql::SNAPSHOT_PUT)
        .bind(snapshot.id.clone())
        .bind(stored.names_stamp.clone())
        .bind(number(snapshot.entities))
        .bind(number(snapshot.live))
        .bind(date_number(as_of))
        .bind(edition.as_str())
        .bind(number(distinct.ssic_nodes))
        .bind(number(distinct.entity_types))
        .bind(number(distinct.age_bands))
        .bind(i64::from(NORMALISER_VERSION));
    tx.execute(put).await.map_err(&failed)?;
    Ok(stored)
}

/// Adds the cells up for every node; also how many different values live entities have.
async fn renew_counts(tx: &mut SqliteConnection, edition: SsicEdition) -> Result<DistinctValues> {
    let failed = sql_error(OPERATION);
    let mut counts: BTreeMap<(String, i64, i64, bool), i64> = BTreeMap::new();
    let rows = tx.fetch_all(sqlx::query(sql::CELL_ROWS)).await.map_err(&failed)?;
    for row in &rows {
        let code = |at: usize| code_of(OPERATION, column(OPERATION, row, at)?, edition);
        let key = (column(OPERATION, row, 2)?, column(OPERATION, row, 3)?, column(OPERATION, row, 4)?);
        let n: i64 = column(OPERATION, row, 5)?;
        let codes: [Option<SsicCode>; 2] = [code(0)?, code(1)?];
        let nodes: BTreeSet<String> =
            codes.into_iter().flatten().flat_map(SsicCode::path).map(|node| node.to_string()).collect();
        for node in nodes.into_iter().chain([String::new()]) {
            *counts.entry((node, key.0, key.1, key.2)).or_default() += n;
        }
    }
    let live = || counts.keys().filter(|(.., live)| *live);
    let nodes: BTreeSet<&str> = live().map(|key| key.0.as_str()).filter(|node| !node.is_empty()).collect();
    let types: BTreeSet<i64> = live().map(|key| key.1).filter(|kind| *kind != 0).collect();
    let ages: BTreeSet<i64> = live().map(|key| key.2).filter(|age| *age != 0).collect();
    let distinct = DistinctValues {
        ssic_nodes: nodes.len() as u64,
        entity_types: types.len() as u64,
        age_bands: ages.len() as u64,
    };
    tx.execute(sqlx::query(sql::COUNTS_DROP)).await.map_err(&failed)?;
    for ((node, kind, age, live), n) in counts {
        let insert = sqlx::query(sql::COUNT_INSERT).bind(node).bind(kind).bind(age).bind(live).bind(n);
        tx.execute(insert).await.map_err(&failed)?;
    }
    Ok(distinct)
}

/// Makes the keys of names again, after their normal form changed.
pub(super) async fn renew_keys(tx: &mut SqliteConnection) -> Result<()> {
    let failed = sql_error(OPERATION);
    for row in &tx.fetch_all(sqlx::query(sql::NAME_ROWS)).await.map_err(&failed)? {
        let (id, name): (i64, &str) = (column(OPERATION, row, 0)?, column(OPERATION, row, 1)?);
        let set = sqlx::query(sql::NAME_KEY_SET).bind(id).bind(name_key(&core_key(name)));
        tx.execute(set).await.map_err(&failed)?;
    }
    Ok(())
}

async fn renew_former(tx: &mut SqliteConnection) -> Result<()> {
    let failed = sql_error(OPERATION);
    tx.execute(sqlx::query(sql::FORMER_DROP)).await.map_err(&failed)?;
    let mut keys: Vec<(i64, i64)> = Vec::new();
    for row in &tx.fetch_all(sqlx::query(sql::FORMER_ROWS)).await.map_err(&failed)? {
        let (id, former): (i64, &str) = (column(OPERATION, row, 0)?, column(OPERATION, row, 1)?);
        keys.extend(
            former.lines().map(core_key).filter(|core| !core.is_empty()).map(|core| (name_key(&core), id)),
        );
    }
    keys.sort_unstable();
    for (key, id) in keys {
        tx.execute(sqlx::query(sql::FORMER_INSERT).bind(key).bind(id)).await.map_err(&failed)?;
    }
    Ok(())
}

async fn summarise(
    tx: &mut SqliteConnection,
    as_of: Date,
    edition: SsicEdition,
    distinct: DistinctValues,
) -> Result<Stored> {
    let row = tx.fetch_one(sqlx::query(sql::SUMS)).await.map_err(sql_error(OPERATION))?;
    let number = |at: usize| unsigned(OPERATION, column(OPERATION, &row, at)?);
    let (entities, live, low, high, order) = (number(0)?, number(1)?, number(2)?, number(3)?, number(4)?);
    if entities == 0 {
        return Err(nothing_imported(OPERATION));
    }
    let digest = Sha256::digest(format!("{entities} {low} {high} {as_of} {edition}"));
    let id: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let names_stamp = format!("{low:x}-{high:x}-{order:x}");
    Ok(Stored {
        snapshot: RegisterSnapshot { id, entities, live, as_of, edition, distinct },
        names_stamp,
        normaliser: i64::from(NORMALISER_VERSION),
    })
}
