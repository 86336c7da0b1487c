//! Replacing a person's row, but for what belongs to their photos.

use super::add::{insert_sites, refusal, search_text};
use super::rows::find;
use crate::accounts::{access, credentials, erasures, sessions};
use crate::schema::{user_sites, users};
use crate::{fault, record};
use diesel::dsl::sql;
use diesel::sql_types::Bool;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, SqliteConnection};
use domain::Version;
use domain::accounts::{Status, User, UserCursor};
use ports::accounts::{AccessChange, Refusal, SaveUserError};
use ports::{Commit, Fault};
use stored::cells::{self, micros};

/// Replaces a row that is still at version `seen`.
pub fn save(
    connection: &mut SqliteConnection,
    user: &User,
    seen: Version,
    commit: &Commit,
) -> Result<(), SaveUserError> {
    let old = find(connection, user.id)?.ok_or(SaveUserError::Missing)?;
    if old.version != seen {
        return Err(SaveUserError::Outdated(old.version));
    }
    let returns = old.status == Status::Deleted && user.status != Status::Deleted;
    if returns && erasures::of_user(connection, user.id)?.is_some() {
        return Err(SaveUserError::Erased);
    }
    if old.is_active_admin() && !user.is_active_admin() && !has_other_admin(connection, user)? {
        return Err(SaveUserError::LastAdmin);
    }
    match update(connection, user)? {
        Some(Refusal::EmailTaken) => {
            return Err(SaveUserError::EmailTaken(user.profile.email.clone()));
        }
        Some(Refusal::SubjectTaken) => return Err(SaveUserError::SubjectTaken),
        None => {}
    }
    if old.profile.site_ids != user.profile.site_ids {
        let sites = user_sites::table.filter(user_sites::user_id.eq(cells::id(user.id.uuid())));
        diesel::delete(sites)
            .execute(connection)
            .map_err(fault::of("user_sites"))?;
        insert_sites(connection, user)?;
    }
    if user.voids_invitations(&old) {
        credentials::void(connection, Some(user.id), commit.at)?;
    }
    if user.status != Status::Active {
        sessions::end_all(connection, user.id, None)?;
    }
    let change = AccessChange::User(user.id, user.version);
    access::note(connection, change)?;
    record::store(connection, commit, |id| id == user.id)?;
    Ok(())
}

fn has_other_admin(connection: &mut SqliteConnection, user: &User) -> Result<bool, Fault> {
    let others = users::table
        // Literal text, as it stands in the partial index `users_active_admins`.
        .filter(sql::<Bool>("role = 'admin' AND status = 'active'"))
        .filter(users::id.ne(cells::id(user.id.uuid())));
    diesel::select(diesel::dsl::exists(others.select(users::row_id)))
        .get_result(connection)
        .map_err(fault::of("users"))
}

fn update(connection: &mut SqliteConnection, user: &User) -> Result<Option<Refusal>, Fault> {
    let profile = &user.profile;
    let place = UserCursor::of(user);
    let outcome = diesel::update(users::table.filter(users::id.eq(cells::id(user.id.uuid()))))
        .set((
            (
                users::given_name.eq(profile.given_name.reveal()),
                users::family_name.eq(profile.family_name.reveal()),
                users::email.eq(profile.email.reveal()),
                users::phone.eq(profile.phone.as_ref().map(|phone| phone.reveal())),
                users::address.eq(profile.address.as_ref().map(|address| address.reveal())),
                users::external_subject.eq(profile
                    .external_subject
                    .as_ref()
                    .map(|subject| subject.reveal())),
                users::role.eq(profile.role.name()),
            ),
            (
                users::status.eq(user.status.name()),
                users::updated_at.eq(micros(user.updated_at)),
                users::version.eq(i64::from(user.version.number())),
                users::email_key.eq(profile.email.key()),
                users::family_key.eq(place.family.reveal()),
                users::given_key.eq(place.given.reveal()),
                users::search_text.eq(search_text(user)),
            ),
        ))
        .execute(connection);
    match outcome {
        Ok(_) => Ok(None),
        Err(error) => refusal(connection, user, error).map(Some),
    }
}
