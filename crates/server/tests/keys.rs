//! Machine keys: what they may, when they were used, and how they end.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use serde_json::{Value, json};
use std::process::Output;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::{Client, Muster, Place, Start, command};

const ADA: &str = "ada@example.org";

fn somebody(email: &str, role: &str) -> Value {
    json!({"given_name": "Ada", "family_name": "King", "email": email, "role": role})
}

/// What the list says of a key.
async fn listed(admin: &Client, id: &str) -> Value {
    let keys = admin.get("/v1/keys").await.json();
    let keys = keys["items"].as_array().unwrap();
    keys.iter().find(|key| key["id"] == id).unwrap().clone()
}

async fn trail(admin: &Client, id: &str) -> Vec<Value> {
    let trail = admin.get(&format!("/v1/users/{id}/audit")).await.json();
    trail["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_may_what_its_scopes_name_and_everything_it_does_is_its_own() {
    let (muster, admin) = Muster::set_up().await;
    let (id, machine) = muster.key(&admin, &["users:write"]).await;
    let ada = somebody(ADA, "member");
    let made = machine.keyed("/v1/users", "hire-1", &ada).await;
    assert_eq!(made.status, 201, "{made:?}");
    let again = machine.keyed("/v1/users", "hire-1", &ada).await;
    assert_eq!(again.body, made.body);
    let entry = &trail(&admin, &made.id()).await[0];
    assert_eq!((&entry["by"], &entry["by_id"]), (&json!("key"), &json!(id)));
    // The same Idempotency-Key of somebody else is another.
    let bo = somebody("bo@example.org", "member");
    let other = admin.keyed("/v1/users", "hire-1", &bo).await;
    assert_eq!(other.status, 201, "{other:?}");
    let manager = somebody("cy@example.org", "manager");
    let refused = machine.post("/v1/users", &manager).await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (403, "forbidden")
    );
    let refused = machine.get("/v1/users").await;
    assert_eq!(refused.code(), "forbidden");
    let detail = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("users:read"), "{detail}");
    muster.wait_for_line(&format!("key:{id}"));
    let log = muster.log();
    assert!(!log.contains(machine.token()), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_shown_once() {
    let (muster, admin) = Muster::set_up().await;
    let body = json!({"name": "payroll", "scopes": ["images:read", "users:read"]});
    let first = admin.keyed("/v1/keys", "key-1", &body).await;
    let second = admin.keyed("/v1/keys", "key-1", &body).await;
    for answer in [&first, &second] {
        assert_eq!(answer.status, 201, "{answer:?}");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("idempotency-replayed"), "");
    }
    let (one, other) = (first.json(), second.json());
    assert!(one["key"] != other["key"] && one["id"] != other["id"]);
    let text = one["key"].as_str().unwrap();
    assert!(text.starts_with("mk_") && text.len() == 73, "{text}");
    let ids = admin.all_ids("/v1/keys?page_size=1").await;
    assert_eq!(ids, [second.id(), first.id()]);
    let kept = listed(&admin, &first.id()).await;
    assert_eq!(
        (&kept["name"], &kept["scopes"], &kept["created_by"]),
        (
            &json!("payroll"),
            &json!(["users:read", "images:read"]),
            &json!("user")
        )
    );
    let everything = admin.get("/v1/keys").await.body;
    let everything = String::from_utf8(everything).unwrap();
    assert!(!everything.contains("mk_"), "{everything}");
    assert!(!muster.log().contains(text));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_is_nobody_with_the_next_request() {
    let (muster, admin) = Muster::set_up().await;
    let (id, machine) = muster.key(&admin, &["users:read"]).await;
    assert_eq!(machine.get("/v1/users").await.status, 200);
    let path = format!("/v1/keys/{id}");
    assert_eq!(machine.delete(&path).await.code(), "forbidden");
    assert_eq!(admin.delete(&path).await.status, 204);
    for path in ["/v1/users", "/v1/me"] {
        assert_eq!(machine.get(path).await.code(), "unauthenticated");
    }
    let revoked_at = listed(&admin, &id).await["revoked_at"].clone();
    assert!(revoked_at.is_string(), "{revoked_at}");
    assert_eq!(admin.delete(&path).await.status, 204, "twice is once");
    assert_eq!(listed(&admin, &id).await["revoked_at"], revoked_at);
    let me = admin.get("/v1/me").await.id();
    let actions: Vec<Value> = trail(&admin, &me)
        .await
        .into_iter()
        .filter(|entry| entry["object_id"] == id.as_str())
        .map(|entry| entry["action"].clone())
        .collect();
    assert_eq!(actions, [json!("key.revoked"), json!("key.created")]);
    let nobodys = "/v1/keys/01980000-0000-7000-8000-000000000002";
    assert_eq!(admin.delete(nobodys).await.code(), "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_with_a_slip_of_the_pen_is_nobody() {
    let (muster, admin) = Muster::set_up().await;
    let (_, machine) = muster.key(&admin, &["users:read"]).await;
    let (_, other) = muster.key(&admin, &["users:read"]).await;
    let key = machine.token();
    // The id of one with the secret of the other, among others.
    let crossed = format!("{}{}", &key[..24], &other.token()[24..]);
    for wrong in [&key[..72], "mk_", &crossed, &key.replace("mk_", "mr_")] {
        let answer = muster.bearing(wrong).get("/v1/users").await;
        assert_eq!(answer.code(), "unauthenticated", "{wrong}");
    }
    assert_eq!(machine.get("/v1/users").await.status, 200);
}

/// A little later while it runs, and when it stops.
#[tokio::test(flavor = "multi_thread")]
async fn when_a_key_was_used_last_is_written_down() {
    let (mut muster, admin) = Muster::set_up().await;
    let (id, machine) = muster.key(&admin, &["users:read"]).await;
    assert_eq!(listed(&admin, &id).await["last_used_at"], Value::Null);
    for _ in 0..3 {
        assert_eq!(machine.get("/v1/users").await.status, 200);
    }
    support::eventually("the use is written down", || async {
        listed(&admin, &id).await["last_used_at"].is_string()
    })
    .await;
    let first = listed(&admin, &id).await["last_used_at"].clone();
    assert_eq!(machine.get("/v1/users").await.status, 200);
    let (late, latecomer) = muster.key(&admin, &["users:read"]).await;
    assert_eq!(latecomer.get("/v1/users").await.status, 200);
    muster.terminate();
    assert!(muster.ended().success());
    let muster = Muster::start_with(Start {
        place: Some(muster.place()),
        ..Start::default()
    });
    let admin = muster.bearing(admin.token());
    assert!(listed(&admin, &late).await["last_used_at"].is_string());
    assert_eq!(
        listed(&admin, &id).await["last_used_at"],
        first,
        "once a minute"
    );
}

fn create(place: &Place, arguments: &[&str]) -> Output {
    command(place.path())
        .envs(place.environment())
        .args(["keys", "create"])
        .args(arguments)
        .output()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_can_be_made_at_the_console() {
    let (mut muster, admin) = Muster::set_up().await;
    let place = muster.place();
    let good = [
        "--name",
        "payroll",
        "--scope",
        "users:read",
        "--scope",
        "images:read",
    ];
    let production = std::env::var_os("TEST_SHAPE").is_some_and(|shape| shape == "production");
    let beside = create(&place, &good).status.code();
    assert_eq!(
        beside,
        Some(if production { 0 } else { 69 }),
        "the folder is held"
    );
    muster.terminate();
    muster.ended();
    for wrong in [
        &["--name", "payroll"][..],
        &["--scope", "users:read"],
        &["--name", "payroll", "--scope", "users:all"],
        &["--name", " ", "--scope", "users:read"],
    ] {
        let output = create(&place, wrong);
        assert_eq!(output.status.code(), Some(64), "{wrong:?} {output:?}");
        assert!(output.stdout.is_empty());
    }
    let output = create(&place, &good);
    assert!(output.status.success(), "{output:?}");
    let key = String::from_utf8(output.stdout).unwrap();
    let muster = Muster::start_with(Start {
        place: Some(place),
        ..Start::default()
    });
    let machine = muster.bearing(key.trim_end());
    assert_eq!(machine.get("/v1/users").await.status, 200);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!said.contains(key.trim_end()), "{said}");
    let id = muster
        .bearing(admin.token())
        .get("/v1/keys")
        .await
        .ids()
        .remove(0);
    assert!(said.contains(&id), "{said}");
    let kept = listed(&muster.bearing(admin.token()), &id).await;
    assert_eq!(kept["created_by"], "system");
}

/// At the other process within a second, with Redis and without.
#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_is_good_nowhere_within_a_second() {
    for redis in [true, false] {
        let mut place = Place::production();
        if !redis {
            let trouble = testkit::proxy::Trouble::Refuse;
            place.parts_mut().trouble(support::Part::Redis, trouble);
        }
        let place = Arc::new(place);
        let on = || Start {
            place: Some(Arc::clone(&place)),
            ..Start::default()
        };
        let one = Muster::start_with(on());
        let admin = one.first_admin().await;
        let other = Muster::start_with(on());
        for turn in 0..4 {
            let (id, here) = one.key(&admin, &["users:read"]).await;
            let there = other.bearing(here.token());
            for machine in [&here, &there] {
                assert_eq!(machine.get("/v1/users").await.status, 200);
            }
            assert_eq!(admin.delete(&format!("/v1/keys/{id}")).await.status, 204);
            assert_eq!(here.get("/v1/users").await.status, 401, "here, at once");
            let began = Instant::now();
            while there.get("/v1/users").await.status != 401 {
                assert!(
                    began.elapsed() < Duration::from_secs(1),
                    "turn {turn}, redis {redis}"
                );
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }
}
