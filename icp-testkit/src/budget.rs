//! The rules of what models may spend: reservations, settlements and their sums.

use std::sync::Arc;

use futures_util::future::join_all;
use icp_core::ErrorKind;
use icp_core::model::{CompanyId, Timestamp};
use icp_core::ports::{
    BudgetCaps, BudgetScope, BudgetUnit, Cost, ExtractBudget, Fence, ReservationId, ReserveRequest, Reserved,
    Store, TenantStore, Usage,
};

use crate::fixture::{self, at, must};
use crate::random::Random;
use crate::steps::{ExpectKind as _, claim, new_run, with_run};

const PAGE: &str = "https://acme.sg/";

fn tokens(tokens: u64) -> ExtractBudget {
    ExtractBudget::default().with_tokens(tokens)
}

/// A call about a page of acme that may take so many tokens and as many millionths.
fn call(url: &str, most: u64, caps: BudgetCaps) -> ReserveRequest {
    ReserveRequest::new(fixture::acme().company, url, at(0), Cost::new(most, most)).with_caps(caps)
}

async fn granted(tenant: &dyn TenantStore, fence: Fence, request: &ReserveRequest) -> Option<ReservationId> {
    match must(tenant.reserve(fence, request).await) {
        Reserved::Granted(reservation) => Some(reservation),
        Reserved::Refused(_) => None,
    }
}

/// Tokens that a run has spent and reserved.
async fn held(tenant: &dyn TenantStore, fence: Fence) -> u64 {
    let spending = must(tenant.spending(fence.run).await);
    spending.iter().map(|it| Cost::from(it.usage).tokens + it.unsettled.tokens).sum()
}

/// Runs a task for each number at the same time, on several threads where the runtime has them.
async fn parallel<T, F>(tasks: u64, task: impl Fn(u64) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    join_all((0..tasks).map(|n| tokio::spawn(task(n)))).await.into_iter().map(must).collect()
}

/// Of 32 tasks that reserve and settle at once as many calls are granted as fit, and no more.
pub async fn parallel_reservations_fill_a_cap_exactly(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    // Each task makes four calls of 10 tokens that cost what was reserved: 128 ask for 1280, and 100 fit.
    let caps = BudgetCaps::default().with_run(tokens(1_000));
    let made = parallel(32, |n| {
        let tenant = Arc::clone(&tenant);
        async move {
            let mut made = 0;
            for _ in 0..4 {
                if let Some(call) = granted(&*tenant, fence, &call(&format!("{PAGE}{n}"), 10, caps)).await {
                    tokio::task::yield_now().await;
                    must(tenant.settle(call, Usage::new(9, 1, 10)).await);
                    made += 1;
                }
            }
            made
        }
    })
    .await;
    assert_eq!(made.iter().sum::<u64>(), 100, "{made:?}");
    assert_eq!(held(&*tenant, fence).await, 1_000);
    let spending = must(tenant.spending(fence.run).await);
    assert_eq!((spending[0].usage.requests, spending[0].unsettled_calls), (100, 0));
    assert_eq!(spending[0].refused.get(&BudgetScope::Run), Some(&28));
}

/// 100 pages that ask at once never hold more than the cap.
pub async fn hundred_parallel_reservations_stay_under_the_cap(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let caps = BudgetCaps::default().with_site(tokens(995)).with_day(tokens(2_000));
    let calls = parallel(100, |n| {
        let tenant = Arc::clone(&tenant);
        async move { granted(&*tenant, fence, &call(&format!("{PAGE}{n}"), 30, caps)).await }
    })
    .await;
    let mut granted: Vec<ReservationId> = calls.into_iter().flatten().collect();
    granted.sort();
    granted.dedup();
    assert_eq!(granted.len(), 33, "each grant has a number of its own");
    assert_eq!(held(&*tenant, fence).await, 990);
}

