//! What the use cases about signing in refuse.

use crate::error::{ApiError, Code, FieldError};
use application::accounts::{
    AuthenticateError, ChangePasswordError, EndSessionsError, InviteUserError, ListSessionsError,
    RedeemInvitationError, RefreshError, SignInError,
};
use std::time::Duration;

impl From<AuthenticateError> for ApiError {
    fn from(error: AuthenticateError) -> Self {
        match error {
            AuthenticateError::Expired => {
                Self::new(Code::TokenExpired, "the access token has expired")
            }
            AuthenticateError::Invalid => {
                Self::new(Code::Unauthenticated, "the access token is not valid")
            }
            AuthenticateError::Unknown => Self::new(
                Code::UserUnknown,
                "the token is good, and nobody in the directory is meant",
            ),
            AuthenticateError::KeysUnavailable(source) => {
                Self::new(Code::AuthKeysUnavailable, "the issuer's keys cannot be had")
                    .caused_by(source)
            }
            AuthenticateError::Fault(fault) => fault.into(),
        }
    }
}

impl From<InviteUserError> for ApiError {
    fn from(error: InviteUserError) -> Self {
        match error {
            InviteUserError::Forbidden(forbidden) => forbidden.into(),
            InviteUserError::Missing => Self::not_found("person"),
            InviteUserError::AlreadySetUp => {
                Self::new(Code::AlreadySetUp, "the installation has its first admin")
            }
            InviteUserError::Contended => Self::new(
                Code::ConcurrentChange,
                "the person has just been changed by somebody else",
            ),
            InviteUserError::Fault(fault) => fault.into(),
        }
    }
}

impl From<SignInError> for ApiError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Refused => Self::new(
                Code::InvalidCredentials,
                "email and password do not go together",
            ),
            SignInError::Locked { retry_after } => locked(retry_after),
            SignInError::Busy => {
                Self::new(Code::Overloaded, "too many passwords are being checked")
            }
            SignInError::Fault(fault) => fault.into(),
        }
    }
}

impl From<RedeemInvitationError> for ApiError {
    fn from(error: RedeemInvitationError) -> Self {
        match error {
            RedeemInvitationError::Void => Self::new(
                Code::InvitationInvalid,
                "the invitation is unknown, used, replaced or expired",
            ),
            RedeemInvitationError::NewcomerNeeded => {
                let fault = |field: &str| {
                    FieldError::at(
                        format!("/{field}"),
                        "required",
                        "is required to set an installation up",
                    )
                };
                let errors = ["email", "given_name", "family_name"].map(fault).to_vec();
                Self::new(
                    Code::ValidationFailed,
                    "the first admin's email and names are needed",
                )
                .with_errors(errors)
            }
            RedeemInvitationError::Busy => {
                Self::new(Code::Overloaded, "too many passwords are being hashed")
            }
            RedeemInvitationError::Fault(fault) => fault.into(),
        }
    }
}

impl From<RefreshError> for ApiError {
    fn from(error: RefreshError) -> Self {
        match error {
            RefreshError::Refused => Self::new(
                Code::RefreshTokenInvalid,
                "the refresh token is unknown, replaced or expired, or its device was signed out",
            ),
            RefreshError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ListSessionsError> for ApiError {
    fn from(error: ListSessionsError) -> Self {
        match error {
            ListSessionsError::Forbidden(forbidden) => forbidden.into(),
            ListSessionsError::Fault(fault) => fault.into(),
        }
    }
}

impl From<EndSessionsError> for ApiError {
    fn from(error: EndSessionsError) -> Self {
        match error {
            EndSessionsError::Forbidden(forbidden) => forbidden.into(),
            EndSessionsError::Missing => Self::not_found("session"),
            EndSessionsError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ChangePasswordError> for ApiError {
    fn from(error: ChangePasswordError) -> Self {
        match error {
            ChangePasswordError::Forbidden(forbidden) => forbidden.into(),
            ChangePasswordError::Refused => {
                Self::new(Code::InvalidCredentials, "the current password is another")
            }
            ChangePasswordError::Locked { retry_after } => locked(retry_after),
            ChangePasswordError::Busy => {
                Self::new(Code::Overloaded, "too many passwords are being checked")
            }
            ChangePasswordError::Fault(fault) => fault.into(),
        }
    }
}

/// It does not say whether the account or the source is locked, nor whether there is such an account.
fn locked(retry_after: Duration) -> ApiError {
    let detail = "too many attempts have failed or are being decided";
    ApiError::new(Code::RateLimited, detail).after(retry_after)
}
