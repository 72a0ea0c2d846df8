//! Every host turns us away, each in its own way: how long a run takes, on a virtual clock, and whether it says why.
//!
//! The real fetcher asks a real server on loopback with its default limits and pace; only time is virtual: it moves on when
//! everybody waits.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use icp::memory::{MemoryRegister, MemoryStore, SequentialIds};
use icp::model::SsicEdition;
use icp::prelude::*;
use icp_fetch::{FetchConfig, HttpFetcher, WebSource};
use icp_testkit::sample;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use crate::table::Row;

/// The seconds within which a run is to end.
const SECONDS: f64 = 60.0;

/// What a host does, and the cause that a run is to give.
const MANNERS: [(Manner, RefusalCause); 15] = [
    (Manner::Robots("200 OK", "User-agent: *\nDisallow: /\n"), RefusalCause::RobotsDisallowed),
    (Manner::Status("403 Forbidden", ""), RefusalCause::Blocked),
    (Manner::Status("429 Too Many Requests", "retry-after: 3600\r\n"), RefusalCause::Blocked),
    (Manner::Status("503 Unavailable", "cf-mitigated: challenge\r\n"), RefusalCause::Challenge),
    (Manner::Page("<title>Just a moment...</title><p>Checking your browser</p>"), RefusalCause::Challenge),
    (Manner::Robots("500 Broken", ""), RefusalCause::RobotsUnreachable),
    (Manner::Silent, RefusalCause::Timeout),
    (Manner::HangUp, RefusalCause::ConnectFailure),
    (Manner::Page("<title>Sale</title><p>This domain is for sale.</p>"), RefusalCause::Parked),
    (
        Manner::Page("<div id=root></div><script src=/static/js/main.3f2a.js></script>"),
        RefusalCause::NeedsJavascript,
    ),
    (Manner::Status("200 OK", "content-type: application/pdf\r\n"), RefusalCause::NotHtml),
    (Manner::Large, RefusalCause::TooLarge),
    (Manner::Status("301 Moved", "location: https://elsewhere.example/\r\n"), RefusalCause::OffSite),
    (Manner::Status("404 Not Found", ""), RefusalCause::NotFound),
    (Manner::Status("502 Bad Gateway", ""), RefusalCause::ServerError),
];

/// How a host answers for its front page, or for its robots.txt.
#[derive(Clone, Copy)]
enum Manner {
    /// A status and body for robots.txt, and a page behind it.
    Robots(&'static str, &'static str),
    /// A status with headers, and no body.
    Status(&'static str, &'static str),
    /// A page.
    Page(&'static str),
    /// A page that is larger than the limit.
    Large,
    /// Nothing, for ever.
    Silent,
    /// The end of the connection.
    HangUp,
}

/// Time as the runtime has it.
#[derive(Debug)]
struct Virtual {
    began: Instant,
}

#[async_trait]
impl Clock for Virtual {
    fn now(&self) -> Timestamp {
        let micros = i64::try_from(self.began.elapsed().as_micros()).unwrap_or(i64::MAX);
        Timestamp::from_micros(1_795_420_800_000_000 + micros)
    }

