//! Which processes live, as all of them tell Redis.

use crate::redis::Redis;
use async_trait::async_trait;
use core::fmt;
use core::num::NonZeroU32;
use ports::Fault;
use ports::replicas::{LIVES_FOR, Replicas};
use redis::Script;
use uuid::Uuid;

/// A sorted set of processes by when they were last heard, in milliseconds.
const NAME: &str = "muster:replicas:1";

/// Key: the set. Arguments: the process, how long one lives, in milliseconds. Gives how many live.
///
/// Whatever else stands under the key goes, and so does who was heard long before or after now: clocks may go back.
const BEAT: &str = r"
if redis.call('TYPE', KEYS[1]).ok ~= 'zset' then
    redis.call('DEL', KEYS[1])
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], now + ARGV[2], '+inf')
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('ZCARD', KEYS[1])
";

/// Key: the set. Argument: the process.
const LEAVE: &str = r"
redis.pcall('ZREM', KEYS[1], ARGV[1])
";

/// One process among those that share this Redis.
pub struct RedisReplicas {
    redis: Redis,
    process: Uuid,
    beat: Script,
    leave: Script,
}

impl RedisReplicas {
    /// The process of this id, which no other has.
    #[must_use]
    pub fn new(redis: Redis, process: Uuid) -> Self {
        Self {
            redis,
            process,
            beat: Script::new(BEAT),
            leave: Script::new(LEAVE),
        }
    }
}

#[async_trait]
impl Replicas for RedisReplicas {
    async fn beat(&self) -> Result<NonZeroU32, Fault> {
        let lives_for = u64::try_from(LIVES_FOR.as_millis()).unwrap_or(u64::MAX);
        let mut beat = self.beat.key(NAME);
        let beat = beat.arg(self.process.to_string()).arg(lives_for);
        let alive: u32 = self.redis.run(beat).await?;
        Ok(NonZeroU32::new(alive).unwrap_or(NonZeroU32::MIN))
    }

    async fn leave(&self) -> Result<(), Fault> {
        let mut leave = self.leave.key(NAME);
        let leave = leave.arg(self.process.to_string());
        self.redis.run(leave).await
    }
}

impl fmt::Debug for RedisReplicas {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RedisReplicas")
            .field("process", &self.process)
            .finish_non_exhaustive()
    }
}
