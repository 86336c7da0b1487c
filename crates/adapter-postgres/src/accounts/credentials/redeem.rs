//! Setting a password with an invitation, which works once.

use super::invitations::{find, spend, void};
use crate::accounts::{sessions, users};
use crate::instants::stamp;
use crate::locks::{self, Only};
use crate::schema::credentials;
use crate::{fault, record};
use diesel::ExpressionMethods;
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use domain::Digest;
use domain::accounts::invitations::{Invitation, Invitee};
use domain::accounts::{Status, User};
use domain::ids::{SessionId, UserId};
use ports::accounts::{ChangePasswordError, PasswordHash, RedeemError};
use ports::{Commit, Fault};

/// Uses up a person's invitation and sets their password.
pub async fn redeem(
    connection: &mut AsyncPgConnection,
    code: &Digest,
    hash: &PasswordHash,
    commit: &Commit,
) -> Result<UserId, RedeemError> {
    let invitation = open(connection, code, commit).await?;
    let Invitee::User(id) = invitation.invitee else {
        return Err(RedeemError::Void);
    };
    let user = users::locked(connection, id).await?;
    let user = user.filter(|user| user.status == Status::Active);
    let user = user.ok_or(RedeemError::Void)?.id;
    use_up(connection, &invitation, commit).await?;
    set_password(connection, user, hash, commit).await?;
    // Whoever knew the old password may be signed in with it.
    sessions::end_all(connection, user, None).await?;
    record::store(connection, commit, |id| id == user).await?;
    Ok(user)
}

/// Replaces the password that was checked and ends the person's sessions but for one.
pub async fn change(
    connection: &mut AsyncPgConnection,
    user: UserId,
    checked: &PasswordHash,
    hash: &PasswordHash,
    keep: SessionId,
    commit: &Commit,
) -> Result<(), ChangePasswordError> {
    let found = users::locked(connection, user).await?;
    found
        .filter(|user| user.status == Status::Active)
        .ok_or(ChangePasswordError::NotActive)?;
    let device = sessions::find(connection, keep).await?;
    if device.is_none_or(|device| device.user != user) {
        return Err(ChangePasswordError::SignedOut);
    }
    if !super::is_password(connection, user, checked).await? {
        return Err(ChangePasswordError::Replaced);
    }
    void(connection, Some(user), commit.at).await?;
    set_password(connection, user, hash, commit).await?;
    sessions::end_all(connection, user, Some(keep)).await?;
    record::store(connection, commit, |id| id == user).await?;
    Ok(())
}

/// Uses up the set-up invitation, enters the first person and sets their password.
pub async fn setup(
    connection: &mut AsyncPgConnection,
    code: &Digest,
    admin: &User,
    hash: &PasswordHash,
    commit: &Commit,
) -> Result<(), RedeemError> {
    locks::wait(connection, Only::SetUp).await?;
    let invitation = open(connection, code, commit).await?;
    if invitation.invitee != Invitee::FirstAdmin || !users::is_empty(connection).await? {
        return Err(RedeemError::Void);
    }
    // Nobody is there whose email or subject it could be.
    let refused = users::insert(connection, std::slice::from_ref(admin)).await?;
    if refused.iter().any(Option::is_some) {
        return Err(RedeemError::Void);
    }
    use_up(connection, &invitation, commit).await?;
    set_password(connection, admin.id, hash, commit).await?;
    record::store(connection, commit, |id| id == admin.id).await?;
    Ok(())
}

async fn open(
    connection: &mut AsyncPgConnection,
    code: &Digest,
    commit: &Commit,
) -> Result<Invitation, RedeemError> {
    let invitation = find(connection, code).await?;
    let invitation = invitation.filter(|invitation| invitation.is_open(commit.at));
    invitation.ok_or(RedeemError::Void)
}

async fn use_up(
    connection: &mut AsyncPgConnection,
    invitation: &Invitation,
    commit: &Commit,
) -> Result<(), RedeemError> {
    match spend(connection, invitation.id, commit.at).await? {
        true => Ok(()),
        false => Err(RedeemError::Void),
    }
}

async fn set_password(
    connection: &mut AsyncPgConnection,
    user: UserId,
    hash: &PasswordHash,
    commit: &Commit,
) -> Result<(), Fault> {
    let password = (
        credentials::phc.eq(hash.reveal()),
        credentials::set_at.eq(stamp(commit.at)),
    );
    diesel::insert_into(credentials::table)
        .values((credentials::user_id.eq(user.uuid()), password))
        .on_conflict(credentials::user_id)
        .do_update()
        .set(password)
        .execute(connection)
        .await
        .map(drop)
        .map_err(fault::of("credentials"))
}
