//! Signed-in devices, in a database that may be down.

use super::Guarded;
use async_trait::async_trait;
use domain::accounts::Session;
use domain::ids::{SessionId, UserId};
use jiff::Timestamp;
use ports::accounts::{Devices, OpenSessionError, PasswordHash, RotateError, SessionRepository};
use ports::{Commit, Fault};

#[async_trait]
impl<P: SessionRepository + ?Sized> SessionRepository for Guarded<P> {
    async fn open(
        &self,
        session: &Session,
        checked: &PasswordHash,
        commit: &Commit,
    ) -> Result<(), OpenSessionError> {
        self.write(|sessions| sessions.open(session, checked, commit))
            .await
    }

    async fn rotate(
        &self,
        id: SessionId,
        generation: u32,
        commit: &Commit,
    ) -> Result<Session, RotateError> {
        self.write(|sessions| sessions.rotate(id, generation, commit))
            .await
    }

    async fn find(&self, id: SessionId) -> Result<Option<Session>, Fault> {
        self.read(|sessions| sessions.find(id)).await
    }

    async fn of_user(&self, user: UserId, at: Timestamp) -> Result<Vec<Session>, Fault> {
        self.read(|sessions| sessions.of_user(user, at)).await
    }

    async fn end(
        &self,
        user: UserId,
        devices: Devices,
        commit: &Commit,
    ) -> Result<Vec<SessionId>, Fault> {
        self.write(|sessions| sessions.end(user, devices, commit))
            .await
    }

    async fn forget_expired(&self, at: Timestamp) -> Result<u64, Fault> {
        self.repeatable(|sessions| sessions.forget_expired(at))
            .await
    }
}
