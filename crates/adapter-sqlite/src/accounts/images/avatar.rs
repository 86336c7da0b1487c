//! Which photo stands for a person. Written here and nowhere else; each change is a new version of the
//! person.

use super::rows;
use crate::accounts::access;
use crate::schema::users;
use crate::{fault, record};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SqliteConnection};
use domain::ids::{ImageId, UserId};
use ports::accounts::{AccessChange, SetAvatarError};
use ports::{Commit, Fault};
use stored::cells::{self, Cells, micros};

/// Makes a ready photo the avatar, unless it is already.
pub fn choose(
    connection: &mut SqliteConnection,
    user: UserId,
    id: ImageId,
    commit: &Commit,
) -> Result<(), SetAvatarError> {
    rows::ready(connection, user, id)?.ok_or(SetAvatarError::Missing)?;
    if current(connection, user)? == Some(cells::id(id.uuid())) {
        return Ok(());
    }
    set(connection, user, Some(id), commit)?;
    record::store(connection, commit, |id| id == user)?;
    Ok(())
}

/// The id of the person's avatar as it is stored.
pub fn current(connection: &mut SqliteConnection, user: UserId) -> Result<Option<Vec<u8>>, Fault> {
    users::table
        .filter(users::id.eq(cells::id(user.uuid())))
        .select(users::avatar_image_id)
        .first::<Option<Vec<u8>>>(connection)
        .optional()
        .map(Option::flatten)
        .map_err(fault::of("users"))
}

/// Sets or clears the avatar: one version more. Time does not run backwards for a row.
pub fn set(
    connection: &mut SqliteConnection,
    user: UserId,
    avatar: Option<ImageId>,
    commit: &Commit,
) -> Result<(), Fault> {
    let person = || users::table.filter(users::id.eq(cells::id(user.uuid())));
    let touched: Option<i64> = person()
        .select(users::updated_at)
        .first(connection)
        .optional()
        .map_err(fault::of("users"))?;
    let version: i64 = diesel::update(person())
        .set((
            users::avatar_image_id.eq(avatar.map(|id| cells::id(id.uuid()))),
            users::version.eq(users::version + 1),
            users::updated_at.eq(touched.unwrap_or_default().max(micros(commit.at))),
        ))
        .returning(users::version)
        .get_result(connection)
        .map_err(fault::of("users"))?;
    let version = Cells::of("users", &user).version("version", version)?;
    access::note(connection, AccessChange::User(user, version))
}
