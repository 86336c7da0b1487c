//! Machine keys through the whole application, with the ports mocked.

use crate::world::{ADMIN, Answer, KEY, World, ask, world_key};
use actix_web::http::Method;
use actix_web::test::TestRequest;
use domain::accounts::{ApiKey, Scope};
use domain::audit::Action;
use domain::ids::KeyId;
use serde_json::{Value, json};
use uuid::Uuid;

fn request(by: &str, method: Method, path: &str) -> TestRequest {
    let bearer = ("authorization", format!("Bearer {by}"));
    let request = TestRequest::default().method(method).uri(path);
    request.insert_header(bearer)
}

async fn create(world: World, by: &str, body: Value) -> Answer {
    let request = request(by, Method::POST, "/v1/keys").set_json(body);
    ask(&world.serve(), request).await
}

#[actix_web::test]
async fn a_key_is_shown_once_and_is_no_answer_to_be_replayed() {
    let mut world = World::new();
    world
        .api_keys
        .expect_add()
        .withf(|key, commit| {
            let scopes = [Scope::UsersRead, Scope::ImagesRead].into_iter().collect();
            (key.name.as_str(), key.scopes) == ("payroll", scopes)
                && commit.claim.is_none()
                && commit.audit[0].action == Action::KeyCreated
                && commit.audit[0].user == ADMIN
        })
        .returning(|_, _| Ok(()));
    let body = json!({"name": " payroll ", "scopes": ["images:read", "users:read", "users:read"]});
    let request = request("admin", Method::POST, "/v1/keys").set_json(body);
    let answer = ask(
        &world.serve(),
        request.insert_header(("idempotency-key", "key-1")),
    )
    .await;
    assert_eq!(
        (answer.status, answer.header("cache-control")),
        (201, "no-store")
    );
    let made = answer.json();
    assert_eq!(made["key"], "mk_minted");
    assert_eq!(made["scopes"], json!(["users:read", "images:read"]));
}

#[actix_web::test]
async fn a_key_has_a_name_and_at_least_one_scope_that_there_is() {
    let cases = [
        (json!({}), vec!["/name", "/scopes"]),
        (json!({"name": "a", "scopes": []}), vec!["/scopes"]),
        (
            json!({"name": "", "scopes": ["users:read", "users:all", ""]}),
            vec!["/name", "/scopes/1", "/scopes/2"],
        ),
    ];
    for (body, expected) in cases {
        let answer = create(World::new(), "admin", body).await;
        assert_eq!(answer.code(), "validation_failed");
        let problem = answer.json();
        let mut pointers: Vec<&str> = problem["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|fault| fault["pointer"].as_str().unwrap())
            .collect();
        pointers.sort_unstable();
        assert_eq!(pointers, expected, "{problem}");
    }
}

#[actix_web::test]
async fn only_admins_have_to_do_with_keys() {
    let body = json!({"name": "a", "scopes": ["users:read"]});
    for by in ["member", "manager", KEY] {
        let answer = create(World::new(), by, body.clone()).await;
        assert_eq!(answer.code(), "forbidden", "{by}");
        for (method, path) in [
            (Method::GET, "/v1/keys".to_owned()),
            (Method::DELETE, format!("/v1/keys/{}", Uuid::max())),
        ] {
            let answer = ask(&World::new().serve(), request(by, method, &path)).await;
            assert_eq!(answer.code(), "forbidden", "{by}");
        }
    }
}

#[actix_web::test]
async fn keys_are_listed_without_what_machines_send() {
    let mut world = World::new();
    world.api_keys.expect_list().returning(|after, limit| {
        assert_eq!(limit, 2);
        let keys = match after {
            None => vec![world_key(9), world_key(8)],
            Some(after) => {
                assert_eq!(after, world_key(9).id);
                vec![ApiKey {
                    revoked_at: Some(jiff::Timestamp::UNIX_EPOCH),
                    ..world_key(8)
                }]
            }
        };
        Ok(keys)
    });
    let served = world.serve();
    let first = ask(
        &served,
        request("admin", Method::GET, "/v1/keys?page_size=1"),
    )
    .await;
    let page = first.json();
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        page["items"][0],
        json!({
            "id": world_key(9).id.to_string(), "name": "payroll", "scopes": ["users:read"],
            "created_by": "system", "created_by_id": null, "created_at": "1970-01-01T00:00:00Z",
            "last_used_at": null, "revoked_at": null,
        })
    );
    let token = page["next_page_token"].as_str().unwrap();
    let path = format!("/v1/keys?page_size=1&page_token={token}");
    let last = ask(&served, request("admin", Method::GET, &path)).await;
    assert_eq!(
        last.json()["items"][0]["revoked_at"],
        "1970-01-01T00:00:00Z"
    );
    assert_eq!(last.json()["next_page_token"], Value::Null);
}

#[actix_web::test]
async fn a_key_is_revoked_by_its_id() {
    let id = KeyId::new(Uuid::max());
    for (found, status) in [(Some(world_key(4)), 204), (None, 404)] {
        let mut world = World::new();
        world
            .api_keys
            .expect_find()
            .returning(move |_| Ok(found.clone()));
        world
            .api_keys
            .expect_revoke()
            .withf(move |revoked, _| *revoked == id)
            .returning(|_, _| Ok(true));
        let path = format!("/v1/keys/{id}");
        let answer = ask(&world.serve(), request("admin", Method::DELETE, &path)).await;
        assert_eq!(answer.status, status);
    }
    let answer = ask(
        &World::new().serve(),
        request("admin", Method::DELETE, "/v1/keys/seven"),
    )
    .await;
    assert_eq!(answer.code(), "invalid_parameter");
}

#[actix_web::test]
async fn a_key_may_what_its_scopes_name_and_is_told_which_it_lacks() {
    let mut world = World::new();
    world
        .users
        .expect_list()
        .returning(|_, _, _| Ok(Vec::new()));
    let answer = ask(&world.serve(), request(KEY, Method::GET, "/v1/users")).await;
    assert_eq!(answer.status, 200);
    let body = json!({"given_name": "Ada", "family_name": "King", "email": "a@b.org"});
    let post = request(KEY, Method::POST, "/v1/users").set_json(body);
    let answer = ask(&World::new().serve(), post).await;
    assert_eq!(answer.code(), "forbidden");
    assert_eq!(
        answer.json()["detail"],
        "this needs a key with the scope users:write"
    );
    for path in ["/v1/me", "/v1/users/me", "/v1/auth/sessions"] {
        let answer = ask(&World::new().serve(), request(KEY, Method::GET, path)).await;
        assert_eq!(answer.code(), "forbidden", "{path}");
    }
}

#[actix_web::test]
async fn a_key_that_is_unknown_or_malformed_is_nobody() {
    for key in ["mk_unknown", "mk_"] {
        let answer = ask(
            &World::new().serve(),
            request(key, Method::GET, "/v1/users"),
        )
        .await;
        assert_eq!(answer.code(), "unauthenticated", "{key}");
    }
}
