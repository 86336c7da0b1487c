//! What only the production parts have: a schema that somebody else migrates, other processes, and secrets
//! in addresses.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use serde_json::{Value, json};
use std::process::Output;
use std::sync::Arc;
use std::time::Duration;
use support::{Client, Muster, Place, Start, command};

/// The settings of a place but for one, and with another.
fn environment(place: &Place, without: &str, with: &[(&str, &str)]) -> Vec<(String, String)> {
    let kept = place
        .environment()
        .into_iter()
        .filter(|(name, _)| name != without);
    let added = with
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    kept.chain(added).collect()
}

fn run(place: &Place, environment: Vec<(String, String)>, words: &[&str]) -> Output {
    command(place.path())
        .args(words)
        .env("MUSTER_HTTP__LISTEN", "127.0.0.1:0")
        .env("MUSTER_MANAGEMENT__LISTEN", "127.0.0.1:0")
        .envs(environment)
        .output()
        .unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_redis_there_is_one_process_and_the_second_says_why() {
    let place = Place::production();
    let lonely = environment(&place, "MUSTER_REDIS_URL", &[]);
    let child = command(place.path())
        .arg("serve")
        .env("MUSTER_HTTP__LISTEN", "127.0.0.1:0")
        .env("MUSTER_MANAGEMENT__LISTEN", "127.0.0.1:0")
        .envs(lonely.clone())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut muster = Muster::of(child).listening(Duration::from_secs(20));
    for (words, code) in [(&["serve"][..], 64), (&["seed", "--users", "2"][..], 69)] {
        let output = run(&place, lonely.clone(), words);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{words:?}: {}",
            told(&output)
        );
        assert!(
            told(&output).contains("MUSTER_REDIS_URL"),
            "{}",
            told(&output)
        );
    }
    // Nor does one with a Redis: it would remember what the other writes.
    let output = run(&place, place.environment(), &["serve"]);
    assert_eq!(output.status.code(), Some(64), "{}", told(&output));
    muster.kill_9();
    // The right went with the process.
    let output = run(&place, lonely.clone(), &["seed", "--users", "2"]);
    assert!(output.status.success(), "{}", told(&output));
    // And the other way round.
    let _shared = Muster::start_on(&place);
    let output = run(&place, lonely, &["serve"]);
    assert_eq!(output.status.code(), Some(64), "{}", told(&output));
    assert!(
        told(&output).contains("MUSTER_REDIS_URL"),
        "{}",
        told(&output)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_is_migrated_by_hand_and_verified_by_serve() {
    let place = Place::production();
    let empty = place.parts().empty_database();
    let there = environment(
        &place,
        "MUSTER_DATABASE_URL",
        &[("MUSTER_DATABASE_URL", empty.url())],
    );
    let run = |words: &[&str]| run(&place, there.clone(), words);
    let refused = run(&["serve"]);
    assert_eq!(refused.status.code(), Some(64), "{}", told(&refused));
    assert!(
        told(&refused).contains("migrations are pending: migrate first"),
        "{}",
        told(&refused)
    );
    let status = |output: Output| String::from_utf8(output.stdout).unwrap();
    let before = status(run(&["migrate", "status"]));
    assert!(
        before.contains("pending") && !before.contains("applied"),
        "{before}"
    );
    let up = run(&["migrate", "up"]);
    assert!(up.status.success(), "{}", told(&up));
    assert!(!status(run(&["migrate", "status"])).contains("pending"));
    let seeded = run(&["seed", "--users", "2"]);
    assert!(seeded.status.success(), "{}", told(&seeded));
    let down = run(&["migrate", "down", "--steps", "99"]);
    assert!(down.status.success(), "{}", told(&down));
    assert_eq!(status(run(&["migrate", "status"])), before);
}

/// Everybody and their photos, as a client sees them.
async fn everybody(muster: &Muster) -> Vec<Value> {
    let login = json!({"email": "admin@demo.example", "password": "muster-demo-password"});
    let signed_in = muster.anonymous().post("/v1/auth/login", &login).await;
    let admin: Client = muster.bearing(signed_in.json()["access_token"].as_str().unwrap());
    let mut seen = Vec::new();
    for id in admin.all_ids("/v1/users?page_size=4").await {
        seen.push(admin.get(&format!("/v1/users/{id}")).await.json());
        seen.push(admin.get(&format!("/v1/users/{id}/images")).await.json()["items"].clone());
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_gives_the_same_people_and_photos_on_all_parts() {
    let mut seen = Vec::new();
    for place in [Place::embedded(), Place::production(), Place::production()] {
        let seeded = run(
            &place,
            place.environment(),
            &["seed", "--users", "6", "--seed", "7"],
        );
        assert!(seeded.status.success(), "{}", told(&seeded));
        let muster = Muster::start_with(Start {
            place: Some(Arc::new(place)),
            ..Start::default()
        });
        seen.push(everybody(&muster).await);
    }
    assert!(seen[0].len() >= 12, "{:?}", seen[0]);
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[1], seen[2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_chosen_is_served() {
    let place = Place::production();
    let child = command(place.path())
        .args(["serve", "--only", "accounts"])
        .env("MUSTER_HTTP__LISTEN", "127.0.0.1:0")
        .env("MUSTER_MANAGEMENT__LISTEN", "127.0.0.1:0")
        .envs(place.environment())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let muster = Muster::of(child).listening(Duration::from_secs(20));
    muster.wait_for_line("serving only ");
    let admin = muster.first_admin().await;
    assert_eq!(admin.get("/v1/me").await.status, 200);
    assert_eq!(
        muster.anonymous().get("/v1/errors/not_found").await.status,
        200
    );
    let unknown = run(
        &place,
        place.environment(),
        &["serve", "--only", "kitchens"],
    );
    assert_eq!(unknown.status.code(), Some(64), "{}", told(&unknown));
    assert!(told(&unknown).contains("accounts"), "{}", told(&unknown));
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_cannot_be_used_are_refused_with_a_sentence() {
    let place = Place::production();
    for (name, value, said) in [
        (
            "MUSTER_DATABASE_URL",
            "postgres://u:hunter2@db:port/x",
            "database_url",
        ),
        (
            "MUSTER_DATABASE_URL",
            "postgres://u:hunter2@db/x?sslmode=always",
            "verify-full",
        ),
        ("MUSTER_REDIS_URL", "redis://u:hunter2@:x", "redis_url"),
        ("MUSTER_OBJECTS_URL", "s3://UPPER", "bucket"),
        ("AWS_SECRET_ACCESS_KEY", "", "AWS_SECRET_ACCESS_KEY"),
    ] {
        let output = run(
            &place,
            environment(&place, name, &[(name, value)]),
            &["serve"],
        );
        assert_eq!(
            output.status.code(),
            Some(64),
            "{name}={value}: {}",
            told(&output)
        );
        assert!(
            told(&output).contains(said),
            "{name}={value}: {}",
            told(&output)
        );
        assert!(!told(&output).contains("hunter2"), "{}", told(&output));
    }
}
