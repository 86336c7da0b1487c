//! Setting a password with an invitation, which works once.

use super::invitations::{find, spend, void};
use crate::accounts::{sessions, users};
use crate::schema::credentials;
use crate::{fault, record};
use diesel::{ExpressionMethods, RunQueryDsl, SqliteConnection};
use domain::Digest;
use domain::accounts::invitations::{Invitation, Invitee};
use domain::accounts::{Status, User};
use domain::ids::{SessionId, UserId};
use ports::accounts::{ChangePasswordError, PasswordHash, RedeemError};
use ports::{Commit, Fault};
use stored::cells::{self, micros};

/// Uses up a person's invitation and sets their password.
pub fn redeem(
    connection: &mut SqliteConnection,
    code: &Digest,
    hash: &PasswordHash,
    commit: &Commit,
) -> Result<UserId, RedeemError> {
    let invitation = open(connection, code, commit)?;
    let Invitee::User(id) = invitation.invitee else {
        return Err(RedeemError::Void);
    };
    let user = users::find(connection, id)?.filter(|user| user.status == Status::Active);
    let user = user.ok_or(RedeemError::Void)?.id;
    spend(connection, invitation.id, commit.at)?;
    set_password(connection, user, hash, commit)?;
    // Whoever knew the old password may be signed in with it.
    sessions::end_all(connection, user, None)?;
    record::store(connection, commit, |id| id == user)?;
    Ok(user)
}

/// Replaces the password that was checked and ends the person's sessions but for one.
pub fn change(
    connection: &mut SqliteConnection,
    user: UserId,
    checked: &PasswordHash,
    hash: &PasswordHash,
    keep: SessionId,
    commit: &Commit,
) -> Result<(), ChangePasswordError> {
    let found = users::find(connection, user)?;
    found
        .filter(|user| user.status == Status::Active)
        .ok_or(ChangePasswordError::NotActive)?;
    let device = sessions::find(connection, keep)?;
    if device.is_none_or(|device| device.user != user) {
        return Err(ChangePasswordError::SignedOut);
    }
    if !super::is_password(connection, user, checked)? {
        return Err(ChangePasswordError::Replaced);
    }
    void(connection, Some(user), commit.at)?;
    set_password(connection, user, hash, commit)?;
    sessions::end_all(connection, user, Some(keep))?;
    record::store(connection, commit, |id| id == user)?;
    Ok(())
}

/// Uses up the set-up invitation, enters the first person and sets their password.
pub fn setup(
    connection: &mut SqliteConnection,
    code: &Digest,
    admin: &User,
    hash: &PasswordHash,
    commit: &Commit,
) -> Result<(), RedeemError> {
    let invitation = open(connection, code, commit)?;
    if invitation.invitee != Invitee::FirstAdmin || !users::is_empty(connection)? {
        return Err(RedeemError::Void);
    }
    // Nobody is there whose email or subject it could be.
    if users::insert(connection, admin)?.is_some() {
        return Err(RedeemError::Void);
    }
    spend(connection, invitation.id, commit.at)?;
    set_password(connection, admin.id, hash, commit)?;
    record::store(connection, commit, |id| id == admin.id)?;
    Ok(())
}

fn open(
    connection: &mut SqliteConnection,
    code: &Digest,
    commit: &Commit,
) -> Result<Invitation, RedeemError> {
    let invitation = find(connection, code)?.filter(|invitation| invitation.is_open(commit.at));
    invitation.ok_or(RedeemError::Void)
}

fn set_password(
    connection: &mut SqliteConnection,
    user: UserId,
    hash: &PasswordHash,
    commit: &Commit,
) -> Result<(), Fault> {
    let password = (
        credentials::phc.eq(hash.reveal()),
        credentials::set_at.eq(micros(commit.at)),
    );
    diesel::insert_into(credentials::table)
        .values((credentials::user_id.eq(cells::id(user.uuid())), password))
        .on_conflict(credentials::user_id)
        .do_update()
        .set(password)
        .execute(connection)
        .map(drop)
        .map_err(fault::of("credentials"))
}
