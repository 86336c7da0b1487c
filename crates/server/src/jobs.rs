//! What runs by itself, and how often. What each does is a use case; how it is kept alive is the chassis's.

mod signing_keys;

use crate::bridges::leases::JobLease;
use crate::wiring;
use crate::wiring::{Memory, Parts, SignedInBy};
use adapter_identity::JwksTokens;
use application::accounts::Sweeps;
use domain::accounts::images::ImageState;
use platform::jobs::{Every, JobError, Lease, Supervisor, leased};
use platform::telemetry::Metrics;
use ports::Fault;
use std::sync::Arc;
use std::time::Duration;

const OUTBOX: Duration = Duration::from_secs(1);
const REAPER: Duration = Duration::from_secs(5);
const SEALS: Duration = Duration::from_secs(5);
const CENSUS: Duration = Duration::from_secs(15);
/// Within a second nobody who lost their access may have it anywhere.
const ACCESS: Duration = Duration::from_millis(500);
/// When a key was used is written so soon after its first use, and once a minute from then on.
const KEY_USES: Duration = Duration::from_secs(5);
const ANSWERS: Duration = Duration::from_secs(600);
const ERASURES: Duration = Duration::from_secs(2);
/// The leases under which photos are reaped, the trail is sealed and people are erased, and how long they and that of
/// the signing keys outlive a process that died with them.
const SWEEPING: &str = "reaper";
const SEALING: &str = "seals";
const ERASING: &str = "erasures";
const LEASED_FOR: Duration = Duration::from_secs(8);
/// How long giving things back may take.
const GIVING_BACK: Duration = Duration::from_secs(2);

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
    let sweep = move || {
        let (reap, noted, clock) = (Arc::clone(&reap), Arc::clone(&noted), Arc::clone(&clock));
        async move {
            noted.note(clock.now(), reap.run().await.map_err(failed)?);
            Ok(())
        }
    };
    let sweep = leased(lease(parts, SWEEPING), LEASED_FOR, sweep);
    let reaper = supervisor.every("reaper", Every::new(REAPER), sweep);
    reaper.wake();
    seal(parts, supervisor);
    access(parts, supervisor);
    issuer(parts, supervisor);
    erase(parts, supervisor);
    signing_keys::start(parts, supervisor, metrics);
    let forget = Arc::new(wiring::forget(parts));
    supervisor.every("idempotency", Every::new(ANSWERS), move || {
        let forget = Arc::clone(&forget);
        async move { forget.run().await.map(drop).map_err(failed) }
    });
    count(parts, supervisor, metrics);
    follow(parts, supervisor);
}

/// Writes down what this process alone knows, and gives back what it alone may do, so that another need not wait until
/// it ends. All at once and for two seconds at most: with the parts away this is what a stop waits for.
pub async fn give_back(parts: &Parts) {
    let leaving = async {
        if let Memory::Shared { replicas, .. } = &parts.memory {
            replicas.leave().await;
        }
    };
    let noting = async {
        if let Err(error) = wiring::note_key_uses(parts).run().await {
            let error: &dyn std::error::Error = &error;
            tracing::debug!(error, "the last uses of keys are not written down");
        }
    };
    let releasing = [SWEEPING, SEALING, ERASING, signing_keys::LEASE].map(|name| async move {
        if let Err(error) = parts.leases.release(name, parts.process).await {
            let error: &dyn std::error::Error = &error;
            tracing::debug!(error, "a lease ends by itself");
        }
    });
    let all = async { tokio::join!(leaving, noting, futures::future::join_all(releasing)) };
    if tokio::time::timeout(GIVING_BACK, all).await.is_err() {
        tracing::debug!("not everything was given back in time");
    }
}

fn lease(parts: &Parts, name: &'static str) -> Arc<dyn Lease> {
    Arc::new(JobLease {
        leases: Arc::clone(&parts.leases),
        clock: Arc::clone(&parts.clock),
        name,
        holder: parts.process,
    })
}

