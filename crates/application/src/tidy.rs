//! Forgets the answers of keyed requests once nobody may ask for them any more.

use core::time::Duration;
use jiff::Timestamp;
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
    /// As many failed sign-ins are forgotten in one transaction.
    const AT_ONCE: u32 = 1_000;

    /// One turn; answers how many were forgotten.
    ///
    /// # Errors
    /// [`Fault`] when they cannot be written.
    pub async fn run(&self) -> Result<u64, Fault> {
        let now = self.clock.now();
        let sessions = self.sessions.forget_expired(now).await?;
        let lockouts = self.forget_lockouts(now).await?;
        let changes = self.changes.forget_older(Self::KEPT).await?;
        Ok(sessions + lockouts + changes)
    }

    /// A few at a time: strangers decide how many there are, and nobody who signs in is to wait for all of them.
    async fn forget_lockouts(&self, now: Timestamp) -> Result<u64, Fault> {
        let mut forgotten = 0;
        loop {
            let some = self.lockouts.forget(now, Self::AT_ONCE).await?;
            forgotten += some;
            if some < u64::from(Self::AT_ONCE) {
                return Ok(forgotten);
            }
        }
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
        forgotten
            .withf(|at, _| *at == now())
            .returning(|_, _| Ok(4));
        let forget = ForgetEndedAccess {
            sessions: Arc::new(sessions),
            changes: Arc::new(changes),
            lockouts: Arc::new(lockouts),
            clock: clock(),
        };
        assert_eq!(forget.run().await.unwrap(), 9);
    }

    #[tokio::test]
    async fn however_many_have_failed_they_are_forgotten_a_few_at_a_time() {
        let (mut sessions, mut changes) = (MockSessionRepository::new(), MockAccessChanges::new());
        sessions.expect_forget_expired().returning(|_| Ok(0));
        changes.expect_forget_older().returning(|_| Ok(0));
        let (mut lockouts, mut left) = (MockLockoutRepository::new(), 2_500);
        let forgotten = lockouts.expect_forget().times(3);
        forgotten.returning(move |_, limit| {
            let some = u64::from(limit).min(left);
            left -= some;
            Ok(some)
        });
        let forget = ForgetEndedAccess {
            sessions: Arc::new(sessions),
            changes: Arc::new(changes),
            lockouts: Arc::new(lockouts),
            clock: clock(),
        };
        assert_eq!(forget.run().await.unwrap(), 2_500);
    }
}
