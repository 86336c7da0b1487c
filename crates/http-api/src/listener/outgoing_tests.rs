//! The connection between a dispatcher that is played and a client that reads everything.

use super::outgoing::Outgoing;
use crate::Layers;
use crate::world::World;
use futures::future::join;
use futures::poll;
use serde_json::Value;
use std::pin::Pin;
use tokio::io::{AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, duplex};

const BAD: &str = "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\ndate: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n";
const GOOD: &str = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\nx-request-id: first-id\r\n\r\nbody";

/// What the client reads when the dispatcher writes these, each until it is taken, through a pipe this wide.
async fn read(world: World, width: usize, writes: &[&str]) -> String {
    let (near, mut far) = duplex(width);
    let mut connection = Outgoing::new(near, world.serve().stack);
    let writing = async {
        for write in writes {
            connection
                .write_all(write.as_bytes())
                .await
                .expect("is taken");
        }
        connection.shutdown().await.expect("is closed");
    };
    let mut seen = String::new();
    let ((), all) = join(writing, far.read_to_string(&mut seen)).await;
    all.expect("is text");
    seen
}

/// The head and the problem of a whole answer.
fn parsed(answer: &str) -> (Vec<&str>, Value) {
    let (head, body) = answer.split_once("\r\n\r\n").expect("has a head");
    assert!(
        head.contains(&format!("\r\ncontent-length: {}\r\n", body.len())),
        "{answer}"
    );
    let problem = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"));
    (head.split("\r\n").collect(), problem)
}

#[actix_web::test]
async fn a_bare_head_becomes_a_problem_with_everything_that_answers_have() {
    let mut world = World::new();
    world.config.hsts = true;
    let answer = read(world, 4096, &[BAD]).await;
    let (head, problem) = parsed(&answer);
    assert_eq!(head[0], "HTTP/1.1 400 Bad Request");
    assert_eq!(
        (&problem["code"], &problem["status"]),
        (&"malformed_request".into(), &400.into())
    );
    let id = problem["request_id"].as_str().expect("has an id");
    assert_eq!(id.len(), 32);
    let id = format!("x-request-id: {id}");
    for line in [
        "content-type: application/problem+json",
        "connection: close",
        "cache-control: no-store",
        "date: Thu, 01 Jan 1970 00:00:00 GMT",
        "x-content-type-options: nosniff",
        "x-frame-options: DENY",
        "x-xss-protection: 0",
        "referrer-policy: no-referrer",
        "strict-transport-security: max-age=31536000; includeSubDomains",
        "content-security-policy: default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        &id,
    ] {
        assert_eq!(
            head.iter().filter(|found| **found == line).count(),
            1,
            "{line} in {answer}"
        );
    }
}

