//! Holds what is kept in memory to the promises of its ports.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

use adapter_memory::{Alone, MemoryRateLimiter, MemoryUserCache};

mod user_cache {
    use super::MemoryUserCache;

    testkit::user_cache_contract!(async { MemoryUserCache::default() });
}

mod rate_limiter {
    use super::MemoryRateLimiter;

    testkit::rate_limiter_contract!(async { MemoryRateLimiter::default() });
}

mod replicas {
    use super::Alone;

    testkit::replicas_contract!(async { Alone });
}
