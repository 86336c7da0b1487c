//! What the errors of all ports have in common: each can be, and can be made of, a technical failure.

use ports::Fault;
use ports::accounts::{
    AddUserError, AddUsersError, ChangePasswordError, DeleteImageError, InviteError,
    OpenSessionError, PublishImageError, PutObjectError, RedeemError, ReserveImageError,
    RotateError, SaveUserError, SetAvatarError,
};
use ports::erasures::BeginErasureError;

/// An error of a port.
pub(super) trait Faulty: From<Fault> {
    /// The technical failure, unless it is a failure of the domain.
    fn fault(&self) -> Option<&Fault>;
}

impl Faulty for Fault {
    fn fault(&self) -> Option<&Fault> {
        Some(self)
    }
}

/// Port errors end in a variant `Fault` and differ in the variants before it.
macro_rules! ends_in_fault {
    ($($error:ident),+ $(,)?) => {
        $(
            impl Faulty for $error {
                fn fault(&self) -> Option<&Fault> {
                    match self {
                        Self::Fault(fault) => Some(fault),
                        _ => None,
                    }
                }
            }
        )+
    };
}

ends_in_fault!(
    AddUserError,
    AddUsersError,
    BeginErasureError,
    ChangePasswordError,
    DeleteImageError,
    InviteError,
    OpenSessionError,
    PublishImageError,
    PutObjectError,
    RedeemError,
    ReserveImageError,
    RotateError,
    SaveUserError,
    SetAvatarError,
);
