//! How a change of somebody's access is kept, in both databases alike.

use crate::Cells;
use core::time::Duration;
use domain::ids::{KeyId, SessionId, UserId};
use ports::Fault;
use ports::accounts::AccessChange;
use uuid::Uuid;

/// Kind, subject and version.
#[must_use]
pub fn written(change: AccessChange) -> (&'static str, Uuid, Option<i64>) {
    match change {
        AccessChange::Session(id) => ("session", id.uuid(), None),
        AccessChange::User(id, version) => ("user", id.uuid(), Some(i64::from(version.number()))),
        AccessChange::Key(id) => ("key", id.uuid(), None),
    }
}

/// Reads a row back.
///
/// # Errors
/// [`Fault::Broken`] for a row that [`written`] does not make.
pub fn read(
    cells: &Cells<'_>,
    kind: &str,
    subject: Uuid,
    version: Option<i64>,
) -> Result<AccessChange, Fault> {
    match (kind, version) {
        ("session", None) => Ok(AccessChange::Session(SessionId::new(subject))),
        ("user", Some(version)) => {
            let version = cells.version("version", version)?;
            Ok(AccessChange::User(UserId::new(subject), version))
        }
        ("key", None) => Ok(AccessChange::Key(KeyId::new(subject))),
        _ => cells.known("kind", None),
    }
}

/// A time in whole microseconds, as databases count.
#[must_use]
pub fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{read, written};
    use crate::Cells;
    use domain::Version;
    use domain::ids::{KeyId, SessionId, UserId};
    use ports::accounts::AccessChange;
    use uuid::Uuid;

    #[test]
    fn a_change_is_read_as_it_was_written() {
        let (id, cells) = (Uuid::max(), Cells::of("access_changes", &1));
        for change in [
            AccessChange::Session(SessionId::new(id)),
            AccessChange::User(UserId::new(id), Version::parse(7).expect("is a version")),
            AccessChange::Key(KeyId::new(id)),
        ] {
            let (kind, subject, version) = written(change);
            let found = read(&cells, kind, subject, version);
            assert_eq!(found.expect("can be read"), change);
        }
        for (kind, version) in [
            ("session", Some(1)),
            ("user", None),
            ("user", Some(0)),
            ("x", None),
        ] {
            assert!(
                read(&cells, kind, id, version).is_err(),
                "{kind} {version:?}"
            );
        }
    }
}
