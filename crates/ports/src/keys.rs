//! The installation's own secrets: made at the first start, kept in the database, the same for every process. The keys
//! that sign access tokens take turns and are kept in `signing_keys`.

use crate::Fault;
use async_trait::async_trait;
use domain::Pii;
use jiff::Timestamp;
use uuid::Uuid;

/// What a secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyPurpose {
    /// Sealing page tokens: 32 bytes.
    Pages,
    /// Signing refresh tokens: 32 bytes.
    Sessions,
}

impl KeyPurpose {
    /// Every purpose.
    pub const ALL: [Self; 2] = [Self::Pages, Self::Sessions];

    /// The name under which secrets for this purpose are stored.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pages => "pages",
            Self::Sessions => "sessions",
        }
    }
}

/// A secret of the installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstallationKey {
    /// Names the secret; public.
    pub id: Uuid,
    /// What it is for.
    pub purpose: KeyPurpose,
    /// The secret itself, 32 bytes. `Pii` keeps it out of every log.
    pub secret: Pii<[u8; 32]>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Keeps the installation's secrets.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// Answers the newest secret for the candidate's purpose; keeps the candidate when there is none.
    /// Of two processes that start at once, both get the same one.
    ///
    /// # Errors
    /// [`Fault`] when secrets cannot be read or written.
    async fn keep(&self, candidate: InstallationKey) -> Result<InstallationKey, Fault>;
}
