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

/// The routes of this room.
pub(crate) fn endpoints() -> Vec<Endpoint> {
    let keys = at("/.well-known/jwks.json").get(controllers::jwks, &[]);
    let mut endpoints = coming_in();
    endpoints.extend(on_a_device());
    endpoints.push(keys);
    endpoints
}

fn coming_in() -> Vec<Endpoint> {
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
    ]
}

fn on_a_device() -> Vec<Endpoint> {
    vec![
        at("/v1/auth/logout").post(
            controllers::sign_out,
            &[&[Code::Unauthenticated, Code::Forbidden, Code::OutcomeUnknown]],
        ),
        at("/v1/auth/logout-all").post(
            controllers::sign_out_everywhere,
            &[&[Code::Unauthenticated, Code::Forbidden, Code::OutcomeUnknown]],
        ),
        at("/v1/auth/password").post(
            controllers::change_password,
            &[
                &BODY,
                &[
                    Code::Unauthenticated,
                    Code::Forbidden,
                    Code::InvalidCredentials,
                    Code::Overloaded,
                    Code::OutcomeUnknown,
                ],
            ],
        ),
        at("/v1/auth/sessions").get(
            controllers::list_sessions,
            &[&[Code::Unauthenticated, Code::Forbidden]],
        ),
        at("/v1/auth/sessions/{session_id}").delete(
            controllers::end_session,
            &[&[
                Code::Unauthenticated,
                Code::Forbidden,
                Code::NotFound,
                Code::OutcomeUnknown,
            ]],
        ),
    ]
}

#[cfg(test)]
mod sessions_tests;
#[cfg(test)]
mod tests;
