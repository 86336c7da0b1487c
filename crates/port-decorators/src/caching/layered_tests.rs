//! The near layer saves the way to the far one and is never behind it for longer than it may be.

use super::{LayeredUserCache, NearLookup};
use adapter_memory::MemoryUserCache;
use async_trait::async_trait;
use core::time::Duration;
use domain::accounts::User;
use domain::ids::UserId;
use futures::StreamExt as _;
use futures::channel::mpsc::{UnboundedSender, unbounded};
use ports::Fault;
use ports::accounts::{Cached, FillLease, MockUserCache, News, UserCache};
use std::sync::{Arc, Mutex};
use testkit::contracts::user_cache::{Kept, person};
use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, yield_now};
use tokio::time::advance;
use uuid::Uuid;

fn ada() -> UserId {
    UserId::new(Uuid::from_u128(0xada))
}

fn version(number: u32) -> Arc<User> {
    Arc::new(person(ada(), number))
}

/// A layered cache, its job, and the news the job hears.
struct Desk {
    cache: Arc<LayeredUserCache>,
    news: UnboundedSender<News>,
    job: AbortHandle,
    seen: Arc<Mutex<Vec<NearLookup>>>,
}

fn desk(far: Arc<dyn UserCache>) -> Desk {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    let note = move |lookup| noted.lock().expect("nobody panics").push(lookup);
    let cache = Arc::new(LayeredUserCache::new(100, far, note));
    let (news, heard) = unbounded();
    let follower = Arc::clone(&cache);
    let job = tokio::spawn(async move { follower.follow(heard.boxed()).await });
    Desk {
        cache,
        news,
        job: job.abort_handle(),
        seen,
    }
}

impl Desk {
    /// Tells something and lets the job hear it.
    async fn tell(&self, news: News) {
        self.news.unbounded_send(news).expect("somebody listens");
        for _ in 0..8 {
            yield_now().await;
        }
    }

    async fn get(&self) -> Cached {
        self.cache.get(ada()).await.expect("can be reached")
    }

    fn seen(&self) -> Vec<NearLookup> {
        std::mem::take(&mut self.seen.lock().expect("nobody panics"))
    }
}

/// The far layer as another process has left it.
async fn put(far: &MemoryUserCache, number: u32) {
    far.kill(ada()).await.expect("is in memory");
    if let Ok(Cached::Miss(Some(lease))) = far.get(ada()).await {
        let filled = far.fill(ada(), lease, Some(version(number))).await;
        filled.expect("is in memory");
    }
}

#[tokio::test(start_paused = true)]
async fn somebody_is_near_for_a_second_at_most() {
    let far = Arc::new(MemoryUserCache::default());
    let desk = desk(far.clone());
    desk.tell(News::Connected).await;
    put(&far, 1).await;
    desk.get().await;
    put(&far, 2).await;
    advance(Duration::from_millis(999)).await;
    assert_eq!(desk.get().await, Cached::Hit(version(1)));
    advance(Duration::from_millis(1)).await;
    assert_eq!(desk.get().await, Cached::Hit(version(2)));
    assert_eq!(
        desk.seen(),
        [NearLookup::Miss, NearLookup::Hit, NearLookup::Miss]
    );
}

#[tokio::test]
async fn news_about_somebody_end_what_is_near() {
    let far = Arc::new(MemoryUserCache::default());
    let desk = desk(far.clone());
    desk.tell(News::Connected).await;
    put(&far, 1).await;
    desk.get().await;
    put(&far, 2).await;
    desk.tell(News::Changed(UserId::new(Uuid::from_u128(0xb0b))))
        .await;
    assert_eq!(desk.get().await, Cached::Hit(version(1)));
    desk.tell(News::Changed(ada())).await;
    assert_eq!(desk.get().await, Cached::Hit(version(2)));
}

#[tokio::test]
async fn nobody_is_near_while_news_may_be_missed() {
    let far = Arc::new(MemoryUserCache::default());
    let desk = desk(far.clone());
    put(&far, 1).await;
    desk.get().await;
    desk.tell(News::Connected).await;
    desk.get().await;
    desk.get().await;
    desk.tell(News::Lost).await;
    put(&far, 2).await;
    assert_eq!(desk.get().await, Cached::Hit(version(2)));
    desk.tell(News::Connected).await;
    assert_eq!(desk.get().await, Cached::Hit(version(2)));
    use NearLookup::{Hit, Miss, Off};
    assert_eq!(desk.seen(), [Off, Miss, Hit, Off, Miss]);
}

#[tokio::test]
async fn nobody_is_near_when_nobody_follows_the_news() {
    let far = Arc::new(MemoryUserCache::default());
    let desk = desk(far.clone());
    desk.tell(News::Connected).await;
    put(&far, 1).await;
    desk.get().await;
    desk.get().await;
    desk.job.abort();
    yield_now().await;
    put(&far, 2).await;
    assert_eq!(desk.get().await, Cached::Hit(version(2)));
    use NearLookup::{Hit, Miss, Off};
    assert_eq!(desk.seen(), [Miss, Hit, Off]);
}

#[tokio::test]
async fn ones_own_writes_end_what_is_near_at_once() {
    let desk = desk(Arc::new(MemoryUserCache::default()));
    desk.tell(News::Connected).await;
    let Cached::Miss(Some(lease)) = desk.get().await else {
        panic!("is empty");
    };
    let filled = desk.cache.fill(ada(), lease, Some(version(1))).await;
    filled.expect("can be reached");
    assert_eq!(desk.get().await, Cached::Hit(version(1)));
    desk.cache
        .refresh(version(2))
        .await
        .expect("can be reached");
    assert_eq!(desk.get().await, Cached::Hit(version(2)));
    desk.cache.kill(ada()).await.expect("can be reached");
    assert!(matches!(desk.get().await, Cached::Miss(Some(_))));
}

