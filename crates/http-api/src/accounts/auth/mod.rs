//! Signing in: with a password, or with an invitation that sets one; and the keys by which others check our tokens.

mod controllers;
mod dto;

pub use controllers::jwks;
pub use dto::{
    ChangePasswordBody, RedeemInvitationBody, RefreshBody, SessionView, SessionsView, SignInBody,
    TokenView,
};

use crate::error::Code;
use crate::routes::{Endpoint, at};

pub(crate) mod paths {
    //! The operations, for the document.
    pub use super::controllers::*;
}

const BODY: [Code; 5] = [
    Code::MalformedJson,
    Code::UnknownField,
    Code::UnsupportedMediaType,
    Code::ValidationFailed,
    Code::InvalidCharacter,
];

/// What only people do, on their devices.
const PERSON: [Code; 3] = [Code::Unauthenticated, Code::Forbidden, Code::OutcomeUnknown];

/// The routes of this room.
pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        at("/v1/auth/login").post(
            controllers::sign_in,
            &[
                &BODY,
                &[
                    Code::InvalidCredentials,
                    Code::Overloaded,
                    Code::OutcomeUnknown,
                ],
            ],
        ),
        at("/v1/auth/invitation").post(
            controllers::redeem_invitation,
            &[
                &BODY,
                &[
                    Code::InvitationInvalid,
                    Code::Overloaded,
                    Code::OutcomeUnknown,
                ],
            ],
        ),
        at("/v1/auth/refresh").post(
            controllers::refresh,
            &[&BODY, &[Code::RefreshTokenInvalid, Code::OutcomeUnknown]],
        ),
        at("/v1/auth/logout").post(controllers::sign_out, &[&PERSON]),
        at("/v1/auth/logout-all").post(controllers::sign_out_everywhere, &[&PERSON]),
        at("/v1/auth/password").post(
            controllers::change_password,
            &[
                &BODY,
                &PERSON,
                &[Code::InvalidCredentials, Code::Overloaded],
            ],
        ),
        at("/v1/auth/sessions").get(
            controllers::list_sessions,
            &[&[Code::Unauthenticated, Code::Forbidden]],
        ),
        at("/v1/auth/sessions/{session_id}")
            .delete(controllers::end_session, &[&PERSON, &[Code::NotFound]]),
        at("/.well-known/jwks.json").get(controllers::jwks, &[]),
    ]
}

#[cfg(test)]
mod sessions_tests;
#[cfg(test)]
mod tests;
