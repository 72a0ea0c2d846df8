//! Records a crawl: every question to a server with its answer, or with what came in its place.

use std::fmt::Write as _;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use icp_core::model::{Refusal, RefusalCause, Timestamp};
use icp_core::ports::Clock;
use icp_core::{Error, ErrorKind, Result};
use reqwest::header::{CONTENT_LENGTH, HeaderMap, SET_COOKIE, TRANSFER_ENCODING};
use url::Url;

use crate::warc::{Record, fields, is_gzip, write};

use super::answer::Answer;
use super::exchange::Want;

/// The outcome of an exchange that has an answer. Other outcomes are words of [`RefusalCause`].
pub(super) const ANSWERED: &str = "answered";
/// Where the web of a recording was: everywhere, or one server of the machine.
pub(super) const INTERNET: &str = "internet";
pub(super) const ONE_SERVER: &str = "one-server";

/// Headers that are never recorded: they let somebody in, or tell who somebody is.
const SECRET: [&str; 5] =
    ["authentication-info", "authorization", "cookie", "proxy-authorization", "set-cookie2"];

/// A file that a crawl is recorded to.
#[derive(Debug)]
pub(super) struct Recording {
    state: Mutex<State>,
    gzip: bool,
    clock: Arc<dyn Clock>,
}

#[derive(Debug)]
struct State {
    file: File,
    written: u64,
    failed: Option<Arc<io::Error>>,
}

impl Recording {
    /// Begins a file that is not there yet. `about` are lines for its first record.
    pub(super) fn create(path: &Path, about: &[(&str, &str)], clock: Arc<dyn Clock>) -> Result<Self> {
        let file = File::create_new(path).map_err(|error| {
            let (kind, why) = match error.kind() {
                io::ErrorKind::AlreadyExists => {
                    (ErrorKind::Conflict, "it is there already; name a new file".to_owned())
                }
                _ => (ErrorKind::Unavailable, error.to_string()),
            };
            let message = format!("cannot record to `{}`: {why}", path.display());
            Error::new(kind, "record a crawl", message).with_source(error)
        })?;
        let state = Mutex::new(State { file, written: 0, failed: None });
        let recording = Self { state, gzip: is_gzip(path), clock };
        recording.append(|serial| {
            let at = recording.clock.now();
            vec![Record::new("warcinfo", at, "application/warc-fields", fields(about), serial)]
        });
        recording.check().map(|()| recording)
    }

    /// Fails when something could not be written.
    pub(super) fn check(&self) -> Result<()> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &state.failed {
            None => Ok(()),
            Some(error) => Err(Error::new(
                ErrorKind::Unavailable,
                "record a crawl",
                format!("the recording cannot be written: {error}"),
            )
            .with_source(Arc::clone(error))),
        }
    }

    /// A question that is about to be asked. Dropped before its end, it counts as one that took too long.
    pub(super) fn begin(&self, url: &Url, want: Want, request: String) -> Exchanged<'_> {
        Exchanged { recording: self, url: url.clone(), want, request, ended: false }
    }

    fn append(&self, records: impl FnOnce(u64) -> Vec<Record>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.failed.is_some() {
            return;
        }
        let records = records(state.written);
        state.written += 1;
        if let Err(error) = write(&mut state.file, &records, self.gzip) {
            state.failed = Some(Arc::new(error));
        }
    }
}

/// A question on its way.
#[derive(Debug)]
pub(super) struct Exchanged<'r> {
    recording: &'r Recording,
    url: Url,
    want: Want,
    request: String,
    ended: bool,
}

impl Exchanged<'_> {
    /// Records the outcome, and says when it was.
    pub(super) fn end(mut self, outcome: Result<&Answer, &Refusal>) -> Timestamp {
        self.ended = true;
        self.note(outcome)
    }

    fn note(&self, outcome: Result<&Answer, &Refusal>) -> Timestamp {
        let at = self.recording.clock.now();
        self.recording.append(|serial| {
            let of = |kind, content_type, block| {
                Record::new(kind, at, content_type, block, serial).with("WARC-Target-URI", self.url.as_str())
            };
            let request =
                of("request", "application/http;msgtype=request", self.request.clone().into_bytes());
            let mut records = Vec::new();
            let mut lines = vec![("want", self.want.as_str().to_owned())];
            let about = match outcome {
                Ok(answer) => {
                    lines.push(("outcome", ANSWERED.to_owned()));
                    let mut response = of("response", "application/http;msgtype=response", http(answer));
                    if answer.cut {
                        response = response.with("WARC-Truncated", "length");
                    } else if !answer.status.is_success() {
                        // Its body was not read.
                        response = response.with("WARC-Truncated", "unspecified");
                    }
                    let id = response.id().to_owned();
                    records.push(response);
                    id
                }
                Err(refusal) => {
                    lines.push(("outcome", refusal.cause.as_str().to_owned()));
                    lines.push(("detail", refusal.detail.clone()));
                    if let Some(after) = refusal.retry_after {
                        lines.push(("retry-after-ms", after.as_millis().to_string()));
                    }
                    request.id().to_owned()
                }
            };
            let lines: Vec<_> = lines.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let metadata = of("metadata", "application/warc-fields", fields(&lines));
            records.insert(0, request.with("WARC-Concurrent-To", metadata.id()));
            records.push(metadata.with("WARC-Concurrent-To", &about));
            records
        });
        at
    }
}

impl Drop for Exchanged<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.note(Err(&Refusal::new(RefusalCause::Timeout, "the request's deadline has passed")));
        }
    }
}

/// An answer as its server could have sent it: no transfer or content coding that was undone, and nothing secret.
pub(crate) fn http(answer: &Answer) -> Vec<u8> {
    let status = answer.status;
    let mut head =
        format!("HTTP/1.1 {} {}\r\n", status.as_u16(), status.canonical_reason().unwrap_or("Other"))
            .into_bytes();
    for (name, value) in recorded(&answer.headers) {
        head.extend_from_slice(name.as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(&value);
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(format!("content-length: {}\r\n\r\n", answer.body.len()).as_bytes());
    head.extend_from_slice(&answer.body);
    head
}

/// Headers that are kept. Of a cookie only the name is: it tells which software sets it.
pub(super) fn recorded(headers: &HeaderMap) -> impl Iterator<Item = (&str, Vec<u8>)> {
    let kept = headers.iter().filter(|(name, _)| {
        **name != CONTENT_LENGTH && **name != TRANSFER_ENCODING && !SECRET.contains(&name.as_str())
    });
    kept.map(|(name, value)| {
        let mut value = value.as_bytes().to_vec();
        if *name == SET_COOKIE {
            value.truncate(value.iter().position(|byte| matches!(byte, b'=' | b';')).unwrap_or(value.len()));
            value.push(b'=');
        }
        (name.as_str(), value)
    })
}

/// A request as it is sent.
pub(super) fn request_text(url: &Url, headers: &[(&str, &str)]) -> String {
    let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
    let mut text = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n");
    for (name, value) in headers {
        // Writing to a string cannot fail.
        let _ = write!(text, "{name}: {value}\r\n");
    }
    text.push_str("\r\n");
    text
}
