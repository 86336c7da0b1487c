//! People through the whole application, with the ports mocked.

use crate::world::{MEMBER, World, ask, person};
use actix_web::test::TestRequest;
use application::{ClaimError, Committed, Fault};
use domain::accounts::Role;
use ports::accounts::AddUserError;
use serde_json::{Value, json};

fn by(role: &str, request: TestRequest) -> TestRequest {
    request.insert_header(("authorization", format!("Bearer {role}")))
}

fn post(role: &str, path: &str, body: Value) -> TestRequest {
    by(role, TestRequest::post().uri(path).set_json(body))
}

fn ada() -> Value {
    json!({"given_name": "Ada", "family_name": "Lovelace", "email": "ada@example.org"})
}

#[actix_web::test]
async fn a_person_who_is_entered_has_a_location_and_an_etag() {
    let mut world = World::new();
    world.users.expect_add().times(1).returning(|user, commit| {
        assert!(commit.claim.is_none() && commit.traceparent.is_some());
        Ok(Committed::Fresh(user.clone()))
    });
    let answer = ask(&world.serve(), post("manager", "/v1/users", ada())).await;
    assert_eq!(
        (
            answer.status,
            answer.header("etag"),
            answer.header("idempotency-replayed")
        ),
        (201, "\"1\"", "")
    );
    assert_eq!(
        answer.header("location"),
        "/v1/users/01900000-0000-7000-8000-0000000000ff"
    );
    insta::assert_json_snapshot!("user", answer.json());
}

/// Somebody may have named a request after themselves, and what is kept of it outlives them.
#[actix_web::test]
async fn what_a_client_calls_its_request_is_not_kept() {
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let parent = format!("00-{trace}-00f067aa0ba902b7-01");
    for (parent, expected) in [(None, None), (Some(parent), Some(trace))] {
        let mut world = World::new();
        world
            .users
            .expect_add()
            .times(1)
            .returning(move |user, commit| {
                let id = commit.request_id.as_str();
                assert!(
                    id.len() == 32 && id.bytes().all(|digit| digit.is_ascii_hexdigit()),
                    "{id}"
                );
                assert!(expected.is_none_or(|expected| expected == id), "{id}");
                Ok(Committed::Fresh(user.clone()))
            });
        let mut request = post("manager", "/v1/users", ada());
        if let Some(parent) = parent {
            request = request.insert_header(("traceparent", parent));
        }
        let request = request.insert_header(("x-request-id", "ada.lovelace-1815"));
        let answer = ask(&world.serve(), request).await;
        assert_eq!(
            (answer.status, answer.header("x-request-id")),
            (201, "ada.lovelace-1815")
        );
    }
}

#[actix_web::test]
async fn a_replay_says_so_and_keys_carry_a_fingerprint() {
    let mut world = World::new();
    world.users.expect_add().returning(|user, commit| {
        let claim = commit.claim.as_ref().expect("has a key");
        assert_eq!(claim.key.as_str(), "k-1");
        assert!(
            claim.fingerprint.as_str().starts_with("POST /v1/users "),
            "{claim:?}"
        );
        Ok(Committed::Replayed(user.clone()))
    });
    let answer = ask(
        &world.serve(),
        post("admin", "/v1/users", ada()).insert_header(("idempotency-key", "\"k-1\"")),
    )
    .await;
    assert_eq!(
        (answer.status, answer.header("idempotency-replayed")),
        (201, "true")
    );
}

#[actix_web::test]
async fn every_refusal_of_a_registration_has_its_code() {
    type Refused = fn() -> AddUserError;
    let cases: [(Refused, &str); 7] = [
        (
            || AddUserError::EmailTaken(person(MEMBER, Role::Member).profile.email),
            "email_taken",
        ),
        (|| AddUserError::SubjectTaken, "external_subject_taken"),
        (|| ClaimError::InFlight.into(), "idempotency_key_in_flight"),
        (|| ClaimError::Reused.into(), "idempotency_key_reused"),
        (
            || Fault::unavailable("database", "secret address").into(),
            "database_unavailable",
        ),
        (
            || Fault::uncertain("database", "secret address").into(),
            "outcome_unknown",
        ),
        (
            || Fault::broken("database", "users.row", "secret address").into(),
            "internal",
        ),
    ];
    for (refusal, code) in cases {
        let mut world = World::new();
        world
            .users
            .expect_add()
            .returning(move |_, _| Err(refusal()));
        let answer = ask(&world.serve(), post("manager", "/v1/users", ada())).await;
        assert_eq!(answer.code(), code);
        assert!(!String::from_utf8_lossy(&answer.bytes).contains("secret"));
        assert_eq!(
            answer.header("retry-after").is_empty(),
            answer.status != 503
        );
    }
}

#[actix_web::test]
async fn every_fault_of_a_body_is_named_at_once() {
    let body = json!({"given_name": " ", "email": "nobody", "phone": "x", "role": "owner", "site_ids": ["7"], "address": "a\u{0}b"});
    let answer = ask(&World::new().serve(), post("manager", "/v1/users", body)).await;
    assert_eq!(answer.code(), "validation_failed");
    let places: Vec<String> = answer.json()["errors"]
        .as_array()
        .expect("is there")
        .iter()
        .map(|fault| format!("{} {}", fault["pointer"], fault["code"]).replace('"', ""))
        .collect();
    assert_eq!(
        places,
        [
            "/given_name empty",
            "/family_name required",
            "/email malformed",
            "/phone malformed",
            "/address invalid_character",
            "/role unknown_value",
            "/site_ids/0 malformed"
        ]
    );
}

#[actix_web::test]
async fn members_may_not_enter_people_and_strangers_have_to_sign_in() {
    let served = World::new().serve();
    assert_eq!(
        ask(&served, post("member", "/v1/users", ada()))
            .await
            .code(),
        "forbidden"
    );
    assert_eq!(
        ask(
            &served,
            TestRequest::post().uri("/v1/users").set_json(ada())
        )
        .await
        .code(),
        "unauthenticated"
    );
}

#[actix_web::test]
async fn who_has_the_version_gets_304() {
    let served = World::new().serve();
    let find = || by("member", TestRequest::get().uri("/v1/users/me"));
    let answer = ask(&served, find()).await;
    assert_eq!(
        (
            answer.status,
            answer.header("etag"),
            answer.header("cache-control")
        ),
        (200, "\"3\"", "private, no-cache")
    );
    let answer = ask(&served, find().insert_header(("if-none-match", "\"3\""))).await;
    assert_eq!(
        (answer.status, answer.bytes.len(), answer.header("etag")),
        (304, 0, "\"3\"")
    );
    assert_eq!(
        ask(&served, find().insert_header(("if-none-match", "\"2\"")))
            .await
            .status,
        200
    );
}

#[actix_web::test]
async fn somebody_else_is_not_found_and_a_bad_id_is_a_bad_parameter() {
    let served = World::new().serve();
    let find = |id: &str| by("member", TestRequest::get().uri(&format!("/v1/users/{id}")));
    assert_eq!(
        ask(&served, find("01900000-0000-7000-8000-000000000001"))
            .await
            .code(),
        "not_found"
    );
    for bad in [
        "7",
        "Me",
        "01900000000070008000000000000001",
        "%7B01900000-0000-7000-8000-000000000001%7D",
    ] {
        assert_eq!(
            ask(&served, find(bad)).await.code(),
            "invalid_parameter",
            "{bad}"
        );
    }
}
