//! What the edge tells browsers and the impatient: rates, other origins, and the headers of every kind of answer.

use crate::world::{MEMBER, World, ask, image, limits};
use actix_web::test::TestRequest;
use bytes::Bytes;
use futures::{StreamExt as _, stream};
use ports::accounts::{Begun, MockLockoutRepository, ObjectRead};
use std::fmt::Write as _;

fn get(path: &str) -> TestRequest {
    TestRequest::get().uri(path)
}

fn by(role: &str, path: &str) -> TestRequest {
    get(path).insert_header(("authorization", format!("Bearer {role}")))
}

#[actix_web::test]
async fn every_answer_says_what_remains() {
    let served = World::new().serve();
    for request in [
        get("/v1/errors"),
        get("/nowhere"),
        get("/swagger-ui/nope"),
        get("/v1/errors").method(actix_web::http::Method::DELETE),
        by("member", "/v1/me"),
        by("nobody at all", "/v1/me"),
    ] {
        let answer = ask(&served, request).await;
        assert_eq!(
            (
                answer.header("ratelimit-policy"),
                answer.header("ratelimit")
            ),
            ("\"default\";q=200;w=2", "\"default\";r=199;t=1")
        );
    }
}

/// The answer to who may read it and the answer to how it is written are both part of what a cache goes by.
#[actix_web::test]
async fn a_long_text_is_compressed_for_who_takes_it_so() {
    let mut world = World::new();
    world.config.cors_origins = vec!["https://app.example.org".to_owned()];
    let served = world.serve();
    for (accepted, expected) in [("gzip", "gzip"), ("br", "br"), ("zstd", "zstd"), ("", "")] {
        let request = get("/v1/errors").insert_header(("accept-encoding", accepted));
        let answer = ask(&served, request).await;
        assert_eq!(answer.header("content-encoding"), expected);
        let vary = answer.headers.get_all("vary");
        let vary: Vec<&str> = vary.map(|value| value.to_str().unwrap()).collect();
        assert_eq!(vary, ["origin", "accept-encoding"]);
    }
}

#[actix_web::test]
async fn one_too_many_is_told_when_to_come_back() {
    let mut world = World::new();
    world.limiter = limits::nothing_left();
    let served = world.serve();
    for request in [
        get("/v1/errors"),
        by("member", "/v1/me"),
        by("wrong", "/v1/me"),
    ] {
        let answer = ask(&served, request).await;
        assert_eq!(
            (
                answer.code().as_str(),
                answer.header("retry-after"),
                answer.header("ratelimit")
            ),
            ("rate_limited", "1", "\"default\";r=0;t=2")
        );
    }
}

#[actix_web::test]
async fn nobody_refuses_a_probe() {
    let mut world = World::new();
    world.limiter = limits::nothing_left();
    let served = world.serve();
    for path in ["/health/live", "/healthz", "/readyz", "/health", "/metrics"] {
        let answer = ask(&served, get(path)).await;
        assert_eq!(
            (answer.status, answer.header("ratelimit")),
            (200, ""),
            "{path}"
        );
    }
}

#[actix_web::test]
async fn a_sign_in_that_failed_too_often_says_when_to_come_back() {
    let mut world = World::new();
    world.lockouts = MockLockoutRepository::new();
    world
        .lockouts
        .expect_begin()
        .returning(|_, at| Ok(Begun::Refused(at + jiff::SignedDuration::from_secs(90))));
    let body = serde_json::json!({"email": "ada@example.org", "password": "correct horse battery"});
    let request = TestRequest::post().uri("/v1/auth/login").set_json(body);
    let answer = ask(&world.serve(), request).await;
    assert_eq!(
        (answer.code().as_str(), answer.header("retry-after")),
        ("rate_limited", "90")
    );
}

fn open_to(origins: &[&str]) -> World {
    let mut world = World::new();
    world.config.cors_origins = origins.iter().map(|origin| (*origin).to_owned()).collect();
    world
}

const APP: &str = "https://app.example.org";

fn preflight(origin: &str) -> TestRequest {
    let request = TestRequest::default().method(actix_web::http::Method::OPTIONS);
    request
        .uri("/v1/users/me")
        .insert_header(("origin", origin))
        .insert_header(("access-control-request-method", "PATCH"))
        .insert_header(("access-control-request-headers", "authorization,if-match"))
}

