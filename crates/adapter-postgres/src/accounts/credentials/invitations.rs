//! Invitations: at most one is open for each invitee.

use crate::accounts::users;
use crate::instants::{micros, stamp};
use crate::locks::{self, Only};
use crate::schema::invitations;
use crate::{fault, record};
use diesel::data_types::PgTimestamp;
use diesel::{
    ExpressionMethods, OptionalExtension, PgExpressionMethods, QueryDsl, Queryable, Selectable,
    SelectableHelper,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::accounts::Status;
use domain::accounts::invitations::{Invitation, Invitee};
use domain::ids::{InvitationId, UserId};
use domain::{Digest, Version};
use jiff::Timestamp;
use ports::accounts::InviteError;
use ports::{Commit, Fault};
use stored::Cells;
use uuid::Uuid;

#[derive(Queryable, Selectable)]
#[diesel(table_name = invitations)]
struct Row {
    id: Uuid,
    user_id: Option<Uuid>,
    code: Vec<u8>,
    issued_at: PgTimestamp,
    expires_at: PgTimestamp,
}

/// Stores an invitation in place of the one that is open for the same invitee.
pub async fn invite(
    connection: &mut AsyncPgConnection,
    invitation: &Invitation,
    judged: Option<Version>,
    commit: &Commit,
) -> Result<(), InviteError> {
    let person = match invitation.invitee {
        Invitee::User(id) => {
            let user = users::locked(connection, id).await?;
            let user = user.filter(|user| user.status != Status::Deleted);
            let user = user.ok_or(InviteError::NoSuchUser)?;
            if judged.is_some_and(|judged| judged != user.version) {
                return Err(InviteError::Outdated(user.version));
            }
            Some(user.id)
        }
        Invitee::FirstAdmin => {
            locks::wait(connection, Only::SetUp).await?;
            if !users::is_empty(connection).await? {
                return Err(InviteError::AlreadySetUp);
            }
            None
        }
    };
    void(connection, person, commit.at).await?;
    insert(connection, invitation, person).await?;
    record::store(connection, commit, |id| Some(id) == person).await?;
    Ok(())
}

async fn insert(
    connection: &mut AsyncPgConnection,
    invitation: &Invitation,
    person: Option<UserId>,
) -> Result<(), Fault> {
    diesel::insert_into(invitations::table)
        .values((
            invitations::id.eq(invitation.id.uuid()),
            invitations::user_id.eq(person.map(|id| id.uuid())),
            invitations::code.eq(invitation.code.as_bytes().as_slice()),
            invitations::issued_at.eq(stamp(invitation.issued_at)),
            invitations::expires_at.eq(stamp(invitation.expires_at)),
        ))
        .execute(connection)
        .await
        .map(drop)
        .map_err(fault::of("invitations"))
}

/// Voids what is open for an invitee: a person, or (`None`) whoever sets the installation up.
pub async fn void(
    connection: &mut AsyncPgConnection,
    person: Option<UserId>,
    at: Timestamp,
) -> Result<(), Fault> {
    let open = invitations::table
        .filter(invitations::user_id.is_not_distinct_from(person.map(|id| id.uuid())))
        .filter(invitations::used_at.is_null())
        .filter(invitations::voided_at.is_null());
    diesel::update(open)
        .set(invitations::voided_at.eq(stamp(at)))
        .execute(connection)
        .await
        .map(drop)
        .map_err(fault::of("invitations"))
}

/// Reads an invitation that was neither used nor voided.
pub async fn find(
    connection: &mut AsyncPgConnection,
    code: &Digest,
) -> Result<Option<Invitation>, Fault> {
    let row: Option<Row> = invitations::table
        .filter(invitations::code.eq(code.as_bytes().as_slice()))
        .filter(invitations::used_at.is_null())
        .filter(invitations::voided_at.is_null())
        .select(Row::as_select())
        .first(connection)
        .await
        .optional()
        .map_err(fault::of("invitations"))?;
    row.map(Invitation::try_from).transpose()
}

/// Uses an invitation up, unless somebody did meanwhile.
pub async fn spend(
    connection: &mut AsyncPgConnection,
    id: InvitationId,
    at: Timestamp,
) -> Result<bool, Fault> {
    let open = invitations::table
        .find(id.uuid())
        .filter(invitations::used_at.is_null())
        .filter(invitations::voided_at.is_null());
    let spent = diesel::update(open)
        .set(invitations::used_at.eq(stamp(at)))
        .execute(connection)
        .await;
    spent.map(|rows| rows > 0).map_err(fault::of("invitations"))
}

impl TryFrom<Row> for Invitation {
    type Error = Fault;

    fn try_from(row: Row) -> Result<Self, Fault> {
        let cells = Cells::of("invitations", &row.id);
        let person = row.user_id.map(UserId::new);
        Ok(Self {
            id: InvitationId::new(row.id),
            invitee: person.map_or(Invitee::FirstAdmin, Invitee::User),
            code: cells.digest("code", &row.code)?,
            issued_at: cells.instant("issued_at", micros(row.issued_at))?,
            expires_at: cells.instant("expires_at", micros(row.expires_at))?,
        })
    }
}
