//! When a host may be asked again: one request at a time, by the schedule of `icp-core`, first come first served; at most
//! so many hosts at once. The requests are logged, for the certificate.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use icp_core::model::Timestamp;
use icp_core::pace::{HostAnswer, HostLog, HostPace, PaceRules, PacedRequest, Permit};
use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::addresses::Addresses;
use super::keyed::Keyed;

/// Hosts are forgotten from this many on.
const HOSTS: usize = 1024;
/// The requests to a host that are kept for certificates.
const LOGGED: usize = 512;

/// The most requests at once to one address.
const AT_ONE_ADDRESS: usize = 2;

/// The turns of all hosts.
#[derive(Debug)]
pub(super) struct Pace {
    hosts: Keyed<Host>,
    rules: PaceRules,
    seed: u64,
    room: Arc<Semaphore>,
    addresses: Addresses,
    watch: Watch,
}

/// The time, which never goes back.
#[derive(Clone, Copy, Debug)]
struct Watch {
    began: Instant,
    at: Timestamp,
}

impl Watch {
    fn now(self) -> Timestamp {
        self.at.plus(self.began.elapsed())
    }

    /// The moment of a time.
    fn instant(self, time: Timestamp) -> Instant {
        let micros = u64::try_from(time.as_micros().saturating_sub(self.at.as_micros())).unwrap_or(0);
        self.began + Duration::from_micros(micros)
    }
}

#[derive(Debug, Default)]
struct Host {
    pace: Option<HostPace>,
    log: VecDeque<PacedRequest>,
    /// Who answered last.
    address: Option<IpAddr>,
}

impl Host {
    /// Whether the next request may begin whatever the host asks for, so that nothing needs to be remembered.
    fn is_idle(&self, now: Timestamp) -> bool {
        self.pace.as_ref().is_none_or(|pace| match pace.permit(Duration::MAX) {
            Permit::From(time) | Permit::Closed(time) => time <= now,
            _ => true,
        })
    }
}

/// The right to ask a host, until dropped.
#[derive(Debug)]
pub(super) struct Turn {
    host: OwnedMutexGuard<Host>,
    watch: Watch,
    started: Timestamp,
    crawl_delay: Duration,
    answer: HostAnswer,
    _room: [Option<OwnedSemaphorePermit>; 2],
}

impl Turn {
    /// Sets who answered.
    pub(super) fn answered_by(&mut self, address: Option<IpAddr>) {
        self.host.address = address;
    }

    /// Sets what the answer says. A turn that ends without an answer is a failure.
    pub(super) fn answered(&mut self, answer: HostAnswer) {
        self.answer = answer;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let ended = self.watch.now();
        if let Some(pace) = self.host.pace.as_mut() {
            pace.ended(ended, self.answer);
        }
        if self.host.log.len() == LOGGED {
            self.host.log.pop_front();
        }
        let crawl_delay = u64::try_from(self.crawl_delay.as_millis()).unwrap_or(u64::MAX);
        self.host.log.push_back(PacedRequest::new(self.started, ended, crawl_delay, self.answer));
    }
}

impl Pace {
    /// Turns by the rules, from `now` on; the seed decides about chance.
    pub(super) fn new(rules: PaceRules, seed: u64, hosts_at_once: usize, now: Timestamp) -> Self {
        Self {
            hosts: Keyed::new(HOSTS),
            rules,
            seed,
            room: Arc::new(Semaphore::new(hosts_at_once.clamp(1, Semaphore::MAX_PERMITS))),
            addresses: Addresses::new(AT_ONE_ADDRESS),
            watch: Watch { began: Instant::now(), at: now },
        }
    }

