//! The keys that sign access tokens: one process keeps the rotation going, every process follows it.

use super::{LEASED_FOR, failed, lease};
use crate::wiring;
use crate::wiring::Parts;
use platform::jobs::{Every, Supervisor, leased};
use platform::telemetry::Metrics;
use std::sync::Arc;
use std::time::Duration;

/// How often a process looks which keys there are. With its jitter, and the time that the database may take, that is
/// less than [`KNOWN_WITHIN`](domain::signing_keys::KNOWN_WITHIN).
const FOLLOWING: Duration = Duration::from_secs(15);
/// How often it is seen whether a key has to be made or removed.
const TURNING: Duration = Duration::from_secs(60);
/// The lease under which that is done.
pub(super) const LEASE: &str = "signing keys";

/// No request waits for either.
pub(super) fn start(parts: &Parts, supervisor: &Supervisor, metrics: &Metrics) {
    let (follow, metrics) = (Arc::new(wiring::follow_keys(parts)), metrics.clone());
    let following = move || {
        let (follow, metrics) = (Arc::clone(&follow), metrics.clone());
        async move {
            metrics.signing_key_age(follow.run().await.map_err(failed)?.age);
            Ok(())
        }
    };
    let every = Every::new(often(FOLLOWING));
    supervisor.every("signing keys", every, following).wake();
    let turn = Arc::new(wiring::turn_keys(parts));
    let turning = move || {
        let turn = Arc::clone(&turn);
        async move { turn.run().await.map(drop).map_err(failed) }
    };
    let turning = leased(lease(parts, LEASE), LEASED_FOR, turning);
    let every = Every::new(often(TURNING));
    supervisor.every("key rotation", every, turning).wake();
}

fn often(usual: Duration) -> Duration {
    #[cfg(debug_assertions)]
    let usual = crate::under_test::keys_every(usual);
    usual
}

#[cfg(test)]
mod tests {
    use super::FOLLOWING;
    use domain::signing_keys::KNOWN_WITHIN;
    use std::time::Duration;

    #[test]
    fn every_process_knows_a_key_before_it_signs() {
        let latest = FOLLOWING.mul_f64(1.1) + Duration::from_secs(3);
        assert!(latest < KNOWN_WITHIN.unsigned_abs(), "{latest:?}");
    }
}
