//! The stack from the outside: what every answer has, and what never reaches a handler.

use crate::Layers;
use crate::world::{World, ask, send};
use actix_web::dev::Payload;
use actix_web::test::TestRequest;
use futures::stream;
use std::time::Duration;

fn get(path: &str) -> TestRequest {
    TestRequest::get().uri(path)
}

#[actix_web::test]
async fn a_good_request_id_comes_back_and_a_bad_one_is_replaced() {
    let served = World::new().serve();
    let answer = ask(
        &served,
        get("/v1/errors").insert_header(("x-request-id", "my-request.1")),
    )
    .await;
    assert_eq!(
        (answer.status, answer.header("x-request-id")),
        (200, "my-request.1")
    );
    let answer = ask(
        &served,
        get("/nowhere").insert_header(("x-request-id", "bad id")),
    )
    .await;
    assert_eq!(
        (answer.code().as_str(), answer.header("x-request-id").len()),
        ("not_found", 32)
    );
}

#[actix_web::test]
async fn every_answer_has_security_headers() {
    let mut world = World::new();
    world.config.hsts = true;
    let served = world.serve();
    for path in [
        "/v1/errors",
        "/nowhere",
        "/",
        "/swagger-ui/",
        "/health/live",
        "/v1/panic",
    ] {
        let answer = ask(&served, get(path)).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("x-xss-protection", "0"),
            ("referrer-policy", "no-referrer"),
            (
                "strict-transport-security",
                "max-age=31536000; includeSubDomains",
            ),
        ] {
            assert_eq!(answer.header(name), value, "{name} of {path}");
        }
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("script-src 'unsafe"),
            "{path}: {policy}"
        );
        assert!(!answer.header("cache-control").is_empty(), "{path}");
    }
    let served = World::new().serve();
    assert_eq!(
        ask(&served, get("/v1/errors"))
            .await
            .header("strict-transport-security"),
        ""
    );
}

#[actix_web::test]
async fn a_panic_is_a_500_that_says_nothing_and_is_counted() {
    let served = World::new().serve();
    let answer = ask(
        &served,
        get("/v1/panic").insert_header(("x-request-id", "panicking")),
    )
    .await;
    assert_eq!(
        (answer.code().as_str(), answer.header("x-request-id")),
        ("internal", "panicking")
    );
    assert!(!String::from_utf8_lossy(&answer.bytes).contains("ada@example.org"));
    assert!(
        served
            .operations
            .metrics
            .encode_text()
            .contains("\npanics_total 1\n")
    );
}

#[actix_web::test]
async fn unknown_addresses_and_methods_are_problems() {
    let served = World::new().serve();
    assert_eq!(ask(&served, get("/v1/user")).await.code(), "not_found");
    let answer = ask(&served, TestRequest::put().uri("/v1/users")).await;
    assert_eq!(
        (answer.code().as_str(), answer.header("allow")),
        ("method_not_allowed", "GET, HEAD, POST")
    );
    let answer = ask(&served, TestRequest::delete().uri("/v1/auth/login")).await;
    assert_eq!(
        (answer.code().as_str(), answer.header("allow")),
        ("method_not_allowed", "POST")
    );
}

