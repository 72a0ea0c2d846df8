//! The published list of ways into a private network (`vectors/address_guard.tsv`), and that none of them works.

use std::fmt::Write as _;

use super::*;

/// Addresses that are not public; the first ones are all this machine.
const INSIDE: [[u8; 4]; 20] = [
    [127, 0, 0, 1],
    [127, 0, 0, 2],
    [127, 0, 1, 1],
    [127, 1, 2, 3],
    [127, 127, 127, 127],
    [127, 255, 255, 254],
    [0, 0, 0, 0],
    [0, 1, 2, 3],
    [10, 0, 0, 1],
    [10, 255, 255, 254],
    [100, 64, 0, 1],
    [169, 254, 169, 254],
    [169, 254, 170, 2],
    [172, 16, 0, 1],
    [172, 31, 255, 254],
    [192, 0, 0, 192],
    [192, 168, 0, 1],
    [192, 168, 255, 254],
    [198, 18, 0, 1],
    [255, 255, 255, 255],
];

/// The places from which an address comes.
const WAYS: [&str; 5] = ["seed", "redirect", "sitemap", "link", "robots"];

/// The answers of a resolver: all private, one of several, or private only when asked again.
const ANSWERS: [&str; 4] = ["private", "mixed-first", "mixed-last", "rebinding"];

/// The spellings of an address of IPv4.
fn spellings([a, b, c, d]: [u8; 4]) -> Vec<(&'static str, String)> {
    let whole = u32::from_be_bytes([a, b, c, d]);
    let (cd, bcd) = (u32::from(c) << 8 | u32::from(d), whole & 0x00ff_ffff);
    let (high, low) = (whole >> 16, whole & 0xffff);
    let plain = format!("{a}.{b}.{c}.{d}");
    let wide: String = plain
        .chars()
        .map(|c| match c.to_digit(10) {
            Some(digit) => char::from_u32('\u{ff10}' as u32 + digit).unwrap(),
            None => c,
        })
        .collect();
    let encoded = plain.bytes().fold(String::new(), |mut text, byte| {
        if byte == b'.' {
            text.push('.');
        } else {
            let _ = write!(text, "%{byte:02x}");
        }
        text
    });
    vec![
        ("dotted", plain.clone()),
        ("trailing-dot", format!("{plain}.")),
        ("decimal", whole.to_string()),
        ("hex", format!("{whole:#x}")),
        ("hex-upper", format!("0X{whole:X}")),
        ("octal", format!("0{whole:o}")),
        ("dotted-hex", format!("{a:#x}.{b:#x}.{c:#x}.{d:#x}")),
        ("dotted-octal", format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}")),
        ("padded-octal", format!("000{a:o}.000{b:o}.000{c:o}.000{d:o}")),
        ("mixed-bases", format!("{a}.{b:#x}.0{c:o}.{d}")),
        ("two-parts", format!("{a}.{bcd}")),
        ("two-parts-hex", format!("{a:#x}.{bcd:#x}")),
        ("three-parts", format!("{a}.{b}.{cd}")),
        ("full-width", wide),
        ("ideographic-dots", plain.replace('.', "\u{3002}")),
        ("full-width-dots", plain.replace('.', "\u{ff0e}")),
        ("percent-encoded", encoded),
        ("user-information", format!("acme.example@{plain}")),
        ("mapped", format!("[::ffff:{plain}]")),
        ("mapped-hex", format!("[::ffff:{high:x}:{low:x}]")),
        ("compatible", format!("[::{high:x}:{low:x}]")),
        ("translated", format!("[64:ff9b::{plain}]")),
        ("six-to-four", format!("[2002:{high:x}:{low:x}::]")),
    ]
}

/// One case: number, way, kind and host. `{dns}` stands for a name whose answers the kind says.
fn cases() -> Vec<(usize, &'static str, String, String)> {
    let mut cases = Vec::new();
    for way in WAYS {
        for address in INSIDE {
            for (kind, host) in spellings(address) {
                cases.push((cases.len() + 1, way, kind.to_owned(), host));
            }
            for answers in ANSWERS {
                let address = address.map(|part| part.to_string()).join(".");
                cases.push((cases.len() + 1, way, format!("dns-{answers}"), address));
            }
        }
    }
    cases
}

