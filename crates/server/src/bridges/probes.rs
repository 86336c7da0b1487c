//! "Is the database there, are the objects there, is Redis there?", for the health board.

use crate::wiring::{Depot, Store};
use adapter_postgres::Presence;
use adapter_redis::Redis;
use async_trait::async_trait;
use platform::health::{Probe, ProbeReport};
use platform::telemetry::Metrics;
use ports::Fault;

/// Asks the database, and counts its connections.
pub struct DatabaseProbe {
    /// Which.
    pub store: Store,
    /// The right to work with it, where it could be another's.
    pub presence: Option<Presence>,
    /// Where the count is published.
    pub metrics: Metrics,
}

#[async_trait]
impl Probe for DatabaseProbe {
    async fn check(&self) -> ProbeReport {
        let report = match self.asked().await {
            Ok(true) => ProbeReport::healthy(),
            Ok(false) => ProbeReport::unhealthy("another_process"),
            Err(fault) => ProbeReport::unhealthy("database_unavailable").because(&fault),
        };
        let (in_use, idle) = self.store.connections();
        self.metrics.db_connections(in_use);
        report
            .with("open_connections", in_use + idle)
            .with("in_use", in_use)
            .with("idle", idle)
    }
}

impl DatabaseProbe {
    /// Whether it answers, and is still ours to work with.
    async fn asked(&self) -> Result<bool, Fault> {
        self.store.ping().await?;
        match &self.presence {
            Some(presence) => presence.renew().await,
            None => Ok(true),
        }
    }
}

/// Asks the object store.
pub struct ObjectsProbe(pub Depot);

#[async_trait]
impl Probe for ObjectsProbe {
    async fn check(&self) -> ProbeReport {
        match self.0.probe().await {
            Ok(()) => ProbeReport::healthy(),
            Err(fault) => ProbeReport::degraded("storage_unavailable").because(&fault),
        }
    }
}

/// Asks Redis.
pub struct RedisProbe(pub Redis);

#[async_trait]
impl Probe for RedisProbe {
    async fn check(&self) -> ProbeReport {
        match self.0.ping().await {
            Ok(()) => ProbeReport::healthy(),
            Err(fault) => ProbeReport::degraded("redis_unavailable").because(&fault),
        }
    }
}
