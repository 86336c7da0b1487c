//! How a session's row is read, from both databases alike.

use crate::Cells;
use domain::accounts::{Client, Session};
use domain::ids::{SessionId, UserId};
use ports::Fault;
use uuid::Uuid;

/// The cells of a row; instants in microseconds since 1970.
#[derive(Debug)]
pub struct StoredSession {
    /// `id`
    pub id: Uuid,
    /// `user_id`
    pub user: Uuid,
    /// `client`
    pub client: Option<String>,
    /// `generation`
    pub generation: i64,
    /// `started_at`
    pub started_at: i64,
    /// `rotated_at`
    pub rotated_at: i64,
}

impl TryFrom<StoredSession> for Session {
    type Error = Fault;

    fn try_from(row: StoredSession) -> Result<Self, Fault> {
        let cells = Cells::of("sessions", &row.id);
        let client = row.client.map(|client| {
            let read = Client::read(&client).filter(|read| read.reveal() == client);
            cells.known("client", read)
        });
        Ok(Self {
            id: SessionId::new(row.id),
            user: UserId::new(row.user),
            client: client.transpose()?,
            generation: cells.whole("generation", row.generation)?,
            started_at: cells.instant("started_at", row.started_at)?,
            rotated_at: cells.instant("rotated_at", row.rotated_at)?,
        })
    }
}
