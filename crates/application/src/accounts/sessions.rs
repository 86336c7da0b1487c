//! A person's signed-in devices: one more, the next token of one, which there are, and signing them out.

mod end;
mod list;
mod open;
mod refresh;

#[cfg(test)]
pub(crate) mod fixtures;

pub use end::{EndSessions, EndSessionsError};
pub use list::{ListSessions, ListSessionsError, ListedSession};
pub use open::{OpenSession, SignedIn};
pub use refresh::{Refresh, RefreshError};
