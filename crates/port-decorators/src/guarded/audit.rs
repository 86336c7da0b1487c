//! The trail of what was done, in a database that may be down.

use super::Guarded;
use async_trait::async_trait;
use domain::ids::UserId;
use ports::Fault;
use ports::accounts::{AuditRecord, AuditTrail};

#[async_trait]
impl<P: AuditTrail + ?Sized> AuditTrail for Guarded<P> {
    async fn of_user(
        &self,
        user: UserId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, Fault> {
        self.read(|trail| trail.of_user(user, before, limit)).await
    }

    async fn left_by(
        &self,
        user: UserId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, Fault> {
        self.read(|trail| trail.left_by(user, before, limit)).await
    }
}