    async fn sleep(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

pub(super) fn rows() -> Result<Vec<Row>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(measure())
}

/// How a run went.
struct Ended {
    seconds: f64,
    sites: usize,
    /// Sites that gave no page, with the cause that they have.
    exact: usize,
    cards: usize,
    graded_down: usize,
}

async fn measure() -> Result<Vec<Row>, String> {
    let register = Arc::new(MemoryRegister::new(
        sample::register::entities(),
        sample::register::as_of(),
        SsicEdition::Y2025,
    ));
    let mixed = run(Arc::clone(&register), |at| at % MANNERS.len()).await?;
    let (mut slowest, mut of_slowest, mut in_time, mut exact, mut sites) = (0.0, 0, 0, 0, 0);
    for manner in 0..MANNERS.len() {
        let ended = run(Arc::clone(&register), |_| manner).await?;
        in_time += usize::from(ended.seconds <= SECONDS);
        exact += ended.exact;
        sites += ended.sites;
        if ended.seconds > slowest {
            (slowest, of_slowest) = (ended.seconds, manner);
        }
    }
    let cause = MANNERS.get(of_slowest).map_or("", |(_, cause)| cause.as_str());
    Ok(vec![
        Row::new("every host blocking: virtual time to the end of the run", mixed.seconds, "s")
            .at_most(SECONDS)
            .note(format!("{} hosts in {} ways, default pace and limits", mixed.sites, MANNERS.len())),
        Row::share("every host blocking: hosts with the exact cause", mixed.exact, mixed.sites).at_least(1.0),
        Row::share("every host blocking: cards graded down", mixed.graded_down, mixed.cards).at_least(1.0),
        Row::share("all hosts in one way: ways that end in time", in_time, MANNERS.len())
            .note(format!("n={}; the slowest is {cause} with {slowest:.1} s", MANNERS.len())),
        Row::share("all hosts in one way: hosts with the exact cause", exact, sites).at_least(1.0),
    ])
}

/// One run over the sample intake; `manner` says how the host at a place behaves.
async fn run(register: Arc<MemoryRegister>, manner: impl Fn(usize) -> usize) -> Result<Ended, String> {
    let intake = parse_intake_text(sample::intake_json()).map_err(|errors| errors.to_string())?;
    let seeds = intake.payload().seeds.iter().filter_map(|seed| Some(seed.domain.as_ref()?.to_string()));
    let hosts: BTreeSet<String> = seeds.chain([intake.payload().website.to_string()]).collect();
    let manners: BTreeMap<String, usize> =
        hosts.iter().enumerate().map(|(at, host)| (bare(host).to_owned(), manner(at))).collect();
    let web = serve(manners.clone()).await.map_err(|error| error.to_string())?;

    let clock = Arc::new(Virtual { began: Instant::now() });
    let fetcher = HttpFetcher::new(FetchConfig::default(), WebSource::Loopback(web), clock.clone());
    let fetcher = Arc::new(fetcher.map_err(|error| error.to_string())?);
    let store = Arc::new(MemoryStore::default());
    let parts = EngineParts::new(store, register, fetcher, clock.clone(), Arc::new(SequentialIds::default()))
        .with_extractor(Arc::new(RuleExtractor));
    let engine = Engine::new(parts, EngineOptions::default());
    let tenant: TenantId = "bench".parse().map_err(|_| "the tenant has no name")?;
    let said = |error: Error| error.to_string();
    let run = engine.submit(&tenant, "bench", intake, None).await.map_err(said)?.run;
    let began = clock.now();
    engine.run(&tenant, run, &CancelToken::default()).await.map_err(said)?;
    let seconds = clock.now().millis_since(began) as f64 / 1000.0;
    let report = engine.report(&tenant, run).await.map_err(said)?;

    let mut exact = 0;
    for site in &report.sites {
        let manner = manners.get(bare(site.domain.as_str())).and_then(|at| MANNERS.get(*at));
        let wanted = manner.map(|(_, cause)| *cause);
        let told = site.cause.as_ref().map(|refusal| refusal.cause);
        if told == wanted && site.pages == 0 {
            exact += 1;
        } else {
            let detail = site.cause.as_ref().map_or("", |refusal| refusal.detail.as_str());
            eprintln!("{}: told {told:?}, is {wanted:?} ({detail})", site.domain);
        }
    }
    let cards = &report.suggestions.cards;
    let graded_down = cards.iter().filter(|card| card.grade != Grade::Supported).count();
    Ok(Ended { seconds, sites: report.sites.len(), exact, cards: cards.len(), graded_down })
}

fn bare(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}

/// A server that plays every host in its manner.
async fn serve(manners: BTreeMap<String, usize>) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let manners = Arc::new(manners);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(one(stream, Arc::clone(&manners)));
        }
    });
    Ok(address)
}

async fn one(mut stream: TcpStream, manners: Arc<BTreeMap<String, usize>>) {
    let mut head = Vec::new();
    let mut piece = [0; 2048];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut piece).await {
            Ok(read) if read > 0 => head.extend_from_slice(piece.get(..read).unwrap_or_default()),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let host = head.lines().find_map(|line| line.strip_prefix("host:")).unwrap_or_default().trim();
    let manner = manners.get(bare(host)).and_then(|at| MANNERS.get(*at)).map(|(manner, _)| *manner);
    let answer = match (manner, head.starts_with("get /robots.txt")) {
        (None, _) => plain("404 Not Found", "", ""),
        (Some(Manner::Robots(status, body)), true) => plain(status, "content-type: text/plain\r\n", body),
        (Some(_), true) => plain("404 Not Found", "", ""),
        (Some(Manner::Robots(..)), false) => plain("200 OK", "content-type: text/html\r\n", "<p>Freight"),
        (Some(Manner::Status(status, headers)), false) => plain(status, headers, ""),
        (Some(Manner::Page(body)), false) => plain("200 OK", "content-type: text/html\r\n", body),
        (Some(Manner::Large), false) => {
            plain("200 OK", "content-type: text/html\r\n", &"<p>Freight</p>".repeat(400_000))
        }
        (Some(Manner::Silent), false) => std::future::pending().await,
        (Some(Manner::HangUp), false) => return,
    };
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
}

fn plain(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())
}
