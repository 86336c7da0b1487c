//! The cache as its decorators see it: it never fails, counts its hits, and knows who wrote lately.

use core::fmt;
use domain::Version;
use domain::accounts::User;
use domain::ids::UserId;
use futures::StreamExt as _;
use ports::accounts::{AccessChange, AccessView, Cached, FillLease, UserCache};
use ports::{Commit, Fault};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What a look into the cache came to, for those who count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lookup {
    /// The person was there.
    Hit,
    /// That there is no such person was known.
    Absent,
    /// Nothing was known.
    Miss,
    /// The cache did not answer.
    Fault,
    /// What the cache holds is older than what was written, or may be.
    Stale,
}

/// How many counters of writes there are; people share them.
const COUNTERS: usize = 256;
/// How many entries are forgotten at the same time.
const AT_ONCE: usize = 32;

/// The entries of people, shared by everything that reads or writes people's rows.
pub struct UserEntries {
    cache: Arc<dyn UserCache>,
    view: Arc<dyn AccessView>,
    observe: Box<dyn Fn(Lookup) + Send + Sync>,
    writes: [AtomicU64; COUNTERS],
    failing: AtomicBool,
}

impl UserEntries {
    /// Wraps a cache. What it holds is not believed where `view` knows of something newer, as after a kill that did
    /// not reach it. `observe` is told of each look-up and must be quick.
    pub fn new(
        cache: Arc<dyn UserCache>,
        view: Arc<dyn AccessView>,
        observe: impl Fn(Lookup) + Send + Sync + 'static,
    ) -> Self {
        Self {
            cache,
            view,
            observe: Box::new(observe),
            writes: std::array::from_fn(|_| AtomicU64::new(0)),
            failing: AtomicBool::new(false),
        }
    }

    /// Looks a person up. A cache that fails knows nothing and gives no lease; what it holds is passed over and killed
    /// when it is older than what was written.
    pub(super) async fn look_up(&self, id: UserId) -> Cached {
        if !self.view.is_current() {
            (self.observe)(Lookup::Stale);
            return Cached::Miss(None);
        }
        let found = self.minding(self.cache.get(id).await);
        let lookup = match &found {
            Some(Cached::Hit(user)) if self.is_old(id, Some(user.version)) => Lookup::Stale,
            Some(Cached::Absent) if self.is_old(id, None) => Lookup::Stale,
            Some(Cached::Hit(_)) => Lookup::Hit,
            Some(Cached::Absent) => Lookup::Absent,
            Some(Cached::Miss(_)) => Lookup::Miss,
            None => Lookup::Fault,
        };
        (self.observe)(lookup);
        if lookup == Lookup::Stale {
            // Also for those who have not heard of it yet.
            self.minding(self.cache.kill(id).await);
            return Cached::Miss(None);
        }
        found.unwrap_or(Cached::Miss(None))
    }

    /// Whether something newer is known to have been written. Asked after the entry was read: what is written later is
    /// later.
    fn is_old(&self, id: UserId, cached: Option<Version>) -> bool {
        let least = self.view.least_version(id);
        least.is_some_and(|least| cached.is_none_or(|cached| cached < least))
    }

    /// After a write that gave the person's row this version.
    pub(super) async fn written(&self, id: UserId, version: Version) {
        self.view.note(&[AccessChange::User(id, version)]);
        self.forget(id).await;
    }

    /// Fills an entry with what the database was found to hold after the lease was given.
    pub(super) async fn fill(&self, id: UserId, lease: FillLease, user: Option<Arc<User>>) {
        self.minding(self.cache.fill(id, lease, user).await);
    }

    /// After a write to the person's row.
    pub(super) async fn forget(&self, id: UserId) {
        self.count_write(id);
        self.minding(self.cache.kill(id).await);
    }

    /// Forgets many people.
    pub(super) async fn forget_all(&self, ids: impl IntoIterator<Item = UserId>) {
        let each = futures::stream::iter(ids);
        each.for_each_concurrent(AT_ONCE, |id| self.forget(id))
            .await;
    }

    /// After a write whose outcome nobody knows: forgets everybody it is about, if that is what
    /// the fault says.
    pub(super) async fn forget_if_uncertain(&self, fault: &Fault, commit: &Commit) {
        if matches!(fault, Fault::Uncertain { .. }) {
            self.forget_all(people_of(commit)).await;
        }
    }

    /// How often this process has written the person, or one who shares the counter. Reads that
    /// began before a write have another number than those that begin after it.
    pub(super) fn writes(&self, id: UserId) -> u64 {
        self.counter(id)
            .map_or(0, |counter| counter.load(Ordering::SeqCst))
    }

    fn count_write(&self, id: UserId) {
        if let Some(counter) = self.counter(id) {
            counter.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// The last byte of a UUIDv7 is random.
    fn counter(&self, id: UserId) -> Option<&AtomicU64> {
        let [.., last] = id.uuid().into_bytes();
        self.writes.get(usize::from(last))
    }

    /// Logs the first of a row of failures, and that they are over.
    fn minding<T>(&self, outcome: Result<T, Fault>) -> Option<T> {
        match outcome {
            Ok(answer) => {
                if self.failing.load(Ordering::Relaxed)
                    && self.failing.swap(false, Ordering::Relaxed)
                {
                    tracing::info!("the cache of people answers again");
                }
                Some(answer)
            }
            Err(fault) => {
                let cause = std::error::Error::source(&fault).map(ToString::to_string);
                if self.failing.swap(true, Ordering::Relaxed) {
                    tracing::debug!(error = %fault, cause, "the cache of people still fails");
                } else {
                    tracing::warn!(error = %fault, cause, "the cache of people fails, reading from the database");
                }
                None
            }
        }
    }
}

/// Everybody a change is about.
fn people_of(commit: &Commit) -> BTreeSet<UserId> {
    let audited = commit.audit.iter().map(|entry| entry.user);
    let told = commit.events.iter().map(|event| event.user);
    audited.chain(told).collect()
}

impl fmt::Debug for UserEntries {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("UserEntries")
            .field("failing", &self.failing)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "entries_tests.rs"]
mod tests;
