//! Recognises who sends a request by what a gateway in front of us signed.

use super::KnownSubjects;
use crate::Caller;
use crate::accounts::AuthenticateError;
use domain::accounts::ExternalSubject;
use ports::Clock;
use ports::accounts::{GatewayCall, GatewayError, GatewaySignatures};
use std::sync::Arc;

/// Believes a gateway that shares a secret with us.
pub struct RecogniseGateway {
    /// Checks its signatures.
    pub signatures: Arc<dyn GatewaySignatures>,
    /// Knows whom it names.
    pub subjects: KnownSubjects,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl RecogniseGateway {
    /// Recognises whom the gateway names. Roles are separated by commas; where it sends none, the person's row counts.
    ///
    /// # Errors
    /// [`AuthenticateError`] when nobody is recognised.
    pub async fn run(
        &self,
        call: &GatewayCall,
        signature: &str,
    ) -> Result<Caller, AuthenticateError> {
        let checked = self.signatures.verify(call, signature, self.clock.now());
        checked.map_err(refused)?;
        let subject = call.subject.reveal();
        let parsed = ExternalSubject::parse(subject).ok();
        // One that had to be trimmed or normalised would be another person's.
        let parsed = parsed.filter(|parsed| parsed.reveal() == subject);
        let subject = parsed.ok_or(AuthenticateError::Invalid)?;
        let roles: Vec<String> = call
            .roles
            .split(',')
            .map(|role| role.trim().to_owned())
            .collect();
        let roles = (!call.roles.is_empty()).then_some(roles.as_slice());
        self.subjects.caller(&subject, roles, None).await
    }
}

fn refused(error: GatewayError) -> AuthenticateError {
    let why = match error {
        GatewayError::Malformed { why } => why,
        GatewayError::Wrong => "it does not fit",
        GatewayError::Stale => "it is not of this time",
    };
    tracing::debug!(why, "a signature of the gateway is not believed");
    AuthenticateError::Invalid
}

#[cfg(test)]
mod tests {
    use super::RecogniseGateway;
    use crate::accounts::AuthenticateError;
    use crate::accounts::recognise::subjects::tests::knowing;
    use crate::fixtures::{clock, now, user_id};
    use domain::accounts::Role;
    use domain::{Digest, Pii};
    use ports::accounts::{GatewayCall, GatewayError, MockGatewaySignatures};
    use std::sync::Arc;

    fn call(subject: &str, roles: &str) -> GatewayCall {
        GatewayCall {
            method: "GET".into(),
            target: "/v1/me".into(),
            body: Digest::new([0; 32]),
            subject: Pii::new(subject.into()),
            roles: roles.into(),
        }
    }

    async fn recognised(
        subject: &str,
        roles: &str,
        verdict: Result<(), GatewayError>,
    ) -> Result<crate::Caller, AuthenticateError> {
        let mut signatures = MockGatewaySignatures::new();
        signatures
            .expect_verify()
            .withf(|_, signature, at| signature == "s" && *at == now())
            .returning(move |_, _, _| verdict);
        let recognise = RecogniseGateway {
            signatures: Arc::new(signatures),
            subjects: knowing("auth0|ada", Role::Manager),
            clock: clock(),
        };
        recognise.run(&call(subject, roles), "s").await
    }

    #[tokio::test]
    async fn roles_are_the_gateways_if_it_names_some_and_the_rows_if_not() {
        for (roles, role) in [
            ("", Role::Manager),
            ("admin", Role::Admin),
            ("member , admin", Role::Admin),
            ("something else", Role::Member),
        ] {
            let caller = recognised("auth0|ada", roles, Ok(())).await.unwrap();
            assert_eq!(
                caller,
                crate::Caller::signed_in(user_id(7), role),
                "{roles}"
            );
        }
    }

    #[tokio::test]
    async fn what_is_not_signed_or_names_nobody_is_refused() {
        for error in [
            GatewayError::Wrong,
            GatewayError::Stale,
            GatewayError::Malformed { why: "a test" },
        ] {
            let outcome = recognised("auth0|ada", "", Err(error)).await;
            assert!(
                matches!(outcome, Err(AuthenticateError::Invalid)),
                "{outcome:?}"
            );
        }
        for other in ["", " auth0|ada", "auth0|ada\u{301} "] {
            let outcome = recognised(other, "", Ok(())).await;
            assert!(
                matches!(outcome, Err(AuthenticateError::Invalid)),
                "{outcome:?}"
            );
        }
        let outcome = recognised("auth0|eve", "", Ok(())).await;
        assert!(
            matches!(outcome, Err(AuthenticateError::Unknown)),
            "{outcome:?}"
        );
    }
}
