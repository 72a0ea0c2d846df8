//! Things computed once, at the end of an import: cells, counts by node, keys of former names, the snapshot.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::TryStreamExt;
use icp_core::Result;
use icp_core::model::{Date, DistinctValues, RegisterSnapshot, SsicEdition};
use icp_core::normalize::{NORMALISER_VERSION, core_key};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Executor, SqliteConnection};

use super::IMPORT as OPERATION;
use super::Stored;
use super::encode::{BATCH, name_key};
use super::kinds::Kinds;
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

/// Entities of a node of one type, age and life: node, type, age, live.
type CountKey = (u32, i64, i64, bool);

/// Adds the cells up for every node; also how many different values live entities have.
async fn renew_counts(tx: &mut SqliteConnection, edition: SsicEdition) -> Result<DistinctValues> {
    let failed = sql_error(OPERATION);
    let mut nodes = Nodes::new(edition);
    let mut counts: FxHashMap<CountKey, i64> = FxHashMap::default();
    {
        let mut rows = sqlx::query(sql::CELL_ROWS).fetch(&mut *tx);
        while let Some(row) = rows.try_next().await.map_err(&failed)? {
            let (first, second) = (column(OPERATION, &row, 0)?, column(OPERATION, &row, 1)?);
            let (kind, age, live) =
                (column(OPERATION, &row, 2)?, column(OPERATION, &row, 3)?, column(OPERATION, &row, 4)?);
            let n: i64 = column(OPERATION, &row, 5)?;
            let (above_first, above_second) = (nodes.above(first)?, nodes.above(second)?);
            // An entity counts once for a node that both of its codes lie below.
            let once = above_second.iter().filter(|node| !above_first.contains(node));
            for node in above_first.iter().chain(once).chain(&[Nodes::ALL]) {
                *counts.entry((*node, kind, age, live)).or_default() += n;
            }
        }
    }
    let mut sorted: Vec<(CountKey, i64)> = counts.into_iter().collect();
    sorted.sort_by_cached_key(|((node, kind, age, live), _)| {
        (nodes.text(*node).to_owned(), *kind, *age, *live)
    });
    let kinds = Kinds::read(tx, OPERATION).await?;
    let live = || sorted.iter().map(|(key, _)| key).filter(|(.., live)| *live);
    let nodes_of_live: BTreeSet<u32> = live().map(|key| key.0).filter(|node| *node != Nodes::ALL).collect();
    let ages_of_live: BTreeSet<i64> = live().map(|key| key.2).filter(|age| *age != 0).collect();
    let distinct = DistinctValues::new(
        nodes_of_live.len() as u64,
        kinds.different(live().map(|key| key.1)),
        ages_of_live.len() as u64,
    );
    tx.execute(sqlx::query(sql::COUNTS_DROP)).await.map_err(&failed)?;
    for some in sorted.chunks(BATCH) {
        let mut put = sqlx::query(AssertSqlSafe(sql::counts_put(some.len())));
        for ((node, kind, age, live), n) in some {
            put = put.bind(nodes.text(*node).to_owned()).bind(*kind).bind(*age).bind(*live).bind(*n);
        }
        tx.execute(put).await.map_err(&failed)?;
    }
    Ok(distinct)
}

/// The nodes above codes, each computed once, by number.
struct Nodes {
    edition: SsicEdition,
    texts: Vec<String>,
    numbers: BTreeMap<String, u32>,
    above: FxHashMap<i64, Vec<u32>>,
}

impl Nodes {
    /// The number of the node above every entity.
    const ALL: u32 = 0;

    fn new(edition: SsicEdition) -> Self {
        Self { edition, texts: vec![String::new()], numbers: BTreeMap::new(), above: FxHashMap::default() }
    }

    fn text(&self, node: u32) -> &str {
        self.texts.get(node as usize).map_or("", String::as_str)
    }

    /// The nodes of a code's path; none for no code.
    fn above(&mut self, code: i64) -> Result<Vec<u32>> {
        if let Some(known) = self.above.get(&code) {
            return Ok(known.clone());
        }
        let mut above = Vec::new();
        if let Some(read) = code_of(OPERATION, Some(code), self.edition)? {
            for text in read.path().map(|node| node.to_string()) {
                let number = *self.numbers.entry(text.clone()).or_insert_with(|| {
                    self.texts.push(text);
                    (self.texts.len() - 1) as u32
                });
                if !above.contains(&number) {
                    above.push(number);
                }
            }
        }
        self.above.insert(code, above.clone());
        Ok(above)
    }
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
    {
        let mut rows = sqlx::query(sql::FORMER_ROWS).fetch(&mut *tx);
        while let Some(row) = rows.try_next().await.map_err(&failed)? {
            let (id, former): (i64, &str) = (column(OPERATION, &row, 0)?, column(OPERATION, &row, 1)?);
            let cores = former.lines().map(core_key).filter(|core| !core.is_empty());
            keys.extend(cores.map(|core| (name_key(&core), id)));
        }
    }
    keys.sort_unstable();
    for some in keys.chunks(BATCH) {
        let put = sqlx::query(AssertSqlSafe(sql::former_put(some.len())));
        let put = some.iter().fold(put, |put, (key, id)| put.bind(*key).bind(*id));
        tx.execute(put).await.map_err(&failed)?;
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
        snapshot: RegisterSnapshot::new(id, entities, live, as_of, edition).with_distinct(distinct),
        names_stamp,
        normaliser: i64::from(NORMALISER_VERSION),
    })
}
