//! Keys that machines come with: what each may do, and what is kept of it.

use super::roles::named;
use crate::Digest;
use crate::actors::Principal;
use crate::ids::{KeyId, UserId};
use crate::text::{self, TextError};
use core::fmt;
use jiff::{SignedDuration, Timestamp};

named!(
    /// What a key may do, and nothing else: a key without the scope is refused, and what no scope names no key may.
    Scope {
        /// Look people up, list and search them.
        UsersRead => "users:read",
        /// Enter members, change, suspend, delete and restore them.
        UsersWrite => "users:write",
        /// See anybody's photos.
        ImagesRead => "images:read",
        /// Add and delete photos of members, and choose their avatars.
        ImagesWrite => "images:write",
    }
);

impl Scope {
    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// A set of [`Scope`]s.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Scopes(u32);

/// A text that is no list of scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a list of scopes")]
pub struct ScopesError;

impl Scopes {
    /// Nothing.
    pub const NONE: Self = Self(0);

    /// Whether this is one of them.
    #[must_use]
    pub const fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each, in the order of their declaration.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL
            .iter()
            .copied()
            .filter(move |scope| self.has(*scope))
    }

    /// Reads what [`fmt::Display`] writes: names with single spaces between (RFC 6749, section 3.3).
    ///
    /// # Errors
    /// [`ScopesError`] for any other text.
    pub fn parse(raw: &str) -> Result<Self, ScopesError> {
        let scopes: Option<Self> = raw.split(' ').map(Scope::parse).collect();
        let scopes = scopes.ok_or(ScopesError)?;
        if scopes.to_string() == raw {
            Ok(scopes)
        } else {
            Err(ScopesError)
        }
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, scope) in self.iter().enumerate() {
            if place > 0 {
                formatter.write_str(" ")?;
            }
            formatter.write_str(scope.name())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Scopes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.iter()).finish()
    }
}

/// What people call a key, to tell it from others.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyName(String);

impl KeyName {
    /// At most this many characters.
    pub const MAX_CHARS: usize = 100;

    /// Parses a name of 1 to 100 characters.
    ///
    /// # Errors
    /// [`TextError`] names the rule that the text breaks.
    pub fn parse(raw: &str) -> Result<Self, TextError> {
        text::line(raw, Self::MAX_CHARS).map(Self)
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A key, but for its secret: that is shown once to whoever makes the key, and never stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Names the key, also in the key itself.
    pub id: KeyId,
    /// What people call it.
    pub name: KeyName,
    /// What it may do.
    pub scopes: Scopes,
    /// SHA-256 of its secret of 256 random bits.
    pub secret: Digest,
    /// Who made it.
    pub created_by: Principal,
    /// When.
    pub created_at: Timestamp,
    /// When it was used last, as far as that was noted: see [`ApiKey::NOTED_EVERY`].
    pub last_used_at: Option<Timestamp>,
    /// From when on it is void.
    pub revoked_at: Option<Timestamp>,
}

impl ApiKey {
    /// A use is noted when the last one that was noted is so long ago: 60 s.
    pub const NOTED_EVERY: SignedDuration = SignedDuration::from_secs(60);

    /// Makes a key.
    #[must_use]
    pub const fn issue(
        id: KeyId,
        name: KeyName,
        scopes: Scopes,
        secret: Digest,
        created_by: Principal,
        created_at: Timestamp,
    ) -> Self {
        Self {
            id,
            name,
            scopes,
            secret,
            created_by,
            created_at,
            last_used_at: None,
            revoked_at: None,
        }
    }

    /// Under whom the audit trail keeps what becomes of the key: whoever made it; under its own id when no person did.
    #[must_use]
    pub fn kept_under(&self) -> UserId {
        self.created_by
            .user()
            .unwrap_or_else(|| UserId::new(self.id.uuid()))
    }
}

#[cfg(test)]
mod tests {
    use super::{ApiKey, KeyName, Scope, Scopes, ScopesError};
    use crate::Digest;
    use crate::actors::Principal;
    use crate::ids::{KeyId, UserId};
    use crate::text::TextError;
    use jiff::Timestamp;
    use uuid::Uuid;

    #[test]
    fn a_set_has_what_was_put_in_and_nothing_else() {
        for scope in Scope::ALL {
            let alone: Scopes = [*scope].into_iter().collect();
            for other in Scope::ALL {
                assert_eq!(alone.has(*other), scope == other, "{scope:?} {other:?}");
            }
            assert_eq!(alone.iter().collect::<Vec<_>>(), [*scope]);
        }
        assert!(Scopes::NONE.is_empty());
    }

    #[test]
    fn sets_are_read_as_they_are_written() {
        let some: Scopes = [Scope::ImagesRead, Scope::UsersRead].into_iter().collect();
        assert_eq!(some.to_string(), "users:read images:read");
        assert_eq!(Scopes::parse("users:read images:read"), Ok(some));
        for raw in [
            "",
            "users:all",
            "images:read users:read",
            "users:read users:read",
            "users:read ",
            "users:read  images:read",
        ] {
            assert_eq!(Scopes::parse(raw), Err(ScopesError), "{raw:?}");
        }
        assert_eq!(format!("{some:?}"), "{UsersRead, ImagesRead}");
    }

    #[test]
    fn a_key_has_a_name_of_a_hundred_characters_at_most() {
        assert_eq!(
            KeyName::parse(" payroll ").expect("is one").as_str(),
            "payroll"
        );
        assert_eq!(KeyName::parse(" "), Err(TextError::Empty));
        assert!(KeyName::parse(&"k".repeat(101)).is_err());
    }

    #[test]
    fn the_trail_of_a_key_is_with_its_maker_or_by_itself() {
        let (id, ada) = (KeyId::new(Uuid::max()), UserId::new(Uuid::nil()));
        let name = KeyName::parse("payroll").expect("is one");
        let by = |principal| {
            let secret = Digest::new([7; 32]);
            ApiKey::issue(
                id,
                name.clone(),
                Scopes::NONE,
                secret,
                principal,
                Timestamp::UNIX_EPOCH,
            )
        };
        assert_eq!(by(Principal::User(ada)).kept_under(), ada);
        assert_eq!(by(Principal::System).kept_under().uuid(), Uuid::max());
    }
}
