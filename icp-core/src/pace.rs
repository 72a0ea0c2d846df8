//! When a host may be asked: a pure schedule over any clock, and the certificate that a crawl kept it.
//!
//! ```
//! use std::time::Duration;
//! use icp_core::model::Timestamp;
//! use icp_core::pace::{HostAnswer, HostPace, PaceRules, Permit};
//! let mut pace = HostPace::new(PaceRules::default());
//! pace.began(Timestamp::from_micros(0));
//! pace.ended(Timestamp::from_micros(100_000), HostAnswer::Good);
//! // A second after the last request began, or twice as long as the last answer took.
//! assert_eq!(pace.permit(Duration::ZERO), Permit::From(Timestamp::from_micros(1_000_000)));
//! pace.began(Timestamp::from_micros(1_000_000));
//! pace.ended(Timestamp::from_micros(2_500_000), HostAnswer::Good);
//! assert_eq!(pace.permit(Duration::ZERO), Permit::From(Timestamp::from_micros(4_000_000)));
//! ```

mod certificate;
#[cfg(test)]
mod tests;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::Timestamp;

pub use certificate::{HostLog, PacedRequest, PacingCertificate, PacingFault};

/// A host cannot ask to be left alone for longer than this: a day, in milliseconds.
const LONGEST_MS: u64 = 24 * 60 * 60 * 1000;

/// What a schedule keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PaceRules {
    /// The least time between the starts of two requests to a host, in milliseconds.
    pub min_delay_ms: u64,
    /// The longest time that a crawl-delay or a slow answer can ask for, in milliseconds.
    pub max_delay_ms: u64,
    /// How many times as long as the last answer took the next request waits, from start to start.
    pub latency_factor: u32,
    /// How much longer a wait becomes at most by chance, in percent.
    pub jitter_percent: u32,
    /// The longest `Retry-After` that is waited for, in milliseconds. A host that asks for more is left alone that long.
    pub max_retry_after_ms: u64,
    /// How many refusals in a row end a host.
    pub blocks: u32,
    /// How long a host that ended is left alone, in milliseconds.
    pub closed_ms: u64,
}

impl Default for PaceRules {
    fn default() -> Self {
        Self {
            min_delay_ms: 1_000,
            max_delay_ms: 30_000,
            latency_factor: 2,
            jitter_percent: 20,
            max_retry_after_ms: 60_000,
            blocks: 2,
            closed_ms: 600_000,
        }
    }
}

/// One builder method for each field.
macro_rules! with {
    ($($name:ident sets $field:ident: $kind:ty),* $(,)?) => {
        impl PaceRules {
            $(
                #[doc = concat!("Sets [`", stringify!($field), "`](Self::", stringify!($field), ").")]
                #[must_use]
                pub fn $name(mut self, $field: $kind) -> Self {
                    self.$field = $field;
                    self
                }
            )*
        }
    };
}

with! {
    with_min_delay_ms sets min_delay_ms: u64,
    with_max_delay_ms sets max_delay_ms: u64,
    with_latency_factor sets latency_factor: u32,
    with_jitter_percent sets jitter_percent: u32,
    with_max_retry_after_ms sets max_retry_after_ms: u64,
    with_blocks sets blocks: u32,
    with_closed_ms sets closed_ms: u64,
}

impl PaceRules {
    /// The time by which a wait is longer by chance: the same for the same seed, host and number of the request.
    pub fn jitter(&self, seed: u64, host: &str, request: u64, gap: Duration) -> Duration {
        let mut mixed = seed ^ 0x9e37_79b9_7f4a_7c15;
        for byte in host.bytes().chain(request.to_le_bytes()) {
            mixed = (mixed ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
            mixed ^= mixed >> 29;
        }
        let permille = mixed % (u64::from(self.jitter_percent) * 10 + 1);
        Duration::from_micros(micros(gap).saturating_mul(permille) / 1000)
    }
}

/// What an answer says about the next request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum HostAnswer {
    /// The host answers.
    Good,
    /// It is busy or broken: 5xx, no answer in time, a broken connection.
    Failed {
        /// The time it asks for, in milliseconds.
        retry_after_ms: Option<u64>,
    },
    /// It turns us away: 401, 403, 429 and their like.
    Blocked {
        /// The time it asks for, in milliseconds.
        retry_after_ms: Option<u64>,
    },
}

