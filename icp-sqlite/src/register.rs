//! The company register in tables: reading it.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::TryStreamExt;
use icp_core::model::{
    DistinctValues, Entity, RegisterFilter, RegisterSnapshot, SsicEdition, SsicError, SsicNode, Uen,
};
use icp_core::normalize::{NORMALISER_VERSION, core_key};
use icp_core::ports::{NameQuery, Register};
use icp_core::{Error, ErrorKind, Result};
use sqlx::SqliteConnection;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::Sqlite;
use tokio::sync::Mutex;

use crate::error::{column, corrupt, sql_error, to_json};
use crate::pool::Pools;
use crate::sql::register as sql;

mod aggregate;
mod classification;
mod columns;
mod import;
mod names;
mod parse;
mod records;
mod report;
mod stats;
mod titles;
mod values;

pub use columns::ColumnMap;
pub use report::{
    BadRow, ImportOptions, ImportProgress, ImportReport, ImportStage, RegisterNotice, RowCounts,
};
pub use stats::{RegisterStats, StatsBy, StatsRow};

use names::Names;
use values::{Cell, age_number, code_ranges, date_of, nothing_imported, registered_between, unsigned};

/// The most entities an exact name finds.
const EXACT_LIMIT: usize = 50;

/// The [`Register`] of a [`SqliteDb`](crate::SqliteDb).
#[derive(Clone, Debug)]
pub struct SqliteRegister {
    db: Pools,
    names: Arc<Mutex<Names>>,
}

/// The one row about the register.
#[derive(Clone, Debug)]
struct Stored {
    snapshot: RegisterSnapshot,
    /// Changes when the index of names must.
    names_stamp: String,
    normaliser: i64,
}

impl SqliteRegister {
    pub(crate) fn new(db: Pools) -> Self {
        Self { db, names: Arc::default() }
    }

    async fn reader(&self, operation: &'static str) -> Result<PoolConnection<Sqlite>> {
        self.db.readers().acquire().await.map_err(sql_error(operation))
    }

    /// What the register is; an error when nothing was imported.
    async fn held(&self, operation: &'static str) -> Result<(PoolConnection<Sqlite>, Stored)> {
        let mut reader = self.reader(operation).await?;
        let stored = stored(&mut reader, operation).await?.ok_or_else(|| nothing_imported(operation))?;
        Ok((reader, stored))
    }
}

/// The row about the register, once something was imported.
async fn stored(connection: &mut SqliteConnection, operation: &'static str) -> Result<Option<Stored>> {
    let row = sqlx::query(sql::SNAPSHOT).fetch_optional(connection).await.map_err(sql_error(operation))?;
    let Some(row) = row else { return Ok(None) };
    let number = |at: usize| unsigned(operation, column(operation, &row, at)?);
    let edition: &str = column(operation, &row, 5)?;
    let snapshot = RegisterSnapshot {
        id: column(operation, &row, 0)?,
        entities: number(2)?,
        live: number(3)?,
        as_of: date_of(operation, column(operation, &row, 4)?)?,
        edition: edition.parse().map_err(|error: SsicError| corrupt(operation, error))?,
        distinct: DistinctValues { ssic_nodes: number(6)?, entity_types: number(7)?, age_bands: number(8)? },
    };
    let (names_stamp, normaliser) = (column(operation, &row, 1)?, column(operation, &row, 9)?);
    Ok(Some(Stored { snapshot, names_stamp, normaliser }))
}

#[async_trait]
impl Register for SqliteRegister {
    async fn snapshot(&self) -> Result<RegisterSnapshot> {
        Ok(self.held("read the register").await?.1.snapshot)
    }

    async fn by_uen(&self, uens: &[Uen]) -> Result<Vec<Option<Entity>>> {
        const OPERATION: &str = "look up UENs";
        let (mut reader, held) = self.held(OPERATION).await?;
        let wanted: Vec<&str> = uens.iter().map(Uen::as_str).collect();
        let query = sqlx::query(sql::BY_UENS).bind(to_json(OPERATION, &wanted)?);
        let rows = query.fetch_all(&mut *reader).await.map_err(sql_error(OPERATION))?;
        let mut found: BTreeMap<Uen, Entity> = BTreeMap::new();
        for row in &rows {
            let (_, entity) = values::entity(OPERATION, row, held.snapshot.edition)?;
            found.insert(entity.uen, entity);
        }
        Ok(uens.iter().map(|uen| found.get(uen).cloned()).collect())
    }

