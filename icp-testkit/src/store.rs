//! The rules of [`Store`] and [`TenantStore`]: one function a rule, named as in the trait's documentation.

use std::any::Any;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::join_all;
use icp_core::ErrorKind;
use icp_core::model::{
    NewIntake, Outcome, PersonChoice, Run, RunId, RunState, SignalKey, StoredIntake, TenantId,
};
use icp_core::ports::{EvidenceQuery, KnownCompany, RecordedEvidence, RunAdvance, Store, TenantStore};

use crate::fixture::{self, must};

/// Kept while a case runs, dropped afterwards: a temporary folder, a database.
pub type Guard = Box<dyn Any + Send>;

/// Makes stores to test. Every case asks for a new, empty one.
#[async_trait]
pub trait StoreBuilder: Send + Sync {
    /// A new store, and what must live as long as it.
    async fn build(&self) -> (Guard, Arc<dyn Store>);
}

/// Emits one `#[tokio::test]` for each case, against stores of a [`StoreBuilder`](crate::store).
///
/// ```no_run
/// # use icp_testkit::store::{Guard, StoreBuilder};
/// # use std::sync::Arc;
/// struct Memory;
/// #[async_trait::async_trait]
/// impl StoreBuilder for Memory {
///     async fn build(&self) -> (Guard, Arc<dyn icp_core::ports::Store>) {
///         (Box::new(()), Arc::new(icp_core::memory::MemoryStore::default()))
///     }
/// }
/// icp_testkit::store_conformance!(Memory);
/// ```
#[macro_export]
macro_rules! store_conformance {
    (@list $then:ident $args:tt) => {
        $crate::store_conformance! { @$then $args
            store [
                submit_is_readable
                submit_is_idempotent
                submit_same_id_twice_is_a_conflict
                runs_are_newest_first
                advance_is_compare_and_set
                advance_refuses_forbidden_steps
                advance_only_once
                finished_runs_finish_their_job
                unknown_runs_are_not_found
                resolutions_replace
                person_choice_outranks_runs
                known_company_needs_a_match
                site_is_stored_whole
                site_replaces
                evidence_is_idempotent
                evidence_is_recorded_once_by_concurrent_writers
                quarantine_is_counted_once
                evidence_query_narrows
                patterns_replace
                suggestions_replace
                accept_is_idempotent
                audit_ids_are_used_once
                erase_is_complete
            ]
            tenancy [
                tenant_id_stays_with_its_tenant
                submit_intake_stays_with_its_tenant
                intake_stays_with_its_tenant
                run_stays_with_its_tenant
                runs_stays_with_its_tenant
                advance_run_stays_with_its_tenant
                queued_runs_stays_with_its_tenant
                record_resolutions_stays_with_its_tenant
                resolutions_stays_with_its_tenant
                decide_company_stays_with_its_tenant
                known_company_stays_with_its_tenant
                record_site_stays_with_its_tenant
                sites_stays_with_its_tenant
                pages_stays_with_its_tenant
                record_evidence_stays_with_its_tenant
                evidence_stays_with_its_tenant
                quarantined_stays_with_its_tenant
                save_patterns_stays_with_its_tenant
                patterns_stays_with_its_tenant
                publish_suggestions_stays_with_its_tenant
                suggestions_stays_with_its_tenant
                accept_stays_with_its_tenant
                rules_stays_with_its_tenant
                audit_stays_with_its_tenant
                erase_stays_with_its_tenant
            ]
        }
    };
    (@names () $($module:ident [$($case:ident)*])*) => { &[$($(stringify!($case)),*),*] };
    (@tests ($builder:expr) $($module:ident [$($case:ident)*])*) => {
        $($(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                let (_guard, store) = $crate::store::StoreBuilder::build(&$builder).await;
                $crate::$module::$case(&*store).await;
            }
        )*)*
    };
    ($builder:expr) => { $crate::store_conformance!(@list tests ($builder)); };
}

/// The names of all cases.
pub const CASES: &[&str] = crate::store_conformance!(@list names ());

fn tenant(store: &dyn Store) -> Arc<dyn TenantStore> {
    store.tenant(&must("tenant-a".parse::<TenantId>()))
}

