//! At most so many requests at once to one address, whatever hosts it serves. A host's address is known from its last
//! answer.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Addresses are forgotten from this many on, unless they are in use.
const KEPT: usize = 1024;

/// The room at each address.
#[derive(Debug)]
pub(super) struct Addresses {
    room: Mutex<HashMap<IpAddr, Arc<Semaphore>>>,
    at_once: usize,
}

impl Addresses {
    /// Room for so many requests at each address.
    pub(super) fn new(at_once: usize) -> Self {
        Self { room: Mutex::default(), at_once: at_once.clamp(1, Semaphore::MAX_PERMITS) }
    }

    /// Waits for room at an address; none is needed where it is not known.
    pub(super) async fn enter(&self, address: Option<IpAddr>) -> Option<OwnedSemaphorePermit> {
        let room = {
            let mut rooms = self.room.lock().unwrap_or_else(PoisonError::into_inner);
            if rooms.len() >= KEPT {
                rooms.retain(|_, room| Arc::strong_count(room) > 1);
            }
            let new = || Arc::new(Semaphore::new(self.at_once));
            Arc::clone(rooms.entry(address?).or_insert_with(new))
        };
        // Never closed.
        room.acquire_owned().await.ok()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_address_is_asked_two_things_at_once() {
        let addresses = Arc::new(Addresses::new(2));
        let began = Instant::now();
        let mut running = tokio::task::JoinSet::new();
        for task in 0..10 {
            let addresses = Arc::clone(&addresses);
            running.spawn(async move {
                let busy: IpAddr = "93.184.216.34".parse().unwrap();
                let _room = addresses.enter((task < 8).then_some(busy)).await;
                tokio::time::sleep(Duration::from_secs(1)).await;
            });
        }
        while running.join_next().await.is_some() {}
        assert_eq!(began.elapsed(), Duration::from_secs(4));
    }
}
