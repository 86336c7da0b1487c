//! Remembering people for a while without ever bringing an old version back.
//!
//! The protocol was explored exhaustively (`docs/adr`): a reader that misses gets a *fill lease*; every
//! write kills the lease and then updates the entry if there is an older one, or leaves it absent; a
//! fill whose lease is dead is ignored. So a late reader or a late writer cannot put an old value back.

use crate::Fault;
use async_trait::async_trait;
use domain::accounts::User;
use domain::ids::UserId;
use std::sync::Arc;

/// The right to fill one entry, good until the next write to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FillLease(pub u64);

/// What the cache knows of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cached {
    /// This is the person.
    Hit(Arc<User>),
    /// There is no such person.
    Absent,
    /// Nothing is known. With a lease the caller should fill the entry; without one somebody else is about to.
    Miss(Option<FillLease>),
}

/// Remembers [`User`]s by id: 60 s ± jitter, absent ones 5 s. Every adapter passes `testkit::user_cache_contract!`.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait UserCache: Send + Sync {
    /// Looks a person up; a miss gives a lease to the first who asks.
    ///
    /// # Errors
    /// [`Fault`] when the cache cannot be reached.
    async fn get(&self, id: UserId) -> Result<Cached, Fault>;

    /// Fills an entry with what the primary database holds; ignored unless the lease still lives.
    ///
    /// # Errors
    /// [`Fault`] when the cache cannot be reached.
    async fn fill(
        &self,
        id: UserId,
        lease: FillLease,
        user: Option<Arc<User>>,
    ) -> Result<(), Fault>;

    /// After a write: kills any lease, and forgets the entry.
    ///
    /// # Errors
    /// [`Fault`] when the cache cannot be reached.
    async fn kill(&self, id: UserId) -> Result<(), Fault>;

    /// After a write of this version: kills any lease, updates an entry that is older, forgets an
    /// entry for an absent person, and leaves a missing entry missing.
    ///
    /// # Errors
    /// [`Fault`] when the cache cannot be reached.
    async fn refresh(&self, user: Arc<User>) -> Result<(), Fault>;
}
