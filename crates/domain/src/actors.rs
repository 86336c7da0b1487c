//! Who did it: the answer that every stored change carries.

use crate::ids::{KeyId, UserId};

/// Who caused a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Principal {
    /// A signed-in person.
    User(UserId),
    /// A machine with a key.
    Key(KeyId),
    /// Muster itself: a job, or a command at the console.
    System,
    /// Nobody that was recognised: signing in, redeeming an invitation.
    Anonymous,
}

impl Principal {
    /// The person, when it is one.
    #[must_use]
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(id),
            Self::Key(_) | Self::System | Self::Anonymous => None,
        }
    }
}
