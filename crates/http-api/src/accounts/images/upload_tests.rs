//! Uploads through the whole application, with the ports mocked.

use crate::world::{MEMBER, World, ask, image};
use actix_web::test::TestRequest;
use application::Fault;
use futures::stream;
use ports::accounts::{
    AddedImage, DecodeBusy, DecodePermit, ProcessImageError, Processed, PublishImageError,
    ReserveImageError, Reserved,
};

const ME: &str = "/v1/users/me/images";

fn by(role: &str, request: TestRequest) -> TestRequest {
    request.insert_header(("authorization", format!("Bearer {role}")))
}

/// A world that takes pictures.
fn studio() -> World {
    let mut world = World::new();
    world
        .processor
        .expect_admit()
        .returning(|| Ok(DecodePermit::new(())));
    world.processor.expect_process().returning(|_, _| {
        Ok(Processed {
            renditions: Vec::new(),
        })
    });
    world
}

fn published(mut world: World) -> World {
    world
        .images
        .expect_reserve()
        .returning(|_, _, _| Ok(Reserved::Pending));
    world.images.expect_publish().returning(|_, _| {
        Ok(AddedImage {
            image: image(),
            deduplicated: false,
        })
    });
    world
}

fn raw(bytes: &'static [u8]) -> TestRequest {
    let request = TestRequest::post()
        .uri(ME)
        .insert_header(("content-type", "image/png"));
    by(
        "member",
        request
            .insert_header(("content-length", bytes.len().to_string()))
            .set_payload(bytes),
    )
}

fn form(parts: &[(&str, &str)]) -> TestRequest {
    let part = |(disposition, text): &(&str, &str)| {
        format!("--b\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{text}\r\n")
    };
    let body: String = parts.iter().map(part).collect::<String>() + "--b--\r\n";
    let request = TestRequest::post()
        .uri(ME)
        .insert_header(("content-type", "multipart/form-data; boundary=b"));
    by(
        "member",
        request
            .insert_header(("content-length", body.len().to_string()))
            .set_payload(body),
    )
}

#[actix_web::test]
async fn bare_bytes_become_a_photo() {
    let world = published(studio());
    let spool = world.spool.clone();
    let answer = ask(&world.serve(), raw(b"bytes")).await;
    assert_eq!((answer.status, answer.header("etag")), (201, "\"1\""));
    assert_eq!(
        answer.header("location"),
        format!("/v1/users/{MEMBER}/images/01900000-0000-7000-8000-000000000011")
    );
    assert_eq!(spool.0.lock().expect("is whole").as_slice(), b"bytes");
    insta::assert_json_snapshot!("added_image", answer.json());
}

#[actix_web::test]
async fn a_form_becomes_a_photo_with_its_instant_before_or_after() {
    let (picture, instant) = (
        ("name=\"image\"; filename=\"a.png\"", "bytes"),
        ("name=\"taken_at\"", "1970-01-01T08:30:00Z"),
    );
    for parts in [[picture, instant], [instant, picture]] {
        let mut world = studio();
        world.images.expect_reserve().returning(|pending, _, _| {
            assert_eq!(
                pending.taken_at.map(|at| at.to_string()).as_deref(),
                Some("1970-01-01T08:30:00Z")
            );
            Ok(Reserved::Duplicate(image()))
        });
        let spool = world.spool.clone();
        let answer = ask(&world.serve(), form(&parts)).await;
        assert_eq!(
            (answer.status, answer.json()["deduplicated"].as_bool()),
            (200, Some(true))
        );
        assert_eq!(spool.0.lock().expect("is whole").as_slice(), b"bytes");
    }
}

#[actix_web::test]
async fn a_form_that_is_not_ours_is_refused_with_its_place() {
    let picture = ("name=\"image\"", "bytes");
    for (parts, code, pointer) in [
        (
            vec![("name=\"taken_at\"", "1970-01-01T08:30:00Z")],
            "validation_failed",
            Some("/image"),
        ),
        (
            vec![picture, ("name=\"taken_at\"", "yesterday")],
            "validation_failed",
            Some("/taken_at"),
        ),
        (
            vec![("name=\"picture\"", "bytes")],
            "unknown_field",
            Some("/picture"),
        ),
        (vec![picture, picture], "unknown_field", Some("/image")),
    ] {
        let answer = ask(&studio().serve(), form(&parts)).await;
        assert_eq!(
            (
                answer.code().as_str(),
                answer.json()["errors"][0]["pointer"].as_str()
            ),
            (code, pointer),
            "{parts:?}"
        );
    }
    let broken = TestRequest::post()
        .uri(ME)
        .insert_header(("content-type", "multipart/form-data; boundary=b"))
        .set_payload("--b\r\nnonsense");
    assert!(ask(&studio().serve(), by("member", broken)).await.status < 500);
}

