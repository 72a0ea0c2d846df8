//! A server on loopback that plays every host and notes what it is asked.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::web::WebContent;
use crate::sample::read_head;

/// A request as the server saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebRequest {
    /// The host asked for, without port.
    pub host: String,
    /// Path and query.
    pub path: String,
    /// Headers, names in lower case.
    pub headers: BTreeMap<String, String>,
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebAnswer {
    /// The status; 0 is no answer at all: the connection stays open until the client closes it.
    pub status: u16,
    /// Headers besides those of the connection.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl WebAnswer {
    /// A status without headers and body.
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// A page of HTML.
    pub fn html(body: impl Into<Vec<u8>>) -> Self {
        let mut answer = Self::status(200).with_header("content-type", "text/html; charset=utf-8");
        answer.body = body.into();
        answer
    }

    /// No answer at all.
    pub fn silence() -> Self {
        Self::status(0)
    }

    /// Adds a header.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} Status\r\nconnection: close\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if self.status != 304 {
            head.push_str(&format!("content-length: {}\r\n", self.body.len()));
        }
        head.push_str("\r\n");
        [head.as_bytes(), &self.body].concat()
    }
}

/// The running server; stops, with all its connections, when dropped.
#[derive(Debug)]
pub struct WebServer {
    addr: SocketAddr,
    seen: Arc<Mutex<Vec<WebRequest>>>,
    accepting: JoinHandle<()>,
}

impl WebServer {
    /// Starts a server on a free port of 127.0.0.1, within the current tokio runtime.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(
        answer: impl Fn(&WebRequest) -> WebAnswer + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let addr = listener.local_addr()?;
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (Arc::clone(&seen), Arc::new(answer));
        let accepting = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                connections.spawn(async move {
                    // A client that hangs up is its own affair.
                    let _ = serve(stream, &log, answer.as_ref()).await;
                });
                while connections.try_join_next().is_some() {}
            }
        });
        Ok(Self { addr, seen, accepting })
    }

    /// Starts a server of a site, with entity tags.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn of(content: &WebContent) -> io::Result<Self> {
        let content = content.clone();
        Self::start(move |request| {
            if request.host != content.site.as_str() {
                return WebAnswer::status(421);
            }
            if request.path == "/robots.txt" {
                let mut robots = WebAnswer::status(200).with_header("content-type", "text/plain");
                robots.body = content.robots.clone().into_bytes();
                return robots;
            }
            let found = content.resources.iter().find(|resource| resource.path == request.path);
            let Some(resource) = found else { return WebAnswer::status(404) };
            let tag = resource.etag();
            if request.headers.get("if-none-match") == Some(&tag) {
                return WebAnswer::status(304).with_header("etag", tag);
            }
            let mut answer = WebAnswer::status(200)
                .with_header("content-type", resource.media_type)
                .with_header("etag", tag);
            answer.body = resource.body.clone();
            answer
        })
        .await
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Every request so far, in order.
    pub fn requests(&self) -> Vec<WebRequest> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for WebServer {
    fn drop(&mut self) {
        // The connections belong to a set that the task owns, and end with it.
        self.accepting.abort();
    }
}

/// One connection, one request.
async fn serve(
    mut stream: TcpStream,
    log: &Mutex<Vec<WebRequest>>,
    answer: &(dyn Fn(&WebRequest) -> WebAnswer + Send + Sync),
) -> io::Result<()> {
    let Some(head) = read_head(&mut stream, &mut Vec::new()).await? else { return Ok(()) };
    let Some(request) = parse(&head) else { return stream.write_all(b"HTTP/1.1 400 No\r\n\r\n").await };
    let answer = answer(&request);
    log.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    if answer.status == 0 {
        stream.read_to_end(&mut Vec::new()).await?;
        return Ok(());
    }
    stream.write_all(&answer.to_bytes()).await?;
    stream.shutdown().await
}

fn parse(head: &[u8]) -> Option<WebRequest> {
    let text = std::str::from_utf8(head).ok()?;
    let mut lines = text.split("\r\n").filter(|line| !line.is_empty());
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let host = headers.get("host")?.split(':').next()?.to_ascii_lowercase();
    Some(WebRequest { host, path, headers })
}
