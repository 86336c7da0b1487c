//! Shows a person their signed-in devices.

use crate::{Caller, Forbidden};
use domain::accounts::Session;
use ports::accounts::SessionRepository;
use ports::{Clock, Fault};
use std::sync::Arc;

/// Lists the caller's own devices.
pub struct ListSessions {
    /// Keeps them.
    pub sessions: Arc<dyn SessionRepository>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// A device of the caller's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedSession {
    /// The device.
    pub session: Session,
    /// Whether the request came from it.
    pub current: bool,
}

/// Why none are shown.
#[derive(Debug, thiserror::Error)]
pub enum ListSessionsError {
    /// Nobody is signed in.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl ListSessions {
    /// The caller's devices, the last used first; at most [`Session::MOST`].
    ///
    /// # Errors
    /// [`ListSessionsError`].
    pub async fn run(&self, caller: &Caller) -> Result<Vec<ListedSession>, ListSessionsError> {
        let user = caller.must_be_a_person()?;
        let sessions = self.sessions.of_user(user, self.clock.now()).await?;
        let listed = sessions.into_iter().map(|session| ListedSession {
            current: caller.session == Some(session.id),
            session,
        });
        Ok(listed.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{ListSessions, ListSessionsError};
    use crate::Caller;
    use crate::accounts::sessions::fixtures::{SESSION, session};
    use crate::fixtures::{clock, now, user_id};
    use domain::accounts::{Role, Session};
    use domain::ids::SessionId;
    use ports::accounts::MockSessionRepository;
    use std::sync::Arc;
    use uuid::Uuid;

    #[tokio::test]
    async fn a_person_sees_their_devices_and_which_is_in_hand() {
        let mut sessions = MockSessionRepository::new();
        let other = Session {
            id: SessionId::new(Uuid::max()),
            ..session(1)
        };
        let found = vec![other.clone(), session(1)];
        sessions
            .expect_of_user()
            .withf(|user, at| (*user, *at) == (user_id(1), now()))
            .return_once(move |_, _| Ok(found));
        let list = ListSessions {
            sessions: Arc::new(sessions),
            clock: clock(),
        };
        let caller = Caller::signed_in(user_id(1), Role::Member).on(SESSION);
        let listed = list.run(&caller).await.unwrap();
        let listed: Vec<_> = listed
            .into_iter()
            .map(|one| (one.session, one.current))
            .collect();
        assert_eq!(listed, [(other, false), (session(1), true)]);
        let nobody = list.run(&Caller::ANONYMOUS).await;
        assert!(
            matches!(nobody, Err(ListSessionsError::Forbidden(_))),
            "{nobody:?}"
        );
    }
}
