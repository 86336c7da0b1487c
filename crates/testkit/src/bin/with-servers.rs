//! Runs a command with the production parts around it: a PostgreSQL with every migration applied, a Redis and an S3-like
//! store, all its own and gone with it. The command finds them in its environment as Muster's settings.
//!
//! usage: with-servers COMMAND [ARGUMENT …]

use std::process::ExitCode;
use testkit::servers::s3::S3;
use testkit::servers::{self, Template};

#[tokio::main]
async fn main() -> ExitCode {
    let mut words = std::env::args_os().skip(1);
    let Some(command) = words.next() else {
        eprintln!("usage: with-servers COMMAND [ARGUMENT …]");
        return ExitCode::from(64);
    };
    let server = servers::postgres().await;
    let database = server.database(&Template::of_muster()).await;
    let redis = servers::redis().await;
    let store = S3::start();
    let bucket = store.bucket();
    let status = tokio::process::Command::new(command)
        .args(words)
        .env("MUSTER_DATABASE_URL", database.url())
        .env("MUSTER_REDIS_URL", redis.url())
        .env("MUSTER_OBJECTS_URL", bucket.url())
        .envs(bucket.environment())
        .status()
        .await;
    match status {
        Ok(status) => ExitCode::from(
            status
                .code()
                .and_then(|code| u8::try_from(code).ok())
                .unwrap_or(70),
        ),
        Err(error) => {
            eprintln!("with-servers: {error}");
            ExitCode::from(69)
        }
    }
}
