//! Each case of the suites fails for an adapter that breaks its rule.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use icp_core::memory::{MemoryFetcher, MemoryStore};
use icp_core::model::{
    CompanyId, Confidence, ExtractorId, Finding, Refusal, RefusalCause, RunId, SignalKey, TenantId,
    Timestamp, Zone,
};
use icp_core::ports::{
    BudgetScope, BudgetStore, Clock, Cost, EraseReport, ExtractRequest, Extraction, Extractor,
    ExtractorClass, Fence, FetchOutcome, FetchRequest, FetchTarget, Fetcher, ReservationId, ReserveRequest,
    Reserved, Sitemap, SitemapEntry, Spending, Store, StoreHealth, TenantStore, Usage,
};
use icp_core::{Error, ErrorKind, Result};
use icp_testkit::extractor::{self, ExtractorBuilder};
use icp_testkit::fetcher::{self, FetcherBuilder, WebContent};
use icp_testkit::{budget, store::Guard};

/// The case, run on the side: whether it failed.
async fn fails(case: impl Future<Output = ()> + Send + 'static) -> bool {
    tokio::spawn(case).await.is_err_and(|error| error.is_panic())
}

type WebFault = fn(&dyn FetcherFault, &FetchRequest, Result<FetchOutcome>) -> Result<FetchOutcome>;

/// Facts a fault may ask for.
trait FetcherFault: Send + Sync {
    fn count(&self) -> u64;
}

/// A memory fetcher with one fault.
struct BrokenFetcher {
    inner: MemoryFetcher,
    fault: WebFault,
    count: AtomicU64,
}

impl std::fmt::Debug for BrokenFetcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BrokenFetcher")
    }
}

impl FetcherFault for BrokenFetcher {
    fn count(&self) -> u64 {
        self.count.fetch_add(1, Ordering::Relaxed)
    }
}

#[async_trait]
impl Fetcher for BrokenFetcher {
    async fn fetch(&self, request: &FetchRequest) -> Result<FetchOutcome> {
        (self.fault)(self, request, self.inner.fetch(request).await)
    }
}

#[derive(Clone, Copy)]
struct BuildsBroken(WebFault);

#[async_trait]
impl FetcherBuilder for BuildsBroken {
    async fn build(&self, content: &WebContent, clock: Arc<dyn Clock>) -> (Guard, Arc<dyn Fetcher>) {
        let inner = content.resources.iter().fold(MemoryFetcher::new(clock), |web, resource| {
            web.with_outcome(&content.url(&resource.path), resource.outcome.clone())
        });
        (Box::new(()), Arc::new(BrokenFetcher { inner, fault: self.0, count: AtomicU64::new(0) }))
    }
}

fn refused(cause: RefusalCause) -> Result<FetchOutcome> {
    Ok(FetchOutcome::Refused(Refusal::new(cause, "broken")))
}

/// Takes refusals of a cause for refusals of another.
fn confused(outcome: Result<FetchOutcome>, cause: RefusalCause) -> Result<FetchOutcome> {
    match outcome {
        Ok(FetchOutcome::Refused(refusal)) if refusal.cause == cause => refused(RefusalCause::Protocol),
        other => other,
    }
}

/// Changes sitemaps.
fn list(outcome: Result<FetchOutcome>, change: impl Fn(&mut Sitemap)) -> Result<FetchOutcome> {
    outcome.map(|outcome| match outcome {
        FetchOutcome::Sitemap(mut sitemap) => {
            change(&mut sitemap);
            FetchOutcome::Sitemap(sitemap)
        }
        other => other,
    })
}

