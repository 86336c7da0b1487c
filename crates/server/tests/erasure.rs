//! A person is exported whole and erased: afterwards nothing of them is found but what the receipt names, wherever one
//! looks; however the work is interrupted.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use serde_json::{Value, json};
use std::time::{Duration, Instant};
use support::pictures::camera_jpeg;
use support::{Answer, Client, Muster, PASSWORD, Part, Place, Start, eventually, files};
use testkit::pictures::CAMERA;
use testkit::proxy::Trouble;

/// What the person is known by, in no other text of these tests.
const MARKS: [&str; 9] = [
    "Zyxgiven",
    "Zyxformer",
    "Zyxfamily",
    "zyxmail@example.org",
    "555 0199 7731",
    "Zyxlane 7",
    "zyxsubject|9",
    "Zyxdevice/1",
    "zyx-key-1",
];

async fn with_device(client: &Client, method: &str, path: &str, body: &Value) -> Answer {
    let request = client.request(method, path).json(body);
    client.send(request.header("User-Agent", MARKS[7])).await
}

/// A person with something everywhere; answers their id and client.
async fn somebody(muster: &Muster, admin: &Client) -> (String, Client) {
    let body = json!({
        "given_name": MARKS[1], "family_name": MARKS[2], "email": MARKS[3], "phone": MARKS[4], "address": MARKS[5],
        "external_subject": MARKS[6], "site_ids": ["01980000-0000-7000-8000-000000000001"],
    });
    let made = admin.keyed("/v1/users", MARKS[8], &body).await;
    assert_eq!(made.status, 201, "{made:?}");
    let id = made.id();
    let invitation = format!("/v1/users/{id}/invitation");
    let code = admin.act(&invitation).await.json()["code"].clone();
    let redeemed = json!({"code": code, "password": PASSWORD});
    let nobody = muster.anonymous();
    with_device(&nobody, "POST", "/v1/auth/invitation", &redeemed).await;
    let login = json!({"email": MARKS[3], "password": PASSWORD});
    let signed_in = with_device(&nobody, "POST", "/v1/auth/login", &login).await;
    let token = signed_in.json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let client = muster.bearing(&token);
    let me = client.get("/v1/me").await;
    let renamed = json!({"given_name": MARKS[0]});
    let renamed = client
        .patch("/v1/users/me", me.header("etag"), &renamed)
        .await;
    assert_eq!(renamed.status, 200, "{renamed:?}");
    let upload = client
        .request("POST", "/v1/users/me/images?taken_at=2026-03-29T00:30:00Z")
        .header("Content-Type", "image/jpeg")
        .header("Idempotency-Key", MARKS[8])
        .body(camera_jpeg(400, 300));
    let photo = client.send(upload).await;
    assert_eq!(photo.status, 201, "{photo:?}");
    admin.act(&invitation).await;
    // So that whoever remembers people remembers this one.
    for _ in 0..3 {
        assert_eq!(admin.get(&format!("/v1/users/{id}")).await.status, 200);
    }
    (id, client)
}

/// Begins; answers where the erasure is.
async fn erase(admin: &Client, id: &str) -> String {
    let begun = admin.act(&format!("/v1/users/{id}/erase")).await;
    assert_eq!(begun.status, 202, "{begun:?}");
    assert_eq!(begun.json()["user_id"], id);
    begun.header("location").to_owned()
}

