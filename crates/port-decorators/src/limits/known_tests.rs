//! What is remembered of the others, and for how long.

use super::KnownReplicas;
use async_trait::async_trait;
use core::num::NonZeroU32;
use core::time::Duration;
use futures::FutureExt as _;
use ports::Fault;
use ports::replicas::{BEAT, LIVES_FOR, MockReplicas, Replicas};
use std::sync::{Arc, Mutex};
use tokio::time::{Instant, timeout};

/// Answers what it was told to, nothing when there is nothing, and notes when it was asked.
#[derive(Default)]
struct Told {
    count: Mutex<Option<u32>>,
    asked: Mutex<Vec<Instant>>,
}

impl Told {
    fn count(&self, count: Option<u32>) {
        *self.count.lock().expect("nobody panics") = count;
    }
}

#[async_trait]
impl Replicas for Told {
    async fn beat(&self) -> Result<NonZeroU32, Fault> {
        self.asked
            .lock()
            .expect("nobody panics")
            .push(Instant::now());
        let count = *self.count.lock().expect("nobody panics");
        let count = count.and_then(NonZeroU32::new);
        count.ok_or_else(|| Fault::unavailable("redis", "connection refused"))
    }

    async fn leave(&self) -> Result<(), Fault> {
        Ok(())
    }
}

/// The count after each of these answers.
async fn counts(answers: &[Option<u32>]) -> Vec<u32> {
    let told = Arc::new(Told::default());
    let known = KnownReplicas::new(told.clone());
    let mut counts = Vec::new();
    for answer in answers {
        told.count(*answer);
        assert_eq!(known.beat().await.is_ok(), answer.is_some());
        counts.push(known.count().get());
    }
    counts
}

#[tokio::test]
async fn a_process_that_never_heard_of_others_is_alone() {
    assert_eq!(
        KnownReplicas::new(Arc::new(Told::default())).count().get(),
        1
    );
    assert_eq!(counts(&[None, None]).await, [1, 1]);
}

#[tokio::test]
async fn the_count_is_remembered_when_nobody_can_be_asked() {
    let answers = [Some(3), None, None, None, None, None, None, Some(3)];
    assert_eq!(counts(&answers).await, [3; 8]);
}

#[tokio::test]
async fn more_are_known_at_once_and_fewer_after_ten_seconds() {
    let answers = [2, 5, 1, 1, 3, 3, 3, 3, 3].map(Some);
    assert_eq!(counts(&answers).await, [2, 5, 5, 5, 5, 5, 3, 3, 3]);
    assert_eq!(BEAT * 5, LIVES_FOR);
}

#[tokio::test(start_paused = true)]
async fn it_is_said_at_once_and_every_two_seconds_also_after_failures() {
    let told = Arc::new(Told::default());
    let known = KnownReplicas::new(told.clone());
    let began = Instant::now();
    told.count(Some(4));
    let followed = timeout(Duration::from_millis(6_500), known.follow()).await;
    followed.expect_err("never ends");
    told.count(None);
    let followed = timeout(Duration::from_millis(4_100), known.follow()).await;
    followed.expect_err("never ends");
    let asked = told.asked.lock().expect("nobody panics").clone();
    let asked: Vec<u128> = asked.iter().map(|at| (*at - began).as_millis()).collect();
    assert_eq!(asked, [0, 2_000, 4_000, 6_000, 6_500, 8_500, 10_500]);
    assert_eq!(known.count().get(), 4);
}

#[tokio::test]
async fn whoever_leaves_says_so_and_does_not_mind_if_nobody_hears() {
    let mut inner = MockReplicas::new();
    let leave = inner.expect_leave().once();
    leave.returning(|| Err(Fault::unavailable("redis", "connection refused")));
    let left = KnownReplicas::new(Arc::new(inner)).leave().now_or_never();
    assert_eq!(left, Some(()));
}
