//! Every failure is a problem with a catalogued code, and nothing that a client sends is a 500.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;
use support::pictures::numbered_jpeg;
use support::{Answer, Client, Muster, raw, raw_parts};

/// A request with a body of some media type.
async fn body(
    client: &Client,
    method: &str,
    path: &str,
    media_type: &str,
    body: impl Into<Vec<u8>>,
) -> Answer {
    client
        .send(
            client
                .request(method, path)
                .header("Content-Type", media_type)
                .body(body.into()),
        )
        .await
}

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
        let answer = body(&admin, "POST", "/v1/users", media_type, sent).await;
        assert_eq!(answer.code(), code, "{what}: {answer:?}");
    }
    let both = body(
        &admin,
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

/// A PNG that announces 40,000 by 40,000 pixels.
fn bomb() -> Vec<u8> {
    testkit::pictures::png_header(40_000, 40_000)
}

#[tokio::test]
async fn uploads_that_are_no_pictures_store_nothing() {
    let (muster, admin) = Muster::set_up().await;
    let me = admin.get("/v1/me").await.id();
    let path = format!("/v1/users/{me}/images");
    let jpeg = numbered_jpeg(1);
    let cases: Vec<(&str, &str, Vec<u8>, &str)> = vec![
        ("a bomb", "image/png", bomb(), "image_too_large"),
        (
            "a cut JPEG",
            "image/jpeg",
            jpeg[..jpeg.len() / 2].to_vec(),
            "image_corrupt",
        ),
        (
            "a JPEG's first bytes",
            "image/jpeg",
            jpeg[..4].to_vec(),
            "image_corrupt",
        ),
        ("nothing", "image/jpeg", Vec::new(), "image_unsupported"),
        (
            "a GIF",
            "image/gif",
            b"GIF89a\x01\x00\x01\x00\x00\x00\x00;".to_vec(),
            "image_unsupported",
        ),
        (
            "an SVG that says it is a PNG",
            "image/png",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(),
            "image_unsupported",
        ),
        (
            "a page",
            "text/html",
            b"<script>".to_vec(),
            "unsupported_media_type",
        ),
        (
            "more than 10 MiB",
            "image/jpeg",
            [&jpeg[..], &vec![0; 10 * 1024 * 1024]].concat(),
            "body_too_large",
        ),
        (
            "a form without boundary",
            "multipart/form-data",
            b"--x".to_vec(),
            "unsupported_media_type",
        ),
    ];
    for (what, media_type, sent, code) in cases {
        let answer = body(&admin, "POST", &path, media_type, sent).await;
        let found = answer.code();
        assert!(
            found == code || (what.starts_with("a form") && answer.status < 500),
            "{what}: {answer:?}"
        );
    }
    let form = reqwest::multipart::Form::new().text("picture", "none");
    let wrong_field = admin
        .send(admin.request("POST", &path).multipart(form))
        .await;
    assert!(
        wrong_field.status == 400 || wrong_field.status == 422,
        "{wrong_field:?}"
    );
    wrong_field.code();
    let part = reqwest::multipart::Part::bytes(jpeg.clone());
    let form = reqwest::multipart::Form::new()
        .text("taken_at", "yesterday")
        .part("image", part);
    assert_eq!(
        admin
            .send(admin.request("POST", &path).multipart(form))
            .await
            .code(),
        "validation_failed"
    );
    assert_eq!(admin.get(&path).await.json()["items"], json!([]));
    assert!(muster.objects().is_empty());
}

#[tokio::test]
async fn a_body_that_ends_early_stores_nothing() {
    let (muster, admin) = Muster::set_up().await;
    let me = admin.get("/v1/me").await.id();
    let head = format!(
        "POST /v1/users/{me}/images HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: image/jpeg\r\nContent-Length: 5000\r\n\r\n",
        admin.token()
    );
    let address = muster.address().to_owned();
    let mut stream = std::net::TcpStream::connect(&address).unwrap();
    std::io::Write::write_all(
        &mut stream,
        &[head.as_bytes(), &numbered_jpeg(1)[..500]].concat(),
    )
    .unwrap();
    drop(stream);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(
        admin.get("/v1/users/me/images").await.json()["items"],
        json!([])
    );
    let uploads = support::files(&muster.folder().path().join("data/uploads"));
    assert!(uploads.is_empty(), "{uploads:?}");
}

#[tokio::test]
async fn fifty_hostile_file_names_change_nothing() {
    let (_muster, admin) = Muster::set_up().await;
    let me = admin.get("/v1/me").await.id();
    let names: Vec<String> = [
        "../../etc/passwd",
        "..\\..\\windows\\system32",
        "/etc/passwd",
        "C:\\boot.ini",
        "con",
        "nul.jpg",
        "a\0b.jpg",
        "a\nb.jpg",
        "a\rb.jpg",
        "\u{202e}gpj.exe",
        "a\"b.jpg",
        "a;b.jpg",
        "a%00.jpg",
        "%2e%2e%2f",
        "....//....//",
        "<script>alert(1)</script>.jpg",
        "' OR 1=1 --.jpg",
        "$(reboot).jpg",
        "`id`.jpg",
        "|ls",
        "&& ls",
        "a.jpg.exe",
        ".htaccess",
        ".",
        "..",
        "~",
        "*",
        "?",
        "a*b?.jpg",
        "\u{feff}bom.jpg",
        "e\u{301}.jpg",
        "💥.jpg",
        "\u{1F468}\u{200D}\u{1F469}.png",
        "name.svg",
        "name.php",
        "name.jpg/",
        "/",
        "\\",
        "-rf",
        "--help",
        "=cmd|' /C calc'!A0",
        "@SUM(1)",
        "\t.jpg",
        " .jpg",
        "file:///etc/passwd",
        "http://example.org/x.jpg",
        "{{7*7}}.jpg",
        "${jndi:ldap://x}",
        "a\u{7f}.jpg",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain(["x".repeat(10_000)])
    .collect();
    assert!(names.len() >= 50, "{}", names.len());
    for name in &names {
        let part = reqwest::multipart::Part::bytes(numbered_jpeg(1)).file_name(name.clone());
        let form = reqwest::multipart::Form::new().part("image", part);
        let answer = admin
            .send(
                admin
                    .request("POST", &format!("/v1/users/{me}/images"))
                    .multipart(form),
            )
            .await;
        match answer.status {
            200 | 201 => assert!(!answer.json().to_string().contains("passwd"), "{name:?}"),
            400..500 => drop(answer.code()),
            _ => panic!("{name:?}: {answer:?}"),
        }
    }
    assert_eq!(
        admin.get("/v1/users/me/images").await.json()["items"]
            .as_array()
            .unwrap()
            .len(),
        1,
        "one picture, however it is called"
    );
}

#[tokio::test]
async fn fifty_hostile_headers_get_an_answer_that_is_no_500() {
    let (muster, admin) = Muster::set_up().await;
    let long = "x".repeat(17 * 1024);
    let headers = [
        "X-Request-Id: short",
        "X-Request-Id: <script>alert(1)</script>",
        "X-Request-Id: ../../../../etc",
        "X-Request-Id: a b c d e f g h",
        "X-Request-Id: \u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}",
        "traceparent: 00-0-0-0",
        "traceparent: ff-00000000000000000000000000000000-0000000000000000-00",
        "traceparent: x",
        "If-None-Match: *",
        "If-None-Match: \"",
        "If-None-Match: W/\"1\", \"2\", junk",
        "If-Match: ",
        "If-Match: *",
        "Accept: */*;q=2",
        "Accept: text/html;;;",
        "Accept-Encoding: gzip;q=1.5, *;q=0, identity;q=0",
        "Accept-Language: ../../x",
        "Content-Type: ",
        "Content-Type: application/json; charset=\"",
        "Content-Type: multipart/form-data; boundary=",
        "Content-Length: 0",
        "Expect: 200-ok",
        "Range: bytes=abc",
        "Range: bytes=5-1",
        "Range: bytes=0-0,1-1,2-2",
        "Range: rows=1-2",
        "Cookie: a=b; c",
        "Cookie: $Version=1",
        "Origin: null",
        "Origin: javascript:alert(1)",
        "Referer: \u{7f}",
        "User-Agent: ",
        "User-Agent: () { :;}; echo",
        "X-Forwarded-For: 1.2.3.4, 127.0.0.1",
        "X-Forwarded-For: junk",
        "X-Forwarded-Host: evil.example",
        "Forwarded: for=\"[::1]\"",
        "X-HTTP-Method-Override: DELETE",
        "X-Original-URL: /v1/admin",
        "X-Muster-Subject: admin",
        "X-Muster-Roles: admin",
        "Authorization: ",
        "Authorization: Bearer",
        "Authorization: Bearer a b",
        "Authorization: bearer \u{e9}",
        "Authorization: Digest x",
        "Idempotency-Key: ",
        "Idempotency-Key: \"unclosed",
        "If-Modified-Since: yesterday",
        "Upgrade: h2c",
        "Connection: upgrade, close",
        "TE: trailers",
        "Via: 1.1 x, 1.1 x, 1.1 x",
    ];
    assert!(headers.len() >= 50, "{}", headers.len());
    for header in headers
        .into_iter()
        .map(str::to_owned)
        .chain([format!("X-Long: {long}")])
    {
        let request =
            format!("GET /v1/me HTTP/1.1\r\nHost: x\r\n{header}\r\nConnection: close\r\n\r\n");
        let answer = raw(muster.address(), request.as_bytes());
        assert!((400..500).contains(&answer.status), "{header}: {answer:?}");
        let code = answer.code();
        assert_eq!(
            code == "headers_too_large",
            header.len() > 16 * 1024,
            "{header}: {answer:?}"
        );
    }
    let many: String = (0..70).map(|number| format!("X-{number}: y\r\n")).collect();
    assert_eq!(
        raw(
            muster.address(),
            format!("GET /v1/me HTTP/1.1\r\nHost: x\r\n{many}Connection: close\r\n\r\n").as_bytes()
        )
        .code(),
        "headers_too_large"
    );
    assert_eq!(admin.get("/v1/me").await.status, 200, "still there");
}

#[tokio::test]
async fn what_is_no_http_is_refused_with_a_4xx() {
    let (muster, admin) = Muster::set_up().await;
    for request in [
        &b"NONSENSE\r\n\r\n"[..],
        b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nBad Header: y\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
        b"POST /v1/users HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"POST /v1/users HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/users HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    ] {
        let answer = raw(muster.address(), request);
        assert!((400..500).contains(&answer.status), "{}: {answer:?}", String::from_utf8_lossy(request));
        answer.code();
    }
    assert_eq!(admin.get("/v1/me").await.status, 200, "still there");
}

#[tokio::test]
async fn a_body_that_trickles_is_a_408() {
    let muster = Muster::start_with(support::Start {
        environment: vec![("MUSTER_HTTP__BODY_IDLE_TIMEOUT", "1s".to_owned())],
        ..support::Start::default()
    });
    let head = b"POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    let answer = raw_parts(muster.address(), &[(head, Duration::from_millis(1500))]);
    assert_eq!(answer.code(), "request_timeout");
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