/// Waits for the end; answers the receipt.
async fn receipt(admin: &Client, path: &str) -> Value {
    let started = Instant::now();
    loop {
        let found = admin.get(path).await;
        assert_eq!(found.status, 200, "{found:?}");
        let found = found.json();
        if found["status"] == "done" {
            assert_eq!(found["waiting_for"], json!([]), "{found}");
            assert!(found["finished_at"].is_string(), "{found}");
            return found;
        }
        assert!(started.elapsed() < Duration::from_secs(40), "{found}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Everything that anybody could read, by where it is.
fn everywhere(muster: &Muster) -> Vec<(String, Vec<u8>)> {
    let place = muster.place();
    let stored = files(place.path()).into_iter();
    let read = |file: std::path::PathBuf| {
        let bytes = std::fs::read(&file).unwrap_or_default();
        (file.display().to_string(), bytes)
    };
    let mut found: Vec<_> = stored.map(read).collect();
    found.push(("the log".to_owned(), muster.log().into_bytes()));
    found.push((
        "keys of objects".to_owned(),
        muster.objects().join("\n").into(),
    ));
    found.extend(
        place
            .rows()
            .map(|rows| ("the database".to_owned(), rows.into())),
    );
    found.extend(place.remembered().map(|it| ("Redis".to_owned(), it.into())));
    found
}

/// Where a text stands, in any casing.
fn places_of(mark: &str, found: &[(String, Vec<u8>)]) -> Vec<String> {
    let holds = |bytes: &[u8]| {
        let mark = mark.as_bytes();
        bytes
            .windows(mark.len())
            .any(|it| it.eq_ignore_ascii_case(mark))
    };
    let holding = found.iter().filter(|(_, bytes)| holds(bytes));
    holding.map(|(name, _)| name.clone()).collect()
}

fn assert_nowhere(muster: &Muster, id: &str) {
    let found = everywhere(muster);
    for mark in MARKS.into_iter().chain([CAMERA]) {
        assert_eq!(places_of(mark, &found), Vec::<String>::new(), "{mark}");
    }
    let keys = muster.objects();
    assert!(!keys.iter().any(|key| key.contains(id)), "{keys:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_has_everything_and_no_secret() {
    let (muster, admin) = Muster::set_up().await;
    let (id, client) = somebody(&muster, &admin).await;
    let export = client.get("/v1/users/me/export").await;
    assert_eq!(export.status, 200, "{export:?}");
    let text = String::from_utf8(export.body.clone()).unwrap();
    // The former name is nowhere any more: the trail holds names of fields only.
    for mark in MARKS.into_iter().filter(|mark| *mark != MARKS[1]) {
        assert!(text.contains(mark), "{mark} in {text}");
    }
    assert!(
        !text.contains("$argon2") && !text.contains("bob@"),
        "{text}"
    );
    let export = export.json();
    let rows = |table: &str| export["parts"]["records"][table].as_array().unwrap().len();
    assert_eq!(
        (rows("users"), rows("sessions"), rows("credentials")),
        (1, 2, 1)
    );
    assert_eq!(
        (rows("invitations"), rows("images"), rows("image_objects")),
        (2, 1, 4)
    );
    assert_eq!(
        (rows("idempotency"), rows("user_sites"), rows("erasures")),
        (2, 1, 0)
    );
    let actions = export["parts"]["trail"]["audit"].as_array().unwrap();
    let actions: Vec<_> = actions
        .iter()
        .map(|it| it["action"].as_str().unwrap())
        .collect();
    for action in [
        "user.registered",
        "user.changed",
        "password.set",
        "image.added",
    ] {
        assert!(actions.contains(&action), "{actions:?}");
    }
    let picture = &export["parts"]["photos"]["pictures"][0];
    assert_eq!(picture["taken_at"], "2026-03-29T00:30:00Z");
    let full = picture["urls"]["full"].as_str().unwrap();
    assert_eq!(client.get(full).await.status, 200);
    let same = admin.get(&format!("/v1/users/{id}/export")).await.json();
    assert_eq!(
        same["parts"]["records"]["users"],
        export["parts"]["records"]["users"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_an_erased_person_is_found_but_what_the_receipt_names() {
    let (muster, admin) = Muster::set_up().await;
    let (id, client) = somebody(&muster, &admin).await;
    let before = everywhere(&muster);
    for mark in [MARKS[0], MARKS[3], MARKS[8]] {
        assert!(
            !places_of(mark, &before).is_empty(),
            "the search finds {mark}"
        );
    }
    let path = erase(&admin, &id).await;
    assert_eq!(
        client.get("/v1/me").await.status,
        401,
        "access ends at once"
    );
    let receipt = receipt(&admin, &path).await;
    assert_nowhere(&muster, &id);
    let parts = receipt["parts"].as_array().unwrap();
    let named: Vec<_> = parts
        .iter()
        .map(|it| it["part"].as_str().unwrap())
        .collect();
    assert_eq!(named, ["records", "trail", "photos", "cache", "database"]);
    assert_eq!(parts[1]["stayed"][0]["what"], "audit");
    let left = admin.get(&format!("/v1/users/{id}")).await.json();
    assert_eq!(
        (&left["display_name"], &left["status"], &left["role"]),
        (&json!("Erased Person"), &json!("deleted"), &json!("member"))
    );
    assert_eq!(left["site_ids"], json!([]));
    // What others can still read of the person, by the receipt.
    let export = admin.get(&format!("/v1/users/{id}/export")).await.json();
    let records = export["parts"]["records"].as_object().unwrap();
    let kept = records.iter().filter(|(_, rows)| **rows != json!([]));
    let stayed = receipt["parts"].to_string();
    for (table, _) in kept {
        assert!(stayed.contains(table.as_str()), "{table} in {stayed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_person_stays_erased_and_their_email_is_free() {
    let (muster, admin) = Muster::set_up().await;
    let (id, _) = somebody(&muster, &admin).await;
    let path = erase(&admin, &id).await;
    assert_eq!(erase(&admin, &id).await, path, "twice is once");
    let restored = admin.act(&format!("/v1/users/{id}/restore")).await;
    assert_eq!(restored.code(), "user_erased");
    let body = json!({"given_name": "New", "family_name": "Person", "email": MARKS[3], "external_subject": MARKS[6]});
    // The old answer under this key is gone with the person.
    let again = admin.keyed("/v1/users", MARKS[8], &body).await;
    receipt(&admin, &path).await;
    let again = match again.status {
        422 => admin.keyed("/v1/users", MARKS[8], &body).await,
        _ => again,
    };
    assert_eq!(again.status, 201, "{again:?}");
    assert_eq!(again.header("idempotency-replayed"), "");
    let trail = admin.get(&format!("/v1/users/{id}/audit")).await.json();
    assert_eq!(trail["items"][0]["action"], "user.erased", "{trail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn admins_erase_themselves_but_for_the_last() {
    let (muster, admin) = Muster::set_up().await;
    let last = admin.act("/v1/users/me/erase").await;
    assert_eq!(last.code(), "last_admin");
    let (_, other) = muster.person(&admin, "admin", "other@example.org").await;
    let path = erase(&other, &other.get("/v1/me").await.id()).await;
    assert_eq!(other.get(&path).await.status, 401);
    let receipt = receipt(&admin, &path).await;
    assert_eq!(receipt["requested_by"], receipt["user_id"]);
    assert_eq!(admin.act("/v1/users/me/erase").await.code(), "last_admin");
}

/// Kills the server at a place that an erasure reaches; the next one goes on there.
async fn killed_while_erasing(tripwire: &str) {
    let (mut muster, admin) = Muster::set_up().await;
    let (id, _) = somebody(&muster, &admin).await;
    muster.kill_9();
    let mut muster = Muster::start_with(Start {
        place: Some(muster.place()),
        environment: vec![("TRIPWIRE", tripwire.to_owned())],
    });
    let (client, path) = (
        muster.bearing(admin.token()),
        format!("/v1/users/{id}/erase"),
    );
    let asked = tokio::spawn(async move { client.try_send(client.request("POST", &path)).await });
    let (waiting, place) = (&muster, tripwire.split('#').next().unwrap());
    tokio::task::block_in_place(|| waiting.wait_for_line(&format!("tripwire {place}")));
    muster.kill_9();
    let told = asked
        .await
        .unwrap()
        .is_ok_and(|answer| answer.status == 202);
    let muster = Muster::start_with(Start {
        place: Some(muster.place()),
        ..Start::default()
    });
    let admin = muster.bearing(admin.token());
    if told || tripwire == "erase:after" {
        let left = admin.get(&format!("/v1/users/{id}")).await.json();
        assert_eq!(
            left["status"], "deleted",
            "what was begun stays begun: {left}"
        );
    }
    let path = erase(&admin, &id).await;
    receipt(&admin, &path).await;
    assert_nowhere(&muster, &id);
}

macro_rules! kills {
    ($($name:ident: $tripwire:literal,)+) => {
        $(#[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            killed_while_erasing($tripwire).await;
        })+
    };
}

kills! {
    killed_before_it_begins: "erase:before",
    killed_when_it_has_begun: "erase:after",
    killed_before_the_first_answer_is_kept: "answer:before",
    killed_after_the_second_answer_was_kept: "answer:after#2",
    killed_before_the_photos_are_forgotten: "forget:before",
    killed_after_the_photos_were_forgotten: "forget:after",
    killed_after_the_last_answer_was_kept: "answer:after#5",
    killed_before_the_end_is_written: "finish:before",
    killed_after_the_end_was_written: "finish:after",
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receipt_waits_for_an_object_store_that_is_down() {
    let mut place = Place::production();
    let muster = Muster::start_on(&place);
    let admin = muster.first_admin().await;
    let (id, client) = somebody(&muster, &admin).await;
    assert_eq!(place.objects().len(), 4);
    place.parts_mut().trouble(Part::Objects, Trouble::Refuse);
    let path = erase(&admin, &id).await;
    assert_eq!(client.get("/v1/me").await.status, 401);
    eventually("the other parts have answered", || async {
        let found = admin.get(&path).await.json();
        found["waiting_for"] == json!(["photos", "cache", "database"])
    })
    .await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let waiting = admin.get(&path).await.json();
    assert_eq!(waiting["status"], "pending", "{waiting}");
    assert_eq!(
        place.objects().len(),
        4,
        "past the proxy they are still there"
    );
    place.parts_mut().trouble(Part::Objects, Trouble::None);
    receipt(&admin, &path).await;
    assert_eq!(place.objects(), Vec::<String>::new());
}
