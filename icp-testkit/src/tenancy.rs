//! Tenants are apart: for every method of [`TenantStore`], what one tenant writes another neither reads nor changes.

use std::sync::Arc;

use icp_core::ErrorKind;
use icp_core::model::{Outcome, PersonChoice, RunState, SignalKey, TenantId};
use icp_core::ports::{EvidenceQuery, Store, TenantStore};

use crate::fixture::{self, must};
use crate::store::{ExpectKind, step};

/// Writes something of everything.
pub async fn fill(tenant: &dyn TenantStore) {
    let company = fixture::acme().company;
    let keyed = icp_core::model::NewIntake { idempotency_key: Some("key".to_owned()), ..fixture::intake(1) };
    let run = must(tenant.submit_intake(&keyed).await).run;
    must(tenant.advance_run(&step(run, RunState::IntakeSaved, RunState::Mapping)).await);
    let matched = fixture::resolution(Outcome::Matched, "200312345Z", 5);
    must(tenant.record_resolutions(run, &[matched]).await);
    let gamma = fixture::intake(1).payload.seeds[2].company;
    must(tenant.decide_company(gamma, PersonChoice::NotInRegister, &fixture::audit(1, gamma)).await);
    must(tenant.record_site(run, &fixture::site("acme.sg", &["one", "two"])).await);
    must(tenant.record_evidence(run, &fixture::evidence(&[(SignalKey::Integration, "Xero")])).await);
    must(tenant.save_patterns(&fixture::patterns(run, 2)).await);
    must(tenant.publish_suggestions(run, &fixture::suggestions(&["52"])).await);
    must(tenant.accept(&fixture::accept("52", 2, 50)).await);
    assert_eq!(
        must(tenant.known_company(company, fixture::run_id(9)).await).map(|known| known.company),
        Some(company)
    );
}

/// Everything that can be read of what [`fill`] writes, as text.
pub async fn everything(tenant: &dyn TenantStore) -> String {
    let (run, acme) = (fixture::run_id(1), fixture::acme());
    let gamma = fixture::intake(1).payload.seeds[2].company;
    let parts = [
        format!("{:?}", must(tenant.intake(fixture::intake(1).id).await)),
        format!("{:?}", must(tenant.run(run).await)),
        format!("{:?}", must(tenant.runs(100).await)),
        format!("{:?}", must(tenant.queued_runs().await)),
        format!("{:?}", must(tenant.resolutions(run).await)),
        format!("{:?}", must(tenant.known_company(acme.company, fixture::run_id(9)).await)),
        format!("{:?}", must(tenant.known_company(gamma, fixture::run_id(9)).await)),
        format!("{:?}", must(tenant.sites(run).await)),
        format!("{:?}", must(tenant.pages(run, &fixture::domain("acme.sg")).await)),
        format!("{:?}", must(tenant.evidence(&EvidenceQuery::default()).await)),
        format!("{:?}", must(tenant.quarantined(run).await)),
        format!("{:?}", must(tenant.patterns(run).await)),
        format!("{:?}", must(tenant.suggestions(run).await)),
        format!("{:?}", must(tenant.rules().await)),
        format!("{:?}", must(tenant.audit().await)),
    ];
    parts.join("\n")
}

/// Tenant A with something of everything, what can be read of it, and tenant B with nothing.
struct Two {
    a: Arc<dyn TenantStore>,
    before: String,
    b: Arc<dyn TenantStore>,
}

impl Two {
    async fn new(store: &dyn Store) -> Self {
        // Names that differ in case only, and where one begins like the other, are still two tenants.
        let (a, b) = (store.tenant(&id("Tenant")), store.tenant(&id("tenant")));
        fill(&*a).await;
        let before = everything(&*a).await;
        Self { a, before, b }
    }

    async fn a_is_untouched(&self) {
        assert_eq!(everything(&*self.a).await, self.before);
    }
}

fn id(text: &str) -> TenantId {
    must(text.parse())
}

/// A handle is for the tenant it was asked for.
pub async fn tenant_id_stays_with_its_tenant(store: &dyn Store) {
    let two = Two::new(store).await;
    assert_eq!(two.a.tenant_id(), &id("Tenant"));
    assert_eq!(two.b.tenant_id(), &id("tenant"));
}

/// Ids and idempotency keys of one tenant do not stand in another's way.
pub async fn submit_intake_stays_with_its_tenant(store: &dyn Store) {
    let two = Two::new(store).await;
    fill(&*two.b).await;
    assert_eq!(everything(&*two.b).await, two.before);
    let own = icp_core::model::NewIntake { idempotency_key: Some("key".to_owned()), ..fixture::intake(7) };
    let third = store.tenant(&id("tenant-3"));
    assert_eq!(must(third.submit_intake(&own).await).intake, own.id, "not the receipt of another tenant");
    two.a_is_untouched().await;
}

/// Another tenant changes nothing of a run.
pub async fn advance_run_stays_with_its_tenant(store: &dyn Store) {
    let two = Two::new(store).await;
    let advance = step(fixture::run_id(1), RunState::Mapping, RunState::Crawl);
    two.b.advance_run(&advance).await.expect_err_kind(ErrorKind::NotFound);
    two.a_is_untouched().await;
}

