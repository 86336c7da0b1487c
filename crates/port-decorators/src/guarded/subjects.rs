//! People by the name that others know them by, in a database that may be down.

use super::Guarded;
use async_trait::async_trait;
use domain::Digest;
use domain::accounts::ExternalSubject;
use domain::ids::UserId;
use ports::Fault;
use ports::accounts::SubjectIndex;

#[async_trait]
impl<P: SubjectIndex + ?Sized> SubjectIndex for Guarded<P> {
    async fn find(&self, subject: &ExternalSubject) -> Result<Option<UserId>, Fault> {
        self.read(|subjects| subjects.find(subject)).await
    }

    async fn is_spent(&self, subject: &ExternalSubject, pseudonym: Digest) -> Result<bool, Fault> {
        self.read(|subjects| subjects.is_spent(subject, pseudonym))
            .await
    }
}
