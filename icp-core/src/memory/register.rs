use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use async_trait::async_trait;
use sha2::{Digest, Sha256};

use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    Date, DistinctValues, Entity, RegisterFilter, RegisterSnapshot, SsicEdition, SsicNode, Uen,
};
use crate::normalize::{core_key, light_key};
use crate::ports::{
    ImportOutcome, ImportProgress, ImportRequest, ImportStage, NameQuery, Register, RegisterPage, RowCounts,
    TitleHit, TitleQuery,
};
use crate::resolve::trigram::similarity;
use crate::resolve::{CandidateSource, TrigramFloor};
use crate::titles::{LearntTitles, search_titles};

/// The maximum number of entities an exact name finds.
const EXACT_LIMIT: usize = 50;

/// A register in memory, for samples and tests: every question but names is answered by looking at each entity.
#[derive(Debug)]
pub struct MemoryRegister {
    held: RwLock<Held>,
}

/// The content, and indexes over it.
#[derive(Debug, Default)]
struct Held {
    /// Present once there are entities.
    snapshot: Option<RegisterSnapshot>,
    /// By UEN.
    entities: BTreeMap<Uen, Entity>,
    /// Core key of a name or former name to entities.
    by_core: BTreeMap<String, BTreeSet<Uen>>,
    /// Every name and former name: whose it is, and how many trigrams its light key has.
    names: Vec<(Uen, usize)>,
    /// Character trigram of a light key to places in `names`.
    by_trigram: HashMap<[char; 3], Vec<usize>>,
    /// Titles of a classification.
    titles: BTreeMap<SsicNode, String>,
    /// Titles that rows gave.
    learnt: BTreeMap<SsicNode, String>,
}

impl MemoryRegister {
    /// A register without entities, to import into.
    pub fn empty() -> Self {
        Self { held: RwLock::new(Held::default()) }
    }

    /// A register of some entities; of two with the same UEN the last one stays.
    pub fn new(entities: Vec<Entity>, as_of: Date, edition: SsicEdition) -> Self {
        let entities = entities.into_iter().map(|entity| (entity.uen, entity)).collect();
        Self { held: RwLock::new(Held::new(entities, as_of, edition)) }
    }

    /// Adds titles of SSIC nodes, which take precedence over the built-in ones.
    #[must_use]
    pub fn with_titles(self, titles: BTreeMap<SsicNode, String>) -> Self {
        self.write().titles.extend(titles);
        self
    }

    // A writer swaps in complete new content, so one that panicked left the old content.
    fn read(&self) -> RwLockReadGuard<'_, Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Held> {
        self.held.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn new(entities: BTreeMap<Uen, Entity>, as_of: Date, edition: SsicEdition) -> Self {
        let mut by_core: BTreeMap<String, BTreeSet<Uen>> = BTreeMap::new();
        let mut by_trigram: HashMap<[char; 3], Vec<usize>> = HashMap::new();
        let mut all_names = Vec::new();
        for entity in entities.values() {
            for name in names(entity) {
                let core = core_key(name);
                if !core.is_empty() {
                    by_core.entry(core).or_default().insert(entity.uen);
                }
                let trigrams = trigrams(name);
                for trigram in &trigrams {
                    by_trigram.entry(*trigram).or_default().push(all_names.len());
                }
                all_names.push((entity.uen, trigrams.len()));
            }
        }
        let snapshot = (!entities.is_empty()).then(|| snapshot(&entities, as_of, edition));
        let (titles, learnt) = (BTreeMap::new(), BTreeMap::new());
        Self { snapshot, entities, by_core, names: all_names, by_trigram, titles, learnt }
    }

    fn snapshot(&self) -> Result<&RegisterSnapshot> {
        let empty =
            || Error::new(ErrorKind::NotFound, "read the register", "it is empty: import entities first");
        self.snapshot.as_ref().ok_or_else(empty)
    }

    fn passing<'a>(&'a self, filter: &'a RegisterFilter) -> impl Iterator<Item = &'a Entity> {
        let as_of = self.snapshot.as_ref().map(|snapshot| snapshot.as_of);
        self.entities.values().filter(move |entity| as_of.is_some_and(|as_of| filter.matches(entity, as_of)))
    }

