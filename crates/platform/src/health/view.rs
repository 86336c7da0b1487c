//! What `/health`, `/health/ready` and `/health/detailed` say, ready to be serialized.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::board::{HealthBoard, Part};
use super::component::Criticality;
use super::probe::Status;
use crate::lifecycle::State;

/// The health of the whole, in one word.
pub type Overall = Status;

/// The body of `/health`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HealthView {
    /// The health of the whole.
    pub status: Overall,
}

impl HealthView {
    /// Whether the answer is 200 (and else 503).
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.status != Status::Unhealthy
    }
}

/// The body of `/health/ready`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadyView {
    /// Whether the answer is 200 (and else 503).
    pub ready: bool,
    /// Reason codes for not being ready: `starting`, `draining`, or the names of required parts that are down.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<&'static str>,
}

/// The body of `/health/detailed`, for the management listener.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DetailedView {
    /// The health of the whole.
    pub status: Overall,
    /// The build's version.
    pub version: &'static str,
    /// For people, such as `1d 2h 3m 4s`.
    pub uptime: String,
    /// Whole seconds since the start.
    pub uptime_seconds: u64,
    /// When this was written.
    #[serde(serialize_with = "rfc3339")]
    pub timestamp: Timestamp,
    /// Each part by its name.
    pub components: BTreeMap<&'static str, ComponentView>,
}

/// One part.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComponentView {
    /// How it is, after thresholds.
    pub status: Status,
    /// The reason code of the latest sample.
    pub message: &'static str,
    /// When it was sampled last.
    #[serde(serialize_with = "rfc3339")]
    pub last_checked: Timestamp,
    /// How much the whole depends on it.
    pub criticality: Criticality,
    /// Numbers of the latest sample, `response_time_ms` always among them.
    pub metadata: BTreeMap<&'static str, serde_json::Value>,
}

impl HealthBoard {
    /// One word about the whole.
    #[must_use]
    pub fn health(&self) -> HealthView {
        HealthView {
            status: overall(
                self.parts()
                    .iter()
                    .map(|part| (part.component.criticality, status(part))),
            ),
        }
    }

    /// Whether new work is welcome. The lifecycle is asked last, so a probe that began before a signal cannot say yes after
    /// it.
    #[must_use]
    pub fn ready(&self) -> ReadyView {
        let down = |part: &&_| {
            let part: &Part = part;
            part.component.criticality == Criticality::Required && status(part) == Status::Unhealthy
        };
        let parts = self.parts();
        let mut reasons: Vec<_> = parts
            .iter()
            .map(AsRef::as_ref)
            .filter(down)
            .map(|part| part.component.name)
            .collect();
        match self.lifecycle().state() {
            State::Starting => reasons.push("starting"),
            State::Ready => {}
            State::Draining | State::Stopped => reasons.push("draining"),
        }
        ReadyView {
            ready: reasons.is_empty(),
            reasons,
        }
    }

    /// All there is to know.
    #[must_use]
    pub fn detailed(&self) -> DetailedView {
        let uptime_seconds = self.uptime().as_secs();
        DetailedView {
            status: self.health().status,
            version: self.version(),
            uptime: for_people(uptime_seconds),
            uptime_seconds,
            timestamp: self.time(),
            components: self
                .parts()
                .iter()
                .filter_map(|part| Some((part.component.name, view(part)?)))
                .collect(),
        }
    }
}

fn rfc3339<S: Serializer>(instant: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(instant)
}

fn status(part: &Part) -> Status {
    part.known().status.unwrap_or(Status::Unhealthy)
}

fn overall(parts: impl Iterator<Item = (Criticality, Status)>) -> Overall {
    let weigh = |(criticality, status): (Criticality, Status)| match criticality {
        Criticality::Required => status,
        Criticality::Degradable => status.min(Status::Degraded),
        Criticality::Informational => Status::Healthy,
    };
    parts.map(weigh).max().unwrap_or(Status::Healthy)
}

fn view(part: &Part) -> Option<ComponentView> {
    let known = part.known();
    let (status, sample) = (known.status?, known.last?);
    let mut metadata = sample.report.metadata;
    metadata.insert(
        "response_time_ms",
        (sample.took.as_micros() as f64 / 1000.0).into(),
    );
    let criticality = part.component.criticality;
    Some(ComponentView {
        status,
        message: sample.report.message,
        last_checked: sample.at,
        criticality,
        metadata,
    })
}

fn for_people(seconds: u64) -> String {
    let parts = [
        (seconds / 86_400, 'd'),
        (seconds / 3600 % 24, 'h'),
        (seconds / 60 % 60, 'm'),
        (seconds % 60, 's'),
    ];
    let shown = parts
        .iter()
        .skip_while(|(count, unit)| *count == 0 && *unit != 's');
    shown
        .map(|(count, unit)| format!("{count}{unit}"))
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
#[path = "view_tests.rs"]
mod tests;
