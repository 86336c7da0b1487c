//! Ends what a machine key may do, at once for this process and within a second for all others.

use crate::accounts::FollowAccess;
use crate::{Forbidden, Request};
use domain::audit::{Action, Audit};
use domain::ids::KeyId;
use ports::accounts::ApiKeyRepository;
use ports::{Clock, Fault};
use std::sync::Arc;

/// Revokes machine keys, for admins. Twice is once.
pub struct RevokeApiKey {
    /// Keeps them.
    pub keys: Arc<dyn ApiKeyRepository>,
    /// Hears of it.
    pub access: Arc<FollowAccess>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Why nothing is revoked.
#[derive(Debug, thiserror::Error)]
pub enum RevokeApiKeyError {
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such key.
    #[error("there is no such key")]
    Missing,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl RevokeApiKey {
    /// Makes a key void for good.
    ///
    /// # Errors
    /// [`RevokeApiKeyError`].
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(&self, request: &Request, id: KeyId) -> Result<(), RevokeApiKeyError> {
        request.caller.must_be_admin()?;
        let key = self.keys.find(id).await?;
        let key = key.ok_or(RevokeApiKeyError::Missing)?;
        let entry = Audit::of(Action::KeyRevoked, key.kept_under()).about(id.uuid());
        let commit = request.commit(self.clock.now(), vec![entry], Vec::new());
        let is_there = self.keys.revoke(id, &commit).await?;
        self.access.soon().await;
        is_there.then_some(()).ok_or(RevokeApiKeyError::Missing)
    }
}

#[cfg(test)]
mod tests {
    use super::{RevokeApiKey, RevokeApiKeyError};
    use crate::accounts::api_keys::fixtures::{api_key, key_id};
    use crate::fixtures::{by, by_nobody, clock, following, now, user_id};
    use domain::accounts::Role;
    use domain::actors::Principal;
    use domain::audit::{Action, Audit};
    use ports::accounts::MockApiKeyRepository;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn revoking(keys: MockApiKeyRepository) -> (RevokeApiKey, Arc<AtomicUsize>) {
        let (access, turns) = following();
        let revoke = RevokeApiKey {
            keys: Arc::new(keys),
            access,
            clock: clock(),
        };
        (revoke, turns)
    }

    #[tokio::test]
    async fn a_revoked_key_is_known_to_be_at_once_and_its_maker_has_it_in_their_trail() {
        let mut keys = MockApiKeyRepository::new();
        keys.expect_find()
            .returning(|_| Ok(Some(api_key(4, Principal::User(user_id(9))))));
        keys.expect_revoke()
            .withf(|id, commit| {
                let entry = Audit::of(Action::KeyRevoked, user_id(9)).about(key_id(4).uuid());
                (*id, commit.at, &commit.audit[..]) == (key_id(4), now(), &[entry])
            })
            .returning(|_, _| Ok(true));
        let (revoke, turns) = revoking(keys);
        revoke.run(&by(Role::Admin), key_id(4)).await.unwrap();
        assert_eq!(turns.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn what_is_not_there_is_not_revoked() {
        let mut keys = MockApiKeyRepository::new();
        keys.expect_find().returning(|_| Ok(None));
        let outcome = revoking(keys).0.run(&by(Role::Admin), key_id(4)).await;
        assert!(
            matches!(outcome, Err(RevokeApiKeyError::Missing)),
            "{outcome:?}"
        );
    }

    #[tokio::test]
    async fn only_admins_revoke() {
        for request in [by_nobody(), by(Role::Member), by(Role::Manager)] {
            let (revoke, _) = revoking(MockApiKeyRepository::new());
            let outcome = revoke.run(&request, key_id(4)).await;
            assert!(
                matches!(outcome, Err(RevokeApiKeyError::Forbidden(_))),
                "{outcome:?}"
            );
        }
    }
}
