//! Jobs that work, fail, panic and stop, with time standing still.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::lifecycle::Ending;

struct Bench {
    lifecycle: Lifecycle,
    metrics: Metrics,
    supervisor: Supervisor,
    runs: Arc<AtomicU32>,
}

impl Bench {
    fn new() -> Self {
        let (lifecycle, metrics) = (Lifecycle::new(), Metrics::new("1"));
        let supervisor = Supervisor::new(&lifecycle, &metrics);
        Self {
            lifecycle,
            metrics,
            supervisor,
            runs: Arc::default(),
        }
    }

    fn runs(&self) -> u32 {
        self.runs.load(Ordering::SeqCst)
    }

    fn counted(&self, line: &str) -> bool {
        self.metrics
            .encode_openmetrics()
            .lines()
            .any(|found| found == line)
    }
}

const SECOND: Duration = Duration::from_secs(1);
const STEADILY: Every = Every {
    interval: SECOND,
    jitter: 0.0,
};

#[tokio::test(start_paused = true)]
async fn a_job_runs_at_its_interval_until_the_process_stops() {
    let bench = Bench::new();
    let runs = Arc::clone(&bench.runs);
    bench.supervisor.every("tick", STEADILY, move || {
        runs.fetch_add(1, Ordering::SeqCst);
        async { Ok(()) }
    });
    sleep(SECOND * 3 + SECOND / 2).await;
    assert_eq!(bench.runs(), 3);
    assert_eq!(
        bench
            .lifecycle
            .drain(Duration::ZERO, SECOND, async {})
            .await
            .ending,
        Ending::Drained
    );
    sleep(SECOND * 3).await;
    assert_eq!(bench.runs(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_woken_job_runs_at_once_and_a_failure_does_not_stop_it() {
    let bench = Bench::new();
    let runs = Arc::clone(&bench.runs);
    let hourly = Every::new(SECOND * 3600);
    let wake = bench.supervisor.every("hourly", hourly, move || {
        runs.fetch_add(1, Ordering::SeqCst);
        async { Err("no luck".into()) }
    });
    for expected in 1..=2 {
        wake.wake();
        sleep(SECOND).await;
        assert_eq!(bench.runs(), expected);
    }
    assert!(bench.counted(r#"jobs_runs_total{job="hourly",outcome="failed"} 2"#));
}

#[tokio::test(start_paused = true)]
async fn a_panicking_job_is_counted_and_starts_again_after_a_pause() {
    let bench = Bench::new();
    let runs = Arc::clone(&bench.runs);
    bench.supervisor.keep("fragile", move |stop| {
        let run = runs.fetch_add(1, Ordering::SeqCst);
        async move {
            assert!(run > 0, "the first run falls over");
            stop.cancelled().await;
            Ok(())
        }
    });
    sleep(SECOND / 2).await;
    assert_eq!(bench.runs(), 1, "it pauses first");
    sleep(SECOND * 5).await;
    assert_eq!(bench.runs(), 2);
    assert!(bench.counted("panics_total 1"));
    assert_eq!(
        bench
            .lifecycle
            .drain(Duration::ZERO, SECOND, async {})
            .await
            .ending,
        Ending::Drained
    );
}

#[tokio::test(start_paused = true)]
async fn a_job_that_does_not_end_is_named_in_the_exit_report() {
    let bench = Bench::new();
    bench
        .supervisor
        .keep("stubborn", |_| std::future::pending());
    sleep(SECOND).await;
    let report = bench
        .lifecycle
        .drain(Duration::ZERO, SECOND, async {})
        .await;
    assert_eq!(
        (report.ending, report.left),
        (Ending::DeadlineHit, vec![("job stubborn".to_owned(), 1)])
    );
}
