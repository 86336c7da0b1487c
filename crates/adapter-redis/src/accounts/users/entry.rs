//! How an entry is named and written: `L<lease>`, `A`, or `P<version>:<person>`, so that a script can
//! compare versions without reading the person.

use domain::accounts::User;
use domain::ids::UserId;
use ports::Fault;
use ports::accounts::{Cached, FillLease};
use std::sync::Arc;
use stored::StoredUser;

use crate::fault::BACKEND;

/// Another shape of entries gets another number here: then neither version of us reads the other's.
const NAMES: &str = "muster:users:1";
/// That there is no such person.
pub const ABSENT: &str = "A";

/// The key of a person's entry.
pub fn key(id: UserId) -> String {
    format!("{NAMES}:{id}")
}

/// Where writes are told. Channels are the same in all databases of a Redis, so the name tells them apart.
pub fn channel(db: i64) -> String {
    format!("{NAMES}:news:{db}")
}

/// An entry that somebody is about to fill.
pub fn leased(lease: FillLease) -> String {
    format!("L{}", lease.0)
}

/// An entry that holds a person.
pub fn person(user: &User) -> Result<String, Fault> {
    let text = serde_json::to_string(&StoredUser::from(user));
    let text = text.map_err(|error| Fault::broken(BACKEND, "the entry of a person", error))?;
    Ok(format!("P{}:{text}", user.version.number()))
}

/// Reads a person's entry; `None` when it is not one that this version of us writes.
pub fn read(id: UserId, entry: &[u8]) -> Option<Cached> {
    match entry.split_first()? {
        (b'A', []) => Some(Cached::Absent),
        (b'L', lease) => lease
            .iter()
            .all(u8::is_ascii_digit)
            .then_some(Cached::Miss(None)),
        (b'P', rest) => {
            let colon = rest.iter().position(|byte| *byte == b':')?;
            let (version, text) = rest.split_at_checked(colon)?;
            let stored: StoredUser = serde_json::from_slice(text.get(1..)?).ok()?;
            let user = stored.user().ok()?;
            let fits = user.id == id && user.version.number().to_string().as_bytes() == version;
            fits.then(|| Cached::Hit(Arc::new(user)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{ABSENT, leased, person, read};
    use ports::accounts::{Cached, FillLease};
    use std::sync::Arc;
    use testkit::builders::a_user;

    #[test]
    fn what_is_written_is_read_back() {
        let ada = a_user().build();
        let entry = person(&ada).expect("can be written");
        assert!(entry.starts_with("P1:{"), "{entry}");
        assert_eq!(
            read(ada.id, entry.as_bytes()),
            Some(Cached::Hit(Arc::new(ada.clone())))
        );
        assert_eq!(read(ada.id, ABSENT.as_bytes()), Some(Cached::Absent));
        let lease = leased(FillLease(u64::MAX));
        assert_eq!(read(ada.id, lease.as_bytes()), Some(Cached::Miss(None)));
    }

    #[test]
    fn what_another_version_wrote_is_not_read() {
        let (ada, bob) = (a_user().build(), a_user().build());
        let of_bob = person(&bob).expect("can be written");
        let wrong_version = of_bob.replacen("P1:", "P2:", 1);
        assert_eq!(read(ada.id, of_bob.as_bytes()), None);
        assert_eq!(read(bob.id, wrong_version.as_bytes()), None);
        for entry in [
            "", "Ab", "Lease", "P", "P1", "P1:", "P1:{}", "P:{}", "Q1:{}", "{}",
        ] {
            assert_eq!(read(ada.id, entry.as_bytes()), None, "{entry}");
        }
    }
}
