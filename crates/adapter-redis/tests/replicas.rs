//! What processes know of each other: who comes, who leaves, and who dies without a word.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

mod support;

use adapter_redis::RedisReplicas;
use ports::replicas::{LIVES_FOR, Replicas as _};
use std::time::Duration;
use support::{ask, redis};
use testkit::builders::an_id;
use testkit::servers;
use tokio::time::sleep;

const KEY: &str = "muster:replicas:1";

fn process(url: &str) -> RedisReplicas {
    RedisReplicas::new(redis(url), an_id())
}

async fn beat(process: &RedisReplicas) -> u32 {
    process.beat().await.expect("can be reached").get()
}

/// Puts another process there, heard so long ago.
async fn heard(url: &str, ago: Duration) -> String {
    let time: (u64, u64) = ask(url, &["TIME"]).await;
    let ago = u64::try_from(ago.as_millis()).expect("is a moment");
    let (then, other) = (time.0 * 1_000 + time.1 / 1_000 - ago, an_id().to_string());
    let _: i64 = ask(url, &["ZADD", KEY, &then.to_string(), &other]).await;
    other
}

#[tokio::test]
async fn each_process_counts_all_of_them() {
    let server = servers::redis().await;
    let processes: Vec<_> = (0..3).map(|_| process(server.url())).collect();
    for (count, process) in (1..).zip(&processes) {
        assert_eq!(beat(process).await, count);
    }
    for process in &processes {
        assert_eq!(beat(process).await, 3);
    }
    processes[1].leave().await.expect("can be reached");
    assert_eq!(beat(&processes[0]).await, 2);
    assert_eq!(beat(&processes[2]).await, 2);
}

#[tokio::test]
async fn whoever_was_not_heard_for_ten_seconds_is_gone() {
    let server = servers::redis().await;
    let one = process(server.url());
    let moment = Duration::from_millis(700);
    heard(server.url(), LIVES_FOR - moment).await;
    heard(server.url(), LIVES_FOR + moment).await;
    assert_eq!(beat(&one).await, 2);
    sleep(moment + moment / 10).await;
    assert_eq!(beat(&one).await, 1);
    assert_eq!(ask::<i64>(server.url(), &["ZCARD", KEY]).await, 1);
}

#[tokio::test]
async fn nothing_is_left_of_processes_that_are_all_gone() {
    let server = servers::redis().await;
    let (one, other) = (process(server.url()), process(server.url()));
    assert_eq!(beat(&one).await, 1);
    let left: i64 = ask(server.url(), &["PTTL", KEY]).await;
    assert!((9_000..=10_000).contains(&left), "{left}");
    assert_eq!(beat(&other).await, 2);
    for process in [one, other] {
        process.leave().await.expect("can be reached");
    }
    assert_eq!(ask::<i64>(server.url(), &["DBSIZE"]).await, 0);
}

#[tokio::test]
async fn whatever_stands_under_the_key_does_not_stay_in_the_way() {
    let server = servers::redis().await;
    let one = process(server.url());
    let _: () = ask(server.url(), &["SET", KEY, "something"]).await;
    one.leave().await.expect("is no error");
    assert_eq!(beat(&one).await, 1);
    // As after a clock that went back by an hour.
    let time: (u64, u64) = ask(server.url(), &["TIME"]).await;
    let later = ((time.0 + 3_600) * 1_000).to_string();
    let _: i64 = ask(server.url(), &["ZADD", KEY, &later, "another"]).await;
    assert_eq!(beat(&one).await, 1);
}
