//! Single flight: callers who ask for the same thing at the same time share one answer.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt;
use futures::future::{BoxFuture, Shared, WeakShared};

use crate::panics::{Panicked, caught};

type Work<V> = BoxFuture<'static, Result<V, Arc<Panicked>>>;

/// Shares work between concurrent callers of one key. Nothing is remembered once the work is done.
///
/// An error is an answer like any other, so `V` is often a `Result` with a cheap error.
pub struct Flight<K, V> {
    flying: Mutex<HashMap<K, WeakShared<Work<V>>>>,
}

impl<K, V> Default for Flight<K, V> {
    fn default() -> Self {
        Self {
            flying: Mutex::default(),
        }
    }
}

impl<K: Hash + Eq + Clone, V: Clone + Send + Sync + 'static> Flight<K, V> {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Joins the work that is under way for this key, or starts it. When the caller that started it goes away the others
    /// carry it on; when all go away it is dropped.
    ///
    /// # Panics
    /// In every caller, when the work panics.
    pub async fn run<F, W>(&self, key: K, work: W) -> V
    where
        F: Future<Output = V> + Send + 'static,
        W: FnOnce() -> F,
    {
        let shared = self.join(&key, work);
        let landing = Landing {
            flight: self,
            key,
            shared,
        };
        match landing.shared.clone().await {
            Ok(value) => value,
            Err(panicked) => panicked.resume(),
        }
    }

    fn join<F, W>(&self, key: &K, work: W) -> Shared<Work<V>>
    where
        F: Future<Output = V> + Send + 'static,
        W: FnOnce() -> F,
    {
        let mut flying = self.lock();
        // An answer that is already there belongs to the callers who waited for it, not to a new one.
        let current = flying
            .get(key)
            .and_then(WeakShared::upgrade)
            .filter(|shared| shared.peek().is_none());
        current.unwrap_or_else(|| {
            let shared = caught(work())
                .map(|outcome| outcome.map_err(Arc::new))
                .boxed()
                .shared();
            if let Some(weak) = shared.downgrade() {
                flying.insert(key.clone(), weak);
            }
            shared
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, WeakShared<Work<V>>>> {
        self.flying.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes the key off the board when a caller leaves and the work is done or nobody else waits for it.
struct Landing<'a, K: Hash + Eq + Clone, V: Clone + Send + Sync + 'static> {
    flight: &'a Flight<K, V>,
    key: K,
    shared: Shared<Work<V>>,
}

impl<K: Hash + Eq + Clone, V: Clone + Send + Sync + 'static> Drop for Landing<'_, K, V> {
    fn drop(&mut self) {
        let mut flying = self.flight.lock();
        let ours = flying
            .get(&self.key)
            .is_some_and(|weak| match weak.upgrade() {
                None => true,
                Some(current) if !current.ptr_eq(&self.shared) => false,
                // This look-up, ours, and nobody else's.
                Some(current) => {
                    current.peek().is_some()
                        || current.strong_count().is_none_or(|count| count <= 2)
                }
            });
        if ours {
            flying.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use tokio::time::sleep;

    use super::*;

    type Answer = Result<u32, Arc<str>>;

    fn slow(
        starts: &Arc<AtomicU32>,
        answer: Answer,
    ) -> impl FnOnce() -> BoxFuture<'static, Answer> + use<> {
        let starts = Arc::clone(starts);
        move || {
            starts.fetch_add(1, Ordering::SeqCst);
            async move {
                sleep(Duration::from_secs(1)).await;
                answer
            }
            .boxed()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn concurrent_callers_of_one_key_share_one_run() {
        let (flight, starts) = (Flight::new(), Arc::default());
        let (a, b, other) = tokio::join!(
            flight.run("key", slow(&starts, Ok(1))),
            flight.run("key", slow(&starts, Ok(2))),
            flight.run("other", slow(&starts, Ok(3))),
        );
        assert_eq!((a, b, other), (Ok(1), Ok(1), Ok(3)));
        assert_eq!(starts.load(Ordering::SeqCst), 2);
        assert!(flight.lock().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_that_comes_after_the_answer_starts_anew() {
        let (flight, starts) = (Flight::new(), Arc::default());
        assert_eq!(flight.run("key", slow(&starts, Ok(1))).await, Ok(1));
        assert_eq!(flight.run("key", slow(&starts, Ok(2))).await, Ok(2));
    }

    #[tokio::test(start_paused = true)]
    async fn errors_are_shared_too() {
        let (flight, starts) = (Flight::new(), Arc::default());
        let (a, b) = tokio::join!(
            flight.run("key", slow(&starts, Err("no".into()))),
            flight.run("key", slow(&starts, Ok(2))),
        );
        assert_eq!((a, b), (Err("no".into()), Err("no".into())));
    }

    #[tokio::test(start_paused = true)]
    async fn a_leader_that_goes_away_does_not_strand_the_others() {
        let (flight, starts) = (Arc::new(Flight::new()), Arc::default());
        let (led, work) = (Arc::clone(&flight), slow(&starts, Ok(1)));
        let leader = tokio::spawn(async move { led.run("key", work).await });
        sleep(Duration::from_millis(100)).await;
        let (followed, work) = (Arc::clone(&flight), slow(&starts, Ok(2)));
        let follower = tokio::spawn(async move { followed.run("key", work).await });
        sleep(Duration::from_millis(100)).await;
        leader.abort();
        assert_eq!(follower.await.expect("not cancelled"), Ok(1));
        assert_eq!(starts.load(Ordering::SeqCst), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_nobody_waits_for_is_dropped_and_forgotten() {
        let (flight, starts) = (Flight::new(), Arc::default());
        let gone = tokio::time::timeout(
            Duration::from_millis(10),
            flight.run("key", slow(&starts, Ok(1))),
        )
        .await;
        assert!(gone.is_err());
        assert!(flight.lock().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_reaches_every_caller_and_the_key_works_again() {
        let flight = Flight::<&str, u32>::new();
        let fall = || async {
            sleep(Duration::from_secs(1)).await;
            panic!("fell")
        };
        let (a, b) = tokio::join!(
            caught(flight.run("key", fall)),
            caught(flight.run("key", fall))
        );
        let (a, b) = (a.expect_err("it panicked"), b.expect_err("it panicked"));
        assert_eq!((a.message.as_str(), &a), ("fell", &b));
        assert_eq!(flight.run("key", || async { 5 }).await, 5);
    }
}