async fn with_run(store: &dyn Store) -> (Arc<dyn TenantStore>, RunId) {
    let tenant = tenant(store);
    let receipt = must(tenant.submit_intake(&fixture::intake(1)).await);
    (tenant, receipt.run)
}

/// A step of a run, one second after its making.
pub(crate) fn step(run: RunId, from: RunState, to: RunState) -> RunAdvance {
    RunAdvance { run, from, to, at: fixture::at(100), failure: None }
}

fn stored(intake: NewIntake) -> StoredIntake {
    StoredIntake {
        id: intake.id,
        submitted_by: intake.submitted_by,
        submitted_at: intake.submitted_at,
        answers: intake.answers,
        payload: intake.payload,
    }
}

/// The intake and its run can be read back, the run as `intake_saved`.
pub async fn submit_is_readable(store: &dyn Store) {
    let (tenant, intake) = (tenant(store), fixture::intake(1));
    let receipt = must(tenant.submit_intake(&intake).await);
    assert_eq!((receipt.intake, receipt.run, receipt.job), (intake.id, intake.run, intake.job));
    let run = Run {
        id: intake.run,
        intake: intake.id,
        state: RunState::IntakeSaved,
        created_at: intake.submitted_at,
        updated_at: intake.submitted_at,
        failure: None,
    };
    assert_eq!(must(tenant.run(intake.run).await), Some(run));
    assert_eq!(must(tenant.queued_runs().await), [intake.run]);
    assert_eq!(must(tenant.intake(intake.id).await), Some(stored(intake)));
    assert!(!must(store.health().await).adapter.is_empty());
}

/// The same idempotency key returns the first receipt and stores nothing.
pub async fn submit_is_idempotent(store: &dyn Store) {
    let tenant = tenant(store);
    let keyed = |n| NewIntake { idempotency_key: Some("key".to_owned()), ..fixture::intake(n) };
    let first = must(tenant.submit_intake(&keyed(1)).await);
    assert_eq!(must(tenant.submit_intake(&keyed(1)).await), first);
    assert_eq!(must(tenant.submit_intake(&keyed(2)).await), first);
    assert_eq!(must(tenant.runs(9).await).len(), 1);
    assert_eq!(must(tenant.intake(keyed(2).id).await), None);
    let both = join_all((0..4).map(|n| {
        let intake = NewIntake { idempotency_key: Some("other".to_owned()), ..fixture::intake(10 + n) };
        let tenant = Arc::clone(&tenant);
        async move { must(tenant.submit_intake(&intake).await) }
    }))
    .await;
    assert!(both.iter().all(|receipt| *receipt == both[0]), "{both:?}");
    assert_eq!(must(tenant.runs(9).await).len(), 2);
}

/// Another intake under a used id is refused whole.
pub async fn submit_same_id_twice_is_a_conflict(store: &dyn Store) {
    let (tenant, first) = (tenant(store), fixture::intake(1));
    must(tenant.submit_intake(&first).await);
    for other in [
        NewIntake { id: first.id, ..fixture::intake(2) },
        NewIntake { run: first.run, ..fixture::intake(2) },
        NewIntake { job: first.job, ..fixture::intake(2) },
    ] {
        let error = tenant.submit_intake(&other).await.expect_err_kind(ErrorKind::Conflict);
        assert!(!error.is_transient());
        assert_eq!(must(tenant.runs(9).await).len(), 1, "nothing is half stored");
        assert_eq!(must(tenant.intake(first.id).await), Some(stored(first.clone())));
        assert_eq!(must(tenant.intake(fixture::intake(2).id).await), None);
    }
}

/// Runs come newest first, waiting jobs oldest first.
pub async fn runs_are_newest_first(store: &dyn Store) {
    let tenant = tenant(store);
    for n in [2, 3, 1] {
        must(tenant.submit_intake(&fixture::intake(n)).await);
    }
    let same_time = NewIntake { submitted_at: fixture::at(3), ..fixture::intake(4) };
    must(tenant.submit_intake(&same_time).await);
    let ids: Vec<RunId> = must(tenant.runs(9).await).into_iter().map(|run| run.id).collect();
    assert_eq!(ids, [4, 3, 2, 1].map(fixture::run_id));
    assert_eq!(must(tenant.runs(2).await).len(), 2);
    assert_eq!(must(tenant.queued_runs().await), [1, 2, 3, 4].map(fixture::run_id));
}

