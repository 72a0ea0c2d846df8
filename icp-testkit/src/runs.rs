//! The rules of runs: their states, leases and events, and the trail of what people decided.

use futures_util::future::join_all;
use icp_core::ErrorKind;
use icp_core::model::{NewIntake, Outcome, RunId, RunState};
use icp_core::ports::{
    AuditQuery, EventQuery, EvidenceBatch, Fence, ProgressKind, RunAdvance, RunQuery, Store, TenantStore,
};

use crate::fixture::{self, must};
use crate::steps::{ExpectKind, claim, new_run, step, tenant, with_run};

/// A store that works says which it is, and its schema version.
pub async fn health_names_the_adapter(store: &dyn Store) {
    let health = must(store.health().await);
    assert!(!health.adapter.is_empty() && health.schema_version > 0, "{health:?}");
}

/// Runs come newest first, waiting jobs oldest first.
pub async fn runs_are_newest_first(store: &dyn Store) {
    let tenant = tenant(store);
    for n in [2, 3, 1] {
        must(tenant.submit_intake(&fixture::intake(n)).await);
    }
    let mut same_time = fixture::intake(4);
    same_time.submitted_at = fixture::at(3);
    must(tenant.submit_intake(&same_time).await);
    let ids: Vec<RunId> =
        must(tenant.runs(&RunQuery::newest(9)).await).into_iter().map(|run| run.id).collect();
    assert_eq!(ids, [4, 3, 2, 1].map(fixture::run_id));
    assert_eq!(must(tenant.queued_runs(fixture::at(0), 9).await), [1, 2, 3, 4].map(fixture::run_id));
    assert_eq!(must(tenant.queued_runs(fixture::at(0), 2).await), [1, 2].map(fixture::run_id));
}

/// Pages that follow each other hold every run once.
pub async fn runs_are_paged(store: &dyn Store) {
    let tenant = tenant(store);
    for n in 1..=5 {
        let mut intake: NewIntake = fixture::intake(n);
        intake.submitted_at = fixture::at(i64::try_from(n / 3).unwrap_or(0));
        must(tenant.submit_intake(&intake).await);
    }
    let all = must(tenant.runs(&RunQuery::newest(9)).await);
    let mut paged = Vec::new();
    let mut query = RunQuery::newest(2);
    loop {
        let page = must(tenant.runs(&query).await);
        let Some(last) = page.last().cloned() else { break };
        assert!(page.len() <= 2);
        paged.extend(page);
        query = query.after(&last);
    }
    assert_eq!(paged, all);
    assert_eq!(all.len(), 5);
}

/// Of several claims at the same time one succeeds, the others are told that the run is leased.
pub async fn claim_is_exclusive(store: &dyn Store) {
    let tenant = tenant(store);
    let run = must(tenant.submit_intake(&fixture::intake(1)).await).run;
    let claims: Vec<_> = (0..8).map(|_| claim(run, 100, 200)).collect();
    let results = join_all(claims.iter().map(|claim| tenant.claim_run(claim))).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for error in results.into_iter().filter_map(Result::err) {
        assert_eq!(error.kind(), ErrorKind::Leased, "{error}");
        assert!(error.is_transient(), "it may be free later");
    }
    let unknown = tenant.claim_run(&claim(fixture::run_id(9), 100, 200)).await;
    unknown.expect_err_kind(ErrorKind::NotFound);
}

/// At its end a lease can be taken by another, under a greater fence.
pub async fn claim_after_the_lease_ran_out(store: &dyn Store) {
    let tenant = tenant(store);
    let run = must(tenant.submit_intake(&fixture::intake(1)).await).run;
    let first = must(tenant.claim_run(&claim(run, 100, 200)).await);
    assert_eq!((first.until, first.holder.as_str()), (fixture::at(200), "worker-100"));
    tenant.claim_run(&claim(run, 199, 300)).await.expect_err_kind(ErrorKind::Leased);
    let second = must(tenant.claim_run(&claim(run, 200, 300)).await);
    assert!(second.fence.token > first.fence.token);
    tenant.renew_lease(&first, fixture::at(900)).await.expect_err_kind(ErrorKind::LeaseLost);
    must(tenant.release_run(&first).await);
    tenant.claim_run(&claim(run, 250, 400)).await.expect_err_kind(ErrorKind::Leased);
}

