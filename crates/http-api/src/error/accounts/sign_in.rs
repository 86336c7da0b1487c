//! What the use cases about signing in refuse.

use crate::error::{ApiError, Code, FieldError};
use application::accounts::{
    AuthenticateError, InviteUserError, RedeemInvitationError, SignInError,
};

impl From<AuthenticateError> for ApiError {
    fn from(error: AuthenticateError) -> Self {
        match error {
            AuthenticateError::Expired => {
                Self::new(Code::TokenExpired, "the access token has expired")
            }
            AuthenticateError::Invalid => {
                Self::new(Code::Unauthenticated, "the access token is not valid")
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
