//! Whatever a client writes on a connection, the answer is a problem and no 500.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
#![allow(clippy::too_many_lines, reason = "tables of cases")]

mod support;

use std::time::Duration;
use support::{Muster, raw, raw_parts};

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
