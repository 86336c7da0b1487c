//! Forgets the answers of keyed requests once nobody may ask for them any more.

use core::time::Duration;
use ports::accounts::{AccessChanges, LockoutRepository, SessionRepository};
use ports::outbox::IdempotencyJanitor;
use ports::{Clock, Fault};
use std::sync::Arc;

/// Forgets answers that are older than a day, and reservations that ran out.
pub struct ForgetExpiredAnswers {
    /// Keeps them.
    pub janitor: Arc<dyn IdempotencyJanitor>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl ForgetExpiredAnswers {
    /// One turn; answers how many were forgotten.
    ///
    /// # Errors
    /// [`Fault`] when they cannot be written.
    pub async fn run(&self) -> Result<u64, Fault> {
        self.janitor.forget_expired(self.clock.now()).await
    }
}

/// Forgets signed-in devices that are over, changes of access that every process has heard of, and failed sign-ins of
/// long ago.
pub struct ForgetEndedAccess {
    /// Keeps devices.
    pub sessions: Arc<dyn SessionRepository>,
    /// Keeps changes.
    pub changes: Arc<dyn AccessChanges>,
    /// Keeps failures.
    pub lockouts: Arc<dyn LockoutRepository>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl ForgetEndedAccess {
    /// Longer than any process looks back.
    const KEPT: Duration = Duration::from_secs(3_600);

    /// One turn; answers how many were forgotten.
    ///
    /// # Errors
    /// [`Fault`] when they cannot be written.
    pub async fn run(&self) -> Result<u64, Fault> {
        let now = self.clock.now();
        let sessions = self.sessions.forget_expired(now).await?;
        let lockouts = self.lockouts.forget(now).await?;
        let changes = self.changes.forget_older(Self::KEPT).await?;
        Ok(sessions + lockouts + changes)
    }
}

#[cfg(test)]
mod tests {
    use super::{ForgetEndedAccess, ForgetExpiredAnswers};
    use crate::fixtures::{clock, now};
    use ports::accounts::{MockAccessChanges, MockLockoutRepository, MockSessionRepository};
    use ports::outbox::MockIdempotencyJanitor;
    use std::sync::Arc;

    #[tokio::test]
    async fn what_is_void_now_is_forgotten() {
        let mut janitor = MockIdempotencyJanitor::new();
        janitor
            .expect_forget_expired()
            .withf(|at| *at == now())
            .returning(|_| Ok(4));
        assert_eq!(
            ForgetExpiredAnswers {
                janitor: Arc::new(janitor),
                clock: clock()
            }
            .run()
            .await
            .unwrap(),
            4
        );
    }

    #[tokio::test]
    async fn ended_devices_and_old_changes_are_forgotten() {
        let (mut sessions, mut changes) = (MockSessionRepository::new(), MockAccessChanges::new());
        let over = sessions.expect_forget_expired();
        over.withf(|at| *at == now()).returning(|_| Ok(2));
        changes.expect_forget_older().returning(|_| Ok(3));
        let mut lockouts = MockLockoutRepository::new();
        let forgotten = lockouts.expect_forget();
        forgotten.withf(|at| *at == now()).returning(|_| Ok(4));
        let forget = ForgetEndedAccess {
            sessions: Arc::new(sessions),
            changes: Arc::new(changes),
            lockouts: Arc::new(lockouts),
            clock: clock(),
        };
        assert_eq!(forget.run().await.unwrap(), 9);
    }
}
