//! Two layers over a real Redis: the promises of a cache, and what two processes see of each other.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

use adapter_redis::{Limits, Redis, RedisUserCache, RedisUserNews};
use domain::accounts::User;
use domain::ids::UserId;
use port_decorators::{LayeredUserCache, NearLookup};
use ports::accounts::{Cached, UserCache, UserNews as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;
use testkit::contracts::user_cache::{Kept, person};
use testkit::proxy::{Proxy, Trouble};
use testkit::servers;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

/// What one process has: two layers, the job that hears the news, and a count of near hits.
struct Process {
    cache: Arc<LayeredUserCache>,
    job: JoinHandle<()>,
    near: Arc<AtomicU64>,
}

impl Process {
    /// Starts one, and waits until its near layer is on.
    async fn start(url: &str) -> Self {
        let limits = Limits {
            connect: Duration::from_secs(10),
            command: Duration::from_secs(10),
        };
        let redis = Redis::open_within(url, limits).expect("is an address");
        let near = Arc::new(AtomicU64::new(0));
        let hits = Arc::clone(&near);
        let observe = move |lookup| {
            if lookup == NearLookup::Hit {
                hits.fetch_add(1, Ordering::SeqCst);
            }
        };
        let far = Arc::new(RedisUserCache::new(redis.clone()));
        let cache = Arc::new(LayeredUserCache::new(10_000, far, observe));
        let follower = Arc::clone(&cache);
        let job = tokio::spawn(async move {
            let news = RedisUserNews::new(redis).listen();
            follower.follow(news).await;
        });
        let process = Self { cache, job, near };
        process.is_near(&somebody(u128::MAX, 1)).await;
        process
    }

    async fn get(&self, id: UserId) -> Cached {
        self.cache.get(id).await.expect("can be reached")
    }

    /// Waits until a person is remembered near; fills the far entry on the way.
    async fn is_near(&self, user: &Arc<User>) {
        let before = self.near.load(Ordering::SeqCst);
        within_5_s(async || {
            if let Cached::Miss(Some(lease)) = self.get(user.id).await {
                let filled = self.cache.fill(user.id, lease, Some(Arc::clone(user)));
                filled.await.expect("can be reached");
            }
            self.near.load(Ordering::SeqCst) > before
        })
        .await;
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.job.abort();
    }
}

async fn within_5_s(mut so: impl AsyncFnMut() -> bool) {
    let waiting = timeout(Duration::from_secs(5), async {
        while !so().await {
            sleep(Duration::from_millis(1)).await;
        }
    });
    waiting.await.expect("happens within 5 s");
}

fn somebody(number: u128, version: u32) -> Arc<User> {
    Arc::new(person(UserId::new(Uuid::from_u128(number)), version))
}

mod contract {
    use super::*;

    testkit::user_cache_contract!(async {
        let server = servers::redis().await;
        let process = Process::start(server.url()).await;
        let cache: Arc<dyn UserCache> = process.cache.clone();
        Kept::new(cache, (process, server))
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_process_writes_is_gone_from_the_other_in_no_time() {
    let server = servers::redis().await;
    let (one, other) = (
        Process::start(server.url()).await,
        Process::start(server.url()).await,
    );
    let mut slowest = Duration::ZERO;
    for version in 1..50 {
        let (old, new) = (somebody(1, version), somebody(1, version + 1));
        one.is_near(&old).await;
        other.is_near(&old).await;
        let written = Instant::now();
        one.cache
            .refresh(Arc::clone(&new))
            .await
            .expect("can be reached");
        assert_eq!(one.get(new.id).await, Cached::Hit(Arc::clone(&new)));
        within_5_s(async || other.get(new.id).await == Cached::Hit(Arc::clone(&new))).await;
        slowest = slowest.max(written.elapsed());
    }
    println!("the other process was behind for {slowest:?} at most");
    assert!(slowest < Duration::from_millis(900), "{slowest:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_news_a_process_remembers_nobody_near_and_is_never_behind() {
    let server = servers::redis().await;
    let mut proxy = Proxy::before(server.url()).await;
    let (one, other) = (
        Process::start(server.url()).await,
        Process::start(proxy.url()).await,
    );
    other.is_near(&somebody(1, 1)).await;
    proxy.set(Trouble::Refuse).await;
    let lost = Instant::now();
    let id = somebody(1, 1).id;
    within_5_s(async || other.cache.get(id).await.is_err()).await;
    assert!(
        lost.elapsed() < Duration::from_millis(1_100),
        "{:?}",
        lost.elapsed()
    );
    one.cache
        .refresh(somebody(1, 2))
        .await
        .expect("can be reached");
    proxy.set(Trouble::None).await;
    within_5_s(async || other.cache.get(id).await.is_ok()).await;
    for _ in 0..20 {
        assert_eq!(other.get(id).await, Cached::Hit(somebody(1, 2)));
    }
    other.is_near(&somebody(1, 2)).await;
}

/// Readers and writers in two processes, as fast as they can: at rest nobody holds an old version.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn at_rest_no_process_holds_an_old_version() {
    let server = servers::redis().await;
    let processes = [
        Process::start(server.url()).await,
        Process::start(server.url()).await,
    ];
    let rows: Arc<[AtomicU32; 10]> = Arc::new(std::array::from_fn(|_| AtomicU32::new(1)));
    let mut workers = Vec::new();
    for process in &processes {
        for worker in 0..4_usize {
            let (cache, rows) = (Arc::clone(&process.cache), Arc::clone(&rows));
            workers.push(tokio::spawn(async move {
                for turn in 0..200_usize {
                    let number = (turn * 7 + worker) % rows.len();
                    match worker % 2 {
                        0 => write(&*cache, number, &rows[number]).await,
                        _ => read(&*cache, number, &rows[number]).await,
                    }
                }
            }));
        }
    }
    for worker in workers {
        worker.await.expect("does not panic");
    }
    let rested = Instant::now();
    within_5_s(async || {
        for process in &processes {
            for (number, row) in rows.iter().enumerate() {
                let known = process.get(somebody(number as u128, 1).id).await;
                if let Cached::Hit(user) = known
                    && user.version.number() != row.load(Ordering::SeqCst)
                {
                    return false;
                }
            }
        }
        true
    })
    .await;
    assert!(
        rested.elapsed() < Duration::from_secs(2),
        "{:?}",
        rested.elapsed()
    );
}

async fn write(cache: &dyn UserCache, number: usize, row: &AtomicU32) {
    let version = row.fetch_add(1, Ordering::SeqCst) + 1;
    let user = somebody(number as u128, version);
    let told = match version % 4 {
        0 => cache.kill(user.id).await,
        _ => cache.refresh(user).await,
    };
    told.expect("can be reached");
}

async fn read(cache: &dyn UserCache, number: usize, row: &AtomicU32) {
    let id = somebody(number as u128, 1).id;
    if let Ok(Cached::Miss(Some(lease))) = cache.get(id).await {
        let user = somebody(number as u128, row.load(Ordering::SeqCst));
        cache
            .fill(id, lease, Some(user))
            .await
            .expect("can be reached");
    }
}
