//! A host plugs in its own parts: here an extractor of its own, and pages it already has instead of a crawler.
//!
//! `cargo run --example own_extractor`

use std::collections::BTreeMap;
use std::sync::Arc;

use icp::memory::{MemoryRegister, MemoryStore};
use icp::prelude::*;
use icp_testkit::sample;

/// Pages the host has already, by address.
#[derive(Debug)]
struct Archive(BTreeMap<String, Page>);

#[async_trait]
impl Fetcher for Archive {
    async fn fetch(&self, request: &FetchRequest) -> Result<FetchOutcome> {
        Ok(match request.url().and_then(|url| self.0.get(url.as_str())) {
            Some(page) => FetchOutcome::Page(Box::new(page.clone())),
            None => FetchOutcome::Refused(Refusal::new(RefusalCause::NotFound, "not in the archive")),
        })
    }
}

/// Finds the host's own product in the words of a page.
#[derive(Debug)]
struct MentionsTidewise;

#[async_trait]
impl Extractor for MentionsTidewise {
    fn id(&self) -> ExtractorId {
        ExtractorId::new("mentions-tidewise", 1)
    }

    fn class(&self) -> ExtractorClass {
        ExtractorClass::Rules
    }

    async fn extract(&self, request: ExtractRequest<'_>) -> Extraction {
        const PRODUCT: &str = "Tidewise";
        let findings = request
            .page
            .text
            .as_str()
            .match_indices(PRODUCT)
            .map(|(at, quote)| {
                let range = at..at + quote.len();
                Finding::new(SignalKey::Integration, PRODUCT, quote, range, Confidence::new(0.9))
            })
            .collect();
        Extraction::found(findings)
    }
}

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let mut page = PageBuilder::new("https://northpier.example/", SystemClock.now());
    page.title("Northpier Logistics").block(
        Zone::Main,
        BlockKind::Text,
        "Our stock runs on Tidewise and Xero.",
    );
    let archive = Archive(BTreeMap::from([("https://northpier.example/".to_owned(), page.finish())]));

    let register =
        MemoryRegister::new(sample::register::entities(), sample::register::as_of(), SsicEdition::Y2025);
    let (store, ids) = (Arc::new(MemoryStore::default()), Arc::new(RandomIds));
    let parts = EngineParts::new(store, Arc::new(register), Arc::new(archive), Arc::new(SystemClock), ids)
        .with_extractor(Arc::new(RuleExtractor))
        .with_extractor(Arc::new(MentionsTidewise));
    let engine = Engine::new(parts, EngineOptions::default());
    let tenant: TenantId = "host".parse()?;
    let intake = parse_intake_text(sample::intake_json())?;
    let run = engine.submit(&tenant, "me", intake, None).await?.run;
    engine.run(&tenant, run, &CancelToken::default()).await?;

    let store = engine.parts().store.tenant(&tenant);
    let query = EvidenceQuery::of_run(run);
    let found = store.evidence(&query).await?;
    let own: Vec<_> = found.iter().filter(|item| item.extractor.as_str() == "mentions-tidewise/1").collect();
    println!("{} evidence items, {} by the host's own extractor", found.len(), own.len());
    assert_eq!(own.len(), 1);
    Ok(())
}
