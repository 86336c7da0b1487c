//! A way to run a job at once instead of waiting for its time.

use std::sync::Arc;

use tokio::sync::Notify;

/// Runs a job at once. Wakes during a run are remembered as one.
#[derive(Debug, Clone, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// Runs the job at once, or once more after the run that is under way.
    pub fn wake(&self) {
        self.0.notify_one();
    }

    pub(super) async fn woken(&self) {
        self.0.notified().await;
    }
}
