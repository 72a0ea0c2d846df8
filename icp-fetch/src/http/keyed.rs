//! State per key (a host, an origin) behind fair locks, with bounded memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

/// A map of locks. Waiters for a key are served in the order of asking. Keys that nobody holds and whose state says
/// that it may be forgotten are dropped when the map has doubled.
#[derive(Debug)]
pub(super) struct Keyed<T> {
    slots: Mutex<Slots<T>>,
    floor: usize,
}

#[derive(Debug)]
struct Slots<T> {
    map: HashMap<String, Arc<AsyncMutex<T>>>,
    prune_at: usize,
}

impl<T: Default> Keyed<T> {
    /// A map that begins to forget at `floor` keys.
    pub(super) fn new(floor: usize) -> Self {
        Self { slots: Mutex::new(Slots { map: HashMap::new(), prune_at: floor }), floor }
    }

    /// Locks a key. `forget` says which states are not worth keeping.
    pub(super) async fn lock(&self, key: &str, forget: impl Fn(&T) -> bool) -> OwnedMutexGuard<T> {
        let slot = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            if slots.map.len() >= slots.prune_at && !slots.map.contains_key(key) {
                slots.map.retain(|_, slot| {
                    Arc::strong_count(slot) > 1 || slot.try_lock().is_ok_and(|state| !forget(&state))
                });
                slots.prune_at = self.floor.max(slots.map.len() * 2);
            }
            Arc::clone(slots.map.entry(key.to_owned()).or_default())
        };
        slot.lock_owned().await
    }

    /// The keys, and their locks.
    pub(super) fn entries(&self) -> Vec<(String, Arc<AsyncMutex<T>>)> {
        let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.map.iter().map(|(key, slot)| (key.clone(), Arc::clone(slot))).collect()
    }

    /// How many keys are kept.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner).map.len()
    }
}
