//! The repository of people, read through the cache.

use super::UserEntries;
use async_trait::async_trait;
use core::fmt;
use domain::Version;
use domain::accounts::{User, UserCursor, UserFilter};
use domain::ids::UserId;
use platform::flight::Flight;
use ports::accounts::{
    AddUserError, AddUsersError, Added, BatchMode, Cached, FillLease, SaveUserError, UserRepository,
};
use ports::{Commit, Committed, Fault};
use std::sync::Arc;

/// What a read found, for everybody who waited for it.
type Found = Result<Option<Arc<User>>, Arc<Fault>>;

/// Finds people in the cache before it asks the repository, and asks for each once at a time.
pub struct CachedUsers {
    inner: Arc<dyn UserRepository>,
    entries: Arc<UserEntries>,
    /// Keyed by the person and the writes so far: a read that began before a write is nothing for
    /// somebody who comes after it.
    flights: Flight<(UserId, u64), Found>,
}

impl CachedUsers {
    /// Wraps a repository that reads from the primary database.
    pub fn new(inner: Arc<dyn UserRepository>, entries: Arc<UserEntries>) -> Self {
        Self {
            inner,
            entries,
            flights: Flight::new(),
        }
    }

    async fn read(&self, id: UserId, writes: u64, lease: Option<FillLease>) -> Found {
        let mut mine = false;
        let found = self.flights.run((id, writes), || {
            mine = true;
            self.load(id, lease)
        });
        let found = found.await;
        // The read we joined began before our lease and cannot fill under it.
        match lease {
            Some(lease) if !mine => self.load(id, Some(lease)).await,
            _ => found,
        }
    }

    fn load(
        &self,
        id: UserId,
        lease: Option<FillLease>,
    ) -> impl Future<Output = Found> + Send + use<> {
        let (inner, entries) = (Arc::clone(&self.inner), Arc::clone(&self.entries));
        async move {
            let found = inner.find(id).await.map_err(Arc::new)?;
            if let Some(lease) = lease {
                entries.fill(id, lease, found.clone()).await;
            }
            Ok(found)
        }
    }
}

#[async_trait]
impl UserRepository for CachedUsers {
    async fn add(&self, user: &User, commit: &Commit) -> Result<Committed<User>, AddUserError> {
        let added = self.inner.add(user, commit).await;
        match &added {
            Ok(_) | Err(AddUserError::Fault(Fault::Uncertain { .. })) => {
                self.entries.forget(user.id).await;
            }
            Err(_) => {}
        }
        added
    }

    async fn add_all(
        &self,
        users: &[User],
        mode: BatchMode,
        commit: &Commit,
    ) -> Result<Committed<Vec<Added>>, AddUsersError> {
        let added = self.inner.add_all(users, mode, commit).await;
        if let Ok(_) | Err(AddUsersError::Fault(Fault::Uncertain { .. })) = &added {
            let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
            self.entries.forget_all(ids).await;
        }
        added
    }

    async fn find(&self, id: UserId) -> Result<Option<Arc<User>>, Fault> {
        let writes = self.entries.writes(id);
        let found = match self.entries.look_up(id).await {
            Cached::Hit(user) => Ok(Some(user)),
            Cached::Absent => Ok(None),
            Cached::Miss(lease) => self.read(id, writes, lease).await,
        };
        found.map_err(own)
    }

    async fn save(&self, user: &User, seen: Version, commit: &Commit) -> Result<(), SaveUserError> {
        let saved = self.inner.save(user, seen, commit).await;
        // Forgotten rather than refreshed: the row keeps its own avatar whatever `user` says of it.
        // And when somebody else wrote first, what is remembered may be what the caller had seen.
        match &saved {
            Ok(()) => self.entries.written(user.id, user.version).await,
            Err(SaveUserError::Outdated(_) | SaveUserError::Fault(Fault::Uncertain { .. })) => {
                self.entries.forget(user.id).await;
            }
            Err(_) => {}
        }
        saved
    }

    async fn list(
        &self,
        filter: &UserFilter,
        after: Option<UserCursor>,
        limit: u32,
    ) -> Result<Vec<User>, Fault> {
        self.inner.list(filter, after, limit).await
    }

    async fn is_empty(&self) -> Result<bool, Fault> {
        self.inner.is_empty().await
    }
}

/// A fault of one's own, of one that several callers share: the same kind with the same chain.
fn own(shared: Arc<Fault>) -> Fault {
    let shared = match Arc::try_unwrap(shared) {
        Ok(fault) => return fault,
        Err(shared) => shared,
    };
    match &*shared {
        Fault::Unavailable { backend, .. } => Fault::unavailable(backend, shared),
        Fault::Uncertain { backend, .. } => Fault::uncertain(backend, shared),
        Fault::Broken { backend, what, .. } => Fault::broken(backend, what.clone(), shared),
    }
}

impl fmt::Debug for CachedUsers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CachedUsers")
            .field("entries", &self.entries)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "users_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "users_faults_tests.rs"]
mod faults_tests;