/// When the next request may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Permit {
    /// At once.
    Now,
    /// From this time on.
    From(Timestamp),
    /// Not at all before this time, which is too far away to wait for: the host wants to be left alone.
    Closed(Timestamp),
}

/// The requests to one host so far, as far as the next one depends on them. One request is under way at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPace {
    rules: PaceRules,
    last_start: Option<Timestamp>,
    latency: Duration,
    failures: u32,
    blocks: u32,
    /// The time that a `Retry-After` names.
    not_before: Option<Timestamp>,
    closed_until: Option<Timestamp>,
    requests: u64,
}

impl HostPace {
    /// A host that was not asked yet.
    pub fn new(rules: PaceRules) -> Self {
        Self {
            rules,
            last_start: None,
            latency: Duration::ZERO,
            failures: 0,
            blocks: 0,
            not_before: None,
            closed_until: None,
            requests: 0,
        }
    }

    /// How many requests began.
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// The time between the starts of the last request and the next, without jitter: the longest of the least delay, the
    /// crawl-delay and a multiple of the last answer's time, doubled for each failure in a row.
    pub fn gap(&self, crawl_delay: Duration) -> Duration {
        let most = Duration::from_millis(self.rules.max_delay_ms.max(self.rules.min_delay_ms));
        let least = Duration::from_millis(self.rules.min_delay_ms);
        let slow = self.latency.saturating_mul(self.rules.latency_factor);
        let calm = least.max(crawl_delay).max(slow).min(most);
        calm.saturating_mul(1 << self.failures.min(8)).min(most)
    }

    /// When the next request may begin. A host that is closed stays so until its time has passed: compare it with the
    /// clock ([`is_closed`](Self::is_closed)).
    pub fn permit(&self, crawl_delay: Duration) -> Permit {
        let Some(last) = self.last_start else { return Permit::Now };
        let from = last.plus(self.gap(crawl_delay));
        let from = self.not_before.map_or(from, |time| time.max(from));
        match self.closed_until {
            Some(until) => Permit::Closed(until.max(from)),
            None => Permit::From(from),
        }
    }

    /// Until when the host is left alone, if that time has not come.
    pub fn is_closed(&self, now: Timestamp) -> Option<Timestamp> {
        self.closed_until.filter(|until| now < *until)
    }

    /// A request begins. A host that was closed has its second chance.
    pub fn began(&mut self, at: Timestamp) {
        if self.closed_until.take().is_some() {
            // One more refusal closes it again.
            self.blocks = self.rules.blocks.saturating_sub(1);
        }
        self.last_start = Some(at);
        self.not_before = None;
        self.requests += 1;
    }

    /// The request that began last ends.
    pub fn ended(&mut self, at: Timestamp, answer: HostAnswer) {
        let start = self.last_start.unwrap_or(at);
        self.latency = Duration::from_micros(
            u64::try_from(at.as_micros().saturating_sub(start.as_micros())).unwrap_or(0),
        );
        let asked = match answer {
            HostAnswer::Good => {
                (self.failures, self.blocks) = (0, 0);
                None
            }
            HostAnswer::Failed { retry_after_ms } => {
                self.failures = self.failures.saturating_add(1);
                retry_after_ms
            }
            HostAnswer::Blocked { retry_after_ms } => {
                self.blocks = self.blocks.saturating_add(1);
                retry_after_ms
            }
        };
        if let Some(asked) = asked {
            let until = at.plus(Duration::from_millis(asked.min(LONGEST_MS)));
            if asked > self.rules.max_retry_after_ms {
                self.closed_until = Some(until);
            } else {
                self.not_before = Some(until);
            }
        }
        if self.blocks >= self.rules.blocks {
            let until = at.plus(Duration::from_millis(self.rules.closed_ms));
            self.closed_until = Some(self.closed_until.map_or(until, |time| time.max(until)));
        }
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
