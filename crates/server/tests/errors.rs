//! Every failure is a problem with a catalogued code, and nothing that a client sends is a 500.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
#![allow(clippy::too_many_lines, reason = "tables of cases")]

mod support;

use serde_json::json;
use std::collections::BTreeSet;
use support::Muster;

#[tokio::test]
async fn what_is_wrong_with_a_body_is_said_by_code_and_pointer() {
    let (_muster, admin) = Muster::set_up().await;
    let cases: Vec<(&str, &str, Vec<u8>, &str)> = vec![
        (
            "bad JSON",
            "application/json",
            b"{\"given_name\": ".to_vec(),
            "malformed_json",
        ),
        (
            "no JSON at all",
            "application/json",
            b"hello".to_vec(),
            "malformed_json",
        ),
        ("nothing", "application/json", Vec::new(), "malformed_json"),
        (
            "half a body with an unknown field",
            "application/json",
            b"{\"nickname\": 1, ".to_vec(),
            "malformed_json",
        ),
        (
            "half a body with a wrong type",
            "application/json",
            b"{\"given_name\": 5, !!!".to_vec(),
            "malformed_json",
        ),
        (
            "half a list",
            "application/json",
            b"[1,2".to_vec(),
            "malformed_json",
        ),
        (
            "not UTF-8",
            "application/json",
            b"{\"given_name\": \"\xff\"}".to_vec(),
            "malformed_json",
        ),
        (
            "deeply nested",
            "application/json",
            [vec![b'['; 100_000], vec![b']'; 100_000]].concat(),
            "validation_failed",
        ),
        (
            "an unknown field",
            "application/json",
            br#"{"given_name":"G","family_name":"H","email":"g@example.org","nickname":"x"}"#
                .to_vec(),
            "unknown_field",
        ),
        (
            "a wrong type",
            "application/json",
            br#"{"given_name":7,"family_name":"H","email":"g@example.org"}"#.to_vec(),
            "validation_failed",
        ),
        (
            "a missing field",
            "application/json",
            br#"{"family_name":"H","email":"g@example.org"}"#.to_vec(),
            "validation_failed",
        ),
        (
            "an array",
            "application/json",
            b"[]".to_vec(),
            "validation_failed",
        ),
        (
            "null",
            "application/json",
            b"null".to_vec(),
            "validation_failed",
        ),
        (
            "no address",
            "application/json",
            br#"{"given_name":"G","family_name":"H","email":"nobody"}"#.to_vec(),
            "validation_failed",
        ),
        (
            "too long",
            "application/json",
            json!({"given_name": "g".repeat(101), "family_name": "H", "email": "g@example.org"})
                .to_string()
                .into_bytes(),
            "validation_failed",
        ),
        (
            "a control character",
            "application/json",
            br#"{"given_name":"G\u0000","family_name":"H","email":"g@example.org"}"#.to_vec(),
            "invalid_character",
        ),
        (
            "a bidi override",
            "application/json",
            "{\"given_name\":\"G\u{202e}\",\"family_name\":\"H\",\"email\":\"g@example.org\"}"
                .as_bytes()
                .to_vec(),
            "invalid_character",
        ),
        (
            "an unknown role",
            "application/json",
            br#"{"given_name":"G","family_name":"H","email":"g@example.org","role":"owner"}"#
                .to_vec(),
            "validation_failed",
        ),
        (
            "a wrong content type",
            "text/plain",
            b"{}".to_vec(),
            "unsupported_media_type",
        ),
        (
            "another wrong content type",
            "application/xml",
            b"<a/>".to_vec(),
            "unsupported_media_type",
        ),
        (
            "over the limit",
            "application/json",
            vec![b' '; 1024 * 1024 + 1],
            "body_too_large",
        ),
    ];
    for (what, media_type, sent, code) in cases {
        let answer = admin.body("POST", "/v1/users", media_type, sent).await;
        assert_eq!(answer.code(), code, "{what}: {answer:?}");
    }
    let both = admin
        .body(
            "POST",
            "/v1/users",
            "application/json",
            json!({"given_name": "", "family_name": "H", "email": "no"}).to_string(),
        )
        .await;
    let pointers: BTreeSet<String> = both.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        pointers,
        BTreeSet::from(["/email".to_owned(), "/given_name".to_owned()]),
        "all faults at once"
    );
}

