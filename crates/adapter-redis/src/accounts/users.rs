//! People in Redis, with the fill leases that keep old versions out of what all processes share.

pub(super) mod entry;
mod scripts;

use crate::draws::Draws;
use crate::redis::Redis;
use async_trait::async_trait;
use core::fmt;
use core::time::Duration;
use domain::accounts::User;
use domain::ids::UserId;
use ports::Fault;
use ports::accounts::{Cached, FillLease, UserCache};
use redis::ToRedisArgs;
use scripts::Scripts;
use std::sync::Arc;

/// People, give or take a tenth, so that entries of one moment do not all end in one moment.
const PRESENT: Duration = Duration::from_secs(60);
/// That there is no such person.
const ABSENT: Duration = Duration::from_secs(5);
/// A reader who died must not keep others from filling an entry.
const LEASE: Duration = Duration::from_secs(3);

/// Remembers people in Redis: an entry for each, which holds the person, their absence, or a lease.
///
/// Whatever is done to an entry is one script, so nobody comes between its looking and its writing; and
/// what a write does to it is told to all who listen, in that same script.
pub struct RedisUserCache {
    redis: Redis,
    scripts: Scripts,
    draws: Draws,
    channel: String,
}

impl RedisUserCache {
    /// Remembers people in this Redis.
    #[must_use]
    pub fn new(redis: Redis) -> Self {
        Self {
            channel: entry::channel(redis.db()),
            scripts: Scripts::new(),
            draws: Draws::new(),
            redis,
        }
    }

    fn about_present(&self) -> Millis {
        Millis(self.draws.about(PRESENT, 90, 110))
    }
}

#[async_trait]
impl UserCache for RedisUserCache {
    async fn get(&self, id: UserId) -> Result<Cached, Fault> {
        let lease = FillLease(self.draws.next());
        let (key, leased) = (entry::key(id), entry::leased(lease));
        let mut look = self.scripts.look.key(&key);
        let look = look.arg(&leased).arg(Millis(LEASE));
        let Some(known) = self.redis.run::<Option<Vec<u8>>>(look).await? else {
            return Ok(Cached::Miss(Some(lease)));
        };
        if let Some(cached) = entry::read(id, &known) {
            return Ok(cached);
        }
        // Not written by this version of us: as good as nothing, and in the way of something better.
        let mut replace = self.scripts.replace.key(&key);
        let replace = replace.arg(known).arg(&leased).arg(Millis(LEASE));
        let replaced: bool = self.redis.run(replace).await?;
        Ok(Cached::Miss(replaced.then_some(lease)))
    }

    async fn fill(
        &self,
        id: UserId,
        lease: FillLease,
        user: Option<Arc<User>>,
    ) -> Result<(), Fault> {
        let (value, lifetime) = match &user {
            Some(user) => (entry::person(user)?, self.about_present()),
            None => (entry::ABSENT.to_owned(), Millis(ABSENT)),
        };
        let mut fill = self.scripts.replace.key(entry::key(id));
        let fill = fill.arg(entry::leased(lease)).arg(value).arg(lifetime);
        self.redis.run::<bool>(fill).await.map(drop)
    }

    async fn kill(&self, id: UserId) -> Result<(), Fault> {
        let mut kill = self.scripts.kill.key(entry::key(id));
        let kill = kill.arg(&self.channel).arg(id.to_string());
        self.redis.run(kill).await
    }

    async fn refresh(&self, user: Arc<User>) -> Result<(), Fault> {
        let mut refresh = self.scripts.refresh.key(entry::key(user.id));
        let refresh = refresh
            .arg(&self.channel)
            .arg(user.id.to_string())
            .arg(user.version.number())
            .arg(entry::person(&user)?)
            .arg(self.about_present());
        self.redis.run(refresh).await
    }
}

/// A lifetime as Redis counts it.
struct Millis(Duration);

impl ToRedisArgs for Millis {
    fn write_redis_args<W: redis::RedisWrite + ?Sized>(&self, out: &mut W) {
        self.0.as_millis().to_string().write_redis_args(out);
    }
}

impl fmt::Debug for RedisUserCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RedisUserCache")
            .field("redis", &self.redis)
            .finish_non_exhaustive()
    }
}
