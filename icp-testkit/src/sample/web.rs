//! A web server for the sample sites: virtual hosts by `Host` header, plain HTTP/1.1 on loopback.
//!
//! Written by hand and small, because it must also misbehave: be slow, or hang up without an answer.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, timeout};

use super::sites::{Manner, SampleSite, site};

/// The longest request head that is read.
const MAX_HEAD: usize = 16 * 1024;
/// How long a connection may stay silent.
const IDLE: Duration = Duration::from_secs(10);

/// A request the server saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The virtual host asked for, lower case, without port and `www.`.
    pub host: String,
    /// The method.
    pub method: String,
    /// The path, without query.
    pub path: String,
    /// The status answered; 0 when the connection was closed without an answer.
    pub status: u16,
    /// When it arrived, since the server started.
    pub at: Duration,
}

#[derive(Debug, Default)]
struct Seen {
    log: Vec<Hit>,
    /// Requests in work by host: now, and the most so far.
    open: BTreeMap<String, (usize, usize)>,
}

/// The running server; stops, with all its connections, when dropped.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// use icp_testkit::sample::SampleWeb;
/// let web = SampleWeb::start().await?;
/// assert!(web.addr().ip().is_loopback());
/// assert_eq!(web.hits("northpier.example"), 0);
/// # std::io::Result::Ok(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct SampleWeb {
    addr: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    accepting: JoinHandle<()>,
}

impl SampleWeb {
    /// Starts the server on a free port of 127.0.0.1, within the current tokio runtime.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let addr = listener.local_addr()?;
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = Arc::clone(&seen);
        let started = Instant::now();
        let accepting = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                match listener.accept().await {
                    Ok((stream, _)) => {
                        connections.spawn(serve(stream, Arc::clone(&shared), started));
                    }
                    // Out of file handles, most likely: connections that end will free some.
                    Err(_) => sleep(Duration::from_millis(20)).await,
                }
                while connections.try_join_next().is_some() {}
            }
        });
        Ok(Self { addr, seen, accepting })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// How many requests a host has seen, robots.txt included.
    pub fn hits(&self, host: &str) -> usize {
        lock(&self.seen).log.iter().filter(|hit| hit.host == host).count()
    }

    /// Every request, in the order of arrival at the log.
    pub fn log(&self) -> Vec<Hit> {
        lock(&self.seen).log.clone()
    }

    /// The most requests a host had in work at one time.
    pub fn peak(&self, host: &str) -> usize {
        lock(&self.seen).open.get(host).map_or(0, |(_, most)| *most)
    }
}

impl Drop for SampleWeb {
    fn drop(&mut self) {
        // The connections belong to a set that the task owns, and end with it.
        self.accepting.abort();
    }
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Request {
    method: String,
    host: String,
    path: String,
    if_none_match: Option<String>,
    keep_alive: bool,
}

struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Answer {
    fn text(status: u16, body: &str) -> Self {
        let kind = ("Content-Type", "text/plain; charset=utf-8".to_owned());
        Self { status, headers: vec![kind], body: body.as_bytes().to_vec() }
    }
}

/// Serves one connection until it ends, whatever it sends.
async fn serve(mut stream: TcpStream, seen: Arc<Mutex<Seen>>, started: Instant) {
    let mut buffer = Vec::new();
    while let Ok(Ok(Some(head))) = timeout(IDLE, read_head(&mut stream, &mut buffer)).await {
        let Some(request) = parse(&head) else {
            let _ = write(&mut stream, &Answer::text(400, "not an HTTP/1.1 request\n"), true, false).await;
            return;
        };
        let at = started.elapsed();
        let open = InWork::begin(&seen, &request.host);
        let answer = answer(&request).await;
        drop(open);
        lock(&seen).log.push(Hit {
            host: request.host,
            method: request.method.clone(),
            path: request.path,
            status: answer.as_ref().map_or(0, |answer| answer.status),
            at,
        });
        let Some(answer) = answer else { return };
        let with_body = request.method != "HEAD";
        let keep = request.keep_alive && answer.status != 405;
        if write(&mut stream, &answer, with_body, keep).await.is_err() || !keep {
            return;
        }
    }
}

/// Counts a request as in work until dropped, also when its connection is cut off meanwhile.
struct InWork<'a> {
    seen: &'a Mutex<Seen>,
    host: &'a str,
}

impl<'a> InWork<'a> {
    fn begin(seen: &'a Mutex<Seen>, host: &'a str) -> Self {
        let mut inner = lock(seen);
        let (now, most) = inner.open.entry(host.to_owned()).or_default();
        *now += 1;
        *most = (*most).max(*now);
        Self { seen, host }
    }
}

impl Drop for InWork<'_> {
    fn drop(&mut self) {
        if let Some((now, _)) = lock(self.seen).open.get_mut(self.host) {
            *now -= 1;
        }
    }
}

