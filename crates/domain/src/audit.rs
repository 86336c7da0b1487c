//! What the audit trail says of a change: ids, the operation and the names of changed fields.
//!
//! Values are kept only for fields that say nothing personal, so that erasing a person leaves the
//! trail whole.

use crate::ids::UserId;
use uuid::Uuid;

/// One thing that was done to one person's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// What was done.
    pub action: Action,
    /// Whose data it was done to.
    pub user: UserId,
    /// The thing it was done to when that is not the person: an image, an invitation.
    pub object: Option<Uuid>,
    /// Which fields changed.
    pub changes: Vec<Change>,
}

impl Audit {
    /// An entry about the person as a whole.
    #[must_use]
    pub const fn of(action: Action, user: UserId) -> Self {
        Self {
            action,
            user,
            object: None,
            changes: Vec::new(),
        }
    }

    /// The same entry, about one thing of the person's.
    #[must_use]
    pub const fn about(mut self, object: Uuid) -> Self {
        self.object = Some(object);
        self
    }

    /// The same entry with the fields that changed.
    #[must_use]
    pub fn with(mut self, changes: Vec<Change>) -> Self {
        self.changes = changes;
        self
    }
}

/// A field that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The field's name as callers know it.
    pub field: String,
    /// Its values, for a field that says nothing personal.
    pub values: Option<Values>,
}

/// The values of a field before and after a change; `None` where there was or is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Values {
    /// Before.
    pub before: Option<String>,
    /// After.
    pub after: Option<String>,
}

impl Change {
    /// A field whose values are nobody else's business.
    #[must_use]
    pub fn personal(field: &str) -> Self {
        Self {
            field: field.to_owned(),
            values: None,
        }
    }

    /// A field whose values may be kept for good.
    #[must_use]
    pub fn plain(field: &str, before: Option<String>, after: Option<String>) -> Self {
        Self {
            field: field.to_owned(),
            values: Some(Values { before, after }),
        }
    }
}

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident => $name:literal,)+) => {
        /// What can be done to a person's data.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action { $($(#[$doc])* $variant,)+ }

        impl Action {
            /// Every action, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable name under which the action is stored and shown.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// Reads a stored name back; `None` for a name that no action has.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|action| action.name() == name)
            }
        }
    };
}

actions! {
    /// The person was entered in the directory.
    UserRegistered => "user.registered",
    /// Fields of the person changed.
    UserChanged => "user.changed",
    /// The person was taken out of the directory; the row stays.
    UserDeleted => "user.deleted",
    /// A deleted person is back.
    UserRestored => "user.restored",
    /// The person may not sign in for now.
    UserSuspended => "user.suspended",
    /// A suspended person may sign in again.
    UserActivated => "user.activated",
    /// The person was erased: the row says nothing of them any more.
    UserErased => "user.erased",
    /// Somebody was invited to set a password.
    InvitationIssued => "invitation.issued",
    /// A password was set with an invitation.
    PasswordSet => "password.set",
    /// The person changed their password, knowing the old one.
    PasswordChanged => "password.changed",
    /// The person signed in with a device.
    SessionStarted => "session.started",
    /// A device was signed out.
    SessionEnded => "session.ended",
    /// All devices were signed out, or all but the one in hand.
    SessionsEnded => "sessions.ended",
    /// A refresh token came that had been replaced: two had it, so its device was signed out.
    SessionReused => "session.reused",
    /// A machine key was made.
    KeyCreated => "key.created",
    /// A machine key was revoked.
    KeyRevoked => "key.revoked",
    /// A photo was added to the history.
    ImageAdded => "image.added",
    /// A photo was deleted.
    ImageDeleted => "image.deleted",
    /// All photos were deleted.
    ImagesDeleted => "images.deleted",
    /// Another photo was chosen as the avatar.
    AvatarChosen => "avatar.chosen",
}

#[cfg(test)]
mod tests {
    use super::Action;

    #[test]
    fn every_action_is_read_back_from_its_name() {
        for action in Action::ALL {
            assert_eq!(Action::parse(action.name()), Some(*action));
        }
        assert_eq!(Action::parse("user.vanished"), None);
    }
}
