//! What a run takes from the machine: its clock and its ids. The seeder brings its own.

use adapter_identity::{SystemClock, SystemIds};
use ports::{Clock, Ids};
use std::sync::Arc;

/// A clock and a source of ids.
#[derive(Clone)]
pub struct Machine {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Names new things.
    pub ids: Arc<dyn Ids>,
}

impl Machine {
    /// The real one.
    #[must_use]
    pub fn real() -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        #[cfg(debug_assertions)]
        let clock = crate::under_test::clock(clock);
        Self {
            clock,
            ids: Arc::new(SystemIds),
        }
    }
}
