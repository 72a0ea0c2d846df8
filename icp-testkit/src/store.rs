//! The rules of [`Store`] and [`TenantStore`]: one function per rule, named as in the trait's documentation.

use std::any::Any;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::join_all;
use icp_core::ErrorKind;
use icp_core::model::{
    CompanyId, Confidence, EvidenceItem, EvidenceSource, ExtractorId, ManualMatch, Method, NewIntake,
    Outcome, PageKind, Run, RunId, RunState, SignalKey, StoredIntake, TenantId,
};
use icp_core::ports::{
    AuditQuery, EvidenceBatch, EvidenceQuery, ExtractionKey, KnownCompany, KnownQuery, RecordedEvidence,
    RunQuery, Store, TenantStore,
};

use crate::fixture::{self, must};
use crate::steps::{ExpectKind as _, decision, new_run, tenant, with_run};

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
                answers_are_kept_apart
                resolutions_replace
                person_choice_outranks_runs
                known_company_needs_a_match
                known_company_repeats_the_first_method
                scored_matches_make_nothing_known
                known_companies_keep_order
                site_is_stored_whole
                site_replaces
                pages_of_the_same_content_keep_their_own_address
                evidence_is_idempotent
                evidence_is_recorded_once_by_concurrent_writers
                evidence_replaces_its_source
                quarantine_is_counted_once
                extraction_reports_replace
                evidence_query_narrows
                evidence_is_paged
                extractions_are_kept
                register_pin_replaces
                patterns_replace
                suggestions_replace
                accept_is_idempotent
                audit_ids_are_used_once
                erase_is_complete
            ]
            privacy [
                pages_hold_no_personal_data
            ]
            runs [
                health_names_the_adapter
                runs_are_newest_first
                runs_are_paged
                claim_is_exclusive
                claim_after_the_lease_ran_out
                stale_fences_are_refused
                renewed_leases_hold_longer
                released_runs_can_be_claimed
                advance_is_compare_and_set
                advance_refuses_forbidden_steps
                advance_only_once
                advance_needs_a_fence
                cancelling_takes_the_lease
                advance_is_an_event
                queued_runs_leave_out_leased_ones
                finished_runs_finish_their_job
                events_are_numbered_without_gaps
                events_replay_from_a_number
                reject_is_idempotent
                audit_is_paged
            ]
            budget [
                parallel_reservations_fill_a_cap_exactly
                hundred_parallel_reservations_stay_under_the_cap
                each_cap_is_held_by_itself
                budget_days_begin_at_midnight_utc
                unsettled_reservations_count_in_full
                any_order_of_reserving_and_settling_stays_under_the_cap
                settled_calls_count_what_they_cost
                calls_that_cost_more_than_reserved_count_whole
                settling_twice_counts_once
                spending_is_told_by_company
            ]
            tenancy [
                tenant_id_stays_with_its_tenant
                submit_intake_stays_with_its_tenant
                intake_stays_with_its_tenant
                answers_stays_with_its_tenant
                record_resolutions_stays_with_its_tenant
                resolutions_stays_with_its_tenant
                decide_company_stays_with_its_tenant
                known_companies_stays_with_its_tenant
                run_stays_with_its_tenant
                runs_stays_with_its_tenant
                queued_runs_stays_with_its_tenant
                claim_run_stays_with_its_tenant
                renew_lease_stays_with_its_tenant
                release_run_stays_with_its_tenant
                advance_run_stays_with_its_tenant
                append_events_stays_with_its_tenant
                events_stays_with_its_tenant
                record_site_stays_with_its_tenant
                sites_stays_with_its_tenant
                pages_stays_with_its_tenant
                record_evidence_stays_with_its_tenant
                evidence_stays_with_its_tenant
                quarantined_stays_with_its_tenant
                extraction_reports_stays_with_its_tenant
                keep_extractions_stays_with_its_tenant
                extractions_stays_with_its_tenant
                pin_register_stays_with_its_tenant
                register_pin_stays_with_its_tenant
                save_patterns_stays_with_its_tenant
                patterns_stays_with_its_tenant
                publish_suggestions_stays_with_its_tenant
                suggestions_stays_with_its_tenant
                accept_stays_with_its_tenant
                rules_stays_with_its_tenant
                reject_stays_with_its_tenant
                rejections_stays_with_its_tenant
                audit_stays_with_its_tenant
                reserve_stays_with_its_tenant
                settle_stays_with_its_tenant
                spending_stays_with_its_tenant
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

async fn known(tenant: &dyn TenantStore, company: CompanyId, other_than: RunId) -> Option<KnownCompany> {
    must(tenant.known_companies(&KnownQuery::new(vec![company], other_than)).await).pop().flatten()
}

fn stored(intake: NewIntake) -> StoredIntake {
    StoredIntake::new(intake.id, intake.submitted_by, intake.submitted_at, intake.payload)
}

/// The intake and its run can be read back, the run as `intake_saved`.
pub async fn submit_is_readable(store: &dyn Store) {
    let (tenant, intake) = (tenant(store), fixture::intake(1));
    let receipt = must(tenant.submit_intake(&intake).await);
    assert_eq!((receipt.intake, receipt.run, receipt.job), (intake.id, intake.run, intake.job));
    let run = Run::new(intake.run, intake.id, RunState::IntakeSaved, intake.submitted_at);
    assert_eq!(must(tenant.run(intake.run).await), Some(run));
    assert_eq!(must(tenant.queued_runs(fixture::at(1_000_000), 9).await), [intake.run]);
    assert_eq!(must(tenant.intake(intake.id).await), Some(stored(intake)));
    assert!(!must(store.health().await).adapter.is_empty());
}

/// The same idempotency key returns the first receipt and stores nothing.
pub async fn submit_is_idempotent(store: &dyn Store) {
    let tenant = tenant(store);
    let keyed = |n| fixture::intake(n).with_idempotency_key("key".to_owned());
    let first = must(tenant.submit_intake(&keyed(1)).await);
    assert_eq!(must(tenant.submit_intake(&keyed(1)).await), first);
    assert_eq!(must(tenant.submit_intake(&keyed(2)).await), first);
    assert_eq!(must(tenant.runs(&RunQuery::newest(9)).await).len(), 1);
    assert_eq!(must(tenant.intake(keyed(2).id).await), None);
    let both = join_all((0..4).map(|n| {
        let intake = fixture::intake(10 + n).with_idempotency_key("other".to_owned());
        let tenant = Arc::clone(&tenant);
        async move { must(tenant.submit_intake(&intake).await) }
    }))
    .await;
    assert!(both.iter().all(|receipt| *receipt == both[0]), "{both:?}");
    assert_eq!(must(tenant.runs(&RunQuery::newest(9)).await).len(), 2);
}

/// Another intake under a used id is refused whole.
pub async fn submit_same_id_twice_is_a_conflict(store: &dyn Store) {
    let (tenant, first) = (tenant(store), fixture::intake(1));
    must(tenant.submit_intake(&first).await);
    let mut others = [fixture::intake(2), fixture::intake(2), fixture::intake(2)];
    others[0].id = first.id;
    others[1].run = first.run;
    others[2].job = first.job;
    for other in others {
        let error = tenant.submit_intake(&other).await.expect_err_kind(ErrorKind::Conflict);
        assert!(!error.is_transient());
        assert_eq!(must(tenant.runs(&RunQuery::newest(9)).await).len(), 1, "nothing is half stored");
        assert_eq!(must(tenant.intake(first.id).await), Some(stored(first.clone())));
        assert_eq!(must(tenant.intake(fixture::intake(2).id).await), None);
    }
}

/// The answers come back byte for byte, and appear in no other answer of the store.
pub async fn answers_are_kept_apart(store: &dyn Store) {
    let (tenant, mut intake) = (tenant(store), fixture::intake(1));
    intake.answers["secret"] = "jane@acme.sg".into();
    must(tenant.submit_intake(&intake).await);
    assert_eq!(must(tenant.answers(intake.id).await), Some(intake.answers));
    assert!(!crate::tenancy::everything(&*tenant).await.contains("jane@acme.sg"));
}

/// A seed has one resolution per run, the last one written.
pub async fn resolutions_replace(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let first = fixture::resolution(Outcome::Ambiguous, "200312345Z", 5);
    let mut other = first.clone();
    other.seed = fixture::intake(1).payload.seeds[1].id;
    must(tenant.record_resolutions(fence, &[first, other.clone()]).await);
    let second = fixture::resolution(Outcome::Matched, "200312345Z", 6);
    must(tenant.record_resolutions(fence, std::slice::from_ref(&second)).await);
    let mut expected = vec![second, other];
    expected.sort_by_key(|resolution| resolution.seed);
    assert_eq!(must(tenant.resolutions(fence.run).await), expected);
}

/// A person's choice is returned whatever runs record.
pub async fn person_choice_outranks_runs(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let (company, other) = (fixture::acme().company, fixture::run_id(99));
    let matched = fixture::resolution(Outcome::Matched, "200312345Z", 5);
    must(tenant.record_resolutions(fence, std::slice::from_ref(&matched)).await);
    for (n, choice) in [(1, ManualMatch::Entity(must("201912345K".parse()))), (2, ManualMatch::NotInRegister)]
    {
        must(tenant.decide_company(&decision(company, choice, n)).await);
        must(tenant.record_resolutions(fence, std::slice::from_ref(&matched)).await);
        let expected = Some(KnownCompany::by_person(company, choice));
        assert_eq!(known(&*tenant, company, other).await, expected);
        assert_eq!(known(&*tenant, company, fence.run).await, expected);
    }
    let audit = must(tenant.audit(&AuditQuery::first(9)).await);
    assert_eq!(audit, [fixture::audit(1, company), fixture::audit(2, company)]);
}

/// Ambiguous or unresolved seeds make no company known; of several matches the newest counts, never the run's own.
pub async fn known_company_needs_a_match(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let (company, other) = (fixture::acme().company, fixture::run_id(99));
    for outcome in [Outcome::Ambiguous, Outcome::Unresolved, Outcome::NotInRegister] {
        let decided = fixture::resolution(outcome, "200312345Z", 5);
        must(tenant.record_resolutions(fence, &[decided]).await);
        assert_eq!(known(&*tenant, company, other).await, None);
    }
    let matched = |uen, seconds| fixture::resolution(Outcome::Matched, uen, seconds);
    must(tenant.record_resolutions(fence, &[matched("200312345Z", 5)]).await);
    assert_eq!(known(&*tenant, company, fence.run).await, None, "a run does not know itself");
    let uen = |known: Option<KnownCompany>| known.and_then(|known| known.uen()).map(|uen| uen.to_string());
    assert_eq!(uen(known(&*tenant, company, other).await).as_deref(), Some("200312345Z"));
    for (n, decided, seconds, expected) in [
        (2, "201912345K", 9, "201912345K"),
        (3, "201012345K", 7, "201912345K"),
        (4, "202012345K", 9, "202012345K"),
    ] {
        let fence = new_run(&*tenant, n).await;
        must(tenant.record_resolutions(fence, &[matched(decided, seconds)]).await);
        assert_eq!(uen(known(&*tenant, company, other).await).as_deref(), Some(expected));
    }
    let stranger = fixture::intake(1).payload.seeds[2].company;
    assert_eq!(known(&*tenant, stranger, other).await, None);
}

/// A known company carries the method and probability of the resolution that made it known.
pub async fn known_company_repeats_the_first_method(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let mut matched = fixture::resolution(Outcome::Matched, "200312345Z", 5);
    matched.decision.method = Method::SiteLegalName;
    matched.decision.probability = Confidence::new(0.97);
    must(tenant.record_resolutions(fence, &[matched]).await);
    let known = known(&*tenant, fixture::acme().company, fixture::run_id(99)).await;
    let known = must(known.ok_or("the company is known"));
    assert_eq!((known.method, known.probability), (Method::SiteLegalName, Confidence::new(0.97)));
    assert!(!known.is_by_person());
}

/// A match by score does not come back surer than it was: it is not returned at all.
pub async fn scored_matches_make_nothing_known(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    for method in [Method::FuzzyName, Method::KnownDomain] {
        let mut matched = fixture::resolution(Outcome::Matched, "200312345Z", 5);
        matched.decision.method = method;
        must(tenant.record_resolutions(fence, &[matched]).await);
        assert_eq!(known(&*tenant, fixture::acme().company, fixture::run_id(99)).await, None, "{method}");
    }
}

/// Answers are in the order of the question, repeated where repeated.
pub async fn known_companies_keep_order(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let matched = fixture::resolution(Outcome::Matched, "200312345Z", 5);
    must(tenant.record_resolutions(fence, &[matched]).await);
    let (acme, stranger) = (fixture::acme().company, fixture::intake(1).payload.seeds[2].company);
    let query = KnownQuery::new(vec![stranger, acme, stranger, acme], fixture::run_id(99));
    let known = must(tenant.known_companies(&query).await);
    let companies: Vec<_> = known.into_iter().map(|known| known.map(|known| known.company)).collect();
    assert_eq!(companies, [None, Some(acme), None, Some(acme)]);
}

/// Report and pages come back as written, pages in their order.
pub async fn site_is_stored_whole(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let run = fence.run;
    let (acme, beta) = (fixture::site("acme.sg", &["z", "a", "m"]), fixture::site("a-beta.com", &[]));
    must(tenant.record_site(fence, &acme).await);
    must(tenant.record_site(fence, &beta).await);
    assert_eq!(must(tenant.sites(run).await), [beta.report, acme.report]);
    assert_eq!(must(tenant.pages(run, &fixture::domain("acme.sg")).await), acme.pages);
    assert_eq!(must(tenant.pages(run, &fixture::domain("a-beta.com")).await), []);
    assert_eq!(must(tenant.sites(fixture::run_id(9)).await), []);
}

/// A second writing replaces the first.
pub async fn site_replaces(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let run = fence.run;
    must(tenant.record_site(fence, &fixture::site("acme.sg", &["one", "two"])).await);
    let second = fixture::site("acme.sg", &["three"]);
    must(tenant.record_site(fence, &second).await);
    assert_eq!(must(tenant.sites(run).await), [second.report]);
    assert_eq!(must(tenant.pages(run, &fixture::domain("acme.sg")).await), second.pages);
}

/// Writing the same items again adds nothing, and says so.
pub async fn evidence_is_idempotent(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let evidence = fixture::evidence(&[(SignalKey::Integration, "Xero"), (SignalKey::Location, "Tuas")]);
    let first = must(tenant.record_evidence(fence, &evidence).await);
    assert_eq!(first, RecordedEvidence::new(2, 0));
    let second = must(tenant.record_evidence(fence, &evidence).await);
    assert_eq!(second, RecordedEvidence::new(0, 2));
    assert_eq!(must(tenant.evidence(&EvidenceQuery::default()).await), evidence.items);
    let other = new_run(&*tenant, 2).await;
    assert_eq!(must(tenant.record_evidence(other, &evidence).await).added, 2, "it is new to that run");
    assert_eq!(must(tenant.evidence(&EvidenceQuery::default()).await).len(), 2, "each item once");
}

/// Of several writers of the same items, one adds each.
pub async fn evidence_is_recorded_once_by_concurrent_writers(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let run = fence.run;
    let evidence = fixture::evidence(&[(SignalKey::Integration, "Xero"), (SignalKey::Location, "Tuas")]);
    let recorded = join_all((0..6).map(|_| tenant.record_evidence(fence, &evidence))).await;
    let added: u64 = recorded.into_iter().map(|recorded| must(recorded).added).sum();
    assert_eq!(added, 2);
    assert_eq!(must(tenant.quarantined(run).await).len(), 2);
}

/// Writing the same refusals again does not double them.
pub async fn quarantine_is_counted_once(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let run = fence.run;
    let evidence = fixture::evidence(&[]);
    for _ in 0..2 {
        must(tenant.record_evidence(fence, &evidence).await);
        assert_eq!(must(tenant.quarantined(run).await), evidence.quarantined);
    }
    assert_eq!(must(tenant.quarantined(fixture::run_id(9)).await), []);
}

/// Each part of the query narrows the answer; the order is company, key, value, id.
pub async fn evidence_query_narrows(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let run = fence.run;
    let other = new_run(&*tenant, 2).await;
    let other_run = other.run;
    let acme = fixture::evidence(&[
        (SignalKey::Location, "Tuas"),
        (SignalKey::Integration, "Xero"),
        (SignalKey::Integration, "Sage"),
    ]);
    let mut gamma = acme.clone();
    gamma.company = fixture::intake(1).payload.seeds[2].company;
    gamma.items = vec![fixture::fact(gamma.company, SignalKey::Integration, "Xero")];
    must(tenant.record_evidence(fence, &acme).await);
    must(tenant.record_evidence(other, &gamma).await);
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
                let mut query = EvidenceQuery::default();
                (query.run, query.company, query.key) = (run, company, key);
                assert_eq!(must(tenant.evidence(&query).await), expected, "{query:?}");
            }
        }
    }
}

