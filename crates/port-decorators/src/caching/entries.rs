//! The cache as its decorators see it: it never fails, counts its hits, and knows who wrote lately.

use core::fmt;
use domain::accounts::User;
use domain::ids::UserId;
use futures::StreamExt as _;
use ports::accounts::{Cached, FillLease, UserCache};
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
}

/// How many counters of writes there are; people share them.
const COUNTERS: usize = 256;
/// How many entries are forgotten at the same time.
const AT_ONCE: usize = 32;

/// The entries of people, shared by everything that reads or writes people's rows.
pub struct UserEntries {
    cache: Arc<dyn UserCache>,
    observe: Box<dyn Fn(Lookup) + Send + Sync>,
    writes: [AtomicU64; COUNTERS],
    failing: AtomicBool,
}

impl UserEntries {
    /// Wraps a cache. `observe` is told of each look-up and must be quick.
    pub fn new(
        cache: Arc<dyn UserCache>,
        observe: impl Fn(Lookup) + Send + Sync + 'static,
    ) -> Self {
        Self {
            cache,
            observe: Box::new(observe),
            writes: std::array::from_fn(|_| AtomicU64::new(0)),
            failing: AtomicBool::new(false),
        }
    }

    /// Looks a person up. A cache that fails knows nothing and gives no lease.
    pub(super) async fn look_up(&self, id: UserId) -> Cached {
        let found = self.minding(self.cache.get(id).await);
        (self.observe)(match found {
            Some(Cached::Hit(_)) => Lookup::Hit,
            Some(Cached::Absent) => Lookup::Absent,
            Some(Cached::Miss(_)) => Lookup::Miss,
            None => Lookup::Fault,
        });
        found.unwrap_or(Cached::Miss(None))
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
