//! `icp run`: an intake, a register, and the real or a saved web.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use icp::fetch::{Aggregators, FetchConfig, HttpFetcher, OfflineFetcher, ReplayFetcher, WebSource};
use icp::prelude::*;
use icp::resolve::{CandidateSource, ResolveOptions};

use crate::args::{Global, RunArgs};
use crate::commands::pacing::{self, SitePacing, Web};
use crate::commands::{estimate, fingerprints, llm};
use crate::context::{engine, open, open_existing, print_json, progress, tenant};
use crate::fail::{Fail, Outcome};
use crate::report::{ReportInput, ReportSeed, render};
use crate::{print, report};

/// The most bytes of kept pages of a tenant.
const MAX_CACHE: u64 = 256 * 1024 * 1024;

pub(crate) async fn run(global: &Global, args: &RunArgs) -> Outcome {
    let text = read_intake(&args.intake)?;
    let intake = parse_intake_text(&text).map_err(|errors| Fail::input(errors.to_string()))?;
    if !global.json {
        for warning in &intake.payload().warnings {
            eprintln!("note: {}: {}", warning.pointer, warning.message);
        }
    }
    if args.dry_run {
        return estimate::run(global, args, intake.payload()).await;
    }
    let register = match &args.register {
        Some(path) => open_existing(path).await?,
        None => open_existing(&global.db).await?,
    };
    register.register().snapshot().await.map_err(|error| match error.kind() {
        icp::ErrorKind::NotFound => {
            Fail::not_ready("the register is empty; import one first: `icp register import FILES`")
        }
        _ => error.into(),
    })?;
    let model = llm::extractor(&args.llm, &args.budget).await?;
    let fingerprints = fingerprints::extractor(args.fingerprints.as_deref(), global.json || global.quiet)?;
    let extractors: Vec<_> = model.into_iter().chain(fingerprints).collect();
    let asked: String = extractors.iter().map(|it| format!(":{}", it.id())).collect();
    let store = open(&global.db).await?;
    let reading = ReadBudget::default().with_pages(args.pages.max(1));
    let lease = Duration::from_secs(args.lease.max(1));
    let source = args.candidates.source()?;
    let resolve = ResolveOptions::default().with_candidates_from(source);
    let options = EngineOptions::default().with_reading(reading).with_lease(lease).with_resolve(resolve);
    let options = args.budget.apply(options);
    let tenant = tenant(global)?;
    let web = web(args, &tenant)?;
    let engine = engine(&store, &register, web.fetcher(), progress(global), options, extractors);
    let answers = ContentHash::of(&intake.answers().to_string());
    // Other candidates, another model or other fingerprints are another run of the same intake.
    let key = (!args.fresh).then(|| match source {
        CandidateSource::Trigram { floor } => format!("intake:{}:trigram:{floor}{asked}", answers.as_str()),
        _ => format!("intake:{}{asked}", answers.as_str()),
    });
    let receipt = engine.submit(&tenant, "cli", intake, key).await?;
    let began = SystemClock.now();
    let report = drive(&engine, &tenant, receipt.run).await?;
    let pacing = pacing::certificates(&web, &report, began).await;
    finish(global, &report, args.report.as_deref(), &pacing)
}

/// Runs to the end; an interrupt from the keyboard cancels between two units of work.
pub(crate) async fn drive(engine: &Engine, tenant: &TenantId, run: RunId) -> Outcome<RunReport> {
    let cancel = CancelToken::default();
    let interrupted = {
        let cancel = cancel.clone();
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                eprintln!("\nStopping after the work at hand. Run the same command again to go on.");
                cancel.cancel();
            }
        })
    };
    let ended = wait_and_run(engine, tenant, run, &cancel).await;
    interrupted.abort();
    ended?;
    Ok(engine.report(tenant, run).await?)
}

