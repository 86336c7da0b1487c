//! When parts fail while a server stops: each of the three servers, each way a network fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;
mod trouble;

use std::time::{Duration, Instant};
use support::Part;
use trouble::{Ask, Scene, TROUBLES, assert_honest};

/// A process that is told to stop stops, whatever its parts do, and says whether it left anything.
async fn while_stopping(part: Part) {
    for trouble in TROUBLES {
        let told = format!("{part:?} {trouble:?} while stopping");
        let mut scene = Scene::set_up().await;
        scene.place.parts_mut().trouble(part, trouble);
        let began = Instant::now();
        let terminated = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            scene.muster.terminate();
        };
        let asked = futures::future::join_all(Ask::ALL.map(|ask| scene.ask(ask)));
        let (answers, ()) = tokio::join!(asked, terminated);
        for (ask, (answer, _)) in Ask::ALL.into_iter().zip(answers) {
            assert_honest(ask, part, &answer, &told);
        }
        let mut muster = scene.muster;
        let code = tokio::task::block_in_place(|| muster.ended()).code();
        assert!(
            began.elapsed() < Duration::from_secs(28),
            "{told}: {:?}",
            began.elapsed()
        );
        assert_eq!(code, Some(0), "{told}: {}", muster.log());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_stopping_the_database_fails_in_every_way() {
    while_stopping(Part::Database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_stopping_redis_fails_in_every_way() {
    while_stopping(Part::Redis).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_stopping_the_object_store_fails_in_every_way() {
    while_stopping(Part::Objects).await;
}
