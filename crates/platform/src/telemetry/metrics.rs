//! Every number the process publishes, behind one facade, so that names and labels are decided in one place.
//!
//! The methods are named after what happened, not after the metric. Cloning is counting a reference. Label values are
//! bounded: methods and cache names are static, and routes are patterns, never paths.

mod classic;
mod dependencies;
mod families;
mod process;
mod routes;

use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

use families::{ByCache, ByJob, ByRoute, ByState, ByStatus, Families, Trace};
use routes::Routes;

pub use dependencies::{CallUnderWay, DependencyMeasures};

/// The content type of [`Metrics::encode_openmetrics`].
pub const OPENMETRICS_CONTENT_TYPE: &str =
    "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// The content type of [`Metrics::encode_text`].
pub const TEXT_CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// A request that took at least this long leaves its trace id as an exemplar.
const SLOW: Duration = Duration::from_millis(100);

/// The facade.
#[derive(Debug, Clone)]
pub struct Metrics(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    families: Families,
    routes: Routes,
    registry: Registry,
}

/// How a run of a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobOutcome {
    /// It did its work.
    Done,
    /// It answered an error.
    Failed,
    /// It panicked.
    Panicked,
}

impl JobOutcome {
    /// The word used in labels and log lines.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Panicked => "panicked",
        }
    }
}

impl Metrics {
    /// All families, registered; `version` is that of the build, as `build_info` shows it.
    #[must_use]
    pub fn new(version: &'static str) -> Self {
        let families = Families::default();
        let mut registry = Registry::default();
        families.register(&mut registry);
        process::register(&mut registry, version);
        Self(Arc::new(Inner {
            families,
            routes: Routes::default(),
            registry,
        }))
    }

    /// A request was answered. `route` is the pattern that matched, if one did. Slow requests leave the trace id of the
    /// current [`RequestContext`](crate::telemetry::RequestContext) as an exemplar.
    pub fn http_request(&self, method: &str, route: Option<&str>, status: u16, duration: Duration) {
        let Families {
            http_requests,
            http_request_duration,
            ..
        } = &self.0.families;
        let by_route = ByRoute {
            method: families::method(method),
            route: self.0.routes.label(route),
        };
        let trace = (duration >= SLOW).then(super::current).flatten();
        let trace = trace.map(|context| Trace {
            trace_id: context.trace_id().to_owned(),
        });
        http_request_duration
            .get_or_create(&by_route)
            .observe(duration.as_secs_f64(), trace, None);
        let ByRoute { method, route } = by_route;
        http_requests
            .get_or_create(&ByStatus {
                method,
                route,
                status,
            })
            .inc();
    }

    /// This many scores were written.
    pub fn leaderboard_updated(&self, scores: u64) {
        self.0.families.leaderboard_updates.inc_by(scores);
    }

    /// A live connection was opened.
    pub fn websocket_opened(&self) {
        self.0.families.websocket_connections.inc();
    }

    /// A live connection was closed.
    pub fn websocket_closed(&self) {
        self.0.families.websocket_connections.dec();
    }

    /// A cache had what was asked for.
    pub fn cache_hit(&self, cache: &'static str) {
        self.0
            .families
            .cache_hits
            .get_or_create(&ByCache { cache })
            .inc();
    }

    /// A cache did not have what was asked for.
    pub fn cache_missed(&self, cache: &'static str) {
        self.0
            .families
            .cache_misses
            .get_or_create(&ByCache { cache })
            .inc();
    }

    /// This many database connections are in use.
    pub fn db_connections(&self, active: usize) {
        self.0
            .families
            .db_connections
            .set(i64::try_from(active).unwrap_or(i64::MAX));
    }

    /// Something panicked and was caught.
    pub fn panicked(&self) {
        self.0.families.panics.inc();
    }

    /// The oldest unsent outbox row is this old.
    pub fn outbox_lag(&self, age: Duration) {
        self.0.families.outbox_lag.set(age.as_secs_f64());
    }

    /// The oldest row of the audit trail without a seal is this old.
    pub fn seal_lag(&self, age: Duration) {
        self.0.families.seal_lag.set(age.as_secs_f64());
    }

    /// The key that signs access tokens has been signing for so long.
    pub fn signing_key_age(&self, age: Duration) {
        self.0.families.signing_key_age.set(age.as_secs_f64());
    }

    /// This many images are in a state.
    pub fn images(&self, state: &'static str, count: u64) {
        self.0
            .families
            .images
            .get_or_create(&ByState { state })
            .set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// A job ran.
    pub fn job_ran(&self, job: &'static str, outcome: JobOutcome) {
        self.0
            .families
            .jobs_runs
            .get_or_create(&ByJob {
                job,
                outcome: outcome.as_str(),
            })
            .inc();
    }

    /// Everything in the OpenMetrics text format, exemplars included.
    #[must_use]
    pub fn encode_openmetrics(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail, and our collectors only pass errors on.
        let _ = encode(&mut text, &self.0.registry);
        text
    }

    /// Everything in the classic Prometheus text format, for those who ask for it.
    #[must_use]
    pub fn encode_text(&self) -> String {
        classic::from_openmetrics(&self.encode_openmetrics())
    }
}

#[cfg(test)]
#[path = "metrics/metrics_tests.rs"]
mod tests;