    fn exact(&self, name: &str) -> Vec<Entity> {
        let Some(uens) = self.by_core.get(&core_key(name)) else { return Vec::new() };
        let mut found: Vec<&Entity> = uens.iter().filter_map(|uen| self.entities.get(uen)).collect();
        found.sort_by_key(|entity| (!entity.status.live, entity.uen));
        found.into_iter().take(EXACT_LIMIT).cloned().collect()
    }

    fn near(&self, query: &NameQuery) -> Vec<Entity> {
        match query.source {
            CandidateSource::Index => self.sharing_trigrams(query),
            CandidateSource::Trigram { floor } => self.similar(query, floor),
        }
    }

    /// The entities that share the greatest part of the query's trigrams (Dice's coefficient of the nearest of
    /// their names), then by UEN.
    fn sharing_trigrams(&self, query: &NameQuery) -> Vec<Entity> {
        let wanted = trigrams(&query.name);
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for name in wanted.iter().filter_map(|trigram| self.by_trigram.get(trigram)).flatten() {
            *shared.entry(*name).or_default() += 1;
        }
        let mut nearest: BTreeMap<Uen, usize> = BTreeMap::new();
        for (name, shared) in shared {
            let (uen, length) = self.names[name];
            let score = dice(shared, wanted.len() + length);
            let best = nearest.entry(uen).or_default();
            *best = score.max(*best);
        }
        let mut scored: Vec<(usize, Uen)> = nearest.into_iter().map(|(uen, score)| (score, uen)).collect();
        scored.sort_by_key(|(score, uen)| (std::cmp::Reverse(*score), *uen));
        scored.iter().take(query.limit).filter_map(|(_, uen)| self.entities.get(uen)).cloned().collect()
    }

    /// Every entity compared.
    fn similar(&self, query: &NameQuery, floor: TrigramFloor) -> Vec<Entity> {
        let wanted = core_key(&query.name);
        let mut scored: Vec<(f32, &Entity)> = self
            .entities
            .values()
            .map(|entity| {
                let near = names(entity).map(|name| similarity(&wanted, &core_key(name)));
                (near.fold(0.0, f32::max), entity)
            })
            .filter(|(similarity, _)| *similarity > 0.0 && f64::from(*similarity) >= floor.get())
            .collect();
        scored.sort_by(|(a, one), (b, other)| b.total_cmp(a).then_with(|| one.uen.cmp(&other.uen)));
        scored.into_iter().take(query.limit).map(|(_, entity)| entity.clone()).collect()
    }

    fn title(&self, node: SsicNode) -> Option<String> {
        let imported = self.titles.get(&node).or_else(|| self.learnt.get(&node)).cloned();
        imported.or_else(|| node.built_in_title().map(str::to_owned))
    }

    /// This register with an import; it stays as it is when the source fails.
    fn imported(&self, request: ImportRequest<'_>) -> Result<(Self, ImportOutcome)> {
        const OPERATION: &str = "import the register";
        let ImportRequest { rows, edition, as_of, titles, meter, mut progress } = request;
        let invalid = |message: String| Error::new(ErrorKind::Invalid, OPERATION, message);
        if let Some(held) = self.snapshot.as_ref().map(|held| held.edition).filter(|held| *held != edition) {
            return Err(invalid(format!(
                "the register holds codes of SSIC {held}, and these are of SSIC {edition}"
            )));
        }
        let mut tell = |stage, read: &RowCounts| {
            if let Some(progress) = &mut progress {
                progress(ImportProgress::new(stage, &meter, read.rows, read.bad_rows));
            }
        };
        let (mut read, mut learnt, mut entities) =
            (RowCounts::default(), LearntTitles::default(), self.entities.clone());
        let (mut added, mut updated) = (0, 0);
        for row in rows {
            if let Some(row) = read.count(row)? {
                row.titles.iter().for_each(|(code, title)| learnt.saw(*code, title));
                match entities.insert(row.entity.uen, row.entity.clone()) {
                    None => added += 1,
                    Some(held) => updated += u64::from(!same(&held, &row.entity)),
                }
            }
            tell(ImportStage::Rows, &read);
        }
        if titles.is_empty() || entities.is_empty() {
            read.require_good()?;
        }
        tell(ImportStage::Counts, &read);
        let newest = || entities.values().filter_map(|entity| entity.registered_on).max();
        let as_of = as_of.or_else(newest).ok_or_else(|| {
            invalid("no row has a registration date: say which date ages are counted at".to_owned())
        })?;
        let mut after = Self::new(entities, as_of, edition);
        after.titles = self.titles.clone();
        after.titles.extend(titles);
        after.learnt = self.learnt.clone();
        after.learnt.extend(learnt.chosen());
        let snapshot = after.snapshot()?.clone();
        let changed = self.snapshot.as_ref().is_none_or(|held| held.id != snapshot.id);
        let outcome = ImportOutcome::new(read, added, updated, snapshot, changed);
        Ok((after, outcome))
    }
}

