//! What SQLite reports, in the three kinds of failure a caller can act on. The only place that reads
//! SQLite's messages: diesel keeps no result codes, and SQLite knows no names of unique indexes.

use diesel::result::{DatabaseErrorKind, Error};
use ports::Fault;

/// What this part is called in every fault.
pub const BACKEND: &str = stored::DATABASE;

/// The unique indexes somebody may run into, by the columns that SQLite names in their stead.
const UNIQUE: [(&str, &str); 2] = [
    ("users.email_key", EMAIL_TAKEN),
    ("users.external_subject", SUBJECT_TAKEN),
];

/// One living person an email.
pub const EMAIL_TAKEN: &str = "users_email_key_living";
/// One living person an external subject.
pub const SUBJECT_TAKEN: &str = "users_external_subject_living";

/// The unique index that a statement ran into, if it is one that somebody may run into.
pub fn violated(error: &Error) -> Option<&'static str> {
    let Error::DatabaseError(DatabaseErrorKind::UniqueViolation, report) = error else {
        return None;
    };
    // "UNIQUE constraint failed: users.email_key", or "…: index 'users_email_key_living'" for an
    // index over an expression.
    let (_, failed) = report.message().split_once(": ")?;
    UNIQUE.into_iter().find_map(|(columns, index)| {
        (failed == columns || failed == format!("index '{index}'")).then_some(index)
    })
}

/// A statement inside a transaction failed: the transaction is rolled back, so nothing was applied.
/// `what` names the table or the operation.
pub fn of(what: &'static str) -> impl FnOnce(Error) -> Fault {
    move |error| {
        if is_passing(&error) {
            Fault::unavailable(BACKEND, error)
        } else {
            Fault::broken(BACKEND, what, error)
        }
    }
}

/// COMMIT failed. A lock means it was not applied; a failing disk leaves that open.
pub fn of_commit(error: Error) -> Fault {
    let report = deepest(&error);
    if report.contains("locked") || report.contains("busy") {
        Fault::unavailable(BACKEND, error)
    } else {
        Fault::uncertain(BACKEND, error)
    }
}

/// What SQLite says (`sqlite3_errstr`) when trying again later may help: BUSY, LOCKED, CANTOPEN,
/// FULL, IOERR, NOMEM, PROTOCOL, READONLY after a remount.
const PASSING: [&str; 8] = [
    "database is locked",
    "database table is locked",
    "unable to open database file",
    "database or disk is full",
    "disk I/O error",
    "out of memory",
    "locking protocol",
    "attempt to write a readonly database",
];

fn is_passing(error: &Error) -> bool {
    let report = deepest(error);
    PASSING.iter().any(|passing| report.contains(passing))
}

fn deepest(error: &Error) -> String {
    match error {
        Error::RollbackErrorOnCommit { commit_error, .. } => deepest(commit_error),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{EMAIL_TAKEN, SUBJECT_TAKEN, of, of_commit, violated};
    use diesel::result::{DatabaseErrorKind, Error};
    use ports::Fault;

    fn report(kind: DatabaseErrorKind, message: &str) -> Error {
        Error::DatabaseError(kind, Box::new(message.to_owned()))
    }

    #[test]
    fn unique_indexes_are_known_by_columns_and_by_name() {
        let named = |message| violated(&report(DatabaseErrorKind::UniqueViolation, message));
        let columns = "UNIQUE constraint failed: users.email_key";
        let index = "UNIQUE constraint failed: index 'users_external_subject_living'";
        assert_eq!(named(columns), Some(EMAIL_TAKEN));
        assert_eq!(named(index), Some(SUBJECT_TAKEN));
        assert_eq!(named("UNIQUE constraint failed: users.id"), None);
        assert_eq!(named("UNIQUE constraint failed: users.email_key_2"), None);
        assert_eq!(
            violated(&report(DatabaseErrorKind::CheckViolation, columns)),
            None
        );
    }

    #[test]
    fn what_passes_is_unavailable_and_the_rest_is_broken() {
        let unknown = |message| of("users")(report(DatabaseErrorKind::Unknown, message));
        assert!(matches!(
            unknown("database is locked"),
            Fault::Unavailable { .. }
        ));
        assert!(matches!(
            unknown("disk I/O error"),
            Fault::Unavailable { .. }
        ));
        let broken = unknown("no such table: users");
        assert!(
            matches!(&broken, Fault::Broken { what, .. } if what == "users"),
            "{broken:?}"
        );
    }

    #[test]
    fn only_a_failing_disk_leaves_a_commit_uncertain() {
        let unknown = |message| of_commit(report(DatabaseErrorKind::Unknown, message));
        assert!(matches!(
            unknown("database is locked"),
            Fault::Unavailable { .. }
        ));
        assert!(matches!(unknown("disk I/O error"), Fault::Uncertain { .. }));
    }
}
