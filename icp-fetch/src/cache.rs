//! Answers that may be used again: decisions by [RFC 9111](https://www.rfc-editor.org/rfc/rfc9111), bytes on disk.
//!
//! Only what every reader gets is kept: pages and sitemaps with status 200 that were read, that no header calls private, and
//! that set no cookie. An answer is used unasked only for as long as its site says; otherwise the site is asked whether it has
//! changed. A site that refuses is not read from here.

mod disk;

use std::path::Path;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, Request, Response};
use http_cache_semantics::{CacheOptions, CachePolicy};
use icp_core::model::Timestamp;
use icp_core::{Error, ErrorKind, Result};
use reqwest::header::{
    ACCEPT, ACCEPT_LANGUAGE, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE,
    SET_COOKIE, TRANSFER_ENCODING, USER_AGENT,
};
use url::Url;

use crate::html::validators;
use crate::http::{Answer, LANGUAGES, Want, answer_in, recorded_answer};
use crate::warc::Record;

use disk::Disk;

/// Headers of an answer that a later "not modified" does not change.
const FIXED: [reqwest::header::HeaderName; 7] = [
    CONNECTION,
    CONTENT_ENCODING,
    CONTENT_LENGTH,
    CONTENT_RANGE,
    CONTENT_TYPE,
    SET_COOKIE,
    TRANSFER_ENCODING,
];

/// Answers of earlier crawls, in a directory with a limit of bytes.
#[derive(Debug)]
pub(crate) struct Cache {
    disk: Disk,
    agent: String,
}

/// What is kept for a question.
#[derive(Debug)]
pub(crate) enum Found {
    /// An answer that counts without asking.
    Fresh(Answer),
    /// An answer that its site has to confirm.
    Stale(Answer),
    Nothing,
}

impl Cache {
    /// The answers to `agent` in a directory, which is made when it is not there.
    pub(crate) fn open(dir: &Path, max_bytes: u64, agent: &str) -> Result<Self> {
        let disk = Disk::open(dir, max_bytes).map_err(|error| {
            let message = format!("cannot keep pages in `{}`: {error}", dir.display());
            Error::new(ErrorKind::Unavailable, "open a cache", message).with_source(error)
        })?;
        Ok(Self { disk, agent: agent.to_owned() })
    }

    /// What is kept of an address.
    pub(crate) fn look(&self, url: &Url, want: Want, now: Timestamp) -> Found {
        let key = self.key(url, want);
        let Some(record) = self.disk.get(&key, system(now)) else { return Found::Nothing };
        let known = (record.get("ICP-Key") == Some(&key)).then(|| answer_in(&record)).flatten();
        let Some((answer, at)) = known.and_then(|answer| answer.at.map(|at| (answer, at))) else {
            self.disk.remove(&key);
            return Found::Nothing;
        };
        match self.policy(url, want, &answer, at) {
            // A time in the future is one of a clock that was wrong.
            Some(policy) if at <= now && !policy.is_stale(system(now)) && !varies(&answer.headers) => {
                Found::Fresh(answer)
            }
            _ => Found::Stale(answer),
        }
    }

    /// Keeps an answer that was read, if it may be kept.
    pub(crate) fn keep(&self, url: &Url, want: Want, answer: &Answer, at: Timestamp) {
        let key = self.key(url, want);
        let may = answer.status.as_u16() == 200
            && !answer.cut
            && !answer.headers.contains_key(SET_COOKIE)
            && self.policy(url, want, answer, at).is_some_and(|policy| {
                let marked = validators(&answer.header_pairs()).is_some();
                policy.is_storable() && (marked || !policy.is_stale(system(at)))
            });
        if may {
            let record = Record::new("response", at, "application/http", recorded_answer(answer), 0);
            let record = record.with("WARC-Target-URI", url.as_str()).with("ICP-Key", &key);
            self.disk.put(&key, &record, system(at));
        } else {
            // What stands for an older answer must not outlive it.
            self.disk.remove(&key);
        }
    }

    /// Forgets an address.
    pub(crate) fn forget(&self, url: &Url, want: Want) {
        self.disk.remove(&self.key(url, want));
    }

    /// All that an answer may depend on. Requests carry nothing else: no cookies, and one set of headers.
    fn key(&self, url: &Url, want: Want) -> String {
        format!("{} {} {}", want.as_str(), url, self.agent)
    }

    fn policy(&self, url: &Url, want: Want, answer: &Answer, at: Timestamp) -> Option<CachePolicy> {
        let request = Request::get(url.as_str())
            .header(USER_AGENT, self.agent.as_str())
            .header(ACCEPT, want.accept())
            .header(ACCEPT_LANGUAGE, LANGUAGES)
            .body(())
            .ok()?;
        let mut response = Response::new(());
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers.clone();
        // Nothing is private to whoever shares the cache, and no time is guessed.
        let options = CacheOptions { shared: true, cache_heuristic: 0.0, ..CacheOptions::default() };
        Some(CachePolicy::new_options(&request, &response, system(at), options))
    }
}

/// An answer that its site has confirmed, with the headers that came with that.
pub(crate) fn confirmed(kept: Answer, headers: &HeaderMap) -> Answer {
    let mut renewed = kept;
    for name in headers.keys().filter(|name| !FIXED.contains(name)) {
        renewed.headers.remove(name);
        for value in headers.get_all(name) {
            renewed.headers.append(name.clone(), value.clone());
        }
    }
    // It is as new as the confirmation.
    renewed.at = None;
    renewed
}

/// Whether an answer says that no other request has the same one.
fn varies(headers: &HeaderMap) -> bool {
    headers.get_all("vary").iter().any(|value| value.as_bytes().contains(&b'*'))
}

fn system(at: Timestamp) -> SystemTime {
    let since = Duration::from_micros(u64::try_from(at.as_micros()).unwrap_or(0));
    SystemTime::UNIX_EPOCH.checked_add(since).unwrap_or(SystemTime::UNIX_EPOCH)
}