    /// Waits until `host` may be asked. Giving up while waiting costs no turn.
    ///
    /// # Errors
    /// The time for which a host wants to be left alone, when that is too long to wait for.
    pub(super) async fn turn(&self, host: &str, crawl_delay: Duration) -> Result<Turn, Duration> {
        let now = self.watch.now();
        let mut state = self.hosts.lock(host, |host| host.is_idle(now)).await;
        let pace = state.pace.get_or_insert_with(|| HostPace::new(self.rules));
        let now = self.watch.now();
        if let Some(until) = pace.is_closed(now) {
            return Err(Duration::from_millis(until.millis_since(now)));
        }
        if let Permit::From(time) | Permit::Closed(time) = pace.permit(crawl_delay) {
            let gap = pace.gap(crawl_delay);
            let time = time.plus(self.rules.jitter(self.seed, host, pace.requests(), gap));
            tokio::time::sleep_until(self.watch.instant(time)).await;
        }
        let at_address = self.addresses.enter(state.address).await;
        // Never closed.
        let room = Arc::clone(&self.room).acquire_owned().await.ok();
        let started = self.watch.now();
        if let Some(pace) = state.pace.as_mut() {
            pace.began(started);
        }
        let answer = HostAnswer::Failed { retry_after_ms: None };
        Ok(Turn { host: state, watch: self.watch, started, crawl_delay, answer, _room: [room, at_address] })
    }

    pub(super) fn rules(&self) -> PaceRules {
        self.rules
    }