/// Every write of a run under an older fence is refused and changes nothing.
pub async fn stale_fences_are_refused(store: &dyn Store) {
    let (tenant, old) = with_run(store).await;
    must(tenant.claim_run(&claim(old.run, 20_000, 30_000)).await);
    let before = crate::tenancy::everything(&*tenant).await;
    for result in writes_of_a_run(&*tenant, old).await {
        result.expect_err_kind(ErrorKind::LeaseLost);
    }
    assert_eq!(crate::tenancy::everything(&*tenant).await, before);
    for result in writes_of_a_run(&*tenant, Fence::new(fixture::run_id(9), 1)).await {
        result.expect_err_kind(ErrorKind::NotFound);
    }
}

/// Every write that needs a fence, once.
async fn writes_of_a_run(tenant: &dyn TenantStore, fence: Fence) -> Vec<icp_core::Result<()>> {
    let run = fence.run;
    let resolution = fixture::resolution(Outcome::Unresolved, "200312345Z", 9);
    let (evidence, suggestions) = (fixture::evidence(&[]), fixture::suggestions(&["47"]));
    vec![
        tenant.advance_run(&step(fence, RunState::IntakeSaved, RunState::Mapping)).await.map(drop),
        tenant.append_events(fence, fixture::at(1), &[fixture::event("one")]).await.map(drop),
        tenant.record_resolutions(fence, &[resolution]).await,
        tenant.record_site(fence, &fixture::site("acme.sg", &["one"])).await,
        tenant.record_evidence(fence, &evidence).await.map(drop),
        tenant.pin_register(fence, &fixture::pin(run, 1)).await,
        tenant.save_patterns(fence, &fixture::patterns(run, 1)).await,
        tenant.publish_suggestions(fence, &suggestions).await,
        tenant.reserve(fence, &fixture::model_call(10)).await.map(drop),
    ]
}

/// Until the new end nobody else can claim.
pub async fn renewed_leases_hold_longer(store: &dyn Store) {
    let tenant = tenant(store);
    let run = must(tenant.submit_intake(&fixture::intake(1)).await).run;
    let lease = must(tenant.claim_run(&claim(run, 100, 200)).await);
    let renewed = must(tenant.renew_lease(&lease, fixture::at(500)).await);
    assert_eq!((renewed.fence, renewed.until), (lease.fence, fixture::at(500)));
    tenant.claim_run(&claim(run, 499, 900)).await.expect_err_kind(ErrorKind::Leased);
    must(tenant.claim_run(&claim(run, 500, 900)).await);
}

/// A lease that was given back can be claimed at once, by anybody.
pub async fn released_runs_can_be_claimed(store: &dyn Store) {
    let tenant = tenant(store);
    let run = must(tenant.submit_intake(&fixture::intake(1)).await).run;
    let lease = must(tenant.claim_run(&claim(run, 100, 200)).await);
    must(tenant.release_run(&lease).await);
    let next = must(tenant.claim_run(&claim(run, 101, 200)).await);
    assert!(next.fence.token > lease.fence.token);
}

/// From a state the run is not in, it is a conflict and changes nothing.
pub async fn advance_is_compare_and_set(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let run = fence.run;
    let before = must(tenant.run(run).await);
    let wrong = step(fence, RunState::Mapping, RunState::Crawl);
    tenant.advance_run(&wrong).await.expect_err_kind(ErrorKind::Conflict);
    assert_eq!(must(tenant.run(run).await), before);
    let moved = must(tenant.advance_run(&step(fence, RunState::IntakeSaved, RunState::Mapping)).await).run;
    assert_eq!((moved.state, moved.updated_at), (RunState::Mapping, fixture::at(100)));
    let failed = step(fence, RunState::Mapping, RunState::Failed).with_failure("no network");
    let failed = must(tenant.advance_run(&failed).await).run;
    assert_eq!(failed.failure.as_deref(), Some("no network"));
    assert_eq!(must(tenant.run(run).await), Some(failed));
    let again = must(tenant.advance_run(&step(fence, RunState::Failed, RunState::Mapping)).await).run;
    assert_eq!(again.failure, None, "a run that goes on has not failed");
}

