//! What machines ask about the process itself: probes and scrapes. Nothing here touches a dependency.

mod health;
mod metrics;

use crate::error::unrouted;
use crate::routes::at;
use actix_web::web::{Data, ServiceConfig};
use platform::health::HealthBoard;
use platform::telemetry::Metrics;

/// What these routes show.
#[derive(Clone)]
pub struct Operations {
    /// How the process feels.
    pub health: HealthBoard,
    /// Its numbers.
    pub metrics: Metrics,
}

/// The routes that every listener has: an answer for load balancers and orchestrators.
pub(crate) fn probes(operations: &Operations, config: &mut ServiceConfig) {
    config.app_data(Data::new(operations.clone()));
    for path in ["/health/live", "/healthz"] {
        at(path).get(health::live, &[]).register(config);
    }
    for path in ["/health/ready", "/readyz"] {
        at(path).get(health::ready, &[]).register(config);
    }
    at("/health").get(health::summary, &[]).register(config);
}

/// The routes of the management listener; in the profile `local` the application listener has them too.
pub fn management(operations: &Operations, config: &mut ServiceConfig) {
    probes(operations, config);
    internals(config);
    config.default_service(actix_web::web::route().to(unrouted));
}

/// What is nobody's business outside.
pub(crate) fn internals(config: &mut ServiceConfig) {
    at("/health/detailed")
        .get(health::detailed, &[])
        .register(config);
    at("/metrics").get(metrics::scrape, &[]).register(config);
}

#[cfg(test)]
mod tests;