/// From a state the run is not in, it is a conflict and changes nothing.
pub async fn advance_is_compare_and_set(store: &dyn Store) {
    let (tenant, run) = with_run(store).await;
    let before = must(tenant.run(run).await);
    let wrong = step(run, RunState::Mapping, RunState::Crawl);
    tenant.advance_run(&wrong).await.expect_err_kind(ErrorKind::Conflict);
    assert_eq!(must(tenant.run(run).await), before);
    let moved = must(tenant.advance_run(&step(run, RunState::IntakeSaved, RunState::Mapping)).await);
    assert_eq!((moved.state, moved.updated_at), (RunState::Mapping, fixture::at(100)));
    let failed = RunAdvance {
        failure: Some("no network".to_owned()),
        ..step(run, RunState::Mapping, RunState::Failed)
    };
    let failed = must(tenant.advance_run(&failed).await);
    assert_eq!(failed.failure.as_deref(), Some("no network"));
    assert_eq!(must(tenant.run(run).await), Some(failed));
    let again = must(tenant.advance_run(&step(run, RunState::Failed, RunState::Mapping)).await);
    assert_eq!(again.failure, None, "a run that goes on has not failed");
}

/// A step that the states forbid is refused.
pub async fn advance_refuses_forbidden_steps(store: &dyn Store) {
    let (tenant, run) = with_run(store).await;
    let skip = step(run, RunState::IntakeSaved, RunState::Crawl);
    tenant.advance_run(&skip).await.expect_err_kind(ErrorKind::Invalid);
    assert_eq!(must(tenant.run(run).await).map(|run| run.state), Some(RunState::IntakeSaved));
}

/// Of several concurrent advances from the same state exactly one succeeds.
pub async fn advance_only_once(store: &dyn Store) {
    let (tenant, run) = with_run(store).await;
    let advance = step(run, RunState::IntakeSaved, RunState::Mapping);
    let results = join_all((0..8).map(|_| tenant.advance_run(&advance))).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for error in results.into_iter().filter_map(Result::err) {
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    }
}

/// The first job of a run that ended is done; taken up again, it waits again.
pub async fn finished_runs_finish_their_job(store: &dyn Store) {
    use RunState::{Cancelled, Crawl, IntakeSaved, Mapping, PatternMining, SuggestionsReady};
    let (tenant, run) = with_run(store).await;
    for pair in [IntakeSaved, Mapping, Crawl, PatternMining, SuggestionsReady].windows(2) {
        assert_eq!(must(tenant.queued_runs().await), [run]);
        must(tenant.advance_run(&step(run, pair[0], pair[1])).await);
    }
    assert_eq!(must(tenant.queued_runs().await), []);
    let other = must(tenant.submit_intake(&fixture::intake(2)).await).run;
    must(tenant.advance_run(&step(other, IntakeSaved, Cancelled)).await);
    assert_eq!(must(tenant.queued_runs().await), []);
    must(tenant.advance_run(&step(other, Cancelled, Mapping)).await);
    assert_eq!(must(tenant.queued_runs().await), [other]);
}

/// What belongs to a run cannot be stored without it.
pub async fn unknown_runs_are_not_found(store: &dyn Store) {
    let (tenant, run) = (tenant(store), fixture::run_id(9));
    let results = [
        tenant.advance_run(&step(run, RunState::IntakeSaved, RunState::Mapping)).await.map(drop),
        tenant.record_resolutions(run, &[]).await,
        tenant.record_site(run, &fixture::site("acme.sg", &[])).await,
        tenant.record_evidence(run, &fixture::evidence(&[])).await.map(drop),
        tenant.save_patterns(&fixture::patterns(run, 1)).await,
        tenant.publish_suggestions(run, &fixture::suggestions(&[])).await,
    ];
    for result in results {
        result.expect_err_kind(ErrorKind::NotFound);
    }
    assert_eq!(must(tenant.run(run).await), None);
    assert_eq!(must(tenant.patterns(run).await), None);
    assert_eq!(must(tenant.suggestions(run).await), None);
}

