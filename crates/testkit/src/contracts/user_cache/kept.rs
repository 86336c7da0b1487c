//! A cache and what has to live as long as it does.

use async_trait::async_trait;
use core::any::Any;
use domain::accounts::User;
use domain::ids::UserId;
use ports::Fault;
use ports::accounts::{Cached, FillLease, UserCache};
use std::sync::Arc;

/// A cache that nobody else uses, and its keeper: a server, a task.
pub struct Kept {
    cache: Arc<dyn UserCache>,
    _keeper: Box<dyn Any + Send + Sync>,
}

impl Kept {
    /// Puts a cache and its keeper together.
    pub fn new(cache: Arc<dyn UserCache>, keeper: impl Any + Send + Sync) -> Self {
        Self {
            cache,
            _keeper: Box::new(keeper),
        }
    }
}

#[async_trait]
impl UserCache for Kept {
    async fn get(&self, id: UserId) -> Result<Cached, Fault> {
        self.cache.get(id).await
    }

    async fn fill(
        &self,
        id: UserId,
        lease: FillLease,
        user: Option<Arc<User>>,
    ) -> Result<(), Fault> {
        self.cache.fill(id, lease, user).await
    }

    async fn kill(&self, id: UserId) -> Result<(), Fault> {
        self.cache.kill(id).await
    }

    async fn refresh(&self, user: Arc<User>) -> Result<(), Fault> {
        self.cache.refresh(user).await
    }
}
