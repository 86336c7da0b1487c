//! What the use cases about people refuse.

use crate::error::{ApiError, Code, FieldError};
use application::accounts::{
    ChangeStatusError, ChangeUserError, EraseUserError, ExportUserError, FindErasureError,
    FindUserError, ListPeopleError, ListUsersError, ReadAuditTrailError, Refusal,
    RegisterUserError, RegisterUsersError,
};

/// A taken email or subject, at its place in the body.
pub(crate) fn taken(refusal: Refusal, base: &str) -> ApiError {
    let (code, field, detail) = match refusal {
        Refusal::EmailTaken => (Code::EmailTaken, "email", "somebody else has this email"),
        Refusal::SubjectTaken => (
            Code::ExternalSubjectTaken,
            "external_subject",
            "somebody else has this external subject",
        ),
    };
    ApiError::new(code, detail).with_errors(vec![FieldError::at(
        format!("{base}/{field}"),
        code.name(),
        detail,
    )])
}

impl From<RegisterUserError> for ApiError {
    fn from(error: RegisterUserError) -> Self {
        match error {
            RegisterUserError::Forbidden(forbidden) => forbidden.into(),
            RegisterUserError::EmailTaken(_) => taken(Refusal::EmailTaken, ""),
            RegisterUserError::SubjectTaken => taken(Refusal::SubjectTaken, ""),
            RegisterUserError::Claim(claim) => claim.into(),
            RegisterUserError::Fault(fault) => fault.into(),
        }
    }
}

impl From<RegisterUsersError> for ApiError {
    fn from(error: RegisterUsersError) -> Self {
        match error {
            RegisterUsersError::Forbidden(forbidden) => forbidden.into(),
            RegisterUsersError::Refused(rows) => refused(&rows),
            RegisterUsersError::Claim(claim) => claim.into(),
            RegisterUsersError::Fault(fault) => fault.into(),
        }
    }
}

/// An atomic batch with rows that are in somebody's way: every one of them is named.
fn refused(rows: &[(usize, Refusal)]) -> ApiError {
    let only_subjects = rows
        .iter()
        .all(|(_, refusal)| *refusal == Refusal::SubjectTaken);
    let code = if only_subjects {
        Code::ExternalSubjectTaken
    } else {
        Code::EmailTaken
    };
    let faults = rows.iter().flat_map(|(index, refusal)| {
        taken(*refusal, &format!("/items/{index}"))
            .problem(None)
            .errors
    });
    ApiError::new(
        code,
        format!("{} rows cannot be entered; nothing was", rows.len()),
    )
    .with_errors(faults.collect())
}

impl From<FindUserError> for ApiError {
    fn from(error: FindUserError) -> Self {
        match error {
            FindUserError::Forbidden(forbidden) => forbidden.into(),
            FindUserError::Missing => Self::not_found("person"),
            FindUserError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ListPeopleError> for ApiError {
    fn from(error: ListPeopleError) -> Self {
        match error {
            ListPeopleError::Forbidden(forbidden) => forbidden.into(),
            ListPeopleError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ListUsersError> for ApiError {
    fn from(error: ListUsersError) -> Self {
        match error {
            ListUsersError::Forbidden(forbidden) => forbidden.into(),
            ListUsersError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ChangeUserError> for ApiError {
    fn from(error: ChangeUserError) -> Self {
        match error {
            ChangeUserError::Forbidden(forbidden) => forbidden.into(),
            ChangeUserError::Missing => Self::not_found("person"),
            ChangeUserError::Deleted(_) => Self::new(Code::UserDeleted, "restore the person first"),
            ChangeUserError::Outdated(now) => Self::outdated(now),
            ChangeUserError::EmailTaken(_) => taken(Refusal::EmailTaken, ""),
            ChangeUserError::SubjectTaken => taken(Refusal::SubjectTaken, ""),
            ChangeUserError::LastAdmin => Self::new(
                Code::LastAdmin,
                "nobody would be left to administer the installation",
            ),
            ChangeUserError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ChangeStatusError> for ApiError {
    fn from(error: ChangeStatusError) -> Self {
        match error {
            ChangeStatusError::Forbidden(forbidden) => forbidden.into(),
            ChangeStatusError::Missing => Self::not_found("person"),
            ChangeStatusError::Deleted(_) => {
                Self::new(Code::UserDeleted, "restore the person first")
            }
            ChangeStatusError::Outdated(now) => Self::outdated(now),
            ChangeStatusError::Contended => Self::new(
                Code::ConcurrentChange,
                "others kept changing the person meanwhile",
            ),
            ChangeStatusError::EmailTaken(_) => Self::new(
                Code::EmailTaken,
                "somebody else has the person's email by now",
            ),
            ChangeStatusError::SubjectTaken => Self::new(
                Code::ExternalSubjectTaken,
                "somebody else has the person's external subject by now",
            ),
            ChangeStatusError::LastAdmin => Self::new(
                Code::LastAdmin,
                "nobody would be left to administer the installation",
            ),
            ChangeStatusError::Erased => Self::new(
                Code::UserErased,
                "the person was erased and cannot be restored",
            ),
            ChangeStatusError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ReadAuditTrailError> for ApiError {
    fn from(error: ReadAuditTrailError) -> Self {
        match error {
            ReadAuditTrailError::Forbidden(forbidden) => forbidden.into(),
            ReadAuditTrailError::Missing => Self::not_found("person"),
            ReadAuditTrailError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ExportUserError> for ApiError {
    fn from(error: ExportUserError) -> Self {
        match error {
            ExportUserError::Forbidden(forbidden) => forbidden.into(),
            ExportUserError::Missing => Self::not_found("person"),
            ExportUserError::Fault(fault) => fault.into(),
        }
    }
}

impl From<EraseUserError> for ApiError {
    fn from(error: EraseUserError) -> Self {
        match error {
            EraseUserError::Forbidden(forbidden) => forbidden.into(),
            EraseUserError::Missing => Self::not_found("person"),
            EraseUserError::LastAdmin => Self::new(
                Code::LastAdmin,
                "nobody would be left to administer the installation",
            ),
            EraseUserError::Contended => Self::new(
                Code::ConcurrentChange,
                "others kept changing the person meanwhile",
            ),
            EraseUserError::Fault(fault) => fault.into(),
        }
    }
}

impl From<FindErasureError> for ApiError {
    fn from(error: FindErasureError) -> Self {
        match error {
            FindErasureError::Forbidden(forbidden) => forbidden.into(),
            FindErasureError::Missing => Self::not_found("erasure"),
            FindErasureError::Fault(fault) => fault.into(),
        }
    }
}
