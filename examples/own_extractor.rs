//! A host plugs in its own parts: here an extractor of its own, and pages it already has instead of a crawler.
//!
//! `cargo run --example own_extractor`

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use icp::core::Result;
use icp::core::memory::{MemoryRegister, MemoryStore};
use icp::prelude::*;
use icp_testkit::sample;

/// Pages the host has already, by address.
#[derive(Debug)]
struct Archive(BTreeMap<String, Page>);

#[async_trait]
impl Fetcher for Archive {
    fn home(&self, site: &Domain) -> url::Url {
        // A domain is always the host of an address.
        url::Url::parse(&format!("https://{site}/")).unwrap_or_else(|error| panic!("{site}: {error}"))
    }

    async fn fetch(&self, request: &FetchRequest) -> Result<FetchOutcome> {
        Ok(match self.0.get(request.url.as_str()) {
            Some(page) => FetchOutcome::Page(Box::new(page.clone())),
            None => FetchOutcome::Refused(Refusal {
                cause: RefusalCause::NotFound,
                detail: "not in the archive".to_owned(),
            }),
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

    async fn extract(&self, page: &Page, _: SiteRole) -> Result<Vec<Finding>> {
        const PRODUCT: &str = "Tidewise";
        Ok(page
            .text
            .as_str()
            .match_indices(PRODUCT)
            .map(|(at, quote)| Finding {
                key: SignalKey::Integration,
                value: PRODUCT.to_owned(),
                quote: quote.to_owned(),
                range: at..at + quote.len(),
                confidence: Confidence::new(0.9),
            })
            .collect())
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
    let parts = EngineParts {
        store: Arc::new(MemoryStore::default()),
        register: Arc::new(register),
        fetcher: Arc::new(archive),
        extractors: vec![Arc::new(RuleExtractor), Arc::new(MentionsTidewise)],
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds),
        progress: Arc::new(NoProgress),
    };
    let engine = Engine::new(parts, EngineOptions::default());
    let tenant: TenantId = "host".parse()?;
    let (answers, payload) = parse_intake_text(sample::intake_json())?;
    let run = engine.submit(&tenant, "me", answers, payload, None).await?.run;
    engine.run(&tenant, run, &CancelToken::default()).await?;

    let store = engine.parts().store.tenant(&tenant);
    let query = icp::core::ports::EvidenceQuery { run: Some(run), ..Default::default() };
    let found = store.evidence(&query).await?;
    let own: Vec<_> = found.iter().filter(|item| item.extractor.as_str() == "mentions-tidewise/1").collect();
    println!("{} evidence items, {} by the host's own extractor", found.len(), own.len());
    assert_eq!(own.len(), 1);
    Ok(())
}