/// Resolves `c7.acme.example` as case 7 says, and every other name to the good server.
#[derive(Debug)]
struct World {
    good: SocketAddr,
    /// The canary's.
    port: u16,
    asked: Mutex<BTreeMap<usize, usize>>,
    cases: Vec<(usize, &'static str, String, String)>,
}

#[async_trait]
impl Lookup for World {
    async fn lookup(&self, name: &str) -> io::Result<Vec<SocketAddr>> {
        let number = name.split('.').next().and_then(|label| label.strip_prefix('c')?.parse::<usize>().ok());
        let Some((number, _, kind, address)) = number.and_then(|number| self.cases.get(number - 1)) else {
            return Ok(vec![self.good]);
        };
        let inside = SocketAddr::new(address.parse().unwrap(), self.port);
        let mut asked = self.asked.lock().unwrap();
        let count = asked.entry(*number).or_default();
        *count += 1;
        Ok(match kind.as_str() {
            "dns-mixed-first" => vec![inside, self.good],
            "dns-mixed-last" => vec![self.good, inside],
            "dns-rebinding" if *count == 1 => vec![self.good],
            _ => vec![inside],
        })
    }
}

/// The address of a case, on the canary's port; a name has it from the resolver.
fn address((number, _, kind, host): &(usize, &'static str, String, String), port: u16) -> String {
    match kind.starts_with("dns-") {
        true => format!("http://c{number}.acme.example/"),
        false => format!("http://{host}:{port}/"),
    }
}

/// A server of every public name: `/7` and the robots.txt of `r7` lead where case 7 says.
async fn good_server(targets: Vec<String>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = vec![0; 4096];
            let length = stream.read(&mut head).await.unwrap_or(0);
            let head = String::from_utf8_lossy(&head[..length]).to_ascii_lowercase();
            let path = head.split(' ').nth(1).unwrap_or_default().trim_start_matches('/');
            let host = head.split("host: r").nth(1).and_then(|rest| rest.split('.').next());
            let number = if path == "robots.txt" { host } else { Some(path) };
            let number = number.and_then(|number| number.parse::<usize>().ok());
            let answer = match number.and_then(|number| targets.get(number - 1)) {
                Some(target) => format!("302 X\r\nlocation: {target}"),
                None => "404 X".to_owned(),
            };
            let text = format!("HTTP/1.1 {answer}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
            let _ = stream.write_all(text.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    at
}

#[test]
fn the_published_list_is_this_one() {
    let mut text = "case\tway\tkind\thost\n".to_owned();
    for (number, way, kind, host) in cases() {
        let _ = writeln!(text, "{number}\t{way}\t{kind}\t{host}");
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/address_guard.tsv");
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    assert!(std::fs::read_to_string(path).unwrap() == text, "UPDATE_VECTORS=1 writes the list anew");
    assert!(cases().len() >= 2_000, "{}", cases().len());
}

#[tokio::test]
async fn no_way_leads_inside() {
    // The canary listens on every address of this machine.
    let canary = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let port = canary.local_addr().unwrap().port();
    let hits = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&hits);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = canary.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let _ = stream.write_all(PAGE.as_bytes()).await;
        }
    });
    let cases = cases();
    let good = good_server(cases.iter().map(|case| address(case, port)).collect()).await;
    let world = World { good, port, asked: Mutex::default(), cases: cases.clone() };
    let config = FetchConfig {
        min_delay: Duration::ZERO,
        latency_factor: 0,
        max_blocks: u32::MAX,
        retries: 0,
        page_timeout: Duration::from_secs(5),
        ports: (1..=u16::MAX).collect(),
        ..FetchConfig::default()
    };
    let fetcher = HttpFetcher::over(config, Arc::new(world), Some(good), false, Arc::new(Still)).unwrap();
    let site: Domain = "acme.example".parse().unwrap();
    let mut causes: BTreeMap<String, usize> = BTreeMap::new();
    for case in &cases {
        let (number, way, kind, host) = case;
        let target = address(case, port);
        let request = match *way {
            "redirect" => Url::parse(&format!("http://acme.example/{number}")).ok(),
            "robots" => Url::parse(&format!("http://r{number}.acme.example/")).ok(),
            "link" => {
                let html = format!("<a href=\"{target}\">x</a>");
                let base = Url::parse("http://acme.example/").unwrap();
                let at = Timestamp::from_micros(0);
                let page =
                    crate::parse_html(&base, html.as_bytes(), Some("text/html; charset=utf-8"), &[], at);
                page.links.first().and_then(|link| Url::parse(&link.url).ok())
            }
            _ => Url::parse(&target).ok(),
        };
        let Some(url) = request else {
            *causes.entry("no address".to_owned()).or_default() += 1;
            continue;
        };
        let request = match *way {
            "sitemap" => FetchRequest::sitemap(site.clone(), url),
            _ => FetchRequest::page(site.clone(), url),
        };
        match fetcher.fetch(&request).await.unwrap() {
            FetchOutcome::Refused(refusal) => {
                *causes.entry(refusal.cause.to_string()).or_default() += 1;
            }
            other => panic!("case {number}, {way} {kind} {host}: {other:?}"),
        }
        assert_eq!(hits.load(Ordering::SeqCst), 0, "case {number}, {way} {kind} {host}");
    }
    println!("{} cases: {causes:?}", cases.len());
    assert!(causes["forbidden_address"] >= 2_000, "{causes:?}");
}
