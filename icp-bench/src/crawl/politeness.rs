//! Politeness: simulated crawls on a virtual clock, each with a certificate that is verified.

use std::time::Duration;

use icp_core::model::Timestamp;
use icp_core::pace::{HostAnswer, HostLog, HostPace, PaceRules, PacedRequest, PacingCertificate, Permit};

use crate::rng::Rng;
use crate::table::Row;

/// Crawls that are simulated.
const CRAWLS: usize = 10_000;

pub(super) fn rows() -> Vec<Row> {
    let (mut violations, mut requests, mut caught, mut hasty) = (0, 0, 0, 0);
    for crawl in 0..CRAWLS {
        let certificate = crawl_of(crawl as u64);
        requests += certificate.hosts.iter().map(|log| log.requests.len()).sum::<usize>();
        violations += usize::from(certificate.verify().is_err());
        // The same crawl with one request a moment too early must not pass.
        if let Some(early) = too_early(&certificate) {
            hasty += 1;
            caught += usize::from(early.verify().is_err());
        }
    }
    vec![
        Row::new("politeness: simulated crawls that break the schedule", violations as f64, "crawls")
            .at_most(0.0)
            .note(format!("{CRAWLS} crawls by two tenants, {requests} requests")),
        Row::share("politeness: crawls with one request too early that are caught", caught, hasty)
            .at_least(1.0),
    ]
}

/// A crawl by two tenants of one host: slow, broken, busy and hostile answers by chance.
fn crawl_of(seed: u64) -> PacingCertificate {
    let mut rng = Rng::new(seed + 1);
    let rules = PaceRules::default();
    let mut pace = HostPace::new(rules);
    let crawl_delay = Duration::from_millis([0, 0, 0, 500, 5_000, 30_000][rng.below(6)]);
    let mut tenants = [Timestamp::from_micros(0); 2];
    let mut free = Timestamp::from_micros(0);
    let mut log = Vec::new();
    for _ in 0..2 * (2 + rng.below(12)) {
        let tenant = rng.below(2);
        let from = match pace.permit(crawl_delay) {
            Permit::From(from) => from,
            Permit::Closed(_) => break,
            _ => free,
        };
        let jitter = rules.jitter(seed, "acme.sg", pace.requests(), pace.gap(crawl_delay));
        let start = from.plus(jitter).max(free).max(tenants[tenant]);
        let end = start.plus(Duration::from_millis(rng.below(6_000) as u64));
        let retry_after_ms = (rng.below(2) == 0).then(|| rng.below(90_000) as u64);
        let answer = match rng.below(12) {
            0 => HostAnswer::Failed { retry_after_ms },
            1 => HostAnswer::Blocked { retry_after_ms },
            _ => HostAnswer::Good,
        };
        pace.began(start);
        pace.ended(end, answer);
        log.push(PacedRequest::new(start, end, crawl_delay.as_millis() as u64, answer));
        free = end;
        // What a tenant does with a page before it asks again.
        tenants[tenant] = end.plus(Duration::from_millis(rng.below(3_000) as u64));
    }
    PacingCertificate::new(rules, vec![HostLog::new("acme.sg", log)])
}

/// The crawl with its second request a millisecond before its time.
fn too_early(certificate: &PacingCertificate) -> Option<PacingCertificate> {
    let mut early = certificate.clone();
    let requests = &mut early.hosts.first_mut()?.requests;
    let first = requests.first()?.clone();
    let mut pace = HostPace::new(early.rules);
    pace.began(first.started);
    pace.ended(first.ended, first.answer);
    let second = requests.get_mut(1)?;
    let Permit::From(from) = pace.permit(Duration::from_millis(second.crawl_delay_ms)) else { return None };
    second.started = Timestamp::from_micros(from.as_micros() - 1_000);
    Some(early)
}
