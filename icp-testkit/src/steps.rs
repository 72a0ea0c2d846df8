//! Steps that most cases of stores begin with.

use std::sync::Arc;

use icp_core::ErrorKind;
use icp_core::model::{CompanyId, ManualMatch, RunId, RunState, TenantId};
use icp_core::ports::{CompanyDecision, Fence, RunAdvance, RunClaim, Store, TenantStore};

use crate::fixture::{self, must};

/// The tenant of a case.
pub(crate) fn tenant(store: &dyn Store) -> Arc<dyn TenantStore> {
    store.tenant(&must("tenant-a".parse::<TenantId>()))
}

/// A tenant with a run whose lease is held.
pub(crate) async fn with_run(store: &dyn Store) -> (Arc<dyn TenantStore>, Fence) {
    let tenant = tenant(store);
    let fence = new_run(&*tenant, 1).await;
    (tenant, fence)
}

/// Another run, its lease held.
pub(crate) async fn new_run(tenant: &dyn TenantStore, n: u64) -> Fence {
    let receipt = must(tenant.submit_intake(&fixture::intake(n)).await);
    must(tenant.claim_run(&claim(receipt.run, 100, 10_000)).await).fence
}

/// A claim made so many seconds after the beginning, until so many seconds after it.
pub(crate) fn claim(run: RunId, at: i64, until: i64) -> RunClaim {
    RunClaim::new(run, format!("worker-{at}"), fixture::at(at), fixture::at(until))
}

/// A step of a run, one second after its making.
pub(crate) fn step(fence: Fence, from: RunState, to: RunState) -> RunAdvance {
    RunAdvance::new(fence, from, to, fixture::at(100))
}

/// A decision of a person, with audit entry number `n`.
pub(crate) fn decision(company: CompanyId, choice: ManualMatch, n: u64) -> CompanyDecision {
    CompanyDecision::new(company, choice, fixture::audit(n, company))
}

/// Sugar for asserting what kind of error came.
pub(crate) trait ExpectKind {
    fn expect_err_kind(self, kind: ErrorKind) -> icp_core::Error;
}

impl<T: std::fmt::Debug> ExpectKind for icp_core::Result<T> {
    #[track_caller]
    fn expect_err_kind(self, kind: ErrorKind) -> icp_core::Error {
        match self {
            Ok(value) => panic!("expected {kind:?}, got {value:?}"),
            Err(error) => {
                assert_eq!(error.kind(), kind, "{error}");
                error
            }
        }
    }
}
