use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use sha2::{Digest, Sha256};

use crate::error::{Error, ErrorKind, Result};
use crate::model::Date;
use crate::model::{DistinctValues, Entity, RegisterFilter, RegisterSnapshot, SsicEdition, SsicNode, Uen};
use crate::normalize::{core_key, light_key};
use crate::ports::{NameQuery, Register};

/// The most entities an exact name finds.
const EXACT_LIMIT: usize = 50;

/// A register in memory, for samples and tests: every question but names is answered by looking at each entity.
#[derive(Debug)]
pub struct MemoryRegister {
    snapshot: RegisterSnapshot,
    /// By UEN.
    entities: BTreeMap<Uen, Entity>,
    /// Core key of a name or former name to entities.
    by_core: BTreeMap<String, BTreeSet<Uen>>,
    /// Character trigram of a light key to entities.
    by_trigram: BTreeMap<[char; 3], BTreeSet<Uen>>,
    titles: BTreeMap<SsicNode, String>,
}

impl MemoryRegister {
    /// A register of some entities; of two with the same UEN the last one stays.
    pub fn new(entities: Vec<Entity>, as_of: Date, edition: SsicEdition) -> Self {
        let entities: BTreeMap<Uen, Entity> =
            entities.into_iter().map(|entity| (entity.uen, entity)).collect();
        let mut by_core: BTreeMap<String, BTreeSet<Uen>> = BTreeMap::new();
        let mut by_trigram: BTreeMap<[char; 3], BTreeSet<Uen>> = BTreeMap::new();
        for entity in entities.values() {
            for name in names(entity) {
                let core = core_key(name);
                if !core.is_empty() {
                    by_core.entry(core).or_default().insert(entity.uen);
                }
                for trigram in trigrams(name) {
                    by_trigram.entry(trigram).or_default().insert(entity.uen);
                }
            }
        }
        let snapshot = snapshot(&entities, as_of, edition);
        Self { snapshot, entities, by_core, by_trigram, titles: BTreeMap::new() }
    }

    /// Adds titles of SSIC nodes, which go before the built-in ones.
    #[must_use]
    pub fn with_titles(mut self, titles: BTreeMap<SsicNode, String>) -> Self {
        self.titles.extend(titles);
        self
    }

    fn passing<'a>(&'a self, filter: &'a RegisterFilter) -> impl Iterator<Item = &'a Entity> {
        self.entities.values().filter(|entity| filter.matches(entity, self.snapshot.as_of))
    }

    fn exact(&self, name: &str) -> Vec<Entity> {
        let Some(uens) = self.by_core.get(&core_key(name)) else { return Vec::new() };
        let mut found: Vec<&Entity> = uens.iter().filter_map(|uen| self.entities.get(uen)).collect();
        found.sort_by_key(|entity| (!entity.status.live, entity.uen));
        found.into_iter().take(EXACT_LIMIT).cloned().collect()
    }

    /// The entities that share the greatest part of the query's trigrams (Dice's coefficient of the nearest of
    /// their names), then by UEN.
    fn near(&self, query: &NameQuery) -> Vec<Entity> {
        let wanted = trigrams(&query.name);
        let sharing: BTreeSet<Uen> =
            wanted.iter().filter_map(|trigram| self.by_trigram.get(trigram)).flatten().copied().collect();
        let mut scored: Vec<(u64, &Entity)> = sharing
            .iter()
            .filter_map(|uen| self.entities.get(uen))
            .map(|entity| {
                (names(entity).map(|name| dice(&wanted, &trigrams(name))).max().unwrap_or(0), entity)
            })
            .collect();
        scored.sort_by_key(|(score, entity)| (std::cmp::Reverse(*score), entity.uen));
        scored.into_iter().take(query.limit).map(|(_, entity)| entity.clone()).collect()
    }
}

#[async_trait]
impl Register for MemoryRegister {
    async fn snapshot(&self) -> Result<RegisterSnapshot> {
        if self.entities.is_empty() {
            return Err(Error::new(
                ErrorKind::NotFound,
                "read the register",
                "it is empty: give it entities first",
            ));
        }
        Ok(self.snapshot.clone())
    }

    async fn by_uen(&self, uens: &[Uen]) -> Result<Vec<Option<Entity>>> {
        Ok(uens.iter().map(|uen| self.entities.get(uen).cloned()).collect())
    }

    async fn by_exact_name(&self, names: &[String]) -> Result<Vec<Vec<Entity>>> {
        Ok(names.iter().map(|name| self.exact(name)).collect())
    }

    async fn candidates(&self, queries: &[NameQuery]) -> Result<Vec<Vec<Entity>>> {
        Ok(queries.iter().map(|query| self.near(query)).collect())
    }

    async fn counts(&self, filters: &[RegisterFilter]) -> Result<Vec<u64>> {
        Ok(filters.iter().map(|filter| self.passing(filter).count() as u64).collect())
    }

    async fn sample(&self, filter: &RegisterFilter, limit: usize) -> Result<Vec<Entity>> {
        Ok(self.passing(filter).take(limit).cloned().collect())
    }

    async fn titles(&self, nodes: &[SsicNode]) -> Result<BTreeMap<SsicNode, String>> {
        let title = |node: &SsicNode| {
            self.titles.get(node).cloned().or_else(|| node.built_in_title().map(str::to_owned))
        };
        Ok(nodes.iter().filter_map(|node| Some((*node, title(node)?))).collect())
    }
}

fn names(entity: &Entity) -> impl Iterator<Item = &str> {
    std::iter::once(entity.name.as_str()).chain(entity.former_names.iter().map(String::as_str))
}

/// The character trigrams of a name's light key, with two spaces before and one after, as pg_trgm pads words.
fn trigrams(name: &str) -> BTreeSet<[char; 3]> {
    let padded: Vec<char> = format!("  {} ", light_key(name)).chars().collect();
    if padded.len() < 4 {
        return BTreeSet::new();
    }
    padded.windows(3).map(|w| [w[0], w[1], w[2]]).collect()
}

/// Dice's coefficient in millionths.
fn dice(one: &BTreeSet<[char; 3]>, other: &BTreeSet<[char; 3]>) -> u64 {
    let shared = one.intersection(other).count() as u64;
    2_000_000 * shared / (one.len() + other.len()).max(1) as u64
}

fn snapshot(entities: &BTreeMap<Uen, Entity>, as_of: Date, edition: SsicEdition) -> RegisterSnapshot {
    let mut hash = Sha256::new();
    hash.update(format!("{as_of} {edition}\n"));
    let mut live = 0;
    let (mut nodes, mut types, mut ages) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for entity in entities.values() {
        hash.update(format!("{entity:?}\n"));
        if entity.status.live {
            live += 1;
            nodes.extend(entity.ssic().flat_map(|code| code.path()));
            types.extend(&entity.entity_type);
            ages.extend(entity.age_band(as_of));
        }
    }
    let id: String = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    RegisterSnapshot {
        id,
        entities: entities.len() as u64,
        live,
        as_of,
        edition,
        distinct: DistinctValues {
            ssic_nodes: nodes.len() as u64,
            entity_types: types.len() as u64,
            age_bands: ages.len() as u64,
        },
    }
}
