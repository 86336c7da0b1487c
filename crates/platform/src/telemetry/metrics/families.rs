//! The families and their labels, with the names the design fixed.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::exemplar::HistogramWithExemplars;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::dependencies::Dependencies;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ByRoute {
    pub(super) method: &'static str,
    pub(super) route: Arc<str>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ByStatus {
    pub(super) method: &'static str,
    pub(super) route: Arc<str>,
    pub(super) status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ByCache {
    pub(super) cache: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ByState {
    pub(super) state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ByJob {
    pub(super) job: &'static str,
    pub(super) outcome: &'static str,
}

/// The label of an exemplar.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Trace {
    pub(super) trace_id: String,
}

type Durations = HistogramWithExemplars<Trace>;

/// Upper bounds in seconds: fine below 100 ms, where the targets lie.
const BUCKETS_SECONDS: [f64; 14] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

fn durations() -> Durations {
    Durations::new(BUCKETS_SECONDS.into_iter())
}

/// Every family.
#[derive(Debug)]
pub(super) struct Families {
    pub(super) http_requests: Family<ByStatus, Counter>,
    pub(super) http_request_duration: Family<ByRoute, Durations, fn() -> Durations>,
    pub(super) leaderboard_updates: Counter,
    pub(super) websocket_connections: Gauge,
    pub(super) cache_hits: Family<ByCache, Counter>,
    pub(super) cache_misses: Family<ByCache, Counter>,
    pub(super) db_connections: Gauge,
    pub(super) panics: Counter,
    pub(super) outbox_lag: Gauge<f64, AtomicU64>,
    pub(super) seal_lag: Gauge<f64, AtomicU64>,
    pub(super) signing_key_age: Gauge<f64, AtomicU64>,
    pub(super) images: Family<ByState, Gauge>,
    pub(super) jobs_runs: Family<ByJob, Counter>,
    pub(super) dependencies: Dependencies,
}

impl Default for Families {
    fn default() -> Self {
        Self {
            http_requests: Family::default(),
            http_request_duration: Family::new_with_constructor(durations),
            leaderboard_updates: Counter::default(),
            websocket_connections: Gauge::default(),
            cache_hits: Family::default(),
            cache_misses: Family::default(),
            db_connections: Gauge::default(),
            panics: Counter::default(),
            outbox_lag: Gauge::default(),
            seal_lag: Gauge::default(),
            signing_key_age: Gauge::default(),
            images: Family::default(),
            jobs_runs: Family::default(),
            dependencies: Dependencies::default(),
        }
    }
}

impl Families {
    /// Gives each family its name; the library itself appends `_total` to counters and a full stop to help texts.
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "http_requests",
            "Requests answered",
            self.http_requests.clone(),
        );
        registry.register(
            "http_request_duration_seconds",
            "Time from the request's head to its answer's head",
            self.http_request_duration.clone(),
        );
        registry.register(
            "leaderboard_updates",
            "Scores written",
            self.leaderboard_updates.clone(),
        );
        registry.register(
            "websocket_connections_active",
            "Live connections open",
            self.websocket_connections.clone(),
        );
        registry.register(
            "cache_hits",
            "Cache reads that found a value",
            self.cache_hits.clone(),
        );
        registry.register(
            "cache_misses",
            "Cache reads that found none",
            self.cache_misses.clone(),
        );
        registry.register(
            "db_connections_active",
            "Database connections in use",
            self.db_connections.clone(),
        );
        registry.register("panics", "Panics caught", self.panics.clone());
        self.register_ages(registry);
        registry.register(
            "images_by_state",
            "Images in each state",
            self.images.clone(),
        );
        registry.register(
            "jobs_runs",
            "Runs of background jobs",
            self.jobs_runs.clone(),
        );
        self.dependencies.register(registry);
    }

    fn register_ages(&self, registry: &mut Registry) {
        registry.register(
            "outbox_lag_seconds",
            "Age of the oldest unsent outbox row",
            self.outbox_lag.clone(),
        );
        registry.register(
            "audit_seal_lag_seconds",
            "Age of the oldest row of the audit trail without a seal",
            self.seal_lag.clone(),
        );
        registry.register(
            "signing_key_age_seconds",
            "Time for which the key that signs access tokens has been signing",
            self.signing_key_age.clone(),
        );
    }
}

/// The label of a request's method; a client cannot invent new ones.
pub(super) fn method(method: &str) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS"];
    KNOWN
        .into_iter()
        .find(|known| *known == method)
        .unwrap_or("other")
}
