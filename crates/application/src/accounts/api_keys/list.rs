//! Shows which machine keys there are.

use crate::paging::one_more;
use crate::{Forbidden, Page, Request};
use domain::accounts::ApiKey;
use domain::ids::KeyId;
use ports::Fault;
use ports::accounts::ApiKeyRepository;
use std::sync::Arc;

/// Lists machine keys, revoked ones too, for admins.
pub struct ListApiKeys {
    /// Keeps them.
    pub keys: Arc<dyn ApiKeyRepository>,
}

/// Why none are shown.
#[derive(Debug, thiserror::Error)]
pub enum ListApiKeysError {
    /// The caller may not.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl ListApiKeys {
    /// One page of keys, the newest first.
    ///
    /// # Errors
    /// [`ListApiKeysError`].
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn run(
        &self,
        request: &Request,
        after: Option<KeyId>,
        size: u32,
    ) -> Result<Page<ApiKey, KeyId>, ListApiKeysError> {
        request.caller.must_be_admin()?;
        let rows = self.keys.list(after, one_more(size)).await?;
        Ok(Page::cut(rows, size, |key| key.id))
    }
}

#[cfg(test)]
mod tests {
    use super::{ListApiKeys, ListApiKeysError};
    use crate::accounts::api_keys::fixtures::{api_key, key_id};
    use crate::fixtures::{by, by_nobody};
    use domain::accounts::Role;
    use domain::actors::Principal;
    use ports::accounts::MockApiKeyRepository;
    use std::sync::Arc;

    #[tokio::test]
    async fn admins_see_keys_in_pages() {
        let mut keys = MockApiKeyRepository::new();
        keys.expect_list()
            .withf(|after, limit| (*after, *limit) == (Some(key_id(9)), 3))
            .returning(|_, _| {
                let keys = (6..9)
                    .rev()
                    .map(|number| api_key(number, Principal::System));
                Ok(keys.collect())
            });
        let list = ListApiKeys {
            keys: Arc::new(keys),
        };
        let page = list.run(&by(Role::Admin), Some(key_id(9)), 2).await;
        let page = page.unwrap();
        assert_eq!((page.items.len(), page.next), (2, Some(key_id(7))));
    }

    #[tokio::test]
    async fn nobody_else_does() {
        let list = ListApiKeys {
            keys: Arc::new(MockApiKeyRepository::new()),
        };
        for request in [by_nobody(), by(Role::Member), by(Role::Manager)] {
            let page = list.run(&request, None, 2).await;
            assert!(
                matches!(page, Err(ListApiKeysError::Forbidden(_))),
                "{page:?}"
            );
        }
    }
}
