//! Who did it, as text: `user:<uuid>`, `key:<uuid>`, `system`, `anonymous`.

use domain::actors::Principal;
use domain::ids::{KeyId, UserId};
use uuid::Uuid;

/// The text under which a principal is stored.
pub fn written(principal: Principal) -> String {
    match principal {
        Principal::User(id) => format!("user:{id}"),
        Principal::Key(id) => format!("key:{id}"),
        Principal::System => "system".to_owned(),
        Principal::Anonymous => "anonymous".to_owned(),
    }
}

/// Reads a principal back; `None` for a text that [`written`] never gives.
pub fn read(text: &str) -> Option<Principal> {
    match text.split_once(':') {
        Some(("user", id)) => Uuid::try_parse(id)
            .ok()
            .map(|id| Principal::User(UserId::new(id))),
        Some(("key", id)) => Uuid::try_parse(id)
            .ok()
            .map(|id| Principal::Key(KeyId::new(id))),
        None if text == "system" => Some(Principal::System),
        None if text == "anonymous" => Some(Principal::Anonymous),
        Some(_) | None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{read, written};
    use domain::actors::Principal;
    use domain::ids::{KeyId, UserId};
    use uuid::Uuid;

    #[test]
    fn every_principal_is_read_back() {
        let (user, key) = (UserId::new(Uuid::max()), KeyId::new(Uuid::nil()));
        for principal in [
            Principal::User(user),
            Principal::Key(key),
            Principal::System,
            Principal::Anonymous,
        ] {
            assert_eq!(read(&written(principal)), Some(principal));
        }
        for text in [
            "",
            "root",
            "user:",
            "user:ada",
            "robot:00000000-0000-0000-0000-000000000000",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
