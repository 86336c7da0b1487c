//! What this process remembers for itself before what all of them remember together.

use super::near::{Look, Near};
use async_trait::async_trait;
use core::fmt;
use domain::accounts::User;
use domain::ids::UserId;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use ports::Fault;
use ports::accounts::{Cached, FillLease, News, UserCache};
use std::sync::Arc;
use tokio::time::Instant;

/// What a look into the near layer came to, for those who count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NearLookup {
    /// The person was there.
    Hit,
    /// The far layer had to be asked.
    Miss,
    /// The far layer had to be asked, since news may be missed.
    Off,
}

/// A few people for at most a second in this process, before a cache that all processes share.
///
/// The near layer holds nobody until [`LayeredUserCache::follow`] hears of every write; what is written
/// here is forgotten here at once. It holds people only: leases and absence are the far layer's, and so
/// is its failure, which is reported as it is.
pub struct LayeredUserCache {
    near: Near,
    far: Arc<dyn UserCache>,
    observe: Box<dyn Fn(NearLookup) + Send + Sync>,
}

impl LayeredUserCache {
    /// Holds some `capacity` people before `far`. `observe` is told of each look-up and must be quick.
    pub fn new(
        capacity: usize,
        far: Arc<dyn UserCache>,
        observe: impl Fn(NearLookup) + Send + Sync + 'static,
    ) -> Self {
        Self {
            near: Near::new(capacity),
            far,
            observe: Box::new(observe),
        }
    }

    /// Forgets whoever the news are about, for as long as there are news; this is a job's work. The near
    /// layer is off before, after, and whenever news may be missed.
    pub async fn follow(&self, mut news: BoxStream<'static, News>) {
        // Also when the job is ended or panics.
        let _off = OffWhenDone(&self.near);
        while let Some(news) = news.next().await {
            match news {
                News::Connected => self.near.switch_on(),
                News::Lost => self.near.switch_off(),
                News::Changed(id) => self.near.forget(id),
            }
        }
    }
}

#[async_trait]
impl UserCache for LayeredUserCache {
    async fn get(&self, id: UserId) -> Result<Cached, Fault> {
        let ticket = match self.near.look(id) {
            Look::Found(user) => {
                (self.observe)(NearLookup::Hit);
                return Ok(Cached::Hit(user));
            }
            Look::Missing(ticket) => {
                (self.observe)(NearLookup::Miss);
                ticket
            }
            Look::Off => {
                (self.observe)(NearLookup::Off);
                return self.far.get(id).await;
            }
        };
        let asked = Instant::now();
        let found = self.far.get(id).await?;
        if let Cached::Hit(user) = &found {
            self.near.keep(ticket, Arc::clone(user), asked);
        }
        Ok(found)
    }

    async fn fill(
        &self,
        id: UserId,
        lease: FillLease,
        user: Option<Arc<User>>,
    ) -> Result<(), Fault> {
        // Whether the far layer took it is not known, so it is not remembered here.
        self.far.fill(id, lease, user).await
    }

    async fn kill(&self, id: UserId) -> Result<(), Fault> {
        let _forgotten = Forgetting::of(&self.near, id);
        self.far.kill(id).await
    }

    async fn refresh(&self, user: Arc<User>) -> Result<(), Fault> {
        let _forgotten = Forgetting::of(&self.near, user.id);
        self.far.refresh(user).await
    }
}

/// Forgets somebody before the far layer is told, which may take long or fail, and again after: a look
/// in between may have found what was there before. So also when nobody waits for the end.
struct Forgetting<'a> {
    near: &'a Near,
    id: UserId,
}

impl<'a> Forgetting<'a> {
    fn of(near: &'a Near, id: UserId) -> Self {
        near.forget(id);
        Self { near, id }
    }
}

impl Drop for Forgetting<'_> {
    fn drop(&mut self) {
        self.near.forget(self.id);
    }
}

struct OffWhenDone<'a>(&'a Near);

impl Drop for OffWhenDone<'_> {
    fn drop(&mut self) {
        self.0.switch_off();
    }
}

impl fmt::Debug for LayeredUserCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("LayeredUserCache")
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "layered_tests.rs"]
mod tests;
