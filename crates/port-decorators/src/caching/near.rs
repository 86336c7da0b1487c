//! The few people this process remembers for itself, for a second and never past a word about them.

use domain::accounts::User;
use domain::ids::UserId;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::time::Instant;

use core::time::Duration;

/// How many parts there are, each behind its own lock; people share them.
const PARTS: usize = 64;
/// How long somebody is remembered at most.
pub const LIFETIME: Duration = Duration::from_secs(1);

/// Remembers people by id while it is on.
///
/// Whoever does not find somebody gets a ticket before going to look elsewhere. Forgetting somebody
/// spends the tickets of their part, so that what was found before is not remembered after.
pub struct Near {
    parts: [Mutex<Part>; PARTS],
    /// People in a part at most.
    room: usize,
    on: AtomicBool,
}

#[derive(Default)]
struct Part {
    people: HashMap<UserId, Entry>,
    /// How often somebody was forgotten.
    forgotten: u64,
}

struct Entry {
    user: Arc<User>,
    until: Instant,
}

/// What a look came to.
pub enum Look {
    /// Remembered.
    Found(Arc<User>),
    /// Not remembered; may be, under this ticket.
    Missing(Ticket),
    /// Nobody is remembered now.
    Off,
}

/// The right to remember somebody, good until somebody of the same part is forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket(u64);

impl Near {
    /// Remembers some `capacity` people, once it is on.
    pub fn new(capacity: usize) -> Self {
        Self {
            parts: std::array::from_fn(|_| Mutex::default()),
            room: capacity.div_ceil(PARTS),
            on: AtomicBool::new(false),
        }
    }

    pub fn look(&self, id: UserId) -> Look {
        let part = self.part(id);
        // Asked under the lock: whoever sees it on has a ticket that switching off will spend.
        if !self.on.load(Ordering::SeqCst) {
            return Look::Off;
        }
        match part.people.get(&id) {
            Some(entry) if Instant::now() < entry.until => Look::Found(Arc::clone(&entry.user)),
            _ => Look::Missing(Ticket(part.forgotten)),
        }
    }

    /// Remembers somebody who was found elsewhere after `asked`, which is when the second begins.
    pub fn keep(&self, ticket: Ticket, user: Arc<User>, asked: Instant) {
        let mut part = self.part(user.id);
        if part.forgotten != ticket.0 {
            return;
        }
        if part.people.len() >= self.room && !part.people.contains_key(&user.id) {
            let now = Instant::now();
            part.people.retain(|_, entry| now < entry.until);
        }
        if part.people.len() < self.room || part.people.contains_key(&user.id) {
            let until = asked + LIFETIME;
            part.people.insert(user.id, Entry { user, until });
        }
    }

    pub fn forget(&self, id: UserId) {
        let mut part = self.part(id);
        part.forgotten += 1;
        part.people.remove(&id);
    }

    /// From now on every word is heard, so people can be remembered; those from before are forgotten.
    pub fn switch_on(&self) {
        self.forget_all();
        self.on.store(true, Ordering::SeqCst);
    }

    /// Words may be missed from now on. Tickets that are out are spent.
    pub fn switch_off(&self) {
        self.on.store(false, Ordering::SeqCst);
        self.forget_all();
    }

    fn forget_all(&self) {
        for part in &self.parts {
            let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
            part.forgotten += 1;
            part.people.clear();
        }
    }

    /// The last byte of a UUIDv7 is random.
    fn part(&self, id: UserId) -> MutexGuard<'_, Part> {
        let [.., last] = id.uuid().into_bytes();
        let [first, ..] = &self.parts;
        let part = self.parts.get(usize::from(last) % PARTS).unwrap_or(first);
        part.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[path = "near_tests.rs"]
mod tests;
