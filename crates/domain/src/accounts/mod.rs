//! People: the staff directory, their photos, and how they come by a password.

pub mod api_keys;
pub mod contact;
pub mod directory;
pub mod email;
mod erased;
pub mod images;
pub mod invitations;
pub mod lockout;
pub mod names;
pub mod passwords;
pub mod reach;
pub mod roles;
pub mod sessions;
pub mod taken_at;
pub mod users;

pub use api_keys::{ApiKey, KeyName, Scope, Scopes};
pub use contact::{Address, ExternalSubject, Phone};
pub use directory::{SearchTerm, UserCursor, UserFilter};
pub use email::Email;
pub use lockout::{Lockout, LockoutTerms, Outcome};
pub use names::{DisplayName, FamilyName, GivenName};
pub use reach::Reach;
pub use roles::{Role, Status};
pub use sessions::{Client, Session};
pub use users::{Card, NewUser, Profile, User, UserPatch};
