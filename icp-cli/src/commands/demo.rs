//! `icp demo`: the real pipeline over real HTTP, on a sample web that lives on this machine.

use std::sync::Arc;
use std::time::Duration;

use icp::fetch::{FetchConfig, HttpFetcher, WebSource};
use icp::prelude::*;
use icp::register::{FileOptions, RegisterFiles};
use icp_testkit::sample::{self, SampleWeb};

use crate::args::{Demo, Global};
use crate::commands::llm;
use crate::commands::pacing::{Web, certificates};
use crate::commands::register::import_with_bar;
use crate::commands::run::{drive, finish};
use crate::context::{engine, open, progress, tenant};
use crate::fail::{Fail, Outcome};
use crate::number::counted;

pub(crate) async fn demo(global: &Global, args: &Demo) -> Outcome {
    let model = llm::extractor(&args.llm, &args.budget).await?;
    let machine = |error: std::io::Error| Fail::machine(format!("cannot set the demo up: {error}"));
    let dir = tempfile::tempdir().map_err(machine)?;
    let csv = dir.path().join("register.csv");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&csv).map_err(machine)?);
    sample::register::write_csv(&mut file)
        .and_then(|()| std::io::Write::flush(&mut file))
        .map_err(machine)?;
    drop(file);

    let db = open(args.keep.as_deref().unwrap_or(&dir.path().join("demo.db"))).await?;
    let files = RegisterFiles::open(&[csv], &FileOptions::default())?;
    let request = files.into_request().with_as_of(Some(sample::register::as_of()));
    import_with_bar(global, &db, request).await?;

    let web = SampleWeb::start().await.map_err(machine)?;
    if !global.json {
        eprintln!(
            "The sample web listens on {}: {}, one blocked, one slow, one down.",
            web.addr(),
            counted(sample::sites().len() as u64, "site", "sites")
        );
    }
    let config = FetchConfig::default().with_min_delay(Duration::from_millis(20)).with_retries(0_u32);
    let fetcher = Arc::new(HttpFetcher::new(config, WebSource::Loopback(web.addr()), Arc::new(SystemClock))?);
    let options = args.budget.apply(EngineOptions::default());
    let engine = engine(&db, &db, fetcher.clone(), progress(global), options, model);
    let intake = parse_intake_text(sample::intake_json())
        .map_err(|errors| Fail::machine(format!("the sample intake is broken: {errors}")))?;
    let tenant = tenant(global)?;
    let receipt = engine.submit(&tenant, "demo", intake, None).await?;
    let began = SystemClock.now();
    let report = drive(&engine, &tenant, receipt.run).await?;
    let pacing = certificates(&Web::Asked(fetcher), &report, began).await;
    finish(global, &report, Some(&args.report), &pacing)?;
    if let (Some(path), false) = (&args.keep, global.json) {
        println!("Look further: icp --db {} evidence 1", path.display());
    }
    Ok(())
}