/// A far layer whose answers wait at a gate after they were made, and whose writes wait before another.
struct Slow {
    inner: MemoryUserCache,
    answers: Semaphore,
    writes: Semaphore,
}

impl Slow {
    /// Somebody is there already.
    async fn with(answers: usize, writes: usize) -> Arc<Self> {
        let inner = MemoryUserCache::default();
        put(&inner, 1).await;
        Arc::new(Self {
            inner,
            answers: Semaphore::new(answers),
            writes: Semaphore::new(writes),
        })
    }
}

#[async_trait]
impl UserCache for Slow {
    async fn get(&self, id: UserId) -> Result<Cached, Fault> {
        let found = self.inner.get(id).await;
        let _passed = self.answers.acquire().await.expect("stays open");
        found
    }

    async fn fill(
        &self,
        id: UserId,
        lease: FillLease,
        user: Option<Arc<User>>,
    ) -> Result<(), Fault> {
        self.inner.fill(id, lease, user).await
    }

    async fn kill(&self, id: UserId) -> Result<(), Fault> {
        let _passed = self.writes.acquire().await.expect("stays open");
        self.inner.kill(id).await
    }

    async fn refresh(&self, user: Arc<User>) -> Result<(), Fault> {
        let _passed = self.writes.acquire().await.expect("stays open");
        self.inner.refresh(user).await
    }
}

/// What happens while the answer of the far layer is on its way.
enum Meanwhile {
    News(News),
    Write,
}

#[tokio::test]
async fn what_was_on_its_way_during_a_write_is_not_kept_near() {
    for meanwhile in [
        Meanwhile::News(News::Changed(ada())),
        Meanwhile::News(News::Lost),
        Meanwhile::Write,
    ] {
        let far = Slow::with(0, 100).await;
        let desk = desk(far.clone());
        desk.tell(News::Connected).await;
        let cache = Arc::clone(&desk.cache);
        let late = tokio::spawn(async move { cache.get(ada()).await });
        yield_now().await;
        match meanwhile {
            Meanwhile::News(news) => desk.tell(news).await,
            Meanwhile::Write => desk.cache.kill(ada()).await.expect("can be reached"),
        }
        put(&far.inner, 2).await;
        far.answers.add_permits(100);
        let late = late.await.expect("does not panic").expect("can be reached");
        assert_eq!(late, Cached::Hit(version(1)));
        assert_eq!(desk.get().await, Cached::Hit(version(2)));
    }
}

/// A write that waits for the far layer, and a look meanwhile that finds what is there still.
async fn a_look_during_a_write(write: impl AsyncFnOnce(&Desk)) {
    let far = Slow::with(100, 0).await;
    let desk = desk(far.clone());
    desk.tell(News::Connected).await;
    desk.get().await;
    desk.seen();
    let mut write = std::pin::pin!(write(&desk));
    assert!(futures::poll!(&mut write).is_pending());
    assert_eq!(desk.get().await, Cached::Hit(version(1)));
    assert_eq!(
        desk.seen(),
        [NearLookup::Miss],
        "what is being written was near"
    );
    far.writes.add_permits(100);
    write.await;
    put(&far.inner, 3).await;
    assert_eq!(desk.get().await, Cached::Hit(version(3)));
}

#[tokio::test]
async fn what_was_found_during_ones_own_write_is_forgotten_with_it() {
    a_look_during_a_write(async |desk| {
        desk.cache.kill(ada()).await.expect("can be reached");
    })
    .await;
    a_look_during_a_write(async |desk| {
        let refreshed = desk.cache.refresh(version(2)).await;
        refreshed.expect("can be reached");
    })
    .await;
}

#[tokio::test]
async fn a_write_that_nobody_waits_for_is_forgotten_all_the_same() {
    let far = Slow::with(100, 0).await;
    let desk = desk(far.clone());
    desk.tell(News::Connected).await;
    {
        let mut write = std::pin::pin!(desk.cache.kill(ada()));
        assert!(futures::poll!(&mut write).is_pending());
        desk.get().await;
    }
    desk.seen();
    desk.get().await;
    assert_eq!(desk.seen(), [NearLookup::Miss]);
}

#[tokio::test]
async fn a_far_layer_that_fails_is_reported_and_writes_are_forgotten_all_the_same() {
    let down = || Fault::unavailable("cache", "connection refused");
    let mut far = MockUserCache::new();
    far.expect_get()
        .times(1)
        .returning(|_| Ok(Cached::Hit(version(1))));
    far.expect_get().returning(move |_| Err(down()));
    far.expect_kill().returning(move |_| Err(down()));
    let desk = desk(Arc::new(far));
    desk.tell(News::Connected).await;
    desk.get().await;
    assert_eq!(desk.get().await, Cached::Hit(version(1)));
    assert!(desk.cache.kill(ada()).await.is_err());
    let failed = desk.cache.get(ada()).await;
    assert!(
        matches!(failed, Err(Fault::Unavailable { .. })),
        "{failed:?}"
    );
}

/// A near layer that is on, over memory.
async fn over_memory() -> Kept {
    let desk = desk(Arc::new(MemoryUserCache::default()));
    desk.tell(News::Connected).await;
    let Desk {
        cache, news, job, ..
    } = desk;
    // The job holds the cache too, and hears no more than this.
    Kept::new(cache, (news, job))
}

mod contract_over_memory {
    use super::over_memory;

    testkit::user_cache_contract!(over_memory());
}
