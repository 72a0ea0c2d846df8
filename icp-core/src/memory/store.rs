use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;

use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    AdoptedRule, CompanyId, Domain, EvidenceItem, IntakeId, IntakeReceipt, NewIntake, Page, PatternSnapshot,
    PersonChoice, Quarantined, Run, RunId, SeedResolution, SiteCrawl, SiteReport, StoredIntake,
    SuggestionSet, TenantId,
};
use crate::ports::{
    AcceptCommand, AcceptReceipt, AuditEntry, EraseReport, EvidenceQuery, KnownCompany, RecordedEvidence,
    RunAdvance, SiteEvidence, Store, StoreHealth, TenantStore,
};

mod tenant;
use tenant::Tenant;

type Tenants = Arc<Mutex<BTreeMap<TenantId, Tenant>>>;

/// A store in memory.
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
        Ok(StoreHealth { adapter: "memory".to_owned(), schema_version: 1 })
    }
}

#[derive(Debug)]
struct MemoryTenant {
    id: TenantId,
    tenants: Tenants,
}

impl MemoryTenant {
    /// Does one thing to the tenant's data while nobody else can: that is what makes each method a transaction.
    fn with<T>(&self, operation: &'static str, work: impl FnOnce(&mut Tenant) -> Result<T>) -> Result<T> {
        let mut tenants: MutexGuard<'_, BTreeMap<TenantId, Tenant>> = self.tenants.lock().map_err(|_| {
            Error::new(ErrorKind::Internal, operation, "another thread stopped in the middle of a change")
        })?;
        work(tenants.entry(self.id.clone()).or_default())
    }

    /// As [`with`](Self::with), for what belongs to a run that must exist.
    fn with_run<T>(
        &self,
        operation: &'static str,
        run: RunId,
        work: impl FnOnce(&mut Tenant) -> T,
    ) -> Result<T> {
        self.with(operation, |tenant| {
            if tenant.runs.contains_key(&run) {
                Ok(work(tenant))
            } else {
                Err(Error::new(ErrorKind::NotFound, operation, format!("there is no run {run}")))
            }
        })
    }
}

#[async_trait]
impl TenantStore for MemoryTenant {
    fn tenant_id(&self) -> &TenantId {
        &self.id
    }

    async fn submit_intake(&self, intake: &NewIntake) -> Result<IntakeReceipt> {
        self.with("submit intake", |tenant| tenant.submit(intake))
    }

    async fn intake(&self, id: IntakeId) -> Result<Option<StoredIntake>> {
        self.with("read intake", |tenant| Ok(tenant.intakes.get(&id).cloned()))
    }

    async fn run(&self, id: RunId) -> Result<Option<Run>> {
        self.with("read run", |tenant| Ok(tenant.runs.get(&id).cloned()))
    }

    async fn runs(&self, limit: usize) -> Result<Vec<Run>> {
        self.with("list runs", |tenant| {
            let mut runs: Vec<Run> = tenant.runs.values().cloned().collect();
            runs.sort_by_key(|run| std::cmp::Reverse((run.created_at, run.id)));
            runs.truncate(limit);
            Ok(runs)
        })
    }

    async fn advance_run(&self, advance: &RunAdvance) -> Result<Run> {
        self.with("advance run", |tenant| tenant.advance(advance))
    }

    async fn queued_runs(&self) -> Result<Vec<RunId>> {
        self.with("list queued runs", |tenant| {
            let mut waiting: Vec<&Run> =
                tenant.runs.values().filter(|run| !run.state.is_terminal()).collect();
            waiting.sort_by_key(|run| (run.created_at, run.id));
            Ok(waiting.into_iter().map(|run| run.id).collect())
        })
    }

    async fn record_resolutions(&self, run: RunId, resolutions: &[SeedResolution]) -> Result<()> {
        self.with_run("record resolutions", run, |tenant| {
            let of_run = tenant.resolutions.entry(run).or_default();
            of_run.extend(resolutions.iter().map(|resolution| (resolution.seed, resolution.clone())));
        })
    }

