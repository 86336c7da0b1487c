//! Consistency through the whole application, with the ports mocked.

use crate::world::{World, ask, image};
use actix_web::test::TestRequest;
use domain::accounts::images::{ImageState, ObjectKey, Variant};
use futures::{StreamExt, stream};
use ports::accounts::{ImageCount, StoredObject};
use serde_json::json;

fn by(role: &str, request: TestRequest) -> TestRequest {
    request.insert_header(("authorization", format!("Bearer {role}")))
}

#[actix_web::test]
async fn administrators_see_how_things_stand() {
    let mut world = World::new();
    world.census.expect_count().returning(|| {
        Ok(ImageCount {
            by_state: ImageState::ALL.map(|state| (state, 1)).to_vec(),
            ..ImageCount::default()
        })
    });
    let served = world.serve();
    let count = |role| by(role, TestRequest::get().uri("/v1/admin/consistency"));
    insta::assert_json_snapshot!("consistency", ask(&served, count("admin")).await.json());
    assert_eq!(ask(&served, count("manager")).await.code(), "forbidden");
}

fn orphaned() -> World {
    let mut world = World::new();
    let key = ObjectKey::of(image().user, image().id, Variant::Small);
    world.objects.expect_list().returning(move |_| {
        stream::iter([Ok(StoredObject {
            key: key.to_string(),
            size: 1,
        })])
        .boxed()
    });
    world
        .census
        .expect_known()
        .returning(|_| Ok(Default::default()));
    world.census.expect_ready().returning(|_, _| Ok(Vec::new()));
    world
}

#[actix_web::test]
async fn a_scan_is_dry_unless_told_otherwise() {
    let scan = |query: &str| {
        by(
            "admin",
            TestRequest::post().uri(&format!("/v1/admin/consistency/scan{query}")),
        )
    };
    let found = ask(&orphaned().serve(), scan("")).await.json();
    assert_eq!(
        (&found["orphan_count"], &found["deleted"]),
        (&json!(1), &json!(0))
    );
    let mut world = orphaned();
    world.objects.expect_delete().times(1).returning(|_| Ok(()));
    assert_eq!(
        ask(&world.serve(), scan("?dry_run=false")).await.json()["deleted"],
        1
    );
    assert_eq!(
        ask(&World::new().serve(), scan("?dry_run=maybe"))
            .await
            .code(),
        "invalid_parameter"
    );
}
