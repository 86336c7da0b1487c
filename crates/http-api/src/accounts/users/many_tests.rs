//! Lists, batches, invitations and the trail through the whole application, with the ports mocked.

use crate::world::{MEMBER, World, ask, person};
use actix_web::test::TestRequest;
use application::Committed;
use domain::accounts::Role;
use ports::accounts::{AddUsersError, Added, AuditRecord, BatchMode, Refusal};
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
async fn pages_go_on_where_they_stopped_and_only_for_the_same_list() {
    let mut world = World::new();
    world.users.expect_list().returning(|filter, after, limit| {
        assert_eq!((filter.role, limit), (Some(Role::Member), 2));
        let people = vec![person(MEMBER, Role::Member); if after.is_some() { 1 } else { 2 }];
        Ok(people)
    });
    let served = world.serve();
    let list = |query: &str| {
        by(
            "manager",
            TestRequest::get().uri(&format!("/v1/users?page_size=1&{query}")),
        )
    };
    let first = ask(&served, list("role=member")).await.json();
    let token = first["next_page_token"]
        .as_str()
        .expect("goes on")
        .to_owned();
    let second = ask(&served, list(&format!("role=member&page_token={token}")))
        .await
        .json();
    assert_eq!(
        (
            second["items"].as_array().map(Vec::len),
            second.get("next_page_token")
        ),
        (Some(1), None)
    );
    assert_eq!(
        ask(&served, list(&format!("role=admin&page_token={token}")))
            .await
            .code(),
        "page_token_mismatch"
    );
    assert_eq!(
        ask(&served, list("role=member&page_token=garbage"))
            .await
            .code(),
        "page_token_mismatch"
    );
    let other = by(
        "admin",
        TestRequest::get().uri(&format!(
            "/v1/users?page_size=1&role=member&page_token={token}"
        )),
    );
    assert_eq!(ask(&served, other).await.code(), "page_token_mismatch");
}

#[actix_web::test]
async fn bad_filters_are_all_named() {
    let answer = ask(
        &World::new().serve(),
        by(
            "manager",
            TestRequest::get().uri("/v1/users?query=a&role=x&status=y&site_id=z&page_size=0"),
        ),
    )
    .await;
    assert_eq!(
        (
            answer.code().as_str(),
            answer.json()["errors"].as_array().map(Vec::len)
        ),
        ("invalid_parameter", Some(5))
    );
    assert_eq!(
        ask(
            &World::new().serve(),
            by("manager", TestRequest::get().uri("/v1/users?quer=ada"))
        )
        .await
        .code(),
        "unknown_parameter"
    );
}

#[actix_web::test]
async fn a_partial_batch_has_a_verdict_for_each_row() {
    let mut world = World::new();
    world
        .users
        .expect_add_all()
        .times(1)
        .returning(|users, mode, _| {
            assert_eq!((users.len(), mode), (2, BatchMode::Partial));
            Ok(Committed::Fresh(vec![
                Added::Applied(users[0].id),
                Added::Refused(Refusal::EmailTaken),
            ]))
        });
    let rows = json!({"items": [{"given_name": "A"}, ada(), {"given_name": "A", "family_name": "B", "email": "b@example.org"}]});
    let answer = ask(
        &world.serve(),
        post("manager", "/v1/users/batch?mode=partial", rows),
    )
    .await;
    assert_eq!(answer.status, 200);
    let items = answer.json()["items"].clone();
    let told: Vec<String> = items
        .as_array()
        .expect("is there")
        .iter()
        .map(|item| {
            format!(
                "{} {} {}",
                item["index"], item["status"], item["problem"]["errors"][0]["pointer"]
            )
            .replace('"', "")
        })
        .collect();
    assert_eq!(
        told,
        [
            "0 refused /items/0/family_name",
            "1 applied null",
            "2 refused /items/2/email"
        ]
    );
}