/// Runs, once no other process works on the run any more; one that died lets go when its lease ends.
async fn wait_and_run(
    engine: &Engine,
    tenant: &TenantId,
    run: RunId,
    cancel: &CancelToken,
) -> icp::Result<Run> {
    let mut told = false;
    loop {
        match engine.run(tenant, run, cancel).await {
            Err(error) if error.kind() == ErrorKind::Leased => {
                if !std::mem::replace(&mut told, true) {
                    eprintln!("Another process works on this run, or died a moment ago; waiting for it.");
                }
                cancel.check()?;
                engine.parts().clock.sleep(Duration::from_millis(200)).await;
            }
            ended => return ended,
        }
    }
}

/// Prints a report, and writes it as HTML where asked.
pub(crate) fn finish(
    global: &Global,
    run: &RunReport,
    html: Option<&Path>,
    pacing: &[SitePacing],
) -> Outcome {
    if let Some(path) = html {
        let page = html_report(run);
        std::fs::write(path, page)
            .map_err(|error| Fail::machine(format!("cannot write `{}`: {error}", path.display())))?;
    }
    if global.json {
        return print_json(&pacing::Paced { run, pacing });
    }
    print::report(run, pacing)?;
    pacing::print(pacing);
    if let Some(path) = html {
        println!("\nReport: {}", path.display());
    }
    Ok(())
}

fn html_report(run: &RunReport) -> String {
    let seeds: Vec<ReportSeed<'_>> = run
        .seeds
        .iter()
        .map(|seed| ReportSeed { seed: &seed.seed, decision: seed.decision.as_ref() })
        .collect();
    render(&ReportInput {
        website: &run.website,
        run: &run.run,
        register: run.register.as_ref(),
        suggestions: &run.suggestions,
        seeds: &seeds,
        sites: &run.sites,
        ledger: report::Ledger {
            evidence: run.ledger.evidence,
            companies_with_evidence: run.ledger.companies_with_evidence,
            quarantined: run.ledger.quarantined.values().sum(),
            extraction_failures: run.ledger.extraction_failures.values().sum(),
            patterns: run.ledger.patterns,
            elapsed_ms: Some(run.ledger.elapsed_ms),
        },
    })
}

fn read_intake(path: &Path) -> Outcome<String> {
    let wrong =
        |error: std::io::Error| Fail::input(format!("cannot read the intake `{}`: {error}", path.display()));
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        std::io::stdin().read_to_end(&mut bytes).map_err(wrong)?;
    } else {
        bytes = std::fs::read(path).map_err(wrong)?;
    }
    String::from_utf8(bytes).map_err(|_| {
        Fail::input(format!("the intake `{}` is not UTF-8 text; save it as UTF-8", path.display()))
    })
}

fn web(args: &RunArgs, tenant: &TenantId) -> Outcome<Web> {
    let clock = Arc::new(SystemClock);
    let mut config = FetchConfig::default();
    if let Some(path) = &args.aggregators {
        let wrong = |error: &dyn std::fmt::Display| {
            Fail::input(format!("cannot read the list of aggregators `{}`: {error}", path.display()))
        };
        let list = std::fs::read_to_string(path).map_err(|error| wrong(&error))?;
        config.aggregators = Aggregators::default().with_list(&list).map_err(|error| wrong(&error))?;
    }
    if let Some(dir) = &args.offline_web {
        return Ok(Web::Saved(Arc::new(OfflineFetcher::new(dir, clock)?.with_config(config))));
    }
    if let Some(recording) = &args.replay {
        return Ok(Web::Saved(Arc::new(ReplayFetcher::open(recording, config, clock)?)));
    }
    if let Some(contact) = &args.contact {
        if contact.chars().any(char::is_control) {
            return Err(Fail::input("--contact: it must be one line of text"));
        }
        config.user_agent = format!("{} (+{contact})", config.user_agent);
    }
    let mut fetcher = HttpFetcher::new(config, WebSource::Internet, clock)?;
    if let Some(dir) = args.cache.as_ref().filter(|_| !args.no_cache) {
        // A name of its own: a tenant may be called `..`.
        fetcher = fetcher.caching_in(dir.join(format!("tenant-{tenant}")), MAX_CACHE)?;
    }
    if let Some(recording) = &args.record {
        fetcher = fetcher.recording_to(recording)?;
    }
    Ok(Web::Asked(Arc::new(fetcher)))
}