#[async_trait]
impl Register for MemoryRegister {
    async fn snapshot(&self) -> Result<RegisterSnapshot> {
        self.read().snapshot().cloned()
    }

    async fn by_uen(&self, uens: &[Uen]) -> Result<Vec<Option<Entity>>> {
        let held = self.read();
        Ok(uens.iter().map(|uen| held.entities.get(uen).cloned()).collect())
    }

    async fn by_exact_name(&self, names: &[String]) -> Result<Vec<Vec<Entity>>> {
        let held = self.read();
        Ok(names.iter().map(|name| held.exact(name)).collect())
    }

    async fn candidates(&self, queries: &[NameQuery]) -> Result<Vec<Vec<Entity>>> {
        let held = self.read();
        Ok(queries.iter().map(|query| held.near(query)).collect())
    }

    async fn counts(&self, filters: &[RegisterFilter]) -> Result<Vec<u64>> {
        let held = self.read();
        Ok(filters.iter().map(|filter| held.passing(filter).count() as u64).collect())
    }

    async fn page(&self, page: &RegisterPage) -> Result<Vec<Entity>> {
        let held = self.read();
        let next = held.passing(&page.filter).filter(|entity| page.after.is_none_or(|uen| entity.uen > uen));
        Ok(next.take(page.limit).cloned().collect())
    }

    async fn titles(&self, nodes: &[SsicNode]) -> Result<BTreeMap<SsicNode, String>> {
        let held = self.read();
        Ok(nodes.iter().filter_map(|node| Some((*node, held.title(*node)?))).collect())
    }

    async fn search_titles(&self, query: &TitleQuery) -> Result<Vec<TitleHit>> {
        let held = self.read();
        let edition =
            query.edition.or_else(|| Some(held.snapshot.as_ref()?.edition)).unwrap_or(SsicEdition::Y2025);
        let mut titles: BTreeMap<SsicNode, String> =
            edition.built_in_titles().map(|(node, title)| (node, title.to_owned())).collect();
        for imported in [&held.learnt, &held.titles] {
            let of_edition = imported.iter().filter(|(node, _)| node.edition() == edition);
            titles.extend(of_edition.map(|(node, title)| (*node, title.clone())));
        }
        Ok(search_titles(&titles, &query.words, query.limit))
    }

    async fn import(&self, request: ImportRequest<'_>) -> Result<ImportOutcome> {
        let mut held = self.write();
        let (after, outcome) = held.imported(request)?;
        *held = after;
        Ok(outcome)
    }
}

/// Whether two entities are the same to the letter: an entity type in different case is different content.
fn same(one: &Entity, other: &Entity) -> bool {
    let words = |entity: &Entity| entity.entity_type.as_ref().map(|kind| kind.as_str().to_owned());
    one == other && words(one) == words(other)
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

/// Dice's coefficient in millionths: twice the shared number over the sum of both.
fn dice(shared: usize, together: usize) -> usize {
    2_000_000 * shared / together.max(1)
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
