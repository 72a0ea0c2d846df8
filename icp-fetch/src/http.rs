//! The fetcher over HTTP: its own redirect loop, in which every hop is checked, paced and limited like the first.

mod addresses;
mod answer;
mod exchange;
mod fault;
mod guard;
mod keyed;
mod pace;
mod recording;
mod retry_after;
mod tape;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use icp_core::model::{Domain, Refusal, RefusalCause, Timestamp, Validators};
use icp_core::pace::PacingCertificate;
use icp_core::ports::{Clock, FetchOutcome, FetchRequest, Fetcher};
use icp_core::site::challenge;
use icp_core::{Error, ErrorKind, Result};
use tokio::time::Instant;
use tracing::{Instrument as _, Span};
use url::Url;

use crate::cache::{Cache, Found, confirmed};
use crate::config::{FetchConfig, WebSource};
use crate::guard::{check_own_site, check_site};
use crate::html::{read_page, validators};
use crate::request::{Kind, is_home, target, time_left, too_late};
use crate::robots::Rules;
use crate::{sitemap, trace};

use answer::Step;
use exchange::{Exchange, Question};
use guard::{Guard, Lookup, OneServer, SystemLookup};
use keyed::Keyed;
use pace::Pace;
use recording::{INTERNET, ONE_SERVER, Recording, request_text};
use tape::Tape;

pub use tape::ReplayFetcher;

pub(crate) use answer::Answer;
pub(crate) use exchange::{LANGUAGES, Want};
pub(crate) use recording::http as recorded_answer;
pub(crate) use tape::answer as answer_in;

/// Origins whose robots.txt is kept, from which on the oldest are forgotten.
const ORIGINS: usize = 4096;

/// Rules and until when they count.
#[derive(Clone, Debug)]
struct Cached {
    rules: Rules,
    until: Instant,
}

/// Gets pages and sitemaps over HTTP, politely.
///
/// ```no_run
/// use std::sync::Arc;
/// use icp_core::model::Domain;
/// use icp_core::ports::{Clock, FetchOutcome, FetchRequest, Fetcher};
/// use icp_fetch::{FetchConfig, HttpFetcher, WebSource};
///
/// # async fn fetch(clock: Arc<dyn Clock>) -> Result<(), Box<dyn std::error::Error>> {
/// let fetcher = HttpFetcher::new(FetchConfig::default(), WebSource::Internet, clock)?;
/// let site: Domain = "example.com".parse()?;
/// match fetcher.fetch(&FetchRequest::home(site)).await? {
///     FetchOutcome::Page(page) => println!("{}", page.title.as_str()),
///     FetchOutcome::Refused(refusal) => println!("{}: {}", refusal.cause, refusal.detail),
///     other => println!("{other:?}"),
/// }
/// # Ok(())
/// # }
/// ```
pub struct HttpFetcher {
    config: FetchConfig,
    loopback: bool,
    guard: Guard,
    source: Source,
    recording: Option<Recording>,
    cache: Option<Arc<Cache>>,
    pace: Pace,
    robots: Keyed<Option<Cached>>,
    clock: Arc<dyn Clock>,
}

/// Where answers come from.
enum Source {
    Servers(Exchange),
    Tape(Tape),
}

impl fmt::Debug for HttpFetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpFetcher")
            .field("config", &self.config)
            .field("guard", &self.guard)
            .finish_non_exhaustive()
    }
}

impl HttpFetcher {
    /// A fetcher of the web at `source`.
    ///
    /// # Errors
    /// `Invalid` when the user agent is not a header value, or a loopback source is not of this machine; `Unavailable`
    /// when the machine has no root certificates.
    pub fn new(config: FetchConfig, source: WebSource, clock: Arc<dyn Clock>) -> Result<Self> {
        match source {
            WebSource::Internet => Self::over(config, Arc::new(SystemLookup), None, false, clock),
            WebSource::Loopback(server) if server.ip().is_loopback() => {
                // One server plays every host on the web's own ports; any other port is somebody else.
                let config = FetchConfig { ports: vec![80, 443], ..config };
                Self::over(config, Arc::new(OneServer(server)), Some(server), true, clock)
            }
            WebSource::Loopback(server) => Err(Error::new(
                ErrorKind::Invalid,
                "make a fetcher",
                format!("{server} is not a loopback address; give one such as 127.0.0.1:8080"),
            )),
        }
    }