/// A seed has one resolution a run, the last one written.
pub async fn resolutions_replace(store: &dyn Store) {
    let (tenant, run) = with_run(store).await;
    let first = fixture::resolution(Outcome::Ambiguous, "200312345Z", 5);
    let mut other = first.clone();
    other.seed = fixture::intake(1).payload.seeds[1].id;
    must(tenant.record_resolutions(run, &[first, other.clone()]).await);
    let second = fixture::resolution(Outcome::Matched, "200312345Z", 6);
    must(tenant.record_resolutions(run, std::slice::from_ref(&second)).await);
    let mut expected = vec![second, other];
    expected.sort_by_key(|resolution| resolution.seed);
    assert_eq!(must(tenant.resolutions(run).await), expected);
}

/// `known_company` returns a person's choice whatever runs record.
pub async fn person_choice_outranks_runs(store: &dyn Store) {
    let (tenant, run) = with_run(store).await;
    let (company, other) = (fixture::acme().company, fixture::run_id(99));
    let matched = fixture::resolution(Outcome::Matched, "200312345Z", 5);
    must(tenant.record_resolutions(run, std::slice::from_ref(&matched)).await);
    for (n, choice) in
        [(1, PersonChoice::Entity(must("201912345K".parse()))), (2, PersonChoice::NotInRegister)]
    {
        must(tenant.decide_company(company, choice, &fixture::audit(n, company)).await);
        must(tenant.record_resolutions(run, std::slice::from_ref(&matched)).await);
        let known = KnownCompany { company, choice, by_person: true };
        assert_eq!(must(tenant.known_company(company, other).await), Some(known.clone()));
        assert_eq!(must(tenant.known_company(company, run).await), Some(known));
    }
    assert_eq!(must(tenant.audit().await), [fixture::audit(1, company), fixture::audit(2, company)]);
}

/// Ambiguous or unresolved seeds make no company known; of several matches the newest counts, never the run's own.
pub async fn known_company_needs_a_match(store: &dyn Store) {
    let (tenant, run) = with_run(store).await;
    let (company, other) = (fixture::acme().company, fixture::run_id(99));
    for outcome in [Outcome::Ambiguous, Outcome::Unresolved, Outcome::NotInRegister] {
        let decided = fixture::resolution(outcome, "200312345Z", 5);
        must(tenant.record_resolutions(run, &[decided]).await);
        assert_eq!(must(tenant.known_company(company, other).await), None);
    }
    let matched = |uen, seconds| fixture::resolution(Outcome::Matched, uen, seconds);
    must(tenant.record_resolutions(run, &[matched("200312345Z", 5)]).await);
    assert_eq!(must(tenant.known_company(company, run).await), None, "a run does not know itself");
    let by_machine = |uen: &str| {
        Some(KnownCompany { company, choice: PersonChoice::Entity(must(uen.parse())), by_person: false })
    };
    assert_eq!(must(tenant.known_company(company, other).await), by_machine("200312345Z"));
    for (n, uen, seconds, expected) in [
        (2, "201912345K", 9, "201912345K"),
        (3, "201012345K", 7, "201912345K"),
        (4, "202012345K", 9, "202012345K"),
    ] {
        let run = must(tenant.submit_intake(&fixture::intake(n)).await).run;
        must(tenant.record_resolutions(run, &[matched(uen, seconds)]).await);
        assert_eq!(must(tenant.known_company(company, other).await), by_machine(expected));
    }
    let stranger = fixture::intake(1).payload.seeds[2].company;
    assert_eq!(must(tenant.known_company(stranger, other).await), None);
}

/// Report and pages come back as written, pages in their order.
pub async fn site_is_stored_whole(store: &dyn Store) {
    let (tenant, run) = with_run(store).await;
    let (acme, beta) = (fixture::site("acme.sg", &["z", "a", "m"]), fixture::site("a-beta.com", &[]));
    must(tenant.record_site(run, &acme).await);
    must(tenant.record_site(run, &beta).await);
    assert_eq!(must(tenant.sites(run).await), [beta.report, acme.report]);
    assert_eq!(must(tenant.pages(run, &fixture::domain("acme.sg")).await), acme.pages);
    assert_eq!(must(tenant.pages(run, &fixture::domain("a-beta.com")).await), []);
    assert_eq!(must(tenant.sites(fixture::run_id(9)).await), []);
}

