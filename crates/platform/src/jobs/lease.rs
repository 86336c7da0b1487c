//! The right to do a job, where several processes could and one at a time should.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::time::sleep;

use super::JobError;

/// Takes the right to do one job. Whoever dies with it loses it after a while.
#[async_trait]
pub trait Lease: Send + Sync + 'static {
    /// Takes the right for so long, or makes one's own longer; answers whether this process has it now.
    ///
    /// # Errors
    /// When nobody can say.
    async fn take(&self, lasting: Duration) -> Result<bool, JobError>;
}

/// A run that is passed over while another process has the lease. The lease is made longer while the run is under way; a
/// run that loses it all the same (this process was asleep) is dropped where it stands.
pub fn leased<F, R>(
    lease: Arc<dyn Lease>,
    lasting: Duration,
    mut run: R,
) -> impl FnMut() -> BoxFuture<'static, Result<(), JobError>> + Send + 'static
where
    R: FnMut() -> F + Send + 'static,
    F: Future<Output = Result<(), JobError>> + Send + 'static,
{
    move || {
        let (lease, run) = (Arc::clone(&lease), run());
        async move {
            if !lease.take(lasting).await? {
                return Ok(());
            }
            tokio::select! {
                outcome = run => outcome,
                lost = keep(&*lease, lasting) => Err(lost),
            }
        }
        .boxed()
    }
}

/// Makes the lease longer in time, again and again; answers why it could not.
async fn keep(lease: &dyn Lease, lasting: Duration) -> JobError {
    loop {
        sleep(lasting / 3).await;
        match lease.take(lasting).await {
            Ok(true) => {}
            Ok(false) => return "the lease was lost to another process".into(),
            Err(error) => return error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

    #[derive(Default)]
    struct Mine(AtomicBool);

    #[async_trait]
    impl Lease for Mine {
        async fn take(&self, lasting: Duration) -> Result<bool, JobError> {
            assert_eq!(lasting, Duration::from_secs(30));
            Ok(self.0.load(Ordering::SeqCst))
        }
    }

    #[tokio::test]
    async fn a_run_without_the_lease_is_passed_over() {
        let (lease, runs) = (Arc::new(Mine::default()), Arc::new(AtomicU32::new(0)));
        let counted = Arc::clone(&runs);
        let mut run = leased(lease.clone(), Duration::from_secs(30), move || {
            let counted = Arc::clone(&counted);
            async move {
                counted.fetch_add(1, Ordering::SeqCst);
                Ok(())
            }
        });
        run().await.expect("is no failure");
        assert_eq!(runs.load(Ordering::SeqCst), 0);
        lease.0.store(true, Ordering::SeqCst);
        run().await.expect("is no failure");
        assert_eq!(runs.load(Ordering::SeqCst), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_run_goes_on_until_the_lease_is_lost() {
        let lease = Arc::new(Mine(AtomicBool::new(true)));
        let minutes = || async {
            sleep(Duration::from_secs(120)).await;
            Ok(())
        };
        let mut run = leased(lease.clone(), Duration::from_secs(30), minutes);
        run().await.expect("is kept");
        let (run, loses) = (run(), async {
            sleep(Duration::from_secs(60)).await;
            lease.0.store(false, Ordering::SeqCst);
        });
        let (outcome, ()) = tokio::join!(run, loses);
        assert!(outcome.is_err(), "another process has it");
    }
}