/// Two runs that read the same content at other addresses and times get back each its own.
pub async fn pages_of_the_same_content_keep_their_own_address(store: &dyn Store) {
    let (tenant, first) = with_run(store).await;
    let second = new_run(&*tenant, 2).await;
    let (one, mut two) = (fixture::site("acme.sg", &["same"]), fixture::site("acme.sg", &["same"]));
    two.pages[0].url = "https://acme.sg/moved".to_owned();
    two.pages[0].fetched_at = fixture::at(500);
    two.pages[0].kind = PageKind::About;
    must(tenant.record_site(first, &one).await);
    must(tenant.record_site(second, &two).await);
    let site = fixture::domain("acme.sg");
    assert_eq!(must(tenant.pages(first.run, &site).await), one.pages);
    assert_eq!(must(tenant.pages(second.run, &site).await), two.pages);
    must(tenant.record_site(first, &fixture::site("acme.sg", &[])).await);
    assert_eq!(must(tenant.pages(second.run, &site).await), two.pages, "a body that is still linked stays");
}

/// Items of a replaced source that the batch does not hold are gone; those of other sources and companies stay.
pub async fn evidence_replaces_its_source(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let first = fixture::evidence(&[(SignalKey::Ssic, "52292"), (SignalKey::EntityType, "Local Company")]);
    let company = first.company;
    let id = ExtractorId::new("fixture", 1);
    let said = EvidenceItem::stated(
        company,
        SignalKey::Location,
        "Tuas",
        EvidenceSource::Intake,
        id,
        fixture::at(1),
    );
    let stranger = fixture::fact(fixture::intake(1).payload.seeds[2].company, SignalKey::Ssic, "52292");
    must(tenant.record_evidence(fence, &first).await);
    must(tenant.record_evidence(fence, &EvidenceBatch::new(company, vec![said.clone()])).await);
    must(tenant.record_evidence(fence, &EvidenceBatch::new(stranger.company, vec![stranger.clone()])).await);
    let new = fixture::evidence(&[(SignalKey::EntityType, "Local Company"), (SignalKey::Ssic, "46302")]);
    let replacing = EvidenceBatch::new(company, new.items.clone()).replacing(EvidenceSource::Register);
    must(tenant.record_evidence(fence, &replacing).await);
    let mut expected = new.items;
    expected.extend([said, stranger]);
    let mut expected: Vec<_> = expected.into_iter().map(|item| item.id).collect();
    expected.sort();
    let mut held: Vec<_> =
        must(tenant.evidence(&EvidenceQuery::default()).await).into_iter().map(|item| item.id).collect();
    held.sort();
    assert_eq!(held, expected);
}

