use std::collections::BTreeMap;
use std::fmt;

use async_trait::async_trait;

use super::import::{ImportOutcome, ImportRequest};
use crate::error::Result;
use crate::model::{Entity, RegisterFilter, RegisterSnapshot, SsicEdition, SsicNode, Uen};
use crate::resolve::CandidateSource;

/// A name to look for.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NameQuery {
    /// The name, as written.
    pub name: String,
    /// The most candidates to return.
    pub limit: usize,
    /// The way to find near names.
    pub source: CandidateSource,
}

impl NameQuery {
    /// A name to look for by the index.
    pub fn new(name: impl Into<String>, limit: usize) -> Self {
        Self { name: name.into(), limit, source: CandidateSource::default() }
    }

    /// Another way of finding near names.
    #[must_use]
    pub fn from_source(self, source: CandidateSource) -> Self {
        Self { source, ..self }
    }
}

/// One page of the entities that pass a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegisterPage {
    /// Which entities.
    pub filter: RegisterFilter,
    /// Only those that come after this UEN: the last one of the page before.
    pub after: Option<Uen>,
    /// The most entities to return.
    pub limit: usize,
}

impl RegisterPage {
    /// The first page.
    pub fn new(filter: RegisterFilter, limit: usize) -> Self {
        Self { filter, after: None, limit }
    }

    /// The page after a UEN.
    #[must_use]
    pub fn after(self, uen: Uen) -> Self {
        Self { after: Some(uen), ..self }
    }
}

/// Words to look for in titles of SSIC nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TitleQuery {
    /// The words, in any order.
    pub words: String,
    /// The most titles to return.
    pub limit: usize,
    /// The edition to look in; without it the register's own, or the newest when nothing was imported.
    pub edition: Option<SsicEdition>,
}

impl TitleQuery {
    /// Words to look for in the register's own edition.
    pub fn new(words: impl Into<String>, limit: usize) -> Self {
        Self { words: words.into(), limit, edition: None }
    }

    /// Words to look for in one edition.
    #[must_use]
    pub fn with_edition(self, edition: SsicEdition) -> Self {
        Self { edition: Some(edition), ..self }
    }
}

/// A node whose title has some of the words.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TitleHit {
    /// The node, with its edition.
    pub node: SsicNode,
    /// Its title.
    pub title: String,
    /// How well the title matches: above 0, at most 1.
    pub score: f64,
}

impl TitleHit {
    /// A title with its score.
    pub fn new(node: SsicNode, title: impl Into<String>, score: f64) -> Self {
        Self { node, title: title.into(), score }
    }
}

/// The national company list: shared reference data, the same for all tenants. Returns candidates; never decides.
#[async_trait]
pub trait Register: fmt::Debug + Send + Sync + 'static {
    /// Size, date and id of the register.
    ///
    /// # Behavior
    /// - `snapshot_counts`: `entities` and `live` are the numbers of rows.
    /// - `snapshot_id_follows_content`: the id changes when an import changes something, and only then.
    /// - `snapshot_of_nothing_is_not_found`: a register without entities has none.
    ///
    /// # Errors
    /// `NotFound` when nothing was imported yet.
    async fn snapshot(&self) -> Result<RegisterSnapshot>;

    /// The entities of some UENs, in the order asked; `None` for those not in the register.
    ///
    /// # Behavior
    /// - `by_uen_keeps_order`: answers are in the order of the questions, repeated where repeated.
    ///
    /// # Errors
    /// When the register cannot be read.
    async fn by_uen(&self, uens: &[Uen]) -> Result<Vec<Option<Entity>>>;

    /// For each name, the entities whose name, or former name, has the same
    /// [`core_key`](crate::normalize::core_key).
    ///
    /// # Behavior
    /// - `exact_ignores_legal_form_and_case`: "Acme" finds "ACME PTE. LTD.".
    /// - `exact_finds_former_names`: a former name finds its entity.
    /// - `exact_empty_key_finds_nothing`: a name that normalises to nothing finds nothing.
    /// - `exact_is_live_first_and_bounded`: live ones come first, then by UEN; at most 50.
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
    /// - `trigram_candidates_are_exact`: from [`CandidateSource::Trigram`] come the entities whose name's, or former
    ///   name's, core key is at least as similar as the floor, the most similar first, then by UEN; none is missed.
    ///
    /// # Errors
    /// When the register cannot be read.
    async fn candidates(&self, queries: &[NameQuery]) -> Result<Vec<Vec<Entity>>>;

    /// For each filter, how many entities pass.
    ///
    /// # Behavior
    /// - `counts_equal_filtering`: the same number as testing every entity with
    ///   [`RegisterFilter::matches`] at the snapshot's date; an entity with two codes below a node counts once.
    /// - `entity_types_ignore_case`: "LOCAL COMPANY" and "Local Company" are one type, here, in pages and in the
    ///   snapshot; each entity keeps its own words.
    ///
    /// # Errors
    /// When the register cannot be read.
    async fn counts(&self, filters: &[RegisterFilter]) -> Result<Vec<u64>>;

    /// The next entities that pass a filter, by UEN.
    ///
    /// # Behavior
    /// - `pages_pass_the_filter`: each entity does, and there are `limit` of them if that many exist.
    /// - `pages_follow_each_other`: asking for what comes after the last UEN gives each entity once.
    ///
    /// # Errors
    /// When the register cannot be read.
    async fn page(&self, page: &RegisterPage) -> Result<Vec<Entity>>;

    /// Titles of SSIC nodes, where known: from a classification, the register's own descriptions (subclasses), or the
    /// built-in ones.
    ///
    /// # Behavior
    /// - `titles_fall_back_to_built_in`: a division always has one.
    ///
    /// # Errors
    /// When the register cannot be read.
    async fn titles(&self, nodes: &[SsicNode]) -> Result<BTreeMap<SsicNode, String>>;

    /// The nodes of any level whose titles match some words best, as [`search_titles`](crate::titles::search_titles)
    /// ranks them.
    ///
    /// # Behavior
    /// - `title_search_ranks_the_best_first`: the title that has all the words comes first; case, order and plural do
    ///   not matter.
    /// - `title_search_knows_what_was_imported`: the register's own descriptions are found.
    /// - `title_search_finds_nothing_for_nonsense`: words of no title find nothing.
    /// - `title_search_needs_no_entities`: before an import the built-in titles are found.
    ///
    /// # Errors
    /// When the register cannot be read.
    async fn search_titles(&self, query: &TitleQuery) -> Result<Vec<TitleHit>>;

    /// Takes up entities from a source of rows: new ones are added, known ones (by UEN) brought up to date.
    ///
    /// # Behavior
    /// - `import_adds_and_updates`: by UEN; what is there already changes nothing.
    /// - `import_is_all_or_nothing`: when the source fails, the register is as it was, and the error is the source's.
    /// - `import_names_bad_rows`: bad rows are left out and counted, the first hundred named; without a good row it is
    ///   `Invalid`.
    /// - `import_keeps_one_edition`: rows of another edition than the register's are `Invalid`.
    /// - `import_learns_titles`: the most frequent title of a code is its title, unless a classification gives one.
    /// - `import_says_how_far_it_is`: progress counts every row, and never goes back.
    ///
    /// # Errors
    /// The source's error; `Invalid` as above, or when no row has a date and none was given; otherwise when the register
    /// cannot be written.
    async fn import(&self, request: ImportRequest<'_>) -> Result<ImportOutcome>;
}
