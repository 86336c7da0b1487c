//! The connections to one Redis, and the only way to work with it: a command with a deadline.

use crate::address::{self, AddressError};
use crate::connector::{Connection, Connector};
use crate::fault;
use bb8::{ErrorSink, Pool, PooledConnection};
use core::fmt;
use core::time::Duration;
use ports::Fault;
use redis::{FromRedisValue, RedisError, RedisResult, ScriptInvocation};
use std::sync::Arc;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

/// As many connections at once.
const MOST: u32 = 10;

/// How long to wait for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For a connection to be made, with sign-in. Nobody waits for it longer than for a command.
    pub connect: Duration,
    /// For a command: the wait for a connection and for the answer together.
    pub command: Duration,
}

impl Default for Limits {
    /// A second, and half a second: the database answers meanwhile.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(1),
            command: Duration::from_millis(500),
        }
    }
}

/// One Redis. Clones share its connections.
#[derive(Clone)]
pub struct Redis {
    shared: Arc<Shared>,
}

struct Shared {
    pool: Pool<Connector>,
    connector: Connector,
    /// The last failure to connect, for those who wait for a connection.
    failed: watch::Sender<Option<RedisError>>,
    limits: Limits,
    db: i64,
}

/// How many connections there are to Redis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connections {
    /// At work.
    pub in_use: usize,
    /// Open and waiting for work.
    pub idle: usize,
}

impl Redis {
    /// Prepares the connections to `redis://[user:password@]host[:port][/db]`, or `rediss://` for TLS.
    /// They are opened when they are needed, up to ten, by the runtime this is called in; whether
    /// there is a Redis behind the address shows then.
    ///
    /// # Errors
    /// [`AddressError`] when the address cannot be used.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn open(url: &str) -> Result<Self, AddressError> {
        Self::open_within(url, Limits::default())
    }

    /// The same with other limits.
    ///
    /// # Errors
    /// [`AddressError`] when the address cannot be used.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn open_within(url: &str, limits: Limits) -> Result<Self, AddressError> {
        let (client, db) = address::client(url)?;
        let connector = Connector::new(client, limits.connect);
        let failed = watch::Sender::new(None);
        let pool = Pool::builder()
            .max_size(MOST)
            // Callers have a deadline of their own, and are told at once when connecting fails.
            .connection_timeout(limits.connect.max(limits.command))
            .retry_connection(false)
            .test_on_check_out(false)
            .error_sink(Box::new(Telling(failed.clone())))
            .build_unchecked(connector.clone());
        Ok(Self {
            shared: Arc::new(Shared {
                pool,
                connector,
                failed,
                limits,
                db,
            }),
        })
    }

    /// Whether Redis answers right now.
    ///
    /// # Errors
    /// [`Fault`] when it does not.
    pub async fn ping(&self) -> Result<(), Fault> {
        let ping = redis::cmd("PING");
        self.work(async |connection| ping.query_async(&mut connection.inner).await)
            .await
    }

    /// How many connections there are right now, without the one that listens for news.
    #[must_use]
    pub fn connections(&self) -> Connections {
        let state = self.shared.pool.state();
        let (all, idle) = (state.connections, state.idle_connections);
        Connections {
            in_use: usize::try_from(all.saturating_sub(idle)).unwrap_or(usize::MAX),
            idle: usize::try_from(idle).unwrap_or(usize::MAX),
        }
    }

    /// Runs a script; Redis is sent its text only if it does not know it.
    pub(crate) async fn run<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, Fault> {
        self.work(async |connection| script.invoke_async(&mut connection.inner).await)
            .await
    }

    /// What makes connections, for those who need one of their own.
    pub(crate) fn connector(&self) -> &Connector {
        &self.shared.connector
    }

    pub(crate) fn limits(&self) -> Limits {
        self.shared.limits
    }

    /// The number of the database. Keys belong to it, channels do not.
    pub(crate) fn db(&self) -> i64 {
        self.shared.db
    }

    async fn work<T>(
        &self,
        command: impl AsyncFnOnce(&mut Connection) -> RedisResult<T>,
    ) -> Result<T, Fault> {
        let deadline = Instant::now() + self.shared.limits.command;
        let mut held = self.held(deadline).await?;
        match timeout_at(deadline, command(&mut held)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => {
                if error.is_unrecoverable_error() {
                    self.shared.connector.retire(&mut held);
                }
                Err(fault::of_command(error))
            }
            Err(elapsed) => {
                Connector::give_up(&mut held);
                Err(fault::unavailable(elapsed))
            }
        }
    }

    /// A connection that is worth using. Others are dropped on the way to it.
    async fn held(&self, deadline: Instant) -> Result<PooledConnection<'_, Connector>, Fault> {
        let Shared {
            pool,
            connector,
            failed,
            ..
        } = &*self.shared;
        let mut failures = failed.subscribe();
        loop {
            let held = tokio::select! {
                biased;
                held = timeout_at(deadline, pool.get()) => held,
                failure = failures.changed() => {
                    failure.map_err(fault::unavailable)?;
                    let failure = failures.borrow_and_update().clone();
                    return Err(failure.map_or_else(|| fault::unavailable("no connection"), fault::unavailable));
                }
            };
            let held = held.map_err(fault::unavailable)?;
            let held = held.map_err(fault::unavailable)?;
            if !connector.is_spent(&held) {
                return Ok(held);
            }
        }
    }
}

/// Passes failures to connect on to those who wait.
#[derive(Debug)]
struct Telling(watch::Sender<Option<RedisError>>);

impl ErrorSink<RedisError> for Telling {
    fn sink(&self, error: RedisError) {
        self.0.send_replace(Some(error));
    }

    fn boxed_clone(&self) -> Box<dyn ErrorSink<RedisError>> {
        Box::new(Self(self.0.clone()))
    }
}

impl fmt::Debug for Redis {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Redis")
            .field("connections", &self.connections())
            .finish_non_exhaustive()
    }
}
