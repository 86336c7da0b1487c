//! Who is meant by a name that others gave.

use crate::Fault;
use async_trait::async_trait;
use domain::Digest;
use domain::accounts::ExternalSubject;
use domain::ids::UserId;

/// Finds people by the name that an outside issuer or a gateway knows them by. Every adapter passes
/// `testkit::subject_index_contract!`.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait SubjectIndex: Send + Sync {
    /// The person who has this subject and is not deleted. The name is compared byte by byte.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be read.
    async fn find(&self, subject: &ExternalSubject) -> Result<Option<UserId>, Fault>;

    /// Whether somebody had this subject who is deleted, or is erased and had it under this pseudonym. It says nothing of
    /// whoever has it now.
    ///
    /// # Errors
    /// [`Fault`] when rows cannot be read.
    async fn is_spent(&self, subject: &ExternalSubject, pseudonym: Digest) -> Result<bool, Fault>;
}