#[tokio::test]
async fn broken_fetchers_are_found_out() {
    type Case = fn(BuildsBroken) -> BoxFuture<'static, ()>;
    macro_rules! cases {
        ($($case:ident by $fault:expr),* $(,)?) => {
            &[$((stringify!($case), (|builder| Box::pin(async move { fetcher::$case(&builder).await })) as Case, $fault)),*]
        };
    }
    let cases: &[(&str, Case, WebFault)] = cases![
        home_is_found by |_, request, outcome| match request.target {
            FetchTarget::Home => refused(RefusalCause::NotFound),
            _ => outcome,
        },
        absence_is_an_outcome by |_, _, outcome| match outcome {
            Ok(FetchOutcome::Refused(refusal)) if refusal.cause == RefusalCause::NotFound => {
                Err(Error::new(ErrorKind::NotFound, "fetch a page", "there is none"))
            }
            other => other,
        },
        robots_is_an_outcome by |_, _, outcome| confused(outcome, RefusalCause::RobotsDisallowed),
        sitemap_obeys_robots by |_, _, outcome| confused(outcome, RefusalCause::RobotsDisallowed),
        private_addresses_are_refused by |_, _, outcome| confused(outcome, RefusalCause::ForbiddenAddress),
        off_site_is_refused by |_, _, outcome| confused(outcome, RefusalCause::OffSite),
        same_bytes_same_page by |fault, _, outcome| outcome.map(|outcome| match outcome {
            FetchOutcome::Page(mut page) => {
                page.body_bytes = fault.count();
                FetchOutcome::Page(page)
            }
            other => other,
        }),
        not_modified_needs_validators by |fault, _, outcome| match outcome {
            Ok(FetchOutcome::Page(_)) if fault.count() > 0 => Ok(FetchOutcome::NotModified),
            other => other,
        },
        sitemap_is_listed by |_, _, outcome| list(outcome, |list| list.sitemaps.clear()),
        sitemap_keeps_to_its_site by |_, _, outcome| list(outcome, |list| {
            list.entries.push(SitemapEntry::new("https://other.example/".parse().unwrap()));
        }),
        sitemap_with_a_dtd_is_refused by |_, request, outcome| match request.url() {
            Some(url) if url.path().contains("dtd") => Ok(FetchOutcome::Sitemap(Sitemap::default())),
            _ => outcome,
        },
        deadline_is_kept by |_, _, outcome| confused(outcome, RefusalCause::Timeout),
    ];
    for (name, case, fault) in cases {
        assert!(!fails(case(BuildsBroken(|_, _, outcome| outcome))).await, "{name} fails without a fault");
        assert!(fails(case(BuildsBroken(*fault))).await, "{name} does not see its fault");
    }
    assert_eq!(cases.len(), fetcher::CASES.len());
}

