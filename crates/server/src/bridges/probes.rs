//! "Is the database there, are the objects there?", for the health board.

use adapter_objects::FileObjects;
use adapter_sqlite::{Connections, Database};
use async_trait::async_trait;
use platform::health::{Probe, ProbeReport};
use platform::telemetry::Metrics;
use std::sync::Arc;

/// Asks the database, and counts its connections.
pub struct DatabaseProbe {
    /// Which.
    pub database: Database,
    /// Where the count is published.
    pub metrics: Metrics,
}

#[async_trait]
impl Probe for DatabaseProbe {
    async fn check(&self) -> ProbeReport {
        let report = match self.database.ping().await {
            Ok(()) => ProbeReport::healthy(),
            Err(_unreachable) => ProbeReport::unhealthy("database_unavailable"),
        };
        let Connections { in_use, idle } = self.database.connections();
        self.metrics.db_connections(in_use);
        report
            .with("open_connections", in_use + idle)
            .with("in_use", in_use)
            .with("idle", idle)
    }
}

/// Asks the object store.
pub struct ObjectsProbe(pub Arc<FileObjects>);

#[async_trait]
impl Probe for ObjectsProbe {
    async fn check(&self) -> ProbeReport {
        match self.0.probe().await {
            Ok(()) => ProbeReport::healthy(),
            Err(_unreachable) => ProbeReport::degraded("storage_unavailable"),
        }
    }
}
