//! A recorded crawl as the web: the fetcher decides as it did, and each of its questions has the answer of that time.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use icp_core::model::{Refusal, RefusalCause};
use icp_core::ports::{Clock, FetchOutcome, FetchRequest, Fetcher};
use icp_core::{Error, ErrorKind, Result};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::config::FetchConfig;
use crate::warc::{Reader, Record, field};

use super::HttpFetcher;
use super::answer::Answer;
use super::exchange::{Question, Want};
use super::recording::{ANSWERED, ONE_SERVER};

/// Replays a recorded crawl, byte for byte and without a socket.
///
/// The same requests have the same outcomes, refusals and robots.txt included; pages have the time at which they were
/// recorded. Nothing is waited for. What is not in the recording had no answer in time, and is a `Timeout`.
#[derive(Debug)]
pub struct ReplayFetcher(HttpFetcher);

impl ReplayFetcher {
    /// A fetcher of a recording by [`HttpFetcher::recording_to`]. Limits and names are to be those of the recorded crawl.
    ///
    /// # Errors
    /// `NotFound` when the file cannot be read, `Corrupt` when it is damaged, `Invalid` when it holds no recorded crawl.
    pub fn open(path: impl AsRef<Path>, config: FetchConfig, clock: Arc<dyn Clock>) -> Result<Self> {
        let (tape, one_server) = Tape::open(path.as_ref())?;
        Ok(Self(HttpFetcher::of_tape(config, tape, one_server, clock)))
    }
}

#[async_trait]
impl Fetcher for ReplayFetcher {
    async fn fetch(&self, request: &FetchRequest) -> Result<FetchOutcome> {
        self.0.fetch(request).await
    }
}

/// What a question met.
#[derive(Clone, Debug)]
enum Kept {
    /// An answer, in the record at this place.
    Answer(u64),
    Refusal(Refusal),
}

/// The answers of a recording, by question. A question that was asked again has several, in order.
#[derive(Debug)]
pub(super) struct Tape {
    reader: Arc<Mutex<Reader>>,
    kept: Mutex<HashMap<(Want, String), VecDeque<Kept>>>,
}

impl Tape {
    /// Reads a file, and says whether its web was one server of the machine.
    fn open(path: &Path) -> Result<(Self, bool)> {
        let failed = |error: io::Error| {
            let kind = match error.kind() {
                io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => ErrorKind::Corrupt,
                _ => ErrorKind::NotFound,
            };
            let message = format!("cannot replay `{}`: {error}", path.display());
            Error::new(kind, "replay a crawl", message).with_source(error)
        };
        let mut reader = Reader::open(path).map_err(failed)?;
        let (mut kept, mut answers) = (HashMap::<_, VecDeque<Kept>>::new(), HashMap::new());
        let mut one_server = false;
        while let Some((place, record)) = reader.next().map_err(failed)? {
            match record.get("WARC-Type") {
                Some("warcinfo") => one_server = field(&record.block, "web") == Some(ONE_SERVER),
                Some("response") => {
                    answers.insert(record.id().to_owned(), place);
                }
                Some("metadata") => {
                    if let Some((question, met)) = exchange(&record, &answers) {
                        kept.entry(question).or_default().push_back(met);
                    }
                }
                _ => {}
            }
        }
        if kept.is_empty() {
            let message = format!("`{}` holds no crawl that was recorded by `icp`", path.display());
            return Err(Error::new(ErrorKind::Invalid, "replay a crawl", message));
        }
        Ok((Self { reader: Arc::new(Mutex::new(reader)), kept: Mutex::new(kept) }, one_server))
    }

    /// The next answer to a question; the last one again and again.
    pub(super) async fn answer(&self, question: Question<'_>) -> Result<Answer, Refusal> {
        let met = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let line = kept.get_mut(&(question.want, question.url.as_str().to_owned()));
            line.and_then(|line| if line.len() > 1 { line.pop_front() } else { line.front().cloned() })
        };
        let place = match met {
            Some(Kept::Answer(place)) => place,
            Some(Kept::Refusal(refusal)) => return Err(refusal),
            None => return Err(Refusal::new(RefusalCause::Timeout, "the recording has no answer to it")),
        };
        let reader = Arc::clone(&self.reader);
        let read = tokio::task::spawn_blocking(move || {
            reader
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .at(place)
                .ok()
                .and_then(|record| answer(&record))
        });
        let unreadable = || Refusal::new(RefusalCause::Protocol, "the recorded answer cannot be read");
        let answer = read.await.ok().flatten().ok_or_else(unreadable)?;
        Ok(answer.unless_known(question.validators))
    }
}

/// A question and what it met, from the record that joins them.
fn exchange(record: &Record, answers: &HashMap<String, u64>) -> Option<((Want, String), Kept)> {
    let url = record.get("WARC-Target-URI")?.to_owned();
    let want = Want::parse(field(&record.block, "want")?)?;
    let met = match field(&record.block, "outcome")? {
        ANSWERED => Kept::Answer(*answers.get(record.get("WARC-Concurrent-To")?)?),
        cause => {
            let detail = field(&record.block, "detail").unwrap_or_default();
            let after = field(&record.block, "retry-after-ms").and_then(|millis| millis.parse().ok());
            let refusal = Refusal::new(cause.parse().ok()?, detail);
            Kept::Refusal(refusal.with_retry_after(after.map(Duration::from_millis)))
        }
    };
    Some(((want, url), met))
}

/// The answer in a `response` record.
pub(crate) fn answer(record: &Record) -> Option<Answer> {
    let end = record.block.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    let mut lines = record.block[..end].split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    let status = std::str::from_utf8(lines.next()?).ok()?.split(' ').nth(1)?;
    let mut headers = HeaderMap::new();
    for line in lines {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = HeaderName::from_bytes(&line[..colon]).ok()?;
        headers.append(name, HeaderValue::from_bytes(line[colon + 1..].trim_ascii()).ok()?);
    }
    Some(Answer {
        status: StatusCode::from_bytes(status.as_bytes()).ok()?,
        headers,
        body: record.block[end + 4..].to_vec(),
        at: record.at(),
        address: None,
        cut: record.get("WARC-Truncated") == Some("length"),
    })
}
