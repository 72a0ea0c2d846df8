//! The handle of one tenant: each method is one transaction; what happens in it stands in the files beside.

use async_trait::async_trait;
use icp_core::Result;
use icp_core::model::{
    AdoptedRule, CompanyId, Domain, EvidenceItem, IntakeId, IntakeReceipt, NewIntake, Page, PatternSnapshot,
    PersonChoice, Quarantined, Run, RunId, SeedResolution, SiteCrawl, SiteReport, StoredIntake,
    SuggestionSet, TenantId,
};
use icp_core::ports::{
    AcceptCommand, AcceptReceipt, AuditEntry, EraseReport, EvidenceQuery, KnownCompany, RecordedEvidence,
    RunAdvance, SiteEvidence, TenantStore,
};

use super::{evidence, intake, rules, runs, sites};
use crate::db::SqliteDb;
use crate::sql::tenants as sql;
use crate::tenant::TenantTx;

#[derive(Debug)]
pub(super) struct SqliteTenant {
    db: SqliteDb,
    tenant: TenantId,
}

impl SqliteTenant {
    pub(super) fn new(db: SqliteDb, tenant: TenantId) -> Self {
        Self { db, tenant }
    }

    async fn read(&self, operation: &'static str) -> Result<TenantTx> {
        TenantTx::read(&self.db, &self.tenant, operation).await
    }

    async fn write(&self, operation: &'static str) -> Result<TenantTx> {
        TenantTx::write(&self.db, &self.tenant, operation).await
    }
}

#[async_trait]
impl TenantStore for SqliteTenant {
    fn tenant_id(&self) -> &TenantId {
        &self.tenant
    }

    async fn submit_intake(&self, new: &NewIntake) -> Result<IntakeReceipt> {
        let mut tx = self.write("submit intake").await?;
        let receipt = intake::submit(&mut tx, new).await?;
        tx.commit().await?;
        Ok(receipt)
    }

    async fn intake(&self, id: IntakeId) -> Result<Option<StoredIntake>> {
        intake::read(&mut self.read("read intake").await?, id).await
    }

    async fn run(&self, id: RunId) -> Result<Option<Run>> {
        runs::read(&mut self.read("read run").await?, id).await
    }

    async fn runs(&self, limit: usize) -> Result<Vec<Run>> {
        runs::list(&mut self.read("list runs").await?, limit).await
    }

    async fn advance_run(&self, advance: &RunAdvance) -> Result<Run> {
        let mut tx = self.write("advance run").await?;
        let run = runs::advance(&mut tx, advance).await?;
        tx.commit().await?;
        Ok(run)
    }

    async fn queued_runs(&self) -> Result<Vec<RunId>> {
        runs::queued(&mut self.read("list queued runs").await?).await
    }

    async fn record_resolutions(&self, run: RunId, resolutions: &[SeedResolution]) -> Result<()> {
        let mut tx = self.write("record resolutions").await?;
        runs::must_exist(&mut tx, run).await?;
        intake::put_resolutions(&mut tx, run, resolutions).await?;
        tx.commit().await
    }

    async fn resolutions(&self, run: RunId) -> Result<Vec<SeedResolution>> {
        intake::resolutions(&mut self.read("read resolutions").await?, run).await
    }

    async fn decide_company(
        &self,
        company: CompanyId,
        choice: PersonChoice,
        audit: &AuditEntry,
    ) -> Result<()> {
        let mut tx = self.write("decide company").await?;
        rules::add_audit(&mut tx, audit).await?;
        intake::put_choice(&mut tx, company, choice).await?;
        tx.commit().await
    }

    async fn known_company(&self, company: CompanyId, other_than: RunId) -> Result<Option<KnownCompany>> {
        intake::known(&mut self.read("read known company").await?, company, other_than).await
    }

    async fn record_site(&self, run: RunId, site: &SiteCrawl) -> Result<()> {
        let mut tx = self.write("record site").await?;
        runs::must_exist(&mut tx, run).await?;
        sites::put(&mut tx, run, site).await?;
        tx.commit().await
    }

    async fn sites(&self, run: RunId) -> Result<Vec<SiteReport>> {
        let mut tx = self.read("read sites").await?;
        let query = tx.query(&sql::SITES).bind(run.to_string());
        sites::json_rows(&mut tx, query).await
    }

    async fn pages(&self, run: RunId, site: &Domain) -> Result<Vec<Page>> {
        let mut tx = self.read("read pages").await?;
        let query = tx.query(&sql::PAGES).bind(run.to_string()).bind(site.to_string());
        sites::json_rows(&mut tx, query).await
    }

    async fn record_evidence(&self, run: RunId, evidence: &SiteEvidence) -> Result<RecordedEvidence> {
        let mut tx = self.write("record evidence").await?;
        runs::must_exist(&mut tx, run).await?;
        let recorded = evidence::put(&mut tx, run, evidence).await?;
        tx.commit().await?;
        Ok(recorded)
    }

    async fn evidence(&self, query: &EvidenceQuery) -> Result<Vec<EvidenceItem>> {
        evidence::read(&mut self.read("read evidence").await?, query).await
    }

    async fn quarantined(&self, run: RunId) -> Result<Vec<Quarantined>> {
        let mut tx = self.read("read quarantined").await?;
        let query = tx.query(&sql::QUARANTINE).bind(run.to_string());
        sites::json_rows(&mut tx, query).await
    }

    async fn save_patterns(&self, snapshot: &PatternSnapshot) -> Result<()> {
        let mut tx = self.write("save patterns").await?;
        runs::must_exist(&mut tx, snapshot.run).await?;
        sites::put_json(&mut tx, &sql::PATTERNS_PUT, snapshot.run, snapshot).await?;
        tx.commit().await
    }

    async fn patterns(&self, run: RunId) -> Result<Option<PatternSnapshot>> {
        let mut tx = self.read("read patterns").await?;
        let query = tx.query(&sql::PATTERNS).bind(run.to_string());
        Ok(sites::json_rows(&mut tx, query).await?.pop())
    }

    async fn publish_suggestions(&self, run: RunId, suggestions: &SuggestionSet) -> Result<()> {
        let mut tx = self.write("publish suggestions").await?;
        runs::must_exist(&mut tx, run).await?;
        sites::put_json(&mut tx, &sql::SUGGESTIONS_PUT, run, suggestions).await?;
        tx.commit().await
    }

    async fn suggestions(&self, run: RunId) -> Result<Option<SuggestionSet>> {
        let mut tx = self.read("read suggestions").await?;
        let query = tx.query(&sql::SUGGESTIONS).bind(run.to_string());
        Ok(sites::json_rows(&mut tx, query).await?.pop())
    }

    async fn accept(&self, command: &AcceptCommand) -> Result<AcceptReceipt> {
        let mut tx = self.write("accept rule").await?;
        let receipt = rules::accept(&mut tx, command).await?;
        tx.commit().await?;
        Ok(receipt)
    }

    async fn rules(&self) -> Result<Vec<AdoptedRule>> {
        let mut tx = self.read("read rules").await?;
        let query = tx.query(&sql::RULES);
        sites::json_rows(&mut tx, query).await
    }

    async fn audit(&self) -> Result<Vec<AuditEntry>> {
        rules::audit(&mut self.read("read audit").await?).await
    }

    async fn erase(&self) -> Result<EraseReport> {
        let mut tx = self.write("erase tenant").await?;
        let mut report = EraseReport::default();
        for statement in sql::ERASE {
            let query = tx.query(statement);
            report.rows += tx.execute(query).await?;
        }
        tx.commit().await?;
        Ok(report)
    }
}
