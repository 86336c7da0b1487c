//! Replacing a person's row, but for what belongs to their photos.

use super::add::{insert_sites, search_text};
use super::rows::{find, locked};
use crate::accounts::{access, credentials, erasures, sessions};
use crate::instants::stamp;
use crate::schema::user_sites;
use crate::written::Written;
use crate::{fault, record};
use diesel::sql_types::{Bool, Uuid as SqlUuid};
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::Version;
use domain::accounts::{Status, User, UserCursor};
use ports::accounts::{AccessChange, SaveUserError};
use ports::{Commit, Fault};
use uuid::Uuid;

/// Replaces a row that is still at version `seen`.
pub async fn save(
    connection: &mut AsyncPgConnection,
    user: &User,
    seen: Version,
    commit: &Commit,
) -> Result<(), SaveUserError> {
    let admins = admins_if_one_goes(connection, user).await?;
    let old = locked(connection, user.id).await?;
    let old = old.ok_or(SaveUserError::Missing)?;
    if old.version != seen {
        return Err(SaveUserError::Outdated(old.version));
    }
    let returns = old.status == Status::Deleted && user.status != Status::Deleted;
    if returns && erasures::of_user(connection, user.id).await?.is_some() {
        return Err(SaveUserError::Erased);
    }
    let goes = old.is_active_admin() && !user.is_active_admin();
    if goes && !admins.iter().any(|admin| *admin != user.id.uuid()) {
        return Err(SaveUserError::LastAdmin);
    }
    refuse_taken(connection, user).await?;
    update(connection, user).await?;
    if old.profile.site_ids != user.profile.site_ids {
        let sites = user_sites::table.filter(user_sites::user_id.eq(user.id.uuid()));
        diesel::delete(sites)
            .execute(connection)
            .await
            .map_err(fault::of("user_sites"))?;
        insert_sites(connection, std::iter::once(user)).await?;
    }
    if user.voids_invitations(&old) {
        credentials::void(connection, Some(user.id), commit.at).await?;
    }
    if user.status != Status::Active {
        sessions::end_all(connection, user.id, None).await?;
    }
    let change = AccessChange::User(user.id, user.version);
    access::note(connection, &[change]).await?;
    record::store(connection, commit, |id| id == user.id).await?;
    Ok(())
}

/// Everybody who can administer, locked in the order of their ids, when this change may take one of
/// them away: two who go at once must not both see the other stay.
async fn admins_if_one_goes(
    connection: &mut AsyncPgConnection,
    user: &User,
) -> Result<Vec<Uuid>, Fault> {
    let old = find(connection, user.id).await?;
    let goes = old.is_some_and(|old| old.is_active_admin()) && !user.is_active_admin();
    if !goes {
        return Ok(Vec::new());
    }
    Written::<SqlUuid>::begin(
        "SELECT id FROM users WHERE role = 'admin' AND status = 'active' ORDER BY id FOR NO KEY UPDATE",
    )
    .load(connection)
    .await
    .map_err(fault::of("users"))
}

/// Looks before the change: a statement that runs into an index ends the transaction. Whoever runs into
/// both is told of the email.
async fn refuse_taken(
    connection: &mut AsyncPgConnection,
    user: &User,
) -> Result<(), SaveUserError> {
    if user.status == Status::Deleted {
        return Ok(());
    }
    let email = Written::<Bool>::begin(
        "SELECT EXISTS (SELECT FROM users WHERE status <> 'deleted' AND email_key = ",
    )
    .text(user.profile.email.key())
    .sql(" AND id <> ")
    .id(user.id.uuid())
    .sql(")");
    if asked(connection, email).await? {
        return Err(SaveUserError::EmailTaken(user.profile.email.clone()));
    }
    let Some(subject) = &user.profile.external_subject else {
        return Ok(());
    };
    let subject = Written::<Bool>::begin(
        "SELECT EXISTS (SELECT FROM users WHERE status <> 'deleted' AND external_subject = ",
    )
    .text(subject.reveal())
    .sql(" AND id <> ")
    .id(user.id.uuid())
    .sql(")");
    match asked(connection, subject).await? {
        true => Err(SaveUserError::SubjectTaken),
        false => Ok(()),
    }
}

async fn asked(connection: &mut AsyncPgConnection, query: Written<Bool>) -> Result<bool, Fault> {
    let answer = query.get_result(connection).await;
    answer.map_err(fault::of("users"))
}

async fn update(connection: &mut AsyncPgConnection, user: &User) -> Result<(), SaveUserError> {
    let profile = &user.profile;
    let place = UserCursor::of(user);
    let maybe = |text: Option<&str>| text.map(ToOwned::to_owned);
    let update = Written::<()>::begin("UPDATE users SET given_name = ")
        .text(profile.given_name.reveal())
        .sql(", family_name = ")
        .text(profile.family_name.reveal())
        .sql(", email = ")
        .text(profile.email.reveal())
        .sql(", phone = ")
        .maybe_text(maybe(profile.phone.as_ref().map(|phone| phone.reveal())))
        .sql(", address = ")
        .maybe_text(maybe(
            profile.address.as_ref().map(|address| address.reveal()),
        ))
        .sql(", external_subject = ")
        .maybe_text(maybe(
            profile
                .external_subject
                .as_ref()
                .map(|subject| subject.reveal()),
        ))
        .sql(", role = ")
        .text(profile.role.name())
        .sql(", status = ")
        .text(user.status.name())
        .sql(", updated_at = ")
        .instant(stamp(user.updated_at))
        .sql(", version = ")
        .long(i64::from(user.version.number()))
        .sql(", email_key = ")
        .text(profile.email.key())
        .sql(", family_key = ")
        .text(place.family.reveal())
        .sql(", given_key = ")
        .text(place.given.reveal())
        .sql(", search_text = ")
        .text(search_text(user))
        .sql(" WHERE id = ")
        .id(user.id.uuid());
    match update.execute(connection).await {
        Ok(_) => Ok(()),
        Err(error) => Err(match fault::violated(&error) {
            Some(fault::EMAIL_TAKEN) => SaveUserError::EmailTaken(profile.email.clone()),
            Some(fault::SUBJECT_TAKEN) => SaveUserError::SubjectTaken,
            Some(_) | None => fault::of("users")(error).into(),
        }),
    }
}
