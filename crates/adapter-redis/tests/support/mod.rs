//! A Redis of one's own, and handles to it.
#![allow(dead_code, reason = "each test binary uses its part")]

use adapter_redis::{Limits, Redis, RedisUserCache};
use domain::accounts::User;
use domain::ids::UserId;
use ports::Fault;
use ports::accounts::{Cached, FillLease, UserCache as _};
use std::sync::Arc;
use std::time::Duration;
use testkit::contracts::user_cache::person;
use testkit::proxy::{Proxy, Trouble};
use testkit::servers;
use tokio::time::timeout;
use uuid::Uuid;

/// So long that a busy machine is not taken for a dead Redis.
pub const PATIENT: Limits = Limits {
    connect: Duration::from_secs(10),
    command: Duration::from_secs(10),
};

pub fn redis(url: &str) -> Redis {
    Redis::open_within(url, PATIENT).expect("is an address")
}

pub fn ada() -> UserId {
    UserId::new(Uuid::from_u128(0xada))
}

/// Waits until something is so, as long as a recovery may take.
pub async fn within_5_s<T, F: Future<Output = Option<T>>>(mut so: impl FnMut() -> F) -> T {
    let waiting = timeout(Duration::from_secs(5), async {
        loop {
            match so().await {
                Some(answer) => return answer,
                None => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    });
    waiting.await.expect("happens within 5 s")
}

/// Asks a Redis something as somebody else would.
pub async fn ask<T: ::redis::FromRedisValue>(url: &str, words: &[&str]) -> T {
    let client = ::redis::Client::open(url).expect("is an address");
    let connection = client.get_multiplexed_async_connection().await;
    let mut command = ::redis::cmd(words[0]);
    words[1..].iter().for_each(|word| {
        command.arg(word);
    });
    let mut connection = connection.expect("listens");
    let answer = command.query_async(&mut connection).await;
    answer.expect("can be asked")
}

/// A Redis that dies and comes back empty: one of our own is killed, and another's is cut off.
pub struct Mortal {
    server: servers::Redis,
    proxy: Option<Proxy>,
}

impl Mortal {
    pub async fn start() -> Self {
        let server = servers::redis().await;
        let proxy = match server.is_own() {
            true => None,
            false => Some(Proxy::before(server.url()).await),
        };
        Self { server, proxy }
    }

    pub fn url(&self) -> &str {
        self.proxy
            .as_ref()
            .map_or_else(|| self.server.url(), Proxy::url)
    }

    pub async fn kill(&mut self) {
        match &mut self.proxy {
            None => self.server.stop().await,
            Some(proxy) => proxy.set(Trouble::Refuse).await,
        }
    }

    pub async fn rise(&mut self) {
        match &mut self.proxy {
            None => self.server.start().await,
            Some(proxy) => {
                let _: () = ask(self.server.url(), &["FLUSHDB"]).await;
                proxy.set(Trouble::None).await;
            }
        }
    }
}

pub fn version(number: u32) -> Arc<User> {
    Arc::new(person(ada(), number))
}

pub async fn lease(cache: &RedisUserCache) -> FillLease {
    match cache.get(ada()).await {
        Ok(Cached::Miss(Some(lease))) => lease,
        other => panic!("no lease but {other:?}"),
    }
}

pub async fn filled(cache: &RedisUserCache, number: u32) {
    let lease = lease(cache).await;
    let filled = cache.fill(ada(), lease, Some(version(number))).await;
    filled.expect("can be reached");
}

pub fn is_unavailable<T: std::fmt::Debug>(outcome: Result<T, Fault>) {
    assert!(
        matches!(outcome, Err(Fault::Unavailable { .. })),
        "{outcome:?}"
    );
}