/// Page, site, run, day and tenant are told apart; the refusal names the cap.
pub async fn each_cap_is_held_by_itself(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let second = new_run(&*tenant, 2).await;
    let none = BudgetCaps::default();
    let base = call(PAGE, 10, none);
    must(tenant.reserve(fence, &base).await.map(drop));
    let other_page = call("https://acme.sg/other", 10, none);
    let mut other_site = base.clone();
    other_site.company = CompanyId::from_u128(99);
    let mut other_day = base.clone();
    other_day.at = at(10 * 86_400);
    // A cap of 15 leaves no room for another 10 of the same, and room for what is something else.
    let cap = tokens(15);
    let money = ExtractBudget::default().with_micro_usd(15);
    for (scope, of, same, other) in [
        (BudgetScope::Page, none.with_page(cap), (fence, &base), Some((fence, &other_page))),
        (BudgetScope::Site, none.with_site(cap), (fence, &other_page), Some((fence, &other_site))),
        (BudgetScope::Run, none.with_run(cap), (fence, &other_site), Some((second, &base))),
        (BudgetScope::Day, none.with_day(cap), (second, &other_site), Some((second, &other_day))),
        (BudgetScope::Tenant, none.with_tenant(money), (second, &other_day), None),
    ] {
        let Reserved::Refused(refusal) = must(tenant.reserve(same.0, &same.1.clone().with_caps(of)).await)
        else {
            panic!("the cap of the {scope} does not hold");
        };
        let unit = if scope == BudgetScope::Tenant { BudgetUnit::MicroUsd } else { BudgetUnit::Tokens };
        assert_eq!((refusal.scope, refusal.unit), (scope, unit));
        assert_eq!((refusal.cap, refusal.held, refusal.asked), (15, 10, 10));
        if let Some((fence, request)) = other {
            let call = granted(&*tenant, fence, &request.clone().with_caps(of)).await;
            let call = must(call.ok_or(format!("something else counts for the {scope}")));
            must(tenant.settle(call, Usage::default()).await);
        }
    }
    tenant.reserve(Fence::new(fixture::run_id(9), 1), &base).await.expect_err_kind(ErrorKind::NotFound);
}

/// At midnight a day's budget is whole again, that of a tenant is not.
pub async fn budget_days_begin_at_midnight_utc(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let on = |time: &str, caps| {
        let time: Timestamp = must(time.parse());
        ReserveRequest::new(fixture::acme().company, PAGE, time, Cost::new(10, 0)).with_caps(caps)
    };
    let day = BudgetCaps::default().with_day(tokens(10));
    for (time, fits) in [
        ("2026-11-23T00:00:00Z", true),
        ("2026-11-23T23:59:59.999999Z", false),
        ("2026-11-24T00:00:00Z", true),
        ("2026-11-24T00:00:00.000001Z", false),
    ] {
        assert_eq!(granted(&*tenant, fence, &on(time, day)).await.is_some(), fits, "{time}");
    }
    let both = day.with_tenant(tokens(29));
    assert_eq!(granted(&*tenant, fence, &on("2026-11-25T00:00:00Z", both)).await, None);
}

/// Also for the next worker on the run, and for ever.
pub async fn unsettled_reservations_count_in_full(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let caps = BudgetCaps::default().with_run(tokens(100));
    let lost = must(granted(&*tenant, fence, &call(PAGE, 60, caps)).await.ok_or("it fits"));
    let next = must(tenant.claim_run(&claim(fence.run, 20_000, 30_000)).await).fence;
    tenant.reserve(fence, &call(PAGE, 1, caps)).await.expect_err_kind(ErrorKind::LeaseLost);
    assert_eq!(granted(&*tenant, next, &call(PAGE, 41, caps)).await, None);
    let spending = must(tenant.spending(fence.run).await);
    assert_eq!((spending[0].unsettled_calls, spending[0].unsettled), (1, Cost::new(60, 60)));
    // The worker was not dead after all: its call is counted as what it was.
    must(tenant.settle(lost, Usage::new(20, 5, 1)).await);
    assert!(granted(&*tenant, next, &call(PAGE, 75, caps)).await.is_some());
}

/// What a call did not use can be reserved again.
pub async fn settled_calls_count_what_they_cost(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let caps = BudgetCaps::default()
        .with_page(tokens(100))
        .with_site(tokens(100))
        .with_run(tokens(100))
        .with_day(ExtractBudget::default().with_micro_usd(100))
        .with_tenant(tokens(100));
    let first = must(granted(&*tenant, fence, &call(PAGE, 100, caps)).await.ok_or("it fits"));
    assert_eq!(granted(&*tenant, fence, &call(PAGE, 1, caps)).await, None);
    must(tenant.settle(first, Usage::new(30, 10, 20)).await);
    let mut rest = call(PAGE, 60, caps);
    rest.most = Cost::new(61, 80);
    assert_eq!(granted(&*tenant, fence, &rest).await, None);
    rest.most = Cost::new(60, 81);
    assert_eq!(granted(&*tenant, fence, &rest).await, None);
    rest.most = Cost::new(60, 80);
    assert!(granted(&*tenant, fence, &rest).await.is_some());
}

