//! When parts fail before a server starts: each of the three servers, each way a network fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;
mod trouble;

use std::time::Duration;
use support::{Muster, Part, Place};
use testkit::proxy::Trouble;
use trouble::{Ask, Scene, TROUBLES, assert_honest};

/// A server without Redis or objects starts and says so; one without its database waits for it.
async fn at_the_start(part: Part) {
    for trouble in TROUBLES {
        let told = format!("{part:?} {trouble:?} at the start");
        let mut place = Place::production();
        place.parts_mut().trouble(part, trouble);
        let muster = Muster::starting_on(&place, Vec::new());
        if part == Part::Database {
            // It is waiting, and not gone.
            tokio::time::sleep(Duration::from_millis(700)).await;
            place.parts_mut().trouble(part, Trouble::None);
        }
        let muster = muster.listening(Duration::from_secs(15));
        let admin = muster.first_admin().await;
        let mut scene = Scene {
            picture: "/v1/users/me/images/00000000-0000-7000-8000-000000000000/64".to_owned(),
            muster,
            place,
            admin,
        };
        for ask in Ask::ALL {
            let (answer, took) = scene.ask(ask).await;
            assert!(took < ask.longest(), "{told} {ask:?} took {took:?}");
            // The database is there again.
            assert!(
                part != Part::Database || answer.status < 500,
                "{told} {ask:?}: {answer:?}"
            );
            assert_honest(ask, part, &answer, &told);
        }
        scene.place.parts_mut().trouble(part, Trouble::None);
        scene.heals(&told).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_start_the_database_is_waited_for() {
    at_the_start(Part::Database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_start_redis_may_be_missing() {
    at_the_start(Part::Redis).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_start_the_object_store_may_be_missing() {
    at_the_start(Part::Objects).await;
}