/// A second writing replaces the first.
pub async fn site_replaces(store: &dyn Store) {
    let (tenant, run) = with_run(store).await;
    must(tenant.record_site(run, &fixture::site("acme.sg", &["one", "two"])).await);
    let second = fixture::site("acme.sg", &["three"]);
    must(tenant.record_site(run, &second).await);
    assert_eq!(must(tenant.sites(run).await), [second.report]);
    assert_eq!(must(tenant.pages(run, &fixture::domain("acme.sg")).await), second.pages);
}

/// Writing the same items again adds nothing, and says so.
pub async fn evidence_is_idempotent(store: &dyn Store) {
    let (tenant, run) = with_run(store).await;
    let evidence = fixture::evidence(&[(SignalKey::Integration, "Xero"), (SignalKey::Location, "Tuas")]);
    let first = must(tenant.record_evidence(run, &evidence).await);
    assert_eq!(first, RecordedEvidence { added: 2, already: 0 });
    let second = must(tenant.record_evidence(run, &evidence).await);
    assert_eq!(second, RecordedEvidence { added: 0, already: 2 });
    assert_eq!(must(tenant.evidence(&EvidenceQuery::default()).await), evidence.items);
    let other = must(tenant.submit_intake(&fixture::intake(2)).await).run;
    assert_eq!(must(tenant.record_evidence(other, &evidence).await).added, 2, "it is new to that run");
    assert_eq!(must(tenant.evidence(&EvidenceQuery::default()).await).len(), 2, "each item once");
}

/// Of several writers of the same items, one adds each.
pub async fn evidence_is_recorded_once_by_concurrent_writers(store: &dyn Store) {
    let (tenant, run) = with_run(store).await;
    let evidence = fixture::evidence(&[(SignalKey::Integration, "Xero"), (SignalKey::Location, "Tuas")]);
    let recorded = join_all((0..6).map(|_| tenant.record_evidence(run, &evidence))).await;
    let added: u64 = recorded.into_iter().map(|recorded| must(recorded).added).sum();
    assert_eq!(added, 2);
    assert_eq!(must(tenant.quarantined(run).await).len(), 2);
}

/// Writing the same refusals again does not double them.
pub async fn quarantine_is_counted_once(store: &dyn Store) {
    let (tenant, run) = with_run(store).await;
    let evidence = fixture::evidence(&[]);
    for _ in 0..2 {
        must(tenant.record_evidence(run, &evidence).await);
        assert_eq!(must(tenant.quarantined(run).await), evidence.quarantined);
    }
    assert_eq!(must(tenant.quarantined(fixture::run_id(9)).await), []);
}

/// Each part of the query narrows the answer; the order is company, key, value, id.
pub async fn evidence_query_narrows(store: &dyn Store) {
    let (tenant, run) = with_run(store).await;
    let other_run = must(tenant.submit_intake(&fixture::intake(2)).await).run;
    let acme = fixture::evidence(&[
        (SignalKey::Location, "Tuas"),
        (SignalKey::Integration, "Xero"),
        (SignalKey::Integration, "Sage"),
    ]);
    let mut gamma = acme.clone();
    gamma.company = fixture::intake(1).payload.seeds[2].company;
    gamma.items = vec![fixture::fact(gamma.company, SignalKey::Integration, "Xero")];
    must(tenant.record_evidence(run, &acme).await);
    must(tenant.record_evidence(other_run, &gamma).await);
    let mut all = acme.items.clone();
    all.extend(gamma.items.clone());
    all.sort_by(|a, b| (a.company, a.key, a.value.as_str()).cmp(&(b.company, b.key, b.value.as_str())));
    let (runs, companies) =
        ([None, Some(run), Some(other_run)], [None, Some(acme.company), Some(gamma.company)]);
    for run in runs {
        for company in companies {
            for key in [None, Some(SignalKey::Integration), Some(SignalKey::Location)] {
                let expected: Vec<_> = all
                    .iter()
                    .filter(|item| {
                        run.is_none_or(|run| (run == other_run) == (item.company == gamma.company))
                            && company.is_none_or(|company| company == item.company)
                            && key.is_none_or(|key| key == item.key)
                    })
                    .cloned()
                    .collect();
                let query = EvidenceQuery { run, company, key };
                assert_eq!(must(tenant.evidence(&query).await), expected, "{query:?}");
            }
        }
    }
}