    fn over(
        config: FetchConfig,
        lookup: Arc<dyn Lookup>,
        exempt: Option<std::net::SocketAddr>,
        loopback: bool,
        clock: Arc<dyn Clock>,
    ) -> Result<Self> {
        let guard = Guard::new(lookup, exempt, config.ports.clone());
        Ok(Self {
            source: Source::Servers(Exchange::new(&config, guard.clone(), loopback)?),
            recording: None,
            cache: None,
            pace: Pace::new(config.pace(), config.pace_seed, config.hosts_at_once, clock.now()),
            robots: Keyed::new(ORIGINS),
            loopback,
            guard,
            clock,
            config,
        })
    }

    /// What was asked of a site's hosts since a time, by whomever, with the rules of pace that were kept: the pacing
    /// certificate of a crawl. It can be verified, and kept with the crawl's report.
    pub async fn pacing(&self, site: &Domain, since: Timestamp) -> PacingCertificate {
        let of_site = |host: &str| host.parse::<Domain>().is_ok_and(|host: Domain| host.same_site(site));
        PacingCertificate::new(self.pace.rules(), self.pace.logs(of_site, since).await)
    }

    /// Records what is asked of servers, and what they answer, to a new WARC file; compressed when its name ends in `.gz`.
    /// A [`ReplayFetcher`] reads it.
    ///
    /// Answers are recorded as they came, once their transfer and content codings are undone, with robots.txt files and
    /// with what came in place of an answer. Cookies (but for the names of those that a server sets) and headers that let
    /// somebody in are not. Pages are recorded whole, so they may hold personal data that the pages of a store do not:
    /// the file is for its owner's disk. While a crawl is recorded, every page is asked for whole.
    ///
    /// # Errors
    /// `Conflict` when the file is there already, `Unavailable` when it cannot be written. A file that cannot be written
    /// any more fails the fetch.
    pub fn recording_to(mut self, path: impl AsRef<Path>) -> Result<Self> {
        let web = if self.loopback { ONE_SERVER } else { INTERNET };
        let about = [
            ("software", concat!("icp-fetch/", env!("CARGO_PKG_VERSION"))),
            ("format", "WARC File Format 1.1"),
            ("http-header-user-agent", self.config.user_agent.as_str()),
            ("robots", "classic"),
            ("web", web),
        ];
        self.recording = Some(Recording::create(path.as_ref(), &about, Arc::clone(&self.clock))?);
        Ok(self)
    }

    /// Keeps pages and sitemaps in a directory of at most `max_bytes`, and uses them again as RFC 9111 permits: unasked for
    /// as long as their site says, and after that when the site says that they have not changed. A directory may serve
    /// several fetchers and processes.
    ///
    /// Kept is only what every reader gets: nothing that a header calls private, that sets a cookie, or that came in place
    /// of a page; and what robots.txt closes or a site refuses is not read from here. A page that is used unasked has the
    /// time at which it was read. That time would tell one tenant that another has read the page, so give each tenant a
    /// directory of its own where tenants must not learn of each other. While a crawl is recorded, nothing is kept or used.
    ///
    /// # Errors
    /// `Unavailable` when the directory cannot be made or read.
    pub fn caching_in(mut self, dir: impl AsRef<Path>, max_bytes: u64) -> Result<Self> {
        self.cache = Some(Arc::new(Cache::open(dir.as_ref(), max_bytes, &self.config.user_agent)?));
        Ok(self)
    }

    /// A fetcher of a recorded web.
    fn of_tape(config: FetchConfig, tape: Tape, one_server: bool, clock: Arc<dyn Clock>) -> Self {
        let config = if one_server { FetchConfig { ports: vec![80, 443], ..config } } else { config };
        Self {
            guard: Guard::new(Arc::new(SystemLookup), None, config.ports.clone()),
            source: Source::Tape(tape),
            recording: None,
            cache: None,
            pace: Pace::new(config.pace(), config.pace_seed, config.hosts_at_once, clock.now()),
            robots: Keyed::new(ORIGINS),
            loopback: one_server,
            clock,
            config,
        }
    }