#[actix_web::test]
async fn an_atomic_batch_applies_all_or_nothing() {
    let rows = json!({"items": [{"given_name": "A"}, ada()]});
    let answer = ask(
        &World::new().serve(),
        post("manager", "/v1/users/batch", rows),
    )
    .await;
    assert_eq!(
        (
            answer.code().as_str(),
            answer.json()["errors"][0]["pointer"].as_str()
        ),
        ("validation_failed", Some("/items/0/family_name"))
    );
    let mut world = World::new();
    world.users.expect_add_all().returning(|_, _, _| {
        Err(AddUsersError::Refused(vec![
            (17, Refusal::EmailTaken),
            (18, Refusal::SubjectTaken),
        ]))
    });
    let answer = ask(
        &world.serve(),
        post(
            "manager",
            "/v1/users/batch?mode=atomic",
            json!({"items": [ada()]}),
        ),
    )
    .await;
    assert_eq!(answer.code(), "email_taken");
    assert_eq!(
        (
            answer.json()["errors"][0]["pointer"].as_str(),
            answer.json()["errors"][1]["pointer"].as_str()
        ),
        (Some("/items/17/email"), Some("/items/18/external_subject"))
    );
}

#[actix_web::test]
async fn a_batch_has_1_to_1000_rows() {
    let served = World::new().serve();
    for rows in [json!([]), Value::Array(vec![ada(); 1001])] {
        let answer = ask(
            &served,
            post("manager", "/v1/users/batch", json!({"items": rows})),
        )
        .await;
        assert_eq!(
            (
                answer.code().as_str(),
                answer.json()["errors"][0]["pointer"].as_str()
            ),
            ("validation_failed", Some("/items"))
        );
    }
    assert_eq!(
        ask(
            &served,
            post("manager", "/v1/users/batch?mode=both", json!({"items": []}))
        )
        .await
        .code(),
        "invalid_parameter"
    );
}

#[actix_web::test]
async fn an_invitation_is_a_link_with_the_code_in_its_fragment() {
    let mut world = World::new();
    world
        .codes
        .expect_mint()
        .returning(|| ports::accounts::identity::OneTimeCode {
            code: domain::Pii::new("c0de".to_owned()),
            digest: domain::Digest::new([1; 32]),
        });
    world
        .credentials
        .expect_invite()
        .times(1)
        .returning(|_, _, _| Ok(()));
    let answer = ask(
        &world.serve(),
        post(
            "manager",
            &format!("/v1/users/{MEMBER}/invitation"),
            Value::Null,
        ),
    )
    .await;
    assert_eq!(
        (answer.status, answer.header("cache-control")),
        (201, "no-store")
    );
    assert_eq!(
        answer.json(),
        json!({"link": "https://muster.example/invitation#code=c0de", "code": "c0de", "expires_at": "1970-01-04T00:00:00Z"})
    );
}

#[actix_web::test]
async fn the_trail_shows_what_was_done_and_no_personal_values() {
    use domain::actors::Principal;
    use domain::audit::{Action, Audit, Change};
    let mut world = World::new();
    world.trail.expect_of_user().returning(|user, _, _| {
        let entry = Audit::of(Action::UserChanged, user).with(vec![
            Change::personal("phone"),
            Change::plain("role", Some("member".into()), Some("manager".into())),
        ]);
        Ok(vec![AuditRecord {
            seq: 9,
            at: jiff::Timestamp::UNIX_EPOCH,
            by: Principal::System,
            request_id: "r".into(),
            entry,
        }])
    });
    let answer = ask(
        &world.serve(),
        by(
            "manager",
            TestRequest::get().uri(&format!("/v1/users/{MEMBER}/audit")),
        ),
    )
    .await;
    insta::assert_json_snapshot!("audit", answer.json());
}

#[actix_web::test]
async fn a_row_is_an_object_and_a_head_has_what_a_get_has() {
    let served = World::new().serve();
    let rows = json!({"items": [["Ada", "Lovelace", "ada@example.org"]]});
    let answer = ask(&served, post("manager", "/v1/users/batch", rows)).await;
    assert_eq!(
        (
            answer.code().as_str(),
            answer.json()["errors"][0]["pointer"].as_str()
        ),
        ("validation_failed", Some("/items/0"))
    );
    let head = by(
        "member",
        TestRequest::default()
            .method(actix_web::http::Method::HEAD)
            .uri("/v1/users/me"),
    );
    let answer = ask(&served, head).await;
    assert_eq!((answer.status, answer.header("etag")), (200, "\"3\""));
}
