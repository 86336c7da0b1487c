//! Which photo stands for a person. Written here and nowhere else; each change is a new version of the
//! person.

use super::{people, rows};
use crate::accounts::access;
use crate::instants::stamp;
use crate::written::Written;
use crate::{fault, record};
use diesel::sql_types::BigInt;
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::ids::{ImageId, UserId};
use ports::accounts::{AccessChange, SetAvatarError};
use ports::{Commit, Fault};
use stored::Cells;

/// Makes a ready photo the avatar, unless it is already.
pub async fn choose(
    connection: &mut AsyncPgConnection,
    user: UserId,
    id: ImageId,
    commit: &Commit,
) -> Result<(), SetAvatarError> {
    let person = people::lock(connection, user).await?;
    let person = person.ok_or(SetAvatarError::Missing)?;
    let row = rows::ready(connection, user, id).await?;
    row.ok_or(SetAvatarError::Missing)?;
    if person.avatar == Some(id.uuid()) {
        return Ok(());
    }
    set(connection, user, Some(id), commit).await?;
    record::store(connection, commit, |id| id == user).await?;
    Ok(())
}

/// Sets or clears the avatar: one version more. Time does not run backwards for a row.
pub async fn set(
    connection: &mut AsyncPgConnection,
    user: UserId,
    avatar: Option<ImageId>,
    commit: &Commit,
) -> Result<(), Fault> {
    let set = Written::<BigInt>::begin("UPDATE users SET avatar_image_id = ")
        .maybe_id(avatar.map(|id| id.uuid()))
        .sql(", version = version + 1, updated_at = greatest(updated_at, ")
        .instant(stamp(commit.at))
        .sql(") WHERE id = ")
        .id(user.uuid())
        .sql(" RETURNING version");
    let version: i64 = set
        .get_result(connection)
        .await
        .map_err(fault::of("users"))?;
    let version = Cells::of("users", &user).version("version", version)?;
    access::note(connection, &[AccessChange::User(user, version)]).await
}
