//! Pages per second of processor time: fetch, robots.txt, text, links and technologies, beside Scrapy in the same run.
//!
//! A server in this process plays the web with WCXB's pages; each reader is a process of its own, so that its processor
//! time is its own. Nobody waits between requests: politeness is measured elsewhere.

use std::io::Read as _;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use flate2::read::GzDecoder;
use icp_core::memory::ManualClock;
use icp_core::model::{Domain, Timestamp};
use icp_core::ports::{FetchOutcome, FetchRequest, Fetcher as _};
use icp_fetch::{FetchConfig, HttpFetcher, WebSource};
use icp_testkit::fetcher::{WebAnswer, WebServer};
use serde::{Deserialize, Serialize};

use crate::evidence::wcxb;
use crate::table::{Options, Row};

/// Pages that each reader reads.
const PAGES: usize = 1_000;
/// Hosts that our reader takes them from.
const HOSTS: usize = 10;
/// How often each reader reads; its best time counts.
const PASSES: usize = 3;
const SCRAPY: &str = "target/scrapy/bin/python";

/// What a reader tells.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Read {
    pages: usize,
    /// Of these: with a challenge instead of content.
    #[serde(default)]
    refused: usize,
    links: usize,
    chars: usize,
    #[serde(default)]
    technologies: usize,
    cpu_seconds: f64,
}

impl Read {
    fn speed(&self) -> f64 {
        self.pages as f64 / self.cpu_seconds.max(0.01)
    }
}

/// Rows of the speed measure. Without the data there are none.
pub(super) fn rows(options: &Options) -> Result<Vec<Row>, String> {
    let folder = options.data.join("wcxb_service_dev");
    let pages: Vec<Vec<u8>> = wcxb::ids(&folder).iter().filter_map(|id| body(&folder, id)).collect();
    if pages.is_empty() {
        eprintln!("icp-bench: `{}` is not there, so the speed of reading is left out", folder.display());
        return Ok(Vec::new());
    }
    let bytes: usize = (0..PAGES).map(|number| pages[number % pages.len()].len()).sum();
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let server = runtime
        .block_on(WebServer::start(move |request| match request.path.strip_prefix("/p/") {
            Some(number) => match number.parse::<usize>() {
                Ok(number) => WebAnswer::html(pages[number % pages.len()].clone()),
                Err(_) => WebAnswer::status(404),
            },
            None if request.path == "/robots.txt" => {
                let rules = "User-agent: *\nDisallow: /private/\n";
                let mut answer = WebAnswer::html(rules).with_header("x-served-by", "icp-bench");
                answer.headers.retain(|(name, _)| *name != "content-type");
                answer.with_header("content-type", "text/plain")
            }
            None => WebAnswer::status(404),
        }))
        .map_err(|error| error.to_string())?;
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let ours = best(
        || {
            let mut command = Command::new(&own);
            command.arg("crawl-read");
            command
        },
        server.addr(),
    )?;
    let scrapy = match options.quick {
        true => None,
        false => best(
            || {
                let mut command = Command::new(SCRAPY);
                command.arg("icp-bench/peers/scrapy_pages.py");
                command
            },
            server.addr(),
        )
        .map_err(|why| eprintln!("icp-bench: Scrapy is left out: {why}; run icp-bench/setup-scrapy.sh"))
        .ok(),
    };
    let mut rows = vec![
        Row::new("fetch, robots, text, links, technologies: pages per CPU-second", ours.speed(), "/s")
            .peer("Scrapy, without technologies", scrapy.as_ref().map(Read::speed))
            .note(format!(
                "{} pages ({} refused for what is on them), {} MB, {:.2} s of processor time, {} links, {} technologies; best of {PASSES}",
                ours.pages,
                ours.refused,
                bytes / 1_000_000,
                ours.cpu_seconds,
                ours.links,
                ours.technologies
            )),
    ];
    if let Some(scrapy) = scrapy {
        rows.push(
            Row::new("the same as a multiple of Scrapy", ours.speed() / scrapy.speed(), "x")
                .at_least(6.0)
                .note(format!(
                    "Scrapy: {} pages, {:.2} s, {} links",
                    scrapy.pages, scrapy.cpu_seconds, scrapy.links
                )),
        );
    }
    Ok(rows)
}

fn body(folder: &Path, id: &str) -> Option<Vec<u8>> {
    let file = std::fs::File::open(folder.join(format!("dev-{id}.html.gz"))).ok()?;
    let mut html = Vec::new();
    GzDecoder::new(file).take(8 << 20).read_to_end(&mut html).ok()?;
    Some(html)
}

/// Runs a reader some times and keeps the best; each must have read every page.
fn best(reader: impl Fn() -> Command, server: SocketAddr) -> Result<Read, String> {
    let mut best: Option<Read> = None;
    for _ in 0..PASSES {
        let mut command = reader();
        command.arg(server.to_string()).arg(PAGES.to_string()).stderr(Stdio::inherit());
        let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let read: Read =
            serde_json::from_str(text.trim()).map_err(|error| format!("{command:?}: {error}"))?;
        if read.pages != PAGES {
            return Err(format!("{command:?} read {} pages of {PAGES}", read.pages));
        }
        if best.as_ref().is_none_or(|best| read.cpu_seconds < best.cpu_seconds) {
            best = Some(read);
        }
    }
    best.ok_or_else(|| "no pass".to_owned())
}

/// The other process: reads pages, prints one JSON object.
pub(crate) fn read_alone(mut args: impl Iterator<Item = String>) -> Result<(), String> {
    let server = args.next().and_then(|text| text.parse().ok());
    let (Some(server), Some(count)) = (server, args.next().and_then(|text| text.parse().ok())) else {
        return Err("crawl-read ADDRESS COUNT".to_owned());
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let mut read = runtime.block_on(read(server, count)).map_err(|error| error.to_string())?;
    read.cpu_seconds = process_cpu().unwrap_or_default();
    println!("{}", serde_json::to_string(&read).map_err(|error| error.to_string())?);
    Ok(())
}

async fn read(server: SocketAddr, count: usize) -> Result<Read, Box<dyn std::error::Error>> {
    let config = FetchConfig::default()
        .with_min_delay(Duration::ZERO)
        .with_latency_factor(0_u32)
        .with_jitter_percent(0_u32);
    let clock = Arc::new(ManualClock::fixed(Timestamp::from_micros(0)));
    let fetcher = HttpFetcher::new(config, WebSource::Loopback(server), clock)?;
    let mut told = Read::default();
    for number in 0..count {
        let host = format!("site{}.example", number % HOSTS);
        let site: Domain = host.parse()?;
        let request = FetchRequest::page(site, format!("http://{host}/p/{number}").parse()?);
        match fetcher.fetch(&request).await? {
            FetchOutcome::Page(page) => {
                told.pages += 1;
                told.links += page.links.len();
                told.chars += page.text.as_str().len();
                told.technologies += icp_extract::technologies(&page).len();
            }
            // It was fetched and parsed all the same: what was on it is why it is refused.
            FetchOutcome::Refused(_) => {
                told.pages += 1;
                told.refused += 1;
            }
            _ => {}
        }
    }
    Ok(told)
}

/// Seconds of processor time of this process, of all its threads, by the system's ticks of 10 ms.
fn process_cpu() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(ticks as f64 / 100.0)
}
