//! Two processes on one database, one Redis and one bucket behave as one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use futures::StreamExt as _;
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::pictures::numbered_jpeg;
use support::{Client, Muster, Part, Place, Start};
use testkit::proxy::Trouble;

struct Pair {
    one: Muster,
    other: Muster,
    /// The same admin, at each of them.
    admins: [Client; 2],
    place: Arc<Place>,
}

impl Pair {
    async fn start() -> Self {
        Self::start_on(Place::production()).await
    }

    async fn start_on(place: Place) -> Self {
        let place = Arc::new(place);
        let on = |place: &Arc<Place>| Start {
            place: Some(Arc::clone(place)),
            ..Start::default()
        };
        let one = Muster::start_with(on(&place));
        let admin = one.first_admin().await;
        let other = Muster::start_with(on(&place));
        let admins = [one.bearing(admin.token()), other.bearing(admin.token())];
        Self {
            one,
            other,
            admins,
            place,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_stores_the_other_shows_at_once() {
    let pair = Pair::start().await;
    let [here, there] = &pair.admins;
    let me = here.get("/v1/me").await.id();
    let uploaded = here.upload("me", "image/jpeg", numbered_jpeg(1)).await;
    assert_eq!(uploaded.status, 201, "{uploaded:?}");
    let path = format!("/v1/users/{me}/images/{}", uploaded.id());
    for variant in ["64", "256", "1024", "full"] {
        let path = format!("{path}/{variant}");
        let (ours, theirs) = tokio::join!(here.get(&path), there.get(&path));
        assert_eq!((theirs.status, &theirs.body), (200, &ours.body));
    }
    // The first photo became the avatar: a new version, which the other must show.
    assert_eq!(
        there.get("/v1/me").await.json()["avatar_image_id"],
        uploaded.id()
    );
    let deleted = there.delete(&path).await;
    assert_eq!(deleted.status, 204);
    assert_eq!(here.get(&path).await.status, 404);
    assert_eq!(
        here.get("/v1/me").await.json()["avatar_image_id"],
        json!(null)
    );
    support::eventually("the bytes go", || async { pair.one.objects().is_empty() }).await;
}

/// Both remember the person; a write at one reaches the other by the bus, and by the end of the second
/// for which anything is remembered should the word be lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_at_one_is_seen_at_the_other() {
    let pair = Pair::start().await;
    let [here, there] = &pair.admins;
    let (id, _) = pair.one.person(here, "member", "grace@example.org").await;
    let path = format!("/v1/users/{id}");
    let mut waited = Vec::new();
    for turn in 0..20 {
        let (writer, reader) = if turn % 2 == 0 {
            (here, there)
        } else {
            (there, here)
        };
        for _ in 0..3 {
            assert_eq!(reader.get(&path).await.status, 200);
        }
        let seen = writer.get(&path).await.header("etag").to_owned();
        let phone = format!("+1 555 {turn:04}");
        let patched = writer.patch(&path, &seen, &json!({"phone": phone})).await;
        // The writer may itself have read what the other has changed within the last second.
        let patched = match patched.status {
            412 => {
                tokio::time::sleep(Duration::from_millis(1100)).await;
                let seen = writer.get(&path).await.header("etag").to_owned();
                writer.patch(&path, &seen, &json!({"phone": phone})).await
            }
            _ => patched,
        };
        assert_eq!(patched.status, 200, "{patched:?}");
        assert_eq!(
            writer.get(&path).await.json()["phone"],
            phone,
            "its own write"
        );
        let written = Instant::now();
        while reader.get(&path).await.json()["phone"] != phone {
            assert!(written.elapsed() < Duration::from_secs(2), "turn {turn}");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        waited.push(written.elapsed());
    }
    // By the bus, that is, and not by the end of the second.
    waited.sort_unstable();
    assert!(waited[15] < Duration::from_millis(400), "{waited:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_counts_once_across_both() {
    let pair = Pair::start().await;
    for round in 0..5 {
        let key = format!("hire-{round}");
        let body = json!({"given_name": "Ada", "family_name": "King", "email": format!("ada{round}@example.org")});
        let sent = (0..16).map(|turn| pair.admins[turn % 2].keyed("/v1/users", &key, &body));
        let answers = futures::future::join_all(sent).await;
        let made: Vec<_> = answers
            .iter()
            .filter(|answer| answer.status == 201)
            .collect();
        assert!(!made.is_empty(), "{answers:?}");
        for answer in &answers {
            match answer.status {
                201 => assert_eq!(answer.body, made[0].body),
                409 => assert_eq!(answer.code(), "idempotency_key_in_flight"),
                _ => panic!("{answer:?}"),
            }
        }
        let fresh = made
            .iter()
            .filter(|answer| answer.header("idempotency-replayed") != "true");
        assert_eq!(fresh.count(), 1, "{answers:?}");
        let again = pair.admins[1].keyed("/v1/users", &key, &body).await;
        assert_eq!((again.status, &again.body), (201, &made[0].body));
    }
    let found = pair.admins[0]
        .all_ids("/v1/users?query=king&page_size=50")
        .await;
    assert_eq!(found.len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_picture_sent_to_both_at_once_is_one_photo() {
    let pair = Pair::start().await;
    for number in 0..4 {
        let [here, there] = &pair.admins;
        let (one, other) = tokio::join!(
            here.upload("me", "image/jpeg", numbered_jpeg(number * 6)),
            there.upload("me", "image/jpeg", numbered_jpeg(number * 6))
        );
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert!(
            [[200, 201], [201, 409]].contains(&statuses),
            "{one:?} {other:?}"
        );
    }
    let history = pair.admins[1]
        .all_ids("/v1/users/me/images?page_size=2")
        .await;
    assert_eq!(history.len(), 4);
}

/// Workers of both carry out what the outbox says, each deletion once. The store is slow, so that there is
/// work left when the second looks, and work under way that is not its own.
#[tokio::test(flavor = "multi_thread")]
async fn workers_of_both_carry_out_what_was_deleted() {
    let mut place = Place::production();
    let slow = Duration::from_millis(250);
    let latency = Trouble::Latency {
        there: slow,
        back: slow,
    };
    place.parts_mut().trouble(Part::Objects, latency);
    let pair = Pair::start_on(place).await;
    let [here, _] = &pair.admins;
    let uploads = (0..40).map(|number| here.upload("me", "image/jpeg", numbered_jpeg(number * 6)));
    let uploads: Vec<_> = futures::stream::iter(uploads)
        .buffer_unordered(10)
        .collect()
        .await;
    assert!(
        uploads.iter().all(|answer| answer.status == 201),
        "{uploads:?}"
    );
    assert_eq!(pair.one.objects().len(), 160);
    assert_eq!(here.delete("/v1/users/me/images").await.status, 200);
    support::eventually("nothing waits", || async {
        let report = here.get("/v1/admin/consistency").await.json();
        report["outbox_waiting"] == 0 && report["images"]["deleting"] == 0
    })
    .await;
    assert_eq!(pair.one.objects(), Vec::<String>::new());
    let deletions = pair.place.parts().deletions();
    assert!(deletions.is_none_or(|asked| asked == 160), "{deletions:?}");
    for muster in [&pair.one, &pair.other] {
        assert!(!muster.log().contains("job failed"), "{}", muster.log());
    }
}

/// What Redis remembers from before it was cut off is not believed when it is back.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_without_redis_is_seen_when_it_is_back() {
    let mut place = Place::production();
    let one = Muster::start_on(&place);
    let here = one.first_admin().await;
    let other = Muster::start_on(&place);
    let there = other.bearing(here.token());
    let (id, grace) = one.person(&here, "member", "grace@example.org").await;
    let path = format!("/v1/users/{id}");
    let graces = [grace.clone(), other.bearing(grace.token())];
    for reader in [&here, &there] {
        assert_eq!(reader.get(&path).await.status, 200);
    }
    place.parts_mut().trouble(Part::Redis, Trouble::Refuse);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let seen = here.get(&path).await.header("etag").to_owned();
    let patched = here
        .patch(&path, &seen, &json!({"phone": "+1 555 0199"}))
        .await;
    assert_eq!(patched.status, 200, "{patched:?}");
    let suspended = here.post(&format!("{path}/suspend"), &json!({})).await;
    assert_eq!(suspended.status, 200, "{suspended:?}");
    // Longer than the outbox is patient: the word about it will come late.
    tokio::time::sleep(Duration::from_secs(18)).await;
    place.parts_mut().trouble(Part::Redis, Trouble::None);
    let back = Instant::now();
    while back.elapsed() < Duration::from_secs(20) {
        for (reader, grace) in [&here, &there].into_iter().zip(&graces) {
            let shown = reader.get(&path).await.json();
            assert_eq!(
                (&shown["phone"], &shown["status"]),
                (&json!("+1 555 0199"), &json!("suspended")),
                "{:?} after Redis was back",
                back.elapsed()
            );
            assert_eq!(grace.get("/v1/me").await.status, 401);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// One at a time sweeps. The other takes over when the first dies, and the sweep goes on.
#[tokio::test(flavor = "multi_thread")]
async fn one_reaper_at_a_time_and_the_other_takes_over() {
    let mut pair = Pair::start().await;
    let sweeps = |client: Client| async move {
        let report = client.get("/v1/admin/consistency").await.json();
        report["last_sweep"].clone()
    };
    let here = pair.admins[0].clone();
    let there = pair.admins[1].clone();
    support::eventually("somebody sweeps", || async {
        sweeps(here.clone()).await != json!(null) || sweeps(there.clone()).await != json!(null)
    })
    .await;
    let (first, second) = (sweeps(here.clone()).await, sweeps(there.clone()).await);
    assert!(
        (first == json!(null)) != (second == json!(null)),
        "one of them has the lease: {first} {second}"
    );
    let left = if first == json!(null) {
        pair.other.kill_9();
        here
    } else {
        pair.one.kill_9();
        there
    };
    support::eventually("the other takes over", || async {
        sweeps(left.clone()).await != json!(null)
    })
    .await;
}