    async fn resolutions(&self, run: RunId) -> Result<Vec<SeedResolution>> {
        self.with("read resolutions", |tenant| {
            Ok(tenant.resolutions.get(&run).into_iter().flat_map(BTreeMap::values).cloned().collect())
        })
    }

    async fn decide_company(
        &self,
        company: CompanyId,
        choice: PersonChoice,
        audit: &AuditEntry,
    ) -> Result<()> {
        self.with("decide company", |tenant| {
            tenant.add_audit("decide company", audit)?;
            tenant.choices.insert(company, choice);
            Ok(())
        })
    }

    async fn known_company(&self, company: CompanyId, other_than: RunId) -> Result<Option<KnownCompany>> {
        self.with("read known company", |tenant| Ok(tenant.known(company, other_than)))
    }

    async fn record_site(&self, run: RunId, site: &SiteCrawl) -> Result<()> {
        self.with_run("record site", run, |tenant| {
            tenant.sites.entry(run).or_default().insert(site.report.domain.clone(), site.clone());
        })
    }

    async fn sites(&self, run: RunId) -> Result<Vec<SiteReport>> {
        self.with("read sites", |tenant| {
            let sites = tenant.sites.get(&run).into_iter().flat_map(BTreeMap::values);
            Ok(sites.map(|site| site.report.clone()).collect())
        })
    }

    async fn pages(&self, run: RunId, site: &Domain) -> Result<Vec<Page>> {
        self.with("read pages", |tenant| {
            let site = tenant.sites.get(&run).and_then(|sites| sites.get(site));
            Ok(site.map(|site| site.pages.clone()).unwrap_or_default())
        })
    }

    async fn record_evidence(&self, run: RunId, evidence: &SiteEvidence) -> Result<RecordedEvidence> {
        self.with_run("record evidence", run, |tenant| tenant.record_evidence(run, evidence))
    }

    async fn evidence(&self, query: &EvidenceQuery) -> Result<Vec<EvidenceItem>> {
        self.with("read evidence", |tenant| Ok(tenant.evidence(query)))
    }

    async fn quarantined(&self, run: RunId) -> Result<Vec<Quarantined>> {
        self.with("read quarantined", |tenant| {
            Ok(tenant.quarantined.get(&run).into_iter().flat_map(BTreeMap::values).cloned().collect())
        })
    }

    async fn save_patterns(&self, snapshot: &PatternSnapshot) -> Result<()> {
        self.with_run("save patterns", snapshot.run, |tenant| {
            tenant.patterns.insert(snapshot.run, snapshot.clone());
        })
    }

    async fn patterns(&self, run: RunId) -> Result<Option<PatternSnapshot>> {
        self.with("read patterns", |tenant| Ok(tenant.patterns.get(&run).cloned()))
    }

    async fn publish_suggestions(&self, run: RunId, suggestions: &SuggestionSet) -> Result<()> {
        self.with_run("publish suggestions", run, |tenant| {
            tenant.suggestions.insert(run, suggestions.clone());
        })
    }

    async fn suggestions(&self, run: RunId) -> Result<Option<SuggestionSet>> {
        self.with("read suggestions", |tenant| Ok(tenant.suggestions.get(&run).cloned()))
    }

    async fn accept(&self, command: &AcceptCommand) -> Result<AcceptReceipt> {
        self.with("accept rule", |tenant| tenant.accept(command))
    }

    async fn rules(&self) -> Result<Vec<AdoptedRule>> {
        self.with("read rules", |tenant| {
            let mut rules: Vec<AdoptedRule> = tenant.rules.values().cloned().collect();
            rules.sort_by_key(|rule| (rule.accepted_at, rule.id));
            Ok(rules)
        })
    }

    async fn audit(&self) -> Result<Vec<AuditEntry>> {
        self.with("read audit", |tenant| {
            let mut entries: Vec<AuditEntry> = tenant.audit.values().cloned().collect();
            entries.sort_by_key(|entry| (entry.at, entry.id));
            Ok(entries)
        })
    }

    async fn erase(&self) -> Result<EraseReport> {
        self.with("erase tenant", |tenant| Ok(EraseReport { rows: std::mem::take(tenant).rows() }))
    }
}