    /// The requests since a time to the hosts that `wanted` says, and the one before them.
    pub(super) async fn logs(&self, wanted: impl Fn(&str) -> bool, since: Timestamp) -> Vec<HostLog> {
        let mut logs = Vec::new();
        for (name, slot) in self.hosts.entries() {
            if !wanted(&name) {
                continue;
            }
            let host = slot.lock().await;
            let first = host.log.iter().position(|request| request.started >= since);
            if let Some(first) = first {
                let requests = host.log.iter().skip(first.saturating_sub(1)).cloned().collect();
                logs.push(HostLog::new(name, requests));
            }
        }
        logs.sort_by(|a, b| a.host.cmp(&b.host));
        logs
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Turns with exact gaps of at most 30 s.
    fn exact() -> Pace {
        let rules = PaceRules::default().with_min_delay_ms(0).with_latency_factor(0).with_jitter_percent(0);
        Pace::new(rules, 0, 1000, Timestamp::from_micros(0))
    }

    async fn turn(pace: &Pace, host: &str, gap: Duration) -> Turn {
        let mut turn = pace.turn(host, gap).await.unwrap();
        turn.answered(HostAnswer::Good);
        turn
    }

    /// Runs `tasks` requests spread over `hosts`, each taking `work`; returns start and end times per host.
    async fn run(
        hosts: usize,
        tasks: usize,
        gap: Duration,
        work: impl Fn(usize) -> Duration,
    ) -> Vec<Vec<(Instant, Instant)>> {
        let pace = Arc::new(exact());
        let log = Arc::new(Mutex::new(vec![Vec::new(); hosts]));
        let mut running = tokio::task::JoinSet::new();
        for task in 0..tasks {
            let (pace, log, work) = (Arc::clone(&pace), Arc::clone(&log), work(task));
            running.spawn(async move {
                let host = task % hosts;
                let turn = turn(&pace, &format!("h{host}.example"), gap).await;
                let start = Instant::now();
                tokio::time::sleep(work).await;
                log.lock().unwrap()[host].push((start, Instant::now()));
                drop(turn);
            });
        }
        while running.join_next().await.is_some() {}
        Arc::try_unwrap(log).unwrap().into_inner().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn gaps_hold_under_concurrency() {
        let gap = Duration::from_millis(700);
        let hosts = run(5, 500, gap, |task| Duration::from_millis((task as u64 * 37) % 1500)).await;
        for requests in hosts {
            assert_eq!(requests.len(), 100);
            for pair in requests.windows(2) {
                assert!(pair[1].0 - pair[0].0 >= gap, "too soon after the last one began");
                assert!(pair[1].0 >= pair[0].1, "two at once");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn hosts_do_not_wait_for_each_other() {
        let before = Instant::now();
        run(200, 200, Duration::from_secs(10), |_| Duration::from_secs(1)).await;
        assert_eq!(before.elapsed(), Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn first_come_first_served() {
        let pace = Arc::new(exact());
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut running = tokio::task::JoinSet::new();
        for task in 0..20 {
            let (pace, order) = (Arc::clone(&pace), Arc::clone(&order));
            running.spawn(async move {
                let _turn = turn(&pace, "h.example", Duration::from_secs(1)).await;
                order.lock().unwrap().push(task);
            });
            tokio::task::yield_now().await;
        }
        while running.join_next().await.is_some() {}
        assert_eq!(*order.lock().unwrap(), (0..20).collect::<Vec<_>>());
    }

    #[tokio::test(start_paused = true)]
    async fn giving_up_costs_no_turn() {
        let pace = exact();
        let gap = Duration::from_secs(5);
        drop(turn(&pace, "h.example", gap).await);
        let before = Instant::now();
        let gave_up = tokio::time::timeout(Duration::from_secs(1), turn(&pace, "h.example", gap)).await;
        assert!(gave_up.is_err());
        drop(turn(&pace, "h.example", gap).await);
        assert_eq!(before.elapsed(), gap);
    }

    #[tokio::test(start_paused = true)]
    async fn idle_hosts_are_forgotten() {
        let pace = exact();
        for round in 0..10 {
            for host in 0..HOSTS {
                drop(turn(&pace, &format!("r{round}h{host}.example"), Duration::from_secs(1)).await);
            }
            tokio::time::advance(Duration::from_secs(31)).await;
        }
        assert!(pace.hosts.len() <= 2 * HOSTS, "{} hosts kept", pace.hosts.len());
    }

    #[tokio::test(start_paused = true)]
    async fn at_most_so_many_hosts_at_once() {
        let pace = Arc::new(Pace::new(PaceRules::default(), 0, 8, Timestamp::from_micros(0)));
        let before = Instant::now();
        let mut running = tokio::task::JoinSet::new();
        for host in 0..80 {
            let pace = Arc::clone(&pace);
            running.spawn(async move {
                let _turn = pace.turn(&format!("h{host}.example"), Duration::ZERO).await.unwrap();
                tokio::time::sleep(Duration::from_secs(1)).await;
            });
        }
        while running.join_next().await.is_some() {}
        assert_eq!(before.elapsed(), Duration::from_secs(10));
    }

    #[tokio::test(start_paused = true)]
    async fn the_log_of_a_crawl_keeps_the_schedule() {
        let pace = Arc::new(Pace::new(PaceRules::default(), 7, 8, Timestamp::from_micros(0)));
        let mut running = tokio::task::JoinSet::new();
        // Two crawls of the same hosts, with slow, broken and hostile answers.
        for task in 0..240_u64 {
            let pace = Arc::clone(&pace);
            running.spawn(async move {
                let host = format!("h{}.example", task % 6);
                let Ok(mut turn) = pace.turn(&host, Duration::from_secs(task % 3 * 2)).await else { return };
                tokio::time::sleep(Duration::from_millis(task * 137 % 3_000)).await;
                turn.answered(match task % 11 {
                    3 => HostAnswer::Failed { retry_after_ms: Some(task * 500) },
                    5 => HostAnswer::Blocked { retry_after_ms: None },
                    _ => HostAnswer::Good,
                });
            });
        }
        while running.join_next().await.is_some() {}
        let logs = pace.logs(|host| host != "h5.example", Timestamp::from_micros(0)).await;
        assert_eq!(logs.len(), 5);
        assert!(logs.iter().map(|log| log.requests.len()).sum::<usize>() > 50);
        let certificate = icp_core::pace::PacingCertificate::new(pace.rules(), logs);
        assert_eq!(certificate.verify(), Ok(()));
    }
}
