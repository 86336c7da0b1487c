//! The use cases that nobody calls: jobs run them.

use super::Parts;
use adapter_identity::Sha256Digester;
use application::accounts::{CaughtUp, DeliverEvents, FollowAccess, ReapImages};
use application::seals::{MeasureSealLag, SealTrail, VerifyTrail};
use application::tidy::{ForgetEndedAccess, ForgetExpiredAnswers};
use ports::accounts::{AccessChanges, AccessView};
use ports::seals::AuditSeals;
use std::sync::Arc;

/// Carries out what the outbox says.
#[must_use]
pub fn deliver(parts: &Parts) -> DeliverEvents {
    let Parts {
        outbox,
        janitor,
        objects,
        memory,
        clock,
        ..
    } = parts.clone();
    DeliverEvents {
        outbox,
        janitor,
        objects,
        cache: memory.users(),
        clock,
    }
}

/// Clears unfinished uploads away.
#[must_use]
pub fn reap(parts: &Parts) -> ReapImages {
    let Parts {
        janitor,
        census,
        objects,
        clock,
        ..
    } = parts.clone();
    ReapImages {
        janitor,
        census,
        objects,
        clock,
    }
}

/// Forgets old answers.
#[must_use]
pub fn forget(parts: &Parts) -> ForgetExpiredAnswers {
    ForgetExpiredAnswers {
        janitor: parts.answers.clone(),
        clock: parts.clock.clone(),
    }
}

/// Forgets ended sessions.
#[must_use]
pub fn forget_access(parts: &Parts) -> ForgetEndedAccess {
    ForgetEndedAccess {
        sessions: parts.sessions.clone(),
        changes: parts.changes.clone(),
        lockouts: parts.lockouts.clone(),
        clock: parts.clock.clone(),
    }
}

/// Seals the trail.
#[must_use]
pub fn seal(parts: &Parts) -> SealTrail {
    SealTrail {
        seals: parts.seals.clone(),
        digester: Arc::new(Sha256Digester),
        clock: parts.clock.clone(),
    }
}

/// Measures how far sealing is behind.
#[must_use]
pub fn seal_lag(parts: &Parts) -> MeasureSealLag {
    MeasureSealLag {
        seals: parts.seals.clone(),
        clock: parts.clock.clone(),
    }
}

/// Shows that the trail is as it was sealed.
#[must_use]
pub fn verify(seals: Arc<dyn AuditSeals>) -> VerifyTrail {
    VerifyTrail {
        seals,
        digester: Arc::new(Sha256Digester),
    }
}

/// One for all who hear: jobs, and whoever changed something.
pub(super) fn following(
    changes: &Arc<dyn AccessChanges>,
    view: &Arc<dyn AccessView>,
) -> Arc<FollowAccess> {
    Arc::new(FollowAccess {
        changes: Arc::clone(changes),
        view: Arc::clone(view),
        caught_up: CaughtUp::default(),
    })
}