    async fn by_exact_name(&self, names: &[String]) -> Result<Vec<Vec<Entity>>> {
        const OPERATION: &str = "look up names";
        let (mut reader, held) = self.held(OPERATION).await?;
        if held.normaliser != i64::from(NORMALISER_VERSION) {
            let message =
                "the register was imported by a version that writes names another way: import it again";
            return Err(Error::new(ErrorKind::Unsupported, OPERATION, message));
        }
        let mut all = Vec::with_capacity(names.len());
        for name in names {
            all.push(exact(&mut reader, &core_key(name), held.snapshot.edition, OPERATION).await?);
        }
        Ok(all)
    }

    async fn candidates(&self, queries: &[NameQuery]) -> Result<Vec<Vec<Entity>>> {
        const OPERATION: &str = "look for near names";
        let (mut reader, held) = self.held(OPERATION).await?;
        let index = self.names_of(&held).await?;
        let mut all = Vec::with_capacity(queries.len());
        for query in queries {
            let ids = index.search(&query.name, query.limit);
            let select = sqlx::query(sql::BY_IDS).bind(to_json(OPERATION, &ids)?);
            let rows = select.fetch_all(&mut *reader).await.map_err(sql_error(OPERATION))?;
            let mut found: BTreeMap<i64, Entity> = BTreeMap::new();
            for row in &rows {
                let (id, entity) = values::entity(OPERATION, row, held.snapshot.edition)?;
                found.insert(id, entity);
            }
            all.push(ids.iter().filter_map(|id| found.remove(&i64::from(*id))).collect());
        }
        Ok(all)
    }

    async fn counts(&self, filters: &[RegisterFilter]) -> Result<Vec<u64>> {
        const OPERATION: &str = "count entities";
        let (mut reader, held) = self.held(OPERATION).await?;
        let mut all = Vec::with_capacity(filters.len());
        for filter in filters {
            let foreign = |node: &SsicNode| node.edition() != held.snapshot.edition;
            all.push(if filter.ssic.as_ref().is_some_and(foreign) {
                0
            } else if filter.exclude_ssic.iter().all(foreign) {
                count(&mut reader, filter, OPERATION).await?
            } else {
                count_cells(&mut reader, filter, held.snapshot.edition, OPERATION).await?
            });
        }
        Ok(all)
    }

    async fn sample(&self, filter: &RegisterFilter, limit: usize) -> Result<Vec<Entity>> {
        const OPERATION: &str = "sample entities";
        let (mut reader, held) = self.held(OPERATION).await?;
        if limit == 0 {
            return Ok(Vec::new());
        }
        let ranges = match filter.ssic {
            Some(node) if node.edition() != held.snapshot.edition => return Ok(Vec::new()),
            Some(node) => narrow_ranges(&mut reader, node, OPERATION).await?,
            None => None,
        };
        let Some(ranges) = ranges else {
            return sample(&mut reader, &held.snapshot, filter, None, limit, OPERATION).await;
        };
        let mut found: BTreeMap<Uen, Entity> = BTreeMap::new();
        for range in ranges {
            let some = sample(&mut reader, &held.snapshot, filter, Some(range), limit, OPERATION).await?;
            found.extend(some.into_iter().map(|entity| (entity.uen, entity)));
        }
        Ok(found.into_values().take(limit).collect())
    }

    async fn titles(&self, nodes: &[SsicNode]) -> Result<BTreeMap<SsicNode, String>> {
        const OPERATION: &str = "read titles";
        let mut reader = self.reader(OPERATION).await?;
        let mut titles: BTreeMap<SsicNode, String> =
            nodes.iter().filter_map(|node| Some((*node, node.built_in_title()?.to_owned()))).collect();
        let mut by_edition: BTreeMap<SsicEdition, Vec<&str>> = BTreeMap::new();
        for node in nodes {
            by_edition.entry(node.edition()).or_default().push(node.as_str());
        }
        for (edition, codes) in by_edition {
            let query = sqlx::query(sql::TITLES).bind(edition.as_str()).bind(to_json(OPERATION, &codes)?);
            // By source: what a classification file says comes last and stays.
            for row in &query.fetch_all(&mut *reader).await.map_err(sql_error(OPERATION))? {
                let code: &str = column(OPERATION, row, 0)?;
                let node = SsicNode::new(code, edition).map_err(|error| corrupt(OPERATION, error))?;
                titles.insert(node, column(OPERATION, row, 1)?);
            }
        }
        Ok(titles)
    }
}