#[tokio::test]
async fn what_is_wrong_with_an_address_or_a_method_is_said() {
    let (_muster, admin) = Muster::set_up().await;
    for (method, path, code) in [
        ("GET", "/nowhere", "not_found"),
        ("GET", "/v1/nowhere", "not_found"),
        ("GET", "/etc/passwd", "not_found"),
        (
            "GET",
            "/v1/users/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
            "invalid_parameter",
        ),
        ("GET", "/v1/users/not-a-uuid", "invalid_parameter"),
        (
            "GET",
            "/v1/users/0199aaaa-0000-7000-8000-000000000001",
            "not_found",
        ),
        ("GET", "/v1/users?colour=red", "unknown_parameter"),
        ("GET", "/v1/users?page_size=0", "invalid_parameter"),
        ("GET", "/v1/users?page_size=many", "invalid_parameter"),
        ("GET", "/v1/users?query=a", "invalid_parameter"),
        ("GET", "/v1/users?role=owner", "invalid_parameter"),
        ("GET", "/v1/users?site_id=here", "invalid_parameter"),
        ("GET", "/v1/users?query=%ff%fe", "invalid_parameter"),
        (
            "GET",
            "/v1/users/me/images/0199aaaa-0000-7000-8000-000000000001/65",
            "not_found",
        ),
        ("GET", "/v1/errors/no_such_code", "not_found"),
        ("PUT", "/v1/users", "method_not_allowed"),
        ("DELETE", "/v1/me", "method_not_allowed"),
        ("TRACE", "/v1/users", "method_not_allowed"),
        ("PATCH", "/", "method_not_allowed"),
        ("POST", "/health/live", "method_not_allowed"),
    ] {
        let answer = admin.send(admin.request(method, path)).await;
        assert!(answer.status >= 400, "{method} {path}: {answer:?}");
        let found = answer.code();
        let either = path.ends_with("/65") && found == "invalid_parameter";
        assert!(found == code || either, "{method} {path}: {answer:?}");
        if code == "method_not_allowed" {
            assert!(!answer.header("allow").is_empty(), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn conditions_and_tokens_that_make_no_sense_are_refused() {
    let (muster, admin) = Muster::set_up().await;
    let me = admin.get("/v1/me").await.id();
    for bad in [
        "1",
        "\"one\"",
        "W/\"1\"",
        "\"0\"",
        "\"99999999999999\"",
        "\"-1\"",
    ] {
        let answer = admin
            .patch(
                &format!("/v1/users/{me}"),
                bad,
                &json!({"phone": "555 0100"}),
            )
            .await;
        assert!(
            ["invalid_parameter", "version_mismatch"].contains(&answer.code().as_str()),
            "{bad}: {answer:?}"
        );
    }
    for token in [
        "",
        "x",
        "a.b.c",
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
        &"x".repeat(5000),
    ] {
        let answer = muster.bearing(token).get("/v1/me").await;
        assert_eq!(answer.code(), "unauthenticated", "{token}");
        assert!(
            answer.header("www-authenticate").starts_with("Bearer"),
            "{answer:?}"
        );
    }
    let basic = muster.anonymous();
    let answer = basic
        .send(
            basic
                .request("GET", "/v1/me")
                .header("Authorization", "Basic YTpi"),
        )
        .await;
    assert_eq!(answer.code(), "unauthenticated");
}

#[tokio::test]
async fn the_catalogue_lists_every_code_with_advice() {
    let muster = Muster::start();
    let list = muster.anonymous().get("/v1/errors").await.json();
    let items = list["items"].as_array().unwrap();
    assert!(items.len() > 30);
    for item in items {
        let one = muster
            .anonymous()
            .get(&format!("/v1/errors/{}", item["code"].as_str().unwrap()))
            .await;
        assert_eq!((one.status, &one.json()), (200, item));
    }
}
