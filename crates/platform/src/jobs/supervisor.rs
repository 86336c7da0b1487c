//! Starts jobs and keeps them running until the process stops.

use std::error::Error;
use std::future::Future;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use tokio::time::{Instant, sleep};

use super::jitter::around;
use super::wake::Wake;
use crate::lifecycle::{InFlight, Lifecycle, Token};
use crate::panics::caught;
use crate::telemetry::Metrics;
use crate::telemetry::metrics::JobOutcome;

/// Why a run failed; logged with its sources.
pub type JobError = Box<dyn Error + Send + Sync>;

/// A job that ran this long without a panic starts again with a short pause.
const STEADY: Duration = Duration::from_secs(60);

/// How often a job runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Every {
    /// Time from the end of a run to the next.
    pub interval: Duration,
    /// The interval varies by at most this share of it (0 to 1).
    pub jitter: f64,
}

impl Every {
    /// This interval, give or take a tenth.
    #[must_use]
    pub fn new(interval: Duration) -> Self {
        Self {
            interval,
            jitter: 0.1,
        }
    }
}

/// Starts jobs. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Supervisor {
    lifecycle: Lifecycle,
    metrics: Metrics,
}

struct Job {
    name: &'static str,
    metrics: Metrics,
    in_flight: InFlight,
    soft: Token,
    hard: Token,
}

impl Supervisor {
    /// Jobs end with this lifecycle and are counted by these metrics.
    #[must_use]
    pub fn new(lifecycle: &Lifecycle, metrics: &Metrics) -> Self {
        Self {
            lifecycle: lifecycle.clone(),
            metrics: metrics.clone(),
        }
    }

    /// Runs a job again and again, the first time after one interval or when woken. A run that is under way when the process
    /// stops may finish until the drain's deadline. Must be called inside a tokio runtime.
    pub fn every<F, R>(&self, name: &'static str, every: Every, mut run: R) -> Wake
    where
        R: FnMut() -> F + Send + 'static,
        F: Future<Output = Result<(), JobError>> + Send + 'static,
    {
        let (job, wake) = (self.job(name), Wake::default());
        let theirs = wake.clone();
        tokio::spawn(async move {
            let mut backoff = Backoff::default();
            let mut pause = around(every.interval, every.jitter);
            loop {
                let due = async {
                    tokio::select! {
                        () = sleep(pause) => {}
                        () = theirs.woken() => {}
                    }
                };
                if job.soft.unless(due).await.is_none() {
                    return;
                }
                pause = match job.once(run()).await {
                    Some(JobOutcome::Panicked) => backoff.next(name),
                    Some(JobOutcome::Done | JobOutcome::Failed) => {
                        around(every.interval, every.jitter)
                    }
                    None => return,
                };
            }
        });
        wake
    }

    /// Keeps a long-lived job running: when it panics or answers before its time it starts again after a pause that grows.
    /// It gets the soft token and should end soon after it is raised. Must be called inside a tokio runtime.
    pub fn keep<F, R>(&self, name: &'static str, mut run: R)
    where
        R: FnMut(Token) -> F + Send + 'static,
        F: Future<Output = Result<(), JobError>> + Send + 'static,
    {
        let job = self.job(name);
        tokio::spawn(async move {
            let mut backoff = Backoff::default();
            while !job.soft.is_cancelled() {
                backoff.begin();
                if job.once(run(job.soft.clone())).await.is_none() || job.soft.is_cancelled() {
                    return;
                }
                let pause = backoff.next(name);
                if job.soft.unless(sleep(pause)).await.is_none() {
                    return;
                }
            }
        });
    }

    fn job(&self, name: &'static str) -> Job {
        let Self { lifecycle, metrics } = self;
        let in_flight = lifecycle.in_flight(format!("job {name}"));
        Job {
            name,
            metrics: metrics.clone(),
            in_flight,
            soft: lifecycle.soft(),
            hard: lifecycle.hard(),
        }
    }
}

impl Job {
    /// One run, counted and logged; `None` when there was no more time.
    async fn once(&self, run: impl Future<Output = Result<(), JobError>>) -> Option<JobOutcome> {
        let _guard = self.in_flight.enter();
        let outcome = match self.hard.unless(caught(run)).await? {
            Ok(Ok(())) => JobOutcome::Done,
            Ok(Err(error)) => {
                tracing::error!(
                    job = self.name,
                    error = &*error as &(dyn Error + 'static),
                    "job failed"
                );
                JobOutcome::Failed
            }
            Err(panicked) => {
                panicked.report(self.name, &self.metrics);
                JobOutcome::Panicked
            }
        };
        self.metrics.job_ran(self.name, outcome);
        Some(outcome)
    }
}

/// Pauses of 1 s to 60 s, doubled each time and jittered, short again after a steady run.
struct Backoff {
    pauses: ExponentialBackoff,
    began: Instant,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            pauses: pauses(),
            began: Instant::now(),
        }
    }
}

impl Backoff {
    fn begin(&mut self) {
        self.began = Instant::now();
    }

    fn next(&mut self, job: &'static str) -> Duration {
        if self.began.elapsed() >= STEADY {
            self.pauses = pauses();
        }
        self.begin();
        let pause = self.pauses.next().unwrap_or(STEADY);
        tracing::warn!(
            job,
            backoff_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
            "job starts again after a pause"
        );
        pause
    }
}

fn pauses() -> ExponentialBackoff {
    let (shortest, longest) = (Duration::from_secs(1), Duration::from_secs(60));
    ExponentialBuilder::default()
        .with_min_delay(shortest)
        .with_max_delay(longest)
        .without_max_times()
        .with_jitter()
        .build()
}

#[cfg(test)]
#[path = "supervisor_tests.rs"]
mod tests;
