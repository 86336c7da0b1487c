//! Keeps an issuer's keys: one question at a time, whoever asks, and nobody who leaves takes it along.

use super::fetch::{FetchError, Fetcher};
use super::key_set::KeySet;
use super::state::State;
use jiff::Timestamp;
use ports::accounts::ForeignTokenError;
use std::sync::Arc;
use tokio::sync::watch;

/// The keys of one issuer.
#[derive(Debug)]
pub struct Keeper {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    fetcher: Fetcher,
    state: watch::Sender<State>,
}

impl Keeper {
    pub fn new(fetcher: Fetcher) -> Self {
        let state = watch::Sender::new(State::default());
        Self {
            shared: Arc::new(Shared { fetcher, state }),
        }
    }

    /// The keys as they are known. Sees to it that they stay fresh, and waits for that only when
    /// nothing was asked for long.
    pub async fn keys(&self, at: Timestamp) -> Result<Arc<KeySet>, ForeignTokenError> {
        let waits = self.shared.state.borrow().is_unasked(at);
        self.ask_if(State::is_due, at);
        if waits {
            self.landed().await;
        }
        self.known(at)
    }

    /// The keys after the issuer was asked, if it may be asked now, or is being asked.
    pub async fn renewed(&self, at: Timestamp) -> Result<Arc<KeySet>, ForeignTokenError> {
        self.ask_if(State::may_ask, at);
        self.landed().await;
        self.known(at)
    }

    /// Why the last question was not answered, if it was not.
    pub fn failure(&self) -> Option<Arc<FetchError>> {
        self.shared.state.borrow().failure.clone()
    }

    fn known(&self, at: Timestamp) -> Result<Arc<KeySet>, ForeignTokenError> {
        let state = self.shared.state.borrow();
        match state.has_keys(at) {
            true => Ok(Arc::clone(&state.keys)),
            false => Err(unavailable(state.failure.clone())),
        }
    }

    /// In a task of its own: whoever came with a made-up key and went away would otherwise break the
    /// question off, and nobody may ask again so soon.
    fn ask_if(&self, may: fn(&State, Timestamp) -> bool, at: Timestamp) {
        let asked = self.shared.state.send_if_modified(|state| {
            let asks = may(state, at);
            if asks {
                state.ask(at);
            }
            asks
        });
        if asked {
            tokio::spawn(ask(Asking(Arc::clone(&self.shared))));
        }
    }

    async fn landed(&self) {
        let mut state = self.shared.state.subscribe();
        // Fails when the sender is gone, which is ours.
        let _landed = state.wait_for(|state| !state.is_asking).await;
    }
}

/// That nobody can tell now, and why.
pub fn unavailable(failure: Option<Arc<FetchError>>) -> ForeignTokenError {
    let failure = failure.unwrap_or_else(|| Arc::new(FetchError::NoKeys));
    ForeignTokenError::KeysUnavailable(failure.into())
}

async fn ask(asking: Asking) {
    let answer = asking.0.fetcher.fetch().await;
    asking.0.state.send_modify(|state| {
        tell(state, &answer);
        state.land(answer);
    });
}

/// Once when it begins, once when it ends: whoever needs a key in between is told so anyway.
fn tell(before: &State, answer: &Result<KeySet, FetchError>) {
    match answer {
        Err(error) if before.failure.is_none() => {
            let cause = std::error::Error::source(error).map(ToString::to_string);
            tracing::warn!(error = %error, cause, "the issuer's keys cannot be fetched, the old ones are kept");
        }
        Err(error) => tracing::debug!(error = %error, "still no keys of the issuer can be fetched"),
        Ok(keys) if before.failure.is_some() || keys.len() != before.keys.len() => {
            let (count, ignored) = (keys.len(), keys.ignored());
            tracing::info!(count, ignored, "fetched the issuer's keys");
        }
        Ok(_) => {}
    }
}

/// A question under way, which ends whatever happens to its task.
struct Asking(Arc<Shared>);

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.state.send_if_modified(|state| {
            let broken_off = state.is_asking;
            if broken_off {
                state.land(Err(FetchError::BrokenOff));
            }
            broken_off
        });
    }
}
