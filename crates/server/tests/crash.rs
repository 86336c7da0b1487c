//! `kill -9` at each step boundary of the image protocol leaves no orphan, no dangling row and no
//! broken read after the reaper's turn. A tripwire stops the real server exactly there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use jiff::{SignedDuration, Timestamp};
use platform::config::{Settings, Sources};
use ports::Clock;
use serde_json::json;
use server::machine::Machine;
use server::premises::Premises;
use server::wiring;
use server::wiring::Parts;
use std::sync::Arc;
use support::pictures::numbered_jpeg;
use support::{Client, Muster, Place, Start};

/// The machine's clock, an hour ahead: every deadline, quarantine and lease has passed.
struct HourAhead(Arc<dyn Clock>);

impl Clock for HourAhead {
    fn now(&self) -> Timestamp {
        self.0
            .now()
            .checked_add(SignedDuration::from_hours(1))
            .unwrap()
    }
}

/// What the workers of the next process do, once the time for it has come.
async fn let_the_workers_take_their_turn(place: &Place) {
    let settings = Settings::load(&Sources {
        folder: place.path().to_owned(),
        environment: place.environment(),
        ..Sources::default()
    })
    .unwrap()
    .settings;
    let premises = Premises::take(&settings).unwrap();
    let real = Machine::real();
    let machine = Machine {
        clock: Arc::new(HourAhead(real.clock)),
        ids: real.ids,
    };
    let parts = Parts::open(&settings, &premises, machine, None)
        .await
        .unwrap();
    wiring::reap(&parts).run().await.unwrap();
    while wiring::deliver(&parts).run().await.unwrap().more {}
}

/// Rows and objects agree, and every photo that anybody sees can be read in every variant.
async fn assert_whole(muster: &Muster, admin: &Client, user: &str) -> usize {
    let scan = admin
        .post("/v1/admin/consistency/scan", &json!({}))
        .await
        .json();
    for count in ["orphan_count", "missing_count", "foreign_count"] {
        assert_eq!(scan[count], 0, "{scan}");
    }
    let counts = admin.get("/v1/admin/consistency").await.json();
    for state in ["pending", "aborted", "deleting"] {
        assert_eq!(counts["images"][state], 0, "{counts}");
    }
    let history = admin.get(&format!("/v1/users/{user}/images")).await.json();
    let images = history["items"].as_array().unwrap();
    for image in images {
        for variant in ["64", "256", "1024", "full"] {
            let read = admin
                .get(&format!(
                    "/v1/users/{user}/images/{}/{variant}",
                    image["id"].as_str().unwrap()
                ))
                .await;
            assert_eq!(read.status, 200, "{read:?}");
            assert!(image::load_from_memory(&read.body).is_ok());
        }
    }
    assert_eq!(
        muster.objects().len(),
        images.len() * 4,
        "{:?}",
        muster.objects()
    );
    images.len()
}

const HOUR: &str = "3600";

/// Another server on the same folder, whose clock is an hour ahead, and its admin.
async fn an_hour_later(muster: &Muster) -> (Muster, Client) {
    let later = Muster::start_with(Start {
        place: Some(muster.place()),
        environment: vec![("CLOCK_AHEAD_S", HOUR.to_owned())],
    });
    let login = json!({"email": "admin@example.org", "password": support::PASSWORD});
    let token = later
        .anonymous()
        .post("/v1/auth/login", &login)
        .await
        .json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let admin = later.bearing(&token);
    (later, admin)
}

fn armed(muster: &Muster, tripwire: &str) -> Start {
    Start {
        place: Some(muster.place()),
        environment: vec![("TRIPWIRE", tripwire.to_owned())],
    }
}

/// Kills the server at a place that an upload reaches, and answers how many photos are there afterwards.
async fn killed_while_uploading(tripwire: &str) -> usize {
    let (mut muster, admin) = Muster::set_up().await;
    let user = admin.get("/v1/me").await.id();
    muster.kill_9();
    let mut muster = Muster::start_with(armed(&muster, tripwire));
    let admin = muster.bearing(admin.token());
    let (uploader, owner) = (admin.clone(), user.clone());
    let path = format!("/v1/users/{owner}/images");
    let upload = move |client: &Client| {
        client
            .request("POST", &path)
            .header("Content-Type", "image/jpeg")
            .header("Idempotency-Key", "photo")
            .body(numbered_jpeg(7))
    };
    let request = upload(&uploader);
    let answer = tokio::spawn(async move { uploader.try_send(request).await });
    let waiting = &muster;
    tokio::task::block_in_place(|| {
        waiting.wait_for_line(&format!("tripwire {}", tripwire.split('#').next().unwrap()))
    });
    muster.kill_9();
    assert!(
        answer.await.unwrap().is_err(),
        "nobody was told that it went well"
    );
    let_the_workers_take_their_turn(&muster.place()).await;
    let (muster, admin) = an_hour_later(&muster).await;
    let found = assert_whole(&muster, &admin, &user).await;
    let again = admin.send(upload(&admin)).await;
    assert!(
        [200, 201].contains(&again.status),
        "the same request again: {again:?}"
    );
    assert_eq!(assert_whole(&muster, &admin, &user).await, 1);
    found
}

