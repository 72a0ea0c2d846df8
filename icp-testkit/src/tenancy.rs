//! Tenants are apart: for every method of [`TenantStore`], what one tenant writes another neither reads nor changes.

use std::sync::Arc;

use icp_core::ErrorKind;
use icp_core::model::{CompanyId, ManualMatch, Outcome, RunState, SignalKey, TenantId};
use icp_core::ports::{
    AuditQuery, BudgetCaps, EventQuery, EvidenceQuery, ExtractBudget, Fence, KnownQuery, Lease,
    ReservationId, Reserved, RunQuery, Store, TenantStore, Usage,
};

use crate::fixture::{self, must};
use crate::steps::{ExpectKind, claim, decision, step};

/// Writes something of everything.
pub async fn fill(tenant: &dyn TenantStore) {
    let company = fixture::acme().company;
    let mut keyed = fixture::intake(1);
    keyed.idempotency_key = Some("key".to_owned());
    let run = must(tenant.submit_intake(&keyed).await).run;
    let fence = must(tenant.claim_run(&claim(run, 100, 10_000)).await).fence;
    must(tenant.advance_run(&step(fence, RunState::IntakeSaved, RunState::Mapping)).await);
    must(tenant.append_events(fence, fixture::at(101), &[fixture::event("one")]).await);
    let matched = fixture::resolution(Outcome::Matched, "200312345Z", 5);
    must(tenant.record_resolutions(fence, &[matched]).await);
    let gamma = fixture::intake(1).payload.seeds[2].company;
    must(tenant.decide_company(&decision(gamma, ManualMatch::NotInRegister, 1)).await);
    must(tenant.record_site(fence, &fixture::site("acme.sg", &["one", "two"])).await);
    let evidence = fixture::evidence(&[(SignalKey::Integration, "Xero")]).with_report(fixture::report(2));
    must(tenant.record_evidence(fence, &evidence).await);
    must(tenant.keep_extractions(&[fixture::extraction("one", "Xero")]).await);
    must(tenant.pin_register(fence, &fixture::pin(run, 3)).await);
    must(tenant.save_patterns(fence, &fixture::patterns(run, 2)).await);
    must(tenant.publish_suggestions(fence, &fixture::suggestions(&["52"])).await);
    must(tenant.accept(&fixture::accept("52", 2, 50)).await);
    must(tenant.reject(&fixture::reject(run, "47", "too small", 3)).await);
    let Reserved::Granted(call) = must(tenant.reserve(fence, &fixture::model_call(30)).await) else {
        panic!("there is no cap");
    };
    must(tenant.settle(call, Usage::new(20, 1, 3)).await);
    must(tenant.reserve(fence, &fixture::model_call(40)).await.map(drop));
    let known = must(tenant.known_companies(&known_query(company)).await);
    assert_eq!(known.into_iter().flatten().map(|known| known.company).next(), Some(company));
}

fn known_query(company: CompanyId) -> KnownQuery {
    KnownQuery::new(vec![company], fixture::run_id(9))
}

/// Everything that can be read of what [`fill`] writes, as text, except for the answers as sent.
pub async fn everything(tenant: &dyn TenantStore) -> String {
    let (run, acme) = (fixture::run_id(1), fixture::acme());
    let gamma = fixture::intake(1).payload.seeds[2].company;
    let key = fixture::extraction("one", "Xero").key;
    let parts = [
        format!("{:?}", must(tenant.intake(fixture::intake(1).id).await)),
        format!("{:?}", must(tenant.run(run).await)),
        format!("{:?}", must(tenant.runs(&RunQuery::newest(100)).await)),
        format!("{:?}", must(tenant.queued_runs(fixture::at(1_000_000), 100).await)),
        format!("{:?}", must(tenant.events(&EventQuery::of_run(run, 100)).await)),
        format!("{:?}", must(tenant.resolutions(run).await)),
        format!("{:?}", must(tenant.known_companies(&known_query(acme.company)).await)),
        format!("{:?}", must(tenant.known_companies(&known_query(gamma)).await)),
        format!("{:?}", must(tenant.sites(run).await)),
        format!("{:?}", must(tenant.pages(run, &fixture::domain("acme.sg")).await)),
        format!("{:?}", must(tenant.evidence(&EvidenceQuery::default()).await)),
        format!("{:?}", must(tenant.quarantined(run).await)),
        format!("{:?}", must(tenant.extraction_reports(run).await)),
        format!("{:?}", must(tenant.extractions(&[key]).await)),
        format!("{:?}", must(tenant.register_pin(run).await)),
        format!("{:?}", must(tenant.patterns(run).await)),
        format!("{:?}", must(tenant.suggestions(run).await)),
        format!("{:?}", must(tenant.rules().await)),
        format!("{:?}", must(tenant.rejections(run).await)),
        format!("{:?}", must(tenant.audit(&AuditQuery::first(100)).await)),
        format!("{:?}", must(tenant.spending(run).await)),
    ];
    // Events name their tenant.
    parts.join("\n").replace(&format!("{:?}", tenant.tenant_id()), "(tenant)")
}

