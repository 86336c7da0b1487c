//! A part whose health is watched, and how its samples become a steady status.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::probe::{ProbeReport, Status};

/// How much the whole depends on a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Criticality {
    /// Without it the process is not ready.
    Required,
    /// Without it the process is ready, and degraded.
    Degradable,
    /// Shown, and without influence.
    Informational,
}

/// What is watched, and how closely.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Its name in `components`.
    pub name: &'static str,
    /// How much the whole depends on it.
    pub criticality: Criticality,
    /// Time between the end of a sample and the next.
    pub interval: Duration,
    /// A sample that takes longer counts as unhealthy.
    pub timeout: Duration,
    /// So many bad samples in a row make a good part bad.
    pub failures: u32,
    /// So many good samples in a row make a bad part good.
    pub recoveries: u32,
}

impl Component {
    /// A part sampled every 5 s with a timeout of 2 s, bad after 3 bad samples, good after 1 good one.
    #[must_use]
    pub fn new(name: &'static str, criticality: Criticality) -> Self {
        let (interval, timeout) = (Duration::from_secs(5), Duration::from_secs(2));
        Self {
            name,
            criticality,
            interval,
            timeout,
            failures: 3,
            recoveries: 1,
        }
    }
}

/// What is known of a part. The first sample is believed at once; later ones have to persist.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    pub(super) last: Option<Sample>,
    pub(super) status: Option<Status>,
    streak: Option<(Status, u32)>,
}

/// The latest sample, whatever it did to the status.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    pub(super) report: ProbeReport,
    pub(super) at: Timestamp,
    pub(super) took: Duration,
}

impl Known {
    /// Takes a sample in, and says whether the status changed.
    pub(super) fn learn(&mut self, component: &Component, sample: Sample) -> bool {
        let seen = sample.report.status;
        self.last = Some(sample);
        let Some(status) = self.status else {
            self.status = Some(seen);
            return true;
        };
        if seen == status {
            self.streak = None;
            return false;
        }
        // Samples that disagree with the status in the same direction add up, whichever bad word they use.
        let worse = seen > status;
        let same_direction = |(before, _): &(Status, u32)| (*before > status) == worse;
        let count = self
            .streak
            .filter(same_direction)
            .map_or(1, |(_, count)| count + 1);
        let needed = if worse {
            component.failures
        } else {
            component.recoveries
        };
        self.streak = Some((seen, count));
        if count < needed.max(1) {
            return false;
        }
        (self.status, self.streak) = (Some(seen), None);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(status: Status) -> Sample {
        let report = ProbeReport {
            status,
            ..ProbeReport::healthy()
        };
        Sample {
            report,
            at: Timestamp::UNIX_EPOCH,
            took: Duration::ZERO,
        }
    }

    fn walk(samples: &[Status]) -> Vec<Status> {
        let component = Component {
            recoveries: 2,
            ..Component::new("database", Criticality::Required)
        };
        let mut known = Known::default();
        let learn = |status: &Status| {
            known.learn(&component, sample(*status));
            known.status.expect("sampled")
        };
        samples.iter().map(learn).collect()
    }

    #[test]
    fn a_status_changes_only_when_samples_persist() {
        use Status::{Degraded as D, Healthy as H, Unhealthy as U};
        assert_eq!(walk(&[U]), [U], "the first sample is believed at once");
        assert_eq!(walk(&[H, U, U, H, U, U, U]), [H, H, H, H, H, H, U]);
        assert_eq!(walk(&[H, D, U, U]), [H, H, H, U], "bad samples add up");
        assert_eq!(walk(&[U, H, U, H, H]), [U, U, U, U, H]);
    }
}
