//! The way out: serve on for a while, stop accepting, finish what is under way, and say what was left.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

use super::{Lifecycle, State};

/// How a drain ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Everything under way was finished.
    Drained,
    /// The deadline came first.
    DeadlineHit,
    /// A second signal came first.
    Forced,
}

/// What a drain leaves behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExitReport {
    /// How it ended.
    pub ending: Ending,
    /// What was still under way, and how much of it; empty when everything was finished.
    pub left: Vec<(String, usize)>,
    /// How long it took, from the beginning of the delay.
    pub took: Duration,
}

impl ExitReport {
    /// The exit code of the process: 0 drained, 70 otherwise.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        if self.ending == Ending::Drained {
            0
        } else {
            70
        }
    }

    /// One log line: INFO when drained, WARN with what was left otherwise.
    pub fn log(&self) {
        let duration_ms = u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX);
        if self.ending == Ending::Drained {
            tracing::info!(duration_ms, "drained");
            return;
        }
        let left: Vec<String> = self
            .left
            .iter()
            .map(|(name, count)| format!("{name}: {count}"))
            .collect();
        let outcome = if self.ending == Ending::Forced {
            "forced"
        } else {
            "deadline"
        };
        tracing::warn!(
            duration_ms,
            outcome,
            left = left.join(", "),
            "stopped before everything was finished"
        );
    }
}

impl Lifecycle {
    /// Drains: serves on for `delay`, raises `soft`, runs `stop_accepting` and waits for all counters to be idle, both within
    /// `deadline`; then raises `hard`. Begins the stop if nobody has yet. The state stays Draining until
    /// [`stopped`](Self::stopped).
    pub async fn drain<F: Future<Output = ()>>(
        &self,
        delay: Duration,
        deadline: Duration,
        stop_accepting: F,
    ) -> ExitReport {
        self.advance(State::Draining);
        let began = Instant::now();
        let hard = self.hard();
        let orderly = async {
            sleep(delay).await;
            self.soft().cancel();
            let finish = async {
                stop_accepting.await;
                self.idle().await;
            };
            match timeout_at(Instant::now() + deadline, finish).await {
                Ok(()) => Ending::Drained,
                Err(_elapsed) => Ending::DeadlineHit,
            }
        };
        let ending = hard.unless(orderly).await.unwrap_or(Ending::Forced);
        let left = self.left();
        hard.cancel();
        ExitReport {
            ending,
            left,
            took: began.elapsed(),
        }
    }

    /// Says that the process is done.
    pub fn stopped(&self) {
        self.advance(State::Stopped);
    }

    async fn idle(&self) {
        for counter in self.counters(|counters| counters.clone()) {
            counter.idle().await;
        }
    }

    fn left(&self) -> Vec<(String, usize)> {
        let counted = |counters: &mut Vec<super::InFlight>| {
            counters
                .iter()
                .map(|counter| (counter.name().to_owned(), counter.count()))
                .collect::<Vec<_>>()
        };
        self.counters(counted)
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DELAY: Duration = Duration::from_secs(5);
    const DEADLINE: Duration = Duration::from_secs(20);

    #[tokio::test(start_paused = true)]
    async fn a_drain_serves_on_then_waits_for_what_is_under_way() {
        let lifecycle = Lifecycle::new();
        lifecycle.ready();
        let guard = lifecycle.in_flight("requests").enter();
        let soft = lifecycle.soft();
        tokio::spawn(async move {
            soft.cancelled().await;
            sleep(Duration::from_secs(3)).await;
            drop(guard);
        });
        let report = lifecycle.drain(DELAY, DEADLINE, async {}).await;
        assert_eq!(
            report,
            ExitReport {
                ending: Ending::Drained,
                left: vec![],
                took: Duration::from_secs(8)
            }
        );
        assert_eq!(
            (report.exit_code(), lifecycle.state()),
            (0, State::Draining)
        );
        lifecycle.stopped();
        assert_eq!(lifecycle.state(), State::Stopped);
    }

    #[tokio::test(start_paused = true)]
    async fn a_deadline_that_is_hit_names_what_was_left() {
        let lifecycle = Lifecycle::new();
        let _guards = (
            lifecycle.in_flight("requests").enter(),
            lifecycle.in_flight("jobs"),
        );
        let report = lifecycle.drain(DELAY, DEADLINE, async {}).await;
        assert_eq!(
            (report.ending, report.took),
            (Ending::DeadlineHit, DELAY + DEADLINE)
        );
        assert_eq!(
            (report.left, lifecycle.hard().is_cancelled()),
            (vec![("requests".to_owned(), 1)], true)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_second_signal_cuts_even_the_delay_short() {
        let lifecycle = Lifecycle::new();
        lifecycle.stop();
        let second = lifecycle.clone();
        tokio::spawn(async move {
            sleep(Duration::from_secs(1)).await;
            second.stop();
        });
        let report = lifecycle
            .drain(DELAY, DEADLINE, std::future::pending())
            .await;
        assert_eq!(
            (report.ending, report.took, report.exit_code()),
            (Ending::Forced, Duration::from_secs(1), 70)
        );
    }
}
