use proptest::prelude::*;

use super::*;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_micros(millis * 1000)
}

fn asked(rules: PaceRules, answers: &[(i64, i64, HostAnswer)]) -> HostPace {
    let mut pace = HostPace::new(rules);
    for (start, end, answer) in answers {
        pace.began(at(*start));
        pace.ended(at(*end), *answer);
    }
    pace
}

const FAILED: HostAnswer = HostAnswer::Failed { retry_after_ms: None };
const BLOCKED: HostAnswer = HostAnswer::Blocked { retry_after_ms: None };

#[test]
fn the_longest_wish_counts() {
    let rules = PaceRules::default();
    let second = |seconds| Duration::from_secs(seconds);
    let permit = |answers: &[_], delay| asked(rules, answers).permit(second(delay));
    assert_eq!(HostPace::new(rules).permit(second(5)), Permit::Now);
    assert_eq!(permit(&[(0, 100, HostAnswer::Good)], 0), Permit::From(at(1_000)));
    assert_eq!(permit(&[(0, 100, HostAnswer::Good)], 5), Permit::From(at(5_000)));
    assert_eq!(permit(&[(0, 4_000, HostAnswer::Good)], 5), Permit::From(at(8_000)));
    assert_eq!(permit(&[(0, 20_000, HostAnswer::Good)], 3_600), Permit::From(at(30_000)));
    // Each failure in a row doubles the wait.
    assert_eq!(permit(&[(0, 100, FAILED)], 0), Permit::From(at(2_000)));
    assert_eq!(permit(&[(0, 100, FAILED), (2_000, 2_100, FAILED)], 0), Permit::From(at(6_000)));
    assert_eq!(permit(&[(0, 0, FAILED), (2_000, 2_000, HostAnswer::Good)], 0), Permit::From(at(3_000)));
}

#[test]
fn a_time_to_wait_is_kept_or_closes_the_host() {
    let rules = PaceRules::default();
    let failed = |seconds: u64| HostAnswer::Failed { retry_after_ms: Some(seconds * 1000) };
    let pace = asked(rules, &[(0, 500, failed(60))]);
    assert_eq!(pace.permit(Duration::ZERO), Permit::From(at(60_500)));
    let pace = asked(rules, &[(0, 500, failed(61))]);
    assert_eq!(pace.permit(Duration::ZERO), Permit::Closed(at(61_500)));
    assert_eq!((pace.is_closed(at(61_499)), pace.is_closed(at(61_500))), (Some(at(61_500)), None));
}

#[test]
fn two_refusals_in_a_row_end_the_host() {
    let rules = PaceRules::default();
    let mut pace =
        asked(rules, &[(0, 0, BLOCKED), (1_000, 1_000, HostAnswer::Good), (2_000, 2_000, BLOCKED)]);
    assert_eq!(pace.permit(Duration::ZERO), Permit::From(at(3_000)));
    pace.began(at(3_000));
    pace.ended(at(3_000), BLOCKED);
    assert_eq!(pace.permit(Duration::ZERO), Permit::Closed(at(603_000)));
    // After its time one more refusal is enough.
    pace.began(at(603_000));
    pace.ended(at(603_000), BLOCKED);
    assert_eq!(pace.permit(Duration::ZERO), Permit::Closed(at(1_203_000)));
}

#[test]
fn jitter_is_the_same_for_the_same_seed_and_spread() {
    let rules = PaceRules::default();
    let gap = Duration::from_secs(10);
    let of = |seed, n| rules.jitter(seed, "acme.sg", n, gap);
    assert_eq!(of(1, 1), of(1, 1));
    let all: std::collections::BTreeSet<_> = (0..1000).map(|n| of(7, n)).collect();
    assert!(all.len() > 150 && all.iter().all(|it| *it <= Duration::from_secs(2)), "{}", all.len());
    assert_eq!(rules.with_jitter_percent(0).jitter(1, "acme.sg", 1, gap), Duration::ZERO);
}

fn answer() -> impl Strategy<Value = HostAnswer> {
    let after = proptest::option::of(0..200_000_u64);
    prop_oneof![
        4 => Just(HostAnswer::Good),
        1 => after.clone().prop_map(|retry_after_ms| HostAnswer::Failed { retry_after_ms }),
        1 => after.prop_map(|retry_after_ms| HostAnswer::Blocked { retry_after_ms }),
    ]
}

proptest! {
    /// A crawl that follows the schedule has a certificate that holds; one request too early breaks it.
    #[test]
    fn certificates_hold_exactly_when_the_schedule_was_kept(
        requests in proptest::collection::vec((0..40_000_u64, 0..20_000_i64, answer(), 0..3_000_i64), 2..30),
        early in 1..500_i64,
        which in any::<prop::sample::Index>(),
    ) {
        let rules = PaceRules::default();
        let mut pace = HostPace::new(rules);
        let mut log: Vec<PacedRequest> = Vec::new();
        let mut now = at(0);
        for (delay, latency, answer, idle) in requests {
            let crawl_delay = Duration::from_millis(delay);
            let from = match pace.permit(crawl_delay) {
                Permit::Now => now,
                Permit::From(from) | Permit::Closed(from) => from.max(now),
            };
            let start = from.plus(Duration::from_millis(idle as u64));
            let end = start.plus(Duration::from_millis(latency as u64));
            pace.began(start);
            pace.ended(end, answer);
            log.push(PacedRequest::new(start, end, delay, answer));
            now = end;
        }
        let of = |log: &[PacedRequest]| PacingCertificate::new(rules, vec![HostLog::new("a.sg", log.to_vec())]);
        prop_assert_eq!(of(&log).verify(), Ok(()));
        let text = serde_json::to_string(&of(&log)).unwrap();
        prop_assert_eq!(serde_json::from_str::<PacingCertificate>(&text).unwrap(), of(&log));
        // The request as early as the schedule allows, less a moment.
        let at_fault = 1 + which.index(log.len() - 1);
        let mut pace = HostPace::new(rules);
        for request in &log[..at_fault] {
            pace.began(request.started);
            pace.ended(request.ended, request.answer);
        }
        if let Permit::From(from) | Permit::Closed(from) = pace.permit(Duration::from_millis(log[at_fault].crawl_delay_ms)) {
            log[at_fault].started = Timestamp::from_micros(from.as_micros() - early * 1000);
            log[at_fault].ended = log[at_fault].ended.max(log[at_fault].started);
            prop_assert_eq!(of(&log).verify().unwrap_err().request, at_fault);
        }
    }
}