/// Another tenant erases only itself.
pub async fn erase_stays_with_its_tenant(store: &dyn Store) {
    let two = Two::new(store).await;
    assert_eq!(must(two.b.erase().await).rows, 0);
    two.a_is_untouched().await;
}

/// Another tenant decides only for itself.
pub async fn decide_company_stays_with_its_tenant(store: &dyn Store) {
    let two = Two::new(store).await;
    let company = fixture::acme().company;
    must(two.b.decide_company(company, PersonChoice::NotInRegister, &fixture::audit(1, company)).await);
    two.a_is_untouched().await;
}

/// Another tenant adopts only for itself, also the same rule under the same ids.
pub async fn accept_stays_with_its_tenant(store: &dyn Store) {
    let two = Two::new(store).await;
    assert!(must(two.b.accept(&fixture::accept("52", 2, 70)).await).added);
    two.a_is_untouched().await;
}

/// What is known to one tenant is not known to another: not from persons, not from runs.
pub async fn known_company_stays_with_its_tenant(store: &dyn Store) {
    let two = Two::new(store).await;
    for seed in fixture::intake(1).payload.seeds {
        assert_eq!(must(two.b.known_company(seed.company, fixture::run_id(9)).await), None);
    }
    // Also when the other tenant names the same companies in a run of its own.
    must(two.b.submit_intake(&fixture::intake(1)).await);
    for seed in fixture::intake(1).payload.seeds {
        assert_eq!(must(two.b.known_company(seed.company, fixture::run_id(9)).await), None);
    }
}

macro_rules! reads_nothing {
    ($($(#[$doc:meta])* $case:ident: |$tenant:ident| $read:expr;)*) => {$(
        $(#[$doc])*
        pub async fn $case(store: &dyn Store) {
            let two = Two::new(store).await;
            let $tenant = &two.b;
            let read = must($read.await);
            assert!(read.into_iter().next().is_none(), "another tenant can read it");
            let $tenant = &two.a;
            assert!(must($read.await).into_iter().next().is_some(), "the tenant itself cannot read it");
        }
    )*};
}

reads_nothing! {
    /// An intake.
    intake_stays_with_its_tenant: |tenant| tenant.intake(fixture::intake(1).id);
    /// A run.
    run_stays_with_its_tenant: |tenant| tenant.run(fixture::run_id(1));
    /// The list of runs.
    runs_stays_with_its_tenant: |tenant| tenant.runs(100);
    /// The queue.
    queued_runs_stays_with_its_tenant: |tenant| tenant.queued_runs();
    /// Decisions.
    resolutions_stays_with_its_tenant: |tenant| tenant.resolutions(fixture::run_id(1));
    /// Site reports.
    sites_stays_with_its_tenant: |tenant| tenant.sites(fixture::run_id(1));
    /// Pages.
    pages_stays_with_its_tenant: |tenant| tenant.pages(fixture::run_id(1), &fixture::domain("acme.sg"));
    /// Evidence.
    evidence_stays_with_its_tenant: |tenant| tenant.evidence(&EvidenceQuery::default());
    /// Refusals.
    quarantined_stays_with_its_tenant: |tenant| tenant.quarantined(fixture::run_id(1));
    /// Patterns.
    patterns_stays_with_its_tenant: |tenant| tenant.patterns(fixture::run_id(1));
    /// Suggestions.
    suggestions_stays_with_its_tenant: |tenant| tenant.suggestions(fixture::run_id(1));
    /// Rules.
    rules_stays_with_its_tenant: |tenant| tenant.rules();
    /// The audit trail.
    audit_stays_with_its_tenant: |tenant| tenant.audit();
}

macro_rules! writes_nothing {
    ($($(#[$doc:meta])* $case:ident: |$tenant:ident| $write:expr;)*) => {$(
        $(#[$doc])*
        pub async fn $case(store: &dyn Store) {
            let two = Two::new(store).await;
            let $tenant = &two.b;
            $write.await.expect_err_kind(ErrorKind::NotFound);
            two.a_is_untouched().await;
        }
    )*};
}

writes_nothing! {
    /// Decisions on another tenant's run.
    record_resolutions_stays_with_its_tenant: |tenant|
        tenant.record_resolutions(fixture::run_id(1), &[fixture::resolution(Outcome::Unresolved, "200312345Z", 9)]);
    /// A site of another tenant's run.
    record_site_stays_with_its_tenant: |tenant|
        tenant.record_site(fixture::run_id(1), &fixture::site("acme.sg", &["other"]));
    /// Evidence of another tenant's run.
    record_evidence_stays_with_its_tenant: |tenant|
        tenant.record_evidence(fixture::run_id(1), &fixture::evidence(&[(SignalKey::Location, "Tuas")]));
    /// Patterns of another tenant's run.
    save_patterns_stays_with_its_tenant: |tenant| tenant.save_patterns(&fixture::patterns(fixture::run_id(1), 9));
    /// Suggestions of another tenant's run.
    publish_suggestions_stays_with_its_tenant: |tenant|
        tenant.publish_suggestions(fixture::run_id(1), &fixture::suggestions(&["47"]));
}
