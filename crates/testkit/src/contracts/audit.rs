//! What every audit trail promises.

use crate::Repositories;
use crate::builders::{CommitWith, a_commit, a_user, an_id, moment};
use domain::accounts::User;
use domain::actors::Principal;
use domain::audit::{Action, Audit, Change};
use domain::ids::{KeyId, UserId};
use ports::accounts::AuditRecord;

async fn entered(db: &Repositories, commit: impl FnOnce(&User) -> ports::Commit) -> User {
    let user = a_user().build();
    db.users
        .add(&user, &commit(&user))
        .await
        .expect("nothing is in the way");
    user
}

async fn rows(
    db: &Repositories,
    user: UserId,
    before: Option<i64>,
    limit: u32,
) -> Vec<AuditRecord> {
    db.audit
        .of_user(user, before, limit)
        .await
        .expect("can be read")
}

/// Every field of every kind of entry comes back.
pub async fn an_entry_is_read_as_it_was_written(db: &Repositories) {
    let object = an_id();
    let changes = vec![
        Change::personal("phone"),
        Change::plain("role", Some("member".into()), Some("manager".into())),
        Change::plain("site_ids", None, Some(String::new())),
    ];
    let entry = |user: UserId| {
        Audit::of(Action::UserChanged, user)
            .about(object)
            .with(changes.clone())
    };
    let user = entered(db, |user| a_commit().at(moment(7)).saying(entry(user.id))).await;
    let rows = rows(db, user.id, None, 9).await;
    let [row] = rows.as_slice() else {
        panic!("{rows:?}")
    };
    assert_eq!(
        (row.at, row.by, row.request_id.as_str()),
        (moment(7), Principal::System, "a-request")
    );
    assert_eq!(row.entry, entry(user.id));
}

/// Whoever did it and whatever was done.
pub async fn every_principal_and_every_action_is_read_back(db: &Repositories) {
    let principals = [
        Principal::User(UserId::new(an_id())),
        Principal::Key(KeyId::new(an_id())),
        Principal::System,
        Principal::Anonymous,
    ];
    for principal in principals {
        let user = entered(db, |user| {
            let commit = a_commit().by(principal);
            Action::ALL.iter().fold(commit, |commit, action| {
                commit.saying(Audit::of(*action, user.id))
            })
        })
        .await;
        let rows = rows(db, user.id, None, 100).await;
        assert!(rows.iter().all(|row| row.by == principal));
        let actions: Vec<Action> = rows.iter().rev().map(|row| row.entry.action).collect();
        assert_eq!(actions, Action::ALL);
    }
}

/// Somebody else's, and nobody's own; in pages too.
pub async fn what_a_person_left_about_others_is_found(db: &Repositories) {
    let me = entered(db, |user| {
        let entry = Audit::of(Action::UserRegistered, user.id);
        a_commit().by(Principal::User(user.id)).saying(entry)
    })
    .await;
    let mine = |user: &User| {
        let entry = Audit::of(Action::UserRegistered, user.id);
        a_commit().by(Principal::User(me.id)).saying(entry)
    };
    let (one, two) = (entered(db, mine).await, entered(db, mine).await);
    // A key of the same number is somebody else.
    let theirs = |user: &User| {
        let entry = Audit::of(Action::UserRegistered, user.id);
        let key = Principal::Key(KeyId::new(me.id.uuid()));
        a_commit().by(key).saying(entry)
    };
    entered(db, theirs).await;
    let left = |before, limit| db.audit.left_by(me.id, before, limit);
    let rows = left(None, 9).await.expect("can be read");
    let about: Vec<UserId> = rows.iter().map(|row| row.entry.user).collect();
    assert_eq!(about, [two.id, one.id]);
    let first = left(None, 1).await.expect("can be read");
    let second = left(Some(first[0].seq), 1).await.expect("can be read");
    assert_eq!([first, second].concat(), rows);
}

/// In pages, each below the last seq of the one before.
pub async fn rows_are_listed_newest_first_in_pages(db: &Repositories) {
    let user = entered(db, |user| {
        (0..5).fold(a_commit(), |commit, _| {
            commit.saying(Audit::of(Action::UserChanged, user.id))
        })
    })
    .await;
    let all = rows(db, user.id, None, 9).await;
    assert_eq!(all.len(), 5);
    assert!(all.windows(2).all(|pair| pair[0].seq > pair[1].seq));
    assert_eq!(rows(db, user.id, None, 2).await, all[..2]);
    assert_eq!(rows(db, user.id, Some(all[1].seq), 2).await, all[2..4]);
    assert_eq!(rows(db, user.id, Some(all[4].seq), 2).await, []);
}

/// Nobody else's.
pub async fn only_rows_about_the_person_are_listed(db: &Repositories) {
    let one = entered(db, |user| {
        a_commit().saying(Audit::of(Action::UserRegistered, user.id))
    })
    .await;
    let other = entered(db, |user| {
        a_commit().saying(Audit::of(Action::UserRegistered, user.id))
    })
    .await;
    for user in [one.id, other.id] {
        let rows = rows(db, user, None, 9).await;
        assert_eq!(
            rows.iter().map(|row| row.entry.user).collect::<Vec<_>>(),
            [user]
        );
    }
    assert_eq!(rows(db, UserId::new(an_id()), None, 9).await, []);
}

/// Runs the contract over `$fixture`, a future that gives [`Repositories`].
#[macro_export]
macro_rules! audit_trail_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::audit,
            $fixture,
            [
                an_entry_is_read_as_it_was_written,
                every_principal_and_every_action_is_read_back,
                what_a_person_left_about_others_is_found,
                rows_are_listed_newest_first_in_pages,
                only_rows_about_the_person_are_listed,
            ]
        );
    };
}
