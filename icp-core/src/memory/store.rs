use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use serde_json::Value;

use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    AdoptedRule, Domain, EvidenceItem, IntakeId, IntakeReceipt, NewIntake, Page, PatternSnapshot,
    Quarantined, Run, RunId, SeedResolution, SiteCrawl, SiteReport, StoredIntake, SuggestionSet, TenantId,
    Timestamp,
};
use crate::ports::{
    AcceptCommand, AcceptReceipt, AuditEntry, AuditQuery, BudgetStore, CompanyDecision, EraseReport,
    EventQuery, EventStore, EvidenceBatch, EvidenceQuery, EvidenceStore, ExtractionKey, ExtractionReport,
    Fence, InsightStore, IntakeStore, KnownCompany, KnownQuery, Lease, ProgressEvent, ProgressKind,
    RecordedEvidence, RegisterPin, RejectCommand, Rejection, ReservationId, ReserveRequest, Reserved,
    RuleStore, RunAdvance, RunAdvanced, RunClaim, RunQuery, RunStore, SiteStore, Spending, Store,
    StoreHealth, StoredExtraction, TenantStore, Usage,
};

mod budget;
mod evidence;
mod intakes;
mod rows;
mod rules;
mod runs;

use rows::Tenant;

type Tenants = Arc<Mutex<BTreeMap<TenantId, Tenant>>>;

/// A store in memory. Like every store it keeps records, so that what comes back is what a database would give.
///
/// ```
/// use icp_core::{memory::MemoryStore, ports::Store};
/// let store = MemoryStore::default();
/// let tenant = store.tenant(&"acme".parse()?);
/// assert_eq!(tenant.tenant_id().as_str(), "acme");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct MemoryStore {
    tenants: Tenants,
}

#[async_trait]
impl Store for MemoryStore {
    fn tenant(&self, tenant: &TenantId) -> Arc<dyn TenantStore> {
        Arc::new(MemoryTenant { id: tenant.clone(), tenants: Arc::clone(&self.tenants) })
    }

    async fn health(&self) -> Result<StoreHealth> {
        drop(lock(&self.tenants, "check the store")?);
        Ok(StoreHealth::new("memory", 1))
    }
}

#[derive(Debug)]
struct MemoryTenant {
    id: TenantId,
    tenants: Tenants,
}

fn lock<'a>(
    tenants: &'a Tenants,
    operation: &'static str,
) -> Result<MutexGuard<'a, BTreeMap<TenantId, Tenant>>> {
    tenants.lock().map_err(|_| {
        Error::new(ErrorKind::Internal, operation, "another thread stopped in the middle of a change")
    })
}

impl MemoryTenant {
    /// Does one thing to the tenant's data while nobody else can: that is what makes each method a transaction.
    fn with<T>(&self, operation: &'static str, work: impl FnOnce(&mut Tenant) -> Result<T>) -> Result<T> {
        work(lock(&self.tenants, operation)?.entry(self.id.clone()).or_default())
    }

    /// As [`with`](Self::with), for the holder of a run's lease.
    fn fenced<T>(
        &self,
        operation: &'static str,
        fence: Fence,
        work: impl FnOnce(&mut Tenant) -> Result<T>,
    ) -> Result<T> {
        self.with(operation, |tenant| {
            tenant.check_fence(operation, fence)?;
            work(tenant)
        })
    }
}

#[async_trait]
impl IntakeStore for MemoryTenant {
    async fn submit_intake(&self, intake: &NewIntake) -> Result<IntakeReceipt> {
        self.with("submit intake", |tenant| tenant.submit(intake))
    }

    async fn intake(&self, id: IntakeId) -> Result<Option<StoredIntake>> {
        self.with("read intake", |tenant| tenant.intake(id))
    }

    async fn answers(&self, id: IntakeId) -> Result<Option<Value>> {
        self.with("read answers", |tenant| Ok(tenant.intakes.get(&id).map(|row| row.answers.clone())))
    }

