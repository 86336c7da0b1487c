//! Finds the real servers that tests run on, so that no test has to know where they come from.
//!
//! In this order: the address in `TEST_DATABASE_URL` or `TEST_REDIS_URL`; a Docker engine that answers; the machine's
//! own programs; else the test fails with one sentence that says what to install. `TEST_SERVERS=given|docker|local`
//! forces one of them.
//!
//! nextest runs every test in a process of its own, so a server that is shared is shared between processes, and
//! [`Place`] says how it is found and how it goes away.

mod claim;
mod database;
mod docker;
mod place;
mod ports;
mod postgres;
mod programs;
mod redis;
pub mod s3;
mod source;
mod template;
pub(crate) mod urls;
mod waiting;

pub use database::Database;
pub use place::Place;
pub use postgres::Postgres;
pub use redis::Redis;
pub use template::Template;

pub(crate) use database::Session;
pub(crate) use ports::Reserved;

use tokio::sync::OnceCell;

/// The PostgreSQL that all tests of this user share.
pub async fn postgres() -> &'static Postgres {
    static POSTGRES: OnceCell<Postgres> = OnceCell::const_new();
    POSTGRES
        .get_or_init(|| async { Postgres::at(&Place::of_this_user()).await })
        .await
}

/// A Redis, or a part of one, that no other test uses.
pub async fn redis() -> Redis {
    Redis::at(&Place::of_this_user()).await
}
