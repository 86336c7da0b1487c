//! What is counted together, under a name that says nothing of a person.

use crate::Digest;
use core::fmt;
use uuid::Uuid;

/// What kind of thing a bucket counts: `user`, `ip`, `login:account`. Part of the names under which
/// buckets are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope(&'static str);

impl Scope {
    /// The longest name, in bytes.
    pub const MAX_BYTES: usize = 32;

    /// Names a kind: 1 to 32 of `a` to `z`, `0` to `9`, `-` and `:`.
    ///
    /// # Panics
    /// With any other name. Scopes are constants, so that the compiler says it.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        assert!(is_plain(name.as_bytes()), "a scope is 1 to 32 of a-z0-9:-");
        Self(name)
    }

    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0
    }
}

const fn is_plain(name: &[u8]) -> bool {
    let mut rest = name;
    while let [first, others @ ..] = rest {
        if !matches!(first, b'a'..=b'z' | b'0'..=b'9' | b'-' | b':') {
            return false;
        }
        rest = others;
    }
    !name.is_empty() && name.len() <= Scope::MAX_BYTES
}

/// One thing of a kind: what is asked of it is counted together.
///
/// There is no bucket with personal data in clear, since there is no way to make one: a thing is named by
/// its id or by a digest. Whoever names it by what can be guessed, an address of the network or an email,
/// must take a *keyed* digest (an HMAC with a secret of the installation), or whoever reads the names
/// guesses them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bucket {
    scope: Scope,
    name: Name,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Name {
    Id(Uuid),
    Digest(Digest),
}

impl Bucket {
    /// The bucket of what has an id: a person, a key.
    #[must_use]
    pub const fn of(scope: Scope, id: Uuid) -> Self {
        Self {
            scope,
            name: Name::Id(id),
        }
    }

    /// The bucket of what has none: a source of requests, an account that may not exist.
    #[must_use]
    pub const fn hashed(scope: Scope, digest: Digest) -> Self {
        Self {
            scope,
            name: Name::Digest(digest),
        }
    }
}

/// The name under which it is kept.
impl fmt::Display for Bucket {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scope = self.scope.name();
        match &self.name {
            Name::Id(id) => write!(formatter, "{scope}:{id}"),
            Name::Digest(digest) => write!(formatter, "{scope}:{digest}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bucket, Scope, is_plain};
    use crate::Digest;
    use uuid::Uuid;

    const LOGIN: Scope = Scope::new("login:account");

    #[test]
    fn a_bucket_is_named_by_its_kind_and_an_id_or_a_digest() {
        let person = Bucket::of(Scope::new("user"), Uuid::from_u128(0xada));
        assert_eq!(
            person.to_string(),
            "user:00000000-0000-0000-0000-000000000ada"
        );
        let account = Bucket::hashed(LOGIN, Digest::new([0xab; 32]));
        assert_eq!(
            account.to_string(),
            format!("login:account:{}", "ab".repeat(32))
        );
    }

    #[test]
    fn kinds_do_not_meet() {
        let id = Uuid::from_u128(1);
        let (one, other) = (Scope::new("user"), Scope::new("key"));
        assert_ne!(Bucket::of(one, id), Bucket::of(other, id));
    }

    #[test]
    fn a_scope_is_plain_and_short() {
        for plain in ["a", "user", "login:account", "v1-0", &"a".repeat(32)] {
            assert!(is_plain(plain.as_bytes()), "{plain}");
        }
        for other in [
            "",
            "User",
            "a b",
            "ada@example.org",
            "é",
            "{a}",
            &"a".repeat(33),
        ] {
            assert!(!is_plain(other.as_bytes()), "{other}");
        }
    }
}
