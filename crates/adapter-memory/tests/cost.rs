//! What asking costs, since every request pays it: `cargo test --release -p adapter-memory --test cost -- --ignored --nocapture`.
#![allow(clippy::expect_used)]

use adapter_memory::MemoryRateLimiter;
use domain::limits::{Bucket, Rate, Scope};
use ports::limits::RateLimiter as _;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// A prime, so that buckets come in an order that no cache of the processor likes.
const STRIDE: u128 = 7_919;
const ASKED: u128 = 2_000_000;

async fn nanoseconds(limiter: &MemoryRateLimiter, rate: Rate, buckets: u128) -> u128 {
    let began = Instant::now();
    for turn in 0..ASKED {
        let bucket = Bucket::of(Scope::new("user"), Uuid::from_u128(turn * STRIDE % buckets));
        let verdict = limiter.admit(&bucket, rate, 1).await;
        std::hint::black_box(verdict.expect("is in memory"));
    }
    began.elapsed().as_nanos() / ASKED
}

#[tokio::test]
#[ignore = "a measurement, which means something in a release build only"]
async fn what_one_question_costs() {
    let rate = Rate::parse(100, Duration::from_secs(1), 200).expect("is a rate");
    for buckets in [1, 1_000, 40_000, 1_000_000] {
        let limiter = MemoryRateLimiter::default();
        nanoseconds(&limiter, rate, buckets).await;
        let mut rounds = Vec::new();
        for _ in 0..5 {
            rounds.push(nanoseconds(&limiter, rate, buckets).await);
        }
        rounds.sort_unstable();
        println!("{buckets} buckets: {rounds:?} ns");
    }
}