/// Kills the server at a place that a deletion reaches; afterwards the photo is gone.
async fn killed_while_deleting(tripwire: &str) {
    let (mut muster, admin) = Muster::set_up().await;
    let user = admin.get("/v1/me").await.id();
    let image = admin
        .upload(&user, "image/jpeg", numbered_jpeg(7))
        .await
        .id();
    let kept = admin
        .upload(&user, "image/jpeg", numbered_jpeg(8))
        .await
        .id();
    support::eventually("the outbox is empty", || async {
        admin.get("/v1/admin/consistency").await.json()["outbox_waiting"] == 0
    })
    .await;
    muster.kill_9();
    let mut muster = Muster::start_with(armed(&muster, tripwire));
    let admin = muster.bearing(admin.token());
    let (deleter, path) = (admin.clone(), format!("/v1/users/{user}/images/{image}"));
    let answer =
        tokio::spawn(async move { deleter.try_send(deleter.request("DELETE", &path)).await });
    let waiting = &muster;
    tokio::task::block_in_place(|| {
        waiting.wait_for_line(&format!("tripwire {}", tripwire.split('#').next().unwrap()))
    });
    muster.kill_9();
    let told = answer
        .await
        .unwrap()
        .is_ok_and(|answer| answer.status == 204);
    let_the_workers_take_their_turn(&muster.place()).await;
    let (muster, admin) = an_hour_later(&muster).await;
    let found = assert_whole(&muster, &admin, &user).await;
    let gone = admin
        .get(&format!("/v1/users/{user}/images/{image}"))
        .await
        .status
        == 404;
    assert!(
        gone || (!told && tripwire == "delete:before"),
        "a deletion that was acknowledged, or committed, holds"
    );
    assert_eq!(found, if gone { 1 } else { 2 });
    assert_eq!(
        admin
            .get(&format!("/v1/users/{user}/images/{kept}"))
            .await
            .status,
        200
    );
}

macro_rules! uploads {
    ($($name:ident: $tripwire:literal => $found:literal,)+) => {
        $(#[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            assert_eq!(killed_while_uploading($tripwire).await, $found);
        })+
    };
}

macro_rules! deletions {
    ($($name:ident: $tripwire:literal,)+) => {
        $(#[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            killed_while_deleting($tripwire).await;
        })+
    };
}

uploads! {
    killed_before_the_reservation: "reserve:before" => 0,
    killed_after_the_reservation: "reserve:after" => 0,
    killed_before_the_first_put: "put:before" => 0,
    killed_after_the_first_put: "put:after" => 0,
    killed_after_the_second_put: "put:after#2" => 0,
    killed_after_the_third_put: "put:after#3" => 0,
    killed_after_the_last_put: "put:after#4" => 0,
    killed_before_publishing: "publish:before" => 0,
    killed_after_publishing: "publish:after" => 1,
}

deletions! {
    killed_before_the_deletion: "delete:before",
    killed_after_the_deletion: "delete:after",
    killed_after_the_worker_took_the_event: "claim:after",
    killed_before_the_worker_looks_at_the_photo: "doomed:before",
    killed_before_the_first_object_goes: "object_delete:before",
    killed_after_the_first_object_went: "object_delete:after",
    killed_after_the_last_object_went: "object_delete:after#4",
    killed_before_the_burial: "bury:before",
    killed_after_the_burial: "bury:after",
    killed_after_the_event_was_settled: "settle:after",
}

/// The reaper itself is killed at its own boundaries, on top of an upload that was killed before.
async fn killed_while_reaping(tripwire: &str) {
    let (mut muster, admin) = Muster::set_up().await;
    let user = admin.get("/v1/me").await.id();
    muster.kill_9();
    let mut muster = Muster::start_with(armed(&muster, "put:after#4"));
    let uploader = muster.bearing(admin.token());
    let path = format!("/v1/users/{user}/images");
    let answer = tokio::spawn(async move {
        uploader
            .try_send(
                uploader
                    .request("POST", &path)
                    .header("Content-Type", "image/jpeg")
                    .body(numbered_jpeg(7)),
            )
            .await
    });
    let waiting = &muster;
    tokio::task::block_in_place(|| waiting.wait_for_line("tripwire put:after"));
    muster.kill_9();
    assert!(answer.await.unwrap().is_err());
    let environment = vec![
        ("TRIPWIRE", tripwire.to_owned()),
        ("CLOCK_AHEAD_S", HOUR.to_owned()),
    ];
    let mut muster = Muster::start_with(Start {
        place: Some(muster.place()),
        environment,
    });
    let waiting = &muster;
    tokio::task::block_in_place(|| {
        waiting.wait_for_line(&format!("tripwire {}", tripwire.split('#').next().unwrap()))
    });
    muster.kill_9();
    let (muster, admin) = an_hour_later(&muster).await;
    support::eventually("the reaper of the next process clears it away", || async {
        muster.objects().is_empty()
    })
    .await;
    support::eventually("nothing is aborted any more", || async {
        admin.get("/v1/admin/consistency").await.json()["images"]["aborted"] == 0
    })
    .await;
    assert_eq!(assert_whole(&muster, &admin, &user).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reaper_killed_before_an_object_goes() {
    killed_while_reaping("object_delete:before").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reaper_killed_between_two_objects() {
    killed_while_reaping("object_delete:after#2").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reaper_killed_before_the_burial() {
    killed_while_reaping("bury:before").await;
}
