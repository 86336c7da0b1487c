//! A port around a port that may be down: every call goes through the one policy of its dependency.
//!
//! What may be retried is decided here, method by method, and how in `platform::resilience`. A method is one of four kinds:
//!
//! | kind | tried again | without an answer in time | methods |
//! |---|---|---|---|
//! | read | when certainly nothing happened | [`Fault::Unavailable`] | other look-ups, lists, counts |
//! | look | never | [`Fault::Unavailable`] | the cache's `get`, which the database can answer as well; looks at a limit |
//! | repeatable | when certainly nothing happened | [`Fault::Uncertain`] | writes of which twice is once |
//! | write | never | [`Fault::Uncertain`] | whatever takes a `Commit`, gives a lease or charges a limit, and PUTs (see there) |
//!
//! A call that was refused before it was sent is [`Fault::Unavailable`] whatever its kind.

mod access;
mod api_keys;
mod audit;
mod cache;
mod census;
mod credentials;
mod erasures;
mod faulty;
mod image_janitor;
mod images;
mod keys;
mod leases;
mod limits;
mod lockouts;
mod objects;
mod outbox;
mod personal_data;
mod replicas;
mod seals;
mod sessions;
mod signing_keys;
mod steady;
mod subjects;
mod users;

use core::fmt;
use faulty::Faulty;
use platform::resilience::{Policy, Rejection, Verdict};
use ports::Fault;
use std::sync::Arc;

/// A port whose calls go through a policy, whose name should be the backend that the port's own faults name.
pub struct Guarded<P: ?Sized> {
    inner: Arc<P>,
    policy: Policy,
}

impl<P: ?Sized> Guarded<P> {
    /// Wraps a port. All ports of one dependency get clones of one policy.
    #[must_use]
    pub const fn new(inner: Arc<P>, policy: Policy) -> Self {
        Self { inner, policy }
    }

    /// A call that changes nothing.
    async fn read<'a, T, E: Faulty, F>(&'a self, call: impl Fn(&'a P) -> F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        let refuse = |rejection| self.unavailable(rejection).into();
        let attempt = || call(&self.inner);
        self.policy.idempotent(verdict, refuse, attempt).await
    }

    /// A call that changes nothing that matters, and that nobody wants to wait for twice.
    async fn look<'a, T, E: Faulty, F>(&'a self, call: impl FnOnce(&'a P) -> F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        let refuse = |rejection| self.unavailable(rejection).into();
        let attempt = || call(&self.inner);
        self.policy.once(verdict, refuse, attempt).await
    }

    /// A call that changes something, of which twice is once.
    async fn repeatable<'a, T, E: Faulty, F>(&'a self, call: impl Fn(&'a P) -> F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        let refuse = |rejection| self.unfinished(rejection).into();
        let attempt = || call(&self.inner);
        self.policy.idempotent(verdict, refuse, attempt).await
    }

    /// A call that changes something and is made once.
    async fn write<'a, T, E: Faulty, F>(&'a self, call: impl FnOnce(&'a P) -> F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        let refuse = |rejection| self.unfinished(rejection).into();
        let attempt = || call(&self.inner);
        self.policy.once(verdict, refuse, attempt).await
    }

    /// The fault of a call that did nothing.
    fn unavailable(&self, rejection: Rejection) -> Fault {
        Fault::unavailable(self.policy.name(), rejection)
    }

    /// The fault of a call that may have done something, if it was sent.
    fn unfinished(&self, rejection: Rejection) -> Fault {
        if rejection.was_sent() {
            Fault::uncertain(self.policy.name(), rejection)
        } else {
            self.unavailable(rejection)
        }
    }
}

/// What an error of a port says about the part behind it.
fn verdict(error: &impl Faulty) -> Verdict {
    match error.fault() {
        None => Verdict::Answered,
        Some(Fault::Unavailable { .. }) => Verdict::Passing,
        Some(Fault::Uncertain { .. }) => Verdict::Uncertain,
        Some(Fault::Broken { .. }) => Verdict::Broken,
    }
}

impl<P: ?Sized> Clone for Guarded<P> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            policy: self.policy.clone(),
        }
    }
}

impl<P: ?Sized> fmt::Debug for Guarded<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Guarded")
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "guarded/guarded_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "guarded/kinds_tests.rs"]
mod kinds_tests;

#[cfg(test)]
#[path = "guarded/erasures_tests.rs"]
mod erasures_tests;

#[cfg(test)]
#[path = "guarded/objects_tests.rs"]
mod objects_tests;

#[cfg(test)]
#[path = "guarded/seals_tests.rs"]
mod seals_tests;
