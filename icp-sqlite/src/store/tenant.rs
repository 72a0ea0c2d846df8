//! The handle of one tenant: each method is one transaction; its work is in the files beside this one.

use async_trait::async_trait;
use icp_core::Result;
use icp_core::model::{
    AdoptedRule, Domain, EvidenceItem, IntakeId, IntakeReceipt, NewIntake, Page, PatternSnapshot,
    Quarantined, Run, RunId, SeedResolution, SiteCrawl, SiteReport, StoredIntake, SuggestionSet, TenantId,
    Timestamp,
};
use icp_core::ports::{
    AcceptCommand, AcceptReceipt, AuditEntry, AuditQuery, BudgetStore, CompanyDecision, EraseReport,
    EventQuery, EventStore, EvidenceBatch, EvidenceQuery, EvidenceStore, ExtractionKey, ExtractionReport,
    Fence, InsightStore, IntakeStore, KnownCompany, KnownQuery, Lease, ProgressEvent, ProgressKind,
    RecordedEvidence, RegisterPin, RejectCommand, Rejection, ReservationId, ReserveRequest, Reserved,
    RuleStore, RunAdvance, RunAdvanced, RunClaim, RunQuery, RunStore, SiteStore, Spending, StoredExtraction,
    TenantStore, Usage,
};
use serde_json::Value;

use super::{budget, evidence, intake, rules, runs, sites};
use crate::pool::Pools;
use crate::sql::tenants as sql;
use crate::tenant::TenantTx;

#[derive(Debug)]
pub(super) struct SqliteTenant {
    db: Pools,
    tenant: TenantId,
}

impl SqliteTenant {
    pub(super) fn new(db: Pools, tenant: TenantId) -> Self {
        Self { db, tenant }
    }

    async fn read(&self, operation: &'static str) -> Result<TenantTx> {
        TenantTx::read(&self.db, &self.tenant, operation).await
    }

    async fn write(&self, operation: &'static str) -> Result<TenantTx> {
        TenantTx::write(&self.db, &self.tenant, operation).await
    }

    /// A transaction of the holder of a run's lease.
    async fn fenced(&self, operation: &'static str, fence: Fence) -> Result<TenantTx> {
        let mut tx = self.write(operation).await?;
        runs::check_fence(&mut tx, fence).await?;
        Ok(tx)
    }
}

#[async_trait]
impl IntakeStore for SqliteTenant {
    async fn submit_intake(&self, intake: &NewIntake) -> Result<IntakeReceipt> {
        let mut tx = self.write("submit intake").await?;
        let done = intake::submit(&mut tx, intake).await?;
        tx.commit().await?;
        Ok(done)
    }

    async fn intake(&self, id: IntakeId) -> Result<Option<StoredIntake>> {
        intake::read(&mut self.read("read intake").await?, id).await
    }

    async fn answers(&self, id: IntakeId) -> Result<Option<Value>> {
        intake::answers(&mut self.read("read answers").await?, id).await
    }

    async fn record_resolutions(&self, fence: Fence, resolutions: &[SeedResolution]) -> Result<()> {
        let mut tx = self.fenced("record resolutions", fence).await?;
        intake::put_resolutions(&mut tx, fence.run, resolutions).await?;
        tx.commit().await
    }

    async fn resolutions(&self, run: RunId) -> Result<Vec<SeedResolution>> {
        intake::resolutions(&mut self.read("read resolutions").await?, run).await
    }

    async fn decide_company(&self, decision: &CompanyDecision) -> Result<()> {
        let mut tx = self.write("decide company").await?;
        intake::decide(&mut tx, decision).await?;
        tx.commit().await
    }

    async fn known_companies(&self, query: &KnownQuery) -> Result<Vec<Option<KnownCompany>>> {
        intake::known(&mut self.read("read known companies").await?, query).await
    }
}

#[async_trait]
impl RunStore for SqliteTenant {
    async fn run(&self, id: RunId) -> Result<Option<Run>> {
        runs::read(&mut self.read("read run").await?, id).await
    }

