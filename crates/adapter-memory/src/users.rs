//! People within the process, with the fill leases that keep old versions out.

use crate::lifetimes::{Ending, Lifetimes};
use async_trait::async_trait;
use core::fmt;
use domain::accounts::User;
use domain::ids::UserId;
use moka::ops::compute::Op;
use moka::sync::Cache;
use ports::Fault;
use ports::accounts::{Cached, FillLease, UserCache};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many people are remembered by default: some 15 MiB.
const CAPACITY: u64 = 20_000;

/// What an entry holds. A lease stands where the person will stand, so that an entry that is
/// evicted takes its lease along: the fill is ignored then, which is never wrong.
#[derive(Debug, Clone)]
pub enum Slot {
    /// This is the person.
    Person(Arc<User>),
    /// There is no such person.
    Absent,
    /// Somebody is about to fill the entry.
    Leased(FillLease),
}

impl Slot {
    fn seen(self) -> Cached {
        match self {
            Self::Person(user) => Cached::Hit(user),
            Self::Absent => Cached::Absent,
            Self::Leased(_) => Cached::Miss(None),
        }
    }
}

/// Remembers people in this process. Entries that ended are dropped as others are used; nothing
/// runs when nobody asks.
pub struct MemoryUserCache {
    slots: Cache<UserId, Slot>,
    leases: AtomicU64,
}

impl MemoryUserCache {
    /// Remembers up to `capacity` people for these times.
    #[must_use]
    pub fn new(capacity: u64, lifetimes: Lifetimes) -> Self {
        let slots = Cache::builder().max_capacity(capacity);
        let slots = slots.expire_after(Ending::new(lifetimes)).build();
        Self {
            slots,
            leases: AtomicU64::new(0),
        }
    }

    /// Changes one entry, one change of an entry at a time; gives what was there before.
    fn change(&self, id: UserId, change: impl FnOnce(Option<&Slot>) -> Op<Slot>) -> Option<Slot> {
        let mut before = None;
        let _changed = self.slots.entry(id).and_compute_with(|entry| {
            before = entry.map(moka::Entry::into_value);
            change(before.as_ref())
        });
        before
    }
}

impl Default for MemoryUserCache {
    /// Up to 20,000 people for the default times.
    fn default() -> Self {
        Self::new(CAPACITY, Lifetimes::default())
    }
}

#[async_trait]
impl UserCache for MemoryUserCache {
    async fn get(&self, id: UserId) -> Result<Cached, Fault> {
        if let Some(slot) = self.slots.get(&id) {
            return Ok(slot.seen());
        }
        let lease = FillLease(self.leases.fetch_add(1, Ordering::Relaxed));
        let offer = |slot: Option<&Slot>| match slot {
            None => Op::Put(Slot::Leased(lease)),
            Some(_) => Op::Nop,
        };
        let before = self.change(id, offer);
        Ok(before.map_or(Cached::Miss(Some(lease)), Slot::seen))
    }

    async fn fill(
        &self,
        id: UserId,
        lease: FillLease,
        user: Option<Arc<User>>,
    ) -> Result<(), Fault> {
        let fill = |slot: Option<&Slot>| match slot {
            Some(Slot::Leased(living)) if *living == lease => {
                Op::Put(user.map_or(Slot::Absent, Slot::Person))
            }
            _ => Op::Nop,
        };
        self.change(id, fill);
        Ok(())
    }

    async fn kill(&self, id: UserId) -> Result<(), Fault> {
        self.change(id, |slot| slot.map_or(Op::Nop, |_| Op::Remove));
        Ok(())
    }

    async fn refresh(&self, user: Arc<User>) -> Result<(), Fault> {
        let refresh = |slot: Option<&Slot>| match slot {
            Some(Slot::Person(known)) if known.version < user.version => {
                Op::Put(Slot::Person(Arc::clone(&user)))
            }
            Some(Slot::Absent | Slot::Leased(_)) => Op::Remove,
            Some(Slot::Person(_)) | None => Op::Nop,
        };
        self.change(user.id, refresh);
        Ok(())
    }
}

impl fmt::Debug for MemoryUserCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MemoryUserCache")
            .field("entries", &self.slots.entry_count())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "users_tests.rs"]
mod tests;
