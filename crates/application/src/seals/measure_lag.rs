//! Tells how far sealing is behind.

use core::time::Duration;
use jiff::Timestamp;
use ports::seals::AuditSeals;
use ports::{Clock, Fault};
use std::sync::Arc;

/// Measures the age of the oldest row that no seal stands for.
pub struct MeasureSealLag {
    /// Keeps seals, and reads the trail.
    pub seals: Arc<dyn AuditSeals>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl MeasureSealLag {
    /// The age; zero when all rows are sealed.
    ///
    /// # Errors
    /// [`Fault`] when it cannot be read.
    pub async fn run(&self) -> Result<Duration, Fault> {
        let newest = self.seals.newest().await?;
        let after = newest.map_or(i64::MIN, |seal| seal.last_seq);
        let oldest = self.seals.rows(after, i64::MAX, 1).await?;
        let written = oldest.first().map(|row| row.at_us);
        let written = written.and_then(|at| Timestamp::from_microsecond(at).ok());
        let age = written.map(|at| self.clock.now().duration_since(at));
        Ok(age
            .and_then(|age| Duration::try_from(age).ok())
            .unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::MeasureSealLag;
    use crate::fixtures::{clock, now};
    use crate::seals::seal_trail::tests::{a_row, keeping};
    use core::time::Duration;
    use domain::seals::TrailRow;
    use std::sync::Arc;

    #[tokio::test]
    async fn the_lag_is_the_age_of_the_oldest_row_without_a_seal() {
        let lag = async |rows: Vec<TrailRow>| {
            let seals = Arc::new(keeping(rows, Vec::new()));
            let clock = clock();
            let measured = MeasureSealLag { seals, clock }.run().await;
            measured.unwrap()
        };
        assert_eq!(lag(Vec::new()).await, Duration::ZERO);
        let seconds_ago = |seq: i64, seconds: i64| TrailRow {
            at_us: now().as_microsecond() - seconds * 1_000_000,
            ..a_row(seq)
        };
        let rows = vec![seconds_ago(1, 9), seconds_ago(2, 4)];
        assert_eq!(lag(rows).await, Duration::from_secs(9));
        assert_eq!(lag(vec![seconds_ago(1, -9)]).await, Duration::ZERO);
    }
}