/// A step that the states forbid is refused.
pub async fn advance_refuses_forbidden_steps(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let skip = step(fence, RunState::IntakeSaved, RunState::Crawl);
    tenant.advance_run(&skip).await.expect_err_kind(ErrorKind::Invalid);
    assert_eq!(must(tenant.run(fence.run).await).map(|run| run.state), Some(RunState::IntakeSaved));
}

/// Of several concurrent advances from the same state exactly one succeeds.
pub async fn advance_only_once(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let advance = step(fence, RunState::IntakeSaved, RunState::Mapping);
    let results = join_all((0..8).map(|_| tenant.advance_run(&advance))).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for error in results.into_iter().filter_map(Result::err) {
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    }
}

/// Only the holder of the lease brings a run on.
pub async fn advance_needs_a_fence(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let mut advance = step(fence, RunState::IntakeSaved, RunState::Mapping);
    advance.fence = None;
    tenant.advance_run(&advance).await.expect_err_kind(ErrorKind::Invalid);
    assert_eq!(must(tenant.run(fence.run).await).map(|run| run.state), Some(RunState::IntakeSaved));
}

/// A cancellation by somebody else makes the holder's writes fail.
pub async fn cancelling_takes_the_lease(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let cancel = RunAdvance::cancel(fence.run, RunState::IntakeSaved, fixture::at(150));
    let cancelled = must(tenant.advance_run(&cancel).await).run;
    assert_eq!(cancelled.state, RunState::Cancelled);
    let batch = EvidenceBatch::new(fixture::acme().company, vec![]);
    tenant.record_evidence(fence, &batch).await.expect_err_kind(ErrorKind::LeaseLost);
    must(tenant.claim_run(&claim(fence.run, 151, 200)).await);
}

/// A change of state is the run's next event.
pub async fn advance_is_an_event(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    must(tenant.append_events(fence, fixture::at(99), &[fixture::event("one")]).await);
    let advanced = must(tenant.advance_run(&step(fence, RunState::IntakeSaved, RunState::Mapping)).await);
    assert_eq!((advanced.event.seq, advanced.event.at), (2, fixture::at(100)));
    assert_eq!(advanced.event.kind, ProgressKind::StateChanged { state: RunState::Mapping });
    let stored = must(tenant.events(&EventQuery::of_run(fence.run, 9).after(1)).await);
    assert_eq!(stored, [advanced.event]);
}

/// A run waits unless it has ended or somebody holds its lease.
pub async fn queued_runs_leave_out_leased_ones(store: &dyn Store) {
    let tenant = tenant(store);
    for n in [1, 2] {
        must(tenant.submit_intake(&fixture::intake(n)).await);
    }
    let [first, second] = [1, 2].map(fixture::run_id);
    let lease = must(tenant.claim_run(&claim(first, 100, 200)).await);
    assert_eq!(must(tenant.queued_runs(fixture::at(199), 1).await), [second]);
    assert_eq!(must(tenant.queued_runs(fixture::at(200), 9).await), [first, second]);
    must(tenant.release_run(&lease).await);
    assert_eq!(must(tenant.queued_runs(fixture::at(150), 9).await), [first, second]);
}

