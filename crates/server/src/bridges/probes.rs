//! "Is the database there, are the objects there?", for the health board.

use adapter_objects::FileObjects;
use adapter_sqlite::Database;
use async_trait::async_trait;
use platform::health::{Probe, ProbeReport};
use std::sync::Arc;

/// Asks the database.
pub struct DatabaseProbe(pub Database);

#[async_trait]
impl Probe for DatabaseProbe {
    async fn check(&self) -> ProbeReport {
        match self.0.ping().await {
            Ok(()) => ProbeReport::healthy(),
            Err(_unreachable) => ProbeReport::unhealthy("database_unavailable"),
        }
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
