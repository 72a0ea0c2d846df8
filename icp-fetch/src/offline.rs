//! Saved sites as the web: the same rules and the same pages as over HTTP, without a socket.

use std::fmt;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use icp_core::model::{Refusal, RefusalCause, Timestamp};
use icp_core::ports::{Clock, FetchOutcome, FetchRequest, Fetcher};
use icp_core::{Error, ErrorKind, Result};
use percent_encoding::percent_decode_str;
use sha2::{Digest as _, Sha256};
use tracing::Instrument as _;
use url::Url;

use crate::config::FetchConfig;
use crate::guard::{check_own_site, check_site, check_url};
use crate::html::{looks_like_text, read_page, validators};
use crate::request::{Kind, is_home, target, time_left};
use crate::robots::Rules;
use crate::{sitemap, trace};

/// Reads sites from a directory: `DIR/HOST/PATH.html`.
///
/// | address | files tried, in order |
/// |---|---|
/// | `https://acme.sg/` | `acme.sg/index.html` |
/// | `https://acme.sg/about` or `/about/` | `acme.sg/about`, `about.html`, `about.htm`, `about.txt`, `about/index.html` |
/// | `https://acme.sg/jobs?team=it` | `acme.sg/jobs?team=it.html`, then as without the query |
/// | `https://www.acme.sg/` | the same below `www.acme.sg`, or else `acme.sg` |
///
/// File names are the decoded path; a query stands in a file name as the address has it. `robots.txt` beside the pages
/// is obeyed. A host without a directory is `DnsFailure`, a path without a file `NotFound`. Nothing outside the
/// directory is read, whatever the address or a symbolic link says. The entity tag of a page is a hash of its file.
///
/// Files are read and parsed on tokio's threads for blocking work, so it needs a tokio runtime.
pub struct OfflineFetcher {
    root: PathBuf,
    config: FetchConfig,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for OfflineFetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OfflineFetcher").field("root", &self.root).finish_non_exhaustive()
    }
}

impl OfflineFetcher {
    /// A fetcher of the sites below `dir`.
    ///
    /// # Errors
    /// `NotFound` when `dir` is not a directory that can be read.
    pub fn new(dir: impl AsRef<Path>, clock: Arc<dyn Clock>) -> Result<Self> {
        let dir = dir.as_ref();
        let no_directory = || {
            let message = format!("`{}` is not a directory with saved sites", dir.display());
            Error::new(ErrorKind::NotFound, "open saved sites", message)
        };
        let root = dir.canonicalize().map_err(|error| no_directory().with_source(error))?;
        if !root.is_dir() {
            return Err(no_directory());
        }
        Ok(Self { root, config: FetchConfig::default(), clock })
    }

    /// Sets the limits of size, the ports and the name for robots.txt; the rest is for servers.
    #[must_use]
    pub fn with_config(mut self, config: FetchConfig) -> Self {
        self.config = config;
        self
    }

    /// Reads off the async threads.
    async fn read(&self, request: &FetchRequest) -> Result<FetchOutcome> {
        let site = Site { root: self.root.clone(), config: self.config.clone() };
        let (request, clock) = (request.clone(), Arc::clone(&self.clock));
        let span = tracing::Span::current();
        let read = tokio::task::spawn_blocking(move || {
            let _in_span = span.entered();
            time_left(&request, clock.now())?;
            let outcome = site.read(&request, clock.now());
            time_left(&request, clock.now())?;
            outcome
        });
        let read = read.await.map_err(|error| {
            Error::new(ErrorKind::Internal, "read a saved page", "the parser stopped").with_source(error)
        })?;
        Ok(read.unwrap_or_else(FetchOutcome::Refused))
    }
}

#[async_trait]
impl Fetcher for OfflineFetcher {
    async fn fetch(&self, request: &FetchRequest) -> Result<FetchOutcome> {
        let began = self.clock.now();
        let span = trace::span(request);
        let outcome = self.read(request).instrument(span.clone()).await;
        trace::note(&span, &outcome, self.clock.now().millis_since(began));
        outcome
    }
}

/// One look at the directory.
struct Site {
    root: PathBuf,
    config: FetchConfig,
}

