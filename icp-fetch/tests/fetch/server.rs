//! A server on loopback that can misbehave: it writes raw bytes.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use icp_fetch::{FetchConfig, HttpFetcher, WebSource};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

pub(crate) use crate::support::{Still, get, site};

/// The server's reaction to a request.
pub(crate) enum Reply {
    /// Writes bytes and closes.
    Bytes(Vec<u8>),
    /// Writes a head, then a piece again and again, with a pause before each.
    Endless { head: Vec<u8>, piece: Vec<u8>, pause: Duration },
    /// Says nothing.
    Silence,
}

/// A whole answer.
pub(crate) fn answer(status: u16, headers: &str, body: impl AsRef<[u8]>) -> Reply {
    let body = body.as_ref();
    let mut bytes = format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    for header in headers.lines() {
        bytes.push_str(header.trim());
        bytes.push_str("\r\n");
    }
    bytes.push_str("\r\n");
    let mut bytes = bytes.into_bytes();
    bytes.extend_from_slice(body);
    Reply::Bytes(bytes)
}

/// A page of HTML.
pub(crate) fn html(body: &str) -> Reply {
    answer(200, "content-type: text/html", body)
}

/// A request as the server saw it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) host: String,
    pub(crate) path: String,
}

#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    connections: Arc<AtomicU64>,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(reply: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (seen, connections) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicU64::new(0)));
        let (log, count, reply) = (Arc::clone(&seen), Arc::clone(&connections), Arc::new(reply));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                let (log, reply) = (Arc::clone(&log), Arc::clone(&reply));
                tokio::spawn(async move {
                    if let Some((stream, request)) = read(stream).await {
                        let what = reply(&request);
                        log.lock().unwrap().push(request);
                        write(stream, what).await;
                    }
                });
            }
        });
        Self { address, seen, connections, task }
    }

    /// Paths asked for, in order.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.seen.lock().unwrap().iter().map(|seen| seen.path.clone()).collect()
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> u64 {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn read(mut stream: TcpStream) -> Option<(TcpStream, Seen)> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut head).await.ok()? == 0 {
            return None;
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1)?.to_owned();
    let host =
        head.lines().find_map(|line| line.strip_prefix("host: ").or(line.strip_prefix("Host: ")))?.to_owned();
    Some((stream, Seen { host, path }))
}

async fn write(mut stream: TcpStream, reply: Reply) {
    match reply {
        Reply::Bytes(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Reply::Endless { head, piece, pause } => {
            if stream.write_all(&head).await.is_err() {
                return;
            }
            loop {
                tokio::time::sleep(pause).await;
                if stream.write_all(&piece).await.is_err() {
                    return;
                }
            }
        }
        Reply::Silence => {
            // Until the reader gives up.
            let mut rest = Vec::new();
            let _ = stream.read_to_end(&mut rest).await;
        }
    }
}

/// Limits that make tests fast.
pub(crate) fn quick() -> FetchConfig {
    FetchConfig::default()
        .with_min_delay(Duration::ZERO)
        .with_max_crawl_delay(Duration::ZERO)
        .with_latency_factor(0_u32)
        .with_max_blocks(u32::MAX)
        .with_page_timeout(Duration::from_millis(1500))
        .with_max_body(64_usize * 1024)
}

pub(crate) fn fetcher(server: &Server, config: FetchConfig) -> HttpFetcher {
    HttpFetcher::new(config, WebSource::Loopback(server.address), Arc::new(Still)).unwrap()
}