/// A run has one snapshot of patterns, the last one written.
pub async fn patterns_replace(store: &dyn Store) {
    let (tenant, run) = with_run(store).await;
    assert_eq!(must(tenant.patterns(run).await), None);
    for best in [5, 6] {
        let snapshot = fixture::patterns(run, best);
        must(tenant.save_patterns(&snapshot).await);
        assert_eq!(must(tenant.patterns(run).await), Some(snapshot));
    }
}

/// A run has one set of suggestions, the last one written.
pub async fn suggestions_replace(store: &dyn Store) {
    let (tenant, run) = with_run(store).await;
    assert_eq!(must(tenant.suggestions(run).await), None);
    for divisions in [&["52", "47"][..], &["62"][..]] {
        let suggestions = fixture::suggestions(divisions);
        must(tenant.publish_suggestions(run, &suggestions).await);
        assert_eq!(must(tenant.suggestions(run).await), Some(suggestions));
    }
}

/// The same rule twice is one rule and one audit entry.
pub async fn accept_is_idempotent(store: &dyn Store) {
    let tenant = tenant(store);
    let first = must(tenant.accept(&fixture::accept("52", 1, 50)).await);
    assert!(first.added);
    let second = must(tenant.accept(&fixture::accept("52", 2, 70)).await);
    assert_eq!((second.added, &second.rule), (false, &first.rule), "the earlier one stays");
    must(tenant.accept(&fixture::accept("47", 3, 40)).await);
    let rules = must(tenant.rules().await);
    assert_eq!(rules, [fixture::accept("47", 3, 40).rule, first.rule.clone()]);
    let audit = must(tenant.audit().await);
    let subjects: Vec<String> = rules.iter().map(|rule| rule.id.to_string()).collect();
    assert_eq!(audit.iter().map(|entry| entry.subject.clone()).collect::<Vec<_>>(), subjects);
    assert!(audit.iter().all(|entry| entry.action == "accept_rule" && entry.actor == "kim@host"));
}

/// An audit entry is never written over: a used id is a conflict, and what it would have recorded is not done.
pub async fn audit_ids_are_used_once(store: &dyn Store) {
    let (tenant, company) = (tenant(store), fixture::acme().company);
    must(tenant.accept(&fixture::accept("52", 1, 50)).await);
    tenant.accept(&fixture::accept("47", 1, 60)).await.expect_err_kind(ErrorKind::Conflict);
    let decided =
        tenant.decide_company(company, PersonChoice::NotInRegister, &fixture::audit(1, company)).await;
    decided.expect_err_kind(ErrorKind::Conflict);
    assert_eq!(must(tenant.rules().await).len(), 1);
    assert_eq!(must(tenant.audit().await).len(), 1);
    assert_eq!(must(tenant.known_company(company, fixture::run_id(9)).await), None);
}

/// Nothing can be read afterwards, and other tenants keep everything.
pub async fn erase_is_complete(store: &dyn Store) {
    let (one, other) = (tenant(store), store.tenant(&must("tenant-b".parse::<TenantId>())));
    let empty = crate::tenancy::everything(&*one).await;
    crate::tenancy::fill(&*one).await;
    crate::tenancy::fill(&*other).await;
    let kept = crate::tenancy::everything(&*other).await;
    assert!(must(one.erase().await).rows > 10);
    assert_eq!(crate::tenancy::everything(&*one).await, empty);
    assert_eq!(crate::tenancy::everything(&*other).await, kept);
    assert_eq!(must(one.erase().await).rows, 0);
    crate::tenancy::fill(&*one).await;
    assert_eq!(crate::tenancy::everything(&*one).await, kept, "a tenant can begin again");
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
