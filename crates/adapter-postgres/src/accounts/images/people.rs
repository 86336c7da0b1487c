//! What a person's row says of their photos, locked: what happens to one person's photos happens in one
//! order.

use crate::fault;
use crate::schema::users;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::accounts::Status;
use domain::ids::UserId;
use ports::Fault;
use stored::Cells;
use uuid::Uuid;

/// The photos of a person as their row has them.
#[derive(diesel::Queryable)]
pub struct Photos {
    next_seq: i64,
    used: i64,
    reserved: i64,
    status: String,
    /// Which of them stands for the person.
    pub avatar: Option<Uuid>,
}

impl Photos {
    /// Whether the person was deleted.
    pub fn is_of_deleted(&self) -> bool {
        self.status == Status::Deleted.name()
    }

    /// The next place in the history.
    pub const fn next_seq(&self) -> i64 {
        self.next_seq
    }

    /// Bytes used and reserved.
    pub fn room(&self, user: UserId) -> Result<u64, Fault> {
        let taken = self.used.saturating_add(self.reserved);
        Cells::of("users", &user).whole("image_bytes_used", taken)
    }
}

/// Locks a person's row until the transaction ends; `None` when there is no such person.
pub async fn lock(
    connection: &mut AsyncPgConnection,
    user: UserId,
) -> Result<Option<Photos>, Fault> {
    users::table
        .find(user.uuid())
        .select((
            users::images_next_seq,
            users::image_bytes_used,
            users::image_bytes_reserved,
            users::status,
            users::avatar_image_id,
        ))
        .for_no_key_update()
        .first(connection)
        .await
        .optional()
        .map_err(fault::of("users"))
}

/// Gives bytes back that were reserved.
pub async fn unreserve(
    connection: &mut AsyncPgConnection,
    user: Uuid,
    bytes: i64,
) -> Result<(), Fault> {
    diesel::update(users::table.find(user))
        .set(users::image_bytes_reserved.eq(users::image_bytes_reserved - bytes))
        .execute(connection)
        .await
        .map(drop)
        .map_err(fault::of("users"))
}
