//! The exact trigram mode: an index in memory, built when it is first asked for and kept until the names change.

use std::sync::Arc;

use icp_core::Result;
use icp_core::normalize::core_key;
use icp_core::resolve::TrigramFloor;
use icp_core::resolve::trigram::{TrigramIndex, TrigramIndexBuilder};

use super::names::blocking;
use super::{SqliteRegister, Stored};

/// The index this process holds, for one state of the names.
#[derive(Debug, Default)]
pub(super) struct Trigrams {
    held: Option<(String, Arc<RankedTrigrams>)>,
}

/// Trigrams of core keys, with the row id of each rank in the order of UENs.
#[derive(Debug)]
pub(super) struct RankedTrigrams {
    rows: Vec<u32>,
    index: TrigramIndex,
}

impl RankedTrigrams {
    /// Row ids of the entities with similar names, the most similar first, then by UEN.
    pub(super) fn search(&self, name: &str, floor: TrigramFloor, limit: usize) -> Vec<u32> {
        let ranks = self.index.nearest(&core_key(name), floor.get(), limit);
        ranks.into_iter().filter_map(|rank| self.rows.get(rank as usize)).copied().collect()
    }
}

impl SqliteRegister {
    /// The index for what is held: from memory, or built.
    pub(super) async fn trigrams_of(&self, held: &Stored) -> Result<Arc<RankedTrigrams>> {
        let mut trigrams = self.trigrams.lock().await;
        if let Some((_, index)) = trigrams.held.as_ref().filter(|(stamp, _)| *stamp == held.names_stamp) {
            return Ok(Arc::clone(index));
        }
        trigrams.held = None;
        let mut builder = TrigramIndexBuilder::new();
        let rows = self.each_name(|rank, name| builder.push(rank, &core_key(name))).await?;
        let index = Arc::new(blocking(move || RankedTrigrams { rows, index: builder.finish() }).await?);
        trigrams.held = Some((held.names_stamp.clone(), Arc::clone(&index)));
        Ok(index)
    }
}
