//! A small host service that embeds everything: takes an intake, runs it with progress, replays the events, accepts a
//! card and exports a list. No network: the sample's saved sites play the web.
//!
//! `cargo run --example embedded_host`

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use icp::fetch::OfflineFetcher;
use icp::memory::{MemoryRegister, MemoryStore};
use icp::ports::EventQuery;
use icp::prelude::*;
use icp::suggest::{Dialect, export_csv};
use icp_testkit::sample;

/// Counts events; a host would push them to a page.
#[derive(Debug, Default)]
struct Bar(AtomicU64);

impl ProgressSink for Bar {
    fn emit(&self, event: &ProgressEvent) {
        self.0.fetch_add(1, Ordering::Relaxed);
        if let ProgressKind::StageDone { stage } = &event.kind {
            println!("event {}: {stage} is done", event.seq);
        }
    }
}

/// The host's service over the library.
struct Service {
    engine: Engine,
}

impl Service {
    async fn submit(
        &self,
        tenant: &TenantId,
        by: &str,
        json: &str,
    ) -> std::result::Result<RunId, Box<dyn std::error::Error>> {
        let intake = parse_intake_text(json)?;
        Ok(self.engine.submit(tenant, by, intake, None).await?.run)
    }

    /// Every event of a run, in pieces, as a page that reconnects asks for them.
    async fn replay(&self, tenant: &TenantId, run: RunId) -> Result<Vec<ProgressEvent>> {
        let store = self.engine.parts().store.tenant(tenant);
        let mut events: Vec<ProgressEvent> = Vec::new();
        loop {
            let after = events.last().map_or(0, |event| event.seq);
            let more = store.events(&EventQuery::of_run(run, 50).after(after)).await?;
            if more.is_empty() {
                return Ok(events);
            }
            events.extend(more);
        }
    }
}

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let web = tempfile::tempdir()?;
    sample::write_sites(web.path())?;
    let (clock, bar) = (Arc::new(SystemClock), Arc::new(Bar::default()));
    let register =
        MemoryRegister::new(sample::register::entities(), sample::register::as_of(), SsicEdition::Y2025);
    let parts = EngineParts::new(
        Arc::new(MemoryStore::default()),
        Arc::new(register),
        Arc::new(OfflineFetcher::new(web.path(), clock.clone())?),
        clock,
        Arc::new(RandomIds),
    )
    .with_extractor(Arc::new(RuleExtractor))
    .with_progress(bar.clone());
    let service = Service { engine: Engine::new(parts, EngineOptions::default()) };

    let tenant: TenantId = "host".parse()?;
    let run = service.submit(&tenant, "maya", sample::intake_json()).await?;
    service.engine.run(&tenant, run, &CancelToken::default()).await?;

    let events = service.replay(&tenant, run).await?;
    println!("{} events heard, {} replayed", bar.0.load(Ordering::Relaxed), events.len());
    assert!(events.iter().zip(1..).all(|(event, seq)| event.seq == seq), "numbered without gaps");

    let report = service.engine.report(&tenant, run).await?;
    let card = report.suggestions.cards.first().ok_or("the sample has segments to find")?;
    let adopted = service.engine.accept(&tenant, run, card.id, "maya").await?;
    let companies = service.engine.companies(&tenant, run, card.id, 20).await?;
    let csv = export_csv(Dialect::HubSpot, &companies);
    println!("adopted: {} [{}]; {} companies exported", card.title, card.grade, csv.lines().count() - 1);
    assert!(adopted.added && csv.lines().count() > 1);
    Ok(())
}