    /// Fetches within the time that is left.
    async fn fetch_in_time(&self, request: &FetchRequest) -> Result<FetchOutcome, Stop> {
        check_own_site(&request.site, &self.config.aggregators)?;
        let work = self.reach(request);
        match time_left(request, self.clock.now())? {
            None => work.await,
            Some(left) => match tokio::time::timeout(left, work).await {
                Ok(outcome) => outcome,
                Err(_) => Err(too_late().into()),
            },
        }
    }

    /// Tries an address and, where its host cannot be reached, the other ways to the same site; for the front page also
    /// where it is not there.
    async fn reach(&self, request: &FetchRequest) -> Result<FetchOutcome, Stop> {
        let (url, kind) = target(request)?;
        let home = kind == Kind::Page && is_home(&url);
        let errand = Errand { site: &request.site, kind, home, validators: request.validators.as_ref() };
        let goes_on = |refusal: &Refusal| cannot_be_reached(refusal) || (home && has_no_front_page(refusal));
        let mut refused = match self.with_retries(&url, errand).await {
            Err(Stop::Refused(refusal)) if goes_on(&refusal) => refusal,
            done => return done,
        };
        for way in other_ways(&url, &request.site, self.loopback) {
            match self.with_retries(&way, errand).await {
                Err(Stop::Refused(refusal)) if goes_on(&refusal) => {
                    if says(&refusal) > says(&refused) {
                        refused = refusal;
                    }
                }
                done => return done,
            }
        }
        Err(refused.into())
    }

    async fn with_retries(&self, url: &Url, errand: Errand<'_>) -> Result<FetchOutcome, Stop> {
        let mut tries = 0;
        loop {
            match self.follow(url, errand).await {
                Err(Stop::Refused(refusal)) if self.is_worth_a_try(&refusal, tries) => tries += 1,
                done => return done,
            }
        }
    }

    /// Whether the next try may have a better outcome. A site that names a longer time to wait than is waited for
    /// is left alone.
    fn is_worth_a_try(&self, refusal: &Refusal, tries: u32) -> bool {
        tries < self.config.retries
            && matches!(refusal.cause, RefusalCause::ServerError | RefusalCause::Timeout)
            && refusal.retry_after.is_none_or(|after| after <= self.config.max_retry_after)
    }

    /// Follows redirects to the answer. Each hop is checked as the first one is.
    async fn follow(&self, start: &Url, errand: Errand<'_>) -> Result<FetchOutcome, Stop> {
        let mut budget = self.config.page_timeout;
        let mut seen: Vec<Url> = Vec::new();
        let mut url = start.clone();
        loop {
            url = self.admit(url, errand.site)?;
            if seen.contains(&url) {
                let detail = format!("{url} redirects to itself");
                return Err(Refusal::new(RefusalCause::RedirectLimit, detail).into());
            }
            let rules = self.rules(&url).await;
            rules.check(&url, errand.home, self.config.max_crawl_delay)?;
            let want = Want::of(errand.kind);
            let question = Question { url: &url, want, validators: errand.validators };
            let answer = self.ask(question, rules.crawl_delay(), &mut budget).await?;
            Span::current().record("status", answer.status.as_u16());
            let step = answer.step(&url, errand.validators.is_some()).map_err(|refusal| {
                let retry_after = answer.retry_after(answer.at.unwrap_or_else(|| self.clock.now()));
                refusal.with_retry_after(retry_after)
            })?;
            match step {
                Step::Done => return self.read(url, answer, errand).await,
                Step::NotModified => return Ok(FetchOutcome::NotModified),
                Step::Redirect(next) => {
                    seen.push(std::mem::replace(&mut url, next));
                    if seen.len() > self.config.max_redirects {
                        let detail = format!("more than {} redirects", self.config.max_redirects);
                        return Err(Refusal::new(RefusalCause::RedirectLimit, detail).into());
                    }
                }
            }
        }
    }

