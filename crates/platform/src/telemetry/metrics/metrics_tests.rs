//! What a scraper reads.

use super::*;
use crate::telemetry::{RequestContext, scope};

#[test]
fn label_free_metrics_exist_from_the_start() {
    let text = Metrics::new("1.2.3").encode_openmetrics();
    for line in [
        "leaderboard_updates_total 0",
        "websocket_connections_active 0",
        "db_connections_active 0",
        "panics_total 0",
        "outbox_lag_seconds 0.0",
        "audit_seal_lag_seconds 0.0",
        "signing_key_age_seconds 0.0",
        "build_info{version=\"1.2.3\"} 1",
        "# EOF",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "missing {line} in\n{text}"
        );
    }
    assert!(
        text.contains("\nprocess_start_time_seconds 1")
            || text.contains("\nprocess_start_time_seconds 2"),
        "{text}"
    );
    assert!(!text.contains("_total_total"), "{text}");
}

#[test]
fn a_request_counts_once_per_method_route_and_status() {
    let metrics = Metrics::new("1");
    metrics.http_request("GET", Some("/v1/users/{id}"), 200, Duration::from_millis(3));
    metrics.http_request(
        "GET",
        Some("/v1/users/{id}"),
        200,
        Duration::from_millis(30),
    );
    metrics.http_request("BREW", None, 404, Duration::from_millis(1));
    let text = metrics.encode_openmetrics();
    assert!(
        text.contains(r#"http_requests_total{method="GET",route="/v1/users/{id}",status="200"} 2"#),
        "{text}"
    );
    assert!(
        text.contains(r#"http_requests_total{method="other",route="unmatched",status="404"} 1"#),
        "{text}"
    );
    assert!(text.contains(r#"http_request_duration_seconds_bucket{le="0.005",method="GET",route="/v1/users/{id}"} 1"#), "{text}");
}

#[tokio::test]
async fn a_slow_request_leaves_its_trace_id_in_openmetrics_only() {
    let metrics = Metrics::new("1");
    let context = Arc::new(RequestContext::new("r", "4bf92f3577b34da6a3ce929d0e0e4736"));
    scope(context, async {
        metrics.http_request("GET", Some("/"), 200, Duration::from_millis(200))
    })
    .await;
    assert!(
        metrics
            .encode_openmetrics()
            .contains(r#" # {trace_id="4bf92f3577b34da6a3ce929d0e0e4736"} 0.2"#)
    );
    assert!(!metrics.encode_text().contains("trace_id"));
}

#[test]
fn labelled_counters_and_gauges_are_published() {
    let metrics = Metrics::new("1");
    metrics.cache_hit("users");
    metrics.cache_missed("users");
    metrics.images("processing", 3);
    metrics.job_ran("reap", JobOutcome::Failed);
    metrics.websocket_opened();
    metrics.outbox_lag(Duration::from_millis(1500));
    metrics.seal_lag(Duration::from_millis(2500));
    metrics.signing_key_age(Duration::from_millis(3500));
    let text = metrics.encode_text();
    for line in [
        r#"cache_hits_total{cache="users"} 1"#,
        r#"cache_misses_total{cache="users"} 1"#,
        r#"images_by_state{state="processing"} 3"#,
        r#"jobs_runs_total{job="reap",outcome="failed"} 1"#,
        "websocket_connections_active 1",
        "outbox_lag_seconds 1.5",
        "audit_seal_lag_seconds 2.5",
        "signing_key_age_seconds 3.5",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "missing {line} in\n{text}"
        );
    }
}
