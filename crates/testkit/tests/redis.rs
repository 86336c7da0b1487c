//! Every test has a Redis for itself, can kill it, and leaves none.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;
use support::{User, a_place, is_all_gone, listens, until};
use testkit::servers::{Redis, redis};

/// Asks as a person with telnet would.
fn ask(redis: &str, command: &str) -> String {
    let (address, number) = redis
        .trim_start_matches("redis://")
        .split_once('/')
        .unwrap_or((redis.trim_start_matches("redis://"), "0"));
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "SELECT {number}\r\n{command}\r\nQUIT\r\n").unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).unwrap();
    said
}

#[tokio::test]
async fn two_tests_do_not_see_each_other() {
    let (one, other) = (redis().await, redis().await);
    assert_ne!(one.url(), other.url());
    assert_eq!(ask(one.url(), "SET key value"), "+OK\r\n+OK\r\n+OK\r\n");
    assert_eq!(ask(other.url(), "GET key"), "+OK\r\n$-1\r\n+OK\r\n");
}

#[tokio::test]
async fn it_dies_and_comes_back_empty_where_it_was() {
    let redis = redis().await;
    if !redis.is_own() {
        // A container or a given server serves others too: the proxy is for that.
        let refused = tokio::spawn(async move { redis.stop().await }).await;
        assert!(refused.unwrap_err().is_panic());
        return;
    }
    ask(redis.url(), "SET key value");
    let mut connected = TcpStream::connect(redis.url().trim_start_matches("redis://")).unwrap();
    let url = redis.url().to_owned();
    redis.stop().await;
    assert!(!listens(&url));
    assert!(matches!(connected.read(&mut [0; 1]), Ok(0) | Err(_)));
    redis.start().await;
    assert_eq!(redis.url(), url);
    assert_eq!(ask(&url, "GET key"), "+OK\r\n$-1\r\n+OK\r\n");
}

#[tokio::test]
async fn it_goes_with_its_guard() {
    let place = a_place("redis-guard", 0);
    let redis = Redis::at(&place).await;
    let url = redis.url().to_owned();
    let own = redis.is_own();
    drop(redis);
    if own {
        assert!(!listens(&url));
        is_all_gone(&place, &url);
    }
}

#[test]
fn it_goes_with_a_test_that_is_killed() {
    let place = a_place("redis-killed", 0);
    let mut user = User::start(&place, 0, "redis");
    let url = user.says();
    assert!(listens(&url));
    user.kill();
    is_all_gone(&place, &url);
}

#[test]
fn it_goes_with_a_test_that_is_killed_at_any_time() {
    let place = a_place("redis-early", 0);
    for round in 0..12 {
        let user = User::start(&place, 0, "redis");
        std::thread::sleep(Duration::from_millis(round * 3));
        user.kill();
        until("the folder is gone", Duration::from_secs(20), || {
            !place.folder().exists()
        });
        assert!(support::working_in(&place).is_empty(), "round {round}");
    }
}

#[tokio::test]
async fn each_test_has_an_empty_database_of_a_given_server() {
    let server = redis().await;
    let address = server
        .url()
        .split('/')
        .take(3)
        .collect::<Vec<_>>()
        .join("/");
    let place = a_place("redis-given", 0);
    let given = || User::given(&place, "redis", "TEST_REDIS_URL", &address);
    let mut one = given();
    let first = one.says();
    ask(&first, "SET key value");
    let mut other = given();
    let second = other.says();
    assert_ne!(first, second);
    assert_eq!(ask(&second, "GET key"), "+OK\r\n$-1\r\n+OK\r\n");
    one.kill();
    let mut next = given();
    assert_eq!(
        next.says(),
        first,
        "a database is free when its test is gone"
    );
    assert_eq!(ask(&first, "GET key"), "+OK\r\n$-1\r\n+OK\r\n");
    other.kill();
    next.kill();
    until("the folder is gone", Duration::from_secs(20), || {
        !place.folder().exists()
    });
    assert!(listens(&address), "a given server is not ours to stop");
}
