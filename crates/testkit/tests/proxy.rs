//! The fault proxy passes on what it should, and breaks connections when it is told to.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use std::io::ErrorKind;
use support::echo::{SOON, before_the_reset, connected, echo, hears_nothing, says_back};
use testkit::proxy::{Proxy, Trouble};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

#[tokio::test]
async fn without_trouble_everything_passes_and_ends_as_it_should() {
    let proxy = echo().await;
    let mut stream = connected(&proxy).await;
    says_back(&mut stream, "hello").await;
    let large = "x".repeat(3_000_000);
    let (mut from, mut to) = stream.split();
    let mut heard = Vec::new();
    let both = async {
        let said = async {
            to.write_all(large.as_bytes()).await.unwrap();
            to.shutdown().await.unwrap();
        };
        tokio::join!(said, from.read_to_end(&mut heard)).1.unwrap();
    };
    timeout(SOON, both).await.unwrap();
    assert_eq!(heard.len(), large.len());
    proxy.at_most_open(0, SOON).await;
}

#[tokio::test]
async fn the_url_is_that_of_the_server_with_another_address() {
    let proxy = Proxy::before("postgres://me:secret@127.0.0.1:5432/people?a=b").await;
    let expected = format!("postgres://me:secret@{}/people?a=b", proxy.address());
    assert_eq!(proxy.url(), expected);
}

#[tokio::test]
async fn refusing_resets_what_is_open_and_refuses_what_comes() {
    let mut proxy = echo().await;
    let mut old = connected(&proxy).await;
    says_back(&mut old, "hello").await;
    proxy.set(Trouble::Refuse).await;
    assert_eq!(before_the_reset(&mut old).await, b"");
    let refused = TcpStream::connect(proxy.address()).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::ConnectionRefused);
    assert_eq!(proxy.open(), 0);
    proxy.set(Trouble::None).await;
    says_back(&mut connected(&proxy).await, "again").await;
}

#[tokio::test]
async fn a_refusing_proxy_loses_its_port_to_nobody() {
    let mut proxy = echo().await;
    proxy.set(Trouble::Refuse).await;
    let taken = TcpSocket::new_v4().unwrap().bind(proxy.address());
    assert_eq!(taken.unwrap_err().kind(), ErrorKind::AddrInUse);
    proxy.set(Trouble::None).await;
    says_back(&mut connected(&proxy).await, "here").await;
}

#[tokio::test]
async fn resetting_resets_what_is_open_and_what_comes() {
    let mut proxy = echo().await;
    let mut old = connected(&proxy).await;
    says_back(&mut old, "hello").await;
    proxy.set(Trouble::Reset).await;
    assert_eq!(before_the_reset(&mut old).await, b"");
    let mut new = connected(&proxy).await;
    assert_eq!(before_the_reset(&mut new).await, b"");
    proxy.set(Trouble::None).await;
    says_back(&mut connected(&proxy).await, "again").await;
}

#[tokio::test]
async fn a_black_hole_answers_nothing_and_closes_nothing() {
    let mut proxy = echo().await;
    let mut old = connected(&proxy).await;
    says_back(&mut old, "hello").await;
    let mut silent = connected(&proxy).await;
    says_back(&mut silent, "hello").await;
    proxy.set(Trouble::BlackHole).await;
    let mut new = connected(&proxy).await;
    for stream in [&mut old, &mut new] {
        stream.write_all(b"is anybody there?").await.unwrap();
        hears_nothing(stream).await;
    }
    assert_eq!(proxy.open(), 3);
    proxy.set(Trouble::None).await;
    for stream in [&mut old, &mut new] {
        assert_eq!(before_the_reset(stream).await, b"");
    }
    says_back(&mut silent, "nothing of mine was lost").await;
}

#[tokio::test]
async fn who_leaves_a_black_hole_is_not_counted_any_more() {
    let mut proxy = echo().await;
    let mut old = connected(&proxy).await;
    says_back(&mut old, "hello").await;
    proxy.set(Trouble::BlackHole).await;
    let new = connected(&proxy).await;
    drop((old, new));
    proxy.at_most_open(0, SOON).await;
}

#[tokio::test]
async fn a_server_that_is_not_there_resets_the_client() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let proxy = Proxy::before(&url).await;
    let mut stream = connected(&proxy).await;
    assert_eq!(before_the_reset(&mut stream).await, b"");
    proxy.at_most_open(0, SOON).await;
}

#[tokio::test]
async fn a_reset_of_the_server_reaches_the_client_and_the_other_way_round() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = Proxy::before(&format!("http://{}", listener.local_addr().unwrap())).await;
    let mut client = connected(&proxy).await;
    let (server, _) = listener.accept().await.unwrap();
    server.set_zero_linger().unwrap();
    drop(server);
    assert_eq!(before_the_reset(&mut client).await, b"");
    let client = connected(&proxy).await;
    let (mut server, _) = listener.accept().await.unwrap();
    client.set_zero_linger().unwrap();
    drop(client);
    assert_eq!(before_the_reset(&mut server).await, b"");
}

#[tokio::test]
async fn a_dropped_proxy_is_gone_with_its_connections() {
    let proxy = echo().await;
    let address = proxy.address();
    let mut stream = connected(&proxy).await;
    says_back(&mut stream, "hello").await;
    drop(proxy);
    let end = timeout(SOON, stream.read(&mut [0; 1])).await.unwrap();
    assert!(matches!(end, Ok(0) | Err(_)));
    let refused = TcpStream::connect(address).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::ConnectionRefused);
}
