//! The cache of people, which must fail quickly or not at all: the database answers instead.

use super::Guarded;
use async_trait::async_trait;
use domain::accounts::User;
use domain::ids::UserId;
use ports::Fault;
use ports::accounts::{Cached, FillLease, UserCache};
use std::sync::Arc;

#[async_trait]
impl<P: UserCache + ?Sized> UserCache for Guarded<P> {
    /// Made once: whoever waits for a second try could have asked the database, and a lease may have been given.
    async fn get(&self, id: UserId) -> Result<Cached, Fault> {
        self.look(|cache| cache.get(id)).await
    }

    /// Made once: an entry that is not filled is filled by the next reader.
    async fn fill(
        &self,
        id: UserId,
        lease: FillLease,
        user: Option<Arc<User>>,
    ) -> Result<(), Fault> {
        self.write(|cache| cache.fill(id, lease, user)).await
    }

    /// Tried again: an entry that is not killed is old until it expires.
    async fn kill(&self, id: UserId) -> Result<(), Fault> {
        self.repeatable(|cache| cache.kill(id)).await
    }

    /// Tried again, as a kill is.
    async fn refresh(&self, user: Arc<User>) -> Result<(), Fault> {
        self.repeatable(|cache| cache.refresh(Arc::clone(&user)))
            .await
    }
}
