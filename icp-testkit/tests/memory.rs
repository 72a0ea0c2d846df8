//! The reference adapters keep every rule, and every rule has a case.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use icp_core::memory::{MemoryFetcher, MemoryRegister, MemoryStore};
use icp_core::ports::{Clock, Fetcher, Register, Store};
use icp_testkit::fetcher::{FetcherBuilder, WebContent};
use icp_testkit::register::{RegisterBuilder, RegisterContent};
use icp_testkit::store::{Guard, StoreBuilder};

struct Memory;

#[async_trait]
impl StoreBuilder for Memory {
    async fn build(&self) -> (Guard, Arc<dyn Store>) {
        (Box::new(()), Arc::new(MemoryStore::default()))
    }
}

#[async_trait]
impl RegisterBuilder for Memory {
    async fn build(&self) -> (Guard, Arc<dyn Register>) {
        (Box::new(()), Arc::new(MemoryRegister::empty()))
    }
}

#[async_trait]
impl FetcherBuilder for Memory {
    async fn build(&self, content: &WebContent, clock: Arc<dyn Clock>) -> (Guard, Arc<dyn Fetcher>) {
        let web = content.resources.iter().fold(MemoryFetcher::new(clock), |web, resource| {
            web.with_outcome(&content.url(&resource.path), resource.outcome.clone())
        });
        (Box::new(()), Arc::new(web))
    }
}

mod fetcher {
    use super::Memory;
    icp_testkit::fetcher_conformance!(Memory);
}

mod store {
    use super::Memory;
    icp_testkit::store_conformance!(Memory);
}

mod register {
    use super::Memory;
    icp_testkit::register_conformance!(Memory);
}

#[tokio::test]
async fn a_register_made_of_entities_is_the_imported_one() {
    let content = RegisterContent::generated(100);
    let imported = MemoryRegister::empty();
    let outcome = imported.import(content.request()).await.unwrap();
    let RegisterContent { entities, as_of, edition, .. } = content;
    let made = MemoryRegister::new(entities, as_of, edition);
    assert_eq!(made.snapshot().await.unwrap(), outcome.snapshot);
}

const STORE_PORTS: &[&str] = &[
    include_str!("../../icp-core/src/ports/store.rs"),
    include_str!("../../icp-core/src/ports/store/budget.rs"),
    include_str!("../../icp-core/src/ports/store/events.rs"),
    include_str!("../../icp-core/src/ports/store/evidence.rs"),
    include_str!("../../icp-core/src/ports/store/insight.rs"),
    include_str!("../../icp-core/src/ports/store/intakes.rs"),
    include_str!("../../icp-core/src/ports/store/rules.rs"),
    include_str!("../../icp-core/src/ports/store/runs.rs"),
    include_str!("../../icp-core/src/ports/store/sites.rs"),
];
const FETCHER_PORTS: &[&str] = &[include_str!("../../icp-core/src/ports/fetcher.rs")];
const EXTRACTOR_PORTS: &[&str] = &[include_str!("../../icp-core/src/ports/extractor.rs")];
const REGISTER_PORTS: &[&str] = &[include_str!("../../icp-core/src/ports/register.rs")];

/// The names of the bullets under "# Behavior".
fn bullets(ports: &[&'static str]) -> BTreeSet<&'static str> {
    let lines = ports.iter().flat_map(|port| port.lines());
    lines
        .filter_map(|line| line.trim().strip_prefix("/// - `")?.split_once("`:"))
        .map(|(name, _)| name)
        .collect()
}

/// The methods of each trait of a port that holds tenants' data.
fn tenant_methods(port: &str) -> Vec<(&str, Vec<&str>)> {
    let traits = port.split("pub trait ").skip(1).filter(|body| !body.starts_with("Store:"));
    traits
        .map(|body| {
            let name = body.split(':').next().unwrap();
            let body = body.split_once("\n}\n").map_or(body, |(body, _)| body);
            let lines = body.lines();
            let methods = lines.filter_map(|line| {
                line.strip_prefix("    async fn ").or(line.strip_prefix("    fn "))?.split_once('(')
            });
            (name, methods.map(|(name, _)| name).collect())
        })
        .collect()
}

#[test]
fn bullets_and_cases_are_the_same() {
    let of_store: BTreeSet<&str> = icp_testkit::store::CASES
        .iter()
        .copied()
        .filter(|case| !case.ends_with("_stays_with_its_tenant"))
        .collect();
    assert_eq!(bullets(STORE_PORTS), of_store);
    assert!(of_store.len() > 40);
    let of_register: BTreeSet<&str> = icp_testkit::register::CASES.iter().copied().collect();
    assert_eq!(bullets(REGISTER_PORTS), of_register);
    assert!(of_register.len() > 25);
    let of_fetcher = icp_testkit::fetcher::CASES.iter().chain(icp_testkit::fetcher::servers::CASES);
    assert_eq!(bullets(FETCHER_PORTS), of_fetcher.copied().collect());
    let of_extractor: BTreeSet<&str> = icp_testkit::extractor::CASES.iter().copied().collect();
    assert_eq!(bullets(EXTRACTOR_PORTS), of_extractor);
    assert!(of_extractor.len() > 4);
}

#[test]
fn every_tenant_method_has_a_tenancy_case_and_no_trait_is_large() {
    let mut cases = BTreeSet::new();
    for (name, methods) in STORE_PORTS.iter().flat_map(|port| tenant_methods(port)) {
        assert!((1..=7).contains(&methods.len()), "{name} has {methods:?}");
        cases.extend(methods.iter().map(|method| format!("{method}_stays_with_its_tenant")));
    }
    let held = icp_testkit::store::CASES.iter().filter(|case| case.ends_with("_stays_with_its_tenant"));
    assert_eq!(cases, held.map(|case| (*case).to_owned()).collect());
}
