//! The main job on real input, as the first people of a new installation do it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use serde_json::{Value, json};
use support::pictures::{
    BLUE, GREEN, RED, WHITE, alpha_png, assert_corners, camera_jpeg, numbered_jpeg, webp,
};
use support::{Client, Muster, PASSWORD, Start, eventually};

const VARIANTS: [&str; 4] = ["64", "256", "1024", "full"];

async fn variant(client: &Client, user: &str, image: &str, variant: &str) -> support::Answer {
    let answer = client
        .get(&format!("/v1/users/{user}/images/{image}/{variant}"))
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

#[tokio::test]
async fn from_the_set_up_link_to_a_second_person_who_signs_in() {
    let (muster, admin) = Muster::set_up().await;
    let me = admin.get("/v1/me").await;
    assert_eq!(
        (me.status, me.json()["role"].as_str().unwrap()),
        (200, "admin")
    );
    let (id, grace) = muster.person(&admin, "member", "grace@example.org").await;
    assert_eq!(grace.get("/v1/me").await.json()["id"], id);
    let login = json!({"email": "GRACE@example.org", "password": PASSWORD});
    let answer = muster.anonymous().post("/v1/auth/login", &login).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["token_type"], "Bearer");
    assert_eq!(answer.json()["expires_in"], 900);
    let wrong = json!({"email": "grace@example.org", "password": "not the password"});
    assert_eq!(
        muster
            .anonymous()
            .post("/v1/auth/login", &wrong)
            .await
            .code(),
        "invalid_credentials"
    );
}

#[tokio::test]
async fn a_set_up_link_works_once_and_an_invitation_works_once() {
    let (muster, admin) = Muster::set_up().await;
    let code = muster
        .wait_for_line("set-up link: ")
        .split_once('=')
        .unwrap()
        .1
        .to_owned();
    let again = json!({"code": code, "password": PASSWORD, "email": "eve@example.org", "given_name": "Eve", "family_name": "E"});
    assert_eq!(
        muster
            .anonymous()
            .post("/v1/auth/invitation", &again)
            .await
            .code(),
        "invitation_invalid"
    );
    let made = admin
        .post(
            "/v1/users",
            &json!({"given_name": "G", "family_name": "H", "email": "g@example.org"}),
        )
        .await
        .id();
    let first = admin
        .post(&format!("/v1/users/{made}/invitation"), &json!({}))
        .await
        .json();
    let second = admin
        .post(&format!("/v1/users/{made}/invitation"), &json!({}))
        .await
        .json();
    let redeem = |invited: &Value| json!({"code": invited["code"], "password": PASSWORD});
    assert_eq!(
        muster
            .anonymous()
            .post("/v1/auth/invitation", &redeem(&first))
            .await
            .code(),
        "invitation_invalid"
    );
    assert_eq!(
        muster
            .anonymous()
            .post("/v1/auth/invitation", &redeem(&second))
            .await
            .status,
        200
    );
    assert_eq!(
        muster
            .anonymous()
            .post("/v1/auth/invitation", &redeem(&second))
            .await
            .code(),
        "invitation_invalid"
    );
}