#[actix_web::test]
async fn routes_are_measured_by_their_pattern() {
    let served = World::new().serve();
    ask(
        &served,
        get("/v1/users/me").insert_header(("authorization", "Bearer member")),
    )
    .await;
    ask(&served, get("/no/such/secret")).await;
    let text = served.operations.metrics.encode_text();
    assert!(
        text.contains(r#"route="/v1/users/{id}""#) && text.contains(r#"route="unmatched""#),
        "{text}"
    );
    assert!(!text.contains("secret"));
}

#[actix_web::test]
async fn too_many_or_too_long_headers_are_431() {
    let served = World::new().serve();
    let many = (0..70).fold(get("/v1/errors"), |request, number| {
        request.insert_header((format!("x-{number}"), "1"))
    });
    assert_eq!(ask(&served, many).await.code(), "headers_too_large");
    let long = get("/v1/errors").insert_header(("x-long", "a".repeat(17 * 1024)));
    assert_eq!(ask(&served, long).await.code(), "headers_too_large");
}

#[actix_web::test]
async fn a_declared_length_over_the_limit_is_413_at_once() {
    let served = World::new().serve();
    let request = TestRequest::post()
        .uri("/v1/echo")
        .insert_header(("content-length", (11 * 1024 * 1024).to_string()));
    assert_eq!(ask(&served, request).await.code(), "body_too_large");
}

#[actix_web::test]
async fn a_body_that_grows_over_the_limit_is_413() {
    let served = World::new().serve();
    let request = TestRequest::post()
        .uri("/v1/echo")
        .insert_header(("transfer-encoding", "chunked"))
        .set_payload("a".repeat(1001));
    assert_eq!(ask(&served, request).await.code(), "body_too_large");
    let mut world = World::new();
    world.config.limits.body_bytes = 100;
    let request = TestRequest::post()
        .uri("/v1/echo")
        .insert_header(("transfer-encoding", "chunked"))
        .set_payload("a".repeat(101));
    assert_eq!(ask(&world.serve(), request).await.code(), "body_too_large");
}

#[actix_web::test]
async fn a_body_that_pauses_or_dawdles_is_408() {
    for (idle, whole, deadline) in [(20, 5000, 5000), (5000, 20, 5000), (5000, 5000, 20)] {
        let mut world = World::new();
        world.config.limits.body_idle = Duration::from_millis(idle);
        world.config.limits.body_whole = Duration::from_millis(whole);
        world.config.limits.handler_deadline = Duration::from_millis(deadline);
        let request = TestRequest::post()
            .uri("/v1/echo")
            .insert_header(("transfer-encoding", "chunked"))
            .to_request();
        let body: actix_http::BoxedPayloadStream = Box::pin(stream::pending());
        let (request, _) = request.replace_payload(Payload::Stream { payload: body });
        assert_eq!(
            send(&world.serve(), request).await.code(),
            "request_timeout",
            "{idle} {whole} {deadline}"
        );
    }
}

#[actix_web::test]
async fn a_slow_handler_is_504_and_only_a_change_is_in_doubt() {
    let mut world = World::new();
    world.config.limits.handler_deadline = Duration::from_millis(10);
    let served = world.serve();
    let answer = ask(&served, get("/v1/slow")).await;
    assert_eq!(
        (answer.code().as_str(), answer.json()["outcome"].as_str()),
        ("deadline_exceeded", Some("not_applied"))
    );
    let answer = ask(&served, TestRequest::post().uri("/v1/slow")).await;
    assert_eq!(
        (answer.code().as_str(), answer.json()["outcome"].as_str()),
        ("deadline_exceeded", Some("unknown"))
    );
}

#[actix_web::test]
async fn only_a_good_token_is_somebody() {
    let served = World::new().serve();
    let me = |token: &str| get("/v1/me").insert_header(("authorization", token.to_owned()));
    assert_eq!(ask(&served, me("Bearer member")).await.status, 200);
    assert_eq!(ask(&served, me("bearer  member")).await.status, 200);
    for token in [
        "Bearer forged",
        "Bearer nobody",
        "Basic YTpi",
        "Bearer",
        "Bearer ",
        "",
    ] {
        let answer = ask(&served, me(token)).await;
        assert_eq!(
            (answer.code().as_str(), answer.header("www-authenticate")),
            ("unauthenticated", "Bearer"),
            "{token}"
        );
    }
    assert_eq!(
        ask(&served, me("Bearer expired")).await.code(),
        "token_expired"
    );
    assert_eq!(ask(&served, get("/v1/me")).await.code(), "unauthenticated");
    let twice = get("/v1/me")
        .append_header(("authorization", "Bearer member"))
        .append_header(("authorization", "Bearer admin"));
    assert_eq!(ask(&served, twice).await.code(), "unauthenticated");
}

#[actix_web::test]
async fn a_stale_token_does_not_stand_in_the_way_of_a_new_one() {
    let served = World::new().serve();
    let request = TestRequest::post()
        .uri("/v1/auth/login")
        .insert_header(("authorization", "Bearer expired"))
        .set_json(serde_json::json!({}));
    assert_eq!(ask(&served, request).await.code(), "validation_failed");
}

#[actix_web::test]
async fn a_suspended_person_is_nobody() {
    let mut world = World::new();
    world.people[2].status = domain::accounts::Status::Suspended;
    let answer = ask(
        &world.serve(),
        get("/v1/me").insert_header(("authorization", "Bearer member")),
    )
    .await;
    assert_eq!(answer.code(), "unauthenticated");
}

#[actix_web::test]
async fn layers_can_be_left_out() {
    let mut world = World::new();
    world.config.layers = Layers::NONE;
    let served = world.serve();
    let answer = ask(
        &served,
        get("/v1/me").insert_header(("authorization", "Bearer member")),
    )
    .await;
    assert_eq!(
        (
            answer.status,
            answer.header("x-frame-options"),
            answer.header("x-request-id").len()
        ),
        (401, "", 32)
    );
    assert!(!served.operations.metrics.encode_text().contains("/v1/me"));
}