#[actix_web::test]
async fn a_page_of_an_origin_on_the_list_may_ask_and_read() {
    let served = open_to(&["http://localhost:5173", APP]).serve();
    let answer = ask(&served, preflight(APP)).await;
    assert_eq!(
        (answer.status, answer.header("access-control-allow-origin")),
        (204, APP)
    );
    assert!(
        answer
            .header("access-control-allow-methods")
            .contains("PATCH")
    );
    assert!(
        answer
            .header("access-control-allow-headers")
            .contains("if-match")
    );
    assert_eq!(answer.header("access-control-max-age"), "600");
    for (role, status) in [("member", 200), ("wrong", 401)] {
        let request = by(role, "/v1/me").insert_header(("origin", APP));
        let answer = ask(&served, request).await;
        assert_eq!(
            (answer.status, answer.header("access-control-allow-origin")),
            (status, APP)
        );
        assert!(
            answer
                .header("access-control-expose-headers")
                .contains("etag")
        );
        assert_eq!(answer.header("vary"), "origin");
        assert_eq!(answer.header("access-control-allow-credentials"), "");
    }
}

#[actix_web::test]
async fn pages_of_other_origins_may_not() {
    let served = open_to(&[APP]).serve();
    for origin in [
        "https://evil.example",
        "null",
        "https://app.example.org.evil.example",
        "http://app.example.org",
        "https://app.example.org:8443",
        "*",
    ] {
        let answer = ask(&served, preflight(origin)).await;
        assert_ne!(answer.status, 204, "{origin}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{origin}");
        let answer = ask(
            &served,
            by("member", "/v1/me").insert_header(("origin", origin)),
        )
        .await;
        assert_eq!(answer.header("access-control-allow-origin"), "", "{origin}");
        assert_eq!(
            answer.header("vary"),
            "origin",
            "what is cached depends on who asks"
        );
    }
    let doubled = by("member", "/v1/me")
        .append_header(("origin", APP))
        .append_header(("origin", "https://evil.example"));
    assert_eq!(
        ask(&served, doubled)
            .await
            .header("access-control-allow-origin"),
        ""
    );
}

#[actix_web::test]
async fn nobody_is_on_the_list_unless_somebody_puts_them_there() {
    let served = World::new().serve();
    let answer = ask(&served, preflight(APP)).await;
    assert_eq!(answer.code(), "method_not_allowed");
    let answer = ask(&served, get("/v1/errors").insert_header(("origin", APP))).await;
    assert_eq!(
        (
            answer.header("access-control-allow-origin"),
            answer.header("vary")
        ),
        // How it is written depends on who asks; whether it may be read does not.
        ("", "accept-encoding")
    );
}

/// What a browser is told besides the answer itself.
const SHOWN: [&str; 8] = [
    "cache-control",
    "content-security-policy",
    "content-type",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
    "x-xss-protection",
];

#[actix_web::test]
async fn the_headers_of_every_kind_of_answer_are_as_they_were_last_looked_at() {
    let mut world = open_to(&[APP]);
    world.config.hsts = true;
    world
        .images
        .expect_find()
        .returning(|_, _| Ok(Some(image())));
    world.objects.expect_get().returning(|_, _| {
        Ok(Some(ObjectRead {
            size: 4,
            body: stream::iter([Ok(Bytes::from_static(b"0123"))]).boxed(),
        }))
    });
    let served = world.serve();
    let picture = format!("/v1/users/{MEMBER}/images/{}/256", image().id);
    let mut told = String::new();
    for (what, request) in [
        ("200, a list anybody may read", get("/v1/errors")),
        ("200, a person", by("member", "/v1/me")),
        ("200, a picture", by("member", &picture)),
        ("200, a page", get("/")),
        ("200, Swagger UI", get("/swagger-ui/")),
        ("200, a probe", get("/readyz")),
        ("204, a preflight", preflight(APP)),
        ("400, a parameter", by("member", "/v1/me?colour=red")),
        ("401, nobody", get("/v1/me")),
        ("403, not for members", by("member", "/v1/users")),
        ("404, no such address", get("/nowhere")),
        ("405, no such method", TestRequest::put().uri("/v1/users")),
        ("500, a panic", get("/v1/panic")),
    ] {
        let answer = ask(&served, request).await;
        assert!(
            what.starts_with(&answer.status.to_string()),
            "{what}: {answer:?}"
        );
        let _ = writeln!(told, "{what}");
        for name in SHOWN {
            let _ = writeln!(told, "    {name}: {}", answer.header(name));
        }
    }
    insta::assert_snapshot!("headers", told);
}