/// Pages that follow each other hold every item once, in the same order.
pub async fn evidence_is_paged(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let values: Vec<String> = (0..7).map(|n| format!("Tool {n}")).collect();
    let values: Vec<_> = values.iter().map(|value| (SignalKey::Integration, value.as_str())).collect();
    must(tenant.record_evidence(fence, &fixture::evidence(&values)).await);
    let all = must(tenant.evidence(&EvidenceQuery::of_run(fence.run)).await);
    let mut paged = Vec::new();
    let mut query = EvidenceQuery::of_run(fence.run).with_limit(3);
    loop {
        let page = must(tenant.evidence(&query).await);
        let Some(last) = page.last().cloned() else { break };
        assert!(page.len() <= 3);
        paged.extend(page);
        query = query.after(&last);
    }
    assert_eq!(paged, all);
}

/// A company has one extraction report per run, the last one written.
pub async fn extraction_reports_replace(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    for pages in [3, 4] {
        let batch = fixture::evidence(&[]).with_report(fixture::report(pages));
        must(tenant.record_evidence(fence, &batch).await);
        assert_eq!(must(tenant.extraction_reports(fence.run).await), [fixture::report(pages)]);
    }
}

/// Extractions come back as written, whichever run asks; the first writing of a key stays.
pub async fn extractions_are_kept(store: &dyn Store) {
    let tenant = tenant(store);
    let (one, two) = (fixture::extraction("one", "Xero"), fixture::extraction("two", "Sage"));
    must(tenant.keep_extractions(&[one.clone(), two.clone()]).await);
    must(tenant.keep_extractions(&[fixture::extraction("one", "Odoo")]).await);
    let strange = fixture::extraction("three", "Xero").key;
    let found = must(tenant.extractions(&[two.key.clone(), strange, one.key.clone()]).await);
    assert_eq!(found, [Some(two), None, Some(one.clone())]);
    // The same page read by another model is another extraction.
    let other_model = ExtractionKey::new(one.key.input, ExtractorId::new("other-model", 1));
    assert_eq!(must(tenant.extractions(&[other_model]).await), [None]);
}

