//! Small changes between rebuilds: names added beside the file, entities taken out of it.

use std::collections::BTreeSet;

use super::search::Wanted;
use super::{Hit, NameIndex, NameIndexBuilder};
use crate::normalize::core_key;

/// The changes since the file was built.
#[derive(Clone, Debug, Default)]
pub(super) struct Side {
    added: Vec<Added>,
    removed: BTreeSet<u32>,
}

#[derive(Clone, Debug)]
struct Added {
    id: u32,
    ordinal: u16,
    key: String,
}

impl Side {
    pub(super) fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }

    pub(super) fn is_removed(&self, id: u32) -> bool {
        !self.removed.is_empty() && self.removed.contains(&id)
    }
}

impl NameIndex {
    /// Adds a name of an entity beside the file. Its ordinal counts the names inserted for the entity since it was last
    /// removed: to change an entity's names, [`remove`](Self::remove) it and insert all of them.
    ///
    /// Every search compares every inserted name, so that thousands are fine and millions want a rebuild.
    pub fn insert(&mut self, id: u32, name: &str) {
        let ordinal = self.side.added.iter().filter(|added| added.id == id).count();
        let ordinal = u16::try_from(ordinal).unwrap_or(u16::MAX);
        self.side.added.push(Added { id, ordinal, key: core_key(name) });
    }

    /// Takes an entity out, with all its names.
    pub fn remove(&mut self, id: u32) {
        self.side.added.retain(|added| added.id != id);
        self.side.removed.insert(id);
    }

    /// How many changes wait for a rebuild.
    pub fn pending(&self) -> usize {
        self.side.added.len() + self.side.removed.len()
    }

    /// The index with its changes merged into one new file. Weights are counted again.
    #[must_use]
    pub fn rebuilt(&self) -> Self {
        let bytes = self.bytes();
        let mut builder = NameIndexBuilder::new();
        for doc in 0..self.layout.docs {
            let id = self.layout.entity(bytes, doc);
            if !self.side.is_removed(id) {
                builder.push_key(id, self.layout.ordinal(bytes, doc), self.layout.key(bytes, doc));
            }
        }
        for added in &self.side.added {
            builder.push_key(added.id, added.ordinal, &added.key);
        }
        builder.finish()
    }

    pub(super) fn search_side(&self, wanted: &Wanted, hits: &mut Vec<Hit>) {
        let mut found = Vec::new();
        for added in &self.side.added {
            let score = self.nearness(wanted, &added.key, &mut found);
            if score > 0.0 {
                hits.push(Hit { id: added.id, score, name_ordinal: added.ordinal });
            }
        }
    }
}
