//! How a bucket of a test is told to an adapter or to a process: by an address and an environment.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

/// A bucket, or a part of one, and how to get there.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// The bucket.
    pub name: String,
    /// Where in it the keys begin; empty for all of it.
    pub prefix: String,
    pub(super) port_and_host: String,
    /// Who may use it.
    pub access_key: String,
    /// The secret to that.
    pub secret_key: String,
}

impl Bucket {
    /// Its address, as the setting for objects has it.
    pub fn url(&self) -> String {
        match self.prefix.as_str() {
            "" => format!("s3://{}", self.name),
            prefix => format!("s3://{}/{prefix}", self.name),
        }
    }

    /// Where the store listens: `host:port`.
    pub fn address(&self) -> &str {
        &self.port_and_host
    }

    /// The variables that every tool of S3 reads.
    pub fn environment(&self) -> Vec<(String, String)> {
        self.environment_at(&self.port_and_host)
    }

    /// The same at another `host:port`, such as a proxy's.
    pub fn environment_at(&self, address: &str) -> Vec<(String, String)> {
        let endpoint = format!("http://{address}");
        let pairs = [
            ("AWS_ACCESS_KEY_ID", &self.access_key),
            ("AWS_SECRET_ACCESS_KEY", &self.secret_key),
            ("AWS_ENDPOINT_URL_S3", &endpoint),
        ];
        pairs
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .into()
    }
}

/// A name that nobody else uses, in this process or another.
pub fn fresh() -> String {
    static MADE: AtomicU64 = AtomicU64::new(0);
    let made = MADE.fetch_add(1, Ordering::Relaxed);
    format!("{:016x}", RandomState::new().hash_one(made))
}