/// A run has one pin of the register, the last one written.
pub async fn register_pin_replaces(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    assert_eq!(must(tenant.register_pin(fence.run).await), None);
    for count in [5, 6] {
        let pin = fixture::pin(fence.run, count);
        must(tenant.pin_register(fence, &pin).await);
        assert_eq!(must(tenant.register_pin(fence.run).await), Some(pin));
    }
}

/// A run has one snapshot of patterns, the last one written.
pub async fn patterns_replace(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let run = fence.run;
    assert_eq!(must(tenant.patterns(run).await), None);
    for best in [5, 6] {
        let snapshot = fixture::patterns(run, best);
        must(tenant.save_patterns(fence, &snapshot).await);
        assert_eq!(must(tenant.patterns(run).await), Some(snapshot));
    }
}

/// A run has one set of suggestions, the last one written.
pub async fn suggestions_replace(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let run = fence.run;
    assert_eq!(must(tenant.suggestions(run).await), None);
    for divisions in [&["52", "47"][..], &["62"][..]] {
        let suggestions = fixture::suggestions(divisions);
        must(tenant.publish_suggestions(fence, &suggestions).await);
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
    let audit = must(tenant.audit(&AuditQuery::first(9)).await);
    let subjects: Vec<String> = rules.iter().map(|rule| rule.id.to_string()).collect();
    assert_eq!(audit.iter().map(|entry| entry.subject.clone()).collect::<Vec<_>>(), subjects);
    assert!(audit.iter().all(|entry| entry.action == "accept_rule" && entry.actor == "kim@host"));
}

/// An audit entry is never written over: a used id is a conflict, and what it would have recorded is not done.
pub async fn audit_ids_are_used_once(store: &dyn Store) {
    let (tenant, company) = (tenant(store), fixture::acme().company);
    must(tenant.accept(&fixture::accept("52", 1, 50)).await);
    tenant.accept(&fixture::accept("47", 1, 60)).await.expect_err_kind(ErrorKind::Conflict);
    let decided = tenant.decide_company(&decision(company, ManualMatch::NotInRegister, 1)).await;
    decided.expect_err_kind(ErrorKind::Conflict);
    assert_eq!(must(tenant.rules().await).len(), 1);
    assert_eq!(must(tenant.audit(&AuditQuery::first(9)).await).len(), 1);
    assert_eq!(known(&*tenant, company, fixture::run_id(9)).await, None);
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
