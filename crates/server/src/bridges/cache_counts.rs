//! Shows hits and misses of the user cache to the metrics.

use platform::telemetry::Metrics;
use port_decorators::{Lookup, NearLookup};

/// What the cache tells of each look-up; nobody counts where there are no metrics.
pub fn counting(metrics: Option<Metrics>) -> impl Fn(Lookup) + Send + Sync + 'static {
    move |lookup| match (&metrics, lookup) {
        (Some(metrics), Lookup::Hit | Lookup::Absent) => metrics.cache_hit("users"),
        (Some(metrics), Lookup::Miss | Lookup::Fault | Lookup::Stale) => {
            metrics.cache_missed("users")
        }
        (None, Lookup::Hit | Lookup::Absent | Lookup::Miss | Lookup::Fault | Lookup::Stale) => {}
    }
}

/// The same of what this process remembers for itself, before it asks the cache that all share.
pub fn counting_near(metrics: Option<Metrics>) -> impl Fn(NearLookup) + Send + Sync + 'static {
    move |lookup| match (&metrics, lookup) {
        (Some(metrics), NearLookup::Hit) => metrics.cache_hit("users_near"),
        (Some(metrics), NearLookup::Miss | NearLookup::Off) => metrics.cache_missed("users_near"),
        (None, NearLookup::Hit | NearLookup::Miss | NearLookup::Off) => {}
    }
}
