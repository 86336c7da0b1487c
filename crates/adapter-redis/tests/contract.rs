//! Holds what is shared in Redis to the promises of its ports.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

mod support;

use adapter_redis::{RedisRateLimiter, RedisReplicas, RedisUserCache, RedisUserNews};
use std::sync::Arc;
use support::redis;
use testkit::contracts::user_cache::Kept;
use testkit::contracts::user_news::Wire;
use testkit::servers;

mod user_cache {
    use super::*;

    testkit::user_cache_contract!(async {
        let server = servers::redis().await;
        let cache = Arc::new(RedisUserCache::new(redis(server.url())));
        Kept::new(cache, server)
    });
}

mod user_news {
    use super::*;

    testkit::user_news_contract!(async {
        let server = servers::redis().await;
        let (here, there) = (redis(server.url()), redis(server.url()));
        Wire::new(RedisUserCache::new(here), RedisUserNews::new(there), server)
    });
}

mod rate_limiter {
    use super::*;
    use testkit::contracts::rate_limiter::Kept;

    testkit::rate_limiter_contract!(async {
        let server = servers::redis().await;
        Kept::new(RedisRateLimiter::new(redis(server.url())), server)
    });
}

mod replicas {
    use super::*;
    use testkit::contracts::replicas::Kept;

    testkit::replicas_contract!(async {
        let server = servers::redis().await;
        let process = testkit::builders::an_id();
        Kept::new(RedisReplicas::new(redis(server.url()), process), server)
    });
}
