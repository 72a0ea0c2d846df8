//! Which register entity a company is: near names by an index, then a decision by a ladder of evidence.
//!
//! [`resolve`] asks a [`Register`] for what the ladder needs, in three batched calls, and [`decide`]s each company.
//! [`NameIndex`] is what registers find near names with. Registers return candidates; only this module decides.

#[cfg_attr(not(feature = "internal"), allow(unreachable_pub))]
mod calibrate;
#[cfg_attr(not(feature = "internal"), allow(unreachable_pub, dead_code))]
mod features;
mod index;
mod ladder;
mod listing;
#[cfg_attr(not(feature = "internal"), allow(unreachable_pub))]
mod model;
mod source;
pub mod trigram;
mod words;

pub use index::{Hit, IndexError, NameIndex, NameIndexBuilder, SearchOptions, Searched};
pub use ladder::decide;
pub use source::{CandidateSource, FloorError, TrigramFloor};

/// Parts the benchmark trains and measures the scorer with. Not part of the interface.
#[cfg(feature = "internal")]
#[doc(hidden)]
pub mod internal {
    pub use super::calibrate::Verdict;
    pub use super::features::{FEATURE_NAMES, FEATURES, Features, Prepared, Standing, compare};
    pub use super::ladder::{compare_all, pair_log_odds, pair_probability};
    pub use super::model::{Model, TableError};
}

use features::{FEATURE_NAMES, FEATURES, Features};
use model::Model;

use std::sync::LazyLock;

use crate::error::Result;
use crate::model::{Decision, Domain, Entity, FeatureValues, Uen};
use crate::normalize::light_key;
use crate::ports::{KnownCompany, NameQuery, Register};

/// Facts about a company to be found in the register.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SeedFacts {
    /// Its name, as written.
    pub name: String,
    /// Its website.
    pub domain: Option<Domain>,
    /// The UEN the person gave.
    pub uen: Option<Uen>,
    /// Its country, if stated: two letters.
    pub country: Option<String>,
    /// UENs printed on its site.
    pub site_uens: Vec<Uen>,
    /// Legal names printed on its site: footer, terms, privacy page.
    pub site_legal_names: Vec<String>,
    /// The entity this tenant knows already, from a person or an earlier run.
    pub known: Option<KnownCompany>,
    /// Postal codes printed on its site, six digits each.
    pub site_postal_codes: Vec<String>,
    /// Its industries, in the words of its site.
    pub site_industries: Vec<String>,
    /// Who asks: no company is its own customer.
    pub asker: Asker,
}

/// The tenant's own company, as its own site prints it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Asker {
    /// Its UENs.
    pub uens: Vec<Uen>,
    /// Its legal names.
    pub legal_names: Vec<String>,
}

impl Asker {
    /// The tenant's own company by its UENs and legal names.
    pub fn new(uens: Vec<Uen>, legal_names: Vec<String>) -> Self {
        Self { uens, legal_names }
    }

    /// Whether an entity is the asker itself.
    pub fn is(&self, entity: &Entity) -> bool {
        let name = light_key(&entity.name);
        self.uens.contains(&entity.uen) || self.legal_names.iter().any(|own| light_key(own) == name)
    }
}

/// Entities that the register had for a company's facts.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Found {
    /// Entities of the UENs in the facts: given, printed, known.
    pub uen_entities: Vec<Entity>,
    /// Entities that have, or had, the company's name.
    pub exact: Vec<Entity>,
    /// Entities that have, or had, one of the legal names on its site.
    pub legal_name_exact: Vec<Entity>,
    /// Entities with near names.
    pub candidates: Vec<Entity>,
}

impl Found {
    /// With the entities of the UENs in the facts.
    #[must_use]
    pub fn with_uen_entities(self, uen_entities: Vec<Entity>) -> Self {
        Self { uen_entities, ..self }
    }

    /// With the entities that have, or had, the company's name.
    #[must_use]
    pub fn with_exact(self, exact: Vec<Entity>) -> Self {
        Self { exact, ..self }
    }

    /// With the entities that have, or had, one of the legal names on its site.
    #[must_use]
    pub fn with_legal_name_exact(self, legal_name_exact: Vec<Entity>) -> Self {
        Self { legal_name_exact, ..self }
    }

    /// With the entities that have near names.
    #[must_use]
    pub fn with_candidates(self, candidates: Vec<Entity>) -> Self {
        Self { candidates, ..self }
    }
}

/// How sure a decision must be, and how much may be shown.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ResolveOptions {
    /// The least probability of a match by score. The default is where calibration shows 98 % precision.
    pub match_at: f64,
    /// The least probability for a candidate to be worth asking a person about.
    pub ask_at: f64,
    /// The least probability of absence from the register at which a whole local name is reported absent.
    pub absent_at: f64,
    /// The most alternates to show.
    pub alternates: usize,
    /// How many near names to ask the register for.
    pub candidates: usize,
    /// How the register finds them.
    pub candidates_from: CandidateSource,
}

impl Default for ResolveOptions {
    fn default() -> Self {
        Self {
            match_at: Model::shipped().match_at(),
            ask_at: 0.02,
            absent_at: 0.98,
            alternates: 5,
            candidates: 32,
            candidates_from: CandidateSource::default(),
        }
    }
}

impl ResolveOptions {
    /// With another least probability of a match by score.
    #[must_use]
    pub fn with_match_at(self, match_at: f64) -> Self {
        Self { match_at, ..self }
    }

