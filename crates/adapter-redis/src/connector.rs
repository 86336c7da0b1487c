//! Makes connections for the pool, and knows which of them are no longer worth using.

use bb8::ManageConnection;
use core::time::Duration;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisError};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::runtime::Handle;

/// Makes connections. Clones share what is known of them.
#[derive(Clone)]
pub struct Connector {
    client: Client,
    within: Duration,
    runtime: Handle,
    /// Connections of a generation before this one are of a server that is gone.
    generation: Arc<AtomicU64>,
}

/// A connection. Commands are numbered on it: whoever stops waiting for an answer harms nobody.
pub struct Connection {
    pub inner: MultiplexedConnection,
    generation: u64,
    ended: bool,
}

impl Connector {
    pub fn new(client: Client, within: Duration) -> Self {
        Self {
            client,
            within,
            runtime: Handle::current(),
            generation: Arc::new(AtomicU64::new(0)),
        }
    }

    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Whether a connection is as old as one that was found broken, or is that one.
    pub fn is_spent(&self, connection: &Connection) -> bool {
        connection.ended || connection.generation < self.generation.load(Ordering::Relaxed)
    }

    /// After no answer: this connection is not used again.
    pub fn give_up(connection: &mut Connection) {
        connection.ended = true;
    }

    /// After a connection broke: neither it nor any that is as old is used again. When a server was
    /// killed, one caller finds out, and not one for each connection in the pool.
    pub fn retire(&self, connection: &mut Connection) {
        connection.ended = true;
        let next = connection.generation.saturating_add(1);
        self.generation.fetch_max(next, Ordering::Relaxed);
    }
}

/// The task that was to connect is gone: the runtime is going down.
fn gone(error: &tokio::task::JoinError) -> RedisError {
    RedisError::from(std::io::Error::other(error.to_string()))
}

impl ManageConnection for Connector {
    type Connection = Connection;
    type Error = RedisError;

    /// Connects in the runtime of whoever opened the pool: each connection has a task that reads and
    /// writes, and that must not end or wait with the thread of one caller.
    async fn connect(&self) -> Result<Connection, RedisError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.within))
            // Each command has its own deadline, which counts the wait for a connection too.
            .set_response_timeout(None);
        let (client, generation) = (self.client.clone(), Arc::clone(&self.generation));
        let connecting = self.runtime.spawn(async move {
            let generation = generation.load(Ordering::Relaxed);
            let inner = client.get_multiplexed_async_connection_with_config(&config);
            Ok::<_, RedisError>(Connection {
                inner: inner.await?,
                generation,
                ended: false,
            })
        });
        connecting.await.map_err(|error| gone(&error))?
    }

    /// Never asked: [`Connector::is_spent`] knows without a command.
    async fn is_valid(&self, _connection: &mut Connection) -> Result<(), RedisError> {
        Ok(())
    }

    fn has_broken(&self, connection: &mut Connection) -> bool {
        self.is_spent(connection)
    }
}
