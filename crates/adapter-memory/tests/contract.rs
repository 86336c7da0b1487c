//! Holds the cache in memory to the promises of its port.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

use adapter_memory::MemoryUserCache;

testkit::user_cache_contract!(async { MemoryUserCache::default() });
