//! The register in numbers.

use icp_core::Result;
use icp_core::model::{EntityType, RegisterSnapshot, SsicNode};
use icp_core::ports::Register as _;
use sqlx::sqlite::SqliteRow;

use super::values::{age_of, unsigned};
use super::{SqliteRegister, sql};
use crate::error::{column, corrupt, sql_error};

const OPERATION: &str = "count the register";

/// The attribute to count by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StatsBy {
    /// SSIC sections.
    Section,
    /// SSIC divisions.
    Division,
    /// Entity types.
    EntityType,
    /// Statuses, as the register words them.
    Status,
    /// Age bands at the register's date.
    Age,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatsRow {
    /// A code, a type, a status, an age; empty for entities for which it is not known.
    pub label: String,
    /// A code's title.
    pub title: Option<String>,
    /// Entities.
    pub entities: u64,
    /// Live ones among them.
    pub live: u64,
}

/// The register in numbers. By industry, an entity with two codes counts in both places.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegisterStats {
    /// Its size and date.
    pub snapshot: RegisterSnapshot,
    /// The lines: industries and ages in their order, others the most frequent first.
    pub rows: Vec<StatsRow>,
}

impl SqliteRegister {
    /// Counts the register.
    ///
    /// # Errors
    /// `NotFound` when nothing was imported yet; otherwise when the register cannot be read.
    pub async fn stats(&self, by: StatsBy) -> Result<RegisterStats> {
        let (mut reader, held) = self.held(OPERATION).await?;
        let query = match by {
            StatsBy::Section => sqlx::query(sql::STATS_BY_NODE).bind(1),
            StatsBy::Division => sqlx::query(sql::STATS_BY_NODE).bind(2),
            StatsBy::EntityType => sqlx::query(sql::STATS_BY_TYPE),
            StatsBy::Status => sqlx::query(sql::STATS_BY_STATUS),
            StatsBy::Age => sqlx::query(sql::STATS_BY_AGE),
        };
        let rows = query.fetch_all(&mut *reader).await.map_err(sql_error(OPERATION))?;
        drop(reader);
        let mut rows = rows.iter().map(|row| line(row, by)).collect::<Result<Vec<StatsRow>>>()?;
        if by == StatsBy::EntityType {
            rows = one_row_a_type(rows);
        }
        if matches!(by, StatsBy::Section | StatsBy::Division) {
            let node = |row: &StatsRow| {
                SsicNode::new(&row.label, held.snapshot.edition).map_err(|error| corrupt(OPERATION, error))
            };
            let nodes = rows.iter().map(node).collect::<Result<Vec<SsicNode>>>()?;
            let titles = self.titles(&nodes).await?;
            for (row, node) in rows.iter_mut().zip(&nodes) {
                row.title = titles.get(node).cloned();
            }
        }
        Ok(RegisterStats { snapshot: held.snapshot, rows })
    }
}

/// Adds up the rows of one type written in several ways, under the most frequent one.
fn one_row_a_type(rows: Vec<StatsRow>) -> Vec<StatsRow> {
    let mut all: Vec<StatsRow> = Vec::new();
    for row in rows {
        match all.iter_mut().find(|held| EntityType::new(&held.label) == EntityType::new(&row.label)) {
            Some(held) => {
                held.entities += row.entities;
                held.live += row.live;
            }
            None => all.push(row),
        }
    }
    all.sort_by_key(|row| std::cmp::Reverse(row.entities));
    all
}

fn line(row: &SqliteRow, by: StatsBy) -> Result<StatsRow> {
    let label = match by {
        StatsBy::Age => age_of(column(OPERATION, row, 0)?).map(|band| band.to_string()).unwrap_or_default(),
        _ => column(OPERATION, row, 0)?,
    };
    let (entities, live) = (column(OPERATION, row, 1)?, column(OPERATION, row, 2)?);
    Ok(StatsRow {
        label,
        title: None,
        entities: unsigned(OPERATION, entities)?,
        live: unsigned(OPERATION, live)?,
    })
}
