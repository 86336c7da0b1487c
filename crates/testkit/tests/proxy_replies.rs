//! The fault proxy delays, cuts and loses what the server answers, and counts who is still connected.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use std::time::{Duration, Instant};
use support::echo::{QUIET, SOON, before_the_reset, connected, echo, hears_nothing, says_back};
use testkit::proxy::{Proxy, Trouble};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::time::timeout;

#[tokio::test]
async fn a_reply_that_falls_into_a_black_hole_is_lost() {
    let mut proxy = echo().await;
    let mut stream = connected(&proxy).await;
    let back = Duration::from_millis(50);
    proxy
        .set(Trouble::Latency {
            there: back,
            back: Duration::ZERO,
        })
        .await;
    stream.write_all(b"on its way").await.unwrap();
    // The request leaves the proxy after the hole has opened, so only the answer falls into it.
    tokio::task::yield_now().await;
    proxy.set(Trouble::BlackHole).await;
    hears_nothing(&mut stream).await;
    proxy.set(Trouble::None).await;
    assert_eq!(before_the_reset(&mut stream).await, b"");
}

#[tokio::test]
async fn latency_delays_each_way_and_does_not_add_up() {
    let mut proxy = echo().await;
    let mut stream = connected(&proxy).await;
    says_back(&mut stream, "hello").await;
    let (there, back) = (Duration::from_millis(30), Duration::from_millis(70));
    proxy.set(Trouble::Latency { there, back }).await;
    let start = Instant::now();
    says_back(&mut stream, "one").await;
    let took = start.elapsed();
    assert!(
        took >= there + back && took < Duration::from_millis(400),
        "{took:?}"
    );
    let large = "x".repeat(2_000_000);
    let (mut from, mut to) = stream.split();
    let mut heard = vec![0; large.len()];
    let start = Instant::now();
    let (_, read) = tokio::join!(to.write_all(large.as_bytes()), from.read_exact(&mut heard));
    read.unwrap();
    let took = start.elapsed();
    assert!(
        took >= there + back && took < Duration::from_secs(2),
        "{took:?}"
    );
}

#[tokio::test]
async fn a_reply_is_cut_after_so_many_bytes_of_each_connection() {
    let mut proxy = echo().await;
    let mut old = connected(&proxy).await;
    says_back(&mut old, "hello").await;
    proxy.set(Trouble::CutReply { after: 4 }).await;
    let mut new = connected(&proxy).await;
    for stream in [&mut old, &mut new] {
        stream.write_all(b"12").await.unwrap();
        stream.read_exact(&mut [0; 2]).await.unwrap();
        stream.write_all(b"3456").await.unwrap();
        assert_eq!(before_the_reset(stream).await, b"34");
    }
    proxy.set(Trouble::None).await;
    says_back(&mut connected(&proxy).await, "123456").await;
}

#[tokio::test]
async fn a_reply_that_is_cut_at_once_was_asked_for_all_the_same() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut proxy = Proxy::before(&url).await;
    proxy.set(Trouble::CutReply { after: 0 }).await;
    let mut client = connected(&proxy).await;
    let (mut server, _) = listener.accept().await.unwrap();
    client.write_all(b"do it").await.unwrap();
    let mut heard = [0; 5];
    server.read_exact(&mut heard).await.unwrap();
    assert_eq!(&heard, b"do it");
    hears_nothing(&mut client).await;
    server.write_all(b"done").await.unwrap();
    assert_eq!(before_the_reset(&mut client).await, b"");
}

#[tokio::test]
async fn a_flapping_line_comes_and_goes() {
    let mut proxy = echo().await;
    proxy
        .set(Trouble::Flap {
            period: Duration::from_millis(50),
        })
        .await;
    let (mut changes, mut was_good) = (0, false);
    let until = Instant::now() + SOON;
    while changes < 5 && Instant::now() < until {
        let mut stream = connected(&proxy).await;
        let answered = async {
            stream.write_all(b"?").await?;
            stream.read_exact(&mut [0; 1]).await
        };
        let is_good = timeout(SOON, answered).await.unwrap().is_ok();
        changes += usize::from(is_good != was_good);
        was_good = is_good;
    }
    assert_eq!(changes, 5);
    proxy.set(Trouble::None).await;
    let mut stream = connected(&proxy).await;
    for _ in 0..5 {
        says_back(&mut stream, "steady").await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn open_connections_are_counted() {
    let proxy = echo().await;
    let mut streams = Vec::new();
    for _ in 0..3 {
        let mut stream = connected(&proxy).await;
        says_back(&mut stream, "hello").await;
        streams.push(stream);
    }
    assert_eq!((proxy.open(), proxy.accepted()), (3, 3));
    streams.truncate(1);
    proxy.at_most_open(1, SOON).await;
    assert_eq!((proxy.open(), proxy.accepted()), (1, 3));
}

#[tokio::test]
#[should_panic(expected = "more than 0 connections are open")]
async fn a_connection_that_nobody_closes_is_seen() {
    let proxy = echo().await;
    let mut leaked = connected(&proxy).await;
    says_back(&mut leaked, "hello").await;
    proxy.at_most_open(0, QUIET).await;
}
