//! What every keeper of machine keys promises.

use crate::Repositories;
use crate::builders::{CommitWith, a_commit, an_api_key, an_id, moment};
use domain::accounts::{ApiKey, KeyName, Scope};
use domain::actors::Principal;
use domain::audit::{Action, Audit};
use domain::ids::{KeyId, UserId};
use jiff::Timestamp;
use ports::accounts::{AccessChange, KeyRights};
use std::time::Duration;

async fn added(db: &Repositories, key: ApiKey) -> ApiKey {
    let added = db.api_keys.add(&key, &a_commit()).await;
    added.expect("nothing is in the way");
    key
}

async fn found(db: &Repositories, id: KeyId) -> Option<ApiKey> {
    db.api_keys.find(id).await.expect("can be read")
}

async fn rights(db: &Repositories, id: KeyId) -> Option<KeyRights> {
    db.api_keys.rights(id).await.expect("can be read")
}

async fn trail(db: &Repositories, key: &ApiKey) -> Vec<Audit> {
    let rows = db.audit.of_user(key.kept_under(), None, 99).await;
    let rows = rows.expect("can be read").into_iter();
    rows.map(|row| row.entry).collect()
}

async fn noted(db: &Repositories, id: KeyId, at: Timestamp) -> Option<Timestamp> {
    let noted = db.api_keys.used(&[(id, at)]).await;
    noted.expect("can be written");
    found(db, id).await.expect("is there").last_used_at
}

/// Everything about it, and everybody who can make one.
pub async fn a_key_is_found_as_it_was_added(db: &Repositories) {
    for created_by in [Principal::System, Principal::User(UserId::new(an_id()))] {
        let key = ApiKey {
            name: KeyName::parse("Löhne \u{1f4b6}").expect("is a name"),
            scopes: Scope::ALL.iter().copied().collect(),
            created_by,
            last_used_at: Some(moment(1)),
            ..an_api_key()
        };
        let key = added(db, key).await;
        let expected = KeyRights {
            secret: key.secret,
            scopes: key.scopes,
        };
        assert_eq!(rights(db, key.id).await, Some(expected));
        assert_eq!(found(db, key.id).await, Some(key));
    }
    let nobodys = KeyId::new(an_id());
    assert_eq!(found(db, nobodys).await, None);
    assert_eq!(rights(db, nobodys).await, None);
}

/// With the key.
pub async fn a_new_key_leaves_its_records(db: &Repositories) {
    let key = an_api_key();
    let entry = Audit::of(Action::KeyCreated, key.kept_under()).about(key.id.uuid());
    let added = db
        .api_keys
        .add(&key, &a_commit().saying(entry.clone()))
        .await;
    added.expect("nothing is in the way");
    assert_eq!(trail(db, &key).await, [entry]);
}

/// At once, for good, and everybody is told once; the row stays.
pub async fn a_revoked_key_has_no_rights(db: &Repositories) {
    let (key, other) = (added(db, an_api_key()).await, added(db, an_api_key()).await);
    let entry = Audit::of(Action::KeyRevoked, key.kept_under()).about(key.id.uuid());
    assert!(rights(db, key.id).await.is_some());
    for turn in 1..3 {
        let commit = a_commit().at(moment(turn)).saying(entry.clone());
        let revoked = db.api_keys.revoke(key.id, &commit).await;
        assert!(revoked.expect("can be written"), "is there");
        assert_eq!(rights(db, key.id).await, None);
    }
    let revoked = found(db, key.id).await.expect("stays");
    assert_eq!(revoked.revoked_at, Some(moment(1)));
    assert_eq!(trail(db, &key).await, [entry]);
    let told = db.access.within(Duration::from_secs(60)).await;
    assert_eq!(told.expect("can be read"), [AccessChange::Key(key.id)]);
    assert!(rights(db, other.id).await.is_some());
}

/// And leaves no record.
pub async fn a_key_that_is_not_there_is_not_revoked(db: &Repositories) {
    let key = an_api_key();
    let entry = Audit::of(Action::KeyRevoked, key.kept_under());
    let revoked = db.api_keys.revoke(key.id, &a_commit().saying(entry)).await;
    assert!(!revoked.expect("can be written"));
    assert_eq!(trail(db, &key).await, []);
    let told = db.access.within(Duration::from_secs(60)).await;
    assert_eq!(told.expect("can be read"), []);
}

/// Revoked ones too, and each once however they are asked for.
pub async fn keys_are_listed_newest_first(db: &Repositories) {
    let mut keys = Vec::new();
    for _ in 0..5 {
        keys.push(added(db, an_api_key()).await);
    }
    keys.reverse();
    let revoked = db.api_keys.revoke(keys[1].id, &a_commit()).await;
    assert!(revoked.expect("can be written"));
    keys[1].revoked_at = Some(moment(0));
    let list = |after, limit| db.api_keys.list(after, limit);
    assert_eq!(list(None, 99).await.expect("can be read"), keys);
    let (mut listed, mut after) = (Vec::new(), None);
    loop {
        let page = list(after, 2).await.expect("can be read");
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        listed.extend(page);
    }
    assert_eq!(listed, keys);
}

/// Never back, and not again within the minute.
pub async fn a_use_is_noted_once_a_minute(db: &Repositories) {
    let (key, other) = (added(db, an_api_key()).await, added(db, an_api_key()).await);
    for (second, expected) in [(100, 100), (159, 100), (40, 100), (160, 160), (900, 900)] {
        let noted = noted(db, key.id, moment(second)).await;
        assert_eq!(noted, Some(moment(expected)), "at {second}");
    }
    assert_eq!(found(db, other.id).await, Some(other));
}

/// Whichever of them are there.
pub async fn uses_of_many_keys_are_noted_together(db: &Repositories) {
    let (one, other) = (added(db, an_api_key()).await, added(db, an_api_key()).await);
    let nobodys = KeyId::new(an_id());
    let uses = [
        (other.id, moment(2)),
        (nobodys, moment(3)),
        (one.id, moment(1)),
    ];
    db.api_keys.used(&uses).await.expect("can be written");
    for (id, at) in [(one.id, moment(1)), (other.id, moment(2))] {
        let key = found(db, id).await.expect("is there");
        assert_eq!(key.last_used_at, Some(at));
    }
    assert_eq!(found(db, nobodys).await, None);
    db.api_keys.used(&[]).await.expect("is nothing to do");
}

/// Runs the contract over `$fixture`, a future that gives [`Repositories`].
#[macro_export]
macro_rules! api_key_repository_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::api_keys,
            $fixture,
            [
                a_key_is_found_as_it_was_added,
                a_new_key_leaves_its_records,
                a_revoked_key_has_no_rights,
                a_key_that_is_not_there_is_not_revoked,
                keys_are_listed_newest_first,
                a_use_is_noted_once_a_minute,
                uses_of_many_keys_are_noted_together,
            ]
        );
    };
}
