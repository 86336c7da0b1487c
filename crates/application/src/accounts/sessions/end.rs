//! Signs devices out, at once for this process and within a second for all others.

use crate::accounts::FollowAccess;
use crate::{Forbidden, Request};
use domain::audit::{Action, Audit};
use domain::ids::{SessionId, UserId};
use ports::accounts::{Devices, SessionRepository};
use ports::{Clock, Fault};
use std::sync::Arc;

/// Ends sessions of the caller.
pub struct EndSessions {
    /// Keeps them.
    pub sessions: Arc<dyn SessionRepository>,
    /// Hears that they have ended.
    pub access: Arc<FollowAccess>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Why none are ended.
#[derive(Debug, thiserror::Error)]
pub enum EndSessionsError {
    /// Nobody is signed in.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The caller has no such session.
    #[error("there is no such session")]
    Missing,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl EndSessions {
    /// Signs out the device in hand.
    ///
    /// # Errors
    /// [`EndSessionsError`].
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn this(&self, request: &Request) -> Result<(), EndSessionsError> {
        let (user, session) = request.caller.must_be_on_a_device()?;
        // One that ended meanwhile is signed out too.
        self.end(request, user, Devices::One(session))
            .await
            .map(drop)
    }

    /// Signs out one of the caller's devices.
    ///
    /// # Errors
    /// [`EndSessionsError`].
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn one(&self, request: &Request, id: SessionId) -> Result<(), EndSessionsError> {
        let user = request.caller.must_be_a_person()?;
        let ended = self.end(request, user, Devices::One(id)).await?;
        match ended.is_empty() {
            true => Err(EndSessionsError::Missing),
            false => Ok(()),
        }
    }

    /// Signs out all of the caller's devices.
    ///
    /// # Errors
    /// [`EndSessionsError`].
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn all(&self, request: &Request) -> Result<(), EndSessionsError> {
        let user = request.caller.must_be_a_person()?;
        self.end(request, user, Devices::All).await.map(drop)
    }

    async fn end(
        &self,
        request: &Request,
        user: UserId,
        devices: Devices,
    ) -> Result<Vec<SessionId>, EndSessionsError> {
        let entry = match devices {
            Devices::One(id) => Audit::of(Action::SessionEnded, user).about(id.uuid()),
            Devices::All | Devices::AllBut(_) => Audit::of(Action::SessionsEnded, user),
        };
        let commit = request.commit(self.clock.now(), vec![entry], Vec::new());
        let ended = self.sessions.end(user, devices, &commit).await?;
        self.access.soon().await;
        Ok(ended)
    }
}

#[cfg(test)]
mod tests {
    use super::{EndSessions, EndSessionsError};
    use crate::accounts::sessions::fixtures::SESSION;
    use crate::fixtures::{by, by_nobody, clock, following, user_id};
    use crate::{Caller, Request};
    use domain::accounts::Role;
    use domain::audit::{Action, Audit};
    use domain::ids::SessionId;
    use ports::accounts::{Devices, MockSessionRepository};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn ending(
        devices: Devices,
        entry: Audit,
        ended: Vec<SessionId>,
    ) -> (EndSessions, Arc<AtomicUsize>) {
        let mut sessions = MockSessionRepository::new();
        sessions
            .expect_end()
            .withf(move |user, asked, commit| {
                (*user, *asked, &commit.audit[..])
                    == (user_id(1), devices, std::slice::from_ref(&entry))
            })
            .returning(move |_, _, _| Ok(ended.clone()));
        let (access, turns) = following();
        let end = EndSessions {
            sessions: Arc::new(sessions),
            access,
            clock: clock(),
        };
        (end, turns)
    }

    fn here() -> Request {
        Request {
            caller: Caller::signed_in(user_id(1), Role::Member).on(SESSION),
            ..by(Role::Member)
        }
    }

    #[tokio::test]
    async fn the_device_in_hand_is_signed_out_and_known_to_be_at_once() {
        let entry = Audit::of(Action::SessionEnded, user_id(1)).about(SESSION.uuid());
        for ended in [vec![SESSION], Vec::new()] {
            let (end, turns) = ending(Devices::One(SESSION), entry.clone(), ended);
            end.this(&here()).await.unwrap();
            assert_eq!(turns.load(Ordering::SeqCst), 1);
        }
    }

    #[tokio::test]
    async fn another_device_is_signed_out_by_its_id() {
        let entry = Audit::of(Action::SessionEnded, user_id(1)).about(SESSION.uuid());
        let (end, _) = ending(Devices::One(SESSION), entry.clone(), vec![SESSION]);
        end.one(&by(Role::Member), SESSION).await.unwrap();
        let (end, _) = ending(Devices::One(SESSION), entry, Vec::new());
        let missing = end.one(&by(Role::Member), SESSION).await;
        assert!(
            matches!(missing, Err(EndSessionsError::Missing)),
            "{missing:?}"
        );
    }

    #[tokio::test]
    async fn all_devices_are_signed_out() {
        let entry = Audit::of(Action::SessionsEnded, user_id(1));
        let (end, turns) = ending(Devices::All, entry, vec![SESSION]);
        end.all(&here()).await.unwrap();
        assert_eq!(turns.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn nobody_has_no_devices() {
        let entry = Audit::of(Action::SessionsEnded, user_id(1));
        let (end, _) = ending(Devices::All, entry, Vec::new());
        for outcome in [
            end.all(&by_nobody()).await,
            end.one(&by_nobody(), SESSION).await,
            end.this(&by_nobody()).await,
            end.this(&by(Role::Admin)).await,
        ] {
            assert!(
                matches!(outcome, Err(EndSessionsError::Forbidden(_))),
                "{outcome:?}"
            );
        }
    }
}