async fn exact(
    reader: &mut SqliteConnection,
    core: &str,
    edition: SsicEdition,
    operation: &'static str,
) -> Result<Vec<Entity>> {
    if core.is_empty() {
        return Ok(Vec::new());
    }
    let query = sqlx::query(sql::BY_NAME_KEY).bind(parse::name_key(core));
    let mut found = Vec::new();
    for row in &query.fetch_all(reader).await.map_err(sql_error(operation))? {
        let (_, entity) = values::entity(operation, row, edition)?;
        let mut names = std::iter::once(&entity.name).chain(&entity.former_names);
        if names.any(|name| core_key(name) == core) {
            found.push(entity);
        }
    }
    found.sort_by_key(|entity| (!entity.status.live, entity.uen));
    found.truncate(EXACT_LIMIT);
    Ok(found)
}

/// A count from what was added up: for filters without exclusions.
async fn count(
    reader: &mut SqliteConnection,
    filter: &RegisterFilter,
    operation: &'static str,
) -> Result<u64> {
    let query = sqlx::query(sql::COUNT)
        .bind(filter.ssic.map(|node| node.as_str().to_owned()).unwrap_or_default())
        .bind(filter.entity_type.as_ref().map(|kind| kind.as_str().to_owned()))
        .bind(filter.age.map(age_number))
        .bind(filter.include_ended);
    let row = query.fetch_one(reader).await.map_err(sql_error(operation))?;
    unsigned(operation, column(operation, &row, 0)?)
}

/// A count cell by cell: for filters with exclusions.
async fn count_cells(
    reader: &mut SqliteConnection,
    filter: &RegisterFilter,
    edition: SsicEdition,
    operation: &'static str,
) -> Result<u64> {
    let queries = match filter.ssic {
        None => vec![sqlx::query(sql::CELLS)],
        Some(node) => code_ranges(node)
            .into_iter()
            .map(|(first, last)| sqlx::query(sql::CELLS_OF_CODES).bind(first).bind(last))
            .collect(),
    };
    // A cell with codes in two ranges of one section comes twice.
    let mut seen = std::collections::BTreeSet::new();
    let several = queries.len() > 1;
    let mut total = 0;
    for query in queries {
        let mut rows = query.fetch(&mut *reader);
        while let Some(row) = rows.try_next().await.map_err(sql_error(operation))? {
            let cell = Cell::read(operation, &row, edition)?;
            let passes = cell.passes(filter);
            if passes && (!several || seen.insert((cell.codes, cell.kind, cell.age, cell.live))) {
                total += cell.count;
            }
        }
    }
    Ok(total)
}

/// The ranges of a node that few entities are below; a broad node is found sooner by going through all.
async fn narrow_ranges(
    reader: &mut SqliteConnection,
    node: SsicNode,
    operation: &'static str,
) -> Result<Option<Vec<(i64, i64)>>> {
    const NARROW: u64 = 50_000;
    let all = RegisterFilter { ssic: Some(node), include_ended: true, ..RegisterFilter::default() };
    Ok((count(reader, &all, operation).await? <= NARROW).then(|| code_ranges(node)))
}

/// The first entities by UEN that pass. SQL narrows; [`RegisterFilter::matches`] decides.
async fn sample(
    reader: &mut SqliteConnection,
    snapshot: &RegisterSnapshot,
    filter: &RegisterFilter,
    codes: Option<(i64, i64)>,
    limit: usize,
    operation: &'static str,
) -> Result<Vec<Entity>> {
    let registered = filter.age.map(|band| registered_between(band, snapshot.as_of));
    let mut query = sqlx::query(if codes.is_some() { sql::SAMPLE_OF_CODES } else { sql::SAMPLE })
        .bind(filter.include_ended)
        .bind(filter.entity_type.as_ref().map(|kind| kind.as_str().to_owned()))
        .bind(registered.map(|(first, _)| first))
        .bind(registered.map(|(_, last)| last));
    if let Some((first, last)) = codes {
        query = query.bind(first).bind(last);
    }
    let mut found = Vec::new();
    let mut rows = query.fetch(reader);
    while let Some(row) = rows.try_next().await.map_err(sql_error(operation))? {
        let (_, entity) = values::entity(operation, &row, snapshot.edition)?;
        if filter.matches(&entity, snapshot.as_of) {
            found.push(entity);
            if found.len() == limit {
                break;
            }
        }
    }
    Ok(found)
}
