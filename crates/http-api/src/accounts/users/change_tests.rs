//! Changes of one person through the whole application, with the ports mocked.

use crate::world::{MEMBER, World, ask};
use actix_web::test::TestRequest;
use domain::Version;
use domain::accounts::{Role, Status};
use ports::accounts::SaveUserError;
use serde_json::{Value, json};

fn by(role: &str, request: TestRequest) -> TestRequest {
    request.insert_header(("authorization", format!("Bearer {role}")))
}

fn post(role: &str, path: &str, body: Value) -> TestRequest {
    by(role, TestRequest::post().uri(path).set_json(body))
}

fn patch(body: Value) -> TestRequest {
    by(
        "member",
        TestRequest::patch()
            .uri("/v1/users/me")
            .set_payload(body.to_string())
            .insert_header(("content-type", "application/merge-patch+json")),
    )
}

#[actix_web::test]
async fn a_merge_patch_changes_what_it_names_and_takes_away_what_is_null() {
    let mut world = World::new();
    world.people[2].profile.phone = domain::accounts::Phone::parse("555 0100").ok();
    world
        .users
        .expect_save()
        .times(1)
        .returning(|user, seen, _| {
            assert_eq!(
                (
                    user.profile.given_name.reveal(),
                    user.profile.phone.is_none(),
                    seen.number()
                ),
                ("Augusta", true, 3)
            );
            Ok(())
        });
    let answer = ask(
        &world.serve(),
        patch(json!({"given_name": "Augusta", "phone": null})).insert_header(("if-match", "\"3\"")),
    )
    .await;
    assert_eq!(
        (
            answer.status,
            answer.header("etag"),
            answer.json()["display_name"].as_str()
        ),
        (200, "\"4\"", Some("Augusta Lovelace"))
    );
}

#[actix_web::test]
async fn a_change_needs_the_version_that_was_seen() {
    let served = World::new().serve();
    assert_eq!(
        ask(&served, patch(json!({}))).await.code(),
        "precondition_required"
    );
    assert_eq!(
        ask(&served, patch(json!({})).insert_header(("if-match", "3")))
            .await
            .code(),
        "invalid_parameter"
    );
    for stale in ["\"2\"", "W/\"3\"", "\"x\"", "\"1\", \"2\""] {
        let answer = ask(
            &served,
            patch(json!({"given_name": "B"})).insert_header(("if-match", stale)),
        )
        .await;
        assert_eq!(
            (answer.code().as_str(), answer.header("etag")),
            ("version_mismatch", "\"3\""),
            "{stale}"
        );
    }
    for fresh in ["*", "\"1\", \"3\"", "\"3\""] {
        assert_eq!(
            ask(
                &served,
                patch(json!({"given_name": "Ada"})).insert_header(("if-match", fresh))
            )
            .await
            .status,
            200,
            "{fresh}"
        );
    }
}

#[actix_web::test]
async fn what_cannot_be_taken_away_is_named() {
    let body = json!({"given_name": null, "email": null, "role": null});
    let answer = ask(
        &World::new().serve(),
        patch(body).insert_header(("if-match", "\"3\"")),
    )
    .await;
    assert_eq!(
        (
            answer.code().as_str(),
            answer.json()["errors"].as_array().map(Vec::len)
        ),
        ("validation_failed", Some(3))
    );
}

#[actix_web::test]
async fn a_person_is_deleted_at_the_version_that_was_seen() {
    let mut world = World::new();
    world.users.expect_save().times(1).returning(|user, _, _| {
        assert_eq!(user.status, Status::Deleted);
        Ok(())
    });
    let delete = |tag: &'static str| {
        by(
            "manager",
            TestRequest::delete()
                .uri(&format!("/v1/users/{MEMBER}"))
                .insert_header(("if-match", tag)),
        )
    };
    let served = world.serve();
    let answer = ask(&served, delete("\"3\"")).await;
    assert_eq!((answer.status, answer.bytes.len()), (204, 0));
    assert_eq!(
        ask(&served, delete("\"2\"")).await.code(),
        "version_mismatch"
    );
}

#[actix_web::test]
async fn states_change_and_the_last_admin_stays() {
    let mut world = World::new();
    world.users.expect_save().returning(|user, _, _| {
        if user.profile.role == Role::Admin {
            Err(SaveUserError::LastAdmin)
        } else {
            Ok(())
        }
    });
    let served = world.serve();
    let suspend = |id: &str| post("admin", &format!("/v1/users/{id}/suspend"), Value::Null);
    let answer = ask(&served, suspend(&MEMBER.to_string())).await;
    assert_eq!(
        (
            answer.status,
            answer.json()["status"].as_str(),
            answer.header("etag")
        ),
        (200, Some("suspended"), "\"4\"")
    );
    assert_eq!(ask(&served, suspend("me")).await.code(), "last_admin");
    for state in ["restore", "activate"] {
        assert_eq!(
            ask(
                &served,
                post(
                    "manager",
                    &format!("/v1/users/{MEMBER}/{state}"),
                    Value::Null
                )
            )
            .await
            .status,
            200
        );
    }
}

#[actix_web::test]
async fn others_who_keep_changing_a_person_make_it_a_conflict() {
    let mut world = World::new();
    world
        .users
        .expect_save()
        .returning(|_, _, _| Err(SaveUserError::Outdated(Version::FIRST)));
    let answer = ask(
        &world.serve(),
        post("admin", &format!("/v1/users/{MEMBER}/suspend"), Value::Null),
    )
    .await;
    assert_eq!(
        (answer.code().as_str(), answer.json()["retryable"].as_bool()),
        ("concurrent_change", Some(true))
    );
}