type ExtractFault = fn(u64, &ExtractRequest<'_>, &mut Extraction);

/// Finds the first word of a page's content, with one fault.
#[derive(Debug)]
struct BrokenExtractor {
    fault: ExtractFault,
    class: ExtractorClass,
    changes_its_id: bool,
    count: AtomicU64,
}

#[async_trait]
impl Extractor for BrokenExtractor {
    fn id(&self) -> ExtractorId {
        let version = if self.changes_its_id { self.count.fetch_add(1, Ordering::Relaxed) } else { 1 };
        ExtractorId::new("first-word", u32::try_from(version).unwrap())
    }

    fn class(&self) -> ExtractorClass {
        self.class
    }

    async fn extract(&self, request: ExtractRequest<'_>) -> Extraction {
        let findings = request.page.zone(Zone::Main).find_map(|(block, text)| {
            let word = text.split_whitespace().next().filter(|word| word.contains(char::is_alphanumeric))?;
            let range = block.range().start..block.range().start + word.len();
            Some(Finding::new(SignalKey::Integration, word, word, range, Confidence::new(0.5)))
        });
        let mut extraction = Extraction::found(findings.into_iter().collect());
        (self.fault)(self.count.fetch_add(1, Ordering::Relaxed), &request, &mut extraction);
        extraction
    }
}

#[derive(Clone, Copy)]
struct BuildsBrokenExtractor(ExtractFault, &'static str);

#[async_trait]
impl ExtractorBuilder for BuildsBrokenExtractor {
    async fn build(&self) -> (Guard, Arc<dyn Extractor>) {
        let count = AtomicU64::new(0);
        let class = match self.1 {
            "models_show_their_values" => ExtractorClass::Model,
            _ => ExtractorClass::Rules,
        };
        let changes_its_id = self.1 == "id_is_stable";
        (Box::new(()), Arc::new(BrokenExtractor { fault: self.0, class, changes_its_id, count }))
    }
}

#[tokio::test]
async fn broken_extractors_are_found_out() {
    type Case = fn(BuildsBrokenExtractor) -> BoxFuture<'static, ()>;
    macro_rules! cases {
        ($($case:ident by $fault:expr),* $(,)?) => {
            &[$((stringify!($case), (|builder| Box::pin(async move { extractor::$case(&builder).await })) as Case, $fault)),*]
        };
    }
    let cases: &[(&str, Case, ExtractFault)] = cases![
        quotes_are_spans by |_, _, extraction| extraction.findings.iter_mut().for_each(|it| it.range.end += 1),
        rules_are_deterministic by |count, _, extraction| {
            extraction.findings.truncate(usize::try_from(count % 2).unwrap());
        },
        rules_are_free by |_, _, extraction| extraction.usage = Usage::new(1, 1, 1),
        models_show_their_values by |count, request, extraction| {
            let menu = request.page.zone(Zone::Nav).next();
            for finding in &mut extraction.findings {
                match menu {
                    // A span of the page and its own value, where no person reads content.
                    Some((block, text)) if count % 2 == 0 => {
                        (finding.range, finding.quote, finding.value) = (block.range(), text.into(), text.into());
                    }
                    _ => finding.value = "Elsewhere".to_owned(),
                }
            }
        },
        empty_pages_give_nothing by |_, request, extraction| {
            if request.page.text.as_str().is_empty() {
                extraction.failures.push(icp_core::ports::ExtractFailure::new("no text"));
            }
        },
        cancelled_extraction_returns by |_, request, extraction| {
            if request.cancel.is_cancelled() {
                extraction.findings.iter_mut().for_each(|it| it.quote.push('x'));
            }
        },
        calls_are_metered by |_, _, extraction| extraction.usage = Usage::new(1, 1, 1),
        id_is_stable by |_, _, _| (),
    ];
    for (name, case, fault) in cases {
        let sound_name = if *name == "id_is_stable" { "" } else { *name };
        let whole = BuildsBrokenExtractor(|_, _, _| (), sound_name);
        assert!(!fails(case(whole)).await, "{name} fails without a fault");
        let broken = BuildsBrokenExtractor(*fault, name);
        assert!(fails(case(broken)).await, "{name} does not see its fault");
    }
    assert_eq!(cases.len(), extractor::CASES.len());
}

/// What a store gets wrong about the calls of models.
#[derive(Clone, Copy, Debug, PartialEq)]
enum BudgetFault {
    None,
    /// Reads the sums, lets others work, and decides then.
    DecidesLate,
    ForgetsOpenCalls,
    MixesScopes,
    LocalDays,
    KeepsReservations,
    NeverAboveReserved,
    CountsTwice,
    HidesRefusals,
}

/// A store of its own of calls, over a memory store, with one fault.
#[derive(Debug)]
struct BrokenStore {
    inner: MemoryStore,
    fault: BudgetFault,
}

#[derive(Debug)]
struct BrokenTenant {
    inner: Arc<dyn TenantStore>,
    fault: BudgetFault,
    calls: Mutex<Vec<BrokenCall>>,
    refused: Mutex<BTreeMap<(RunId, CompanyId, BudgetScope), u64>>,
}

#[derive(Clone, Debug)]
struct BrokenCall {
    run: RunId,
    request: ReserveRequest,
    usage: Option<Usage>,
    settled_cost: Cost,
}

#[async_trait]
impl Store for BrokenStore {
    fn tenant(&self, tenant: &TenantId) -> Arc<dyn TenantStore> {
        let inner = self.inner.tenant(tenant);
        let (calls, refused) = (Mutex::default(), Mutex::default());
        Arc::new(BrokenTenant { inner, fault: self.fault, calls, refused })
    }

    async fn health(&self) -> Result<StoreHealth> {
        self.inner.health().await
    }
}

#[async_trait]
impl TenantStore for BrokenTenant {
    fn tenant_id(&self) -> &TenantId {
        self.inner.tenant_id()
    }

    async fn erase(&self) -> Result<EraseReport> {
        self.inner.erase().await
    }
}

icp_core::forward_stores!(
    BrokenTenant => inner: IntakeStore, RunStore, EventStore, SiteStore, EvidenceStore, InsightStore, RuleStore
);

impl BrokenTenant {
    fn held(&self, run: RunId, request: &ReserveRequest, scope: BudgetScope) -> Cost {
        let calls = self.calls.lock().unwrap();
        let same = |call: &&BrokenCall| {
            let site = call.run == run && call.request.company == request.company;
            match scope {
                BudgetScope::Page => site && call.request.page == request.page,
                BudgetScope::Site if self.fault == BudgetFault::MixesScopes => call.run == run,
                BudgetScope::Site => site,
                BudgetScope::Run => call.run == run,
                BudgetScope::Day if self.fault == BudgetFault::LocalDays => {
                    let day = |at: Timestamp| (at.as_micros() + 8 * 3_600_000_000).div_euclid(86_400_000_000);
                    day(call.request.at) == day(request.at)
                }
                BudgetScope::Day => call.request.day() == request.day(),
                _ => true,
            }
        };
        let cost = |call: &BrokenCall| match call.usage {
            Some(_) => call.settled_cost,
            None if self.fault == BudgetFault::ForgetsOpenCalls => Cost::default(),
            None => call.request.most,
        };
        calls.iter().filter(same).fold(Cost::default(), |sum, call| sum.plus(cost(call)))
    }
}

#[async_trait]
impl BudgetStore for BrokenTenant {
    async fn reserve(&self, fence: Fence, request: &ReserveRequest) -> Result<Reserved> {
        // A write of the run, to ask for its fence.
        self.inner.append_events(fence, request.at, &[]).await?;
        let run = fence.run;
        let held: BTreeMap<BudgetScope, Cost> =
            BudgetScope::ALL.iter().map(|scope| (*scope, self.held(run, request, *scope))).collect();
        if self.fault == BudgetFault::DecidesLate {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        if let Err(refusal) = request.caps.admit(request.most, |scope| held[&scope]) {
            if self.fault != BudgetFault::HidesRefusals {
                let mut refused = self.refused.lock().unwrap();
                *refused.entry((run, request.company, refusal.scope)).or_default() += 1;
            }
            return Ok(Reserved::Refused(refusal));
        }
        let mut calls = self.calls.lock().unwrap();
        let settled_cost = Cost::default();
        calls.push(BrokenCall { run, request: request.clone(), usage: None, settled_cost });
        Ok(Reserved::Granted(ReservationId::new(calls.len() as u64)))
    }

    async fn settle(&self, reservation: ReservationId, usage: Usage) -> Result<()> {
        let mut calls = self.calls.lock().unwrap();
        let at = usize::try_from(reservation.number()).unwrap().wrapping_sub(1);
        let missing = || Error::new(ErrorKind::NotFound, "settle", "there is no such call");
        let call = calls.get_mut(at).ok_or_else(missing)?;
        if call.usage.is_some() && self.fault != BudgetFault::CountsTwice {
            return Ok(());
        }
        call.usage = Some(call.usage.unwrap_or_default().plus(usage));
        let (most, cost) = (call.request.most, Cost::from(call.usage.unwrap()));
        call.settled_cost = match self.fault {
            BudgetFault::KeepsReservations => most,
            BudgetFault::NeverAboveReserved => {
                Cost::new(cost.tokens.min(most.tokens), cost.micro_usd.min(most.micro_usd))
            }
            _ => cost,
        };
        Ok(())
    }

    async fn spending(&self, run: RunId) -> Result<Vec<Spending>> {
        let mut of: BTreeMap<CompanyId, Spending> = BTreeMap::new();
        for call in self.calls.lock().unwrap().iter().filter(|call| call.run == run) {
            let company = call.request.company;
            let spending = of.entry(company).or_insert_with(|| Spending::new(company));
            match call.usage {
                Some(usage) => spending.usage = spending.usage.plus(usage),
                None => {
                    spending.unsettled_calls += 1;
                    spending.unsettled = spending.unsettled.plus(call.request.most);
                }
            }
        }
        for (&(_, company, scope), times) in
            self.refused.lock().unwrap().iter().filter(|((of, ..), _)| *of == run)
        {
            of.entry(company).or_insert_with(|| Spending::new(company)).refused.insert(scope, *times);
        }
        Ok(of.into_values().collect())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn broken_budgets_are_found_out() {
    type Case = fn(BudgetFault) -> BoxFuture<'static, ()>;
    macro_rules! cases {
        ($($case:ident by $fault:ident),* $(,)?) => {
            &[$((
                stringify!($case),
                (|fault| Box::pin(async move {
                    budget::$case(&BrokenStore { inner: MemoryStore::default(), fault }).await;
                })) as Case,
                BudgetFault::$fault,
            )),*]
        };
    }
    let cases: &[(&str, Case, BudgetFault)] = cases![
        parallel_reservations_fill_a_cap_exactly by DecidesLate,
        hundred_parallel_reservations_stay_under_the_cap by DecidesLate,
        each_cap_is_held_by_itself by MixesScopes,
        budget_days_begin_at_midnight_utc by LocalDays,
        unsettled_reservations_count_in_full by ForgetsOpenCalls,
        any_order_of_reserving_and_settling_stays_under_the_cap by ForgetsOpenCalls,
        settled_calls_count_what_they_cost by KeepsReservations,
        calls_that_cost_more_than_reserved_count_whole by NeverAboveReserved,
        settling_twice_counts_once by CountsTwice,
        spending_is_told_by_company by HidesRefusals,
    ];
    for (name, case, fault) in cases {
        // Without a fault the parallel cases need sums that are read and written in one step: this store has none.
        if !name.contains("parallel") {
            assert!(!fails(case(BudgetFault::None)).await, "{name} fails without a fault");
        }
        assert!(fails(case(*fault)).await, "{name} does not see its fault");
    }
    let listed = icp_testkit::store::CASES.iter().filter(|case| cases.iter().any(|it| it.0 == **case));
    assert_eq!(listed.count(), cases.len());
}
