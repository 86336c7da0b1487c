//! Leases of the chassis, kept by our database.

use async_trait::async_trait;
use jiff::SignedDuration;
use platform::jobs::{JobError, Lease};
use ports::Clock;
use ports::leases::Leases;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// The right to one job.
pub struct JobLease {
    /// Where it is kept.
    pub leases: Arc<dyn Leases>,
    /// Tells when it ends.
    pub clock: Arc<dyn Clock>,
    /// Which job.
    pub name: &'static str,
    /// Who we are among the processes.
    pub holder: Uuid,
}

#[async_trait]
impl Lease for JobLease {
    async fn take(&self, lasting: Duration) -> Result<bool, JobError> {
        let now = self.clock.now();
        let until = now.checked_add(SignedDuration::try_from(lasting)?)?;
        Ok(self.leases.take(self.name, self.holder, now, until).await?)
    }
}
