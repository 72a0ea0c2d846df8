//! The companies an intake names.

use serde::{Deserialize, Serialize};

use super::domain::Domain;
use super::evidence::{UnknownWord, keyword_enum};
use super::ids::{CompanyId, SeedId};
use super::uen::Uen;
use crate::normalize::light_key;
use std::fmt;
use std::str::FromStr;

keyword_enum!(
    /// What a seed is to the user.
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
pub struct Seed {
    /// Derived from role, name and website, so that input order does not matter.
    pub id: SeedId,
    /// The company, as this tenant knows it: the same for the same website.
    pub company: CompanyId,
    /// What it is to the user.
    pub role: SeedRole,
    /// Its name, as written.
    pub name: String,
    /// Its website.
    pub domain: Option<Domain>,
    /// Its UEN, if the person gave it.
    pub uen: Option<Uen>,
    /// Why it was lost, or why it is best.
    pub reason: Option<String>,
}

impl Seed {
    /// A seed; ids follow from the content.
    pub fn new(
        role: SeedRole,
        name: &str,
        domain: Option<Domain>,
        uen: Option<Uen>,
        reason: Option<String>,
    ) -> Self {
        let name = name.trim().to_owned();
        let site = domain.as_ref().map_or("", |domain| domain.registrable());
        let id = SeedId::derive(&[role.as_str(), &name, site]);
        Self { id, company: company_id(&name, domain.as_ref()), role, name, domain, uen, reason }
    }
}

/// The id of a company within a tenant: by its registrable domain, or by its name when it has none.
pub fn company_id(name: &str, domain: Option<&Domain>) -> CompanyId {
    match domain {
        Some(domain) => CompanyId::derive(&["domain", domain.registrable()]),
        None => CompanyId::derive(&["name", &light_key(name)]),
    }
}
