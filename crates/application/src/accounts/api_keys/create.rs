//! Makes a machine key. Its secret is in the answer and nowhere else.

use crate::{Forbidden, Request};
use domain::Pii;
use domain::accounts::{ApiKey, KeyName, Scopes};
use domain::audit::{Action, Audit};
use domain::ids::KeyId;
use ports::accounts::{ApiKeyRepository, ApiKeyTexts};
use ports::{Clock, Fault, Ids};
use std::sync::Arc;

/// Makes machine keys, for admins. A key outlives the account of whoever made it.
pub struct CreateApiKey {
    /// Keeps them.
    pub keys: Arc<dyn ApiKeyRepository>,
    /// Makes their secrets.
    pub texts: Arc<dyn ApiKeyTexts>,
    /// Names them.
    pub ids: Arc<dyn Ids>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// A key as its maker gets to see it, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedApiKey {
    /// The key.
    pub key: ApiKey,
    /// What the machine sends.
    pub text: Pii<String>,
}

/// Why no key is made.
#[derive(Debug, thiserror::Error)]
pub enum CreateApiKeyError {
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl CreateApiKey {
    /// Makes a key.
    ///
    /// # Errors
    /// [`CreateApiKeyError`]; nothing is stored then.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(
        &self,
        request: &Request,
        name: KeyName,
        scopes: Scopes,
    ) -> Result<CreatedApiKey, CreateApiKeyError> {
        request.caller.must_be_admin()?;
        let (id, at) = (KeyId::new(self.ids.next()), self.clock.now());
        let minted = self.texts.mint(id);
        let by = request.caller.principal;
        let key = ApiKey::issue(id, name, scopes, minted.secret, by, at);
        let entry = Audit::of(Action::KeyCreated, key.kept_under()).about(id.uuid());
        let commit = request.commit(at, vec![entry], Vec::new());
        self.keys.add(&key, &commit).await?;
        Ok(CreatedApiKey {
            key,
            text: minted.text,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{CreateApiKey, CreateApiKeyError};
    use crate::accounts::api_keys::fixtures::{key_id, scopes, secret, texts};
    use crate::fixtures::{by, by_nobody, clock, ids, now, user_id};
    use crate::{Caller, Request};
    use domain::accounts::{KeyName, Role, Scope};
    use domain::actors::Principal;
    use domain::audit::{Action, Audit};
    use domain::ids::UserId;
    use ports::accounts::MockApiKeyRepository;
    use std::sync::Arc;

    fn making(keys: MockApiKeyRepository) -> CreateApiKey {
        CreateApiKey {
            keys: Arc::new(keys),
            texts: texts(),
            ids: ids(),
            clock: clock(),
        }
    }

    fn name() -> KeyName {
        KeyName::parse("payroll").unwrap()
    }

    #[tokio::test]
    async fn the_secret_is_told_once_and_only_its_digest_is_stored() {
        let mut keys = MockApiKeyRepository::new();
        keys.expect_add()
            .withf(|key, commit| {
                let entry = Audit::of(Action::KeyCreated, user_id(1)).about(key.id.uuid());
                (key.secret, key.created_by, key.created_at)
                    == (secret(7), Principal::User(user_id(1)), now())
                    && commit.audit == [entry]
            })
            .returning(|_, _| Ok(()));
        let made = making(keys).run(&by(Role::Admin), name(), scopes()).await;
        let made = made.unwrap();
        assert_eq!(made.text.reveal(), "mk_1000 7");
        assert_eq!((made.key.name, made.key.scopes), (name(), scopes()));
    }

    #[tokio::test]
    async fn the_console_makes_keys_whose_trail_is_their_own() {
        let mut keys = MockApiKeyRepository::new();
        keys.expect_add()
            .withf(|key, commit| commit.audit[0].user == UserId::new(key.id.uuid()))
            .returning(|_, _| Ok(()));
        let request = Request::by_system("muster keys create");
        let made = making(keys).run(&request, name(), scopes()).await.unwrap();
        assert_eq!(made.key.created_by, Principal::System);
    }

    #[tokio::test]
    async fn only_admins_make_keys_and_no_key_does() {
        let every = Scope::ALL.iter().copied().collect();
        let key = Request {
            caller: Caller::key(key_id(1), every),
            ..by_nobody()
        };
        for request in [by_nobody(), by(Role::Member), by(Role::Manager), key] {
            let made = making(MockApiKeyRepository::new());
            let made = made.run(&request, name(), scopes()).await;
            assert!(
                matches!(made, Err(CreateApiKeyError::Forbidden(_))),
                "{made:?}"
            );
        }
    }
}
