//! Entering people, one or many, under the unique indexes of emails and external subjects.

use super::rows::living;
use crate::schema::{user_sites, users};
use crate::{fault, idempotency, record};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, SqliteConnection};
use domain::accounts::directory::haystacks;
use domain::accounts::{User, UserCursor};
use domain::ids::UserId;
use ports::accounts::{AddUserError, AddUsersError, Added, BatchMode, Refusal};
use ports::{Commit, Committed, Fault};
use std::collections::HashSet;
use stored::cells::{self, micros};
use stored::{StoredUser, StoredVerdict};

/// Enters a person, or answers how they were entered before under the same key.
pub fn one(
    connection: &mut SqliteConnection,
    user: &User,
    commit: &Commit,
) -> Result<Committed<User>, AddUserError> {
    if let Some(then) = idempotency::take::<StoredUser, AddUserError>(connection, commit)? {
        return Ok(Committed::Replayed(then.user()?));
    }
    match insert(connection, user)? {
        Some(Refusal::EmailTaken) => {
            return Err(AddUserError::EmailTaken(user.profile.email.clone()));
        }
        Some(Refusal::SubjectTaken) => return Err(AddUserError::SubjectTaken),
        None => {}
    }
    record::store(connection, commit, |id| id == user.id)?;
    idempotency::keep(connection, commit, &StoredUser::from(user), &[user.id])?;
    Ok(Committed::Fresh(user.clone()))
}

/// Enters a batch with a verdict for each row, as if one were entered after the other.
pub fn all(
    connection: &mut SqliteConnection,
    users: &[User],
    mode: BatchMode,
    commit: &Commit,
) -> Result<Committed<Vec<Added>>, AddUsersError> {
    if let Some(then) = idempotency::take::<Vec<StoredVerdict>, AddUsersError>(connection, commit)?
    {
        let then = then
            .into_iter()
            .map(StoredVerdict::added)
            .collect::<Result<_, _>>()?;
        return Ok(Committed::Replayed(then));
    }
    let mut verdicts = Vec::with_capacity(users.len());
    for user in users {
        let refusal = insert(connection, user)?;
        verdicts.push(refusal.map_or(Added::Applied(user.id), Added::Refused));
    }
    let refused = refusals(&verdicts);
    if mode == BatchMode::Atomic && !refused.is_empty() {
        return Err(AddUsersError::Refused(refused));
    }
    let applied = applied(&verdicts);
    let touched: HashSet<UserId> = applied.iter().copied().collect();
    record::store(connection, commit, |id| touched.contains(&id))?;
    let answers: Vec<StoredVerdict> = verdicts.iter().map(StoredVerdict::from).collect();
    idempotency::keep(connection, commit, &answers, &applied)?;
    Ok(Committed::Fresh(verdicts))
}

fn refusals(verdicts: &[Added]) -> Vec<(usize, Refusal)> {
    let refused = verdicts
        .iter()
        .enumerate()
        .filter_map(|(place, verdict)| match verdict {
            Added::Refused(refusal) => Some((place, *refusal)),
            Added::Applied(_) => None,
        });
    refused.collect()
}

fn applied(verdicts: &[Added]) -> Vec<UserId> {
    let applied = verdicts.iter().filter_map(|verdict| match verdict {
        Added::Applied(id) => Some(*id),
        Added::Refused(_) => None,
    });
    applied.collect()
}

/// Stores a person's row; answers what it ran into. A refused statement leaves the transaction intact.
pub fn insert(connection: &mut SqliteConnection, user: &User) -> Result<Option<Refusal>, Fault> {
    let profile = &user.profile;
    let place = UserCursor::of(user);
    let outcome = diesel::insert_into(users::table)
        .values((
            (
                users::id.eq(cells::id(user.id.uuid())),
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
                users::created_at.eq(micros(user.created_at)),
                users::updated_at.eq(micros(user.updated_at)),
                users::version.eq(i64::from(user.version.number())),
                users::email_key.eq(profile.email.key()),
                users::family_key.eq(place.family.reveal()),
                users::given_key.eq(place.given.reveal()),
                users::search_text.eq(search_text(user)),
            ),
        ))
        .execute(connection);
    if let Err(error) = outcome {
        return refusal(connection, user, error).map(Some);
    }
    insert_sites(connection, user)?;
    Ok(None)
}

/// Stores where a person works.
pub fn insert_sites(connection: &mut SqliteConnection, user: &User) -> Result<(), Fault> {
    for site in &user.profile.site_ids {
        diesel::insert_into(user_sites::table)
            .values((
                user_sites::user_id.eq(cells::id(user.id.uuid())),
                user_sites::site_id.eq(cells::id(site.uuid())),
            ))
            .execute(connection)
            .map_err(fault::of("user_sites"))?;
    }
    Ok(())
}

/// What a person's row ran into. Whoever runs into both indexes is told of the email, whichever of
/// them SQLite looked at first.
pub fn refusal(
    connection: &mut SqliteConnection,
    user: &User,
    error: diesel::result::Error,
) -> Result<Refusal, Fault> {
    match fault::violated(&error) {
        Some(fault::EMAIL_TAKEN) => Ok(Refusal::EmailTaken),
        Some(fault::SUBJECT_TAKEN) if is_email_taken(connection, user)? => Ok(Refusal::EmailTaken),
        Some(fault::SUBJECT_TAKEN) => Ok(Refusal::SubjectTaken),
        Some(_) | None => Err(fault::of("users")(error)),
    }
}

fn is_email_taken(connection: &mut SqliteConnection, user: &User) -> Result<bool, Fault> {
    let others = users::table
        .filter(users::email_key.eq(user.profile.email.key()))
        .filter(living())
        .filter(users::id.ne(cells::id(user.id.uuid())));
    diesel::select(diesel::dsl::exists(others.select(users::row_id)))
        .get_result(connection)
        .map_err(fault::of("users"))
}

/// Both texts that are searched. A term never holds a line feed, so it cannot match across the two.
pub fn search_text(user: &User) -> String {
    haystacks(user).join("\n")
}