    /// Checks an address before anything is done with it.
    fn admit(&self, url: Url, site: &Domain) -> Result<Url, Refusal> {
        let url = self.admit_host(url)?;
        check_site(&url, site)?;
        Ok(url)
    }

    fn admit_host(&self, mut url: Url) -> Result<Url, Refusal> {
        url.set_fragment(None);
        self.guard.check_url(&url)?;
        if self.loopback {
            if url.port().is_some() {
                let detail = "the one server of this machine plays the web's own ports only";
                return Err(Refusal::new(RefusalCause::ForbiddenUrl, detail));
            }
            // Cannot fail: both are special schemes of the web.
            let _ = url.set_scheme("http");
        }
        Ok(url)
    }

    /// The answer to a question: of its server, recorded where that is wanted, or of a recording.
    async fn ask(
        &self,
        question: Question<'_>,
        crawl_delay: Option<Duration>,
        budget: &mut Duration,
    ) -> Result<Answer, Refusal> {
        let exchange = match &self.source {
            Source::Servers(exchange) => exchange,
            Source::Tape(tape) => return tape.answer(question).await,
        };
        let Some(recording) = &self.recording else {
            return match &self.cache {
                Some(cache) if question.want != Want::Robots => {
                    self.ask_or_remember(cache, exchange, question, crawl_delay, budget).await
                }
                _ => self.ask_server(exchange, question, crawl_delay, budget).await,
            };
        };
        let headers = [
            ("user-agent", self.config.user_agent.as_str()),
            ("accept", question.want.accept()),
            ("accept-language", LANGUAGES),
            ("accept-encoding", "gzip"),
        ];
        let asked = recording.begin(question.url, question.want, request_text(question.url, &headers));
        let whole = Question { validators: None, ..question };
        let answer = self.ask_server(exchange, whole, crawl_delay, budget).await;
        let at = asked.end(answer.as_ref());
        Ok(Answer { at: Some(at), ..answer? }.unless_known(question.validators))
    }

    /// The answer to a question, of an earlier crawl where that still counts.
    async fn ask_or_remember(
        &self,
        cache: &Arc<Cache>,
        exchange: &Exchange,
        question: Question<'_>,
        crawl_delay: Option<Duration>,
        budget: &mut Duration,
    ) -> Result<Answer, Refusal> {
        let (url, want, now) = (question.url, question.want, self.clock.now());
        let found = off_thread(cache, url, move |cache, url| cache.look(url, want, now)).await;
        let kept = match found.unwrap_or(Found::Nothing) {
            Found::Fresh(answer) => return Ok(answer.unless_known(question.validators)),
            Found::Stale(answer) => Some(answer),
            Found::Nothing => None,
        };
        let marks = kept.as_ref().and_then(|kept| validators(&kept.header_pairs()));
        let asked = Question { validators: marks.as_ref().or(question.validators), ..question };
        let answer = self.ask_server(exchange, asked, crawl_delay, budget).await;
        match (answer, kept) {
            (Ok(answer), Some(kept)) if marks.is_some() && answer.status.as_u16() == 304 => {
                Ok(confirmed(kept, &answer.headers).unless_known(question.validators))
            }
            // The site has something else to say now; one that is broken or slow has not.
            (Ok(answer), Some(_)) if matches!(answer.status.as_u16(), 300..=499) => {
                off_thread(cache, url, move |cache, url| cache.forget(url, want)).await;
                Ok(answer)
            }
            (answer, _) => answer.map(|answer| answer.unless_known(question.validators)),
        }
    }

