//! Recognises a machine by the key it presents, in every mode of signing in.

use super::KeyUses;
use crate::Caller;
use crate::accounts::AuthenticateError;
use ports::Clock;
use ports::accounts::{ApiKeyRepository, ApiKeyTexts};
use std::sync::Arc;

/// Turns a key into a caller with the scopes of the key.
pub struct RecogniseKey {
    /// Knows keys.
    pub keys: Arc<dyn ApiKeyRepository>,
    /// Reads them.
    pub texts: Arc<dyn ApiKeyTexts>,
    /// Remembers that they were used, for [`NoteKeyUses`](super::NoteKeyUses).
    pub uses: Arc<KeyUses>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl RecogniseKey {
    /// Whether a bearer is meant to be a key, and no token.
    #[must_use]
    pub fn is_meant(&self, bearer: &str) -> bool {
        self.texts.is_meant(bearer)
    }

    /// The machine that has this key. A key that was never one of ours reaches no database; secrets are compared in the
    /// same time wherever they differ.
    ///
    /// # Errors
    /// [`AuthenticateError`] for a key that is malformed, unknown or revoked, all alike.
    pub async fn run(&self, key: &str) -> Result<Caller, AuthenticateError> {
        let presented = self.texts.read(key).ok_or(AuthenticateError::Invalid)?;
        let rights = self.keys.rights(presented.id).await?;
        let rights = rights
            .filter(|rights| rights.secret.fits(&presented.secret))
            .ok_or(AuthenticateError::Invalid)?;
        self.uses.note(presented.id, self.clock.now());
        Ok(Caller::key(presented.id, rights.scopes))
    }
}

#[cfg(test)]
mod tests {
    use super::RecogniseKey;
    use crate::Caller;
    use crate::accounts::AuthenticateError;
    use crate::accounts::api_keys::KeyUses;
    use crate::accounts::api_keys::fixtures::{key_id, scopes, secret, texts};
    use crate::fixtures::{clock, fault, now};
    use ports::Fault;
    use ports::accounts::{KeyRights, MockApiKeyRepository};
    use std::sync::Arc;

    fn recognising(rights: Option<Result<Option<KeyRights>, Fault>>) -> RecogniseKey {
        let mut keys = MockApiKeyRepository::new();
        if let Some(rights) = rights {
            keys.expect_rights()
                .withf(|id| *id == key_id(4))
                .return_once(move |_| rights);
        }
        RecogniseKey {
            keys: Arc::new(keys),
            texts: texts(),
            uses: Arc::default(),
            clock: clock(),
        }
    }

    fn living() -> Option<Result<Option<KeyRights>, Fault>> {
        Some(Ok(Some(KeyRights {
            secret: secret(7),
            scopes: scopes(),
        })))
    }

    fn waiting(uses: &KeyUses) -> usize {
        uses.take(now()).len()
    }

    #[tokio::test]
    async fn a_machine_has_the_scopes_of_its_key_and_its_use_is_noted() {
        let recognise = recognising(living());
        assert!(recognise.is_meant("mk_4 7") && !recognise.is_meant("ey"));
        let caller = recognise.run("mk_4 7").await.unwrap();
        assert_eq!(caller, Caller::key(key_id(4), scopes()));
        assert_eq!(recognise.uses.take(now()), [(key_id(4), now())]);
    }

    #[tokio::test]
    async fn another_secret_and_a_key_that_is_gone_are_refused_alike() {
        for (key, rights) in [("mk_4 8", living()), ("mk_4 7", Some(Ok(None)))] {
            let recognise = recognising(rights);
            let outcome = recognise.run(key).await;
            assert!(
                matches!(outcome, Err(AuthenticateError::Invalid)),
                "{outcome:?}"
            );
            assert_eq!(waiting(&recognise.uses), 0);
        }
    }

    #[tokio::test]
    async fn what_was_never_a_key_reaches_no_database() {
        let outcome = recognising(None).run("mk_four").await;
        assert!(
            matches!(outcome, Err(AuthenticateError::Invalid)),
            "{outcome:?}"
        );
    }

    #[tokio::test]
    async fn a_fault_stays_a_fault() {
        let outcome = recognising(Some(Err(fault()))).run("mk_4 7").await;
        assert!(
            matches!(outcome, Err(AuthenticateError::Fault(_))),
            "{outcome:?}"
        );
    }
}
