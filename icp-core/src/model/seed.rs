//! The companies an intake names.

use serde::{Deserialize, Serialize};

use super::domain::Domain;
use super::evidence::{UnknownWord, keyword_enum};
use super::ids::{CompanyId, SeedId};
use super::personal::CleanText;
use super::uen::Uen;
use crate::normalize::light_key;
use std::fmt;
use std::str::FromStr;

keyword_enum!(
    /// The role of a seed in the intake.
    SeedRole {
        /// A best customer.
        Best = "best",
        /// Lost or churned.
        Lost = "lost",
        /// A logo the user would like to win.
        Aspirational = "aspirational",
        /// A reseller or partner.
        Partner = "partner",
    }
);

/// A company named in an intake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Seed {
    /// Derived from role, name and website, so that input order does not matter.
    pub id: SeedId,
    /// The company, as this tenant knows it: the same for the same website.
    pub company: CompanyId,
    /// Its role in the intake.
    pub role: SeedRole,
    /// Its name, as written.
    pub name: String,
    /// Its website.
    pub domain: Option<Domain>,
    /// Its UEN, if the person gave it.
    pub uen: Option<Uen>,
    /// Why it was lost, or why it is best: the person's words, without personal data.
    pub reason: Option<CleanText>,
}

impl Seed {
    /// A seed; ids follow from role, name and website.
    pub fn new(role: SeedRole, name: &str, domain: Option<Domain>) -> Self {
        let name = name.trim().to_owned();
        let site = domain.as_ref().map_or("", |domain| domain.registrable());
        let id = SeedId::derive(&[role.as_str(), &name, site]);
        let company = company_id(&name, domain.as_ref());
        Self { id, company, role, name, domain, uen: None, reason: None }
    }

    /// The seed by id and name.
    pub fn named(&self) -> NamedSeed {
        NamedSeed::new(self.id, self.name.clone())
    }
}

builders!(Seed {
    /// Sets the UEN.
    with_uen => uen: Option<Uen>,
    /// Sets the reason.
    with_reason => reason: Option<CleanText>,
});

/// A seed as other things refer to it: by id, with its name for people. Ordered by name, then id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NamedSeed {
    /// Its name, as the person wrote it.
    pub name: String,
    /// The seed.
    pub seed: SeedId,
}

impl NamedSeed {
    /// A reference to a seed.
    pub fn new(seed: SeedId, name: impl Into<String>) -> Self {
        Self { name: name.into(), seed }
    }
}

impl fmt::Display for NamedSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name)
    }
}

/// The id of a company within a tenant: by its registrable domain, or by its name when it has none.
pub fn company_id(name: &str, domain: Option<&Domain>) -> CompanyId {
    match domain {
        Some(domain) => CompanyId::derive(&["domain", domain.registrable()]),
        None => CompanyId::derive(&["name", &light_key(name)]),
    }
}