    /// One request, when it is the host's turn. Waiting does not count against the budget of time.
    async fn ask_server(
        &self,
        exchange: &Exchange,
        question: Question<'_>,
        crawl_delay: Option<Duration>,
        budget: &mut Duration,
    ) -> Result<Answer, Refusal> {
        let crawl_delay = crawl_delay.unwrap_or_default().min(self.config.max_crawl_delay);
        let host = question.url.host_str().unwrap_or_default().trim_end_matches('.');
        let mut turn = self.pace.turn(host, crawl_delay).await.map_err(|left| {
            let detail = format!("`{host}` wants to be left alone for {} s more", left.as_secs().max(1));
            Refusal::new(RefusalCause::Blocked, detail).with_retry_after(left)
        })?;
        let began = Instant::now();
        let answer = tokio::time::timeout(*budget, exchange.get(question)).await;
        *budget = budget.saturating_sub(began.elapsed());
        let answer = answer.unwrap_or_else(|_| {
            let limit = self.config.page_timeout.as_millis();
            Err(Refusal::new(RefusalCause::Timeout, format!("no whole answer within {limit} ms")))
        });
        // The one server of this machine plays hosts that have addresses of their own.
        if let Ok(answer) = &answer
            && !self.loopback
        {
            turn.answered_by(answer.address);
        }
        turn.answered(answer::for_pace(&answer, question.want, self.clock.now()));
        answer
    }

    /// The rules of an address's origin: read once, however many ask at the same time.
    async fn rules(&self, url: &Url) -> Rules {
        let origin = url.origin().ascii_serialization();
        let now = Instant::now();
        let mut slot =
            self.robots.lock(&origin, |kept| kept.as_ref().is_none_or(|kept| kept.until <= now)).await;
        if let Some(kept) = slot.as_ref().filter(|kept| Instant::now() < kept.until) {
            return kept.rules.clone();
        }
        let mut tries = 0;
        let rules = loop {
            match self.read_robots(url).await {
                Err(refusal) if self.is_worth_a_try(&refusal, tries) => tries += 1,
                Err(refusal) => break Rules::closed(refusal),
                Ok(rules) => break rules,
            }
        };
        let ttl = match &rules {
            Rules::Known(_) => self.config.robots_ttl,
            Rules::Closed(_) => self.config.robots_failure_ttl,
        };
        *slot = Some(Cached { rules: rules.clone(), until: Instant::now() + ttl });
        rules
    }

    /// Gets a robots.txt. Redirects may lead to other sites (RFC 9309, section 2.3.1.2), but nowhere private.
    async fn read_robots(&self, of: &Url) -> Result<Rules, Refusal> {
        let mut budget = self.config.page_timeout;
        let mut url = robotxt::robots_url(of)
            .map_err(|error| Refusal::new(RefusalCause::ForbiddenUrl, format!("no robots.txt: {error}")))?;
        for _ in 0..=self.config.max_redirects {
            url = self.admit_host(url)?;
            let question = Question { url: &url, want: Want::Robots, validators: None };
            let answer = self.ask(question, None, &mut budget).await?;
            match answer.status.as_u16() {
                200..=299 => {
                    let token = &self.config.product_token;
                    return Ok(Rules::parse(&answer.body, token, self.config.robots_mode));
                }
                400..=499 => return Ok(Rules::none()),
                500.. => {
                    let refusal =
                        Refusal::new(RefusalCause::ServerError, format!("status {}", answer.status));
                    let now = answer.at.unwrap_or_else(|| self.clock.now());
                    return Err(refusal.with_retry_after(answer.retry_after(now)));
                }
                _ => match answer.step(&url, false) {
                    Ok(Step::Redirect(next)) => url = next,
                    _ => return Ok(Rules::none()),
                },
            }
        }
        Ok(Rules::none())
    }

