//! Pages of the entities that pass a filter.

use std::collections::BTreeMap;

use futures_util::TryStreamExt;
use icp_core::Result;
use icp_core::model::{Entity, RegisterFilter, RegisterSnapshot, SsicNode, Uen};
use icp_core::ports::RegisterPage;
use sqlx::SqliteConnection;

use super::kinds::Kinds;
use super::values::{self, code_ranges, registered_between};
use super::{count, sql};
use crate::error::sql_error;

/// The next entities by UEN that pass.
pub(super) async fn page(
    reader: &mut SqliteConnection,
    snapshot: &RegisterSnapshot,
    page: &RegisterPage,
    operation: &'static str,
) -> Result<Vec<Entity>> {
    if page.limit == 0 {
        return Ok(Vec::new());
    }
    let kinds = Kinds::read(reader, operation).await?;
    let ranges = match page.filter.ssic {
        Some(node) if node.edition() != snapshot.edition => return Ok(Vec::new()),
        Some(node) => narrow_ranges(reader, node, &kinds, operation).await?,
        None => None,
    };
    let Some(ranges) = ranges else {
        return of_range(reader, snapshot, page, &kinds, None, operation).await;
    };
    let mut found: BTreeMap<Uen, Entity> = BTreeMap::new();
    for range in ranges {
        let some = of_range(reader, snapshot, page, &kinds, Some(range), operation).await?;
        found.extend(some.into_iter().map(|entity| (entity.uen, entity)));
    }
    Ok(found.into_values().take(page.limit).collect())
}

/// The ranges of a node that few entities are below; a broad node is found sooner by going through all.
async fn narrow_ranges(
    reader: &mut SqliteConnection,
    node: SsicNode,
    kinds: &Kinds,
    operation: &'static str,
) -> Result<Option<Vec<(i64, i64)>>> {
    const NARROW: u64 = 50_000;
    let all = RegisterFilter::everything().with_ssic(node);
    Ok((count(reader, &all, kinds, operation).await? <= NARROW).then(|| code_ranges(node)))
}

/// One range of codes, or all. SQL narrows; [`RegisterFilter::matches`] decides.
async fn of_range(
    reader: &mut SqliteConnection,
    snapshot: &RegisterSnapshot,
    page: &RegisterPage,
    kinds: &Kinds,
    codes: Option<(i64, i64)>,
    operation: &'static str,
) -> Result<Vec<Entity>> {
    let filter = &page.filter;
    let registered = filter.age.map(|band| registered_between(band, snapshot.as_of));
    let mut query = sqlx::query(if codes.is_some() { sql::PAGE_OF_CODES } else { sql::PAGE })
        .bind(filter.include_ended)
        .bind(filter.entity_type.as_ref().map(|kind| kinds.ids(kind, operation)).transpose()?)
        .bind(registered.map(|(first, _)| first))
        .bind(registered.map(|(_, last)| last))
        // Every UEN comes after the empty text.
        .bind(page.after.map(|uen| uen.to_string()).unwrap_or_default());
    if let Some((first, last)) = codes {
        query = query.bind(first).bind(last);
    }
    let mut found = Vec::new();
    let mut rows = query.fetch(reader);
    while let Some(row) = rows.try_next().await.map_err(sql_error(operation))? {
        let (_, entity) = values::entity(operation, &row, snapshot.edition)?;
        if filter.matches(&entity, snapshot.as_of) {
            found.push(entity);
            if found.len() == page.limit {
                break;
            }
        }
    }
    Ok(found)
}
