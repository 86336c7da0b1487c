//! "Is the database there, are the objects there, is Redis there?", for the health board.

use crate::wiring::{Depot, Store};
use adapter_redis::Redis;
use async_trait::async_trait;
use platform::health::{Probe, ProbeReport};
use platform::telemetry::Metrics;

/// Asks the database, and counts its connections.
pub struct DatabaseProbe {
    /// Which.
    pub store: Store,
    /// Where the count is published.
    pub metrics: Metrics,
}

#[async_trait]
impl Probe for DatabaseProbe {
    async fn check(&self) -> ProbeReport {
        let report = match self.store.ping().await {
            Ok(()) => ProbeReport::healthy(),
            Err(_unreachable) => ProbeReport::unhealthy("database_unavailable"),
        };
        let (in_use, idle) = self.store.connections();
        self.metrics.db_connections(in_use);
        report
            .with("open_connections", in_use + idle)
            .with("in_use", in_use)
            .with("idle", idle)
    }
}

/// Asks the object store.
pub struct ObjectsProbe(pub Depot);

#[async_trait]
impl Probe for ObjectsProbe {
    async fn check(&self) -> ProbeReport {
        match self.0.probe().await {
            Ok(()) => ProbeReport::healthy(),
            Err(_unreachable) => ProbeReport::degraded("storage_unavailable"),
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
            Err(_unreachable) => ProbeReport::degraded("redis_unavailable"),
        }
    }
}