    async fn record_resolutions(&self, fence: Fence, resolutions: &[SeedResolution]) -> Result<()> {
        self.fenced("record resolutions", fence, |tenant| {
            tenant.record_resolutions(fence.run, resolutions);
            Ok(())
        })
    }

    async fn resolutions(&self, run: RunId) -> Result<Vec<SeedResolution>> {
        self.with("read resolutions", |tenant| tenant.resolutions(run))
    }

    async fn decide_company(&self, decision: &CompanyDecision) -> Result<()> {
        self.with("decide company", |tenant| tenant.decide(decision))
    }

    async fn known_companies(&self, query: &KnownQuery) -> Result<Vec<Option<KnownCompany>>> {
        self.with("read known companies", |tenant| {
            query.companies.iter().map(|company| tenant.known(*company, query.other_than)).collect()
        })
    }
}

#[async_trait]
impl RunStore for MemoryTenant {
    async fn run(&self, id: RunId) -> Result<Option<Run>> {
        self.with("read run", |tenant| Ok(tenant.runs.get(&id).map(|row| row.run.clone())))
    }

    async fn runs(&self, query: &RunQuery) -> Result<Vec<Run>> {
        self.with("list runs", |tenant| Ok(tenant.list_runs(query)))
    }

    async fn queued_runs(&self, at: Timestamp, limit: usize) -> Result<Vec<RunId>> {
        self.with("list queued runs", |tenant| Ok(tenant.queued_runs(at, limit)))
    }

    async fn claim_run(&self, claim: &RunClaim) -> Result<Lease> {
        self.with("claim the run", |tenant| tenant.claim(claim))
    }

    async fn renew_lease(&self, lease: &Lease, until: Timestamp) -> Result<Lease> {
        self.with("renew the lease", |tenant| tenant.renew(lease, until))
    }

    async fn release_run(&self, lease: &Lease) -> Result<()> {
        self.with("release the run", |tenant| {
            tenant.release(lease);
            Ok(())
        })
    }

    async fn advance_run(&self, advance: &RunAdvance) -> Result<RunAdvanced> {
        self.with("advance run", |tenant| tenant.advance(&self.id, advance))
    }
}

#[async_trait]
impl EventStore for MemoryTenant {
    async fn append_events(
        &self,
        fence: Fence,
        at: Timestamp,
        kinds: &[ProgressKind],
    ) -> Result<Vec<ProgressEvent>> {
        self.fenced("store events", fence, |tenant| {
            Ok(kinds.iter().map(|kind| tenant.append_event(&self.id, fence.run, at, kind)).collect())
        })
    }

    async fn events(&self, query: &EventQuery) -> Result<Vec<ProgressEvent>> {
        self.with("read events", |tenant| tenant.events(&self.id, query))
    }
}

#[async_trait]
impl SiteStore for MemoryTenant {
    async fn record_site(&self, fence: Fence, site: &SiteCrawl) -> Result<()> {
        self.fenced("record site", fence, |tenant| {
            tenant.record_site(fence.run, site);
            Ok(())
        })
    }

    async fn sites(&self, run: RunId) -> Result<Vec<SiteReport>> {
        self.with("read sites", |tenant| tenant.sites(run))
    }

    async fn pages(&self, run: RunId, site: &Domain) -> Result<Vec<Page>> {
        self.with("read pages", |tenant| tenant.pages(run, site))
    }
}

#[async_trait]
impl EvidenceStore for MemoryTenant {
    async fn record_evidence(&self, fence: Fence, batch: &EvidenceBatch) -> Result<RecordedEvidence> {
        self.fenced("record evidence", fence, |tenant| tenant.record_evidence(fence.run, batch))
    }

    async fn evidence(&self, query: &EvidenceQuery) -> Result<Vec<EvidenceItem>> {
        self.with("read evidence", |tenant| tenant.evidence(query))
    }

