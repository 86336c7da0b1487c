//! Setting a password with an invitation, and signing in with it.

use super::{DAY, change, entered, hash, invited, is_open, password};
use crate::Repositories;
use crate::builders::{CommitWith, a_commit, a_user, moment};
use domain::Digest;
use domain::accounts::invitations::LIFETIME;
use ports::accounts::RedeemError;

/// And the person signs in with it.
pub async fn redeeming_sets_the_password_once(db: &Repositories) {
    let user = entered(db, a_user().with_email("Åda@example.org").build()).await;
    assert_eq!(password(db, &user).await, None);
    let invitation = invited(db, user.id).await;
    let redeemed = db
        .credentials
        .redeem(&invitation.code, &hash("a"), &a_commit())
        .await;
    assert_eq!(redeemed.expect("is open"), user.id);
    assert_eq!(password(db, &user).await, Some(hash("a")));
    assert!(!is_open(db, &invitation.code).await);
    let again = db
        .credentials
        .redeem(&invitation.code, &hash("b"), &a_commit())
        .await;
    assert!(matches!(again, Err(RedeemError::Void)), "{again:?}");
    assert_eq!(password(db, &user).await, Some(hash("a")));
}

/// In place of the old one.
pub async fn a_new_password_replaces_the_old(db: &Repositories) {
    let user = entered(db, a_user().build()).await;
    for name in ["a", "b"] {
        let invitation = invited(db, user.id).await;
        db.credentials
            .redeem(&invitation.code, &hash(name), &a_commit())
            .await
            .expect("is open");
    }
    assert_eq!(password(db, &user).await, Some(hash("b")));
}

/// To the microsecond.
pub async fn an_invitation_is_void_from_its_end_on(db: &Repositories) {
    let user = entered(db, a_user().build()).await;
    let invitation = invited(db, user.id).await;
    let end = moment(0).checked_add(LIFETIME).expect("is an instant");
    let outcome = db
        .credentials
        .redeem(&invitation.code, &hash("a"), &a_commit().at(end))
        .await;
    assert!(matches!(outcome, Err(RedeemError::Void)), "{outcome:?}");
    assert!(
        is_open(db, &invitation.code).await,
        "it is looked up all the same"
    );
    let before = a_commit().at(moment(3 * DAY - 1));
    db.credentials
        .redeem(&invitation.code, &hash("a"), &before)
        .await
        .expect("is open");
}

/// Not while suspended nor afterwards with the same invitation, and not after a deletion.
pub async fn only_active_people_redeem(db: &Repositories) {
    let user = entered(db, a_user().build()).await;
    let invitation = invited(db, user.id).await;
    let suspended = change(
        db,
        &user,
        user.suspended(moment(1)).expect("is not deleted"),
    )
    .await;
    let outcome = db
        .credentials
        .redeem(&invitation.code, &hash("a"), &a_commit())
        .await;
    assert!(matches!(outcome, Err(RedeemError::Void)), "{outcome:?}");
    let active = change(
        db,
        &suspended,
        suspended.activated(moment(2)).expect("is not deleted"),
    )
    .await;
    let outcome = db
        .credentials
        .redeem(&invitation.code, &hash("a"), &a_commit())
        .await;
    assert!(matches!(outcome, Err(RedeemError::Void)), "{outcome:?}");
    let invitation = invited(db, user.id).await;
    change(db, &active, active.deleted(moment(3))).await;
    let outcome = db
        .credentials
        .redeem(&invitation.code, &hash("b"), &a_commit())
        .await;
    assert!(matches!(outcome, Err(RedeemError::Void)), "{outcome:?}");
}

/// A code that nobody was given is void.
pub async fn an_unknown_code_is_void(db: &Repositories) {
    entered(db, a_user().build()).await;
    let outcome = db
        .credentials
        .redeem(&Digest::new([9; 32]), &hash("a"), &a_commit())
        .await;
    assert!(matches!(outcome, Err(RedeemError::Void)), "{outcome:?}");
}

/// However close they are.
pub async fn of_two_redeeming_at_once_one_wins(db: &Repositories) {
    let user = entered(db, a_user().build()).await;
    let invitation = invited(db, user.id).await;
    let (commit, hashes) = (a_commit(), ["a", "b", "c", "d"].map(hash));
    let attempts = hashes
        .iter()
        .map(|hash| db.credentials.redeem(&invitation.code, hash, &commit));
    let outcomes = futures::future::join_all(attempts).await;
    assert_eq!(
        outcomes.iter().filter(|outcome| outcome.is_ok()).count(),
        1,
        "{outcomes:?}"
    );
    let winner = outcomes.iter().position(Result::is_ok).expect("one wins");
    assert_eq!(password(db, &user).await, Some(hashes[winner].clone()));
}

/// Suspended and deleted people do not sign in; the key finds its present owner.
pub async fn only_active_people_have_a_credential(db: &Repositories) {
    let user = entered(db, a_user().with_email("ada@example.org").build()).await;
    let invitation = invited(db, user.id).await;
    db.credentials
        .redeem(&invitation.code, &hash("a"), &a_commit())
        .await
        .expect("is open");
    let suspended = change(
        db,
        &user,
        user.suspended(moment(1)).expect("is not deleted"),
    )
    .await;
    assert_eq!(password(db, &user).await, None);
    change(db, &suspended, suspended.deleted(moment(2))).await;
    assert_eq!(password(db, &user).await, None);
    let heir = entered(db, a_user().with_email("ada@example.org").build()).await;
    assert_eq!(password(db, &heir).await, None);
    let invitation = invited(db, heir.id).await;
    db.credentials
        .redeem(&invitation.code, &hash("b"), &a_commit())
        .await
        .expect("is open");
    assert_eq!(password(db, &heir).await, Some(hash("b")));
}