/// Puts seals on the trail until it has caught up, and at once on what the last process has left.
fn seal(parts: &Parts, supervisor: &Supervisor) {
    let seal = Arc::new(wiring::seal(parts));
    let sealing = move || {
        let seal = Arc::clone(&seal);
        async move {
            while seal.run().await.map_err(failed)?.more {}
            Ok(())
        }
    };
    let sealing = leased(lease(parts, SEALING), LEASED_FOR, sealing);
    supervisor.every("seals", Every::new(SEALS), sealing).wake();
}

/// Goes on with erasures, those of the last process first.
fn erase(parts: &Parts, supervisor: &Supervisor) {
    let carry_out = Arc::new(wiring::carry_out(parts));
    let erase = move || {
        let carry_out = Arc::clone(&carry_out);
        async move { carry_out.run().await.map(drop).map_err(failed) }
    };
    let erase = leased(lease(parts, ERASING), LEASED_FOR, erase);
    supervisor
        .every("erasures", Every::new(ERASURES), erase)
        .wake();
}

/// Hears of changed access, forgets what has been heard of by all, and notes which keys were used.
fn access(parts: &Parts, supervisor: &Supervisor) {
    let follow = Arc::clone(&parts.access);
    let following = supervisor.every("access", Every::new(ACCESS), move || {
        let follow = Arc::clone(&follow);
        async move { follow.run().await.map(drop).map_err(failed) }
    });
    following.wake();
    let forget = Arc::new(wiring::forget_access(parts));
    supervisor.every("sessions", Every::new(ANSWERS), move || {
        let forget = Arc::clone(&forget);
        async move { forget.run().await.map(drop).map_err(failed) }
    });
    let note = Arc::new(wiring::note_key_uses(parts));
    supervisor.every("key uses", Every::new(KEY_USES), move || {
        let note = Arc::clone(&note);
        async move { note.run().await.map(drop).map_err(failed) }
    });
}

/// Asks the outside issuer for its keys, where there is one, so that keys it has taken back are forgotten in time.
fn issuer(parts: &Parts, supervisor: &Supervisor) {
    let SignedInBy::Issuer { tokens, .. } = &parts.signed_in_by else {
        return;
    };
    let (tokens, clock) = (Arc::clone(tokens), Arc::clone(&parts.clock));
    let asking = supervisor.every("issuer", Every::new(JwksTokens::REFRESH_EVERY), move || {
        let (tokens, clock) = (Arc::clone(&tokens), Arc::clone(&clock));
        async move { tokens.refresh(clock.now()).await.map(drop).map_err(failed) }
    });
    asking.wake();
}

/// Hears what other processes have written, where there can be others.
fn follow(parts: &Parts, supervisor: &Supervisor) {
    let Memory::Shared {
        users,
        news,
        replicas,
        ..
    } = &parts.memory
    else {
        return;
    };
    let replicas = Arc::clone(replicas);
    supervisor.keep("replicas", move |soft| {
        let replicas = Arc::clone(&replicas);
        async move {
            soft.unless(replicas.follow()).await;
            Ok(())
        }
    });
    let (users, news) = (Arc::clone(users), Arc::clone(news));
    supervisor.keep("user news", move |soft| {
        let (users, news) = (Arc::clone(&users), Arc::clone(&news));
        async move {
            soft.unless(users.follow(news.listen())).await;
            Ok(())
        }
    });
}

/// Shows how many photos there are in each state, and how far behind the outbox and the seals are.
fn count(parts: &Parts, supervisor: &Supervisor, metrics: &Metrics) {
    let (census, clock, metrics, lag) = (
        Arc::clone(&parts.census),
        Arc::clone(&parts.clock),
        metrics.clone(),
        Arc::new(wiring::seal_lag(parts)),
    );
    let counting = supervisor.every("census", Every::new(CENSUS), move || {
        let (census, clock, metrics) = (Arc::clone(&census), Arc::clone(&clock), metrics.clone());
        let unsealed = Arc::clone(&lag);
        async move {
            metrics.seal_lag(unsealed.run().await.map_err(failed)?);
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