#[actix_web::test]
async fn each_status_has_its_code() {
    for (first, code, status) in [
        ("HTTP/1.1 400 Bad Request", "malformed_request", 400),
        ("HTTP/1.0 400 Bad Request", "malformed_request", 400),
        ("HTTP/1.1 408 Request Timeout", "request_timeout", 408),
        ("HTTP/1.1 417 Expectation Failed", "malformed_request", 400),
        (
            "HTTP/1.1 431 Request Header Fields Too Large",
            "headers_too_large",
            431,
        ),
        ("HTTP/1.1 500 Internal Server Error", "internal", 500),
        ("HTTP/1.1 503 Service Unavailable", "internal", 500),
    ] {
        let answer = read(
            World::new(),
            4096,
            &[&format!("{first}\r\ncontent-length: 0\r\n\r\n")],
        )
        .await;
        let (head, problem) = parsed(&answer);
        assert_eq!(
            (&problem["code"], &problem["status"]),
            (&code.into(), &status.into()),
            "{first}"
        );
        assert!(
            head[0].starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
    }
}

#[actix_web::test]
async fn an_answer_before_it_in_the_same_buffer_stays_whole_however_narrow_the_way() {
    for width in [1, 7, GOOD.len() - 1, GOOD.len(), GOOD.len() + 1, 4096] {
        for writes in [&[&*format!("{GOOD}{GOOD}{BAD}")][..], &[GOOD, GOOD, BAD]] {
            let seen = read(World::new(), width, writes).await;
            let rest = seen
                .strip_prefix(&format!("{GOOD}{GOOD}"))
                .expect("comes first");
            assert_eq!(
                parsed(rest).1["code"],
                "malformed_request",
                "{width}: {seen}"
            );
            assert!(!rest.contains("content-length: 0\r\n"), "{width}: {seen}");
        }
    }
}

#[actix_web::test]
async fn a_head_is_taken_when_its_replacement_is_written_and_not_before() {
    let (near, mut far) = duplex(16);
    let mut connection = Outgoing::new(near, World::new().serve().stack);
    let mut seen = Vec::new();
    let taken = loop {
        let write =
            std::future::poll_fn(|cx| Pin::new(&mut connection).poll_write(cx, BAD.as_bytes()));
        let taken = poll!(Box::pin(write));
        let mut some = [0; 16];
        let read = far.read(&mut some).await.expect("is open");
        seen.extend_from_slice(&some[..read]);
        if let std::task::Poll::Ready(taken) = taken {
            break taken.expect("is taken");
        }
    };
    assert_eq!(taken, BAD.len());
    drop(connection);
    far.read_to_end(&mut seen).await.expect("is open");
    let seen = String::from_utf8(seen).expect("is text");
    assert_eq!(
        parsed(&seen).1["code"],
        "malformed_request",
        "made once, written once"
    );
}

#[actix_web::test]
async fn everything_else_passes_as_it_is() {
    let body_like_a_head = "HTTP/1.1 200 OK\r\ncontent-length: 8\r\nx-request-id: an-id-of-ours\r\n\r\nend\r\n\r\n\r\n";
    let unchanged =
        "HTTP/1.1 304 Not Modified\r\netag: \"1\"\r\nx-request-id: an-id-of-ours\r\n\r\n";
    let nothing = "HTTP/1.1 204 No Content\r\nx-request-id: an-id-of-ours\r\n\r\n";
    let refused =
        "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nx-request-id: an-id-of-ours\r\n\r\n";
    let long = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: 20004\r\n\r\n{}\r\n\r\n",
        "x".repeat(20_000)
    );
    for width in [5, 4096] {
        let writes = [
            GOOD,
            body_like_a_head,
            unchanged,
            "HTTP/1.1 100 Continue\r\n\r\n",
            nothing,
            refused,
            &long,
        ];
        assert_eq!(read(World::new(), width, &writes).await, writes.concat());
    }
}

#[actix_web::test]
async fn what_the_client_sends_passes_too() {
    let (near, mut far) = duplex(8);
    let mut connection = Outgoing::new(near, World::new().serve().stack);
    far.write_all(&BAD.as_bytes()[..8]).await.expect("is taken");
    let mut seen = [0; 8];
    connection.read_exact(&mut seen).await.expect("is there");
    assert_eq!(&seen, &BAD.as_bytes()[..8]);
}

#[actix_web::test]
async fn it_is_counted_once_under_no_route_and_only_where_answers_are_counted() {
    for (layers, count) in [(Layers::ALL, 1), (Layers::NONE, 0)] {
        let mut world = World::new();
        world.config.layers = layers;
        let served = world.serve();
        let (near, _far) = duplex(4096);
        let mut connection = Outgoing::new(near, served.stack.clone());
        connection
            .write_all(BAD.as_bytes())
            .await
            .expect("is taken");
        connection.flush().await.expect("is open");
        let text = served.operations.metrics.encode_text();
        let lines = text.lines().filter(|line| {
            line.starts_with("http_requests_total")
                && line.contains("status=\"400\"")
                && line.ends_with("} 1")
        });
        assert_eq!(lines.count(), count, "{text}");
    }
}