/// A fence of the other tenant's run, as a stranger might guess it.
fn guessed() -> Fence {
    Fence::new(fixture::run_id(1), 1)
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
    let mut own = fixture::intake(7);
    own.idempotency_key = Some("key".to_owned());
    let third = store.tenant(&id("tenant-3"));
    assert_eq!(must(third.submit_intake(&own).await).intake, own.id, "not the receipt of another tenant");
    two.a_is_untouched().await;
}

/// Another tenant changes nothing of a run.
pub async fn advance_run_stays_with_its_tenant(store: &dyn Store) {
    let two = Two::new(store).await;
    let advance = step(guessed(), RunState::Mapping, RunState::Crawl);
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
    must(two.b.decide_company(&decision(company, ManualMatch::NotInRegister, 1)).await);
    two.a_is_untouched().await;
}

/// Another tenant adopts only for itself, also the same rule under the same ids.
pub async fn accept_stays_with_its_tenant(store: &dyn Store) {
    let two = Two::new(store).await;
    assert!(must(two.b.accept(&fixture::accept("52", 2, 70)).await).added);
    two.a_is_untouched().await;
}

/// Companies known to one tenant are not known to another, neither from people nor from runs.
pub async fn known_companies_stays_with_its_tenant(store: &dyn Store) {
    let two = Two::new(store).await;
    let seeds = fixture::intake(1).payload.seeds;
    let companies: Vec<CompanyId> = seeds.iter().map(|seed| seed.company).collect();
    let query = KnownQuery::new(companies, fixture::run_id(9));
    assert_eq!(must(two.b.known_companies(&query).await), [None, None, None]);
    // Also when the other tenant names the same companies in a run of its own.
    must(two.b.submit_intake(&fixture::intake(1)).await);
    assert_eq!(must(two.b.known_companies(&query).await), [None, None, None]);
}

/// Another tenant keeps extractions only for itself.
pub async fn keep_extractions_stays_with_its_tenant(store: &dyn Store) {
    let two = Two::new(store).await;
    must(two.b.keep_extractions(&[fixture::extraction("one", "Odoo")]).await);
    two.a_is_untouched().await;
}

/// Another tenant reads none of the extractions.
pub async fn extractions_stays_with_its_tenant(store: &dyn Store) {
    let two = Two::new(store).await;
    let key = fixture::extraction("one", "Xero").key;
    assert_eq!(must(two.b.extractions(std::slice::from_ref(&key)).await), [None]);
    assert!(must(two.a.extractions(&[key]).await)[0].is_some());
}

/// Another tenant's calls are not there to be settled.
pub async fn settle_stays_with_its_tenant(store: &dyn Store) {
    let two = Two::new(store).await;
    for number in 0..4 {
        let settled = two.b.settle(ReservationId::new(number), Usage::new(1, 1, 1)).await;
        settled.expect_err_kind(ErrorKind::NotFound);
    }
    // Also when both have calls of the same numbers.
    fill(&*two.b).await;
    for number in 0..4 {
        two.b.settle(ReservationId::new(number), Usage::new(1, 1, 1)).await.unwrap_or_default();
    }
    two.a_is_untouched().await;
}

