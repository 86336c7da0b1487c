//! Requests that mean no good: each is a catalogued problem, and none is our fault.

use crate::world::{Served, World, ask};
use actix_web::http::Method;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::test::TestRequest;

async fn is_refused(served: &Served, request: TestRequest, what: &str) {
    let answer = ask(
        served,
        request.insert_header(("authorization", "Bearer admin")),
    )
    .await;
    assert!(
        (400..500).contains(&answer.status),
        "{what}: {} {:?}",
        answer.status,
        answer.bytes
    );
    answer.code();
}

const BODIES: [&[u8]; 20] = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"7",
    b"\"text\"",
    b"{}",
    b"{\"email\":",
    b"\xff\xfe",
    b"{\"email\": \"\\ud800\"}",
    b"{\"__proto__\": {}}",
    b"{\"email\": []}",
    b"{\"email\": {\"$ne\": null}}",
    b"{\"items\": {}}",
    b"{\"items\": [7]}",
    b"{\"code\": 1e999}",
    b"{\"image_id\": \"../../etc/passwd\"}",
    b"{\"email\": \"a@b.cd\", \"email\": \"a@b.cd\"}",
    b"{\"given_name\": \"\\u0000\"}",
    b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>",
];

#[actix_web::test]
async fn no_body_is_too_strange() {
    let served = World::new().serve();
    let deep = "[".repeat(100_000);
    for path in [
        "/v1/users",
        "/v1/users/batch",
        "/v1/auth/login",
        "/v1/auth/invitation",
    ] {
        for body in BODIES.iter().copied().chain([deep.as_bytes()]) {
            let request = TestRequest::post()
                .uri(path)
                .insert_header(("content-type", "application/json"))
                .set_payload(body.to_vec());
            is_refused(
                &served,
                request,
                &format!(
                    "{path} {:?}",
                    String::from_utf8_lossy(body.get(..40).unwrap_or(body))
                ),
            )
            .await;
        }
    }
}

#[actix_web::test]
async fn no_patch_is_too_strange() {
    let served = World::new().serve();
    for body in BODIES.iter().copied().filter(|body| *body != b"{}") {
        let request = TestRequest::patch()
            .uri("/v1/users/me")
            .insert_header(("content-type", "application/merge-patch+json"))
            .insert_header(("if-match", "\"2\""));
        is_refused(
            &served,
            request.set_payload(body.to_vec()),
            &String::from_utf8_lossy(body),
        )
        .await;
    }
}

#[actix_web::test]
async fn no_address_is_too_strange() {
    let served = World::new().serve();
    for path in [
        "/v1",
        "/v1/",
        "/v1/users/",
        "/v1//users",
        "/v1/users/..%2f..%2fetc%2fpasswd",
        "/v1/users/%00",
        "/v1/users/%ff",
        "/v1/users/me/",
        "/v1/users/me/images/..",
        "/V1/users",
        "/v1/users/me/images/x/y/z",
        "/v1/errors/nothing",
        "/v1/errors/%F0%9F%A6%80",
        "/.git/config",
        "/wp-login.php",
        "/assets/../Cargo.toml",
        "/swagger-ui/..%2fCargo.toml",
        "/v1/users?page_size=-1",
        "/v1/users?page_size=1e9",
        "/v1/users?page_token=%00",
        "/v1/users?role=admin&role=member",
        "/v1/users?query=%00%00",
        "/v1/users?[]=1",
        "/v1/users/me?fields=all",
        "/v1/users?site_id=7",
        "/v1/users/me/images?page_size=",
    ] {
        is_refused(&served, TestRequest::get().uri(path), path).await;
    }
}

#[actix_web::test]
async fn no_method_is_too_strange() {
    let served = World::new().serve();
    for method in [
        "PUT",
        "PATCH",
        "OPTIONS",
        "TRACE",
        "CONNECT",
        "PROPFIND",
        "get",
        "X-METHOD-NOBODY-EVER-HEARD-OF",
    ] {
        let method = Method::from_bytes(method.as_bytes()).expect("is a method");
        is_refused(
            &served,
            TestRequest::default()
                .method(method.clone())
                .uri("/v1/users"),
            method.as_str(),
        )
        .await;
    }
}

#[actix_web::test]
async fn no_content_type_is_too_strange() {
    let served = World::new().serve();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/json; charset=utf-16",
        "application/*",
        "*/*",
        ";",
        "json",
        "application/json,text/plain",
    ] {
        let request = TestRequest::post()
            .uri("/v1/users")
            .insert_header(("content-type", kind))
            .set_payload("{}");
        is_refused(&served, request, kind).await;
    }
}

#[actix_web::test]
async fn no_header_is_too_strange() {
    let served = World::new().serve();
    for (name, value) in [
        ("if-match", "\u{1}"),
        ("if-match", ""),
        ("if-match", "\"\"\"\""),
        ("idempotency-key", ""),
        ("idempotency-key", "\"open"),
        ("idempotency-key", "a b"),
        ("content-length", "10485761"),
    ] {
        let Ok(value) = HeaderValue::from_str(value) else {
            continue;
        };
        let (method, path) = if name == "if-match" {
            (Method::DELETE, "/v1/users/me")
        } else {
            (Method::POST, "/v1/users")
        };
        let body = "{\"given_name\": \"A\", \"family_name\": \"B\", \"email\": \"a@example.org\"}";
        let request = TestRequest::default()
            .method(method)
            .uri(path)
            .insert_header(("content-type", "application/json"))
            .set_payload(body);
        is_refused(
            &served,
            request.insert_header((HeaderName::from_static(name), value.clone())),
            &format!("{name}: {value:?}"),
        )
        .await;
    }
}

#[actix_web::test]
async fn strangers_are_told_to_sign_in_before_anything_else_is_judged() {
    let served = World::new().serve();
    let document = serde_json::to_value(crate::openapi()).expect("serialises");
    for (path, item) in document["paths"].as_object().expect("has paths") {
        for (method, operation) in item.as_object().expect("has methods") {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("is a method");
            let uri = path.replace(['{', '}'], "x") + "?nonsense=1";
            let answer = ask(
                &served,
                TestRequest::default().method(method.clone()).uri(&uri),
            )
            .await;
            let open = operation["security"] == serde_json::json!([{}]);
            assert_eq!(answer.code() == "unauthenticated", !open, "{method} {path}");
        }
    }
}