    async fn quarantined(&self, run: RunId) -> Result<Vec<Quarantined>> {
        self.with("read quarantined", |tenant| tenant.quarantined(run))
    }

    async fn extraction_reports(&self, run: RunId) -> Result<Vec<ExtractionReport>> {
        self.with("read extraction reports", |tenant| tenant.extraction_reports(run))
    }

    async fn keep_extractions(&self, extractions: &[StoredExtraction]) -> Result<()> {
        self.with("keep extractions", |tenant| {
            tenant.keep_extractions(extractions);
            Ok(())
        })
    }

    async fn extractions(&self, keys: &[ExtractionKey]) -> Result<Vec<Option<StoredExtraction>>> {
        self.with("read extractions", |tenant| tenant.kept_extractions(keys))
    }
}

#[async_trait]
impl InsightStore for MemoryTenant {
    async fn pin_register(&self, fence: Fence, pin: &RegisterPin) -> Result<()> {
        self.fenced("pin the register", fence, |tenant| {
            rows::put(&mut tenant.pins, fence.run, pin);
            Ok(())
        })
    }

    async fn register_pin(&self, run: RunId) -> Result<Option<RegisterPin>> {
        self.with("read the register's pin", |tenant| rows::get(&tenant.pins, &run))
    }

    async fn save_patterns(&self, fence: Fence, snapshot: &PatternSnapshot) -> Result<()> {
        self.fenced("save patterns", fence, |tenant| {
            rows::put(&mut tenant.patterns, fence.run, snapshot);
            Ok(())
        })
    }

    async fn patterns(&self, run: RunId) -> Result<Option<PatternSnapshot>> {
        self.with("read patterns", |tenant| rows::get(&tenant.patterns, &run))
    }

    async fn publish_suggestions(&self, fence: Fence, suggestions: &SuggestionSet) -> Result<()> {
        self.fenced("publish suggestions", fence, |tenant| {
            rows::put(&mut tenant.suggestions, fence.run, suggestions);
            Ok(())
        })
    }

    async fn suggestions(&self, run: RunId) -> Result<Option<SuggestionSet>> {
        self.with("read suggestions", |tenant| rows::get(&tenant.suggestions, &run))
    }
}

#[async_trait]
impl RuleStore for MemoryTenant {
    async fn accept(&self, command: &AcceptCommand) -> Result<AcceptReceipt> {
        self.with("accept rule", |tenant| tenant.accept(command))
    }

    async fn rules(&self) -> Result<Vec<AdoptedRule>> {
        self.with("read rules", |tenant| tenant.rules())
    }

    async fn reject(&self, command: &RejectCommand) -> Result<Rejection> {
        self.with("reject card", |tenant| tenant.reject(command))
    }

    async fn rejections(&self, run: RunId) -> Result<Vec<Rejection>> {
        self.with("read rejections", |tenant| tenant.rejections(run))
    }

    async fn audit(&self, query: &AuditQuery) -> Result<Vec<AuditEntry>> {
        self.with("read audit", |tenant| Ok(tenant.audit(query)))
    }
}

#[async_trait]
impl BudgetStore for MemoryTenant {
    async fn reserve(&self, fence: Fence, request: &ReserveRequest) -> Result<Reserved> {
        self.fenced("reserve a call", fence, |tenant| Ok(tenant.reserve(fence.run, request)))
    }

    async fn settle(&self, reservation: ReservationId, usage: Usage) -> Result<()> {
        self.with("settle a call", |tenant| tenant.settle(reservation, usage))
    }

    async fn spending(&self, run: RunId) -> Result<Vec<Spending>> {
        self.with("read spending", |tenant| Ok(tenant.spending(run)))
    }
}

#[async_trait]
impl TenantStore for MemoryTenant {
    fn tenant_id(&self) -> &TenantId {
        &self.id
    }

    async fn erase(&self) -> Result<EraseReport> {
        self.with("erase tenant", |tenant| Ok(EraseReport::new(std::mem::take(tenant).rows())))
    }
}
