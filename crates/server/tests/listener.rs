//! What is no request is answered like one: with a problem, an id, headers, a log line and a count.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use support::{Answer, Muster, Start, raw, raw_parts};

/// A server that waits a second for a head.
fn impatient() -> Muster {
    Muster::start_with(Start {
        environment: vec![("MUSTER_HTTP__HEADER_TIMEOUT", "1s".to_owned())],
        ..Start::default()
    })
}

/// The code of a problem that has the headers of every answer, and ends the connection.
fn complete(answer: &Answer) -> String {
    for (name, value) in [
        ("connection", "close"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(answer.header(name), value, "{name}: {answer:?}");
    }
    assert!(!answer.header("date").is_empty(), "{answer:?}");
    answer.code()
}

#[tokio::test]
async fn a_head_that_trickles_is_a_408() {
    let muster = impatient();
    let parts: &[(&[u8], Duration)] = &[
        (b"GET /v1/me HT", Duration::from_millis(600)),
        (b"TP/1.1\r\nHost: x\r\n", Duration::from_millis(900)),
    ];
    let answer = raw_parts(muster.address(), parts);
    assert_eq!(complete(&answer), "request_timeout", "{answer:?}");
    let silent = raw_parts(muster.address(), &[(b"", Duration::ZERO)]);
    assert_eq!(complete(&silent), "request_timeout", "{silent:?}");
}

#[tokio::test]
async fn a_head_that_never_ends_is_a_431() {
    let muster = Muster::start();
    let long = "x".repeat(200 * 1024);
    let answer = raw(
        muster.address(),
        format!("GET /v1/me HTTP/1.1\r\nHost: x\r\nX-Long: {long}").as_bytes(),
    );
    assert_eq!(complete(&answer), "headers_too_large", "{answer:?}");
}

#[tokio::test]
async fn no_http_is_a_400_behind_a_good_answer_too_and_on_both_listeners() {
    let muster = Muster::start();
    for address in [
        muster.address(),
        muster.management.trim_start_matches("http://"),
    ] {
        let answer = raw(address, b"NONSENSE\r\n\r\n");
        assert_eq!(complete(&answer), "malformed_request", "{answer:?}");
        assert!(answer.json()["detail"].is_string());
    }
    let mut stream = TcpStream::connect(muster.address()).unwrap();
    stream
        .write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\nNONSENSE\r\n\r\n")
        .unwrap();
    let mut seen = String::new();
    stream.read_to_string(&mut seen).unwrap();
    assert!(seen.starts_with("HTTP/1.1 200 OK\r\n"), "{seen}");
    assert_eq!(seen.matches("HTTP/1.1 ").count(), 2, "{seen}");
    assert!(seen.contains("\"malformed_request\""), "{seen}");
}

#[tokio::test]
async fn it_is_logged_under_its_id_and_counted() {
    let muster = Muster::start();
    let answer = raw(muster.address(), b"NONSENSE\r\n\r\n");
    let id = answer.header("x-request-id").to_owned();
    support::eventually("a line", || async {
        muster.log().lines().any(|line| {
            line.contains(&id) && line.contains("request answered") && line.contains("400")
        })
    })
    .await;
    let management = support::Client::new(&muster.management, None);
    let metrics = String::from_utf8(management.get("/metrics").await.body).unwrap();
    let counted = |line: &&str| {
        line.starts_with("http_requests_total")
            && line.contains("method=\"other\"")
            && line.contains("status=\"400\"")
    };
    assert_eq!(metrics.lines().filter(counted).count(), 1, "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_connections_are_closed_when_a_drain_begins() {
    let mut muster = Muster::start();
    let mut stream = TcpStream::connect(muster.address()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream
        .write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    let mut some = [0; 4096];
    assert!(stream.read(&mut some).unwrap() > 0);
    let began = Instant::now();
    muster.terminate();
    assert_eq!(stream.read(&mut some).unwrap(), 0, "closed without a word");
    assert_eq!(muster.ended().code(), Some(0), "{}", muster.log());
    assert!(
        began.elapsed() < Duration::from_secs(4),
        "{:?}",
        began.elapsed()
    );
}
