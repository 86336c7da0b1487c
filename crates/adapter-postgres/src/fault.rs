//! What PostgreSQL reports, in the three kinds of failure a caller can act on. Constraints are known by
//! name; messages, which differ by language, are never read.

use diesel::result::{DatabaseErrorKind, Error};
use ports::Fault;

/// What this part is called in every fault.
pub const BACKEND: &str = stored::DATABASE;

/// One living person an email.
pub const EMAIL_TAKEN: &str = "users_email_key_living";
/// One living person an external subject.
pub const SUBJECT_TAKEN: &str = "users_external_subject_living";

/// The unique index that a statement ran into.
pub fn violated(error: &Error) -> Option<&str> {
    match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, report) => {
            report.constraint_name()
        }
        _ => None,
    }
}

/// A statement failed before COMMIT was sent: nothing was applied. `what` names the table or the
/// operation.
pub fn of(what: &'static str) -> impl FnOnce(Error) -> Fault {
    move |error| {
        if is_passing(&error) {
            Fault::unavailable(BACKEND, error)
        } else {
            Fault::broken(BACKEND, what, error)
        }
    }
}

/// COMMIT failed. A server that says so has rolled back, unless it was being shut down: diesel tells
/// only the kinds below apart, so every other answer leaves it open.
pub fn of_commit(error: Error) -> Fault {
    match error {
        Error::DatabaseError(
            DatabaseErrorKind::SerializationFailure
            | DatabaseErrorKind::UniqueViolation
            | DatabaseErrorKind::ForeignKeyViolation,
            _,
        ) => Fault::unavailable(BACKEND, error),
        other => Fault::uncertain(BACKEND, other),
    }
}

/// Whether trying again later may help. A statement that the server could not make sense of (class 42)
/// is reported with its place in the text; deadlocks, locks, timeouts, shutdowns and a full disk are
/// not. diesel keeps no SQLSTATE, so the place is what tells them apart.
fn is_passing(error: &Error) -> bool {
    match error {
        Error::DatabaseError(kind, report) => match kind {
            DatabaseErrorKind::UnableToSendCommand
            | DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::SerializationFailure
            | DatabaseErrorKind::ReadOnlyTransaction => true,
            DatabaseErrorKind::Unknown => {
                report.statement_position().is_none()
                    && report.constraint_name().is_none()
                    && report.column_name().is_none()
            }
            _ => false,
        },
        Error::BrokenTransactionManager => true,
        _ => false,
    }
}
