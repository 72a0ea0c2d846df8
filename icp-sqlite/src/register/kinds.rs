//! Entity types by the ids that the tables hold. One type may be written in several ways.

use std::collections::{BTreeMap, BTreeSet};

use icp_core::Result;
use icp_core::model::EntityType;
use sqlx::SqliteConnection;

use crate::error::{column, sql_error, to_json};
use crate::sql::register as sql;

/// The entity types of the register.
pub(super) struct Kinds(BTreeMap<i64, EntityType>);

impl Kinds {
    pub(super) async fn read(connection: &mut SqliteConnection, operation: &'static str) -> Result<Self> {
        let rows = sqlx::query(sql::KINDS).fetch_all(connection).await.map_err(sql_error(operation))?;
        let mut kinds = BTreeMap::new();
        for row in &rows {
            let text: &str = column(operation, row, 1)?;
            kinds.extend(
                EntityType::new(text).map(|kind| Ok((column(operation, row, 0)?, kind))).transpose()?,
            );
        }
        Ok(Self(kinds))
    }

    /// The ids of a type, as a JSON array.
    pub(super) fn ids(&self, wanted: &EntityType, operation: &'static str) -> Result<String> {
        let ids: Vec<i64> = self.0.iter().filter(|(_, kind)| *kind == wanted).map(|(id, _)| *id).collect();
        to_json(operation, &ids)
    }

    /// How many different types some ids stand for.
    pub(super) fn different(&self, ids: impl Iterator<Item = i64>) -> u64 {
        ids.filter_map(|id| self.0.get(&id)).collect::<BTreeSet<_>>().len() as u64
    }
}
