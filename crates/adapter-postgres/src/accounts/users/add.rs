//! Entering people, one or many in the same statements, under the unique indexes of emails and external
//! subjects.

use crate::instants::stamp;
use crate::locks::{self, Only};
use crate::written::Written;
use crate::{fault, idempotency, record};
use diesel::sql_types::{Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::accounts::directory::haystacks;
use domain::accounts::{User, UserCursor};
use domain::ids::UserId;
use ports::accounts::{AddUserError, AddUsersError, Added, BatchMode, Refusal};
use ports::{Commit, Committed, Fault};
use std::collections::{HashMap, HashSet};
use stored::{StoredUser, StoredVerdict};
use uuid::Uuid;

/// Enters a person, or answers how they were entered before under the same key.
pub async fn one(
    connection: &mut AsyncPgConnection,
    user: &User,
    commit: &Commit,
) -> Result<Committed<User>, AddUserError> {
    if let Some(then) = idempotency::take::<StoredUser, AddUserError>(connection, commit).await? {
        return Ok(Committed::Replayed(then.user()?));
    }
    let refused = insert(connection, std::slice::from_ref(user)).await?;
    match refused.into_iter().next().flatten() {
        Some(Refusal::EmailTaken) => {
            return Err(AddUserError::EmailTaken(user.profile.email.clone()));
        }
        Some(Refusal::SubjectTaken) => return Err(AddUserError::SubjectTaken),
        None => {}
    }
    record::store(connection, commit, |id| id == user.id).await?;
    idempotency::keep(connection, commit, &StoredUser::from(user), &[user.id]).await?;
    Ok(Committed::Fresh(user.clone()))
}

/// Enters a batch with a verdict for each row, as if one were entered after the other.
pub async fn all(
    connection: &mut AsyncPgConnection,
    users: &[User],
    mode: BatchMode,
    commit: &Commit,
) -> Result<Committed<Vec<Added>>, AddUsersError> {
    let then = idempotency::take::<Vec<StoredVerdict>, AddUsersError>(connection, commit).await?;
    if let Some(then) = then {
        let then = then
            .into_iter()
            .map(StoredVerdict::added)
            .collect::<Result<_, _>>()?;
        return Ok(Committed::Replayed(then));
    }
    locks::wait(connection, Only::Batch).await?;
    let refusals = insert(connection, users).await?;
    let refused: Vec<(usize, Refusal)> = refusals
        .iter()
        .enumerate()
        .filter_map(|(place, refusal)| refusal.map(|refusal| (place, refusal)))
        .collect();
    if mode == BatchMode::Atomic && !refused.is_empty() {
        return Err(AddUsersError::Refused(refused));
    }
    let verdicts: Vec<Added> = users
        .iter()
        .zip(refusals)
        .map(|(user, refusal)| refusal.map_or(Added::Applied(user.id), Added::Refused))
        .collect();
    let applied: Vec<UserId> = verdicts.iter().filter_map(entered).collect();
    let touched: HashSet<UserId> = applied.iter().copied().collect();
    record::store(connection, commit, |id| touched.contains(&id)).await?;
    let answers: Vec<StoredVerdict> = verdicts.iter().map(StoredVerdict::from).collect();
    idempotency::keep(connection, commit, &answers, &applied).await?;
    Ok(Committed::Fresh(verdicts))
}

fn entered(verdict: &Added) -> Option<UserId> {
    match verdict {
        Added::Applied(id) => Some(*id),
        Added::Refused(_) => None,
    }
}

/// Stores the rows of people, in their order; answers for each what it ran into. A refused row is
/// passed over and leaves the transaction intact.
pub async fn insert(
    connection: &mut AsyncPgConnection,
    users: &[User],
) -> Result<Vec<Option<Refusal>>, Fault> {
    let entered: Vec<Uuid> = rows(users)
        .load(connection)
        .await
        .map_err(fault::of("users"))?;
    let entered: HashSet<Uuid> = entered.into_iter().collect();
    let is_entered = |user: &&User| entered.contains(&user.id.uuid());
    insert_sites(connection, users.iter().filter(is_entered)).await?;
    if entered.len() == users.len() {
        return Ok(vec![None; users.len()]);
    }
    let holders = holders(connection, users).await?;
    let places: HashMap<Uuid, usize> = users
        .iter()
        .enumerate()
        .map(|(place, user)| (user.id.uuid(), place))
        .collect();
    let refusals = users.iter().enumerate().map(|(place, user)| {
        if is_entered(&user) {
            return None;
        }
        // Somebody who was entered by a later row was not in this one's way.
        let in_the_way = holders
            .get(user.profile.email.key())
            .is_some_and(|holder| places.get(holder).is_none_or(|other| *other < place));
        Some(match in_the_way {
            true => Refusal::EmailTaken,
            false => Refusal::SubjectTaken,
        })
    });
    Ok(refusals.collect())
}

/// Who has the emails of these people.
async fn holders(
    connection: &mut AsyncPgConnection,
    users: &[User],
) -> Result<HashMap<String, Uuid>, Fault> {
    let keys: Vec<String> = users
        .iter()
        .map(|user| user.profile.email.key().to_owned())
        .collect();
    let found: Vec<(String, Uuid)> = Written::<(Text, SqlUuid)>::begin(
        "SELECT email_key, id FROM users WHERE status <> 'deleted' AND email_key = ANY (",
    )
    .texts(keys)
    .sql(")")
    .load(connection)
    .await
    .map_err(fault::of("users"))?;
    Ok(found.into_iter().collect())
}

fn rows(users: &[User]) -> Written<SqlUuid> {
    let texts = |column: fn(&User) -> &str| -> Vec<String> {
        users.iter().map(|user| column(user).to_owned()).collect()
    };
    let maybes = |column: fn(&User) -> Option<&str>| -> Vec<Option<String>> {
        let cells = users.iter().map(column);
        cells.map(|cell| cell.map(ToOwned::to_owned)).collect()
    };
    let places: Vec<UserCursor> = users.iter().map(UserCursor::of).collect();
    let family: Vec<String> = places.iter().map(|at| at.family.reveal().clone()).collect();
    let given: Vec<String> = places.iter().map(|at| at.given.reveal().clone()).collect();
    let search: Vec<String> = users.iter().map(search_text).collect();
    let versions: Vec<i64> = users
        .iter()
        .map(|user| i64::from(user.version.number()))
        .collect();
    let created: Vec<_> = users.iter().map(|user| stamp(user.created_at)).collect();
    let updated: Vec<_> = users.iter().map(|user| stamp(user.updated_at)).collect();
    let ids: Vec<Uuid> = users.iter().map(|user| user.id.uuid()).collect();
    Written::begin(
        "INSERT INTO users (id, given_name, family_name, email, phone, address, external_subject, role, status, \
        created_at, updated_at, version, email_key, family_key, given_key, search_text) \
        SELECT id, given_name, family_name, email, phone, address, external_subject, role, status, \
        created_at, updated_at, version, email_key, family_key, given_key, search_text FROM unnest(",
    )
    .ids(ids)
    .sql(", ")
    .texts(texts(|user| user.profile.given_name.reveal()))
    .sql(", ")
    .texts(texts(|user| user.profile.family_name.reveal()))
    .sql(", ")
    .texts(texts(|user| user.profile.email.reveal()))
    .sql(", ")
    .maybe_texts(maybes(|user| user.profile.phone.as_ref().map(|phone| phone.reveal())))
    .sql(", ")
    .maybe_texts(maybes(|user| user.profile.address.as_ref().map(|address| address.reveal())))
    .sql(", ")
    .maybe_texts(maybes(|user| user.profile.external_subject.as_ref().map(|subject| subject.reveal())))
    .sql(", ")
    .texts(texts(|user| user.profile.role.name()))
    .sql(", ")
    .texts(texts(|user| user.status.name()))
    .sql(", ")
    .instants(created)
    .sql(", ")
    .instants(updated)
    .sql(", ")
    .longs(versions)
    .sql(", ")
    .texts(texts(|user| user.profile.email.key()))
    .sql(", ")
    .texts(family)
    .sql(", ")
    .texts(given)
    .sql(", ")
    .texts(search)
    .sql(
        ") WITH ORDINALITY AS rows (id, given_name, family_name, email, phone, address, external_subject, role, status, \
        created_at, updated_at, version, email_key, family_key, given_key, search_text, place) \
        ORDER BY place ON CONFLICT DO NOTHING RETURNING id",
    )
}

/// Stores where people work.
pub async fn insert_sites(
    connection: &mut AsyncPgConnection,
    users: impl Iterator<Item = &User> + Send,
) -> Result<(), Fault> {
    let (people, sites): (Vec<Uuid>, Vec<Uuid>) = users
        .flat_map(|user| {
            let sites = user.profile.site_ids.iter();
            sites.map(|site| (user.id.uuid(), site.uuid()))
        })
        .unzip();
    if people.is_empty() {
        return Ok(());
    }
    let insert =
        Written::<()>::begin("INSERT INTO user_sites (user_id, site_id) SELECT * FROM unnest(")
            .ids(people)
            .sql(", ")
            .ids(sites)
            .sql(")");
    let stored = insert.execute(connection).await;
    stored.map(drop).map_err(fault::of("user_sites"))
}

/// Both texts that are searched. A term never holds a line feed, so it cannot match across the two.
pub fn search_text(user: &User) -> String {
    haystacks(user).join("\n")
}