/// The next request head, or `None` at the end of the connection. A head that is too long is returned cut, and will
/// not parse. What follows a head stays in the buffer.
pub(crate) async fn read_head(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<Option<Vec<u8>>> {
    loop {
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            let rest = buffer.split_off(end + 4);
            return Ok(Some(std::mem::replace(buffer, rest)));
        }
        if buffer.len() > MAX_HEAD {
            return Ok(Some(std::mem::take(buffer)));
        }
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
}

fn parse(head: &[u8]) -> Option<Request> {
    let text = std::str::from_utf8(head).ok()?.strip_suffix("\r\n\r\n")?;
    let mut lines = text.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target, version, None) = (first.next()?, first.next()?, first.next()?, first.next()) else {
        return None;
    };
    if !method.bytes().all(|b| b.is_ascii_uppercase()) || !matches!(version, "HTTP/1.1" | "HTTP/1.0") {
        return None;
    }
    let mut headers = BTreeMap::new();
    for line in lines {
        let (name, value) = line.split_once(':')?;
        headers.insert(name.to_ascii_lowercase(), value.trim());
    }
    // A proxy's client sends the whole address as target; it outranks the header (RFC 9112, 3.2.2).
    let (host, path) = match target.strip_prefix("http://") {
        Some(rest) => match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, "/"),
        },
        None => (*headers.get("host")?, target),
    };
    let host = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let path = path.split(['?', '#']).next().unwrap_or_default();
    if host.is_empty() || !path.starts_with('/') {
        return None;
    }
    let connection = headers.get("connection").map(|value| value.to_ascii_lowercase());
    Some(Request {
        method: method.to_owned(),
        host: host.strip_prefix("www.").unwrap_or(&host).to_owned(),
        path: path.to_owned(),
        if_none_match: headers.get("if-none-match").map(|&tag| tag.to_owned()),
        keep_alive: version == "HTTP/1.1" && connection.as_deref() != Some("close"),
    })
}

/// The answer, or `None` where the site hangs up.
async fn answer(request: &Request) -> Option<Answer> {
    let Some(site) = site(&request.host) else {
        return Some(Answer::text(421, "this server has no such site\n"));
    };
    match site.manner() {
        Manner::Down => return None,
        Manner::Slow => {
            let more = request.path.bytes().map(u64::from).sum::<u64>() % 100;
            sleep(Duration::from_millis(300 + more)).await;
        }
        Manner::Normal => {}
    }
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        let mut refusal = Answer::text(405, "only GET and HEAD\n");
        refusal.headers.push(("Allow", "GET, HEAD".to_owned()));
        return Some(refusal);
    }
    Some(page(site, request))
}

fn page(site: &SampleSite, request: &Request) -> Answer {
    if let Some(to) = site.redirect(&request.path) {
        let mut moved = Answer::text(301, "moved\n");
        moved.headers.push(("Location", to.to_owned()));
        return moved;
    }
    let Some(body) = site.body(&request.path) else {
        let body = b"<!doctype html><title>Page not found</title><h1>Page not found</h1>".to_vec();
        let kind = ("Content-Type", "text/html; charset=utf-8".to_owned());
        return Answer { status: 404, headers: vec![kind], body };
    };
    let tag = format!("\"{:016x}\"", fnv_1a(&body));
    let mut headers =
        vec![("Content-Type", site.content_type(&request.path).to_owned()), ("ETag", tag.clone())];
    headers.extend(site.headers().iter().map(|(name, value)| (*name, (*value).to_owned())));
    if request.if_none_match.as_deref() == Some(tag.as_str()) {
        return Answer { status: 304, headers, body: Vec::new() };
    }
    Answer { status: 200, headers, body }
}

/// The FNV-1a hash (Fowler, Noll, Vo), enough to tell versions of a page apart.
fn fnv_1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

async fn write(stream: &mut TcpStream, answer: &Answer, with_body: bool, keep: bool) -> io::Result<()> {
    let reason = match answer.status {
        200 => "OK",
        301 => "Moved Permanently",
        304 => "Not Modified",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        _ => "Misdirected Request",
    };
    let mut out = format!("HTTP/1.1 {} {reason}\r\n", answer.status);
    for (name, value) in &answer.headers {
        out.push_str(&format!("{name}: {value}\r\n"));
    }
    if answer.status != 304 {
        out.push_str(&format!("Content-Length: {}\r\n", answer.body.len()));
    }
    out.push_str(if keep { "Connection: keep-alive\r\n\r\n" } else { "Connection: close\r\n\r\n" });
    let mut bytes = out.into_bytes();
    if with_body {
        bytes.extend_from_slice(&answer.body);
    }
    stream.write_all(&bytes).await?;
    stream.flush().await
}
