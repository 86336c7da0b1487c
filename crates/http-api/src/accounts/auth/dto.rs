//! What a person sends in order to sign in, and what they get.

use crate::accounts::users::texts::{EmailText, NameText};
use crate::error::Faults;
use crate::extract::Body;
use crate::render::instant;
use application::accounts::{ListedSession, Newcomer, SignedIn};
use domain::accounts::passwords::Password;
use domain::accounts::{Email, FamilyName, GivenName};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use utoipa::ToSchema;
use validator::Validate;

/// Email and password.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "ada@example.org", "password": "correct horse battery"}))]
pub struct SignInBody {
    /// The email, in any casing.
    #[validate(length(min = 1, max = 254))]
    #[schema(value_type = EmailText)]
    pub email: Option<String>,
    /// The password.
    #[validate(length(min = 1, max = 1024))]
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 1024)]
    pub password: Option<String>,
}

impl Body for SignInBody {
    type Parsed = (Email, Password);

    fn parse(self, faults: &mut Faults) -> Option<Self::Parsed> {
        let email = faults.required("/email", self.email.as_deref(), Email::parse);
        let password = faults.required("/password", self.password.as_deref(), |raw| {
            Ok::<_, Never>(Password::presented(raw))
        });
        Some((email?, password?))
    }
}

/// A refresh token.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshBody {
    /// The refresh token that was given out last.
    #[validate(length(min = 1, max = 200))]
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 200)]
    pub refresh_token: Option<String>,
}

impl Body for RefreshBody {
    type Parsed = String;

    fn parse(self, faults: &mut Faults) -> Option<String> {
        faults.required("/refresh_token", self.refresh_token, Ok::<_, Never>)
    }
}

/// The password in use, and the one to set.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"current_password": "correct horse battery", "new_password": "battery staple horse"}))]
pub struct ChangePasswordBody {
    /// The password in use.
    #[validate(length(min = 1, max = 1024))]
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 1024)]
    pub current_password: Option<String>,
    /// The password to set.
    #[validate(length(min = 12, max = 128))]
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 128)]
    pub new_password: Option<String>,
}

impl Body for ChangePasswordBody {
    type Parsed = (Password, Password);

    fn parse(self, faults: &mut Faults) -> Option<Self::Parsed> {
        let current = self.current_password.as_deref();
        let current = faults.required("/current_password", current, |raw| {
            Ok::<_, Never>(Password::presented(raw))
        });
        let new = faults.required(
            "/new_password",
            self.new_password.as_deref(),
            Password::parse,
        );
        Some((current?, new?))
    }
}

/// A parser that takes everything.
struct Never(Infallible);

impl core::fmt::Display for Never {
    fn fmt(&self, _formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.0 {}
    }
}

impl crate::error::FaultCode for Never {
    fn code(&self) -> &'static str {
        match self.0 {}
    }
}

/// The code of an invitation and the password to set. The set-up invitation of an empty installation also takes the email
/// and the names of its first admin.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "jFLi2bLnYBlp5LE4mZyd8Q", "password": "correct horse battery"}))]
pub struct RedeemInvitationBody {
    /// The code.
    #[validate(length(min = 1, max = 200))]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub code: Option<String>,
    /// The password to set.
    #[validate(length(min = 12, max = 128))]
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 128)]
    pub password: Option<String>,
    /// Set-up only: where the first admin will sign in.
    #[validate(length(min = 1, max = 254))]
    #[schema(value_type = Option<EmailText>)]
    pub email: Option<String>,
    /// Set-up only: the first admin's given name.
    #[validate(length(min = 1, max = 100))]
    #[schema(value_type = Option<NameText>)]
    pub given_name: Option<String>,
    /// Set-up only: the first admin's family name.
    #[validate(length(min = 1, max = 100))]
    #[schema(value_type = Option<NameText>)]
    pub family_name: Option<String>,
}

/// What an invitation is redeemed with.
pub struct Redemption {
    /// The code.
    pub code: String,
    /// The password to set.
    pub password: Password,
    /// Who the first admin is, when anything of it was said.
    pub newcomer: Option<Newcomer>,
}

impl Body for RedeemInvitationBody {
    type Parsed = Redemption;

    fn parse(self, faults: &mut Faults) -> Option<Redemption> {
        let password = faults.required("/password", self.password.as_deref(), Password::parse);
        let newcomer =
            if self.email.is_none() && self.given_name.is_none() && self.family_name.is_none() {
                None
            } else {
                let email = faults.required("/email", self.email.as_deref(), Email::parse);
                let given_name =
                    faults.required("/given_name", self.given_name.as_deref(), GivenName::parse);
                let family_name = faults.required(
                    "/family_name",
                    self.family_name.as_deref(),
                    FamilyName::parse,
                );
                Some(Newcomer {
                    email: email?,
                    given_name: given_name?,
                    family_name: family_name?,
                })
            };
        let code = faults.required("/code", self.code, Ok::<_, Never>)?;
        Some(Redemption {
            code,
            password: password?,
            newcomer,
        })
    }
}

/// A signed-in device's tokens.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenView {
    /// Send it as `Authorization: Bearer`.
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(pattern = "^Bearer$")]
    pub token_type: &'static str,
    /// Seconds for which it is good.
    #[schema(minimum = 1, example = 900)]
    pub expires_in: u64,
    /// Worth the next tokens at `POST /v1/auth/refresh`, once, within 30 days.
    pub refresh_token: String,
}

impl From<SignedIn> for TokenView {
    fn from(SignedIn { access, refresh }: SignedIn) -> Self {
        Self {
            access_token: access.token.into_revealed(),
            token_type: "Bearer",
            expires_in: access.expires_in.as_secs(),
            refresh_token: refresh.into_revealed(),
        }
    }
}

/// A device that the caller is signed in with.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionView {
    /// Names the device.
    #[schema(format = Uuid)]
    pub id: String,
    /// What the client says of itself (`User-Agent`), cut after 200 characters.
    #[schema(required = false, nullable = true)]
    pub client: Option<String>,
    /// When it was signed in.
    #[schema(format = DateTime)]
    pub started_at: String,
    /// When it got its tokens last.
    #[schema(format = DateTime)]
    pub refreshed_at: String,
    /// From when on it is signed out unless it gets new tokens before.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// Whether the request came from it.
    pub current: bool,
}

impl From<ListedSession> for SessionView {
    fn from(ListedSession { session, current }: ListedSession) -> Self {
        Self {
            id: session.id.to_string(),
            client: session
                .client
                .as_ref()
                .map(|client| client.reveal().to_owned()),
            started_at: instant(session.started_at),
            refreshed_at: instant(session.rotated_at),
            expires_at: instant(session.expires_at()),
            current,
        }
    }
}

/// The caller's devices.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionsView {
    /// At most 100, the last used first.
    pub items: Vec<SessionView>,
}
