//! The settings of a policy as plain values, so that wiring reads like a table.

use std::time::Duration;

/// Longer than anybody waits, and short enough to be added to any instant.
pub(super) const LONGEST: Duration = Duration::from_secs(86_400);

/// The settings of one dependency's [`Policy`](super::Policy).
///
/// The defaults suit a database in the same building that many wait for: answers in milliseconds, gives up within
/// seconds, and is tried again a second after it was found dead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Terms {
    /// Which dependency, as log lines, labels and errors call it.
    pub name: &'static str,
    /// The longest a whole call takes, with its retries and all its waiting. Default: 5 s.
    pub deadline: Duration,
    /// How often an idempotent call is tried again at most. Default: 2.
    pub retries: u32,
    /// The first pause lasts at most this long and each later one twice the one before. Default: 50 ms.
    pub base_delay: Duration,
    /// No pause is longer. Default: 500 ms.
    pub max_delay: Duration,
    /// How many retries all calls together may cost.
    pub budget: BudgetTerms,
    /// When calls are not even tried.
    pub breaker: BreakerTerms,
    /// How many attempts there may be at the same time.
    pub bulkhead: BulkheadTerms,
    /// The longest one attempt takes. Default: 2 s.
    pub attempt_timeout: Duration,
}

/// A token bucket for retries: when everything fails, retrying must not multiply the load.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BudgetTerms {
    /// What a call earns, in retries; thousandths count. In the long run this share of calls is retried at most.
    /// Default: 0.1.
    pub earned: f64,
    /// The most that can be saved up, and what is there at the start. Default: 10.
    pub most: u32,
}

/// When a circuit opens and how it closes again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BreakerTerms {
    /// Attempts that ended within this time are looked at. Default: 10 s.
    pub window: Duration,
    /// With fewer of them nothing is decided; twice as many bad ones in a row are enough. Default: 10.
    pub minimum_calls: u32,
    /// Opens when this share of them failed (0 to 1). Default: 0.5.
    pub failure_rate: f64,
    /// An attempt that took this long was slow. While a few try, a single slow one is as bad as a failed one. Default: 1 s.
    pub slow_call: Duration,
    /// Opens when this share of them was slow (0 to 1). Default: 0.8.
    pub slow_rate: f64,
    /// Stays open this long before it lets anybody try. Default: 1 s.
    pub open_for: Duration,
    /// How many then try at the same time, and how many must have succeeded before all are let through again. Default: 3.
    pub half_open_permits: u32,
}

/// How many attempts there may be at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BulkheadTerms {
    /// This many are under way. Default: 64.
    pub at_once: usize,
    /// This many more wait; all others are refused at once. Default: 256.
    pub waiting: usize,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            name: "dependency",
            deadline: Duration::from_secs(5),
            retries: 2,
            base_delay: Duration::from_millis(50),
            max_delay: Duration::from_millis(500),
            budget: BudgetTerms::default(),
            breaker: BreakerTerms::default(),
            bulkhead: BulkheadTerms::default(),
            attempt_timeout: Duration::from_secs(2),
        }
    }
}

impl Default for BudgetTerms {
    fn default() -> Self {
        Self {
            earned: 0.1,
            most: 10,
        }
    }
}

impl Default for BreakerTerms {
    fn default() -> Self {
        Self {
            window: Duration::from_secs(10),
            minimum_calls: 10,
            failure_rate: 0.5,
            slow_call: Duration::from_secs(1),
            slow_rate: 0.8,
            open_for: Duration::from_secs(1),
            half_open_permits: 3,
        }
    }
}

impl Default for BulkheadTerms {
    fn default() -> Self {
        Self {
            at_once: 64,
            waiting: 256,
        }
    }
}
