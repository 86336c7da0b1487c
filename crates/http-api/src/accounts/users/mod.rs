//! People: `/v1/users` and `/v1/me`.

pub(crate) mod audit;
mod batch;
mod body;
mod controllers;
mod erasures;
mod export;
mod list;
mod patch;
pub(crate) mod place;
mod states;
pub(crate) mod texts;
mod view;

pub use audit::{AuditEntryView, ChangeView};
pub use batch::{BatchView, RegisterUsersBody, VerdictView};
pub use body::RegisterUserBody;
pub use erasures::{ErasureView, PartAnswerView, StayedView};
pub use export::ExportView;
pub use patch::ChangeUserBody;
pub use states::InvitationView;
pub use view::{RoleName, StatusName, UserView};

use crate::error::Code;
use crate::routes::{Endpoint, at};

pub(crate) mod paths {
    //! The operations, for the document.
    pub use super::audit::*;
    pub use super::batch::*;
    pub use super::controllers::*;
    pub use super::erasures::*;
    pub use super::export::*;
    pub use super::list::*;
    pub use super::patch::*;
    pub use super::states::*;
}

const TAKEN: [Code; 2] = [Code::EmailTaken, Code::ExternalSubjectTaken];
const KEYED: [Code; 3] = [
    Code::IdempotencyKeyInvalid,
    Code::IdempotencyKeyInFlight,
    Code::IdempotencyKeyReused,
];
const BODY: [Code; 6] = [
    Code::MalformedJson,
    Code::UnknownField,
    Code::UnsupportedMediaType,
    Code::ValidationFailed,
    Code::InvalidCharacter,
    Code::OutcomeUnknown,
];
const MANAGED: [Code; 1] = [Code::Forbidden];
const PERSON: [Code; 2] = [Code::InvalidParameter, Code::NotFound];
const CONDITIONAL: [Code; 2] = [Code::PreconditionRequired, Code::VersionMismatch];
const PAGED: [Code; 2] = [Code::InvalidParameter, Code::PageTokenMismatch];
const STATE: [Code; 3] = [
    Code::ConcurrentChange,
    Code::LastAdmin,
    Code::OutcomeUnknown,
];

/// The routes of this room, with every code that each can answer besides those of all.
pub(crate) fn endpoints() -> Vec<Endpoint> {
    let change = [Code::UserDeleted, Code::LastAdmin];
    vec![
        at("/v1/users")
            .get(list::list_users, &[&MANAGED, &PAGED])
            .post(
                controllers::register_user,
                &[&MANAGED, &TAKEN, &KEYED, &BODY],
            ),
        at("/v1/users/batch").post(
            batch::register_users,
            &[&MANAGED, &TAKEN, &KEYED, &BODY, &[Code::InvalidParameter]],
        ),
        at("/v1/users/{id}")
            .get(controllers::find_user, &[&MANAGED, &PERSON])
            .patch(
                patch::change_user,
                &[&MANAGED, &PERSON, &CONDITIONAL, &TAKEN, &BODY, &change],
            )
            .delete(
                controllers::delete_user,
                &[&MANAGED, &PERSON, &CONDITIONAL, &STATE],
            ),
        at("/v1/users/{id}/restore").post(
            states::restore_user,
            &[&MANAGED, &PERSON, &TAKEN, &STATE, &[Code::UserErased]],
        ),
        at("/v1/users/{id}/suspend").post(
            states::suspend_user,
            &[&MANAGED, &PERSON, &STATE, &[Code::UserDeleted]],
        ),
        at("/v1/users/{id}/activate").post(
            states::activate_user,
            &[&MANAGED, &PERSON, &STATE, &[Code::UserDeleted]],
        ),
        at("/v1/users/{id}/invitation").post(
            states::invite_user,
            &[
                &MANAGED,
                &PERSON,
                &[Code::ConcurrentChange, Code::OutcomeUnknown],
            ],
        ),
        at("/v1/users/{id}/audit").get(audit::read_audit_trail, &[&MANAGED, &PERSON, &PAGED]),
        at("/v1/users/{id}/export").get(export::export_user, &[&MANAGED, &PERSON]),
        at("/v1/users/{id}/erase").post(erasures::erase_user, &[&MANAGED, &PERSON, &STATE]),
        at("/v1/erasures/{erasure_id}").get(erasures::find_erasure, &[&MANAGED, &PERSON]),
        at("/v1/me").get(controllers::find_me, &[&[Code::NotFound]]),
    ]
}

#[cfg(test)]
mod change_tests;
#[cfg(test)]
mod erasures_tests;
#[cfg(test)]
mod many_tests;
#[cfg(test)]
mod tests;
