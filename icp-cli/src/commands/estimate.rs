//! `icp run --dry-run`: what a run would read and cost, at most.

use std::path::Path;
use std::sync::Arc;

use icp::engine::company::{CompanyReader, CompanySite, ReadBudget, Unwatched};
use icp::fetch::OfflineFetcher;
use icp::llm::LlmOptions;
use icp::model::{IntakePayload, SeedRole, SiteRole};
use icp::ports::Usage;
use icp::prelude::*;

use crate::args::{Global, RunArgs};
use crate::commands::llm;
use crate::context::print_json;
use crate::fail::Outcome;

/// Requests to one site keep at least this distance.
const SECONDS_A_PAGE: u64 = 1;
/// Sites that are read at once.
const SITES_AT_ONCE: u64 = 8;

/// What a run would do. All of it is "at most", except the time.
#[derive(Debug, Default, serde::Serialize)]
struct Estimate {
    /// Sites to read: the user's and its customers'.
    sites: u64,
    /// Customers without a website: nothing to read.
    without_website: u64,
    /// Pages. Counted where saved sites were looked at, else the limit for each site.
    pages: u64,
    /// Whether pages were counted, not only limited.
    counted: bool,
    /// How long reading takes at least, in seconds; saved sites take none.
    seconds_at_least: u64,
    /// What the language model takes; missing without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<Usage>,
    /// Whether a cap ends the model's work before that.
    capped: bool,
}

pub(crate) async fn run(global: &Global, args: &RunArgs, intake: &IntakePayload) -> Outcome {
    let mut estimate = Estimate::default();
    let mut sites = vec![(intake.website.clone(), SiteRole::Own)];
    for seed in [SeedRole::Best, SeedRole::Lost].into_iter().flat_map(|role| intake.seeds_of(role)) {
        match &seed.domain {
            Some(domain) => sites.push((domain.clone(), SiteRole::Seed)),
            None => estimate.without_website += 1,
        }
    }
    estimate.sites = sites.len() as u64;
    let options = llm::options(&args.llm, &args.budget)?;
    let asks = args.llm.llm.is_some();
    let used = match &args.offline_web {
        Some(folder) => saved(&mut estimate, folder, &sites, args.pages, options).await?,
        None => {
            let pages = args.pages.max(1) as u64;
            estimate.pages = pages * estimate.sites;
            estimate.seconds_at_least = pages * SECONDS_A_PAGE * estimate.sites.div_ceil(SITES_AT_ONCE);
            let of_site =
                |role| (0..pages).map(|_| options.estimate_any(role)).fold(Usage::default(), Usage::plus);
            sites.iter().map(|(_, role)| of_site(*role)).fold(Usage::default(), Usage::plus)
        }
    };
    if asks {
        let caps = args.budget.caps();
        let tokens = used.tokens_in.saturating_add(used.tokens_out);
        estimate.capped = [caps.run, caps.day, caps.tenant].iter().any(|cap| {
            cap.tokens.is_some_and(|most| most < tokens)
                || cap.micro_usd.is_some_and(|most| most < used.micro_usd)
        });
        estimate.model = Some(used);
    }
    if global.json {
        return print_json(&estimate);
    }
    print(&estimate, args.llm.llm_price_in.is_some());
    Ok(())
}

/// Reads saved sites, without extracting anything, and adds up what a model would be sent of them.
async fn saved(
    estimate: &mut Estimate,
    folder: &Path,
    sites: &[(icp::model::Domain, SiteRole)],
    pages: usize,
    options: LlmOptions,
) -> Outcome<Usage> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let web = OfflineFetcher::new(folder, Arc::clone(&clock))?;
    let reader = CompanyReader::new(&web, &[], clock.as_ref());
    let budget = ReadBudget::default().with_pages(pages.max(1));
    let mut used = Usage::default();
    for (site, role) in sites {
        let company = CompanySite::of_domain(site.clone(), *role);
        let reading = reader.read(&company, &budget, &CancelToken::default(), &Unwatched).await?;
        estimate.pages += reading.crawl.pages.len() as u64;
        for page in &reading.crawl.pages {
            used = used.plus(options.estimate(page, *role));
        }
    }
    estimate.counted = true;
    Ok(used)
}

fn print(estimate: &Estimate, priced: bool) {
    let pages = if estimate.counted { "" } else { "at most " };
    println!("{} sites, {pages}{} pages.", estimate.sites, estimate.pages);
    if estimate.without_website > 0 {
        println!(
            "{} customers have no website: only the register speaks for them.",
            estimate.without_website
        );
    }
    if estimate.seconds_at_least > 0 {
        println!(
            "Reading takes {} seconds or more: one page a second of each site, {SITES_AT_ONCE} sites at once.",
            estimate.seconds_at_least
        );
    }
    let Some(used) = estimate.model else {
        println!("No language model is asked; name one with --llm.");
        return;
    };
    println!(
        "The language model: at most {} questions, {} tokens sent and {} received.",
        used.requests, used.tokens_in, used.tokens_out
    );
    if priced {
        println!("That costs at most {:.2} US dollars.", used.micro_usd as f64 / 1e6);
    } else {
        println!("For its cost give --llm-price-in and --llm-price-out.");
    }
    if estimate.capped {
        println!("Your caps end its work before that; the run then goes on with rules.");
    }
    println!("Pages that were read before with the same words are not asked about again.");
}
