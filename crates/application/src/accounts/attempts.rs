//! Guessing passwords: counted before it is known whether a guess is right, and ended for a while by too many.

use core::time::Duration;
use domain::Digest;
use domain::accounts::{Email, LockoutTerms};
use domain::ids::UserId;
use domain::limits::Source;
use jiff::Timestamp;
use ports::accounts::LockoutRepository;
use ports::pseudonyms::Pseudonyms;
use ports::{Clock, Fault};
use std::sync::Arc;

/// Counts attempts with an account and from a source.
#[derive(Clone)]
pub struct Attempts {
    /// Keeps failures.
    pub lockouts: Arc<dyn LockoutRepository>,
    /// Names accounts and sources.
    pub pseudonyms: Arc<dyn Pseudonyms>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Why nobody may try now.
#[derive(Debug, thiserror::Error)]
pub enum AttemptError {
    /// Too many have failed.
    #[error("too many attempts have failed")]
    Locked {
        /// When to come back, at least a second from now.
        retry_after: Duration,
    },
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// An attempt that may be made.
#[must_use]
#[derive(Debug)]
pub struct Attempt {
    account: Digest,
    source: Option<Digest>,
}

impl Attempts {
    /// Begins to sign in with an account that may not exist, from a source. The account is charged at once, so
    /// that no more get through than are allowed, however many come together; the source only for failures,
    /// since many people may sign in from one at the same moment.
    ///
    /// # Errors
    /// [`AttemptError::Locked`] while either is locked.
    pub async fn sign_in(&self, email: &Email, source: Source) -> Result<Attempt, AttemptError> {
        let source = self.pseudonyms.of("sign-in source", &source.bytes());
        let now = self.clock.now();
        unlocked(self.lockouts.look(&source, now).await?, now)?;
        let account = self
            .pseudonyms
            .of("sign-in account", email.key().as_bytes());
        self.begin(account, Some(source), now).await
    }

    /// Begins to prove to be this person once more, on a device that is signed in. This has nothing to do with who
    /// tries to sign in elsewhere: a stranger's guesses lock no device out.
    ///
    /// # Errors
    /// [`AttemptError::Locked`] while it is locked.
    pub async fn confirm(&self, user: UserId) -> Result<Attempt, AttemptError> {
        let account = self.pseudonyms.of("password of", user.uuid().as_bytes());
        self.begin(account, None, self.clock.now()).await
    }

    async fn begin(
        &self,
        account: Digest,
        source: Option<Digest>,
        now: Timestamp,
    ) -> Result<Attempt, AttemptError> {
        let charged = self
            .lockouts
            .charge(&account, &LockoutTerms::ACCOUNT, now)
            .await?;
        unlocked(charged, now)?;
        Ok(Attempt { account, source })
    }

    /// It was right: nothing is held against the account, unless that cannot be written, which keeps nobody out. What its
    /// source did with others stays.
    pub async fn succeeded(&self, attempt: Attempt) {
        if let Err(fault) = self.lockouts.clear(&attempt.account).await {
            let error: &dyn std::error::Error = &fault;
            tracing::warn!(
                error,
                "failed sign-ins are held against an account that is right"
            );
        }
    }

    /// It was wrong.
    ///
    /// # Errors
    /// [`Fault`] when that cannot be written.
    pub async fn failed(&self, attempt: Attempt) -> Result<(), Fault> {
        let Some(source) = attempt.source else {
            return Ok(());
        };
        let (terms, now) = (&LockoutTerms::SOURCE, self.clock.now());
        let charged = self.lockouts.charge(&source, terms, now).await;
        charged.map(drop)
    }
}

fn unlocked(until: Option<Timestamp>, now: Timestamp) -> Result<(), AttemptError> {
    let Some(until) = until else {
        return Ok(());
    };
    let wait = Duration::try_from(until.duration_since(now)).unwrap_or_default();
    Err(AttemptError::Locked {
        retry_after: wait.max(Duration::from_secs(1)),
    })
}

#[cfg(test)]
#[path = "attempts_tests.rs"]
mod tests;
