//! The meaning of an answer: a page, a redirect, or a refusal with its cause.

use std::net::IpAddr;
use std::time::Duration;

use icp_core::model::{Refusal, RefusalCause, Timestamp, Validators};
use icp_core::pace::HostAnswer;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER};
use url::Url;

use crate::html::validators;

use super::exchange::Want;
use super::retry_after;

/// An answer, with its body where one was wanted.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// When it came; not said of one that has just come.
    pub(crate) at: Option<Timestamp>,
    /// Who answered.
    pub(crate) address: Option<IpAddr>,
    /// Whether the body goes on past the limit.
    pub(crate) cut: bool,
}

/// The way on after an answer.
#[derive(Debug)]
pub(super) enum Step {
    Done,
    NotModified,
    Redirect(Url),
}

impl Answer {
    /// Reads the status. Only a `conditional` request can be told that nothing has changed.
    pub(super) fn step(&self, url: &Url, conditional: bool) -> Result<Step, Refusal> {
        let status = self.status.as_u16();
        if self.headers.get("cf-mitigated").is_some() {
            return Err(Refusal::new(RefusalCause::Challenge, "a challenge for people"));
        }
        let cause = match status {
            200..=299 => return Ok(Step::Done),
            304 if conditional => return Ok(Step::NotModified),
            301 | 302 | 303 | 307 | 308 => return self.location(url).map(Step::Redirect),
            401 | 403 | 407 | 429 | 451 => RefusalCause::Blocked,
            404 | 410 => RefusalCause::NotFound,
            400..=499 => RefusalCause::ClientError,
            500.. => RefusalCause::ServerError,
            _ => RefusalCause::Protocol,
        };
        Err(Refusal::new(cause, format!("status {status}")))
    }

    /// How long a server that is busy asks to be left alone.
    pub(super) fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        if !matches!(self.status.as_u16(), 429 | 503) {
            return None;
        }
        retry_after::parse(self.headers.get(RETRY_AFTER)?.to_str().ok()?, now)
    }

    /// This answer, or that nothing has changed where it has the marks that are known already.
    pub(super) fn unless_known(mut self, known: Option<&Validators>) -> Self {
        let own = validators(&self.header_pairs());
        if self.status.is_success() && known.zip(own).is_some_and(|(known, own)| known.matches(&own)) {
            self.status = StatusCode::NOT_MODIFIED;
        }
        self
    }

    fn location(&self, url: &Url) -> Result<Url, Refusal> {
        let status = self.status.as_u16();
        let Some(location) = self.headers.get(LOCATION) else {
            return Err(Refusal::new(RefusalCause::Protocol, format!("status {status} without a location")));
        };
        let next = std::str::from_utf8(location.as_bytes()).ok().and_then(|text| url.join(text.trim()).ok());
        next.ok_or_else(|| {
            Refusal::new(
                RefusalCause::Protocol,
                format!("status {status} with a location that is no address"),
            )
        })
    }

    /// The declared media type.
    pub(super) fn content_type(&self) -> Option<&str> {
        self.headers.get(CONTENT_TYPE)?.to_str().ok()
    }

    /// Names and values that are text.
    pub(crate) fn header_pairs(&self) -> Vec<(&str, &str)> {
        self.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect()
    }
}

/// What an answer says about the next request. A robots.txt that may not be read is like none.
pub(super) fn for_pace(answer: &Result<Answer, Refusal>, want: Want, now: Timestamp) -> HostAnswer {
    let answer = match answer {
        Ok(answer) => answer,
        Err(refusal) => {
            return match refusal.cause {
                RefusalCause::Timeout | RefusalCause::ConnectFailure | RefusalCause::Protocol => {
                    HostAnswer::Failed { retry_after_ms: None }
                }
                _ => HostAnswer::Good,
            };
        }
    };
    let after = answer.retry_after(now);
    let retry_after_ms = after.map(|after| u64::try_from(after.as_millis()).unwrap_or(u64::MAX));
    match answer.status.as_u16() {
        429 => HostAnswer::Blocked { retry_after_ms },
        401 | 403 | 407 | 451 if want != Want::Robots => HostAnswer::Blocked { retry_after_ms },
        500.. => HostAnswer::Failed { retry_after_ms },
        _ => HostAnswer::Good,
    }
}
