//! The reference adapters keep every rule, and every rule has a case.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use std::sync::Arc;

use async_trait::async_trait;
use icp_core::memory::{MemoryRegister, MemoryStore};
use icp_core::ports::{Register, Store};
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
    async fn build(&self, content: &RegisterContent) -> (Guard, Arc<dyn Register>) {
        let RegisterContent { entities, as_of, edition } = content.clone();
        (Box::new(()), Arc::new(MemoryRegister::new(entities, as_of, edition)))
    }
}

mod store {
    use super::Memory;
    icp_testkit::store_conformance!(Memory);
}

mod register {
    use super::Memory;
    icp_testkit::register_conformance!(Memory);
}

const STORE_PORT: &str = include_str!("../../icp-core/src/ports/store.rs");
const REGISTER_PORT: &str = include_str!("../../icp-core/src/ports/register.rs");

/// The names of the bullets under "# Behavior".
fn bullets(port: &str) -> Vec<&str> {
    port.lines()
        .filter_map(|line| line.trim().strip_prefix("/// - `")?.split_once("`:"))
        .map(|(name, _)| name)
        .collect()
}

/// The methods of `TenantStore`.
fn tenant_methods(port: &str) -> Vec<&str> {
    let body = port.split_once("pub trait TenantStore").map(|(_, rest)| rest).unwrap();
    let body = body.split_once("\n}\n").map(|(body, _)| body).unwrap();
    body.lines()
        .filter_map(|line| {
            line.strip_prefix("    async fn ").or(line.strip_prefix("    fn "))?.split_once('(')
        })
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn every_bullet_of_the_ports_has_a_case() {
    for (port, cases, least) in
        [(STORE_PORT, icp_testkit::store::CASES, 18), (REGISTER_PORT, icp_testkit::register::CASES, 12)]
    {
        let bullets = bullets(port);
        assert!(bullets.len() >= least, "found only {bullets:?}: has the form of the documentation changed?");
        for bullet in bullets {
            assert!(cases.contains(&bullet), "no case for `{bullet}`");
        }
    }
}

#[test]
fn every_tenant_method_has_a_tenancy_case() {
    let methods = tenant_methods(STORE_PORT);
    assert!(methods.len() >= 24, "found only {methods:?}");
    for method in methods {
        let case = format!("{method}_stays_with_its_tenant");
        assert!(icp_testkit::store::CASES.contains(&case.as_str()), "no case `{case}`");
    }
}