#[actix_web::test]
async fn other_content_types_are_415() {
    for kind in [
        "application/json",
        "text/html",
        "multipart/form-data",
        "multipart/mixed; boundary=b",
        "application/octet-stream",
    ] {
        let request = by(
            "member",
            TestRequest::post()
                .uri(ME)
                .insert_header(("content-type", kind))
                .set_payload("bytes"),
        );
        assert_eq!(
            ask(&studio().serve(), request).await.code(),
            "unsupported_media_type",
            "{kind}"
        );
    }
}

#[actix_web::test]
async fn no_room_to_decode_is_503_before_the_body_is_read() {
    let mut world = World::new();
    world.processor.expect_admit().returning(|| Err(DecodeBusy));
    let unread: actix_http::BoxedPayloadStream =
        Box::pin(stream::once(async { panic!("the body was read") }));
    let request = raw(b"bytes").to_request();
    let (request, _) = request.replace_payload(actix_web::dev::Payload::Stream { payload: unread });
    let answer = crate::world::send(&world.serve(), request).await;
    assert_eq!(
        (answer.code().as_str(), answer.header("retry-after")),
        ("overloaded", "1")
    );
}

#[actix_web::test]
async fn an_upload_over_the_limit_is_413() {
    let mut world = studio();
    world.config.limits.body_bytes = 4;
    let request = by(
        "member",
        TestRequest::post()
            .uri(ME)
            .insert_header(("content-type", "image/png"))
            .insert_header(("transfer-encoding", "chunked")),
    );
    let answer = ask(
        &world.serve(),
        request.set_payload(vec![7; 4 + 64 * 1024 + 1]),
    )
    .await;
    assert_eq!(answer.code(), "body_too_large");
}

#[actix_web::test]
async fn every_refusal_of_a_picture_has_its_code() {
    type Refused = fn() -> ProcessImageError;
    let cases: [(Refused, &str); 4] = [
        (|| ProcessImageError::Unsupported, "image_unsupported"),
        (
            || ProcessImageError::TooLarge {
                width: 9000,
                height: 2,
            },
            "image_too_large",
        ),
        (
            || ProcessImageError::Corrupt("secret".into()),
            "image_corrupt",
        ),
        (
            || Fault::broken("media", "decoder", "secret").into(),
            "internal",
        ),
    ];
    for (refusal, code) in cases {
        let mut world = World::new();
        world
            .processor
            .expect_admit()
            .returning(|| Ok(DecodePermit::new(())));
        world
            .processor
            .expect_process()
            .returning(move |_, _| Err(refusal()));
        let answer = ask(&world.serve(), raw(b"bytes")).await;
        assert_eq!(answer.code(), code);
        assert!(!String::from_utf8_lossy(&answer.bytes).contains("secret"));
    }
}

#[actix_web::test]
async fn every_refusal_of_a_place_has_its_code() {
    type Refused = fn() -> ReserveImageError;
    let cases: [(Refused, &str); 3] = [
        (
            || ReserveImageError::QuotaExceeded { used: 7, limit: 8 },
            "image_quota_exceeded",
        ),
        (
            || ReserveImageError::UploadInFlight,
            "image_upload_in_flight",
        ),
        (|| ReserveImageError::NoSuchUser, "not_found"),
    ];
    for (refusal, code) in cases {
        let mut world = studio();
        world
            .images
            .expect_reserve()
            .returning(move |_, _, _| Err(refusal()));
        assert_eq!(ask(&world.serve(), raw(b"bytes")).await.code(), code);
    }
    let mut world = studio();
    world
        .images
        .expect_reserve()
        .returning(|_, _, _| Ok(Reserved::Pending));
    world
        .images
        .expect_publish()
        .returning(|_, _| Err(PublishImageError::Expired));
    assert_eq!(
        ask(&world.serve(), raw(b"bytes")).await.code(),
        "image_upload_expired"
    );
}
