//! The address guard: the published list's literal spellings against a canary on every address of this machine. The
//! names of the list need a resolver that lies, which only the fetcher's own tests have.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use icp_core::memory::ManualClock;
use icp_core::model::{Domain, Timestamp};
use icp_core::ports::{FetchOutcome, FetchRequest, Fetcher as _};
use icp_fetch::{FetchConfig, HttpFetcher, WebSource};
use icp_testkit::fetcher::{WebAnswer, WebServer};
use tokio::net::TcpListener;
use url::Url;

use crate::table::Row;

const LIST: &str = include_str!("../../../icp-fetch/vectors/address_guard.tsv");

pub(super) fn rows() -> Result<Vec<Row>, String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let (asked, hits, causes) = runtime.block_on(ask()).map_err(|error| error.to_string())?;
    let listed = LIST.lines().skip(1).count();
    Ok(vec![
        Row::new("address guard: hits on a canary of this machine", hits as f64, "hits")
            .at_most(0.0)
            .note(format!("{asked} literal cases of {listed} listed, the rest in the tests: {causes:?}")),
        Row::new("address guard: cases listed", listed as f64, "cases").at_least(2000.0),
    ])
}

async fn ask() -> Result<(usize, usize, BTreeMap<String, usize>), Box<dyn std::error::Error>> {
    let canary = TcpListener::bind("0.0.0.0:0").await?;
    let port = canary.local_addr()?.port();
    let hits = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&hits);
    tokio::spawn(async move {
        while canary.accept().await.is_ok() {
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    let cases: Vec<Vec<String>> =
        LIST.lines().skip(1).map(|row| row.split('\t').map(str::to_owned).collect()).collect();
    let targets: Vec<String> = cases.iter().map(|case| format!("http://{}:{port}/", case[3])).collect();
    let served = targets.clone();
    // `/7`, and the robots.txt of `r7`, lead where case 7 says.
    let server = WebServer::start(move |request| {
        let number = match request.path.as_str() {
            "/robots.txt" => request.host.strip_prefix('r').and_then(|rest| rest.split('.').next()),
            path => path.strip_prefix('/'),
        };
        let number = number.and_then(|number| number.parse::<usize>().ok());
        match number.and_then(|number| served.get(number - 1)) {
            Some(target) => WebAnswer::status(302).with_header("location", target),
            None => WebAnswer::status(404),
        }
    })
    .await?;
    let clock = Arc::new(ManualClock::fixed(Timestamp::from_micros(0)));
    let config = FetchConfig::default()
        .with_min_delay(std::time::Duration::ZERO)
        .with_latency_factor(0_u32)
        .with_max_blocks(u32::MAX)
        .with_ports((1..=u16::MAX).collect::<Vec<u16>>());
    let internet = HttpFetcher::new(config.clone(), WebSource::Internet, clock.clone())?;
    let loopback = HttpFetcher::new(config, WebSource::Loopback(server.addr()), clock)?;
    let site: Domain = "acme.example".parse()?;
    let (mut asked, mut causes) = (0, BTreeMap::new());
    for (case, target) in cases.iter().zip(&targets) {
        let (number, way, kind) = (&case[0], case[1].as_str(), &case[2]);
        if kind.starts_with("dns-") {
            continue;
        }
        asked += 1;
        let (fetcher, url) = match way {
            "redirect" => (&loopback, format!("http://acme.example/{number}")),
            "robots" => (&loopback, format!("http://r{number}.acme.example/")),
            _ => (&internet, target.clone()),
        };
        let cause = match Url::parse(&url) {
            Err(_) => "no address".to_owned(),
            Ok(url) => {
                let request = match way {
                    "sitemap" => FetchRequest::sitemap(site.clone(), url),
                    _ => FetchRequest::page(site.clone(), url),
                };
                match fetcher.fetch(&request).await? {
                    FetchOutcome::Refused(refusal) => refusal.cause.to_string(),
                    _ => "read".to_owned(),
                }
            }
        };
        *causes.entry(cause).or_default() += 1;
    }
    Ok((asked, hits.load(Ordering::SeqCst), causes))
}
