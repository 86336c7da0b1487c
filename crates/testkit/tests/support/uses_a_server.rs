//! Uses a server until its standard input ends, or until it is killed: which is what the tests of the servers do to it.
//!
//! usage: uses-a-server FOLDER GRACE-SECONDS postgres|redis
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::io::Read as _;
use std::path::PathBuf;
use std::time::Duration;
use testkit::servers::{Place, Postgres, Redis};

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let grace = Duration::from_secs(words[1].parse().expect("is a number"));
    let place = Place::new(PathBuf::from(&words[0]), grace);
    match words[2].as_str() {
        "postgres" => {
            let postgres = Postgres::at(&place).await;
            let database = postgres.empty_database().await;
            println!("{}\n{}", postgres.url(), database.url());
            wait_for_the_end().await;
        }
        "redis" => {
            let redis = Redis::at(&place).await;
            println!("{}", redis.url());
            wait_for_the_end().await;
        }
        other => panic!("there is no {other}"),
    }
}

async fn wait_for_the_end() {
    let read = || std::io::stdin().read_to_end(&mut Vec::new());
    tokio::task::spawn_blocking(read)
        .await
        .expect("reads")
        .expect("reads");
}