/// The job of a run that ended is done; taken up again, it waits again.
pub async fn finished_runs_finish_their_job(store: &dyn Store) {
    use RunState::{Cancelled, Crawl, IntakeSaved, Mapping, PatternMining, SuggestionsReady};
    let (tenant, fence) = with_run(store).await;
    for pair in [IntakeSaved, Mapping, Crawl, PatternMining, SuggestionsReady].windows(2) {
        assert_eq!(must(tenant.queued_runs(fixture::at(1_000_000), 9).await), [fence.run]);
        must(tenant.advance_run(&step(fence, pair[0], pair[1])).await);
    }
    assert_eq!(must(tenant.queued_runs(fixture::at(1_000_000), 9).await), []);
    let other = new_run(&*tenant, 2).await;
    must(tenant.advance_run(&step(other, IntakeSaved, Cancelled)).await);
    assert_eq!(must(tenant.queued_runs(fixture::at(1_000_000), 9).await), []);
    must(tenant.advance_run(&step(other, Cancelled, Mapping)).await);
    assert_eq!(must(tenant.queued_runs(fixture::at(1_000_000), 9).await), [other.run]);
}

/// Events are numbered from 1 without gaps, also when several writers append at once.
pub async fn events_are_numbered_without_gaps(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let two = [fixture::event("one"), fixture::event("two")];
    let appended = join_all((0..6).map(|_| tenant.append_events(fence, fixture::at(5), &two))).await;
    for events in appended {
        let events = must(events);
        assert_eq!(events[0].seq + 1, events[1].seq, "what is appended together stays together");
    }
    let stored = must(tenant.events(&EventQuery::of_run(fence.run, 99)).await);
    let numbers: Vec<u64> = stored.iter().map(|event| event.seq).collect();
    assert_eq!(numbers, (1..=12).collect::<Vec<u64>>());
}

/// After a number come exactly the later events, as they were appended.
pub async fn events_replay_from_a_number(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let kinds: Vec<ProgressKind> = ["a", "b", "c", "d"].map(fixture::event).to_vec();
    let appended = must(tenant.append_events(fence, fixture::at(5), &kinds).await);
    for after in 0..=4_u64 {
        let query = EventQuery::of_run(fence.run, 99).after(after);
        assert_eq!(must(tenant.events(&query).await), appended[usize::try_from(after).unwrap_or(0)..]);
    }
    assert_eq!(must(tenant.events(&EventQuery::of_run(fence.run, 2).after(1)).await), appended[1..3]);
    assert_eq!(must(tenant.events(&EventQuery::of_run(fixture::run_id(9), 9)).await), []);
}

/// The same card of a run twice is one rejection, the first, and one audit entry.
pub async fn reject_is_idempotent(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let first = fixture::reject(fence.run, "52", "too small", 1);
    assert_eq!(must(tenant.reject(&first).await), first.rejection);
    let again = fixture::reject(fence.run, "52", "too far", 2);
    assert_eq!(must(tenant.reject(&again).await), first.rejection, "the first stays");
    assert_eq!(must(tenant.rejections(fence.run).await), [first.rejection]);
    let audit = must(tenant.audit(&AuditQuery::first(9)).await);
    assert_eq!(audit.iter().map(|entry| entry.action.as_str()).collect::<Vec<_>>(), ["reject_card"]);
    let unknown = tenant.reject(&fixture::reject(fixture::run_id(9), "52", "no", 3)).await;
    unknown.expect_err_kind(ErrorKind::NotFound);
}

/// Pages of the audit trail that follow each other hold every entry once.
pub async fn audit_is_paged(store: &dyn Store) {
    let tenant = tenant(store);
    for (n, division) in (1..).zip(["52", "47", "62", "46", "56"]) {
        must(tenant.accept(&fixture::accept(division, n, 50)).await);
    }
    let all = must(tenant.audit(&AuditQuery::first(9)).await);
    assert_eq!(all.len(), 5);
    let mut paged = Vec::new();
    let mut query = AuditQuery::first(2);
    loop {
        let page = must(tenant.audit(&query).await);
        let Some(last) = page.last().cloned() else { break };
        paged.extend(page);
        query = query.after(&last);
    }
    assert_eq!(paged, all);
}
