//! When the process lives: Starting → Ready → Draining → Stopped, and how it is told to stop.
//!
//! One watch channel holds the state, so that whoever asks last gets the last word. Two tokens follow it: `soft` asks
//! long-lived things (streams, jobs) to come to an end, `hard` says that there is no more time.

mod awaited;
mod drain;
mod in_flight;
mod signals;
mod token;

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

pub use awaited::awaited;
pub use drain::{Ending, ExitReport};
pub use in_flight::{InFlight, InFlightGuard};
pub use signals::install;
pub use token::Token;

/// A stage of the process's life; it never goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Not yet able to serve.
    Starting,
    /// Serving.
    Ready,
    /// Told to stop; serving on for a while.
    Draining,
    /// Done.
    Stopped,
}

/// The life of the process. Cloning is counting a reference.
#[derive(Debug, Clone)]
pub struct Lifecycle(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    state: watch::Sender<State>,
    reloads: watch::Sender<u64>,
    soft: Token,
    hard: Token,
    in_flight: Mutex<Vec<InFlight>>,
}

impl Default for Lifecycle {
    fn default() -> Self {
        Self::new()
    }
}

impl Lifecycle {
    /// A process that starts.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(Inner {
            state: watch::Sender::new(State::Starting),
            reloads: watch::Sender::new(0),
            soft: Token::new(),
            hard: Token::new(),
            in_flight: Mutex::default(),
        }))
    }

    /// The stage right now.
    #[must_use]
    pub fn state(&self) -> State {
        *self.0.state.borrow()
    }

    /// Whether new work is welcome. Ask last, after everything else a probe looks at: the answer is as old as the call, so a
    /// probe that began before the signal cannot say yes after it.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.state() == State::Ready
    }

    /// Says that serving can begin; without effect once draining.
    pub fn ready(&self) {
        self.advance(State::Ready);
    }

    /// Asks the process to stop. The first call begins to drain, the second ends it at once.
    pub fn stop(&self) {
        if !self.advance(State::Draining) {
            self.stop_at_once();
        }
    }

    /// Leaves no more time to anybody.
    pub fn stop_at_once(&self) {
        self.advance(State::Draining);
        self.0.soft.cancel();
        self.0.hard.cancel();
    }

    /// Waits until this stage or a later one is reached.
    pub async fn reached(&self, state: State) {
        let mut states = self.0.state.subscribe();
        // The sender is ours, so the channel cannot close meanwhile.
        let _ = states.wait_for(|now| *now >= state).await;
    }

    /// Follows the stages.
    #[must_use]
    pub fn states(&self) -> watch::Receiver<State> {
        self.0.state.subscribe()
    }

    /// Asks long-lived things to come to an end; cancelled when the drain's delay is over.
    #[must_use]
    pub fn soft(&self) -> Token {
        self.0.soft.clone()
    }

    /// Says that there is no more time; cancelled at the drain's deadline or by a second signal.
    #[must_use]
    pub fn hard(&self) -> Token {
        self.0.hard.clone()
    }

    /// Changes with every request to reload (SIGHUP); the value counts them.
    #[must_use]
    pub fn reloads(&self) -> watch::Receiver<u64> {
        self.0.reloads.subscribe()
    }

    /// Asks for a reload of what can be reloaded.
    pub fn reload(&self) {
        self.0.reloads.send_modify(|count| *count += 1);
    }

    /// A counter of work under way, which a drain waits for and an exit report names.
    #[must_use]
    pub fn in_flight(&self, name: impl Into<String>) -> InFlight {
        let counter = InFlight::new(name);
        self.counters(|counters| counters.push(counter.clone()));
        counter
    }

    fn counters<T>(&self, look: impl FnOnce(&mut Vec<InFlight>) -> T) -> T {
        look(
            &mut self
                .0
                .in_flight
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// Moves forward; false when the process was there already, or further.
    fn advance(&self, to: State) -> bool {
        self.0.state.send_if_modified(|state| {
            let forward = *state < to;
            *state = (*state).max(to);
            forward
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn stages_never_go_back() {
        let lifecycle = Lifecycle::new();
        assert!(!lifecycle.is_ready());
        lifecycle.ready();
        assert!(lifecycle.is_ready());
        lifecycle.stop();
        lifecycle.ready();
        assert_eq!(lifecycle.state(), State::Draining);
        assert!(!lifecycle.is_ready() && !lifecycle.hard().is_cancelled());
        lifecycle.reached(State::Ready).await;
    }

    #[test]
    fn a_second_stop_ends_at_once() {
        let lifecycle = Lifecycle::new();
        lifecycle.stop();
        lifecycle.stop();
        assert!(lifecycle.soft().is_cancelled() && lifecycle.hard().is_cancelled());
    }

    #[tokio::test]
    async fn a_reload_is_noticed() {
        let lifecycle = Lifecycle::new();
        let mut reloads = lifecycle.reloads();
        lifecycle.reload();
        reloads.changed().await.expect("open");
        assert_eq!(*reloads.borrow(), 1);
    }
}
