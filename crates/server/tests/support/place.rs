//! Where a server works: a folder of its own, and in the production shape the parts it shares with others.

use adapter_objects::{S3Objects, S3Terms};
use futures::StreamExt as _;
use ports::accounts::ObjectStore as _;
use std::path::Path;
use std::sync::LazyLock;
use tempfile::TempDir;
use testkit::proxy::{Proxy, Trouble};
use testkit::servers::s3::{Bucket, S3};
use testkit::servers::{self, Database, Redis, Template};
use testkit::tampering;
use tokio::runtime::Runtime;

/// Servers and proxies outlive the runtime of one test: they have one of their own.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// Runs something on the runtime of the servers, from inside of another or of none.
fn aside<T: Send>(work: impl Future<Output = T> + Send) -> T {
    std::thread::scope(|scope| scope.spawn(|| RUNTIME.block_on(work)).join().unwrap())
}

/// A folder, and what a server on it is told.
pub struct Place {
    folder: TempDir,
    parts: Option<Production>,
}

impl Place {
    /// A new one, of the shape that `TEST_SHAPE` names: `embedded` (the default) or `production`.
    pub fn new() -> Self {
        let production = std::env::var_os("TEST_SHAPE").is_some_and(|shape| shape == "production");
        Self {
            folder: tempfile::tempdir().unwrap(),
            parts: production.then(Production::new),
        }
    }

    /// A new one with embedded parts, whatever `TEST_SHAPE` says.
    pub fn embedded() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            parts: None,
        }
    }

    /// A new one with production parts, whatever `TEST_SHAPE` says.
    pub fn production() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            parts: Some(Production::new()),
        }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The settings of a server here.
    pub fn environment(&self) -> Vec<(String, String)> {
        let parts = self.parts.as_ref().map(Production::environment);
        let mut environment = parts.unwrap_or_default();
        // Tests ask faster than people do. Those about limits say which.
        for name in ["REQUESTS", "BURST", "UPLOADS"] {
            let name = format!("MUSTER_LIMITS__{name}");
            environment.push((name, "10000000".to_owned()));
        }
        environment
    }

    /// The keys of every object there is, leftovers included.
    pub fn objects(&self) -> Vec<String> {
        match &self.parts {
            Some(parts) => parts.keys(),
            None => super::files(&self.path().join("data/objects"))
                .into_iter()
                .map(|file| file.display().to_string())
                .collect(),
        }
    }

    /// Does to its database what somebody with a client of their own could do.
    pub fn tamper(&self, sql: &str) {
        match &self.parts {
            Some(parts) => aside(tampering::postgres(parts.database().url(), sql)),
            None => tampering::sqlite(&self.path().join("data/muster.db"), sql),
        }
    }

    /// Whether its parts are shared.
    pub fn is_production(&self) -> bool {
        self.parts.is_some()
    }

    /// Every row of the database, where it is a server.
    pub fn rows(&self) -> Option<String> {
        let parts = self.parts.as_ref()?;
        Some(aside(parts.database().rows()))
    }

    /// Everything in the Redis, where there is one.
    pub fn remembered(&self) -> Option<String> {
        let parts = self.parts.as_ref()?;
        Some(parts.redis().everything())
    }

    /// The parts that are shared.
    pub fn parts(&self) -> &Production {
        self.parts.as_ref().expect("is a place of production")
    }

    /// The same, to make trouble.
    pub fn parts_mut(&mut self) -> &mut Production {
        self.parts.as_mut().expect("is a place of production")
    }
}

/// A part that something can happen to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Database,
    Redis,
    Objects,
}

/// PostgreSQL, Redis and an S3-like store for one test, a proxy before each.
pub struct Production {
    database: Proxy,
    redis: Proxy,
    objects: Proxy,
    bucket: Bucket,
    _servers: (Database, Redis, S3),
}

impl Production {
    fn new() -> Self {
        aside(async {
            let server = servers::postgres().await;
            let database = server.database(&Template::of_muster()).await;
            let redis = servers::redis().await;
            let store = S3::start();
            let bucket = store.bucket();
            Self {
                database: Proxy::before(database.url()).await,
                redis: Proxy::before(redis.url()).await,
                objects: Proxy::before(&format!("http://{}", bucket.address())).await,
                bucket,
                _servers: (database, redis, store),
            }
        })
    }

    fn environment(&self) -> Vec<(String, String)> {
        let mut environment = self
            .bucket
            .environment_at(&self.objects.address().to_string());
        for (name, value) in [
            ("MUSTER_DATABASE_URL", self.database.url().to_owned()),
            ("MUSTER_REDIS_URL", self.redis.url().to_owned()),
            ("MUSTER_OBJECTS_URL", self.bucket.url()),
        ] {
            environment.push((name.to_owned(), value));
        }
        environment
    }

    fn keys(&self) -> Vec<String> {
        let environment = self.bucket.environment();
        let terms = S3Terms::from_environment(&self.bucket.url(), &environment).unwrap();
        aside(async {
            let listed = S3Objects::new(&terms).unwrap().list(None);
            let listed = listed.map(|object| object.unwrap().key).collect();
            listed.await
        })
    }

    /// Makes trouble for a part, or ends it.
    pub fn trouble(&mut self, part: Part, trouble: Trouble) {
        let proxy = match part {
            Part::Database => &mut self.database,
            Part::Redis => &mut self.redis,
            Part::Objects => &mut self.objects,
        };
        aside(proxy.set(trouble));
    }

    /// The proxy before a part, to count connections.
    pub fn proxy(&self, part: Part) -> &Proxy {
        match part {
            Part::Database => &self.database,
            Part::Redis => &self.redis,
            Part::Objects => &self.objects,
        }
    }

    /// Another database on the same server, without any migration.
    pub fn empty_database(&self) -> Database {
        aside(async { servers::postgres().await.empty_database().await })
    }

    /// How many objects the store was asked to delete; `None` of a store that was given.
    pub fn deletions(&self) -> Option<usize> {
        self._servers.2.deletions()
    }

    /// The address of the Redis, past the proxy.
    pub fn redis(&self) -> &Redis {
        &self._servers.1
    }

    /// The address of the database, past the proxy.
    pub fn database(&self) -> &Database {
        &self._servers.0
    }
}
