//! Names of things. Each kind has its own type, so that one cannot stand where another belongs.

use core::fmt;
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps an id that was made by the `Ids` port or read back from where it was stored.
            #[must_use]
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// The id as a plain UUID.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, formatter)
            }
        }
    };
}

id!(
    /// Names a person in the staff directory.
    UserId
);
id!(
    /// Names one photo in a person's history.
    ImageId
);
id!(
    /// Names a place where shifts happen.
    SiteId
);
id!(
    /// Names an invitation to set a password.
    InvitationId
);
id!(
    /// Names a signed-in device.
    SessionId
);
id!(
    /// Names a machine key.
    KeyId
);
id!(
    /// Names a key that signs access tokens (`kid`).
    SigningKeyId
);
id!(
    /// Names the erasure of a person.
    ErasureId
);
id!(
    /// Names one row of the audit trail.
    AuditId
);
