//! Guessing passwords: each attempt holds a place while it is decided, and only what is known to be wrong counts.

use core::time::Duration;
use domain::accounts::{Email, LockoutTerms, Outcome};
use domain::ids::UserId;
use domain::limits::Source;
use jiff::Timestamp;
use ports::accounts::{Begun, Counted, LockoutRepository, UserRepository};
use ports::pseudonyms::Pseudonyms;
use ports::{Clock, Fault};
use std::sync::Arc;

/// Counts attempts with an account and from a source.
#[derive(Clone)]
pub struct Attempts {
    /// Keeps failures.
    pub lockouts: Arc<dyn LockoutRepository>,
    /// Knows which email is whose.
    pub users: Arc<dyn UserRepository>,
    /// Names accounts and sources.
    pub pseudonyms: Arc<dyn Pseudonyms>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Why nobody may try now.
#[derive(Debug, thiserror::Error)]
pub enum AttemptError {
    /// Too many have failed, or too many are being decided.
    #[error("too many attempts have failed or are being decided")]
    Locked {
        /// When to come back, at least a second from now.
        retry_after: Duration,
    },
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// An attempt that may be made. Whoever has begun one ends it, or its places are taken for as long as
/// [`LockoutTerms::HELD`].
#[must_use]
#[derive(Debug)]
pub struct Attempt {
    account: Counted,
    source: Option<Counted>,
    held: Timestamp,
}

impl Attempts {
    /// Begins to sign in with an account that may not exist, from a source. It takes a place with both, so that no more
    /// are looked at than may fail, however many come together.
    ///
    /// # Errors
    /// [`AttemptError::Locked`] while either is locked or has no place left.
    pub async fn sign_in(&self, email: &Email, source: Source) -> Result<Attempt, AttemptError> {
        let source = Counted {
            subject: self.pseudonyms.of("sign-in source", &source.bytes()),
            terms: LockoutTerms::SOURCE,
        };
        self.begin(self.account(email), Some(source)).await
    }

    /// Begins to prove to be this person once more, on a device that is signed in. This has nothing to do with who
    /// tries to sign in elsewhere: a stranger's guesses lock no device out.
    ///
    /// # Errors
    /// [`AttemptError::Locked`] while it is locked or has no place left.
    pub async fn confirm(&self, user: UserId) -> Result<Attempt, AttemptError> {
        self.begin(self.devices(user), None).await
    }

    /// Ends an attempt as it came out. What went well clears the account and leaves what its source did with others;
    /// what `is_wrong` is a failure of both; all else, such as having found no core to hash with, is nobody's failure.
    ///
    /// # Errors
    /// The outcome's own, and the [`Fault`] of a failure that cannot be written: then nobody learns that it was one.
    pub async fn settle<T, E: From<Fault>>(
        &self,
        attempt: Attempt,
        outcome: Result<T, E>,
        is_wrong: impl FnOnce(&E) -> bool,
    ) -> Result<T, E> {
        match &outcome {
            Ok(_) => self.end_if_possible(attempt, Outcome::Right).await,
            Err(error) if is_wrong(error) => self.end(attempt, Outcome::Wrong).await?,
            Err(_) => self.end_if_possible(attempt, Outcome::Open).await,
        }
        outcome
    }

    /// Holds nothing against the account of this person any more, who has a new password. Unless that cannot be
    /// written: then it is as it was, and the password is new all the same.
    pub async fn forgive(&self, user: UserId) {
        if let Err(fault) = self.clear(user).await {
            let error: &dyn std::error::Error = &fault;
            tracing::warn!(
                error,
                "failed sign-ins are held against an account with a new password"
            );
        }
    }

    async fn clear(&self, user: UserId) -> Result<(), Fault> {
        let found = self.users.find(user).await?;
        let account = found.map(|user| self.account(&user.profile.email));
        let all: Vec<Counted> = account.into_iter().chain([self.devices(user)]).collect();
        self.lockouts.clear(&all, self.clock.now()).await
    }

    async fn begin(
        &self,
        account: Counted,
        source: Option<Counted>,
    ) -> Result<Attempt, AttemptError> {
        let now = self.clock.now();
        let all: Vec<Counted> = source.into_iter().chain([account]).collect();
        match self.lockouts.begin(&all, now).await? {
            Begun::Held(held) => Ok(Attempt {
                account,
                source,
                held,
            }),
            Begun::Refused(until) => Err(AttemptError::Locked {
                retry_after: wait(until, now),
            }),
        }
    }

    async fn end(&self, attempt: Attempt, outcome: Outcome) -> Result<(), Fault> {
        let of_source = match outcome {
            Outcome::Right | Outcome::Open => Outcome::Open,
            Outcome::Wrong => Outcome::Wrong,
        };
        let source = attempt.source.map(|source| (source, of_source));
        let account = (attempt.account, outcome);
        let all: Vec<(Counted, Outcome)> = source.into_iter().chain([account]).collect();
        let now = self.clock.now();
        self.lockouts.end(&all, attempt.held, now).await
    }

    /// A place that cannot be given back comes free by itself, which keeps nobody out now.
    async fn end_if_possible(&self, attempt: Attempt, outcome: Outcome) {
        if let Err(fault) = self.end(attempt, outcome).await {
            let error: &dyn std::error::Error = &fault;
            tracing::warn!(
                error,
                "an attempt to sign in holds its place for longer than it took"
            );
        }
    }

    fn account(&self, email: &Email) -> Counted {
        Counted {
            subject: self
                .pseudonyms
                .of("sign-in account", email.key().as_bytes()),
            terms: LockoutTerms::ACCOUNT,
        }
    }

    fn devices(&self, user: UserId) -> Counted {
        Counted {
            subject: self.pseudonyms.of("password of", user.uuid().as_bytes()),
            terms: LockoutTerms::ACCOUNT,
        }
    }
}

fn wait(until: Timestamp, now: Timestamp) -> Duration {
    let wait = Duration::try_from(until.duration_since(now)).unwrap_or_default();
    wait.max(Duration::from_secs(1))
}

#[cfg(test)]
#[path = "attempts_tests.rs"]
mod tests;
