//! Invitations: at most one is open for each invitee.

use crate::accounts::users;
use crate::schema::invitations;
use crate::{fault, record};
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable,
    SelectableHelper, SqliteConnection, SqliteExpressionMethods,
};
use domain::accounts::Status;
use domain::accounts::invitations::{Invitation, Invitee};
use domain::ids::{InvitationId, UserId};
use domain::{Digest, Version};
use jiff::Timestamp;
use ports::accounts::InviteError;
use ports::{Commit, Fault};
use stored::cells::{self, Cells, micros};

#[derive(Queryable, Selectable)]
#[diesel(table_name = invitations)]
struct Row {
    id: Vec<u8>,
    user_id: Option<Vec<u8>>,
    code: Vec<u8>,
    issued_at: i64,
    expires_at: i64,
}

/// Stores an invitation in place of the one that is open for the same invitee.
pub fn invite(
    connection: &mut SqliteConnection,
    invitation: &Invitation,
    judged: Option<Version>,
    commit: &Commit,
) -> Result<(), InviteError> {
    let person = match invitation.invitee {
        Invitee::User(id) => {
            let user = users::find(connection, id)?.filter(|user| user.status != Status::Deleted);
            let user = user.ok_or(InviteError::NoSuchUser)?;
            if judged.is_some_and(|judged| judged != user.version) {
                return Err(InviteError::Outdated(user.version));
            }
            Some(user.id)
        }
        Invitee::FirstAdmin if users::is_empty(connection)? => None,
        Invitee::FirstAdmin => return Err(InviteError::AlreadySetUp),
    };
    void(connection, person, commit.at)?;
    insert(connection, invitation, person)?;
    record::store(connection, commit, |id| Some(id) == person)?;
    Ok(())
}

fn insert(
    connection: &mut SqliteConnection,
    invitation: &Invitation,
    person: Option<UserId>,
) -> Result<(), Fault> {
    diesel::insert_into(invitations::table)
        .values((
            invitations::id.eq(cells::id(invitation.id.uuid())),
            invitations::user_id.eq(person.map(|id| cells::id(id.uuid()))),
            invitations::code.eq(invitation.code.as_bytes().as_slice()),
            invitations::issued_at.eq(micros(invitation.issued_at)),
            invitations::expires_at.eq(micros(invitation.expires_at)),
        ))
        .execute(connection)
        .map(drop)
        .map_err(fault::of("invitations"))
}

/// Voids what is open for an invitee: a person, or (`None`) whoever sets the installation up.
pub fn void(
    connection: &mut SqliteConnection,
    person: Option<UserId>,
    at: Timestamp,
) -> Result<(), Fault> {
    let open = invitations::table
        .filter(invitations::user_id.is(person.map(|id| cells::id(id.uuid()))))
        .filter(invitations::used_at.is_null())
        .filter(invitations::voided_at.is_null());
    diesel::update(open)
        .set(invitations::voided_at.eq(micros(at)))
        .execute(connection)
        .map(drop)
        .map_err(fault::of("invitations"))
}

/// Reads an invitation that was neither used nor voided.
pub fn find(connection: &mut SqliteConnection, code: &Digest) -> Result<Option<Invitation>, Fault> {
    let row: Option<Row> = invitations::table
        .filter(invitations::code.eq(code.as_bytes().as_slice()))
        .filter(invitations::used_at.is_null())
        .filter(invitations::voided_at.is_null())
        .select(Row::as_select())
        .first(connection)
        .optional()
        .map_err(fault::of("invitations"))?;
    row.map(Invitation::try_from).transpose()
}

/// Uses an invitation up.
pub fn spend(
    connection: &mut SqliteConnection,
    id: InvitationId,
    at: Timestamp,
) -> Result<(), Fault> {
    diesel::update(invitations::table.find(cells::id(id.uuid())))
        .set(invitations::used_at.eq(micros(at)))
        .execute(connection)
        .map(drop)
        .map_err(fault::of("invitations"))
}

impl TryFrom<Row> for Invitation {
    type Error = Fault;

    fn try_from(row: Row) -> Result<Self, Fault> {
        let shown = cells::shown(&row.id);
        let cells = Cells::of("invitations", &shown);
        let person = row
            .user_id
            .as_deref()
            .map(|id| cells.id("user_id", id))
            .transpose()?;
        Ok(Self {
            id: InvitationId::new(cells.id("id", &row.id)?),
            invitee: person.map_or(Invitee::FirstAdmin, |id| Invitee::User(UserId::new(id))),
            code: cells.digest("code", &row.code)?,
            issued_at: cells.instant("issued_at", row.issued_at)?,
            expires_at: cells.instant("expires_at", row.expires_at)?,
        })
    }
}
