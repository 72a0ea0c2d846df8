//! The hostile server: raw bytes on loopback, by the host that is asked for.

use std::fmt::Write as _;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

/// Starts the server, for as long as the process lives.
pub(super) fn start() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer(stream));
        }
    });
    Ok(address)
}

/// Answers one request. A reader that lets go ends the answer with an error, which is what is wanted.
fn answer(mut stream: TcpStream) -> io::Result<()> {
    let (mut path, mut host) = (String::new(), String::new());
    for line in BufReader::new(stream.try_clone()?).lines() {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if let Some(rest) = line.strip_prefix("GET ") {
            path = rest.split(' ').next().unwrap_or_default().to_owned();
        } else if let Some(rest) = line.to_ascii_lowercase().strip_prefix("host:") {
            host = rest.trim().to_owned();
        }
    }
    if path == "/robots.txt" {
        return stream.write_all(b"HTTP/1.1 404 No\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    }
    match (host.trim_end_matches(".example"), path.as_str()) {
        ("gzip-bomb", _) => send(&mut stream, "content-encoding: gzip\r\n", &bomb()?),
        ("endless-body", _) => endless(&mut stream, &[b'x'; 16 * 1024], Duration::ZERO),
        ("drip", _) => endless(&mut stream, b"x", Duration::from_millis(20)),
        ("headers", _) => {
            let mut headers = String::new();
            for n in 0..20_000 {
                let _ = write!(headers, "x-{n}: {n}\r\n");
            }
            send(&mut stream, &headers, b"<p>x")
        }
        ("depth", _) => send(&mut stream, "", "<div>".repeat(100_000).as_bytes()),
        ("attributes", _) => {
            send(&mut stream, "", format!("<p {}>x</p>\n", names(1000)).repeat(1000).as_bytes())
        }
        ("attributes-of-one", _) => {
            send(&mut stream, "", format!("<p {}>x</p>\n", names(800_000)).as_bytes())
        }
        ("dtd", _) => send(&mut stream, "", laughs().as_bytes()),
        ("sitemap-loop", path) if path.starts_with("/sitemap") => {
            let mut list =
                String::from("<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">");
            for n in 0..1000 {
                let _ = write!(list, "<sitemap><loc>http://sitemap-loop.example{path}{n}</loc></sitemap>");
            }
            list.push_str(
                "<sitemap><loc>http://sitemap-loop.example/sitemap.xml</loc></sitemap></sitemapindex>",
            );
            send(&mut stream, "", list.as_bytes())
        }
        ("calendar", path) => {
            let month = path.rsplit('/').next().and_then(|n| n.parse::<u64>().ok()).unwrap_or_default();
            let mut page = format!("<h1>Month {month}</h1>");
            for n in 1..=1000 {
                let _ = write!(page, "<a href=\"/calendar/{}\">Month {}</a> ", month * 1000 + n, month + n);
            }
            send(&mut stream, "", page.as_bytes())
        }
        _ => send(&mut stream, "", "<p>An ordinary page.</p>".repeat(1000).as_bytes()),
    }
}

fn send(stream: &mut TcpStream, headers: &str, body: &[u8]) -> io::Result<()> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/html\r\n{headers}content-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)
}

fn endless(stream: &mut TcpStream, piece: &[u8], pause: Duration) -> io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ntransfer-encoding: chunked\r\n\r\n")?;
    loop {
        stream.write_all(format!("{:x}\r\n", piece.len()).as_bytes())?;
        stream.write_all(piece)?;
        stream.write_all(b"\r\n")?;
        std::thread::sleep(pause);
    }
}

/// 200 MiB of spaces.
fn bomb() -> io::Result<Vec<u8>> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    let spaces = vec![b' '; 1 << 20];
    for _ in 0..200 {
        gzip.write_all(&spaces)?;
    }
    gzip.finish()
}

/// Names of attributes, each another one, as short as they can be.
fn names(count: usize) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789-_.:~*";
    let mut all = String::with_capacity(count * 5);
    for mut n in 0..count {
        loop {
            all.push(char::from(LETTERS[n % LETTERS.len()]));
            n /= LETTERS.len();
            if n == 0 {
                break;
            }
        }
        all.push(' ');
    }
    all
}

/// A document type declaration whose entities would grow a billionfold.
fn laughs() -> String {
    let mut text = String::from("<?xml version=\"1.0\"?><!DOCTYPE urlset [<!ENTITY l0 \"lol\">");
    for n in 1..10 {
        let _ = write!(text, "<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10));
    }
    text.push_str("]><urlset><url><loc>http://dtd.example/&l9;</loc></url></urlset>");
    text
}
