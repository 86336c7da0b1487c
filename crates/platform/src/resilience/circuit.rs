//! The state machine of a circuit breaker, with the time passed in and nothing else, so that every sequence can be tried.
//!
//! Closed, it counts how attempts end; when too many of them failed or were slow it opens, and so when twice as many as are
//! needed for a verdict were all bad one after the other, whatever went well before: what has just died is not outvoted by
//! its past. Open, it admits nobody until its time is over. Then it is half-open: a few may try. When as many have succeeded it
//! closes and begins to count anew; when one fails or is slow it opens again.

use std::time::Duration;

use tokio::time::Instant;

use super::terms::{BreakerTerms, LONGEST};
use super::window::{Counts, Sample, Window};

/// Whether attempts are let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CircuitState {
    /// All of them.
    Closed,
    /// A few, to see how they fare.
    HalfOpen,
    /// None. Once its time is over the next one is let through, so an open circuit that nobody uses stays open.
    Open,
}

impl CircuitState {
    /// The word used in log lines and views.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::HalfOpen => "half_open",
            Self::Open => "open",
        }
    }

    /// The number used in metrics: greater is worse.
    #[must_use]
    pub const fn severity(self) -> i64 {
        match self {
            Self::Closed => 0,
            Self::HalfOpen => 1,
            Self::Open => 2,
        }
    }
}

/// The right to one attempt; to be handed back with what came of it, or with nothing.
#[derive(Debug)]
#[must_use = "a ticket that is not handed back is lost"]
pub(super) struct Ticket {
    /// In which spell of one state it was given.
    spell: u64,
    /// Whether it was given to see how it fares.
    probe: bool,
    /// Whether it is known to be slow.
    overdue: bool,
}

impl Ticket {
    pub(super) const fn is_probe(&self) -> bool {
        self.probe
    }
}

#[derive(Debug)]
enum Phase {
    Closed { window: Window, bad_in_a_row: u32 },
    Open { until: Instant },
    HalfOpen { succeeded: u32 },
}

#[derive(Debug)]
pub(super) struct Circuit {
    terms: BreakerTerms,
    phase: Phase,
    /// Counts changes of state: what was begun in another spell says nothing about this one.
    spell: u64,
    /// Probes under way, of this spell or an earlier one.
    probes: u32,
}

impl Circuit {
    /// Closed, with nothing counted yet.
    pub(super) fn new(terms: BreakerTerms, now: Instant) -> Self {
        Self {
            phase: closed(&terms, now),
            terms,
            spell: 0,
            probes: 0,
        }
    }

    pub(super) fn state(&self) -> CircuitState {
        match &self.phase {
            Phase::Closed { .. } => CircuitState::Closed,
            Phase::Open { .. } => CircuitState::Open,
            Phase::HalfOpen { .. } => CircuitState::HalfOpen,
        }
    }

    /// Lets an attempt through, or says how long to stay away.
    pub(super) fn admit(&mut self, now: Instant) -> Result<Ticket, Duration> {
        if let Phase::Open { until } = &self.phase
            && now >= *until
        {
            self.enter(Phase::HalfOpen { succeeded: 0 });
        }
        match &self.phase {
            Phase::Closed { .. } => Ok(self.ticket(false)),
            Phase::Open { until } => Err(until.saturating_duration_since(now)),
            // However many have succeeded: who needs several at once must get them also for the last of them.
            Phase::HalfOpen { .. } if self.probes < self.permits() => {
                self.probes += 1;
                Ok(self.ticket(true))
            }
            Phase::HalfOpen { .. } => Err(self.terms.open_for),
        }
    }

    /// Whether a ticket is still worth using: not when the state has changed since it was given.
    pub(super) fn honours(&self, ticket: &Ticket) -> bool {
        ticket.spell == self.spell
    }

    /// Takes a ticket back, with a sample of how the attempt went, or without when it says nothing.
    pub(super) fn settle(&mut self, ticket: Ticket, sample: Option<Sample>, now: Instant) {
        if ticket.probe {
            self.probes = self.probes.saturating_sub(1);
        }
        let Some(sample) = sample.filter(|_| self.honours(&ticket)) else {
            return;
        };
        match &mut self.phase {
            Phase::Closed {
                window,
                bad_in_a_row,
            } => {
                window.add(sample, now);
                *bad_in_a_row = match sample.failed || sample.slow {
                    true => bad_in_a_row.saturating_add(u32::from(!ticket.overdue)),
                    false => 0,
                };
                let too_much = is_too_much(&self.terms, window.counts(now));
                if too_much || *bad_in_a_row >= self.enough() {
                    self.open(now);
                }
            }
            Phase::HalfOpen { .. } if sample.failed || sample.slow => self.open(now),
            Phase::HalfOpen { succeeded } => {
                *succeeded += 1;
                if *succeeded >= self.permits() {
                    self.enter(closed(&self.terms, now));
                }
            }
            // Nothing is admitted, so no ticket is of this spell.
            Phase::Open { .. } => {}
        }
    }

    /// An attempt is slow already, and nobody knows yet how it ends. That is bad news before it is a sample: while
    /// everything hangs, nothing ends.
    pub(super) fn overdue(&mut self, ticket: &mut Ticket, now: Instant) {
        if !self.honours(ticket) || ticket.overdue {
            return;
        }
        ticket.overdue = true;
        let enough = self.enough();
        match &mut self.phase {
            Phase::Closed { bad_in_a_row, .. } => {
                *bad_in_a_row = bad_in_a_row.saturating_add(1);
                if *bad_in_a_row >= enough {
                    self.open(now);
                }
            }
            Phase::HalfOpen { .. } => self.open(now),
            // Nothing is admitted, so no ticket is of this spell.
            Phase::Open { .. } => {}
        }
    }

    /// So many bad ones in a row are enough.
    fn enough(&self) -> u32 {
        self.terms.minimum_calls.max(1).saturating_mul(2)
    }

    fn open(&mut self, now: Instant) {
        let until = now + self.terms.open_for.min(LONGEST);
        self.enter(Phase::Open { until });
    }

    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.spell += 1;
    }

    fn ticket(&self, probe: bool) -> Ticket {
        Ticket {
            spell: self.spell,
            probe,
            overdue: false,
        }
    }

    fn permits(&self) -> u32 {
        self.terms.half_open_permits.max(1)
    }
}

/// With nothing counted yet.
fn closed(terms: &BreakerTerms, now: Instant) -> Phase {
    Phase::Closed {
        window: Window::new(terms.window, now),
        bad_in_a_row: 0,
    }
}

/// Whether a circuit opens on what its window shows.
fn is_too_much(terms: &BreakerTerms, counts: Counts) -> bool {
    let reached = |count, rate| count > 0 && f64::from(count) >= rate * f64::from(counts.calls);
    counts.calls >= terms.minimum_calls
        && (reached(counts.failed, terms.failure_rate) || reached(counts.slow, terms.slow_rate))
}

#[cfg(test)]
#[path = "circuit_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "circuit_properties.rs"]
mod properties;
