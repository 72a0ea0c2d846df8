//! The company register in tables: reading it.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::TryStreamExt;
use icp_core::model::{
    DistinctValues, Entity, RegisterFilter, RegisterSnapshot, SsicEdition, SsicError, SsicNode, Uen,
};
use icp_core::normalize::{NORMALISER_VERSION, core_key};
use icp_core::ports::{
    ImportOutcome, ImportRequest, NameQuery, Register, RegisterPage, TitleHit, TitleQuery,
};
use icp_core::resolve::CandidateSource;
use icp_core::titles::search_titles;
use icp_core::{Error, ErrorKind, Result};
use sqlx::SqliteConnection;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{Sqlite, SqliteRow};
use tokio::sync::Mutex;

use crate::error::{column, corrupt, sql_error, to_json};
use crate::pool::Pools;
use crate::sql::register as sql;

mod aggregate;
mod encode;
mod import;
mod kinds;
mod names;
mod pages;
mod stats;
mod trigrams;
mod values;

pub use stats::{RegisterStats, StatsBy, StatsRow};

use kinds::Kinds;
use names::Names;
use trigrams::Trigrams;
use values::{Cell, age_number, code_ranges, date_of, nothing_imported, unsigned};

/// The import, as its errors call it.
const IMPORT: &str = "import the register";

/// The most entities an exact name finds.
const EXACT_LIMIT: usize = 50;

/// The [`Register`] of a [`SqliteDb`](crate::SqliteDb).
#[derive(Clone, Debug)]
pub struct SqliteRegister {
    db: Pools,
    names: Arc<Mutex<Names>>,
    trigrams: Arc<Mutex<Trigrams>>,
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
        Self { db, names: Arc::default(), trigrams: Arc::default() }
    }

    async fn reader(&self, operation: &'static str) -> Result<PoolConnection<Sqlite>> {
        self.db.readers().acquire().await.map_err(sql_error(operation))
    }

    /// The row about the register; an error when nothing was imported.
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
    let id: String = column(operation, &row, 0)?;
    let as_of = date_of(operation, column(operation, &row, 4)?)?;
    let edition = edition.parse().map_err(|error: SsicError| corrupt(operation, error))?;
    let snapshot = RegisterSnapshot::new(id, number(2)?, number(3)?, as_of, edition)
        .with_distinct(DistinctValues::new(number(6)?, number(7)?, number(8)?));
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
        let mut all = Vec::with_capacity(queries.len());
        for query in queries {
            let ids = match query.source {
                CandidateSource::Trigram { floor } => {
                    self.trigrams_of(&held).await?.search(&query.name, floor, query.limit)
                }
                _ => self.names_of(&held).await?.search(&query.name, query.limit),
            };
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
        let kinds = Kinds::read(&mut reader, OPERATION).await?;
        let mut all = Vec::with_capacity(filters.len());
        for filter in filters {
            let foreign = |node: &SsicNode| node.edition() != held.snapshot.edition;
            all.push(if filter.ssic.as_ref().is_some_and(foreign) {
                0
            } else if filter.exclude_ssic.iter().all(foreign) {
                count(&mut reader, filter, &kinds, OPERATION).await?
            } else {
                count_cells(&mut reader, filter, held.snapshot.edition, OPERATION).await?
            });
        }
        Ok(all)
    }

    async fn page(&self, page: &RegisterPage) -> Result<Vec<Entity>> {
        const OPERATION: &str = "page through the register";
        let (mut reader, held) = self.held(OPERATION).await?;
        pages::page(&mut reader, &held.snapshot, page, OPERATION).await
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
            let rows = query.fetch_all(&mut *reader).await.map_err(sql_error(OPERATION))?;
            put_over(&mut titles, &rows, edition, OPERATION)?;
        }
        Ok(titles)
    }

    async fn search_titles(&self, query: &TitleQuery) -> Result<Vec<TitleHit>> {
        const OPERATION: &str = "search titles";
        let mut reader = self.reader(OPERATION).await?;
        let edition = match query.edition {
            Some(edition) => edition,
            None => {
                let held = stored(&mut reader, OPERATION).await?;
                held.map_or(SsicEdition::Y2025, |held| held.snapshot.edition)
            }
        };
        let mut titles: BTreeMap<SsicNode, String> =
            edition.built_in_titles().map(|(node, title)| (node, title.to_owned())).collect();
        let all = sqlx::query(sql::ALL_TITLES).bind(edition.as_str());
        let rows = all.fetch_all(&mut *reader).await.map_err(sql_error(OPERATION))?;
        put_over(&mut titles, &rows, edition, OPERATION)?;
        Ok(search_titles(&titles, &query.words, query.limit))
    }

    async fn import(&self, request: ImportRequest<'_>) -> Result<ImportOutcome> {
        self.import_rows(request).await
    }
}

/// Puts imported titles over others. By source: what a classification says comes last and stays.
fn put_over(
    titles: &mut BTreeMap<SsicNode, String>,
    rows: &[SqliteRow],
    edition: SsicEdition,
    operation: &'static str,
) -> Result<()> {
    for row in rows {
        let code: &str = column(operation, row, 0)?;
        let node = SsicNode::new(code, edition).map_err(|error| corrupt(operation, error))?;
        titles.insert(node, column(operation, row, 1)?);
    }
    Ok(())
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
    let query = sqlx::query(sql::BY_NAME_KEY).bind(encode::name_key(core));
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
    kinds: &Kinds,
    operation: &'static str,
) -> Result<u64> {
    let kind = filter.entity_type.as_ref().map(|kind| kinds.ids(kind, operation)).transpose()?;
    let query = sqlx::query(sql::COUNT)
        .bind(filter.ssic.map(|node| node.as_str().to_owned()).unwrap_or_default())
        .bind(kind)
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
