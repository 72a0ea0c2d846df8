//! A host's own store: every adoption and rejection also goes to the host's outbox, in the order it was made. The other
//! concerns are handed on to a store that exists already; a host with tables of its own writes those traits as well.
//!
//! `cargo run --example own_store`; `cargo test --example own_store` runs the conformance suite on it.

use std::sync::{Arc, Mutex, PoisonError};

use icp::memory::{MemoryRegister, MemoryStore};
use icp::prelude::*;

/// Messages for the rest of the host: a CRM, a chat room, a queue.
type Outbox = Arc<Mutex<Vec<String>>>;

/// A store that tells the host of every decision on a card.
#[derive(Debug)]
struct TellingStore<S> {
    inner: S,
    outbox: Outbox,
}

#[async_trait]
impl<S: Store> Store for TellingStore<S> {
    fn tenant(&self, tenant: &TenantId) -> Arc<dyn TenantStore> {
        Arc::new(TellingTenant { inner: self.inner.tenant(tenant), outbox: Arc::clone(&self.outbox) })
    }

    async fn health(&self) -> Result<StoreHealth> {
        self.inner.health().await
    }
}

#[derive(Debug)]
struct TellingTenant {
    inner: Arc<dyn TenantStore>,
    outbox: Outbox,
}

impl TellingTenant {
    fn tell(&self, message: String) {
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner).push(message);
    }
}

icp::forward_stores!(
    TellingTenant => inner: IntakeStore, RunStore, EventStore, SiteStore, EvidenceStore, InsightStore, BudgetStore
);

#[async_trait]
impl RuleStore for TellingTenant {
    async fn accept(&self, command: &AcceptCommand) -> Result<AcceptReceipt> {
        let receipt = self.inner.accept(command).await?;
        if receipt.added {
            self.tell(format!("{}: adopted {}", self.inner.tenant_id(), receipt.rule.name));
        }
        Ok(receipt)
    }

    async fn rules(&self) -> Result<Vec<AdoptedRule>> {
        self.inner.rules().await
    }

    async fn reject(&self, command: &RejectCommand) -> Result<Rejection> {
        let rejection = self.inner.reject(command).await?;
        self.tell(format!("{}: rejected {}", self.inner.tenant_id(), rejection.suggestion));
        Ok(rejection)
    }

    async fn rejections(&self, run: RunId) -> Result<Vec<Rejection>> {
        self.inner.rejections(run).await
    }

    async fn audit(&self, query: &AuditQuery) -> Result<Vec<AuditEntry>> {
        self.inner.audit(query).await
    }
}

#[async_trait]
impl TenantStore for TellingTenant {
    fn tenant_id(&self) -> &TenantId {
        self.inner.tenant_id()
    }

    async fn erase(&self) -> Result<EraseReport> {
        self.inner.erase().await
    }
}

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    use icp::fetch::OfflineFetcher;
    use icp::model::SsicEdition;
    use icp_testkit::sample;

    let web = tempfile::tempdir()?;
    sample::write_sites(web.path())?;
    let (clock, outbox) = (Arc::new(SystemClock), Outbox::default());
    let store = TellingStore { inner: MemoryStore::default(), outbox: Arc::clone(&outbox) };
    let register =
        MemoryRegister::new(sample::register::entities(), sample::register::as_of(), SsicEdition::Y2025);
    let fetcher = OfflineFetcher::new(web.path(), clock.clone())?;
    let parts =
        EngineParts::new(Arc::new(store), Arc::new(register), Arc::new(fetcher), clock, Arc::new(RandomIds))
            .with_extractor(Arc::new(RuleExtractor));
    let engine = Engine::new(parts, EngineOptions::default());

    let tenant: TenantId = "acme".parse()?;
    let intake = parse_intake_text(sample::intake_json())?;
    let run = engine.submit(&tenant, "maya", intake, None).await?.run;
    engine.run(&tenant, run, &CancelToken::default()).await?;
    let cards = engine.report(&tenant, run).await?.suggestions.cards;
    engine.accept(&tenant, run, cards[0].id, "maya").await?;
    engine.reject(&tenant, run, cards[1].id, "we left that market", "maya").await?;

    let told = outbox.lock().unwrap_or_else(PoisonError::into_inner);
    told.iter().for_each(|message| println!("{message}"));
    assert_eq!(told.len(), 2);
    Ok(())
}

#[cfg(test)]
mod tests {
    use icp_testkit::store::{Guard, StoreBuilder};

    use super::*;

    struct Telling;

    #[async_trait]
    impl StoreBuilder for Telling {
        async fn build(&self) -> (Guard, Arc<dyn Store>) {
            let store = TellingStore { inner: MemoryStore::default(), outbox: Outbox::default() };
            (Box::new(()), Arc::new(store))
        }
    }

    icp_testkit::store_conformance!(Telling);
}
