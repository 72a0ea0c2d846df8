//! Hostile servers: each case in a process of its own, which reads an ordinary page first. Measured are the memory that it
//! grows by after that, by the system's own count, and the time until the reader lets go.

mod server;

use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use icp::prelude::{CancelToken, SystemClock};
use icp_core::engine::company::{CompanyReader, CompanySite, ReadBudget, Unwatched};
use icp_core::model::{Domain, SiteRole};
use icp_core::ports::{FetchOutcome, FetchRequest, Fetcher as _};
use icp_fetch::{FetchConfig, HttpFetcher, WebSource};
use tokio::time::Instant;

use crate::table::Row;

/// How long a page, or the site of the last two cases, may take.
const LIMIT: Duration = Duration::from_secs(3);
/// The memory that a case may grow by.
const MEMORY: f64 = 16.0;

/// What is asked of a server.
#[derive(Clone, Copy)]
enum Asked {
    Page,
    Sitemap,
    Site,
}

const CASES: [(&str, Asked); 11] = [
    ("gzip-bomb", Asked::Page),
    ("gzip-bomb", Asked::Sitemap),
    ("endless-body", Asked::Page),
    ("drip", Asked::Page),
    ("headers", Asked::Page),
    ("depth", Asked::Page),
    ("attributes", Asked::Page),
    ("attributes-of-one", Asked::Page),
    ("dtd", Asked::Sitemap),
    ("sitemap-loop", Asked::Site),
    ("calendar", Asked::Site),
];

pub(super) fn rows() -> Result<Vec<Row>, String> {
    let server = server::start().map_err(|error| error.to_string())?;
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let (mut rows, mut ended) = (Vec::new(), 0);
    for (number, (case, asked)) in CASES.iter().enumerate() {
        let name = match asked {
            Asked::Page => (*case).to_owned(),
            Asked::Sitemap => format!("{case} as a sitemap"),
            Asked::Site => format!("{case}, a whole site"),
        };
        let output = Command::new(&program)
            .args(["crawl", "--hostile", &number.to_string(), "--server", &server.to_string()])
            .output()
            .map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut words = text.trim().splitn(3, '\t');
        let mut number = || words.next().and_then(|word| word.parse::<f64>().ok());
        let (grown, seconds) = (number(), number());
        let outcome = words.next().unwrap_or("no outcome");
        let in_time = seconds.is_some_and(|seconds| seconds <= LIMIT.as_secs_f64() + 1.0);
        let whole = output.status.success() && in_time && !outcome.starts_with("failed");
        ended += usize::from(whole);
        rows.push(
            Row::new(format!("hostile server: memory for {name}"), grown.unwrap_or(f64::NAN), "MB")
                .at_most(MEMORY)
                .note(format!("{:.2} s: {outcome}", seconds.unwrap_or(f64::NAN))),
        );
    }
    rows.push(
        Row::share("hostile server: cases that end in their time + 1 s, without a panic", ended, CASES.len())
            .at_least(1.0),
    );
    Ok(rows)
}

/// One case, in a process of its own: prints megabytes, seconds and the outcome.
pub(super) fn case(number: &str, server: &str) -> Result<(), String> {
    let (name, asked) =
        number.parse().ok().and_then(|number: usize| CASES.get(number)).ok_or("no such case")?;
    let server: SocketAddr = server.parse().map_err(|_| "no address")?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let (before, seconds, outcome) =
        runtime.block_on(ask(name, *asked, server)).map_err(|error| error.to_string())?;
    let grown =
        peak().zip(before).map_or(f64::NAN, |(peak, before)| peak.saturating_sub(before) as f64 / 1e3);
    println!("{grown:.1}\t{seconds:.2}\t{outcome}");
    Ok(())
}

async fn ask(
    case: &str,
    asked: Asked,
    server: SocketAddr,
) -> Result<(Option<u64>, f64, String), Box<dyn std::error::Error>> {
    let config = FetchConfig::default()
        .with_min_delay(Duration::ZERO)
        .with_latency_factor(0_u32)
        .with_page_timeout(LIMIT)
        .with_retries(0_u32);
    let fetcher = HttpFetcher::new(config, WebSource::Loopback(server), Arc::new(SystemClock))?;
    let ordinary: Domain = "ordinary.example".parse()?;
    fetcher.fetch(&FetchRequest::home(ordinary)).await?;
    let site: Domain = format!("{case}.example").parse()?;
    forget_peak();
    let (before, began) = (memory("VmRSS:"), Instant::now());
    let outcome = match asked {
        Asked::Site => {
            let reader = CompanyReader::new(&fetcher, &[], &SystemClock);
            let budget = ReadBudget::default().with_time_limit(LIMIT);
            let site = CompanySite::of_domain(site, SiteRole::Seed);
            let reading = reader.read(&site, &budget, &CancelToken::default(), &Unwatched).await?;
            format!("{} pages read", reading.crawl.pages.len())
        }
        Asked::Page | Asked::Sitemap => {
            let request = match asked {
                Asked::Sitemap => {
                    let url = url::Url::parse(&format!("http://{site}/sitemap.xml"))?;
                    FetchRequest::sitemap(site, url)
                }
                _ => FetchRequest::home(site),
            };
            match fetcher.fetch(&request).await {
                Ok(FetchOutcome::Page(page)) => {
                    format!("a page of {} bytes of text", page.text.as_str().len())
                }
                Ok(FetchOutcome::Sitemap(list)) => format!("a list of {} pages", list.entries.len()),
                Ok(FetchOutcome::Refused(refusal)) => refusal.cause.to_string(),
                Ok(_) => "another outcome".to_owned(),
                Err(error) => format!("failed: {error}"),
            }
        }
    };
    Ok((before, began.elapsed().as_secs_f64(), outcome))
}

/// Makes the system count the peak anew.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn peak() -> Option<u64> {
    memory("VmHWM:")
}

/// Kilobytes of this process, where the system says so.
fn memory(field: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}
