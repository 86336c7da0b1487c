//! Signing in through the whole application, with the ports mocked.

use crate::world::{Answer, MEMBER, World, ask};
use actix_web::test::TestRequest;
use domain::Digest;
use domain::accounts::invitations::{Invitation, Invitee};
use domain::ids::InvitationId;
use jiff::Timestamp;
use ports::accounts::{Credential, HashError, PasswordHash, RedeemError};
use serde_json::{Value, json};
use uuid::Uuid;

async fn post(world: World, path: &str, body: Value) -> Answer {
    ask(&world.serve(), TestRequest::post().uri(path).set_json(body)).await
}

fn login() -> Value {
    json!({"email": "ADA@example.org", "password": "correct horse battery"})
}

#[actix_web::test]
async fn email_and_password_are_worth_a_token() {
    let mut world = World::new();
    world.credentials.expect_credential().returning(|key| {
        assert_eq!(key, "ada@example.org");
        Ok(Some(Credential {
            user: MEMBER,
            hash: PasswordHash::new("phc".into()),
        }))
    });
    world.hasher.expect_verify().returning(|_, _| Ok(true));
    world
        .sessions
        .expect_open()
        .times(1)
        .returning(|_, _, _| Ok(()));
    let answer = post(world, "/v1/auth/login", login()).await;
    assert_eq!(
        (answer.status, answer.header("cache-control")),
        (200, "no-store")
    );
    assert_eq!(
        answer.json(),
        json!({"access_token": "issued", "token_type": "Bearer", "expires_in": 900, "refresh_token": "refresh 1"})
    );
}

#[actix_web::test]
async fn an_unknown_email_and_a_wrong_password_are_told_the_same() {
    let mut answers = Vec::new();
    for known in [true, false] {
        let mut world = World::new();
        world.credentials.expect_credential().returning(move |_| {
            Ok(known.then(|| Credential {
                user: MEMBER,
                hash: PasswordHash::new("phc".into()),
            }))
        });
        world.hasher.expect_verify().returning(|_, _| Ok(false));
        let answer = post(world, "/v1/auth/login", login()).await;
        assert_eq!(answer.code(), "invalid_credentials");
        let mut problem = answer.json();
        problem["request_id"] = Value::Null;
        answers.push(problem);
    }
    assert_eq!(answers[0], answers[1]);
}

#[actix_web::test]
async fn no_room_to_check_a_password_is_503() {
    let mut world = World::new();
    world
        .credentials
        .expect_credential()
        .returning(|_| Ok(None));
    world
        .hasher
        .expect_verify()
        .returning(|_, _| Err(HashError::Busy));
    let answer = post(world, "/v1/auth/login", login()).await;
    assert_eq!(
        (answer.code().as_str(), answer.header("retry-after")),
        ("overloaded", "1")
    );
}

fn invited(invitee: Invitee) -> World {
    let mut world = World::new();
    world
        .codes
        .expect_digest()
        .returning(|_| Digest::new([1; 32]));
    world
        .credentials
        .expect_invitation()
        .returning(move |code| {
            Ok(Some(Invitation::issue(
                InvitationId::new(Uuid::nil()),
                invitee,
                *code,
                Timestamp::UNIX_EPOCH,
            )))
        });
    world
        .hasher
        .expect_hash()
        .returning(|_| Ok(PasswordHash::new("phc".into())));
    world.sessions.expect_open().returning(|_, _, _| Ok(()));
    world
}

#[actix_web::test]
async fn an_invitation_sets_a_password_and_signs_in() {
    let mut world = invited(Invitee::User(MEMBER));
    world
        .credentials
        .expect_redeem()
        .times(1)
        .returning(|_, _, _| Ok(MEMBER));
    let answer = post(
        world,
        "/v1/auth/invitation",
        json!({"code": "c", "password": "correct horse battery"}),
    )
    .await;
    assert_eq!(
        (answer.status, answer.json()["access_token"].as_str()),
        (200, Some("issued"))
    );
}

#[actix_web::test]
async fn the_set_up_invitation_asks_who_the_first_admin_is() {
    let answer = post(
        invited(Invitee::FirstAdmin),
        "/v1/auth/invitation",
        json!({"code": "c", "password": "correct horse battery"}),
    )
    .await;
    assert_eq!(
        (
            answer.code().as_str(),
            answer.json()["errors"].as_array().map(Vec::len)
        ),
        ("validation_failed", Some(3))
    );
    let mut world = invited(Invitee::FirstAdmin);
    world
        .credentials
        .expect_redeem_setup()
        .times(1)
        .returning(|_, admin, _, _| {
            assert!(admin.is_active_admin());
            Ok(())
        });
    let body = json!({"code": "c", "password": "correct horse battery", "email": "ada@example.org", "given_name": "Ada", "family_name": "Lovelace"});
    assert_eq!(post(world, "/v1/auth/invitation", body).await.status, 200);
}

#[actix_web::test]
async fn a_void_invitation_and_a_poor_password_are_refused() {
    let mut world = invited(Invitee::User(MEMBER));
    world
        .credentials
        .expect_redeem()
        .returning(|_, _, _| Err(RedeemError::Void));
    assert_eq!(
        post(
            world,
            "/v1/auth/invitation",
            json!({"code": "c", "password": "correct horse battery"})
        )
        .await
        .code(),
        "invitation_invalid"
    );
    for (password, code) in [("tiny", "too_short"), ("password1234", "common")] {
        let answer = post(
            World::new(),
            "/v1/auth/invitation",
            json!({"code": "c", "password": password}),
        )
        .await;
        assert_eq!(
            (
                answer.code().as_str(),
                answer.json()["errors"][0]["code"].as_str()
            ),
            ("validation_failed", Some(code))
        );
        assert!(!String::from_utf8_lossy(&answer.bytes).contains(password));
    }
}

#[actix_web::test]
async fn the_public_keys_are_there_for_everybody() {
    let answer = ask(
        &World::new().serve(),
        TestRequest::get().uri("/.well-known/jwks.json"),
    )
    .await;
    assert_eq!((answer.status, answer.json()), (200, json!({"keys": []})));
}
