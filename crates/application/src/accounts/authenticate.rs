//! Recognises who sends a request by what it carries.

use super::{RecogniseDevice, RecogniseForeign, RecogniseGateway, RecogniseKey};
use crate::Caller;
use ports::accounts::GatewayCall;
use ports::{BoxError, Fault};
use std::sync::Arc;

/// Turns a bearer token, a machine key or a gateway's signature into a caller.
pub struct Authenticate {
    /// Recognises machines by their keys, in every mode.
    pub keys: Arc<RecogniseKey>,
    /// Recognises people, in one mode.
    pub people: Recognise,
}

/// How people prove who they are: one way in a process, never two at once.
pub enum Recognise {
    /// By signing in here.
    Devices(RecogniseDevice),
    /// By a token of an outside issuer.
    Foreign(RecogniseForeign),
    /// By what a gateway in front of us signs.
    Gateway(RecogniseGateway),
}

/// Why a caller is not recognised.
#[derive(Debug, thiserror::Error)]
pub enum AuthenticateError {
    /// The token was good until its time ran out.
    #[error("the token has expired")]
    Expired,
    /// The token is good, and stands for nobody in the directory.
    #[error("nobody in the directory is meant")]
    Unknown,
    /// Nobody can tell whether the token is good: the issuer's keys are not there.
    #[error("the issuer's keys are unavailable")]
    KeysUnavailable(#[source] BoxError),
    /// The token is not one of ours, or its person or device may not be here any more.
    #[error("the token is not valid")]
    Invalid,
    /// A technical failure.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Authenticate {
    /// Recognises the bearer of a token, or of a machine key.
    ///
    /// # Errors
    /// [`AuthenticateError`] when nobody is recognised.
    pub async fn run(&self, token: &str) -> Result<Caller, AuthenticateError> {
        if self.keys.is_meant(token) {
            return self.keys.run(token).await;
        }
        match &self.people {
            Recognise::Devices(devices) => devices.run(token).await,
            Recognise::Foreign(foreign) => foreign.run(token).await,
            Recognise::Gateway(_) => Err(AuthenticateError::Invalid),
        }
    }

    /// Recognises whom a gateway names.
    ///
    /// # Errors
    /// [`AuthenticateError`] when nobody is recognised, as in every mode but one.
    pub async fn signed(
        &self,
        call: &GatewayCall,
        signature: &str,
    ) -> Result<Caller, AuthenticateError> {
        match &self.people {
            Recognise::Gateway(gateway) => gateway.run(call, signature).await,
            Recognise::Devices(_) | Recognise::Foreign(_) => Err(AuthenticateError::Invalid),
        }
    }

    /// Whether this is a machine key, right or wrong.
    #[must_use]
    pub fn is_key(&self, bearer: &str) -> bool {
        self.keys.is_meant(bearer)
    }

    /// Whether a gateway is believed.
    #[must_use]
    pub const fn believes_a_gateway(&self) -> bool {
        matches!(self.people, Recognise::Gateway(_))
    }

    /// Whether people sign in here.
    #[must_use]
    pub const fn signs_people_in(&self) -> bool {
        matches!(self.people, Recognise::Devices(_))
    }
}

#[cfg(test)]
mod tests {
    use super::{Authenticate, AuthenticateError, Recognise};
    use crate::Caller;
    use crate::accounts::api_keys::fixtures::{key_id, scopes, secret, texts};
    use crate::accounts::recognise::subjects::tests::knowing;
    use crate::accounts::{RecogniseDevice, RecogniseForeign, RecogniseGateway, RecogniseKey};
    use crate::fixtures::clock;
    use domain::accounts::Role;
    use domain::{Digest, Pii};
    use ports::accounts::{
        GatewayCall, KeyRights, MockAccessView, MockApiKeyRepository, MockForeignTokens,
        MockGatewaySignatures, MockSessionRepository, MockTokens, MockUserRepository,
    };
    use std::sync::Arc;

    fn devices() -> Recognise {
        Recognise::Devices(RecogniseDevice {
            tokens: Arc::new(MockTokens::new()),
            users: Arc::new(MockUserRepository::new()),
            sessions: Arc::new(MockSessionRepository::new()),
            view: Arc::new(MockAccessView::new()),
            clock: clock(),
        })
    }

    fn foreign() -> Recognise {
        Recognise::Foreign(RecogniseForeign {
            tokens: Arc::new(MockForeignTokens::new()),
            subjects: knowing("ada", Role::Member),
            clock: clock(),
        })
    }

    fn gateway() -> Recognise {
        Recognise::Gateway(RecogniseGateway {
            signatures: Arc::new(MockGatewaySignatures::new()),
            subjects: knowing("ada", Role::Member),
            clock: clock(),
        })
    }

    /// The fourth key is there, with the secret 7.
    fn keys() -> Arc<RecogniseKey> {
        let mut keys = MockApiKeyRepository::new();
        keys.expect_rights().returning(|id| {
            Ok((id == key_id(4)).then(|| KeyRights {
                secret: secret(7),
                scopes: scopes(),
            }))
        });
        Arc::new(RecogniseKey {
            keys: Arc::new(keys),
            texts: texts(),
            uses: Arc::default(),
            clock: clock(),
        })
    }

    #[tokio::test]
    async fn a_machine_is_recognised_by_its_key_in_every_mode() {
        for people in [devices(), foreign(), gateway()] {
            let keys = keys();
            let authenticate = Authenticate { keys, people };
            let caller = authenticate.run("mk_4 7").await.unwrap();
            assert_eq!(caller, Caller::key(key_id(4), scopes()));
            for key in ["mk_4 8", "mk_5 7", "mk_"] {
                let outcome = authenticate.run(key).await;
                assert!(is_invalid(&outcome), "{key}: {outcome:?}");
            }
        }
    }

    #[tokio::test]
    async fn what_belongs_to_another_mode_is_not_believed() {
        let call = GatewayCall {
            method: "GET".into(),
            target: "/v1/me".into(),
            body: Digest::new([0; 32]),
            subject: Pii::new("ada".into()),
            roles: String::new(),
        };
        for people in [devices(), foreign()] {
            let keys = keys();
            let outcome = Authenticate { keys, people }.signed(&call, "s").await;
            assert!(is_invalid(&outcome), "{outcome:?}");
        }
        let (keys, people) = (keys(), gateway());
        let outcome = Authenticate { keys, people }.run("a token").await;
        assert!(is_invalid(&outcome), "{outcome:?}");
    }

    fn is_invalid(outcome: &Result<Caller, AuthenticateError>) -> bool {
        matches!(outcome, Err(AuthenticateError::Invalid))
    }
}
