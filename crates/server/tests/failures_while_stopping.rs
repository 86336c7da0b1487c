//! When parts fail while a server stops: each of the three servers, each way a network fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;
mod trouble;

use std::time::{Duration, Instant};
use support::Part;
use support::pictures::numbered_jpeg;
use trouble::{Ask, Scene, TROUBLES, fresh_number};

/// A process that is told to stop stops, whatever its parts do, and says whether it left anything.
async fn while_stopping(part: Part) {
    for trouble in TROUBLES {
        let told = format!("{part:?} {trouble:?} while stopping");
        let mut scene = Scene::set_up().await;
        scene.place.parts_mut().trouble(part, trouble);
        let asked = Ask::ALL.map(|ask| {
            let (admin, picture) = (scene.admin.clone(), scene.picture.clone());
            tokio::spawn(async move {
                let request = match ask {
                    Ask::Upload => admin
                        .request("POST", "/v1/users/me/images")
                        .header("Content-Type", "image/jpeg")
                        .body(numbered_jpeg(fresh_number())),
                    Ask::Picture => admin.request("GET", &picture),
                    Ask::Me | Ask::Register | Ask::DeletePhoto => admin.request("GET", "/v1/me"),
                };
                admin.try_send(request).await
            })
        });
        tokio::time::sleep(Duration::from_millis(50)).await;
        let began = Instant::now();
        scene.muster.terminate();
        let mut muster = scene.muster;
        let code = tokio::task::block_in_place(|| muster.ended()).code();
        assert!(
            began.elapsed() < Duration::from_secs(28),
            "{told}: {:?}",
            began.elapsed()
        );
        assert_eq!(code, Some(0), "{told}: {}", muster.log());
        for answer in asked {
            let answer = answer.await.unwrap();
            let honest = answer
                .as_ref()
                .is_ok_and(|answer| answer.status < 500 || answer.status == 503);
            assert!(honest, "{told}: {answer:?}");
        }
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
