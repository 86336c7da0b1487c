//! Devices through the whole application, with the ports mocked.

use crate::world::{Answer, MEMBER, SESSION, World, ask};
use actix_web::http::Method;
use actix_web::test::TestRequest;
use domain::accounts::{Client, Session};
use domain::audit::Action;
use domain::ids::SessionId;
use jiff::Timestamp;
use ports::accounts::{Devices, PasswordHash, RotateError};
use serde_json::{Value, json};
use uuid::Uuid;

fn request(method: Method, path: &str) -> TestRequest {
    TestRequest::default()
        .method(method)
        .uri(path)
        .insert_header(("authorization", "Bearer member"))
}

async fn refresh(world: World, body: Value) -> Answer {
    let request = TestRequest::post().uri("/v1/auth/refresh").set_json(body);
    // A stale access token does not stand in the way.
    let request = request.insert_header(("authorization", "Bearer expired"));
    ask(&world.serve(), request).await
}

fn session(generation: u32) -> Session {
    let client = Client::read("curl/8.1");
    Session {
        generation,
        ..Session::begin(SESSION, MEMBER, client, Timestamp::UNIX_EPOCH)
    }
}

#[actix_web::test]
async fn a_refresh_token_is_worth_the_next_tokens() {
    let mut world = World::new();
    world
        .sessions
        .expect_rotate()
        .withf(|id, generation, _| (*id, *generation) == (SESSION, 4))
        .returning(|_, _, _| Ok(session(5)));
    let answer = refresh(world, json!({"refresh_token": "refresh 4"})).await;
    assert_eq!(
        (answer.status, answer.header("cache-control")),
        (200, "no-store")
    );
    assert_eq!(
        answer.json(),
        json!({"access_token": "issued", "token_type": "Bearer", "expires_in": 900, "refresh_token": "refresh 5"})
    );
}

#[actix_web::test]
async fn a_refresh_token_that_is_no_good_is_told_nothing_more() {
    let mut answers = Vec::new();
    for (token, outcome) in [
        ("made up", None),
        ("refresh 1", Some(RotateError::Over)),
        ("refresh 1", Some(RotateError::Reused)),
    ] {
        let mut world = World::new();
        if let Some(outcome) = outcome {
            let rotate = world.sessions.expect_rotate();
            rotate.return_once(move |_, _, _| Err(outcome));
        }
        let answer = refresh(world, json!({"refresh_token": token})).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (401, "refresh_token_invalid")
        );
        let mut problem = answer.json();
        problem["request_id"] = Value::Null;
        answers.push(problem);
    }
    assert!(
        answers.windows(2).all(|two| two[0] == two[1]),
        "{answers:?}"
    );
    let missing = refresh(World::new(), json!({})).await;
    assert_eq!(missing.code(), "validation_failed");
}

#[actix_web::test]
async fn devices_are_signed_out_one_by_one_or_all() {
    let other = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0006);
    for (method, path, devices, action) in [
        (
            Method::POST,
            "/v1/auth/logout".to_owned(),
            Devices::One(SESSION),
            Action::SessionEnded,
        ),
        (
            Method::POST,
            "/v1/auth/logout-all".to_owned(),
            Devices::All,
            Action::SessionsEnded,
        ),
        (
            Method::DELETE,
            format!("/v1/auth/sessions/{other}"),
            Devices::One(SessionId::new(other)),
            Action::SessionEnded,
        ),
    ] {
        let mut world = World::new();
        world
            .sessions
            .expect_end()
            .times(1)
            .withf(move |user, asked, commit| {
                (*user, *asked, commit.audit[0].action) == (MEMBER, devices, action)
            })
            .returning(|_, _, _| Ok(vec![SESSION]));
        let answer = ask(&world.serve(), request(method, &path)).await;
        assert_eq!(answer.status, 204, "{path}");
    }
}

#[actix_web::test]
async fn a_device_that_is_not_there_is_not_found() {
    let mut world = World::new();
    world
        .sessions
        .expect_end()
        .returning(|_, _, _| Ok(Vec::new()));
    let served = world.serve();
    let path = format!("/v1/auth/sessions/{}", SESSION.uuid());
    assert_eq!(
        ask(&served, request(Method::DELETE, &path)).await.code(),
        "not_found"
    );
    let malformed = ask(&served, request(Method::DELETE, "/v1/auth/sessions/7")).await;
    assert_eq!(malformed.code(), "invalid_parameter");
}

#[actix_web::test]
async fn a_person_sees_their_devices() {
    let mut world = World::new();
    world
        .sessions
        .expect_of_user()
        .withf(|user, _| *user == MEMBER)
        .returning(|_, _| Ok(vec![session(2)]));
    let answer = ask(&world.serve(), request(Method::GET, "/v1/auth/sessions")).await;
    assert_eq!(
        answer.json(),
        json!({"items": [{
            "id": SESSION.to_string(), "client": "curl/8.1", "current": true,
            "started_at": "1970-01-01T00:00:00Z", "refreshed_at": "1970-01-01T00:00:00Z", "expires_at": "1970-01-31T00:00:00Z",
        }]})
    );
}

async fn change_password(right: bool, new: &str) -> Answer {
    let mut world = World::new();
    world
        .credentials
        .expect_password()
        .returning(|_| Ok(Some(PasswordHash::new("old".into()))));
    world
        .hasher
        .expect_verify()
        .returning(move |_, _| Ok(right));
    world
        .hasher
        .expect_hash()
        .returning(|_| Ok(PasswordHash::new("new".into())));
    world
        .credentials
        .expect_change_password()
        .withf(|user, _, _, keep, _| (*user, *keep) == (MEMBER, SESSION))
        .returning(|_, _, _, _, _| Ok(()));
    let body = json!({"current_password": "correct horse battery", "new_password": new});
    ask(
        &world.serve(),
        request(Method::POST, "/v1/auth/password").set_json(body),
    )
    .await
}

#[actix_web::test]
async fn a_password_is_changed_by_whoever_knows_it() {
    assert_eq!(
        change_password(true, "battery staple horse").await.status,
        204
    );
    let wrong = change_password(false, "battery staple horse").await;
    assert_eq!(
        (wrong.status, wrong.code().as_str()),
        (401, "invalid_credentials")
    );
    let short = change_password(true, "short").await;
    assert_eq!(short.code(), "validation_failed");
}
