//! Signed-in devices: their tokens, how they are refreshed, and how they are signed out for good.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::{Answer, Client, Muster, PASSWORD, Place, Start};

const EMAIL: &str = "admin@example.org";

async fn login(muster: &Muster, password: &str) -> Answer {
    let body = json!({"email": EMAIL, "password": password});
    muster.anonymous().post("/v1/auth/login", &body).await
}

/// A device of the admin's: its client, and its refresh token.
async fn device(muster: &Muster) -> (Client, String) {
    let answer = login(muster, PASSWORD).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let tokens = answer.json();
    let refresh = tokens["refresh_token"].as_str().unwrap().to_owned();
    (
        muster.bearing(tokens["access_token"].as_str().unwrap()),
        refresh,
    )
}

async fn refresh(muster: &Muster, token: &str) -> Answer {
    let body = json!({"refresh_token": token});
    muster.anonymous().post("/v1/auth/refresh", &body).await
}

fn successor(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["refresh_token"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_worth_its_successor_once() {
    let (muster, _) = Muster::set_up().await;
    let (_, first) = device(&muster).await;
    let answer = refresh(&muster, &first).await;
    let access = answer.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(muster.bearing(&access).get("/v1/me").await.status, 200);
    let second = successor(&answer);
    assert_ne!(first, second);
    // Sent twice, it is worth the same again; two steps back, two have it.
    assert_eq!(successor(&refresh(&muster, &first).await), second);
    let third = successor(&refresh(&muster, &second).await);
    assert_eq!(
        refresh(&muster, &first).await.code(),
        "refresh_token_invalid"
    );
    assert_eq!(
        refresh(&muster, &third).await.code(),
        "refresh_token_invalid"
    );
    assert_eq!(muster.bearing(&access).get("/v1/me").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_refreshes_at_once_sign_nobody_out() {
    let (muster, _) = Muster::set_up().await;
    let (_, first) = device(&muster).await;
    let answers = futures::future::join_all((0..50).map(|_| refresh(&muster, &first))).await;
    let successors: Vec<String> = answers.iter().map(successor).collect();
    assert!(successors.iter().all(|token| *token == successors[0]));
    for answer in &answers {
        let access = answer.json()["access_token"].as_str().unwrap().to_owned();
        assert_eq!(muster.bearing(&access).get("/v1/me").await.status, 200);
    }
    let next = successor(&refresh(&muster, &successors[0]).await);
    assert_ne!(next, successors[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_are_listed_and_signed_out_with_the_next_request() {
    let (muster, admin) = Muster::set_up().await;
    let (phone, phone_refresh) = device(&muster).await;
    let (laptop, _) = device(&muster).await;
    let listed = laptop.get("/v1/auth/sessions").await.json();
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 3, "{listed}");
    let current: Vec<&Value> = items
        .iter()
        .filter(|item| item["current"] == true)
        .collect();
    assert_eq!(current.len(), 1);
    // One by its id, as somebody does who lost it.
    let phone_id = phone.get("/v1/auth/sessions").await.json();
    let phone_id = phone_id["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["current"] == true);
    let path = format!(
        "/v1/auth/sessions/{}",
        phone_id.unwrap()["id"].as_str().unwrap()
    );
    assert_eq!(laptop.delete(&path).await.status, 204);
    assert_eq!(laptop.delete(&path).await.status, 404);
    assert_eq!(phone.get("/v1/me").await.code(), "unauthenticated");
    assert_eq!(
        refresh(&muster, &phone_refresh).await.code(),
        "refresh_token_invalid"
    );
    // The one in hand.
    assert_eq!(laptop.post("/v1/auth/logout", &json!({})).await.status, 204);
    assert_eq!(laptop.get("/v1/me").await.status, 401);
    // All.
    let (other, _) = device(&muster).await;
    assert_eq!(
        admin.post("/v1/auth/logout-all", &json!({})).await.status,
        204
    );
    for client in [&admin, &other] {
        assert_eq!(client.get("/v1/me").await.status, 401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_password_leaves_the_device_in_hand_alone() {
    let (muster, admin) = Muster::set_up().await;
    let (laptop, laptop_refresh) = device(&muster).await;
    let body = |current: &str, new: &str| json!({"current_password": current, "new_password": new});
    let new = "battery staple horse";
    let wrong = laptop
        .post("/v1/auth/password", &body("no idea at all", new))
        .await;
    assert_eq!(
        (wrong.status, wrong.code().as_str()),
        (401, "invalid_credentials")
    );
    assert_eq!(
        laptop
            .post("/v1/auth/password", &body(PASSWORD, new))
            .await
            .status,
        204
    );
    assert_eq!(laptop.get("/v1/me").await.status, 200);
    successor(&refresh(&muster, &laptop_refresh).await);
    assert_eq!(admin.get("/v1/me").await.status, 401, "the other device");
    assert_eq!(login(&muster, PASSWORD).await.code(), "invalid_credentials");
    assert_eq!(login(&muster, new).await.status, 200);
}

/// Suspended, signed out, or with another role: the other process knows within a second, also without Redis.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_lost_their_access_has_it_nowhere_within_a_second() {
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
        for turn in 0..6 {
            let (id, grace) = one
                .person(&admin, "manager", &format!("grace{turn}@example.org"))
                .await;
            let there = other.bearing(grace.token());
            assert_eq!(there.get("/v1/users").await.status, 200);
            let path = format!("/v1/users/{id}");
            let (lost, expected) = match turn % 3 {
                0 => (
                    admin.post(&format!("{path}/suspend"), &json!({})).await,
                    401,
                ),
                1 => (grace.post("/v1/auth/logout-all", &json!({})).await, 401),
                _ => {
                    let seen = admin.get(&path).await.header("etag").to_owned();
                    (
                        admin.patch(&path, &seen, &json!({"role": "member"})).await,
                        403,
                    )
                }
            };
            assert!(lost.status < 300, "{lost:?}");
            assert_eq!(
                grace.get("/v1/users").await.status,
                expected,
                "here, at once"
            );
            let began = Instant::now();
            while there.get("/v1/users").await.status != expected {
                assert!(
                    began.elapsed() < Duration::from_secs(1),
                    "turn {turn}, redis {redis}"
                );
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }
}
