//! Photos shown, chosen and deleted through the whole application, with the ports mocked.

use crate::world::{Answer, MEMBER, World, ask, image};
use actix_web::test::TestRequest;
use bytes::Bytes;
use domain::accounts::Role;
use futures::{StreamExt, stream};
use ports::accounts::{DeleteImageError, ObjectRead, SetAvatarError};
use serde_json::json;

const ME: &str = "/v1/users/me/images";

fn by(role: &str, request: TestRequest) -> TestRequest {
    request.insert_header(("authorization", format!("Bearer {role}")))
}

fn get(path: &str) -> TestRequest {
    by("member", TestRequest::get().uri(path))
}

fn gallery() -> World {
    let mut world = World::new();
    world.images.expect_find().returning(|user, id| {
        Ok(Some(image()).filter(|image| image.id == id && image.user == user))
    });
    world.objects.expect_get().returning(|_, range| {
        let whole = Bytes::from_static(b"0123456789");
        let part = range.map_or(whole.clone(), |range| {
            whole.slice(range.start as usize..range.end as usize)
        });
        Ok(Some(ObjectRead {
            size: 10,
            body: stream::iter([Ok(part)]).boxed(),
        }))
    });
    world
}

fn variant() -> String {
    format!("{ME}/{}/256", image().id)
}

#[actix_web::test]
async fn a_picture_is_served_so_that_it_is_only_shown() {
    let answer = ask(&gallery().serve(), get(&variant())).await;
    assert_eq!(
        (answer.status, &answer.bytes[..]),
        (200, &b"0123456789"[..])
    );
    for (name, value) in [
        ("content-type", "image/jpeg"),
        ("cache-control", "private, max-age=31536000, immutable"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("x-content-type-options", "nosniff"),
        ("accept-ranges", "bytes"),
        (
            "content-disposition",
            "inline; filename=\"01900000-0000-7000-8000-000000000011-256.jpg\"",
        ),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    assert_eq!(answer.header("etag"), format!("\"{}\"", "07".repeat(32)));
}

#[actix_web::test]
async fn ranges_and_known_pictures_cost_less() {
    let served = gallery().serve();
    let answer = ask(
        &served,
        get(&variant()).insert_header(("range", "bytes=2-4")),
    )
    .await;
    assert_eq!(
        (
            answer.status,
            &answer.bytes[..],
            answer.header("content-range")
        ),
        (206, &b"234"[..], "bytes 2-4/10")
    );
    let answer = ask(
        &served,
        get(&variant()).insert_header(("range", "bytes=10-")),
    )
    .await;
    assert_eq!(
        (answer.code().as_str(), answer.header("content-range")),
        ("range_not_satisfiable", "bytes */10")
    );
    let answer = ask(
        &served,
        get(&variant()).insert_header(("if-none-match", format!("\"{}\"", "07".repeat(32)))),
    )
    .await;
    assert_eq!((answer.status, answer.bytes.len()), (304, 0));
}

#[actix_web::test]
async fn what_is_not_there_is_not_found_and_what_is_no_variant_is_named() {
    let served = gallery().serve();
    assert_eq!(
        ask(
            &served,
            get(&format!("{ME}/01900000-0000-7000-8000-0000000000aa"))
        )
        .await
        .code(),
        "not_found"
    );
    assert_eq!(
        ask(&served, get(&format!("{ME}/seven"))).await.code(),
        "invalid_parameter"
    );
    assert_eq!(
        ask(&served, get(&format!("{ME}/{}/512", image().id)))
            .await
            .code(),
        "invalid_parameter"
    );
    let others = TestRequest::get().uri(&format!(
        "/v1/users/01900000-0000-7000-8000-000000000001/images/{}",
        image().id
    ));
    assert_eq!(ask(&served, by("member", others)).await.code(), "not_found");
}

#[actix_web::test]
async fn a_photo_has_an_address_for_each_picture() {
    let answer = ask(&gallery().serve(), get(&format!("{ME}/{}", image().id))).await;
    assert_eq!((answer.status, answer.header("etag")), (200, "\"1\""));
    let url = answer.json()["variants"][1]["url"]
        .as_str()
        .expect("is there")
        .to_owned();
    assert_eq!(url, format!("/v1/users/{MEMBER}/images/{}/256", image().id));
    assert_eq!(ask(&gallery().serve(), get(&url)).await.status, 200);
}

#[actix_web::test]
async fn the_history_comes_in_pages() {
    let mut world = World::new();
    world.images.expect_history().returning(|_, before, limit| {
        assert_eq!((before.is_none() || before == Some(1), limit), (true, 2));
        Ok(if before.is_none() {
            vec![image(), image()]
        } else {
            Vec::new()
        })
    });
    let served = world.serve();
    let first = ask(&served, get(&format!("{ME}?page_size=1"))).await.json();
    let token = first["next_page_token"].as_str().expect("goes on");
    let second = ask(
        &served,
        get(&format!("{ME}?page_size=1&page_token={token}")),
    )
    .await
    .json();
    assert_eq!(second, json!({"items": []}));
}

#[actix_web::test]
async fn an_avatar_is_chosen_and_found_by_a_redirect() {
    let mut world = gallery();
    world
        .people
        .iter_mut()
        .filter(|person| person.profile.role == Role::Member)
        .for_each(|person| person.avatar = Some(image().id));
    world.images.expect_set_avatar().returning(|_, id, _| {
        if id == image().id {
            Ok(())
        } else {
            Err(SetAvatarError::Missing)
        }
    });
    let served = world.serve();
    let answer = ask(&served, get("/v1/users/me/avatar")).await;
    assert_eq!(
        (answer.status, answer.header("cache-control")),
        (307, "private, max-age=60")
    );
    assert_eq!(
        answer.header("location"),
        format!("/v1/users/{MEMBER}/images/{}/256", image().id)
    );
    let put = |id: String| {
        by(
            "member",
            TestRequest::put()
                .uri("/v1/users/me/avatar")
                .set_json(json!({ "image_id": id })),
        )
    };
    assert_eq!(ask(&served, put(image().id.to_string())).await.status, 204);
    assert_eq!(
        ask(&served, put(MEMBER.to_string())).await.code(),
        "not_found"
    );
    assert_eq!(
        ask(&served, put("7".to_owned())).await.code(),
        "validation_failed"
    );
    assert_eq!(
        ask(&World::new().serve(), get("/v1/users/me/avatar"))
            .await
            .code(),
        "not_found"
    );
}

async fn deleted(world: World, path: &str) -> Answer {
    ask(
        &world.serve(),
        by("member", TestRequest::delete().uri(path)),
    )
    .await
}

#[actix_web::test]
async fn photos_are_deleted_one_or_all() {
    let mut world = World::new();
    world
        .images
        .expect_delete()
        .times(1)
        .returning(|_, _, _| Ok(()));
    assert_eq!(
        deleted(world, &format!("{ME}/{}", image().id)).await.status,
        204
    );
    let mut world = World::new();
    world
        .images
        .expect_delete()
        .returning(|_, _, _| Err(DeleteImageError::Missing));
    assert_eq!(
        deleted(world, &format!("{ME}/{}", image().id)).await.code(),
        "not_found"
    );
    let mut world = World::new();
    world
        .images
        .expect_delete_all()
        .times(1)
        .returning(|_, _| Ok(7));
    assert_eq!(deleted(world, ME).await.json(), json!({"deleted": 7}));
}