/// The truth is written down, also above a cap.
pub async fn calls_that_cost_more_than_reserved_count_whole(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let caps = BudgetCaps::default().with_run(tokens(100));
    let call_made = must(granted(&*tenant, fence, &call(PAGE, 50, caps)).await.ok_or("it fits"));
    must(tenant.settle(call_made, Usage::new(100, 20, 7)).await);
    assert_eq!(held(&*tenant, fence).await, 120);
    assert_eq!(granted(&*tenant, fence, &call(PAGE, 1, caps)).await, None);
}

/// The first settlement stays.
pub async fn settling_twice_counts_once(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let caps = BudgetCaps::default().with_run(tokens(100));
    let call_made = must(granted(&*tenant, fence, &call(PAGE, 100, caps)).await.ok_or("it fits"));
    for tokens_in in [40, 10, 90] {
        must(tenant.settle(call_made, Usage::new(tokens_in, 0, 1)).await);
    }
    let spending = must(tenant.spending(fence.run).await);
    assert_eq!(spending[0].usage, Usage::new(40, 0, 1));
    assert_eq!(granted(&*tenant, fence, &call(PAGE, 61, caps)).await, None);
    assert!(granted(&*tenant, fence, &call(PAGE, 60, caps)).await.is_some());
    let unknown = ReservationId::new(999);
    tenant.settle(unknown, Usage::default()).await.expect_err_kind(ErrorKind::NotFound);
}

/// Whatever is settled when, and whatever for.
pub async fn any_order_of_reserving_and_settling_stays_under_the_cap(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let caps = BudgetCaps::default().with_page(tokens(150)).with_site(tokens(400)).with_run(tokens(700));
    let mut random = Random::new(5);
    let mut open: Vec<(ReservationId, usize)> = Vec::new();
    // The sums as they should be: of the run, and of two sites with two pages each.
    let (mut run, mut sites, mut pages) = (0, [0; 2], [[0; 2]; 2]);
    for step in 0..200 {
        if random.below(3) > 0 || open.is_empty() {
            let (site, page, most) = (random.below(2), random.below(2), random.below(90));
            let mut request = call(&format!("{PAGE}{page}"), most as u64, caps);
            request.company = CompanyId::from_u128(site as u128);
            let fits = most == 0
                || (run + most <= 700 && sites[site] + most <= 400 && pages[site][page] + most <= 150);
            let reserved = granted(&*tenant, fence, &request).await;
            assert_eq!(reserved.is_some(), fits, "step {step}: {run} {sites:?} {pages:?} + {most}");
            if let Some(call) = reserved {
                open.push((call, (site * 2 + page) * 1_000 + most));
                run += most;
                sites[site] += most;
                pages[site][page] += most;
            }
        } else {
            let (call, packed) = open.swap_remove(random.below(open.len()));
            let (at, most) = (packed / 1_000, packed % 1_000);
            let used = random.below(most + 1);
            must(tenant.settle(call, Usage::new(used as u64, 0, 0)).await);
            run -= most - used;
            sites[at / 2] -= most - used;
            pages[at / 2][at % 2] -= most - used;
        }
        assert_eq!(held(&*tenant, fence).await, run as u64, "step {step}");
    }
}

/// Settled, unsettled and refused calls, each by itself.
pub async fn spending_is_told_by_company(store: &dyn Store) {
    let (tenant, fence) = with_run(store).await;
    let second = new_run(&*tenant, 2).await;
    let caps = BudgetCaps::default().with_page(tokens(50));
    let mut stranger = call(PAGE, 51, caps);
    stranger.company = CompanyId::from_u128(u128::MAX);
    for _ in 0..2 {
        assert_eq!(granted(&*tenant, fence, &stranger).await, None);
    }
    let settled = must(granted(&*tenant, fence, &call(PAGE, 20, caps)).await.ok_or("it fits"));
    must(granted(&*tenant, fence, &call(PAGE, 25, caps)).await.ok_or("it fits"));
    must(tenant.settle(settled, Usage::new(11, 4, 3)).await);
    let spending = must(tenant.spending(fence.run).await);
    assert_eq!(spending.len(), 2);
    let (acme, other) = (&spending[0], &spending[1]);
    assert_eq!((acme.company, acme.usage), (fixture::acme().company, Usage::new(11, 4, 3)));
    assert_eq!((acme.unsettled_calls, acme.unsettled), (1, Cost::new(25, 25)));
    assert!(acme.refused.is_empty());
    assert_eq!((other.company, other.usage), (stranger.company, Usage::default()));
    assert_eq!(other.refused.iter().collect::<Vec<_>>(), [(&BudgetScope::Page, &2)]);
    assert_eq!(must(tenant.spending(second.run).await), []);
}