    /// With another least probability for a candidate to be worth asking about.
    #[must_use]
    pub fn with_ask_at(self, ask_at: f64) -> Self {
        Self { ask_at, ..self }
    }

    /// With another number of near names to ask for.
    #[must_use]
    pub fn with_candidates(self, candidates: usize) -> Self {
        Self { candidates, ..self }
    }

    /// With another way of finding near names.
    #[must_use]
    pub fn with_candidates_from(self, candidates_from: CandidateSource) -> Self {
        Self { candidates_from, ..self }
    }
}

impl SeedFacts {
    /// Facts with only a name.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// With its website.
    #[must_use]
    pub fn with_domain(self, domain: Option<Domain>) -> Self {
        Self { domain, ..self }
    }

    /// With the UEN the person gave.
    #[must_use]
    pub fn with_uen(self, uen: Option<Uen>) -> Self {
        Self { uen, ..self }
    }

    /// With its country.
    #[must_use]
    pub fn with_country(self, country: Option<String>) -> Self {
        Self { country, ..self }
    }

    /// With what this tenant knows already.
    #[must_use]
    pub fn with_known(self, known: Option<KnownCompany>) -> Self {
        Self { known, ..self }
    }

    /// With UENs and legal names printed on its site.
    #[must_use]
    pub fn with_site_identity(self, site_uens: Vec<Uen>, site_legal_names: Vec<String>) -> Self {
        Self { site_uens, site_legal_names, ..self }
    }

    /// With postal codes printed on its site.
    #[must_use]
    pub fn with_site_postal_codes(self, site_postal_codes: Vec<String>) -> Self {
        Self { site_postal_codes, ..self }
    }

    /// With what its site says it does.
    #[must_use]
    pub fn with_site_industries(self, site_industries: Vec<String>) -> Self {
        Self { site_industries, ..self }
    }

    /// With who asks.
    #[must_use]
    pub fn with_asker(self, asker: Asker) -> Self {
        Self { asker, ..self }
    }

    /// Every UEN there is a reason to look up.
    pub fn uens(&self) -> impl Iterator<Item = Uen> + '_ {
        let known = self.known.as_ref().and_then(KnownCompany::uen);
        known.into_iter().chain(self.uen).chain(self.site_uens.iter().copied())
    }

    /// The name to look for: a web address in the name field stands for its brand, a security as exchanges list it for
    /// its company.
    pub fn query(&self) -> String {
        match address(&self.name) {
            Some(domain) => domain.brand().replace('-', " "),
            None => listing::company_part(&self.name).to_owned(),
        }
    }

    /// The website: the one given, or one written in the name field.
    pub fn site(&self) -> Option<Domain> {
        self.domain.clone().or_else(|| address(&self.name))
    }
}

/// The address, when a name is one (`https://acme.com/about`, `www.acme.com`). "Booking.com" is a name.
fn address(name: &str) -> Option<Domain> {
    let name = name.trim();
    let lower = name.to_lowercase();
    (lower.starts_with("http://") || lower.starts_with("https://") || lower.starts_with("www."))
        .then(|| name.parse().ok())
        .flatten()
}

/// Decides for many companies, with the register's look-ups batched. The answers are in the order of the facts.
///
/// # Errors
/// When the register cannot be read.
pub async fn resolve(
    register: &dyn Register,
    facts: &[SeedFacts],
    options: &ResolveOptions,
) -> Result<Vec<Decision>> {
    let mut found = vec![Found::default(); facts.len()];

    let uens: Vec<(usize, Uen)> =
        facts.iter().enumerate().flat_map(|(at, facts)| facts.uens().map(move |uen| (at, uen))).collect();
    if !uens.is_empty() {
        let asked: Vec<Uen> = uens.iter().map(|(_, uen)| *uen).collect();
        for ((at, _), entity) in uens.iter().zip(register.by_uen(&asked).await?) {
            found[*at].uen_entities.extend(entity);
        }
    }

    let mut names: Vec<(usize, bool, String)> = Vec::new();
    for (at, facts) in facts.iter().enumerate() {
        names.push((at, false, facts.query()));
        names.extend(facts.site_legal_names.iter().map(|name| (at, true, name.clone())));
    }
    let asked: Vec<String> = names.iter().map(|(_, _, name)| name.clone()).collect();
    for ((at, legal, _), entities) in names.iter().zip(register.by_exact_name(&asked).await?) {
        let list = if *legal { &mut found[*at].legal_name_exact } else { &mut found[*at].exact };
        list.extend(entities);
    }

    let asked: Vec<NameQuery> = names
        .iter()
        .map(|(_, _, name)| {
            NameQuery::new(name.as_str(), options.candidates).from_source(options.candidates_from)
        })
        .collect();
    for ((at, _, _), entities) in names.iter().zip(register.candidates(&asked).await?) {
        found[*at].candidates.extend(entities);
    }

    Ok(facts.iter().zip(&found).map(|(facts, found)| decide(facts, found, options)).collect())
}

/// The features of a comparison by name, as a decision shows them.
fn named(features: &Features) -> FeatureValues {
    /// Features in the order of their names, so that nothing is left to sort.
    static ORDER: LazyLock<Vec<usize>> = LazyLock::new(|| {
        let mut order: Vec<usize> = (0..FEATURES).collect();
        order.sort_by_key(|at| FEATURE_NAMES[*at]);
        order
    });
    ORDER
        .iter()
        .map(|at| (FEATURE_NAMES[*at], (f64::from(features[*at]) * 1000.0).round() / 1000.0))
        .collect()
}

#[cfg(test)]
mod tests;
