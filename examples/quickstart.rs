//! The whole way in one file: no network, no server, no key.
//!
//! A sample web on loopback, a sample register in an SQLite file, the sample intake; prints the cards.
//! `cargo run --example quickstart`

use std::sync::Arc;
use std::time::Duration;

use icp::fetch::{FetchConfig, HttpFetcher, WebSource};
use icp::prelude::*;
use icp::register::{FileOptions, RegisterFiles};
use icp::sqlite::SqliteDb;
use icp_testkit::sample::{self, SampleWeb};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = tempfile::tempdir()?;
    let csv = dir.path().join("register.csv");
    sample::register::write_csv(&mut std::io::BufWriter::new(std::fs::File::create(&csv)?))?;
    let db = SqliteDb::open(dir.path().join("icp.db")).await?;
    let files = RegisterFiles::open(&[csv], &FileOptions::default())?.into_request();
    let imported = db.register().import(files.with_as_of(Some(sample::register::as_of()))).await?;
    println!("register: {} entities, {} live", imported.snapshot.entities, imported.snapshot.live);

    let web = SampleWeb::start().await?;
    let config = FetchConfig::default().with_min_delay(Duration::from_millis(20)).with_retries(0_u32);
    let clock = Arc::new(SystemClock);
    let fetcher = Arc::new(HttpFetcher::new(config, WebSource::Loopback(web.addr()), clock.clone())?);
    let parts = EngineParts::new(db.store(), db.register(), fetcher, clock, Arc::new(RandomIds))
        .with_extractor(Arc::new(RuleExtractor));
    let engine = Engine::new(parts, EngineOptions::default());
    let tenant: TenantId = "quickstart".parse()?;
    let intake = parse_intake_text(sample::intake_json())?;
    let run = engine.submit(&tenant, "me", intake, None).await?.run;
    engine.run(&tenant, run, &CancelToken::default()).await?;

    let report = engine.report(&tenant, run).await?;
    for card in &report.suggestions.cards {
        println!("\n{} [{}]\n  {}", card.title, card.grade, card.rationale);
        let cited = card.evidence.iter().filter_map(|item| Some((item, item.citation.as_ref()?)));
        for (item, citation) in cited.take(3) {
            println!("  {}: \u{201c}{}\u{201d} ({})", item.company_name, citation.quote, citation.url);
        }
    }
    assert!(!report.suggestions.cards.is_empty(), "the sample has three segments to find");
    Ok(())
}
