//! When a host may be asked again: one request at a time, with a least gap from start to start, first come first served.

use std::time::Duration;

use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;

use super::keyed::Keyed;

/// Hosts are forgotten from this many on.
const HOSTS: usize = 1024;

/// The turns of all hosts.
#[derive(Debug)]
pub(super) struct Pace {
    hosts: Keyed<Option<Instant>>,
    longest: Duration,
}

/// The right to ask a host, until dropped.
#[derive(Debug)]
pub(super) struct Turn {
    _host: OwnedMutexGuard<Option<Instant>>,
}

impl Pace {
    /// Turns whose gaps are never longer than `longest`: a host idle for that long can be forgotten.
    pub(super) fn new(longest: Duration) -> Self {
        Self { hosts: Keyed::new(HOSTS), longest }
    }

    /// Waits until `host` may be asked, `gap` after its last request began. Giving up while waiting costs no turn.
    pub(super) async fn turn(&self, host: &str, gap: Duration) -> Turn {
        let now = Instant::now();
        let mut last = self.hosts.lock(host, |last| last.is_none_or(|last| last + self.longest <= now)).await;
        if let Some(last) = *last {
            tokio::time::sleep_until(last + gap.min(self.longest)).await;
        }
        *last = Some(Instant::now());
        Turn { _host: last }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Runs `tasks` requests spread over `hosts`, each taking `work`; returns start and end times per host.
    async fn run(
        hosts: usize,
        tasks: usize,
        gap: Duration,
        work: impl Fn(usize) -> Duration,
    ) -> Vec<Vec<(Instant, Instant)>> {
        let pace = Arc::new(Pace::new(Duration::from_secs(30)));
        let log = Arc::new(Mutex::new(vec![Vec::new(); hosts]));
        let mut running = tokio::task::JoinSet::new();
        for task in 0..tasks {
            let (pace, log, work) = (Arc::clone(&pace), Arc::clone(&log), work(task));
            running.spawn(async move {
                let host = task % hosts;
                let turn = pace.turn(&format!("h{host}.example"), gap).await;
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
        let pace = Arc::new(Pace::new(Duration::from_secs(30)));
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut running = tokio::task::JoinSet::new();
        for task in 0..20 {
            let (pace, order) = (Arc::clone(&pace), Arc::clone(&order));
            running.spawn(async move {
                let _turn = pace.turn("h.example", Duration::from_secs(1)).await;
                order.lock().unwrap().push(task);
            });
            tokio::task::yield_now().await;
        }
        while running.join_next().await.is_some() {}
        assert_eq!(*order.lock().unwrap(), (0..20).collect::<Vec<_>>());
    }

    #[tokio::test(start_paused = true)]
    async fn giving_up_costs_no_turn() {
        let pace = Pace::new(Duration::from_secs(30));
        let gap = Duration::from_secs(5);
        drop(pace.turn("h.example", gap).await);
        let before = Instant::now();
        let gave_up = tokio::time::timeout(Duration::from_secs(1), pace.turn("h.example", gap)).await;
        assert!(gave_up.is_err());
        drop(pace.turn("h.example", gap).await);
        assert_eq!(before.elapsed(), gap);
    }

    #[tokio::test(start_paused = true)]
    async fn idle_hosts_are_forgotten() {
        let pace = Pace::new(Duration::from_secs(30));
        for round in 0..10 {
            for host in 0..HOSTS {
                drop(pace.turn(&format!("r{round}h{host}.example"), Duration::from_secs(1)).await);
            }
            tokio::time::advance(Duration::from_secs(31)).await;
        }
        assert!(pace.hosts.len() <= 2 * HOSTS, "{} hosts kept", pace.hosts.len());
    }
}