    /// Parses a body, off the async threads.
    async fn read(&self, url: Url, answer: Answer, errand: Errand<'_>) -> Result<FetchOutcome, Stop> {
        let (kind, site) = (errand.kind, errand.site.clone());
        let fetched_at = answer.at.unwrap_or_else(|| self.clock.now());
        let config = self.config.clone();
        // What has just come is kept once it is known to be a page.
        let cache = self.cache.clone().filter(|_| self.recording.is_none() && answer.at.is_none());
        let parsed = tokio::task::spawn_blocking(move || {
            let headers = answer.header_pairs();
            let read = || match kind {
                Kind::Page => {
                    let (body, content_type) = (&answer.body, answer.content_type());
                    let token = &config.product_token;
                    let page = read_page(&url, body, content_type, &headers, fetched_at, token)?;
                    match challenge(&page) {
                        Some(refusal) => Err(refusal),
                        None => Ok(FetchOutcome::Page(Box::new(page))),
                    }
                }
                Kind::Sitemap => {
                    let kind = answer.content_type();
                    let sitemap = sitemap::parse(&site, &answer.body, kind, answer.cut, &config)?;
                    Ok(FetchOutcome::Sitemap(sitemap.with_validators(validators(&headers))))
                }
            };
            let outcome = read();
            let want = Want::of(kind);
            match (cache, &outcome) {
                (Some(cache), Ok(_)) => cache.keep(&url, want, &answer, fetched_at),
                (Some(cache), Err(_)) => cache.forget(&url, want),
                (None, _) => {}
            }
            outcome
        });
        match parsed.await {
            Ok(outcome) => outcome.map_err(Stop::Refused),
            Err(error) => Err(Stop::Failed(
                Error::new(ErrorKind::Internal, "read a page", "the parser stopped").with_source(error),
            )),
        }
    }
}

#[async_trait]
impl Fetcher for HttpFetcher {
    async fn fetch(&self, request: &FetchRequest) -> Result<FetchOutcome> {
        let began = self.clock.now();
        let span = trace::span(request);
        let outcome = match self.fetch_in_time(request).instrument(span.clone()).await {
            Err(Stop::Refused(refusal)) => Ok(FetchOutcome::Refused(refusal)),
            Err(Stop::Failed(error)) => Err(error),
            Ok(outcome) => Ok(outcome),
        };
        let recorded = self.recording.as_ref().map_or(Ok(()), Recording::check);
        let outcome = recorded.and(outcome);
        trace::note(&span, &outcome, self.clock.now().millis_since(began));
        outcome
    }
}

/// A request on its way, whatever its address is at the moment.
#[derive(Clone, Copy)]
struct Errand<'a> {
    site: &'a Domain,
    kind: Kind,
    /// Whether the front page is asked for, wherever it leads.
    home: bool,
    validators: Option<&'a Validators>,
}

/// Why there is no outcome other than a refusal.
enum Stop {
    Refused(Refusal),
    Failed(Error),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Works with the cache's files, off the async threads.
async fn off_thread<T: Send + 'static>(
    cache: &Arc<Cache>,
    url: &Url,
    work: impl FnOnce(&Cache, &Url) -> T + Send + 'static,
) -> Option<T> {
    let (cache, url) = (Arc::clone(cache), url.clone());
    tokio::task::spawn_blocking(move || work(&cache, &url)).await.ok()
}

fn cannot_be_reached(refusal: &Refusal) -> bool {
    matches!(
        refusal.cause,
        RefusalCause::DnsFailure | RefusalCause::ConnectFailure | RefusalCause::TlsFailure
    )
}

/// Whether a host answers, but has no front page.
fn has_no_front_page(refusal: &Refusal) -> bool {
    matches!(refusal.cause, RefusalCause::NotFound | RefusalCause::RedirectLimit)
}

/// How much a refusal says of a site: that there is an answer more than that there is none, and that there is an address
/// more than that there is no name.
fn says(refusal: &Refusal) -> u8 {
    match refusal.cause {
        RefusalCause::DnsFailure => 0,
        _ if cannot_be_reached(refusal) => 1,
        _ => 2,
    }
}

/// The other ways to an address: over http where https was written; and, for the site's bare host, both with `www.`
fn other_ways(url: &Url, site: &Domain, loopback: bool) -> Vec<Url> {
    let mut ways = Vec::new();
    if loopback || url.scheme() != "https" || url.port().is_some() {
        return ways;
    }
    let mut with = |scheme: &str, host: &str| {
        let mut way = url.clone();
        if way.set_scheme(scheme).is_ok() && way.set_host(Some(host)).is_ok() {
            ways.push(way);
        }
    };
    let host = url.host_str().unwrap_or_default();
    with("http", host);
    if host == site.as_str() {
        let www = format!("www.{host}");
        with("https", &www);
        with("http", &www);
    }
    ways
}
