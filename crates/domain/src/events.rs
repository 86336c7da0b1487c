//! What one context tells the others, by way of the outbox: ids and versions, never personal data.

use crate::Version;
use crate::ids::UserId;
use uuid::Uuid;

/// Something that happened and that somebody else must act on, at least once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// Whom it is about.
    pub user: UserId,
    /// The thing it is about when that is not the person.
    pub object: Option<Uuid>,
    /// The version of the person's row after it, where the writer knows it.
    pub version: Option<Version>,
}

impl Event {
    /// Something that happened to a person's row.
    #[must_use]
    pub const fn user(kind: EventKind, user: UserId, version: Version) -> Self {
        Self {
            kind,
            user,
            object: None,
            version: Some(version),
        }
    }

    /// Something that happened to a thing of a person's.
    #[must_use]
    pub const fn object(kind: EventKind, user: UserId, object: Uuid) -> Self {
        Self {
            kind,
            user,
            object: Some(object),
            version: None,
        }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident => $name:literal,)+) => {
        /// What can happen.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum EventKind { $($(#[$doc])* $variant,)+ }

        impl EventKind {
            /// Every kind, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable name under which the event is stored.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// Reads a stored name back; `None` for a name that no kind has.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.name() == name)
            }
        }
    };
}

kinds! {
    /// A person was entered in the directory.
    UserRegistered => "user.registered",
    /// A person's row changed in some other way than below.
    UserChanged => "user.changed",
    /// A person was deleted.
    UserDeleted => "user.deleted",
    /// A deleted person is back.
    UserRestored => "user.restored",
    /// A person was suspended.
    UserSuspended => "user.suspended",
    /// A suspended person is active again.
    UserActivated => "user.activated",
    /// A person was erased, whatever they were before. Whoever keeps something of theirs answers as well through
    /// the `PersonalData` port.
    UserErased => "user.erased",
    /// A photo is ready to be seen.
    ImageAdded => "image.added",
    /// A photo is unreadable and its objects have to go. Emitted by the repository, one for each photo.
    ImageDeleted => "image.deleted",
}

#[cfg(test)]
mod tests {
    use super::EventKind;

    #[test]
    fn every_kind_is_read_back_from_its_name() {
        for kind in EventKind::ALL {
            assert_eq!(EventKind::parse(kind.name()), Some(*kind));
        }
        assert_eq!(EventKind::parse("user.vanished"), None);
    }
}
