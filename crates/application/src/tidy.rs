//! Forgets the answers of keyed requests once nobody may ask for them any more.

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

#[cfg(test)]
mod tests {
    use super::ForgetExpiredAnswers;
    use crate::fixtures::{clock, now};
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
}