    async fn runs(&self, query: &RunQuery) -> Result<Vec<Run>> {
        runs::list(&mut self.read("list runs").await?, query).await
    }

    async fn queued_runs(&self, at: Timestamp, limit: usize) -> Result<Vec<RunId>> {
        runs::queued(&mut self.read("list queued runs").await?, at, limit).await
    }

    async fn claim_run(&self, claim: &RunClaim) -> Result<Lease> {
        let mut tx = self.write("claim the run").await?;
        let done = runs::claim(&mut tx, claim).await?;
        tx.commit().await?;
        Ok(done)
    }

    async fn renew_lease(&self, lease: &Lease, until: Timestamp) -> Result<Lease> {
        let mut tx = self.write("renew the lease").await?;
        let done = runs::renew(&mut tx, lease, until).await?;
        tx.commit().await?;
        Ok(done)
    }

    async fn release_run(&self, lease: &Lease) -> Result<()> {
        let mut tx = self.write("release the run").await?;
        runs::release(&mut tx, lease).await?;
        tx.commit().await
    }

    async fn advance_run(&self, advance: &RunAdvance) -> Result<RunAdvanced> {
        let mut tx = self.write("advance run").await?;
        let done = runs::advance(&mut tx, &self.tenant, advance).await?;
        tx.commit().await?;
        Ok(done)
    }
}

#[async_trait]
impl EventStore for SqliteTenant {
    async fn append_events(
        &self,
        fence: Fence,
        at: Timestamp,
        kinds: &[ProgressKind],
    ) -> Result<Vec<ProgressEvent>> {
        let mut tx = self.fenced("store events", fence).await?;
        let done = runs::append(&mut tx, &self.tenant, fence.run, at, kinds).await?;
        tx.commit().await?;
        Ok(done)
    }

    async fn events(&self, query: &EventQuery) -> Result<Vec<ProgressEvent>> {
        runs::events(&mut self.read("read events").await?, &self.tenant, query).await
    }
}

#[async_trait]
impl SiteStore for SqliteTenant {
    async fn record_site(&self, fence: Fence, site: &SiteCrawl) -> Result<()> {
        let mut tx = self.fenced("record site", fence).await?;
        sites::put(&mut tx, fence.run, site).await?;
        tx.commit().await
    }

    async fn sites(&self, run: RunId) -> Result<Vec<SiteReport>> {
        let mut tx = self.read("read sites").await?;
        let query = tx.query(&sql::SITES).bind(run.to_string());
        sites::records(&mut tx, query).await
    }

    async fn pages(&self, run: RunId, site: &Domain) -> Result<Vec<Page>> {
        sites::pages(&mut self.read("read pages").await?, run, site).await
    }
}

#[async_trait]
impl EvidenceStore for SqliteTenant {
    async fn record_evidence(&self, fence: Fence, batch: &EvidenceBatch) -> Result<RecordedEvidence> {
        let mut tx = self.fenced("record evidence", fence).await?;
        let done = evidence::put(&mut tx, fence.run, batch).await?;
        tx.commit().await?;
        Ok(done)
    }

    async fn evidence(&self, query: &EvidenceQuery) -> Result<Vec<EvidenceItem>> {
        evidence::read(&mut self.read("read evidence").await?, query).await
    }

    async fn quarantined(&self, run: RunId) -> Result<Vec<Quarantined>> {
        let mut tx = self.read("read quarantined").await?;
        let query = tx.query(&sql::QUARANTINE).bind(run.to_string());
        sites::records(&mut tx, query).await
    }

    async fn extraction_reports(&self, run: RunId) -> Result<Vec<ExtractionReport>> {
        let mut tx = self.read("read extraction reports").await?;
        let query = tx.query(&sql::REPORTS).bind(run.to_string());
        sites::records(&mut tx, query).await
    }

    async fn keep_extractions(&self, extractions: &[StoredExtraction]) -> Result<()> {
        let mut tx = self.write("keep extractions").await?;
        evidence::keep(&mut tx, extractions).await?;
        tx.commit().await
    }

    async fn extractions(&self, keys: &[ExtractionKey]) -> Result<Vec<Option<StoredExtraction>>> {
        evidence::kept(&mut self.read("read extractions").await?, keys).await
    }
}