#[tokio::test]
async fn a_camera_jpeg_comes_back_upright_in_every_variant_with_nothing_but_pixels() {
    let (muster, admin) = Muster::set_up().await;
    let (id, grace) = muster.person(&admin, "member", "grace@example.org").await;
    let original = camera_jpeg(3000, 2000);
    let made = grace.upload(&id, "image/jpeg", original).await;
    assert_eq!(made.status, 201, "{made:?}");
    let image = made.id();
    for (name, side) in VARIANTS.into_iter().zip([64, 256, 1024, 2048]) {
        let answer = variant(&grace, &id, &image, name).await;
        assert_eq!(answer.header("content-type"), "image/jpeg");
        assert_corners(&answer.body, [BLUE, RED, WHITE, GREEN]);
        let picture = image::load_from_memory(&answer.body).unwrap();
        assert_eq!(
            (picture.width().max(picture.height()), picture.height()),
            (side, side),
            "{name}"
        );
        for marker in [
            &b"Exif"[..],
            b"GPS",
            b"Muster Camera",
            b"http://ns.adobe.com",
            b"ICC_PROFILE",
        ] {
            assert!(
                !answer
                    .body
                    .windows(marker.len())
                    .any(|window| window == marker),
                "{name} holds {marker:?}"
            );
        }
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(
            answer.header("content-security-policy"),
            "default-src 'none'; sandbox"
        );
        assert!(
            answer.header("cache-control").contains("immutable"),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn a_png_keeps_its_alpha_and_a_webp_becomes_a_jpeg() {
    let (muster, admin) = Muster::set_up().await;
    let (id, grace) = muster.person(&admin, "member", "grace@example.org").await;
    let png = grace
        .upload(&id, "image/png", alpha_png(400, 300))
        .await
        .id();
    for name in VARIANTS {
        let answer = variant(&grace, &id, &png, name).await;
        assert_eq!(answer.header("content-type"), "image/png");
        let picture = image::load_from_memory(&answer.body).unwrap().to_rgba8();
        let (width, height) = picture.dimensions();
        assert_eq!(picture.get_pixel(width * 3 / 4, height * 3 / 4).0[3], 0);
        assert_eq!(picture.get_pixel(width / 4, height / 4).0[3], 255);
    }
    let webp = grace.upload(&id, "image/webp", webp(400, 300)).await.id();
    for name in VARIANTS {
        let answer = variant(&grace, &id, &webp, name).await;
        assert_eq!(answer.header("content-type"), "image/jpeg");
        assert_corners(&answer.body, [RED, GREEN, BLUE, WHITE]);
    }
}

#[tokio::test]
async fn the_declared_type_and_the_file_name_prove_nothing() {
    let (muster, admin) = Muster::set_up().await;
    let (id, grace) = muster.person(&admin, "member", "grace@example.org").await;
    let part = reqwest::multipart::Part::bytes(webp(40, 30))
        .file_name("holiday.gif")
        .mime_str("image/gif")
        .unwrap();
    let form = reqwest::multipart::Form::new()
        .part("image", part)
        .text("taken_at", "2026-03-29T00:30:00Z");
    let answer = grace
        .send(
            grace
                .request("POST", &format!("/v1/users/{id}/images"))
                .multipart(form),
        )
        .await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(answer.json()["taken_at"], "2026-03-29T00:30:00Z");
}

/// The ids of that many new photos, oldest first.
async fn photos(of: &Client, user: &str, count: u8) -> Vec<String> {
    let mut images = Vec::new();
    for number in 0..count {
        let answer = of
            .upload(user, "image/jpeg", numbered_jpeg(u32::from(number) * 40))
            .await;
        images.push(answer.id());
    }
    images
}

/// What the audit trail says was done.
async fn actions(admin: &Client, user: &str) -> Vec<String> {
    let trail = admin
        .get(&format!("/v1/users/{user}/audit?page_size=200"))
        .await
        .json();
    let items = trail["items"].as_array().unwrap().iter();
    items
        .map(|item| item["action"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_history_pages_newest_first_and_the_avatar_is_any_photo_of_it() {
    let (muster, admin) = Muster::set_up().await;
    let (id, grace) = muster.person(&admin, "member", "grace@example.org").await;
    let mut images = photos(&grace, &id, 5).await;
    assert_eq!(
        grace.get("/v1/me").await.json()["avatar_image_id"],
        images[0]
    );
    let (mut seen, mut token) = (Vec::new(), String::new());
    loop {
        let page = grace
            .get(&format!("/v1/users/me/images?page_size=2{token}"))
            .await
            .json();
        seen.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["id"].as_str().unwrap().to_owned()),
        );
        match page["next_page_token"].as_str() {
            Some(next) => token = format!("&page_token={next}"),
            None => break,
        }
    }
    images.reverse();
    assert_eq!(seen, images);
    let before = grace.get("/v1/me").await;
    assert_eq!(
        grace
            .put("/v1/users/me/avatar", &json!({"image_id": images[1]}))
            .await
            .status,
        204
    );
    let after = grace.get("/v1/me").await;
    assert_eq!(after.json()["avatar_image_id"], images[1]);
    assert_ne!(before.header("etag"), after.header("etag"));
    let shown = grace.get("/v1/users/me/avatar").await;
    assert!(
        (300..400).contains(&shown.status) && shown.header("location").contains(&images[1]),
        "{shown:?}"
    );
}

#[tokio::test]
async fn deleting_one_and_all_makes_them_unreadable_at_once_and_their_bytes_go() {
    let (muster, admin) = Muster::set_up().await;
    let (id, grace) = muster.person(&admin, "member", "grace@example.org").await;
    let images = photos(&grace, &id, 3).await;
    assert_eq!(muster.objects().len(), 12);
    assert_eq!(
        grace
            .delete(&format!("/v1/users/{id}/images/{}", images[0]))
            .await
            .status,
        204
    );
    assert_eq!(
        grace
            .get(&format!("/v1/users/{id}/images/{}", images[0]))
            .await
            .code(),
        "not_found"
    );
    assert_eq!(
        grace
            .get(&format!("/v1/users/{id}/images/{}/full", images[0]))
            .await
            .code(),
        "not_found"
    );
    assert!(grace.get("/v1/me").await.json()["avatar_image_id"].is_null());
    eventually("the objects of one photo are gone", || async {
        muster.objects().len() == 8
    })
    .await;
    assert_eq!(
        grace.delete(&format!("/v1/users/{id}/images")).await.json(),
        json!({"deleted": 2})
    );
    assert_eq!(
        grace.get(&format!("/v1/users/{id}/images")).await.json()["items"],
        json!([])
    );
    eventually("all objects are gone", || async {
        muster.objects().is_empty()
    })
    .await;
    let actions = actions(&admin, &id).await;
    assert_eq!(
        actions
            .iter()
            .filter(|action| *action == "image.added")
            .count(),
        3,
        "{actions:?}"
    );
    for action in ["image.deleted", "images.deleted"] {
        assert!(actions.contains(&action.to_owned()), "{actions:?}");
    }
}

#[tokio::test]
async fn the_same_bytes_again_are_the_same_photo_and_ranges_and_etags_work() {
    let (muster, admin) = Muster::set_up().await;
    let (id, grace) = muster.person(&admin, "member", "grace@example.org").await;
    let first = grace.upload(&id, "image/jpeg", numbered_jpeg(9)).await;
    let again = grace.upload(&id, "image/jpeg", numbered_jpeg(9)).await;
    assert_eq!((first.status, again.status), (201, 200));
    assert_eq!(
        (again.json()["deduplicated"].as_bool(), again.id()),
        (Some(true), first.id())
    );
    let path = format!("/v1/users/{id}/images/{}/256", first.id());
    let whole = grace.get(&path).await;
    let part = grace
        .send(grace.request("GET", &path).header("Range", "bytes=0-9"))
        .await;
    assert_eq!(
        (part.status, part.body.as_slice()),
        (206, &whole.body[..10])
    );
    assert_eq!(
        part.header("content-range"),
        format!("bytes 0-9/{}", whole.body.len())
    );
    let same = grace
        .send(
            grace
                .request("GET", &path)
                .header("If-None-Match", whole.header("etag")),
        )
        .await;
    assert_eq!((same.status, same.body.len()), (304, 0));
    let beyond = grace
        .send(
            grace
                .request("GET", &path)
                .header("Range", "bytes=99999999-"),
        )
        .await;
    assert_eq!(beyond.code(), "range_not_satisfiable");
}

#[tokio::test]
async fn stopped_and_started_again_everything_is_there() {
    let (mut muster, admin) = Muster::set_up().await;
    let (id, grace) = muster.person(&admin, "member", "grace@example.org").await;
    let image = grace.upload(&id, "image/jpeg", numbered_jpeg(9)).await.id();
    let before = variant(&grace, &id, &image, "full").await.body;
    muster.terminate();
    assert_eq!(muster.ended().code(), Some(0));
    let muster = Muster::start_with(Start {
        place: Some(muster.place()),
        ..Start::default()
    });
    let grace = muster.bearing(grace.token());
    assert_eq!(variant(&grace, &id, &image, "full").await.body, before);
    assert!(!muster.log().contains("set-up link"), "{}", muster.log());
}
