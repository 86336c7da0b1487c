//! Holds the last result of every part and keeps sampling them.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, timeout};

use super::component::{Component, Known, Sample};
use super::probe::{Probe, ProbeReport, Status};
use crate::lifecycle::{Lifecycle, Token};
use crate::now::now;
use crate::panics::caught;

/// The health of the process. Cloning is counting a reference.
#[derive(Clone)]
pub struct HealthBoard(Arc<Inner>);

struct Inner {
    version: &'static str,
    started: Instant,
    lifecycle: Lifecycle,
    parts: RwLock<Vec<Arc<Part>>>,
}

/// A part, its probe and what is known of it.
pub(super) struct Part {
    pub(super) component: Component,
    probe: Box<dyn Probe>,
    known: RwLock<Known>,
}

impl Part {
    pub(super) fn known(&self) -> Known {
        self.known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    async fn sample(&self) {
        let began = Instant::now();
        let report = match timeout(self.component.timeout, caught(self.probe.check())).await {
            Ok(Ok(report)) => report,
            Ok(Err(_panicked)) => ProbeReport::unhealthy("probe_panicked"),
            Err(_elapsed) => ProbeReport::unhealthy("timeout"),
        };
        let (status, reason, cause) = (report.status, report.message, report.cause.clone());
        let sample = Sample {
            report,
            at: now(),
            took: began.elapsed(),
        };
        let changed = self
            .known
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .learn(&self.component, sample);
        let component = self.component.name;
        match (changed, status) {
            (true, Status::Healthy) => tracing::info!(component, reason, "component is healthy"),
            (true, _) => tracing::warn!(component, reason, cause, "component is not healthy"),
            (false, _) => {}
        }
    }
}

impl HealthBoard {
    /// A board without parts; `version` is shown to whoever asks.
    #[must_use]
    pub fn new(version: &'static str, lifecycle: &Lifecycle) -> Self {
        let (started, lifecycle) = (Instant::now(), lifecycle.clone());
        Self(Arc::new(Inner {
            version,
            started,
            lifecycle,
            parts: RwLock::default(),
        }))
    }

    /// Watches a part: samples it once before returning, then in a task until the process stops.
    pub async fn watch(&self, component: Component, probe: impl Probe) {
        let part = Arc::new(Part {
            component,
            probe: Box::new(probe),
            known: RwLock::default(),
        });
        part.sample().await;
        self.0
            .parts
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Arc::clone(&part));
        tokio::spawn(keep_sampling(part, self.0.lifecycle.hard()));
    }

    pub(super) fn parts(&self) -> Vec<Arc<Part>> {
        self.0
            .parts
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(super) fn version(&self) -> &'static str {
        self.0.version
    }

    pub(super) fn uptime(&self) -> Duration {
        self.0.started.elapsed()
    }

    pub(super) fn lifecycle(&self) -> &Lifecycle {
        &self.0.lifecycle
    }

    pub(super) fn time(&self) -> Timestamp {
        now()
    }
}

async fn keep_sampling(part: Arc<Part>, stop: Token) {
    let sampling = async {
        loop {
            tokio::time::sleep(part.component.interval).await;
            part.sample().await;
        }
    };
    stop.unless::<_>(sampling).await.unwrap_or(());
}
