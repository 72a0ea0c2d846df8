use std::collections::BTreeMap;
use std::fmt;

use async_trait::async_trait;

use crate::error::Result;
use crate::model::{Entity, RegisterFilter, RegisterSnapshot, SsicNode, Uen};

/// A name to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameQuery {
    /// The name, as written.
    pub name: String,
    /// The most candidates to return.
    pub limit: usize,
}

/// The national company list: shared reference data, the same for all tenants. Returns candidates; never decides.
#[async_trait]
pub trait Register: fmt::Debug + Send + Sync + 'static {
    /// What the register is.
    ///
    /// # Behavior
    /// - `snapshot_counts`: `entities` and `live` are the numbers of rows.
    /// - `snapshot_id_follows_content`: the id changes when an import changes something, and only then.
    ///
    /// # Errors
    /// `NotFound` when nothing was imported yet.
    async fn snapshot(&self) -> Result<RegisterSnapshot>;

    /// The entities of some UENs, in the order asked; `None` for those not in the register.
    ///
    /// # Behavior
    /// - `by_uen_keeps_order`: answers stand in the order of the questions, repeated where repeated.
    ///
    /// # Errors
    /// When the register cannot be read.
    async fn by_uen(&self, uens: &[Uen]) -> Result<Vec<Option<Entity>>>;

    /// For each name, the entities whose name, or former name, has the same
    /// [`core_key`](crate::normalize::core_key); live ones first, then by UEN; at most 50.
    ///
    /// # Behavior
    /// - `exact_ignores_legal_form_and_case`: "Acme" finds "ACME PTE. LTD.".
    /// - `exact_finds_former_names`: a former name finds its entity.
    /// - `exact_empty_key_finds_nothing`: a name of which nothing is left finds nothing.
    ///
    /// # Errors
    /// When the register cannot be read.
    async fn by_exact_name(&self, names: &[String]) -> Result<Vec<Vec<Entity>>>;

    /// For each query, entities with near names, the nearest first.
    ///
    /// # Behavior
    /// - `candidates_survive_a_typo`: one wrong letter still finds the entity.
    /// - `candidates_respect_the_limit`: never more than asked for.
    /// - `candidates_are_deterministic`: the same question, the same answer.
    ///
    /// # Errors
    /// When the register cannot be read.
    async fn candidates(&self, queries: &[NameQuery]) -> Result<Vec<Vec<Entity>>>;

    /// For each filter, how many entities pass.
    ///
    /// # Behavior
    /// - `counts_equal_filtering`: the same number as testing every entity with
    ///   [`RegisterFilter::matches`] at the snapshot's date; an entity with two codes below a node counts once.
    ///
    /// # Errors
    /// When the register cannot be read.
    async fn counts(&self, filters: &[RegisterFilter]) -> Result<Vec<u64>>;

    /// Some entities that pass a filter, by UEN.
    ///
    /// # Behavior
    /// - `samples_pass_the_filter`: each one does, and there are `limit` of them if so many exist.
    ///
    /// # Errors
    /// When the register cannot be read.
    async fn sample(&self, filter: &RegisterFilter, limit: usize) -> Result<Vec<Entity>>;

    /// Titles of SSIC nodes, where known: from a classification file, the register's own descriptions (subclasses),
    /// or the built-in ones.
    ///
    /// # Behavior
    /// - `titles_fall_back_to_built_in`: a division always has one.
    ///
    /// # Errors
    /// When the register cannot be read.
    async fn titles(&self, nodes: &[SsicNode]) -> Result<BTreeMap<SsicNode, String>>;
}
