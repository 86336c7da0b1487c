//! Two processes with one Redis between them: one limit while it is there, a share for each while it is lost, and one
//! limit again when it is back. Within a hundredth of what falls in, over measured times.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

use adapter_memory::MemoryRateLimiter;
use adapter_redis::{Limits, Redis, RedisRateLimiter, RedisReplicas};
use core::num::NonZeroU32;
use domain::limits::Rate;
use platform::resilience::{BreakerTerms, Policy, Terms};
use port_decorators::{BatchedRateLimiter, FallbackRateLimiter, Guarded, KnownReplicas};
use ports::limits::RateLimiter as _;
use std::sync::Arc;
use std::time::Duration;
use testkit::builders::an_id;
use testkit::contracts::rate_limiter::{Flood, a_bucket, rate};
use testkit::proxy::{Proxy, Trouble};
use testkit::servers;
use tokio::time::{sleep, timeout};

const SECOND: Duration = Duration::from_secs(1);

/// What one process has.
struct Process {
    limits: FallbackRateLimiter,
    replicas: Arc<KnownReplicas>,
}

impl Process {
    fn start(url: &str) -> Self {
        let within = Limits {
            connect: SECOND * 10,
            command: SECOND * 10,
        };
        let redis = Redis::open_within(url, within).expect("is an address");
        let terms = Terms {
            name: "redis",
            deadline: SECOND * 10,
            attempt_timeout: SECOND * 10,
            retries: 0,
            breaker: BreakerTerms {
                minimum_calls: 5,
                slow_call: SECOND * 10,
                open_for: SECOND / 5,
                ..BreakerTerms::default()
            },
            ..Terms::default()
        };
        let policy = Policy::new(terms, None);
        let far = Arc::new(RedisRateLimiter::new(redis.clone()));
        let far = Arc::new(Guarded::new(far, policy.clone()));
        let replicas = Arc::new(RedisReplicas::new(redis, an_id()));
        let replicas = Arc::new(Guarded::new(replicas, policy));
        let replicas = Arc::new(KnownReplicas::new(replicas));
        let far = Arc::new(BatchedRateLimiter::new(far, Arc::clone(&replicas)));
        let near = Arc::new(MemoryRateLimiter::default());
        Self {
            limits: FallbackRateLimiter::new(far, near, Arc::clone(&replicas)),
            replicas,
        }
    }

    /// Waits until it counts by this limit, that of all or its share: as often as a circuit tries before it closes,
    /// or more. Until then some are still counted on the other side, where a burst is waiting.
    async fn counts_by(&self, rate: Rate) {
        let counting = timeout(SECOND * 5, async {
            let mut in_a_row = 0;
            while in_a_row < 5 {
                let seen = self.limits.look(&a_bucket(), whole(), 1).await;
                if seen.expect("answers").limit == rate.burst() {
                    in_a_row += 1;
                } else {
                    in_a_row = 0;
                    sleep(SECOND / 100).await;
                }
            }
        });
        counting.await.expect("happens within 5 s");
    }
}

fn whole() -> Rate {
    rate(600, SECOND, 800)
}

fn share() -> Rate {
    whole().share(NonZeroU32::new(2).expect("is not zero"))
}

/// What each admits when both are asked for all they have.
async fn floods(processes: &[Process; 2]) -> [Flood; 2] {
    let (bucket, lasting) = (a_bucket(), SECOND * 3 / 2);
    let [one, other] = processes;
    let (one, other) = tokio::join!(
        Flood::of(&one.limits, &bucket, whole(), lasting),
        Flood::of(&other.limits, &bucket, whole(), lasting),
    );
    [one, other]
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_share_a_limit_and_each_keeps_its_share_while_redis_is_lost() {
    let server = servers::redis().await;
    let mut proxy = Proxy::before(server.url()).await;
    let processes = [Process::start(proxy.url()), Process::start(proxy.url())];
    for _ in 0..2 {
        for process in &processes {
            process.replicas.beat().await.expect("can be reached");
        }
    }
    for trouble in [Trouble::Refuse, Trouble::Reset] {
        let [one, other] = floods(&processes).await;
        assert!(one.admitted > 0 && other.admitted > 0, "{one:?} {other:?}");
        one.and(other).assert_exact(whole());

        proxy.set(trouble).await;
        for process in &processes {
            process.counts_by(share()).await;
            process.replicas.beat().await.expect_err("is lost");
        }
        for flood in floods(&processes).await {
            flood.assert_exact(share());
        }

        proxy.set(Trouble::None).await;
        for process in &processes {
            process.counts_by(whole()).await;
        }
    }
    let [one, other] = floods(&processes).await;
    one.and(other).assert_exact(whole());
}