impl Site {
    fn read(&self, request: &FetchRequest, now: Timestamp) -> Result<FetchOutcome, Refusal> {
        check_own_site(&request.site)?;
        let (mut url, kind) = target(request)?;
        check_url(&url, &self.config.ports)?;
        check_site(&url, &request.site)?;
        url.set_fragment(None);
        let dir = self.host_dir(&url)?;
        self.rules(&dir).check(&url, is_home(&url), self.config.max_crawl_delay)?;
        let Some(file) = candidates(&url).iter().find_map(|name| self.inside(&dir, &dir.join(name))) else {
            return Err(Refusal::new(RefusalCause::NotFound, format!("no saved page of `{}`", url.path())));
        };
        let limit = match kind {
            Kind::Page => self.config.max_body,
            Kind::Sitemap => self.config.max_sitemap,
        };
        let (body, whole) = self.bytes(&file, limit)?;
        let etag = etag(&body);
        let headers = [("etag", etag.as_str())];
        if request.validators.as_ref().zip(validators(&headers)).is_some_and(|(asked, it)| asked.matches(&it))
        {
            return Ok(FetchOutcome::NotModified);
        }
        if kind == Kind::Sitemap {
            let sitemap = sitemap::parse(&request.site, &body, None, !whole, &self.config)?;
            return Ok(FetchOutcome::Sitemap(sitemap.with_validators(validators(&headers))));
        }
        if !whole {
            return Err(Refusal::new(RefusalCause::TooLarge, format!("more than {limit} bytes")));
        }
        let media_type = match file.extension().and_then(|extension| extension.to_str()) {
            Some("html" | "htm" | "xhtml") => Some("text/html"),
            Some("txt") => Some("text/plain"),
            _ if looks_like_text(&body) => None,
            _ => return Err(Refusal::new(RefusalCause::NotHtml, "the saved file is not text")),
        };
        let page = read_page(&url, &body, media_type, &headers, now, &self.config.product_token)?;
        Ok(FetchOutcome::Page(Box::new(page)))
    }

    fn rules(&self, dir: &Path) -> Rules {
        let Some(file) = self.inside(dir, &dir.join("robots.txt")) else { return Rules::none() };
        match self.bytes(&file, self.config.max_robots) {
            Ok((body, _)) => Rules::parse(&body, &self.config.product_token, self.config.robots_mode),
            Err(refusal) => Rules::closed(refusal),
        }
    }

    /// The directory of a host, with `www.` or without.
    fn host_dir(&self, url: &Url) -> Result<PathBuf, Refusal> {
        let host = url.host_str().unwrap_or_default().trim_end_matches('.');
        let names = [Some(host), host.strip_prefix("www.")];
        let dirs = names.into_iter().flatten().filter(|name| !name.is_empty() && !name.starts_with('.'));
        dirs.filter_map(|name| self.root.join(name).canonicalize().ok())
            .find(|dir| dir.is_dir() && dir.starts_with(&self.root) && *dir != self.root)
            .ok_or_else(|| Refusal::new(RefusalCause::DnsFailure, format!("no saved site `{host}`")))
    }

    /// A regular file that, all links followed, lies below `dir`.
    fn inside(&self, dir: &Path, file: &Path) -> Option<PathBuf> {
        let real = file.canonicalize().ok()?;
        (real.starts_with(dir) && real.is_file()).then_some(real)
    }

    /// At most `limit` bytes, and whether they are all.
    fn bytes(&self, file: &Path, limit: usize) -> Result<(Vec<u8>, bool), Refusal> {
        let unreadable = |error| {
            Refusal::new(RefusalCause::ServerError, format!("the saved file cannot be read: {error}"))
        };
        let length = fs::metadata(file).map_err(unreadable)?.len();
        let mut body = Vec::new();
        File::open(file)
            .map_err(unreadable)?
            .take(limit as u64)
            .read_to_end(&mut body)
            .map_err(unreadable)?;
        Ok((body, length <= limit as u64))
    }
}

/// A tag that changes with the file's bytes.
fn etag(body: &[u8]) -> String {
    let digest = Sha256::digest(body);
    let digits: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{digits}\"")
}

/// File names to try for an address, relative to the host's directory. None for a path that is not a plain one.
fn candidates(url: &Url) -> Vec<PathBuf> {
    let mut path = PathBuf::new();
    for segment in url.path_segments().into_iter().flatten().filter(|segment| !segment.is_empty()) {
        let Ok(name) = percent_decode_str(segment).decode_utf8() else {
            return Vec::new();
        };
        if name == "." || name == ".." || name.contains(['/', '\\', '\0', ':']) {
            return Vec::new();
        }
        path.push(&*name);
    }
    let with = |ending: &str| {
        let mut name = path.clone().into_os_string();
        name.push(ending);
        PathBuf::from(name)
    };
    let is_home = path.as_os_str().is_empty();
    let mut names = Vec::new();
    if let Some(query) = url.query().filter(|query| !query.is_empty() && !query.contains(['/', '\\'])) {
        let base = if is_home { "index" } else { "" };
        names.push(with(&format!("{base}?{query}.html")));
    }
    if !is_home {
        names.extend(["", ".html", ".htm", ".txt"].map(with));
    }
    names.push(path.join("index.html"));
    names
}