/// Another tenant reserves nothing for the run, and what one tenant holds leaves the caps of another whole.
pub async fn reserve_stays_with_its_tenant(store: &dyn Store) {
    let two = Two::new(store).await;
    let refused = two.b.reserve(guessed(), &fixture::model_call(1)).await;
    refused.expect_err_kind(ErrorKind::NotFound);
    two.a_is_untouched().await;
    let run = must(two.b.submit_intake(&fixture::intake(1)).await).run;
    let fence = must(two.b.claim_run(&claim(run, 100, 10_000)).await).fence;
    let cap = ExtractBudget::default().with_tokens(10);
    let caps = BudgetCaps::default().with_run(cap).with_day(cap).with_tenant(cap);
    let reserved = must(two.b.reserve(fence, &fixture::model_call(10).with_caps(caps)).await);
    assert!(matches!(reserved, Reserved::Granted(_)), "{reserved:?}");
    two.a_is_untouched().await;
}

/// A lease is given back by its own tenant only.
pub async fn release_run_stays_with_its_tenant(store: &dyn Store) {
    let two = Two::new(store).await;
    let lease = Lease::new(guessed(), "worker-100", fixture::at(10_000));
    must(two.b.release_run(&lease).await);
    two.a.claim_run(&claim(fixture::run_id(1), 200, 300)).await.expect_err_kind(ErrorKind::Leased);
    two.a_is_untouched().await;
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
    /// The answers as sent.
    answers_stays_with_its_tenant: |tenant| tenant.answers(fixture::intake(1).id);
    /// A run.
    run_stays_with_its_tenant: |tenant| tenant.run(fixture::run_id(1));
    /// The list of runs.
    runs_stays_with_its_tenant: |tenant| tenant.runs(&RunQuery::newest(100));
    /// The queue.
    queued_runs_stays_with_its_tenant: |tenant| tenant.queued_runs(fixture::at(1_000_000), 100);
    /// Events.
    events_stays_with_its_tenant: |tenant| tenant.events(&EventQuery::of_run(fixture::run_id(1), 9));
    /// How extractions went.
    extraction_reports_stays_with_its_tenant: |tenant| tenant.extraction_reports(fixture::run_id(1));
    /// The pinned register.
    register_pin_stays_with_its_tenant: |tenant| tenant.register_pin(fixture::run_id(1));
    /// Rejections.
    rejections_stays_with_its_tenant: |tenant| tenant.rejections(fixture::run_id(1));
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
    /// What models cost.
    spending_stays_with_its_tenant: |tenant| tenant.spending(fixture::run_id(1));
    /// The audit trail.
    audit_stays_with_its_tenant: |tenant| tenant.audit(&AuditQuery::first(100));
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
        tenant.record_resolutions(guessed(), &[fixture::resolution(Outcome::Unresolved, "200312345Z", 9)]);
    /// A site of another tenant's run.
    record_site_stays_with_its_tenant: |tenant|
        tenant.record_site(guessed(), &fixture::site("acme.sg", &["other"]));
    /// Evidence of another tenant's run.
    record_evidence_stays_with_its_tenant: |tenant|
        tenant.record_evidence(guessed(), &fixture::evidence(&[(SignalKey::Location, "Tuas")]));
    /// A claim of another tenant's run.
    claim_run_stays_with_its_tenant: |tenant| tenant.claim_run(&claim(fixture::run_id(1), 20_000, 30_000));
    /// A lease of another tenant's run.
    renew_lease_stays_with_its_tenant: |tenant|
        tenant.renew_lease(&Lease::new(guessed(), "worker-100", fixture::at(10_000)), fixture::at(20_000));
    /// Events of another tenant's run.
    append_events_stays_with_its_tenant: |tenant|
        tenant.append_events(guessed(), fixture::at(9), &[fixture::event("other")]);
    /// The register of another tenant's run.
    pin_register_stays_with_its_tenant: |tenant| tenant.pin_register(guessed(), &fixture::pin(fixture::run_id(1), 9));
    /// A card of another tenant's run.
    reject_stays_with_its_tenant: |tenant| tenant.reject(&fixture::reject(fixture::run_id(1), "62", "no", 9));
    /// Patterns of another tenant's run.
    save_patterns_stays_with_its_tenant: |tenant| tenant.save_patterns(guessed(), &fixture::patterns(fixture::run_id(1), 9));
    /// Suggestions of another tenant's run.
    publish_suggestions_stays_with_its_tenant: |tenant|
        tenant.publish_suggestions(guessed(), &fixture::suggestions(&["47"]));
}