#[async_trait]
impl InsightStore for SqliteTenant {
    async fn pin_register(&self, fence: Fence, pin: &RegisterPin) -> Result<()> {
        let mut tx = self.fenced("pin the register", fence).await?;
        sites::put_record(&mut tx, &sql::PIN_PUT, fence.run, pin).await?;
        tx.commit().await
    }

    async fn register_pin(&self, run: RunId) -> Result<Option<RegisterPin>> {
        sites::record_of(&mut self.read("read the register's pin").await?, &sql::PIN, run).await
    }

    async fn save_patterns(&self, fence: Fence, snapshot: &PatternSnapshot) -> Result<()> {
        let mut tx = self.fenced("save patterns", fence).await?;
        sites::put_record(&mut tx, &sql::PATTERNS_PUT, fence.run, snapshot).await?;
        tx.commit().await
    }

    async fn patterns(&self, run: RunId) -> Result<Option<PatternSnapshot>> {
        sites::record_of(&mut self.read("read patterns").await?, &sql::PATTERNS, run).await
    }

    async fn publish_suggestions(&self, fence: Fence, suggestions: &SuggestionSet) -> Result<()> {
        let mut tx = self.fenced("publish suggestions", fence).await?;
        sites::put_record(&mut tx, &sql::SUGGESTIONS_PUT, fence.run, suggestions).await?;
        tx.commit().await
    }

    async fn suggestions(&self, run: RunId) -> Result<Option<SuggestionSet>> {
        sites::record_of(&mut self.read("read suggestions").await?, &sql::SUGGESTIONS, run).await
    }
}

#[async_trait]
impl RuleStore for SqliteTenant {
    async fn accept(&self, command: &AcceptCommand) -> Result<AcceptReceipt> {
        let mut tx = self.write("accept rule").await?;
        let done = rules::accept(&mut tx, command).await?;
        tx.commit().await?;
        Ok(done)
    }

    async fn rules(&self) -> Result<Vec<AdoptedRule>> {
        let mut tx = self.read("read rules").await?;
        let query = tx.query(&sql::RULES);
        sites::records(&mut tx, query).await
    }

    async fn reject(&self, command: &RejectCommand) -> Result<Rejection> {
        let mut tx = self.write("reject card").await?;
        let done = rules::reject(&mut tx, command).await?;
        tx.commit().await?;
        Ok(done)
    }

    async fn rejections(&self, run: RunId) -> Result<Vec<Rejection>> {
        let mut tx = self.read("read rejections").await?;
        let query = tx.query(&sql::REJECTIONS).bind(run.to_string());
        sites::records(&mut tx, query).await
    }

    async fn audit(&self, query: &AuditQuery) -> Result<Vec<AuditEntry>> {
        rules::audit(&mut self.read("read audit").await?, query).await
    }
}

#[async_trait]
impl BudgetStore for SqliteTenant {
    async fn reserve(&self, fence: Fence, request: &ReserveRequest) -> Result<Reserved> {
        let mut tx = self.fenced("reserve a call", fence).await?;
        let done = budget::reserve(&mut tx, fence.run, request).await?;
        tx.commit().await?;
        Ok(done)
    }

    async fn settle(&self, reservation: ReservationId, usage: Usage) -> Result<()> {
        let mut tx = self.write("settle a call").await?;
        budget::settle(&mut tx, reservation, usage).await?;
        tx.commit().await
    }

    async fn spending(&self, run: RunId) -> Result<Vec<Spending>> {
        budget::spending(&mut self.read("read spending").await?, run).await
    }
}

#[async_trait]
impl TenantStore for SqliteTenant {
    fn tenant_id(&self) -> &TenantId {
        &self.tenant
    }

    async fn erase(&self) -> Result<EraseReport> {
        let mut tx = self.write("erase tenant").await?;
        let mut rows = 0;
        for statement in sql::ERASE {
            let query = tx.query(statement);
            rows += tx.execute(query).await?;
        }
        tx.commit().await?;
        Ok(EraseReport::new(rows))
    }
}
