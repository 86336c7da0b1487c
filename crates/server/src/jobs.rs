//! What runs by itself, and how often. What each does is a use case; how it is kept alive is the chassis's.

use crate::wiring;
use crate::wiring::Parts;
use application::accounts::Sweeps;
use domain::accounts::images::ImageState;
use platform::jobs::{Every, JobError, Supervisor};
use platform::telemetry::Metrics;
use ports::Fault;
use std::sync::Arc;
use std::time::Duration;

const OUTBOX: Duration = Duration::from_secs(1);
const REAPER: Duration = Duration::from_secs(5);
const CENSUS: Duration = Duration::from_secs(15);
const ANSWERS: Duration = Duration::from_secs(600);

/// Starts every job. The outbox and the reaper take their first turn at once: what the last process
/// left behind is theirs.
pub fn start(parts: &Parts, sweeps: &Arc<Sweeps>, supervisor: &Supervisor, metrics: &Metrics) {
    let deliver = Arc::new(wiring::deliver(parts));
    let outbox = supervisor.every("outbox", Every::new(OUTBOX), move || {
        let deliver = Arc::clone(&deliver);
        async move {
            while deliver.run().await.map_err(failed)?.more {}
            Ok(())
        }
    });
    outbox.wake();
    let (reap, noted, clock) = (
        Arc::new(wiring::reap(parts)),
        Arc::clone(sweeps),
        Arc::clone(&parts.clock),
    );
    let reaper = supervisor.every("reaper", Every::new(REAPER), move || {
        let (reap, noted, clock) = (Arc::clone(&reap), Arc::clone(&noted), Arc::clone(&clock));
        async move {
            noted.note(clock.now(), reap.run().await.map_err(failed)?);
            Ok(())
        }
    });
    reaper.wake();
    let forget = Arc::new(wiring::forget(parts));
    supervisor.every("idempotency", Every::new(ANSWERS), move || {
        let forget = Arc::clone(&forget);
        async move { forget.run().await.map(drop).map_err(failed) }
    });
    count(parts, supervisor, metrics);
}

/// Shows how many photos there are in each state, and how far behind the outbox is.
fn count(parts: &Parts, supervisor: &Supervisor, metrics: &Metrics) {
    let (census, clock, metrics) = (
        Arc::clone(&parts.census),
        Arc::clone(&parts.clock),
        metrics.clone(),
    );
    let counting = supervisor.every("census", Every::new(CENSUS), move || {
        let (census, clock, metrics) = (Arc::clone(&census), Arc::clone(&clock), metrics.clone());
        async move {
            let count = census.count().await.map_err(failed)?;
            for (state, photos) in count.by_state {
                metrics.images(ImageState::name(state), photos);
            }
            let lag = count
                .outbox_oldest
                .map(|oldest| clock.now().duration_since(oldest));
            metrics.outbox_lag(
                lag.and_then(|lag| Duration::try_from(lag).ok())
                    .unwrap_or_default(),
            );
            Ok(())
        }
    });
    counting.wake();
}

fn failed(fault: Fault) -> JobError {
    fault.into()
}
