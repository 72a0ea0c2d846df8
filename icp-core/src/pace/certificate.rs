//! The log of a crawl's requests against the schedule, for others to check.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{HostAnswer, HostPace, PaceRules, Permit};
use crate::model::Timestamp;

/// One request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PacedRequest {
    /// When it began.
    pub started: Timestamp,
    /// When its answer was there, or was given up.
    pub ended: Timestamp,
    /// The crawl-delay of robots.txt that counted for it, in milliseconds.
    pub crawl_delay_ms: u64,
    /// What the answer said.
    pub answer: HostAnswer,
}

impl PacedRequest {
    /// A request.
    pub fn new(started: Timestamp, ended: Timestamp, crawl_delay_ms: u64, answer: HostAnswer) -> Self {
        Self { started, ended, crawl_delay_ms, answer }
    }
}

/// The requests to one host, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HostLog {
    /// The host.
    pub host: String,
    /// Its requests. The first may have been made before the crawl: the next had to keep its distance from it.
    pub requests: Vec<PacedRequest>,
}

impl HostLog {
    /// A log.
    pub fn new(host: impl Into<String>, requests: Vec<PacedRequest>) -> Self {
        Self { host: host.into(), requests }
    }
}

/// What a crawl asked of a site, and when, with the rules it kept: anyone can check it.
///
/// ```
/// use icp_core::pace::{HostAnswer, HostLog, PacedRequest, PaceRules, PacingCertificate};
/// let request = |second: i64| {
///     let at = |micros| icp_core::model::Timestamp::from_micros(second * 1_000_000 + micros);
///     PacedRequest::new(at(0), at(50_000), 0, HostAnswer::Good)
/// };
/// let kept = HostLog::new("acme.sg", vec![request(0), request(1), request(3)]);
/// assert!(PacingCertificate::new(PaceRules::default(), vec![kept]).verify().is_ok());
/// let hasty = HostLog::new("acme.sg", vec![request(0), request(0)]);
/// assert!(PacingCertificate::new(PaceRules::default(), vec![hasty]).verify().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PacingCertificate {
    /// The version of this form.
    pub version: u32,
    /// The rules.
    pub rules: PaceRules,
    /// The site's hosts, by name.
    pub hosts: Vec<HostLog>,
}

/// A request that broke the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PacingFault {
    /// The host.
    pub host: String,
    /// The request's place in the host's log, from 0.
    pub request: usize,
    /// What was wrong.
    pub reason: String,
}

impl fmt::Display for PacingFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "request {} to {}: {}", self.request, self.host, self.reason)
    }
}

impl std::error::Error for PacingFault {}

impl PacingCertificate {
    /// The version that is written.
    pub const VERSION: u32 = 1;

    /// A certificate. It proves nothing until it is verified.
    pub fn new(rules: PaceRules, hosts: Vec<HostLog>) -> Self {
        Self { version: Self::VERSION, rules, hosts }
    }

    /// Replays the log: every request began when the schedule permitted it, after the one before it had ended.
    ///
    /// # Errors
    /// The first request that did not, or a version that is not known.
    pub fn verify(&self) -> Result<(), PacingFault> {
        if self.version != Self::VERSION {
            let reason = format!("version {} of the certificate is not known", self.version);
            return Err(PacingFault { host: String::new(), request: 0, reason });
        }
        self.hosts.iter().try_for_each(|log| verify(self.rules, log))
    }
}

fn verify(rules: PaceRules, log: &HostLog) -> Result<(), PacingFault> {
    let mut pace = HostPace::new(rules);
    let mut busy_until = None;
    for (at, request) in log.requests.iter().enumerate() {
        let fault = |reason: String| PacingFault { host: log.host.clone(), request: at, reason };
        if request.ended < request.started {
            return Err(fault("it ended before it began".to_owned()));
        }
        if busy_until.is_some_and(|busy| request.started < busy) {
            return Err(fault("it began while another was under way".to_owned()));
        }
        let crawl_delay = Duration::from_millis(request.crawl_delay_ms);
        match pace.permit(crawl_delay) {
            Permit::From(from) if request.started < from => {
                return Err(fault(format!("it began at {}, permitted from {from}", request.started)));
            }
            Permit::Closed(until) if request.started < until => {
                return Err(fault(format!(
                    "it began at {}, the host was closed until {until}",
                    request.started
                )));
            }
            _ => {}
        }
        pace.began(request.started);
        pace.ended(request.ended, request.answer);
        busy_until = Some(request.ended);
    }
    Ok(())
}
